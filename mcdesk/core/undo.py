"""Taking a change back: what restores the ticket, and when it is somebody else's by now.

Policy only. It never restores over what somebody has changed, noted or logged since.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from mcdesk.core.changes import Names, Plan, Secondary, Values, differences, held, in_words
from mcdesk.core.journal import Entry, Place, State
from mcdesk.core.staleness import Staff
from mcdesk.core.tickets import Action, Ticket


def plan_undo(
    entry: Entry, ticket: Ticket, secondaries: Sequence[Secondary], names: Names
) -> Plan | str:
    """Plan what restores *ticket* to what it held before *entry*, or say why that may not be.

    Where the ticket holds the former values already, only missing secondary resources are planned:
    so an undo that died half way can be repeated.
    """
    now = held(ticket)
    missing = _missing(entry, secondaries)
    if _within(entry.before, now):
        return Plan(ticket, (), additions=missing)
    left = entry.wanted if entry.found is None else entry.found
    if not _within(left, now):
        return f"it has changed since: {in_words(differences(left, now, names))}"
    return Plan(ticket, differences(now, entry.before, names), additions=missing)


def _within(values: Values, now: Values) -> bool:
    return all(now.get(field) == id for field, id in values.items())


def _missing(entry: Entry, secondaries: Sequence[Secondary]) -> list[Secondary]:
    """List those that the change took off, or may have before it died, and that are not there."""
    there = {each.resource_id for each in secondaries}
    return [
        swap.secondary
        for swap in entry.swaps
        if swap.off
        and (swap.place is Place.DONE or entry.state is State.BEGUN)
        and swap.secondary.resource_id not in there
    ]


def by_others(
    actions: Iterable[Action],
    *,
    since: datetime,
    staff: Staff,
    me: int | None,
    own: Collection[int],
) -> list[Action]:
    """List the notes and time entries that somebody else left at *since* or later, latest first.

    The customer counts, for MC may be answering them; so do notes of our API user, which any
    colleague may have written, unless *own* has their id. Workflow rules and other integrations do
    not count.
    """
    found = [
        action
        for action in actions
        if action.at >= since
        and (action.by_contact or staff.acted(action))
        and (me is None or action.resource_id != me)
        and action.id not in own
    ]
    return sorted(found, key=lambda action: action.at, reverse=True)
