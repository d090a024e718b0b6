"""Taking a change back: what restores the ticket, and when it is somebody else's by now.

Policy only. It never restores over what somebody has changed, noted or logged since.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from mcdesk.core.changes import Field, Names, Plan, Secondary, Values, differences, held, in_words
from mcdesk.core.journal import Entry, Place, State
from mcdesk.core.staleness import Staff
from mcdesk.core.tickets import Comment, Ticket


def plan_undo(
    entry: Entry, ticket: Ticket, secondaries: Sequence[Secondary], names: Names
) -> Plan | str:
    """Plan what restores *ticket* to what it held before *entry*, or say why that may not be.

    Where the ticket holds the former values already, only missing secondary resources are planned:
    so an undo that died half way can be repeated.
    """
    now = held(ticket)
    missing = _missing(entry, secondaries)
    if entry.before and _within(entry.before, now):
        return Plan(ticket, (), additions=missing)
    if taker := _taken_by_another(entry):
        return f"{names.value(Field.PRIMARY_RESOURCE, taker).label} was faster and had it then"
    left = _left_behind(entry)
    if not _within(left, now):
        return f"it has changed since: {in_words(differences(left, now, names))}"
    return Plan(ticket, differences(now, entry.before, names), additions=missing)


def _left_behind(entry: Entry) -> Values:
    """Tell what the ticket holds if nobody went on: what was read back, or what landed later."""
    if entry.found is None:
        return entry.wanted
    landed = not _within(entry.before, entry.found)
    return entry.found if landed else {**entry.found, **entry.wanted}


def _taken_by_another(entry: Entry) -> int | None:
    """Give who held the ticket when it was read back, if neither the change nor what was before."""
    if entry.found is None or Field.PRIMARY_RESOURCE not in entry.wanted:
        return None
    holder = entry.found[Field.PRIMARY_RESOURCE]
    ours = (entry.wanted[Field.PRIMARY_RESOURCE], entry.before[Field.PRIMARY_RESOURCE])
    return None if holder in ours else holder


def _within(values: Values, now: Values) -> bool:
    return all(now.get(field) == id for field, id in values.items())


def _missing(entry: Entry, secondaries: Sequence[Secondary]) -> list[Secondary]:
    """List those that the change took off, or may have before it died, and that are not there."""
    there = {each.resource_id for each in secondaries}
    settled = entry.state not in (State.BEGUN, State.UNVERIFIED)
    return [
        swap.secondary
        for swap in entry.swaps
        if swap.off
        and (swap.place is Place.DONE or (swap.place is Place.PLANNED and not settled))
        and swap.secondary.resource_id not in there
    ]


def by_others(
    actions: Iterable[Comment],
    *,
    since: datetime,
    staff: Staff,
    me: int | None,
    own: Collection[int],
) -> list[Comment]:
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
