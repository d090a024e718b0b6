"""Find tickets by caller or words, list those that somebody holds, resolve a short reference."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcdesk.autotask.callers import Budget, matching
from mcdesk.autotask.client import Autotask
from mcdesk.autotask.conditions import either
from mcdesk.autotask.entities import Condition, where
from mcdesk.autotask.finding import Found, open_ones, open_or_recent
from mcdesk.core.changes import Field
from mcdesk.core.finding import meant_by_short
from mcdesk.core.promise import WithVendor
from mcdesk.core.safety import Judge
from mcdesk.core.staleness import Watched
from mcdesk.core.steps import replaced
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.terms import terms_of
from mcdesk.core.tickets import Person, Ticket
from mcdesk.errors import LabelProblem
from mcdesk.ops.bounces import Bounces
from mcdesk.ops.clocks import Sources, find_clocks, unknown_since
from mcdesk.ops.safety import judge_of
from mcdesk.ops.staff import Vendor
from mcdesk.ops.stale import KEPT, Search, named_odd, names_for
from mcdesk.settings.model import Settings

NEEDS = Need.TICKETS | Need.PEOPLE
USUAL_LIMIT = 50
_MOST_ODD = 10
# Requests and rows, names not counted: what 20,000 open tickets cost at most.
_FIND, _LIST = Budget(8, 1500), Budget(6, 1500)
# What of that is for whose tickets these are, and for what the vendor has said on them.
_HELD, _SAID = Budget(3, 900), Budget(2, 0)
# More words than these say nothing.
_MOST_TERMS = 40
_TOO_MANY = "there are more than mcdesk reads at once, maybe newer ones: add a word or a queue"
_RECENTLY_CLOSED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked for: *words* in any queue, or in *queues* (labels; none: in any).

    *of* names whose tickets, None for anybody's. *closed* takes in what was closed of late.
    """

    words: Sequence[str] = ()
    queues: Sequence[str] = ()
    of: str | None = None
    unclaimed: bool = False
    with_mc: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class ListedTicket:
    """One ticket of a list, with names for its ids; None if there is none.

    *back* is whether it came back from the vendor, *mc* what they have done, if that was asked.
    """

    ticket: Ticket
    company: str | None
    contact: str | None
    queue: str | None
    status: str | None
    priority: str | None
    primary: str | None
    with_mc: bool
    back: bool
    url: str | None
    mc: WithVendor | None = None


@dataclass(frozen=True, slots=True)
class TicketList:
    """The newest *tickets* of so many (*count*), as of an instant (UTC).

    *remarks* say what may be missing, *odd* names the tickets of rows that make no sense.
    """

    as_of: datetime
    searched: Searched
    count: int
    tickets: Sequence[ListedTicket]
    remarks: Sequence[str] = ()
    odd: Sequence[str | None] = ()

    @property
    def unreadable(self) -> str:
        """Which tickets have rows that make no sense, a few of them; "" for none."""
        named = ", ".join(name or "a ticket without a number" for name in self.odd[:_MOST_ODD])
        return f"Autotask sent unreadable rows for {named}" if named else ""

    @property
    def lacks(self) -> Sequence[str]:
        """All that is missing, or may be, in words."""
        shown = len(self.tickets)
        part = f"these are {shown:,} of {self.count:,}" if shown < self.count else ""
        return [each for each in (*self.remarks, part, self.unreadable) if each]


def find_tickets(
    autotask: Autotask,
    settings: Settings,
    search: Search,
    bounces: Bounces,
    words: Sequence[str],
    *,
    now: datetime,
    closed: bool,
    limit: int,
) -> TicketList:
    """Find the tickets in which every one of *words* is found, in whatever queue.

    What came back from the vendor comes first, by *search* and *bounces*. With *closed*, those
    closed in the last 30 days as well. Raises UsageProblem for no words.
    """
    terms = terms_of(words)
    remarks = []
    if len(terms) > _MOST_TERMS:
        remarks.append(f"only the first {_MOST_TERMS} words were looked for")
        terms = terms[:_MOST_TERMS]
    tenant = autotask.tenant(NEEDS)
    judge = judge_of(settings, tenant)
    callers = autotask.callers.find(terms)
    conditions, cut = matching(terms, callers)
    if cut:
        remarks.append("too many people and companies match for one search: add a word")
    which = (
        open_or_recent(judge.closed_ids, now - _RECENTLY_CLOSED)
        if closed
        else open_ones(judge.closed_ids)
    )
    found = autotask.finding.newest([which, *conditions], limit, now, _FIND - callers.cost)
    found, back = _back_first(found, limit, bounces, search.known(tenant))
    searched = Searched(words=[term.word for term in terms], closed=closed)
    return _report(autotask, tenant, judge, searched, found, now, remarks=remarks, back=back)


def list_tickets(
    autotask: Autotask,
    settings: Settings,
    search: Search,
    sources: Sources,
    vendor: Vendor,
    bounces: Bounces,
    searched: Searched,
    *,
    now: datetime,
    limit: int,
    held: Sequence[Ticket] | None = None,
) -> TicketList:
    """List open tickets as *searched* says; *search* is what the settings call unclaimed.

    *sources* say since when those with the vendor are there. What came back from them, which
    *bounces* knows, comes first. What is *held*, if that was looked for already, is not asked for.
    Raises LabelProblem for a queue or a person that Autotask does not know.
    """

    def resolve(tenant: Tenant) -> tuple[Sequence[Condition], Person | None]:
        person = tenant.person(searched.of) if searched.of is not None else None
        return _conditions(tenant, searched, search, judge_of(settings, tenant)), person

    tenant, (conditions, person) = autotask.resolved(NEEDS, resolve)
    judge, finding = judge_of(settings, tenant), autotask.finding
    budget = _LIST - _SAID if searched.with_mc else _LIST
    found = None if held is None else Found(held, len(held))
    remarks = list[str]()
    if person is not None:
        searched = replace(searched, of=person.name)
        conditions, found, cut = finding.held_by(person.id, conditions, now)
        budget -= _HELD
        remarks += ["tickets they are a secondary resource on may be missing"] if cut else []
    found = found or finding.newest(conditions, limit, now, budget)
    found, back = _back_first(found, limit, bounces, search.known(tenant))
    clocks: Mapping[int, WithVendor] = {}
    if searched.with_mc:
        known = find_clocks(autotask, settings, tenant, sources, vendor, found.tickets)
        clocks, remarks = known.by_id, [*remarks, *unknown_since(known, judge.vendor)]
    return _report(
        autotask, tenant, judge, searched, found, now, remarks=remarks, back=back, clocks=clocks
    )


def _back_first(
    found: Found, limit: int, bounces: Bounces, watched: Watched
) -> tuple[Found, Collection[int]]:
    """Cut *found* to *limit* tickets, those that came back on top; return their ids as well."""
    back = bounces.came_back(found.tickets, watched)
    tickets = sorted(found.tickets, key=lambda ticket: ticket.id not in back)
    return replaced(found, tickets=tickets[:limit]), back


def tickets_with_vendor(autotask: Autotask, settings: Settings) -> list[Ticket]:
    """Read the open tickets that are with the vendor, the newest first.

    Raises LabelProblem if nobody can know.
    """

    def conditions(tenant: Tenant) -> Sequence[Condition]:
        judge = judge_of(settings, tenant)
        return open_ones(judge.closed_ids), with_mc(judge)

    return autotask.finding.all_of(autotask.resolved(NEEDS, conditions)[1])


def resolve_short(
    autotask: Autotask, settings: Settings, short: int, now: datetime
) -> list[Ticket]:
    """Find which tickets of the last 7 days the reference *short* may mean (.7 is 7).

    One, unless several are open. Raises NoSuchTicket for none.
    """
    judge = judge_of(settings, autotask.tenant(Need.TICKETS))
    tickets = autotask.finding.of_this_week(short, now)
    return meant_by_short(short, tickets, closed=judge.closed)


def _conditions(
    tenant: Tenant, searched: Searched, search: Search, judge: Judge
) -> list[Condition]:
    """Write what the tickets meet, but for who holds them; raise LabelProblem."""
    found = [open_ones(judge.closed_ids)]
    if searched.queues:
        found.append(where("queueID", "in", tenant.ids_of("queueID", searched.queues)))
    if searched.unclaimed:
        statuses = search.watched(tenant).status_ids
        found += [where("assignedResourceID", "notExist"), where("status", "in", statuses)]
    if searched.with_mc:
        found.append(with_mc(judge))
    return found


def with_mc(judge: Judge) -> Condition:
    """Write what tickets meet that are with the vendor: by their holder, or by their status.

    Raises LabelProblem if Autotask knows neither.
    """
    ids = {"assignedResourceID": judge.vendor_ids, "status": judge.vendor_status_ids}
    known = [where(field, "in", found) for field, found in ids.items() if found]
    if not known:
        raise LabelProblem(
            "Autotask knows neither the people of mc.resources nor the template's status",
            hint="`mcdesk doctor` shows what the settings name",
        )
    return either(*known)


def _report(
    autotask: Autotask,
    tenant: Tenant,
    judge: Judge,
    searched: Searched,
    found: Found,
    now: datetime,
    *,
    remarks: Sequence[str],
    back: Collection[int],
    clocks: Mapping[int, WithVendor] | None = None,
) -> TicketList:
    """Put names beside the ids of the tickets *found*, and remember them for whoever types them."""
    tickets = found.tickets
    autotask.tickets.keep_ids(tickets[:KEPT])
    tenant = autotask.with_people(tenant, {ticket.primary_resource_id for ticket in tickets})
    company, contact, queue, status, priority = names_for(autotask, tenant, tickets)
    names = tenant.names()
    listed = [
        ListedTicket(
            ticket,
            company(ticket.company_id) or None,
            contact(ticket.contact_id) or None,
            queue(ticket.queue_id),
            status(ticket.status_id),
            priority(ticket.priority_id),
            names.value(Field.PRIMARY_RESOURCE, ticket.primary_resource_id).label,
            judge.with_mc(ticket),
            ticket.id in back,
            autotask.ticket_page(ticket.id),
            (clocks or {}).get(ticket.id),
        )
        for ticket in tickets
    ]
    odd = named_odd(found.odd, tickets) if found.odd else ()
    said = [*remarks, *([_TOO_MANY] if found.short else [])]
    return TicketList(now, searched, found.count, listed, said, odd)
