"""Autotask as mcdesk uses it: the dozen calls, in the desk's words.

Never a PUT, which would empty the fields it leaves out, and never a create sent twice.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import msgspec
from msgspec import structs

from mcdesk.autotask import entities as e
from mcdesk.autotask import wire
from mcdesk.autotask.entities import Condition, Entity, R, where
from mcdesk.autotask.reads import Read, Reads
from mcdesk.autotask.remembered import Remembered, chunks
from mcdesk.autotask.session import Request, Session
from mcdesk.core.changes import Values
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.remembered import Cache
from mcdesk.core.staleness import Watched
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import (
    Comment,
    Contact,
    HistoryRow,
    Note,
    Odd,
    Person,
    Secondary,
    Ticket,
)
from mcdesk.core.wording import counted, instant
from mcdesk.errors import (
    AutotaskProblem,
    DeskError,
    Garbled,
    LabelProblem,
    LostAnswer,
    NoSuchTicket,
    NotUnderstood,
    PermissionDenied,
    Rejected,
    StoreProblem,
)

if TYPE_CHECKING:
    from mcdesk.autotask.customers import Customers
    from mcdesk.autotask.finding import Finding
    from mcdesk.autotask.worked import Worked

T = TypeVar("T")
# What mcdesk reads, and what of it commands can do without: they say what they don't know.
_READ: Sequence[Entity[Any]] = (
    *(e.TICKETS, e.NOTES, e.TIME_ENTRIES, e.SECONDARIES, e.HISTORY),
    *(e.COMPANIES, e.CONTACTS, e.PEOPLE, e.HELD_ROLES, e.ROLES),
)
DISPENSABLE = frozenset(entity.path for entity in (e.SECONDARIES, e.HISTORY, e.ROLES))
Impersonation = Literal["auto", "always", "never"]


class Written(msgspec.Struct, frozen=True):
    """A write that Autotask accepted: the id of its row, and whether it is in our user's name."""

    id: int
    impersonated: bool


class Autotask:
    """One tenant's tickets.

    *say* tells the technician what happened besides; *impersonate* is the setting of that name.
    What is read at once does not need each other.
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
        self._reads = Reads(session)
        self._cache = cache
        self._impersonate = impersonate
        self._say = say
        self._remembered = Remembered(self._reads, cache, self._deny)
        self._denied: set[str] = set()

    @cached_property
    def finding(self) -> "Finding":
        """What finds tickets among many."""
        from mcdesk.autotask.finding import Finding

        return Finding(self._reads, self._remembered, self._deny)

    @cached_property
    def whose(self) -> "Customers":
        """What reads whose a ticket is, before it is handed on."""
        from mcdesk.autotask.customers import Customers

        return Customers(self._reads, self._remembered, self._say)

    @cached_property
    def worked(self) -> "Worked":
        """What reads on which tickets the vendor worked."""
        from mcdesk.autotask.worked import Worked

        return Worked(self._reads)

    def ticket_page(self, ticket_id: int) -> str | None:
        """Return the link that opens a ticket in a browser, None if none is known."""
        pages = self.ticket_pages
        return f"{pages}{ticket_id}" if pages else None

    @property
    def ticket_pages(self) -> str | None:
        """What all those links begin with, for thousands of tickets."""
        return self._session.zone.ticket_pages

    def tenant(self, need: Need) -> Tenant:
        """Load the parts that *need* names: those of the last day, else Autotask's own."""
        return self._remembered.tenant(need)

    def resolved(self, need: Need, resolve: Callable[[Tenant], T]) -> tuple[Tenant, T]:
        """Load the parts that *need* names, and *resolve* labels and names in them.

        Raises LabelProblem for what Autotask does not know now, whatever is remembered.
        """
        tenant = self.tenant(need)
        try:
            return tenant, resolve(tenant)
        except LabelProblem:  # added, renamed or hired today, perhaps
            self._remembered.forget(need)
        tenant = self.tenant(need)
        return tenant, resolve(tenant)

    def forget(self, need: Need) -> None:
        """Ask Autotask for the parts that *need* names next time, whatever is remembered."""
        self._remembered.forget(need)

    def with_people(self, tenant: Tenant, ids: Iterable[int | None]) -> Tenant:
        """Add to *tenant* those of *ids* who joined today; never fail for a name."""
        try:
            joined = self.people(set(ids) - tenant.people.keys())
        except DeskError:
            return tenant
        return structs.replace(tenant, people={**tenant.people, **joined})

    def people(self, ids: Iterable[int | None]) -> dict[int, Person]:
        """Find the resources with *ids*."""
        return self._reads.one(self._remembered.by_id(e.PEOPLE, ids))

    def customers(
        self, companies: Iterable[int | None], contacts: Iterable[int | None] = ()
    ) -> tuple[Mapping[int | None, str], Mapping[int | None, Contact]]:
        """Find the names of *companies*, and the *contacts*, by their ids.

        To be asked by the id of a field, which may not be set.
        """
        firms, found = self._reads.together(
            self._remembered.by_id(e.COMPANIES, companies),
            self._remembered.by_id(e.CONTACTS, contacts),
        )
        names = {id: firm.name for id, firm in firms.items()}
        return cast(Mapping[int | None, str], names), cast(Mapping[int | None, Contact], found)

    def contact(self, contact_id: int) -> Contact | None:
        """Read a contact as they are now, None if there is none: they may have left today."""
        return next(iter(self._rows(e.CONTACTS, where("id", "eq", contact_id))), None)

    def queues_of(self, person: Person) -> list[int]:
        """Read the ids of the queues that *person* is a member of (ResourceRoleQueues)."""
        members = self._reads.rows(e.QUEUE_MEMBERS, where("resourceID", "eq", person.id), odd=[])
        return [row.queue_id for row in self._reads.one(members)]

    @property
    def requests_sent(self) -> int:
        """How many requests this process has made so far."""
        return self._session.sent

    def sync_clock(self) -> None:
        """Make sure that `now` is Autotask's time: ask something if no answer has said it yet."""
        if not self._session.heard:
            self.requests_this_hour()

    def now(self) -> datetime:
        """Return the time by Autotask's clock, which dates notes and time entries (UTC)."""
        return self._session.server_now()

    def unclaimed(self, watched: Watched) -> tuple[list[Ticket], list[Odd]]:
        """Read the unclaimed tickets, and name odd rows among them.

        What does not meet the conditions is dropped here. "Nobody's" is `notExist`: `eq null`
        matches nothing. Raises NotUnderstood if no row makes sense.
        """
        odd: list[Odd] = []
        nobodys = self._reads.rows(
            e.TICKETS,
            where("assignedResourceID", "notExist"),
            where("queueID", "in", watched.queue_ids),
            where("status", "in", watched.status_ids),
            strays=True,
            odd=odd,
        )
        found = self._reads.one(nobodys)
        _check_readable(found, odd)
        return [ticket for ticket in found if watched.holds(ticket)], odd

    def ticket(self, reference: Reference) -> Ticket:
        """Read one ticket; raise NoSuchTicket, and NotUnderstood for two of one number."""
        return self._reads.one(self._ticket(reference))

    def with_secondaries(
        self, reference: Reference, *, needed: bool = False
    ) -> tuple[Ticket, list[Secondary]]:
        """Read one ticket, as `ticket` does, and its secondary resources.

        They are none if the API user isn't allowed to read them, unless they are *needed*.
        """
        read = self._secondaries if needed else self._secondaries_if_allowed
        ticket, (secondaries,) = self._with(reference, read)
        return ticket, secondaries

    def whole(self, reference: Reference) -> tuple[Ticket, list[Comment], list[Secondary]]:
        """Read one ticket, as `ticket` does, and everything on it, the latest first."""
        odd: list[Odd] = []

        def rows(entity: Entity[R]) -> Callable[[int], Read[list[R]]]:
            return lambda id: self._reads.rows(entity, where("ticketID", "eq", id), odd=odd)

        ticket, (notes, entries, secondaries) = self._with(
            reference,
            rows(e.NOTE_TEXTS),
            rows(e.TIME_ENTRY_TEXTS),
            lambda id: self._secondaries_if_allowed(id, odd),
        )
        if odd:
            did = counted(len(odd), "row")
            self._say(f"{did} on this ticket came from Autotask without a date, or unreadable")
        comments: list[Comment] = [*notes, *entries]
        return ticket, sorted(comments, key=attrgetter("at"), reverse=True), secondaries

    def _with(
        self, reference: Reference, *about: Callable[[int], Read[Any]]
    ) -> tuple[Ticket, Sequence[Any]]:
        """Read a ticket and what is *about* its id: at once if that is known.

        The id of a number is remembered, and held against the answer.
        """
        if isinstance(reference, TicketById):
            id: int | None = reference.id
        else:
            id = self._remembered.ticket_id(reference.spellings)
        if id is None:
            ticket = self.ticket(reference)
        else:
            about_it = (read(id) for read in about)
            ticket, *found = self._reads.together(self._ticket(reference), *about_it)
            if ticket.id == id:
                return ticket, found
        return ticket, self._reads.together(*(read(ticket.id) for read in about))

    def _ticket(self, reference: Reference) -> Read[Ticket]:
        """Read one ticket by query: for a missing id, GET answers null in one zone, 404 in another.

        Raises NoSuchTicket, and NotUnderstood for two of one number.
        """
        if isinstance(reference, TicketById):
            wanted = where("id", "eq", reference.id)
        else:
            wanted = where("ticketNumber", "in", reference.spellings)
        odd: list[Odd] = []
        found = yield from self._reads.rows(e.TICKET_DETAILS, wanted, odd=odd)
        _check_readable(found, odd)
        if not found:
            raise NoSuchTicket(
                f"there is no ticket {reference}, or the API user can't see it",
                hint="`mcdesk stale` lists waiting tickets",
            )
        if len(found) > 1:
            ids = ", ".join(str(ticket.id) for ticket in found)
            raise NotUnderstood(
                f"Autotask has {len(found)} tickets {reference}", hint=f"use the id: {ids}"
            )
        if not isinstance(reference, TicketById):
            self.keep_ids(found)
        return found[0]

    def keep_ids(self, tickets: Iterable[Ticket]) -> None:
        """Remember the ids of *tickets* by their numbers, for whoever types those next."""
        with suppress(StoreProblem):
            self._remembered.keep_ticket_ids({ticket.number: ticket.id for ticket in tickets})

    def _secondaries(self, ticket_id: int, odd: list[Odd] | None = None) -> Read[list[Secondary]]:
        return self._reads.rows(e.SECONDARIES, where("ticketID", "eq", ticket_id), odd=odd)

    def _secondaries_if_allowed(
        self, ticket_id: int, odd: list[Odd] | None = None
    ) -> Read[list[Secondary]]:
        try:
            return (yield from self._secondaries(ticket_id, odd))
        except PermissionDenied:
            self._deny(e.SECONDARIES.path, "mcdesk can't tell who else is on the ticket")
            return []

    def _deny(self, path: str, unknown: str) -> None:
        """Say once what is *unknown* because the API user isn't allowed to read *path*."""
        if path not in self._denied:
            self._denied.add(path)
            self._say(
                f"the API user isn't allowed to read {path}: {unknown} (an administrator can "
                "allow it)"
            )

    def tickets(self, ids: Collection[int]) -> dict[int, Ticket]:
        """Read tickets by their ids, 500 a request; those not found are left out."""
        return {
            ticket.id: ticket for ticket in self._reads.one(self._of(e.TICKET_FIELDS, "id", ids))
        }

    def actions(self, ticket_ids: Collection[int]) -> tuple[list[Comment], list[Odd]]:
        """Read who left notes and time entries on the tickets, and name odd rows among them.

        Two requests per 500 tickets; their texts are not read.
        """
        actions, odd, _ = self.actions_and_elsewhere(ticket_ids, (), None)
        return actions, odd

    def actions_and_elsewhere(
        self, ticket_ids: Collection[int], queue_ids: Collection[int], but: Collection[int] | None
    ) -> tuple[list[Comment], list[Odd], int | None]:
        """Read the actions as `actions` does, and at once count nobody's tickets elsewhere.

        These are in the queues, open, and in none of the statuses *but*: None if nobody wants to
        know, or Autotask does not say.
        """
        odd: list[Odd] = []
        notes, entries, number = self._reads.together(
            self._of(e.NOTES, "ticketID", ticket_ids, odd),
            self._of(e.TIME_ENTRIES, "ticketID", ticket_ids, odd),
            self._counted(None if but is None else _elsewhere(queue_ids, but)),
        )
        return [*notes, *entries], odd, number

    def statuses_elsewhere(
        self, queue_ids: Collection[int], but: Collection[int]
    ) -> list[int | None]:
        """Read the statuses of nobody's open tickets in the queues, *but* those of these ids.

        What does not meet the conditions is dropped here.
        """
        found = self._reads.one(
            self._reads.rows(e.STANDINGS, *_elsewhere(queue_ids, but), strays=True)
        )
        return [
            each.status_id
            for each in found
            if each.primary_resource_id is None
            and each.queue_id in queue_ids
            and each.status_id not in but
            and not each.completed
        ]

    def _counted(self, conditions: Sequence[Condition] | None) -> Read[int | None]:
        """Count the tickets that meet *conditions*: once, a failure is no reason to wait."""
        if conditions is None:
            return None
        try:
            answer = yield Request("POST", "Tickets/query/count", {"filter": conditions})
            counted: e.CountAnswer = wire.decoded(answer, e.CountAnswer)
        except (AutotaskProblem, PermissionDenied):
            return None
        return counted.queryCount

    def _of(
        self, entity: Entity[R], field: str, ids: Collection[int], odd: list[Odd] | None = None
    ) -> Read[list[R]]:
        """Read the rows whose *field* is one of *ids*, 500 of these a request.

        *odd* takes those that are odd, which raise Garbled without it.
        """
        found: list[R] = []
        for chunk in chunks(ids):
            found += yield from self._reads.rows(entity, where(field, "in", chunk), odd=odd)
        return found

    def notes(self, ticket_id: int) -> list[Note]:
        """Read the notes of one ticket."""
        return self._rows(e.NOTE_TEXTS, where("ticketID", "eq", ticket_id))

    def note(self, note_id: int) -> Note | None:
        """Read a note by its own id alone, whatever ticket it is on; None if it is not there."""
        return next(iter(self._rows(e.NOTE_TEXTS, where("id", "eq", note_id))), None)

    def history(self, ticket_id: int) -> list[HistoryRow] | None:
        """Read what has changed on one ticket, None if the API user may not: asked for once.

        It takes this one condition (autotask help, TicketHistoryEntity).
        """
        if not self.tells_history:
            return None
        read = self._reads.rows(e.HISTORY, where("ticketID", "eq", ticket_id), odd=[])
        try:
            return self._reads.one(read)
        except PermissionDenied:
            self._deny(e.HISTORY.path, "mcdesk can't tell when some tickets went to the vendor")
            return None

    @property
    def tells_history(self) -> bool:
        """Whether histories may be read, as far as anybody has tried."""
        return e.HISTORY.path not in self._denied

    @property
    def tells_secondaries(self) -> bool:
        """Whether secondary resources may be read, as far as anybody has tried."""
        return e.SECONDARIES.path not in self._denied

    def secondaries(self, ticket_id: int) -> list[Secondary]:
        """Read the secondary resources of a ticket."""
        return self._reads.one(self._secondaries(ticket_id))

    def _rows(self, entity: Entity[R], *conditions: Condition) -> list[R]:
        return self._reads.one(self._reads.rows(entity, *conditions))

    def any_ticket_since(self, queue_ids: Collection[int], since: datetime) -> bool:
        """Check if a ticket came into one of the queues at *since* or later."""
        rows = self._rows(
            e.TICKETS,
            where("queueID", "in", queue_ids),
            where("createDate", "gte", instant(since)),
        )
        return any(ticket.created >= since for ticket in rows)

    def business_hours(self) -> list[e.BusinessHours]:
        """Read the business hours of our locations; raise PermissionDenied if it may not.

        It takes more than ticket permissions (autotask help, InternalLocationWithBusinessHours).
        """
        return self._rows(e.BUSINESS_HOURS, where("id", "gte", 0))

    def zone_names(self) -> dict[int, str]:
        """Read what the zones of our locations are called, by the locations' ids."""
        rows = self._rows(e.PLACES, where("id", "gte", 0))
        return {row.id: str(row.zone) for row in rows if row.zone is not None}

    def holiday_dates(self, holiday_set: int) -> list[date]:
        """Read the dates of a holiday set."""
        rows = self._rows(e.HOLIDAYS, where("holidaySetID", "eq", holiday_set))
        return [row.on.date() for row in rows]

    def try_reading(self) -> dict[str, PermissionDenied | None]:
        """Query each entity that mcdesk reads for a row that is not there.

        Returns, by its path, what Autotask said if the API user may not query it.
        """
        answers = self._reads.together(*map(self._tried, _READ))
        return dict(zip([entity.path for entity in _READ], answers, strict=True))

    def _tried(self, entity: Entity[Any]) -> Read[PermissionDenied | None]:
        field = "ticketID" if entity is e.HISTORY else "id"
        try:
            yield from self._reads.rows(entity, where(field, "eq", -1))
        except PermissionDenied as problem:
            return problem
        return None

    def seen_writing(self, resource_id: int | None) -> str:
        """Return how writing in a resource's name went today: "allowed", "refused", or ""."""
        for path in ("Tickets", "Notes"):
            if self._cache.get(_refused_mark(resource_id, path), bool):
                return "refused"
        return "allowed" if self._cache.get(f"impersonation allowed {resource_id}", bool) else ""

    def signs_notes_of(self, resource_id: int | None) -> bool:
        """Check if notes of *resource_id* go out as the API user's, as far as is known."""
        return not self._may_impersonate(resource_id, "Notes")

    def requests_this_hour(self) -> tuple[int, int]:
        """Return how many requests the tenant made in the last hour, and how many it may make.

        All integrations share them (autotask help, REST_Thresholds_Limits).
        """
        request = Request("GET", "ThresholdInformation")
        answer = self._reads.one(self._reads.answer(request, e.ThresholdAnswer))
        return answer.currentTimeframeRequestCount, answer.externalRequestThreshold

    def update_ticket(
        self,
        ticket_id: int,
        values: Values,
        *,
        as_resource: int | None,
        landed: Callable[[], bool],
    ) -> Written:
        """Set only the fields in *values* of a ticket, in the name of *as_resource*.

        *landed* looks whether they were set, should that name be refused. PATCH goes to the
        collection, with the id in the body (autotask help, REST_Updating_Data_PATCH).
        """
        body = {"id": ticket_id, **e.ticket_changes(values)}
        return self._write("PATCH", "Tickets", lambda _: body, as_resource, landed)

    def remove_secondary(self, ticket_id: int, row_id: int) -> None:
        """Take the secondary resource of row *row_id* off a ticket.

        Not in anybody's name: the entity knows no impersonation (autotask help, Settings_WSAPI).
        """
        self._write("DELETE", f"Tickets/{ticket_id}/SecondaryResources/{row_id}", None)

    def add_secondary(self, ticket_id: int, resource_id: int, role_id: int | None) -> None:
        """Put a secondary resource on a ticket, once, in a role."""
        body = {"resourceID": resource_id, "roleID": role_id}
        self._write("POST", f"Tickets/{ticket_id}/SecondaryResources", lambda _: body)

    def add_note(
        self,
        ticket_id: int,
        fields: Callable[[bool], Mapping[str, Any]],
        *,
        as_resource: int | None,
        landed: Callable[[], bool],
    ) -> Written:
        """Create a note below its ticket (autotask help, TicketNotesEntity), once.

        *fields* is asked for the note's fields, told whether it goes out in *as_resource*'s name:
        if not, the text has to say who wrote it. *landed* looks whether it is there, should that
        name be refused.
        """
        return self._write("POST", f"Tickets/{ticket_id}/Notes", fields, as_resource, landed)

    def _write(
        self,
        method: str,
        path: str,
        fields: Callable[[bool], Mapping[str, Any]] | None,
        as_resource: int | None = None,
        landed: Callable[[], bool] = lambda: False,
    ) -> Written:
        """Write in the name of *as_resource* if that is allowed, else as the API user.

        Autotask words a refused impersonation like any missing permission, or in words of its own:
        so one more try without it decides which it was, after a look that nothing was written by
        the first one (autotask help, Settings_WSAPI).
        """
        name = as_resource if self._may_impersonate(as_resource, path) else None
        body = fields and fields(name is not None)
        request = Request(method, path, body, writing=True, impersonate=name)
        try:
            item = wire.decoded(self._session.exchange(request), e.WrittenAnswer)
        except Garbled as problem:
            raise LostAnswer(f"{problem.message}; the change may have been made") from problem
        except (Rejected, PermissionDenied) as refusal:
            self._forget_what_is_gone(refusal)
            last = name is None or self._impersonate == "always"
            if last or not wire.may_be_the_name(refusal) or _seen(landed, refusal):
                raise
        else:
            if name is not None:
                with suppress(StoreProblem):
                    self._cache.put(f"impersonation allowed {name}", True)
            return Written(item.itemId, impersonated=name is not None)
        written = self._write(method, path, fields)
        with suppress(StoreProblem):  # it is written: one more try tomorrow is no harm
            self._cache.put(_refused_mark(name, path), True)
        self._say(
            "Autotask doesn't let the API user write in your name: this was written as the API "
            "user (mcdesk tries again tomorrow)"
        )
        return written

    def _forget_what_is_gone(self, refusal: Rejected | PermissionDenied) -> None:
        if isinstance(refusal, Rejected) and wire.is_gone_value(refusal):
            with suppress(StoreProblem):  # Autotask's own words matter more now
                self._remembered.forget(Need.TICKETS | Need.NOTES | Need.ROLES)

    def _may_impersonate(self, resource_id: int | None, path: str) -> bool:
        if resource_id is None or self._impersonate != "auto":
            return resource_id is not None and self._impersonate == "always"
        return self._cache.get(_refused_mark(resource_id, path), bool) is None


def _check_readable(found: Collection[Ticket], odd: Collection[Odd]) -> None:
    """Raise NotUnderstood if tickets came, and none of them makes sense: they are not none."""
    if odd and not found:
        raise NotUnderstood(
            "Autotask's answer has tickets, but none that mcdesk can read", hint=wire.ASK_AGAIN
        )


def _elsewhere(queue_ids: Collection[int], but: Collection[int]) -> Sequence[Condition]:
    """Write what nobody's open tickets in the queues meet, in any status *but* these."""
    return (
        where("assignedResourceID", "notExist"),
        where("queueID", "in", queue_ids),
        where("status", "notIn", but),
        where("completedDate", "notExist"),
    )


def _seen(landed: Callable[[], bool], refusal: DeskError) -> bool:
    """Look whether what got *refusal* has *landed*; raise LostAnswer if nobody can look."""
    try:
        return landed()
    except DeskError as problem:
        raise LostAnswer(
            f"{refusal.message}; and mcdesk couldn't check whether it was written anyway: "
            f"{problem.message}"
        ) from problem


def _refused_mark(resource_id: int | None, path: str) -> str:
    return f"impersonation refused {resource_id} {path.split('/')[-1]}"
