"""Who and what the ids on tickets stand for: people and their roles, companies, contacts.

Looked up by the hundreds and remembered for a day. An id that Autotask does not show is remembered
as unknown, so that it is not asked for again at once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from mcdesk.autotask import entities as e
from mcdesk.autotask.caching import Cache
from mcdesk.autotask.entities import Entity, Row
from mcdesk.autotask.query import MAX_VALUES, where
from mcdesk.autotask.session import Session
from mcdesk.core.tickets import SYSTEM_RESOURCE_ID, Contact, Person
from mcdesk.errors import LabelProblem

T = TypeVar("T")
_EVERYBODY = "resources complete"
_ROLES = "roles"


@dataclass(frozen=True, slots=True)
class DeskRole:
    """A role in which a resource may be a ticket's primary resource."""

    id: int
    name: str
    default: bool


class Directory:
    """Names for ids, from *cache* or else from Autotask."""

    def __init__(self, session: Session, cache: Cache) -> None:
        self._session = session
        self._cache = cache

    def companies(self, ids: Iterable[int]) -> dict[int, str]:
        """Give the names of companies; id 0 is our own and a company like any other."""
        rows = self._known("company", e.COMPANIES, ids, lambda row: [row.companyName or ""])
        return {id: name for id, (name,) in rows.items()}

    def contacts(self, ids: Iterable[int]) -> dict[int, Contact]:
        """Give the contacts with *ids*."""
        rows = self._known("contact", e.CONTACTS, ids, _contact_to_cache)
        return {id: Contact(*row) for id, row in rows.items()}

    def people(self, ids: Iterable[int]) -> dict[int, Person]:
        """Give the resources with *ids*."""
        rows = self._known("resource", e.RESOURCES, ids, _person_to_cache)
        return {id: Person(id, *row) for id, row in rows.items()}

    def everybody(self) -> dict[int, Person]:
        """Give every resource of the tenant, integrations and retired ones included."""
        if self._cache.get(_EVERYBODY) is None:
            rows = self._session.rows(e.RESOURCES, where("id", "gte", 0))
            self._cache.put_rows("resource", {row.id: _person_to_cache(row) for row in rows})
            self._cache.put(_EVERYBODY, True)
        known = self._cache.rows("resource")
        return {id: Person(id, *row) for id, row in known.items() if row is not None}

    def person(self, text: str) -> Person:
        """Find the one active person that *text* names; raise LabelProblem for none or several.

        Neither the system account nor an API-only user can hold a ticket
        (autotask help, TicketsEntity).
        """
        people = self._able_to_hold_tickets()
        found = [person for person in people if person.answers_to(text)]
        if len(found) != 1:  # hired, or retired, today, perhaps
            self._cache.forget(_EVERYBODY)
            people = self._able_to_hold_tickets()
            found = [person for person in people if person.answers_to(text)]
        if len(found) == 1:
            return found[0]
        raise _nobody(text, people) if not found else _several(text, found)

    def roles(self, person: Person) -> list[DeskRole]:
        """Give the active service desk roles of *person* (autotask help, TicketsEntity)."""
        key = f"desk roles {person.id}"
        known = self._cache.get(key)
        if known is None:
            known = [[role.id, role.name, role.default] for role in self._roles(person)]
            self._cache.put(key, known)
        return [DeskRole(*row) for row in known]

    def role(self, person: Person, wanted: str = "") -> DeskRole:
        """Choose the role *wanted* of *person*, else the default one, else the only one.

        Raises LabelProblem when that leaves none or several, by what Autotask says now.
        """
        try:
            return self._chosen_role(person, wanted)
        except LabelProblem:  # given a role today, perhaps
            self._cache.forget(_ROLES)
            self._cache.forget(f"desk roles {person.id}")
            return self._chosen_role(person, wanted)

    def _chosen_role(self, person: Person, wanted: str) -> DeskRole:
        roles = self.roles(person)
        if wanted:
            fitting = [role for role in roles if role.name.casefold() == wanted.strip().casefold()]
        else:
            fitting = [role for role in roles if role.default] or roles
        if len(fitting) == 1:
            return fitting[0]
        names = ", ".join(f'"{role.name}"' for role in roles) or "none"
        what = f'a service desk role "{wanted}"' if wanted else "one service desk role to choose"
        raise LabelProblem(
            f"{person.name} does not have {what}",
            hint=f"the active roles there: {names}; autotask.role or the template's role names one",
        )

    def queues_of(self, person: Person) -> list[int]:
        """Give the ids of the queues that *person* is a member of (ResourceRoleQueues)."""
        rows = self._session.rows(e.QUEUE_MEMBERS, where("resourceID", "eq", person.id))
        return [row.queueID for row in rows]

    def forget_roles(self) -> None:
        """Look the roles of everybody up afresh next time."""
        for key in [_ROLES, *(f"desk roles {id}" for id in self.everybody())]:
            self._cache.forget(key)

    def role_names(self) -> dict[int, str]:
        """Give the name of every role; hidden system roles have none (autotask help, Roles)."""
        return {id: name for id, (name, _) in self._all_roles().items()}

    def _able_to_hold_tickets(self) -> list[Person]:
        return [
            person
            for person in self.everybody().values()
            if person.active and not person.api_only and person.id != SYSTEM_RESOURCE_ID
        ]

    def _roles(self, person: Person) -> Iterator[DeskRole]:
        held = list(self._session.rows(e.DESK_ROLES, where("resourceID", "eq", person.id)))
        known = self._all_roles() if held else {}
        for row in held:
            name, active = known.get(row.roleID, ("", False))
            if row.isActive and active:
                yield DeskRole(row.roleID, name, bool(row.isDefault))

    def _all_roles(self) -> dict[int, tuple[str, bool]]:
        """Read the tenant's roles: a few dozen at most."""
        known = self._cache.get(_ROLES)
        if known is None:
            rows = self._session.rows(e.ROLES, where("id", "gte", 0))
            known = [[row.id, row.name or "", row.isActive] for row in rows]
            self._cache.put(_ROLES, known)
        return {id: (name, active) for id, name, active in known}

    def _known(
        self,
        kind: str,
        entity: Entity[Row],
        ids: Iterable[int],
        to_cache: Callable[[Row], list[object]],
    ) -> dict[int, list[Any]]:
        """Give what is known of *ids*, asking Autotask for up to 500 unknown ones a request."""
        wanted = set(ids)
        known = self._cache.rows(kind, wanted)
        for chunk in chunks(wanted - known.keys()):
            found: dict[int, object] = dict.fromkeys(chunk)
            for row in self._session.rows(entity, where("id", "in", chunk)):
                found[row.id] = to_cache(row)
            self._cache.put_rows(kind, found)
            known |= found
        return {id: row for id, row in known.items() if row is not None}


def chunks(ids: Collection[T]) -> Iterator[list[T]]:
    """Split *ids* into lists of at most 500, the most that one query takes."""
    rest = iter(ids)
    while chunk := list(islice(rest, MAX_VALUES)):
        yield chunk


def _person_to_cache(row: e.ResourceRow) -> list[object]:
    person = e.to_person(row)
    return [
        person.first,
        person.last,
        person.email,
        person.user_name,
        person.active,
        person.license_type,
    ]


def _contact_to_cache(row: e.ContactRow) -> list[object]:
    contact = e.to_contact(row)
    return [contact.name, contact.email, contact.phone]


def _nobody(text: str, people: Collection[Person]) -> LabelProblem:
    names = ", ".join(sorted(person.name for person in people)[:12])
    return LabelProblem(
        f'Autotask has no active resource "{text}"', hint=f"some who can hold tickets: {names}"
    )


def _several(text: str, found: Collection[Person]) -> LabelProblem:
    names = ", ".join(f"{person.user_name} ({person.name})" for person in found)
    return LabelProblem(
        f'"{text}" names {len(found)} active resources', hint=f"use the user name: {names}"
    )
