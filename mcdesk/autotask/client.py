"""Autotask as mcdesk uses it, in the desk's words: one ticket, its people and labels.

What only some commands do is in parts of its own, each made when it is first used.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec import structs

from mcdesk.autotask import entities as e
from mcdesk.autotask.entities import Condition, Entity, R, where
from mcdesk.autotask.oddrows import check_readable
from mcdesk.autotask.reads import Reads
from mcdesk.autotask.remembered import Remembered
from mcdesk.autotask.session import Request, Session
from mcdesk.autotask.strands import Read
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.remembered import Cache
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
from mcdesk.core.wording import counted
from mcdesk.errors import (
    DeskError,
    LabelProblem,
    NoSuchTicket,
    NotUnderstood,
    PermissionDenied,
    StoreProblem,
)

if TYPE_CHECKING:
    from mcdesk.autotask.customers import Customers
    from mcdesk.autotask.finding import Finding
    from mcdesk.autotask.locations import Locations
    from mcdesk.autotask.waiting import Waiting
    from mcdesk.autotask.worked import Worked
    from mcdesk.autotask.writes import Impersonation, Writes

T = TypeVar("T")
# What no command works without.
_READ: Sequence[Entity[Any]] = (
    *(e.TICKETS, e.NOTES, e.TIME_ENTRIES, e.SECONDARIES),
    *(e.COMPANIES, e.CONTACTS, e.PEOPLE, e.HELD_ROLES, e.ROLES),
)


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
        impersonate: "Impersonation",
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
    def writes(self) -> "Writes":
        """What writes."""
        from mcdesk.autotask.writes import Writes

        return Writes(
            self._session,
            self._cache,
            self._remembered,
            impersonate=self._impersonate,
            say=self._say,
        )

    @cached_property
    def waiting(self) -> "Waiting":
        """What reads which tickets wait for us."""
        from mcdesk.autotask.waiting import Waiting

        return Waiting(self._reads)

    @cached_property
    def locations(self) -> "Locations":
        """What reads the hours of our locations."""
        from mcdesk.autotask.locations import Locations

        return Locations(self._reads)

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
        check_readable(found, odd)
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
            ticket.id: ticket
            for ticket in self._reads.one(self._reads.of(e.TICKET_FIELDS, "id", ids))
        }

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

    def try_reading(self) -> list[str]:
        """Query each entity that mcdesk reads for a row that is not there; name them.

        Raises PermissionDenied, naming the entity, for the first that the API user may not query.
        """
        self._reads.together(*map(self._tried, _READ))
        return [entity.path for entity in _READ]

    def _tried(self, entity: Entity[Any]) -> Read[None]:
        try:
            yield from self._reads.rows(entity, where("id", "eq", -1))
        except PermissionDenied as problem:
            raise PermissionDenied(
                f"the API user isn't allowed to read {entity.path}: {problem.message}",
                hint=problem.hint,
            ) from problem

    def requests_this_hour(self) -> tuple[int, int]:
        """Return how many requests the tenant made in the last hour, and how many it may make.

        All integrations share them (autotask help, REST_Thresholds_Limits).
        """
        request = Request("GET", "ThresholdInformation")
        answer = self._reads.one(self._reads.answer(request, e.ThresholdAnswer))
        return answer.currentTimeframeRequestCount, answer.externalRequestThreshold
