"""Autotask as mcdesk uses it: what every command asks of a tenant, and a part for each other end.

A part is loaded when it is first used.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec import structs

from mcdesk.autotask import entities as e
from mcdesk.autotask.denials import Denials
from mcdesk.autotask.entities import Entity, where
from mcdesk.autotask.reads import Reads
from mcdesk.autotask.remembered import Remembered
from mcdesk.autotask.session import Request, Session
from mcdesk.autotask.strands import Read
from mcdesk.autotask.tickets import Tickets
from mcdesk.core.remembered import Cache
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import Contact, Person
from mcdesk.errors import DeskError, LabelProblem, PermissionDenied

if TYPE_CHECKING:
    from mcdesk.autotask.callers import CallerSearch
    from mcdesk.autotask.customers import Customers
    from mcdesk.autotask.finding import Finding
    from mcdesk.autotask.locations import Locations
    from mcdesk.autotask.waiting import Waiting
    from mcdesk.autotask.worked import Worked
    from mcdesk.autotask.writes import Impersonation, Writes

T = TypeVar("T")
# What mcdesk reads, and what of it commands can do without: they say what they don't know.
_READ: Sequence[Entity[Any]] = (
    *(e.TICKETS, e.NOTES, e.TIME_ENTRIES, e.SECONDARIES, e.HISTORY),
    *(e.COMPANIES, e.CONTACTS, e.PEOPLE, e.HELD_ROLES, e.ROLES),
)
DISPENSABLE = frozenset(entity.path for entity in (e.SECONDARIES, e.HISTORY, e.ROLES))


class Autotask:
    """One tenant: its labels, people and clock, its *tickets*, and the other parts.

    *say* tells the technician what happened besides; *impersonate* is the setting of that name.
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
        self._denials = Denials(say)
        self._remembered = Remembered(self._reads, cache, self._denials)
        self.tickets = Tickets(self._reads, self._remembered, self._denials, say)

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

        return Finding(self._reads, self._remembered, self._denials)

    @cached_property
    def callers(self) -> "CallerSearch":
        """What finds who a search may mean."""
        from mcdesk.autotask.callers import CallerSearch

        return CallerSearch(self._reads, self._remembered)

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
        return next(iter(self._reads.all_rows(e.CONTACTS, where("id", "eq", contact_id))), None)

    def queues_of(self, person: Person) -> list[int]:
        """Read the ids of the queues that *person* is a member of (ResourceRoleQueues)."""
        membership = where("resourceID", "eq", person.id)
        return [row.queue_id for row in self._reads.all_rows(e.QUEUE_MEMBERS, membership, odd=[])]

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

    def requests_this_hour(self) -> tuple[int, int]:
        """Return how many requests the tenant made in the last hour, and how many it may make.

        All integrations share them (autotask help, REST_Thresholds_Limits).
        """
        request = Request("GET", "ThresholdInformation")
        answer = self._reads.one(self._reads.answer(request, e.ThresholdAnswer))
        return answer.currentTimeframeRequestCount, answer.externalRequestThreshold
