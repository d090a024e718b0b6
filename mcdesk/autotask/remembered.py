"""What is remembered of a tenant for a day: its labels, people, roles, and names by id.

Looked up by the hundreds. A row that makes no sense is left out. An id that Autotask does not show
is remembered as unknown, so that it is not asked for again at once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from mcdesk.autotask import entities as e
from mcdesk.autotask import wire
from mcdesk.autotask.denials import Denials
from mcdesk.autotask.entities import MOST, Entity, Page, PageDetails, R, where
from mcdesk.autotask.reads import Reads, chunks
from mcdesk.autotask.session import Request
from mcdesk.autotask.strands import Read
from mcdesk.core.remembered import Cache
from mcdesk.core.tenant import Choice, DeskRole, Need, Picklist, Tenant
from mcdesk.core.tickets import Odd
from mcdesk.errors import AutotaskProblem, NotUnderstood, PermissionDenied

T = TypeVar("T")
# Part -> the entity that describes its picklists, and by field, what technicians call them.
_PICKLISTS = {
    Need.TICKETS: (
        "Tickets",
        {
            "queueID": "queue",
            "status": "status",
            "priority": "priority",
            "ticketCategory": "ticket category",
            "issueType": "issue",
            "subIssueType": "sub-issue",
        },
    ),
    Need.NOTES: ("TicketNotes", {"noteType": "note type", "publish": "publish value"}),
}
# Those without which no ticket is found: the others may be missing.
_NEEDED = frozenset({"queueID", "status"})
_COMPANY_FIELDS = "companies' own fields"
_TICKET_IDS = "ticket ids"
_FIRST_TICKET = "first ticket of 90 days"
_LISTS = {Need.PEOPLE: (e.PEOPLE,), Need.ROLES: (e.ROLES, e.HELD_ROLES)}


class Remembered:
    """A tenant as *cache* has it, or else Autotask.

    *denials* are told of what the API user isn't allowed to read.
    """

    def __init__(self, reads: Reads, cache: Cache, denials: Denials) -> None:
        self._reads = reads
        self._cache = cache
        self._denials = denials

    def tenant(self, need: Need) -> Tenant:
        """Load the parts that *need* names, and ask for nothing else."""
        described = [each for part, each in _PICKLISTS.items() if part in need]
        listed: list[Entity[Any]] = [
            each for part, entities in _LISTS.items() if part in need for each in entities
        ]
        company_fields, *found = self._reads.together(
            self._company_fields() if Need.COMPANY_FIELDS in need else _nothing(),
            *(self._picklists(entity, words) for entity, words in described),
            *(self._roles() if each is e.ROLES else self._every(each) for each in listed),
        )
        picklists, lists = found[: len(described)], found[len(described) :]
        every = dict(zip((each.path for each in listed), lists, strict=True))
        held = tuple(every.get(e.HELD_ROLES.path, {}).values())
        roles = every.get(e.ROLES.path, {})
        if roles is None:
            roles = {each.role_id: _nameless(each.role_id) for each in held}
        return Tenant(
            {field: picklist for each in picklists for field, picklist in each.items()},
            every.get(e.PEOPLE.path, {}),
            roles,
            held,
            company_fields,
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
        if Need.COMPANY_FIELDS in need:
            self._cache.forget(_COMPANY_FIELDS)

    def by_id(
        self,
        entity: Entity[R],
        ids: Iterable[int | None],
        believed: Callable[[R | None], object] = lambda _: True,
        kept: Callable[[R], R] = lambda row: row,
    ) -> Read[dict[int, R]]:
        """Read the rows with *ids*, asking Autotask for up to 500 unknown ones a request.

        What is remembered of a row, or that there is none, has to be *believed*; *kept* is what
        may be remembered of one.
        """
        wanted = {id for id in ids if id is not None}
        all_known = self._cache.rows(entity.path, entity.row, wanted) if wanted else {}
        known = {id: row for id, row in all_known.items() if believed(row)}
        for chunk in chunks(wanted - known.keys()):
            found: dict[int, R | None] = dict.fromkeys(chunk)
            for row in (yield from self._reads.rows(entity, where("id", "in", chunk), odd=[])):
                found[row.id] = kept(row)
            self._cache.put_rows(entity.path, found)
            known |= found
        return {id: row for id, row in known.items() if row is not None}

    def name_of_company(self, id: int | None) -> str | None:
        """Return the name that is remembered of a company, None for none."""
        known = self._cache.rows(e.COMPANIES.path, e.COMPANIES.row, [id]) if id is not None else {}
        return next((each.name or None for each in known.values() if each), None)

    def keep(self, entity: Entity[R], rows: Mapping[int, R]) -> None:
        """Remember *rows* by their ids, for whoever wants their names next."""
        if rows:
            self._cache.put_rows(entity.path, rows)

    def first_ticket_since(self, since: datetime) -> Read[int | None]:
        """Find the lowest id of a ticket created at *since* or later, None if there is none.

        A row of it that makes no sense stands for any.
        """
        known = self._cache.get(_FIRST_TICKET, int)
        if known is None:
            created, odd = where("createDate", "gte", since), list[Odd]()
            rows, _ = yield from self._reads.part(e.TICKETS, created, most=1, odd=odd)
            if not rows:
                return 0 if odd else None
            known = rows[0].id
            self._cache.put(_FIRST_TICKET, known)
        return known

    def ticket_id(self, spellings: Collection[str]) -> int | None:
        """Return the id of the ticket of a number, if that was seen in the last day."""
        ids = self._ticket_ids()
        return next((ids[number] for number in spellings if number in ids), None)

    def keep_ticket_ids(self, ids: Mapping[str, int]) -> None:
        """Remember the *ids* of tickets by their numbers, as far as there is room."""
        known = self._ticket_ids()
        if not ids.items() <= known.items():
            kept = list({**known, **ids}.items())[-MOST:]
            self._cache.put(_TICKET_IDS, dict(kept))

    def _ticket_ids(self) -> dict[str, int]:
        return self._cache.get(_TICKET_IDS, dict[str, int]) or {}

    def _every(self, entity: Entity[R]) -> Read[dict[int, R]]:
        """Read all rows of *entity* by their ids; they are remembered as one page."""
        key = f"every {entity.path}"
        page: Page[R] | None = self._cache.get(key, entity.page)
        if page is None:
            rows = yield from self._reads.rows(entity, where("id", "gte", 0), odd=[])
            page = Page(rows, PageDetails(len(rows), None))
            self._cache.put(key, page)
        return {row.id: row for row in page.items}

    def _roles(self) -> Read[dict[int, DeskRole] | None]:
        """Read the roles, None if the API user may not: their names can be done without."""
        try:
            return (yield from self._every(e.ROLES))
        except PermissionDenied:
            self._denials.add(e.ROLES.path, "roles are shown by their ids")
            return None

    def _company_fields(self) -> Read[dict[str, dict[str, str]] | None]:
        """Read which fields companies have of the tenant's own, and the labels of their values.

        None if they cannot be read: then nobody knows what stands in them either.
        """
        known = self._cache.get(_COMPANY_FIELDS, dict[str, dict[str, str]])
        if known is None:
            request = Request("GET", "Companies/entityInformation/userDefinedFields")
            try:
                answer = yield from self._reads.answer(request, e.FieldsAnswer)
            except PermissionDenied:
                self._denials.add(e.WHOLE_COMPANIES.path, "their own fields are not known")
                return None
            except AutotaskProblem:
                return None
            known = {name: _labels_of(values) for name, values in _by_name(answer).items()}
            self._cache.put(_COMPANY_FIELDS, known)
        return known

    def _picklists(self, entity: str, words: dict[str, str]) -> Read[dict[str, Picklist]]:
        key = f"picklists {entity}"
        known = self._cache.get(key, dict[str, Picklist])
        if known is None or known.keys() != words.keys():
            request = Request("GET", f"{entity}/entityInformation/fields")
            answer = yield from self._reads.answer(request, e.FieldsAnswer)
            given = _by_name(answer)
            known = {
                field: _picklist(given.get(field), field, word) for field, word in words.items()
            }
            self._cache.put(key, known)
        return known


def _nothing() -> Read[None]:
    """Read nothing."""
    yield from ()


def _by_name(answer: e.FieldsAnswer) -> dict[str, msgspec.Raw]:
    """Return the values of the picklists that *answer* describes, by the names of their fields."""
    return {each.name: each.picklistValues for each in _readable(answer.fields, e.FieldRow)}


def _readable(rows: Iterable[msgspec.Raw], kind: type[T]) -> Iterator[T]:
    """Decode *rows*, in which numbers may be texts; one that makes no sense is left out."""
    for row in rows:
        with suppress(NotUnderstood):
            yield wire.decoded(bytes(row), kind, strict=False)


def _labels_of(values: msgspec.Raw) -> dict[str, str]:
    """Return the labels of a field's *values*, which are texts; none if they make no sense."""
    choices: Iterable[msgspec.Raw] = ()
    with suppress(NotUnderstood):
        choices = wire.decoded(bytes(values), list[msgspec.Raw] | None) or ()
    return {str(each.value): each.label for each in _readable(choices, e.OwnChoice) if each.label}


def _nameless(role_id: int) -> DeskRole:
    return DeskRole(id=role_id, name=f"role {role_id}")


def _picklist(values: msgspec.Raw | None, field: str, word: str) -> Picklist:
    """Read those *values* of *field* that make sense.

    Raises NotUnderstood if there are none of a field without which no ticket is found.
    """
    given = None
    with suppress(NotUnderstood):
        given = wire.decoded(bytes(values or b"null"), list[msgspec.Raw] | None)
    choices = tuple(_readable(given or (), Choice))
    if not choices and given != [] and field in _NEEDED:
        raise NotUnderstood(f"Autotask describes no picklist {field}", hint=wire.ASK_AGAIN)
    return Picklist(word, choices)
