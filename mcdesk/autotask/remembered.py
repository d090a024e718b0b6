"""What is remembered of a tenant for a day: its labels, people, roles, and names by id.

Looked up by the hundreds. An id that Autotask does not show is remembered as unknown, so that it is
not asked for again at once.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import TypeVar

import msgspec

from mcdesk.autotask import entities as e
from mcdesk.autotask import wire
from mcdesk.autotask.entities import MOST, Entity, Page, PageDetails, R, where
from mcdesk.autotask.session import Session
from mcdesk.core.remembered import Cache
from mcdesk.core.tenant import Choice, Need, Picklist, Tenant
from mcdesk.errors import NotUnderstood

T = TypeVar("T")
# Part -> the entity that describes its picklists, and by field, what technicians call them.
_PICKLISTS = {
    Need.TICKETS: ("Tickets", {"queueID": "queue", "status": "status", "priority": "priority"}),
    Need.NOTES: ("TicketNotes", {"noteType": "note type", "publish": "publish value"}),
}
_LISTS = {Need.PEOPLE: (e.PEOPLE,), Need.ROLES: (e.ROLES, e.HELD_ROLES)}


class Remembered:
    """A tenant as *cache* has it, or else Autotask."""

    def __init__(self, session: Session, cache: Cache) -> None:
        self._session = session
        self._cache = cache

    def tenant(self, need: Need) -> Tenant:
        """Load the parts that *need* names, and ask for nothing else."""
        return Tenant(
            {
                field: picklist
                for part, (entity, words) in _PICKLISTS.items()
                if part in need
                for field, picklist in self._picklists(entity, words).items()
            },
            self._every(e.PEOPLE) if Need.PEOPLE in need else {},
            self._every(e.ROLES) if Need.ROLES in need else {},
            tuple(self._every(e.HELD_ROLES).values()) if Need.ROLES in need else (),
        )

    def forget(self, need: Need) -> None:
        """Ask Autotask for the parts that *need* names next time."""
        for part, (entity, _) in _PICKLISTS.items():
            if part in need:
                self._cache.forget(f"picklists {entity}")
        for part, entities in _LISTS.items():
            if part in need:
                for each in entities:
                    self._cache.forget(f"every {each.path}")

    def by_id(self, entity: Entity[R], ids: Iterable[int | None]) -> dict[int, R]:
        """Return the rows with *ids*, asking Autotask for up to 500 unknown ones a request."""
        wanted = {id for id in ids if id is not None}
        known = self._cache.rows(entity.path, entity.row, wanted)
        for chunk in chunks(wanted - known.keys()):
            found: dict[int, R | None] = dict.fromkeys(chunk)
            for row in self._session.rows(entity, where("id", "in", chunk)):
                found[row.id] = row
            self._cache.put_rows(entity.path, found)
            known |= found
        return {id: row for id, row in known.items() if row is not None}

    def _every(self, entity: Entity[R]) -> dict[int, R]:
        """Return all rows of *entity* by their ids; they are remembered as one page."""
        key = f"every {entity.path}"
        page: Page[R] | None = self._cache.get(key, entity.page)
        if page is None:
            rows = list(self._session.rows(entity, where("id", "gte", 0)))
            page = Page(rows, PageDetails(len(rows), None))
            self._cache.put(key, page)
        return {row.id: row for row in page.items}

    def _picklists(self, entity: str, words: dict[str, str]) -> dict[str, Picklist]:
        key = f"picklists {entity}"
        known = self._cache.get(key, dict[str, Picklist])
        if known is None or known.keys() != words.keys():
            path = f"{entity}/entityInformation/fields"
            answer = self._session.read("GET", path, e.FieldsAnswer)
            fields = {field.name: field.picklistValues for field in answer.fields}
            known = {field: _picklist(fields, field, word) for field, word in words.items()}
            self._cache.put(key, known)
        return known


def _picklist(fields: dict[str, msgspec.Raw], field: str, word: str) -> Picklist:
    """Read the values of *field*, which are strings of numbers here; those of others may be odd."""
    values = bytes(fields.get(field, b"null"))
    choices = wire.decoded(values, tuple[Choice, ...] | None, strict=False)
    if choices is None:
        raise NotUnderstood(f"Autotask describes no picklist {field}")
    return Picklist(word, choices)


def chunks(ids: Collection[T]) -> Iterator[list[T]]:
    """Split *ids* into lists of at most 500, the most that one query takes."""
    rest = iter(ids)
    while chunk := list(islice(rest, MOST)):
        yield chunk
