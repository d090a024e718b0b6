"""Taking a change back: what restores the ticket, and when it is somebody else's by now.

Policy only. It never restores over what somebody has changed, noted or logged since.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from mcdesk.core.changes import (
    Field,
    Names,
    Plan,
    SecondaryChange,
    Values,
    differences,
    held,
    in_words,
)
from mcdesk.core.operations import Kind, Operation, Progress, State, TicketStep
from mcdesk.core.staleness import Staff
from mcdesk.core.tickets import Comment, Secondary, Ticket


def undoable(operations: Iterable[Operation]) -> Operation | None:
    """Find what an undo is about in *operations*, latest first; None if there is nothing.

    An undo is never undone, and ends the search: so that a second one does not take back what was
    done earlier. One that was not finished is taken up again. Notes alone are passed over: nothing
    takes them back.
    """
    every = list(operations)
    latest = next((each for each in every if each.may_have_changed), None)
    if latest is None or latest.kind is not Kind.UNDO:
        return latest
    if latest.progress is Progress.DONE:
        return None
    return next((each for each in every if each.n == latest.undoes), None)


def tried(operations: Iterable[Operation]) -> Operation | None:
    """Find what was tried last of *operations*, latest first, and was seen to have changed nothing.

    It may have landed after that was seen.
    """
    return next((each for each in operations if each.changes_ticket and not each.untouched), None)


def plan_undo(
    operation: Operation, ticket: Ticket, secondaries: Sequence[Secondary], names: Names
) -> Plan | str:
    """Plan what restores *ticket* to what it held before *operation*, or say why that may not be.

    If the ticket holds the former values already, only missing secondary resources are planned: so
    an undo that died half way can be repeated.
    """
    now, step = held(ticket), operation.fields
    missing = _missing(operation, secondaries)
    if step is None or (step.before and _within(step.before, now)):
        return Plan(ticket, (), additions=missing)
    if taker := _taken_by_another(step):
        return f"{names.value(Field.PRIMARY_RESOURCE, taker).label} was faster and had it then"
    left = _left_behind(step)
    if not _within(left, now):
        return f"it has changed since: {in_words(differences(left, now, names))}"
    return Plan(ticket, differences(now, step.before, names), additions=missing)


def _left_behind(step: TicketStep) -> Values:
    """Return what the ticket holds if nobody went on: what was read back, or what landed later."""
    if step.found is None:
        return step.wanted
    landed = not _within(step.before, step.found)
    return step.found if landed else {**step.found, **step.wanted}


def _taken_by_another(step: TicketStep) -> int | None:
    """Find who held the ticket when it was read back, if neither as set nor as before."""
    if step.found is None or Field.PRIMARY_RESOURCE not in step.wanted:
        return None
    holder = step.found[Field.PRIMARY_RESOURCE]
    ours = (step.wanted[Field.PRIMARY_RESOURCE], step.before[Field.PRIMARY_RESOURCE])
    return None if holder in ours else holder


def _within(values: Values, now: Values) -> bool:
    return all(now.get(field) == id for field, id in values.items())


def _missing(operation: Operation, secondaries: Sequence[Secondary]) -> list[SecondaryChange]:
    """List those that it took off, or may have before it died, and that are not there.

    One that could not be taken off, or was put back, is missing through somebody else.
    """
    there = {each.resource_id for each in secondaries}
    return [
        replace(step.change, on=True, row_id=None)
        for step in operation.secondaries
        if not step.change.on
        and step.state is not State.FAILED
        and not operation.restored(step)
        and step.change.resource_id not in there
    ]


def by_others(
    comments: Iterable[Comment],
    *,
    since: datetime | None,
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
        comment
        for comment in comments
        if (since is None or comment.at >= since)
        and (comment.by_contact or staff.acted(comment) or staff.is_own(comment))
        and (me is None or comment.resource_id != me)
        and comment.id not in own
    ]
    return sorted(found, key=lambda comment: comment.at, reverse=True)
