"""How an operation and its ticket compare today: whether what was set still holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mcdesk.core.changes import Change, Field, Names, Values, differences, held, within
from mcdesk.core.operations import Operation
from mcdesk.core.steps import SecondaryStep
from mcdesk.core.tickets import Secondary, Ticket


class Standing(StrEnum):
    """How an operation and its ticket compare today."""

    HOLDS = "holds"
    MOVED_ON = "moved on"
    CHANGED = "changed since"
    AS_BEFORE = "as before"
    GONE = "gone"

    @property
    def good(self) -> bool:
        """Whether what was set is there, or has rightly moved on."""
        return self in (Standing.HOLDS, Standing.MOVED_ON)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The *standing* of an operation, and if it no longer holds, what was set and what is there.

    Of the secondary resources that the operation is about, *present* names those on the ticket and
    *absent* the others.
    """

    standing: Standing
    differences: Sequence[Change] = ()
    present: Sequence[str] = ()
    absent: Sequence[str] = ()


def compare(
    operation: Operation,
    ticket: Ticket | None,
    names: Names,
    secondaries: Collection[Secondary] = (),
) -> Comparison:
    """Compare what *operation* set with what *ticket* holds now; None is a ticket not found.

    *secondaries* are those of the ticket; only an operation about some needs them.
    """
    if ticket is None:
        return Comparison(Standing.GONE)
    expected = operation.fields.expected if operation.fields else {}
    now = {field: value for field, value in held(ticket).items() if field in expected}
    there = {each.resource_id for each in secondaries}
    about = operation.secondaries
    present = [step for step in about if step.change.resource_id in there]
    absent = [step for step in about if step.change.resource_id not in there]
    return Comparison(
        _standing(
            operation,
            now,
            as_wanted=_as_wanted(present, absent),
            as_before=_as_wanted(absent, present),
        ),
        differences(expected, now, names),
        [step.change.name for step in present],
        [step.change.name for step in absent],
    )


def _as_wanted(present: Sequence[SecondaryStep], absent: Sequence[SecondaryStep]) -> bool:
    return all(each.change.on for each in present) and not any(each.change.on for each in absent)


def _standing(operation: Operation, now: Values, *, as_wanted: bool, as_before: bool) -> Standing:
    """Judge the fields *now*; the secondary resources are *as_wanted*, *as_before*, or neither."""
    step = operation.fields
    expected = step.expected if step else {}
    before = step.before if step else {}
    differing = [field for field, value in expected.items() if now[field] != value]
    if not differing and as_wanted:
        return Standing.HOLDS
    status = now.get(Field.STATUS)
    moved = step and status in step.accepted and status != before.get(Field.STATUS)
    if differing == [Field.STATUS] and moved and as_wanted:
        return Standing.MOVED_ON
    if as_before and within(before, now):
        return Standing.AS_BEFORE
    return Standing.CHANGED
