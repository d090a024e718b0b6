"""Find the tickets that nobody has taken for too long."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal, TypeVar

import msgspec

from mcdesk.autotask.client import Autotask
from mcdesk.core.hours import DeskStatus, OpeningHours
from mcdesk.core.staleness import Wait, WaitMeter, Watched, last_actions
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import STATUS_COMPLETE, Comment, Odd, Ticket
from mcdesk.ops.bounces import Bounces
from mcdesk.ops.staff import Vendor, staff_of

T = TypeVar("T")
SortBy = Literal["wait", "priority"]
# Of how many tickets listed the ids are remembered, for whoever types their numbers next.
KEPT = 100


class Search(msgspec.Struct, frozen=True):
    """What to look for: labels of queues and statuses, and how long is too long.

    *returned_statuses* are those in which tickets come back from the vendor, *closed_statuses*
    those that mean closed beside Complete. *everything* lists the unclaimed tickets that are not
    stale yet as well.
    """

    queues: Sequence[str]
    statuses: Sequence[str]
    after: timedelta
    returned_statuses: Sequence[str] = ()
    closed_statuses: Sequence[str] = ()
    everything: bool = False
    sort: SortBy = "wait"

    def over_everything(self) -> "Search":
        """Return the same search, with everything listed."""
        return msgspec.structs.replace(self, everything=True)

    def watched(self, tenant: Tenant) -> Watched:
        """Find the ids of its labels in *tenant*; raise LabelProblem."""
        returned = tenant.ids_of("status", self.returned_statuses)
        return Watched(
            tenant.ids_of("queueID", self.queues),
            tenant.ids_of("status", self.statuses) | returned,
            returned,
        )

    def known(self, tenant: Tenant) -> Watched:
        """Find the ids that its labels have or had in *tenant*, none for those that are missing."""
        returned = tenant.any_ids_of("status", self.returned_statuses)
        return Watched(
            tenant.any_ids_of("queueID", self.queues),
            tenant.any_ids_of("status", self.statuses) | returned,
            returned,
        )

    def looked_at(self, tenant: Tenant, watched: Watched) -> frozenset[int]:
        """Find the ids of the statuses that need no look: *watched* ones, and what means closed."""
        return (
            watched.status_ids
            | tenant.any_ids_of("status", self.closed_statuses)
            | {STATUS_COMPLETE}
        )


# Made by the ten thousand, and no part of a circle: so the collector need not look at them.
class Listed(msgspec.Struct, frozen=True, gc=False):
    """One ticket of the list, with names for its ids; None if there is none."""

    wait: Wait
    company: str | None
    contact: str | None
    queue: str | None
    status: str | None
    priority: str | None
    url: str | None


class StaleReport(msgspec.Struct, frozen=True):
    """What was found at *as_of* (UTC), in which queues and statuses (labels), and the desk's state.

    *unclaimed*, *stale* and *back* (from the vendor, so stale) count all tickets, listed or not.
    *elsewhere* is how many open ones of nobody's are in those queues in other statuses; None if
    nobody knows. *odd* names the tickets of rows without what a wait rests on, None for a row that
    names no ticket.
    """

    as_of: datetime
    after: timedelta
    desk: DeskStatus
    queues: Sequence[str]
    statuses: Sequence[str]
    unclaimed: int
    stale: int
    back: int
    elsewhere: int | None
    tickets: Sequence[Listed]
    odd: Sequence[str | None] = ()


def find_stale(
    autotask: Autotask,
    search: Search,
    *,
    hours: OpeningHours,
    vendor: Vendor,
    bounces: Bounces,
    now: datetime,
    elsewhere: bool = False,
) -> StaleReport:
    """Find the unclaimed tickets of *search* and measure how long each has waited at *now*.

    Only tickets that may be stale have their notes and time entries looked up, unless everything is
    listed: an action can make a wait shorter, never longer. *bounces* knows which were with the
    vendor. With *elsewhere*, nobody's open tickets in other statuses are counted.
    """
    tenant, watched = autotask.resolved(Need.TICKETS, search.watched)
    tickets, odd = autotask.waiting.unclaimed(watched)
    earliest = min((ticket.created for ticket in tickets), default=now)
    meter = WaitMeter(
        hours,
        now=now,
        earliest=earliest,
        after=search.after,
        returned_ids=watched.returned_ids,
        theirs=bounces.last_with_vendor({ticket.id for ticket in tickets}),
    )
    waits = [meter.wait(ticket) for ticket in tickets]
    doubtful = [wait.ticket.id for wait in waits if wait.stale or search.everything]
    but = search.looked_at(tenant, watched) if elsewhere else None
    actions, strange, number = autotask.waiting.actions(doubtful, watched.queue_ids, but)
    odd += strange
    latest = _last_actions(autotask, actions, vendor) if actions else {}
    waits = [
        meter.wait(wait.ticket, latest[wait.ticket.id]) if wait.ticket.id in latest else wait
        for wait in waits
    ]
    shown = [wait for wait in waits if wait.stale or search.everything]
    listed = _named(autotask, tenant, _sorted(tenant, shown, search.sort))
    autotask.tickets.keep_ids(each.wait.ticket for each in listed[:KEPT])
    return StaleReport(
        as_of=now,
        after=search.after,
        desk=hours.status(now),
        queues=_labels(tenant, "queueID", watched.queue_ids),
        statuses=_labels(tenant, "status", watched.status_ids),
        unclaimed=len(waits),
        stale=sum(wait.stale for wait in waits),
        back=sum(wait.back for wait in waits),
        elsewhere=number,
        tickets=listed,
        odd=named_odd(odd, tickets) if odd else (),
    )


def named_odd(odd: Iterable[Odd], tickets: Iterable[Ticket]) -> list[str | None]:
    """Name the ticket of each of the *odd* rows, each once."""
    numbers = {ticket.id: ticket.number for ticket in tickets}
    names = (
        each.number or (None if each.id is None else numbers.get(each.id, str(each.id)))
        for each in odd
    )
    return list(dict.fromkeys(names))


def _last_actions(
    autotask: Autotask, actions: Collection[Comment], vendor: Vendor
) -> dict[int, datetime]:
    """Find when a person last acted on each of the tickets of *actions*."""
    tenant = autotask.tenant(Need.PEOPLE)
    return last_actions(actions, staff_of(autotask, tenant, actions, vendor))


def _sorted(tenant: Tenant, waits: Iterable[Wait], sort: SortBy) -> list[Wait]:
    """Put the longest wait first, under the tenant's order of priorities if *sort* says so.

    What came back is on top. Those who are equal stay in the order of their ids, in which
    they come. A priority that has no place in the tenant's order comes last.
    """
    found = sorted(waits, key=attrgetter("waiting"), reverse=True)
    if sort == "priority":
        ranks = by_id(tenant.picklist("priority").ranks())
        found.sort(key=lambda wait: ranks.get(wait.ticket.priority_id, math.inf))
    found.sort(key=attrgetter("back"), reverse=True)
    return found


def _labels(tenant: Tenant, field: str, ids: Iterable[int]) -> list[str]:
    labels = tenant.picklist(field).labels()
    return sorted(labels[id] for id in ids)


def _named(autotask: Autotask, tenant: Tenant, waits: Sequence[Wait]) -> list[Listed]:
    """Put names beside the ids of the tickets listed, and of no others."""
    company, contact, queue, status, priority = names_for(
        autotask, tenant, [wait.ticket for wait in waits]
    )
    pages = autotask.ticket_pages
    return [
        Listed(
            wait,
            company(ticket.company_id) or None,
            contact(ticket.contact_id) or None,
            queue(ticket.queue_id),
            status(ticket.status_id),
            priority(ticket.priority_id),
            f"{pages}{ticket.id}" if pages else None,
        )
        for wait in waits
        for ticket in (wait.ticket,)
    ]


def names_for(
    autotask: Autotask, tenant: Tenant, tickets: Collection[Ticket]
) -> Iterator[Callable[[int | None], str | None]]:
    """Find what names company, contact, queue, status and priority of *tickets* by their ids."""
    companies, contacts = autotask.customers(
        {ticket.company_id for ticket in tickets}, {ticket.contact_id for ticket in tickets}
    )
    yield companies.get
    yield {id: contact.name for id, contact in contacts.items()}.get
    for field in ("queueID", "status", "priority"):
        yield by_id(tenant.picklist(field).labels()).get


def by_id(names: Mapping[int, T]) -> dict[int | None, T]:
    """Return *names* to be asked by the id of a field, which may not be set (0 is like any)."""
    return dict(names.items())
