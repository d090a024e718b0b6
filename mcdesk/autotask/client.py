"""Autotask as mcdesk uses it: the dozen calls, in the desk's words.

Never a PUT, which would empty the fields it leaves out, and never a create sent twice.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from mcdesk.autotask import entities as e
from mcdesk.autotask import picklists, wire
from mcdesk.autotask.caching import Cache
from mcdesk.autotask.directory import Directory, chunks
from mcdesk.autotask.entities import Entity
from mcdesk.autotask.picklists import Picklist
from mcdesk.autotask.query import where
from mcdesk.autotask.session import Session
from mcdesk.core.changes import Secondary, Values
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.staleness import Watched
from mcdesk.core.tickets import Action, Remark, Ticket
from mcdesk.core.wording import instant
from mcdesk.errors import (
    Garbled,
    LabelProblem,
    LostAnswer,
    NoSuchTicket,
    NotUnderstood,
    PermissionDenied,
    Rejected,
    StoreProblem,
)

_PICKLIST_ENTITY = {
    "queueID": "Tickets",
    "status": "Tickets",
    "priority": "Tickets",
    "noteType": "TicketNotes",
    "publish": "TicketNotes",
}
Impersonation = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class Written:
    """A write that Autotask accepted: the id of its row, and whether it is in our user's name."""

    id: int
    impersonated: bool


class Autotask:
    """One tenant's tickets.

    *say* tells the technician what happened besides; *impersonate* is the setting of that name.
    """

    def __init__(
        self,
        session: Session,
        cache: Cache,
        *,
        impersonate: Impersonation = "auto",
        say: Callable[[str], None],
    ) -> None:
        self._session = session
        self._cache = cache
        self._impersonate = impersonate
        self._say = say
        self.directory = Directory(session, cache)

    @property
    def ticket_page(self) -> Callable[[int], str | None]:
        """What gives the link that opens a ticket (by id) in a browser, None where none is known.

        Bound to the zone once, for thousands of tickets.
        """
        return self._session.zone.ticket_page

    def picklist(self, field: str) -> Picklist:
        """Give the picklist of API field *field*, at most a day old."""
        key = f"picklist {field}"
        known = self._cache.get(key)
        if known is None:
            known = self._fetch_picklist(field)
        return picklists.from_cache(field, known)

    def ids_of(self, field: str, labels: Collection[str]) -> frozenset[int]:
        """Find the ids of *labels* of *field*; a label not found is looked for once afresh."""
        try:
            return self._ids_of(field, labels)
        except LabelProblem:
            self._cache.forget(f"picklist {field}")
            return self._ids_of(field, labels)

    def id_of(self, field: str, label: str) -> int:
        """Find the id of one *label* of *field*."""
        (found,) = self.ids_of(field, [label])
        return found

    @property
    def requests_sent(self) -> int:
        """How many requests this process has made so far."""
        return self._session.sent

    def know_the_time(self) -> None:
        """Make sure that `now` is Autotask's time: ask something if no answer has told it yet."""
        if not self._session.heard:
            self.requests_this_hour()

    def now(self) -> datetime:
        """Tell the time by Autotask's clock, which dates notes and time entries (UTC)."""
        return self._session.server_now()

    def unclaimed(self, watched: Watched) -> list[Ticket]:
        """Read the unclaimed tickets; what came back is held against the conditions again.

        "Nobody's" is `notExist`: `eq null` matches nothing.
        """
        rows = self._session.rows(
            e.TICKETS,
            where("assignedResourceID", "notExist"),
            where("queueID", "in", watched.queue_ids),
            where("status", "in", watched.status_ids),
        )
        return [ticket for ticket in map(e.to_ticket, rows) if watched.holds(ticket)]

    def ticket(self, reference: Reference) -> Ticket:
        """Read one ticket; raise NoSuchTicket.

        By query: for a missing id, GET answers null in one zone and 404 in another.
        """
        if isinstance(reference, TicketById):
            wanted = where("id", "eq", reference.id)
        else:
            wanted = where("ticketNumber", "in", reference.spellings)
        found = list(self._session.rows(e.TICKET_DETAILS, wanted))
        if not found:
            raise NoSuchTicket(
                f"there is no ticket {reference}, or the API user may not see it",
                hint="`mcdesk stale` lists the tickets that wait",
            )
        return e.to_ticket(found[0])

    def tickets(self, ids: Collection[int]) -> dict[int, Ticket]:
        """Read tickets by their ids, 500 a request; those not found are left out."""
        rows = (
            row
            for chunk in chunks(ids)
            for row in self._session.rows(e.TICKETS, where("id", "in", chunk))
        )
        return {row.id: e.to_ticket(row) for row in rows}

    def actions(self, ticket_ids: Collection[int]) -> Iterator[Action]:
        """Yield who left notes and time entries on the tickets: two requests per 500 of them."""
        for chunk in chunks(ticket_ids):
            on_them = where("ticketID", "in", chunk)
            yield from map(e.note_action, self._session.rows(e.NOTES, on_them))
            yield from map(e.time_entry_action, self._session.rows(e.TIME_ENTRIES, on_them))

    def remarks(self, ticket_id: int) -> list[Remark]:
        """Read the notes and time entries of one ticket, the latest first."""
        here = where("ticketID", "eq", ticket_id)
        notes = map(e.note_remark, self._session.rows(e.NOTE_TEXTS, here))
        entries = map(e.time_entry_remark, self._session.rows(e.TIME_ENTRY_TEXTS, here))
        return sorted([*notes, *entries], key=lambda remark: remark.action.at, reverse=True)

    def notes(self, ticket_id: int) -> list[Remark]:
        """Read the notes of one ticket."""
        here = where("ticketID", "eq", ticket_id)
        return [e.note_remark(row) for row in self._session.rows(e.NOTE_TEXTS, here)]

    def secondaries(self, ticket_id: int) -> list[Secondary]:
        """Read the secondary resources of a ticket."""
        rows = list(self._session.rows(e.SECONDARIES, where("ticketID", "eq", ticket_id)))
        people = self.directory.everybody() if rows else {}
        names = {id: person.name for id, person in people.items()}
        return [e.to_secondary(row, names) for row in rows]

    def any_ticket_since(self, queue_ids: Collection[int], since: datetime) -> bool:
        """Tell whether a ticket came into one of the queues at *since* or later."""
        rows = self._session.rows(
            e.TICKETS,
            where("queueID", "in", queue_ids),
            where("createDate", "gte", instant(since)),
        )
        return next(rows, None) is not None

    def business_hours(self) -> list[e.Location]:
        """Read the business hours of our locations; raise PermissionDenied where it may not.

        It takes more than ticket permissions (autotask help, InternalLocationWithBusinessHours).
        """
        rows = self._session.rows(e.LOCATIONS, where("id", "gte", 0))
        return [e.to_location(row) for row in rows]

    def holiday_dates(self, holiday_set: int) -> list[date]:
        """Read the dates of a holiday set; they come as midnight in UTC and are no instants."""
        rows = self._session.rows(e.HOLIDAYS, where("holidaySetID", "eq", holiday_set))
        return [row.holidayDate.date() for row in rows]

    def try_reading(self) -> list[str]:
        """Query each entity that mcdesk reads for a row that is not there; name them.

        Raises PermissionDenied, naming the entity, for the first that the API user may not query.
        """
        entities: list[Entity[Any]] = [
            e.TICKETS,
            e.NOTES,
            e.TIME_ENTRIES,
            e.SECONDARIES,
            e.COMPANIES,
            e.CONTACTS,
            e.RESOURCES,
            e.DESK_ROLES,
            e.ROLES,
        ]
        for entity in entities:
            try:
                list(self._session.rows(entity, where("id", "eq", -1)))
            except PermissionDenied as problem:
                raise PermissionDenied(
                    f"the API user may not read {entity.path}: {problem.message}", hint=problem.hint
                ) from problem
        return [entity.path for entity in entities]

    def seen_writing(self, resource_id: int | None) -> str:
        """Tell how writing in a resource's name went today: "allowed", "refused", or ""."""
        for path in ("Tickets", "Notes"):
            if self._cache.get(_refused_mark(resource_id, path)):
                return "refused"
        return "allowed" if self._cache.get(f"impersonation allowed {resource_id}") else ""

    def signs_notes_of(self, resource_id: int | None) -> bool:
        """Tell whether notes of *resource_id* go out as the API user's, as far as is known."""
        mark = _refused_mark(resource_id, "Notes")
        return resource_id is None or not self._may_impersonate(mark)

    def requests_this_hour(self) -> tuple[int, int]:
        """Tell how many requests the tenant made in the last hour, and how many it may make.

        All integrations share them (autotask help, REST_Thresholds_Limits).
        """
        answer = self._session.read("GET", "ThresholdInformation", e.ThresholdAnswer)
        return answer.currentTimeframeRequestCount, answer.externalRequestThreshold

    def update_ticket(
        self, ticket_id: int, values: Values, *, as_resource: int | None = None
    ) -> Written:
        """Set only the fields in *values* of a ticket, in the name of *as_resource*.

        PATCH goes to the collection, with the id in the body
        (autotask help, REST_Updating_Data_PATCH).
        """
        body = {"id": ticket_id, **e.ticket_changes(values)}
        return self._write("PATCH", "Tickets", lambda _: body, as_resource)

    def remove_secondary(self, ticket_id: int, secondary: Secondary) -> None:
        """Take a secondary resource off a ticket.

        Not in anybody's name: the entity knows no impersonation (autotask help, Settings_WSAPI).
        """
        path = f"Tickets/{ticket_id}/SecondaryResources/{secondary.row_id}"
        self._written("DELETE", path, None)

    def add_secondary(self, ticket_id: int, secondary: Secondary) -> None:
        """Put a secondary resource on a ticket, once, in the role it had."""
        body = {"resourceID": secondary.resource_id, "roleID": secondary.role_id}
        self._written("POST", f"Tickets/{ticket_id}/SecondaryResources", body)

    def add_note(
        self,
        ticket_id: int,
        fields: Callable[[bool], Mapping[str, Any]],
        *,
        as_resource: int | None = None,
    ) -> Written:
        """Create a note below its ticket (autotask help, TicketNotesEntity), once.

        *fields* is asked for the note's fields, told whether it goes out in *as_resource*'s name:
        if not, the text has to say who wrote it.
        """
        return self._write("POST", f"Tickets/{ticket_id}/Notes", fields, as_resource)

    def _ids_of(self, field: str, labels: Collection[str]) -> frozenset[int]:
        picklist = self.picklist(field)
        return frozenset(picklist.id_of(label) for label in labels)

    def _fetch_picklist(self, field: str) -> Any:
        path = f"{_PICKLIST_ENTITY[field]}/entityInformation/fields"
        answer = self._session.read("GET", path, e.FieldsAnswer)
        found = picklists.from_fields(answer.fields, asked=field)
        if field not in found:
            raise NotUnderstood(f"Autotask describes no picklist {field}")
        for name, choices in found.items():
            self._cache.put(f"picklist {name}", choices)
        return found[field]

    def _write(
        self,
        method: str,
        path: str,
        body: Callable[[bool], Mapping[str, Any]],
        as_resource: int | None,
    ) -> Written:
        """Write in the name of *as_resource* where that is allowed, else as the API user.

        Autotask words a refused impersonation like any missing permission, and refuses before it
        writes anything: so one more try without it decides which it was
        (autotask help, Settings_WSAPI).
        """
        refused_before = _refused_mark(as_resource, path)
        if as_resource is None or not self._may_impersonate(refused_before):
            return self._written(method, path, body(False))
        try:
            written = self._written(method, path, body(True), impersonate=as_resource)
            with suppress(StoreProblem):
                self._cache.put(f"impersonation allowed {as_resource}", True)
            return written
        except PermissionDenied:
            if self._impersonate == "always":
                raise
        written = self._written(method, path, body(False))
        with suppress(StoreProblem):  # it is written: one more try tomorrow is no harm
            self._cache.put(refused_before, True)
        self._say(
            "Autotask does not let the API user write in your name: this stands there as the API "
            "user's (tried again tomorrow)"
        )
        return written

    def _forget_values(self) -> None:
        """Look picklists and roles up afresh next time; Autotask's own words matter more now."""
        with suppress(StoreProblem):
            for field in _PICKLIST_ENTITY:
                self._cache.forget(f"picklist {field}")
            self.directory.forget_roles()

    def _may_impersonate(self, refused_before: str) -> bool:
        if self._impersonate == "auto":
            return self._cache.get(refused_before) is None
        return self._impersonate == "always"

    def _written(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        *,
        impersonate: int | None = None,
    ) -> Written:
        try:
            answer = self._session.write(method, path, body, impersonate=impersonate)
            item = wire.decoded(answer, e.WrittenAnswer)
        except Rejected as problem:
            if wire.is_gone_value(problem):
                self._forget_values()
            raise
        except Garbled as problem:
            raise LostAnswer(f"{problem.message}; the change may have been made") from problem
        return Written(item.itemId, impersonated=impersonate is not None)


def _refused_mark(resource_id: int | None, path: str) -> str:
    return f"impersonation refused {resource_id} {path.split('/')[-1]}"
