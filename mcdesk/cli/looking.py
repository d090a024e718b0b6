"""What several commands look at, with all that this takes of the desk."""

from collections.abc import Sequence

from mcdesk.core.tickets import Ticket
from mcdesk.desk import Desk
from mcdesk.ops.finding import USUAL_LIMIT, Searched, TicketList, list_tickets
from mcdesk.ops.stale import Search, StaleReport, find_stale


def listed(
    desk: Desk,
    searched: Searched,
    *,
    limit: int = USUAL_LIMIT,
    held: Sequence[Ticket] | None = None,
) -> TicketList:
    """List open tickets, as `list_tickets` does."""
    return list_tickets(
        desk.autotask,
        desk.settings,
        desk.search(),
        desk.sources(),
        desk.vendor(),
        desk.bounces,
        searched,
        now=desk.now(),
        limit=limit,
        held=held,
    )


def unclaimed(desk: Desk, search: Search, *, elsewhere: bool = False) -> StaleReport:
    """Find the unclaimed tickets of *search*, as `find_stale` does."""
    return find_stale(
        desk.autotask,
        search,
        hours=desk.hours,
        vendor=desk.vendor(),
        bounces=desk.bounces,
        now=desk.now(),
        elsewhere=elsewhere,
    )
