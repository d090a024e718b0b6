"""What the doctor looks for among the tickets: whether any come, and whether a list shows them."""

from collections import Counter
from datetime import timedelta

from mcdesk.core.tenant import Need
from mcdesk.desk import Desk
from mcdesk.desk.doctor.findings import Concern

_WEEK = timedelta(days=7)


def arrivals(desk: Desk) -> str | Concern:
    """Look whether any ticket came into the help desk's queues this week."""
    queues = desk.settings.stale.queues
    _, ids = desk.autotask.resolved(Need.TICKETS, lambda tenant: tenant.ids_of("queueID", queues))
    if desk.autotask.waiting.any_since(ids, desk.now() - _WEEK):
        return "tickets came in this week"
    return Concern(
        f"no ticket has come into {', '.join(queues)} for a week",
        "is stale.queues the help desk's queue, and can the API user see its tickets?",
    )


def elsewhere(desk: Desk) -> str | Concern:
    """Find nobody's open tickets that no list shows, by status."""
    autotask, search = desk.autotask, desk.search()
    tenant, watched = autotask.resolved(Need.TICKETS, search.watched)
    looked_at = search.looked_at(tenant, watched)
    found = Counter(autotask.waiting.statuses_elsewhere(watched.queue_ids, looked_at))
    queues, labels = ", ".join(search.queues), tenant.picklist("status").labels()
    if not found:
        return f"`stale --all` lists all unassigned open tickets in {queues}"
    told = ", ".join(
        f"{number:,} in {labels.get(id or 0) or f'status {id}'}"
        for id, number in found.most_common()
    )
    return Concern(
        f"unassigned open tickets in {queues} with a status nobody checks: {told}",
        "add waiting statuses to stale.statuses, statuses that tickets come back in to "
        "stale.returned_statuses, closed ones to mc.closed_statuses",
    )
