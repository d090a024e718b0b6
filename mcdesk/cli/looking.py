"""What several commands look at, with all that this takes of the desk."""

from collections.abc import Sequence

from mcdesk.core.tickets import Ticket
from mcdesk.desk import Desk
from mcdesk.ops import finding, stale


def listed(
    desk: Desk,
    searched: finding.Searched,
    *,
    limit: int = finding.USUAL_LIMIT,
    held: Sequence[Ticket] | None = None,
) -> finding.TicketList:
    """List open tickets, as `list_tickets` does."""
    return finding.list_tickets(
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


def unclaimed(desk: Desk, search: stale.Search, *, elsewhere: bool = False) -> stale.StaleReport:
    """Find the unclaimed tickets of *search*, as `find_stale` does."""
    return stale.find_stale(
        desk.autotask,
        search,
        hours=desk.hours,
        vendor=desk.vendor(),
        bounces=desk.bounces,
        now=desk.now(),
        elsewhere=elsewhere,
    )
