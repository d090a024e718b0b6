"""Find the tickets that nobody has taken for too long."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from mcdesk.autotask.client import Autotask
from mcdesk.core.hours import DeskStatus, OpeningHours
from mcdesk.core.staleness import Clock, Staff, Wait, Watched, last_actions
from mcdesk.core.tickets import Action, Ticket
from mcdesk.ops.names import finder, lookup
from mcdesk.ops.staff import Vendor, staff_of

SortBy = Literal["wait", "priority"]


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: labels of queues and statuses, and how long is too long.

    *everything* lists the unclaimed tickets that are not stale yet as well.
    """

    queues: Sequence[str]
    statuses: Sequence[str]
    after: timedelta
    everything: bool = False
    sort: SortBy = "wait"


# Made by the ten thousand: a tuple takes a quarter of the time of a frozen dataclass.
class Listed(NamedTuple):
    """One ticket of the list, with names for its ids; None where there is none."""

    wait: Wait
    company: str | None
    contact: str | None
    queue: str | None
    status: str | None
    priority: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class StaleReport:
    """What was found at *as_of* (UTC), in which queues and statuses (labels), and the desk's state.

    *unclaimed* and *stale* count all tickets, whether listed or not.
    """

    as_of: datetime
    after: timedelta
    desk: DeskStatus
    queues: Sequence[str]
    statuses: Sequence[str]
    unclaimed: int
    stale: int
    tickets: Sequence[Listed]


def find_stale(
    autotask: Autotask, search: Search, *, hours: OpeningHours, vendor: Vendor, now: datetime
) -> StaleReport:
    """Find the unclaimed tickets of *search* and measure how long each has waited at *now*.

    Only tickets old enough to be stale have their notes and time entries looked up, unless
    everything is listed: an action can make a wait shorter, never longer.
    """
    watched = Watched(
        autotask.ids_of("queueID", search.queues), autotask.ids_of("status", search.statuses)
    )
    tickets = autotask.unclaimed(watched)
    earliest = min((ticket.created for ticket in tickets), default=now)
    clock = Clock(hours, now=now, earliest=earliest, after=search.after)
    waits = [clock.wait(ticket) for ticket in tickets]
    doubtful = [wait.ticket.id for wait in waits if wait.stale or search.everything]
    latest = last_actions(*_deeds(autotask, doubtful, vendor))
    waits = [
        clock.wait(wait.ticket, latest[wait.ticket.id]) if wait.ticket.id in latest else wait
        for wait in waits
    ]
    stale = sum(wait.stale for wait in waits)
    shown = [wait for wait in waits if wait.stale or search.everything]
    return StaleReport(
        as_of=now,
        after=search.after,
        desk=hours.status(now),
        queues=_labels(autotask, "queueID", watched.queue_ids),
        statuses=_labels(autotask, "status", watched.status_ids),
        unclaimed=len(waits),
        stale=stale,
        tickets=_named(autotask, sorted(shown, key=_order(autotask, search.sort))),
    )


def _deeds(
    autotask: Autotask, ticket_ids: Collection[int], vendor: Vendor
) -> tuple[Sequence[Action], Staff]:
    """Read who acted on the tickets, and who of them counts."""
    if not ticket_ids:
        return (), Staff({})
    actions = list(autotask.actions(ticket_ids))
    return actions, staff_of(autotask, actions, vendor)


def _order(autotask: Autotask, sort: SortBy) -> Callable[[Wait], tuple[object, ...]]:
    """Order the longest wait first, under the tenant's order of priorities where *sort* says so."""
    if sort == "wait":
        return lambda wait: (-wait.waiting, wait.ticket.id)
    ranks = autotask.picklist("priority").ranks()
    last = len(ranks) + max(ranks.values(), default=0)
    return lambda wait: (
        lookup(ranks, wait.ticket.priority_id) or last,
        -wait.waiting,
        wait.ticket.id,
    )


def _labels(autotask: Autotask, field: str, ids: Iterable[int]) -> list[str]:
    labels = autotask.picklist(field).labels()
    return sorted(labels[id] for id in ids)


def _named(autotask: Autotask, waits: Sequence[Wait]) -> list[Listed]:
    """Put names beside the ids of the tickets listed, and of no others."""
    tickets = [wait.ticket for wait in waits]
    directory, page = autotask.directory, autotask.ticket_page
    company = finder(directory.companies(_set_ids(ticket.company_id for ticket in tickets)))
    contact = finder(directory.contacts(_set_ids(ticket.contact_id for ticket in tickets)))
    queue, status, priority = (
        finder(autotask.picklist(field).labels()) for field in ("queueID", "status", "priority")
    )

    def listed(wait: Wait, ticket: Ticket) -> Listed:
        person = contact(ticket.contact_id)
        return Listed(
            wait,
            company(ticket.company_id) or None,
            (person and person.name) or None,
            queue(ticket.queue_id),
            status(ticket.status_id),
            priority(ticket.priority_id),
            page(ticket.id),
        )

    return [listed(wait, wait.ticket) for wait in waits]


def _set_ids(ids: Iterable[int | None]) -> set[int]:
    return {id for id in ids if id is not None}
