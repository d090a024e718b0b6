"""What went to the vendor and what became of it, in numbers: who was answered, and how soon.

Times are the clock's, as the vendor's promise is, and not the desk's business time.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct

from mcdesk.core.promise import WithVendor, promised_minutes

_MINUTE = timedelta(minutes=1)


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one ticket of a *priority* (label) that went to the vendor, by its *clock*.

    *theirs* is whether the vendor has it now, *back* whether we have it again, and *open* whether
    it is not closed. *heard* is whether all that they wrote is known: else nothing is held against
    them.
    """

    priority: str | None
    clock: WithVendor
    theirs: bool
    back: bool
    open: bool
    heard: bool = True

    @property
    def minutes(self) -> int | None:
        """How many whole minutes their first word took, None if there is none, or no beginning."""
        since, first = self.clock.since, self.clock.first_word
        return (first - since) // _MINUTE if since and first else None

    @property
    def overdue(self) -> bool:
        """Whether they have it, have not answered yet, and promised to by now."""
        return self.theirs and self.heard and self.clock.overdue

    @property
    def in_time(self) -> bool | None:
        """Whether they kept their promise; None as long as that is open, or nothing was promised.

        Nor does anybody know it of one that they lost before they answered.
        """
        first, due = self.clock.first_word, self.clock.due
        if due is None:
            return None
        if first and first <= due:
            return True
        return False if self.overdue or (first and self.heard) else None


class Counts(Struct, frozen=True, kw_only=True):
    """How many tickets went to the vendor, and what became of them."""

    sent: int
    answered: int
    in_time: int
    overdue: int
    came_back: int
    open: int
    unknown_since: int


class PriorityCounts(Struct, frozen=True, kw_only=True):
    """How soon tickets of one *priority* (label, None for none) were answered.

    What they promise is None for no promise; the median and the worst are if none was answered.
    """

    priority: str | None
    promised_minutes: int | None
    sent: int
    answered: int
    in_time: int
    median_minutes: float | None
    worst_minutes: int | None


def counts_of(outcomes: Sequence[Outcome]) -> Counts:
    """Count what became of all *outcomes*."""
    return Counts(
        sent=len(outcomes),
        answered=sum(each.clock.answered for each in outcomes),
        in_time=sum(each.in_time is True for each in outcomes),
        overdue=sum(each.overdue for each in outcomes),
        came_back=sum(each.back for each in outcomes),
        open=sum(each.open for each in outcomes),
        unknown_since=sum(each.clock.since is None for each in outcomes),
    )


def by_priority(
    outcomes: Iterable[Outcome], order: Sequence[str], promised: Mapping[str, int]
) -> list[PriorityCounts]:
    """Count *outcomes* by their priorities, in *order* (labels), the others after these.

    *promised* are the minutes in which the vendor promises an answer.
    """
    ranks = {label: rank for rank, label in enumerate(order)}
    groups: dict[str | None, list[Outcome]] = {}
    for each in outcomes:
        groups.setdefault(each.priority, []).append(each)

    def place(label: str | None) -> tuple[int, bool, str]:
        return ranks.get(label or "", len(ranks)), label is None, label or ""

    return [_counted(label, groups[label], promised) for label in sorted(groups, key=place)]


def _counted(
    priority: str | None, outcomes: Sequence[Outcome], promised: Mapping[str, int]
) -> PriorityCounts:
    minutes = sorted(each.minutes for each in outcomes if each.minutes is not None)
    return PriorityCounts(
        priority=priority,
        promised_minutes=promised_minutes(priority, promised),
        sent=len(outcomes),
        answered=len(minutes),
        in_time=sum(each.in_time is True for each in outcomes),
        median_minutes=_median(minutes) if minutes else None,
        worst_minutes=minutes[-1] if minutes else None,
    )


def _median(ordered: Sequence[int]) -> float:
    """Return the middle one of numbers in order, or what lies between the middle two."""
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    between = (ordered[middle - 1] + ordered[middle]) / 2
    return int(between) if between.is_integer() else between
