"""Look now and then at all that the vendor has: each look costs, and their promises are hours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcdesk.core.steps import replaced
from mcdesk.errors import AutotaskProblem, DeskError, SetupProblem, StoreProblem
from mcdesk.ops.finding import ListedTicket, TicketList

LOOK_EVERY = timedelta(minutes=5)
# As many as one page has room for.
MOST_WITH_MC = 500
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class WithMc:
    """The open *tickets* that the vendor has, the newest first, of so many (*count*).

    *problem* is why nobody could look.
    """

    tickets: Sequence[ListedTicket] = ()
    count: int = 0
    problem: DeskError | None = None

    @property
    def overdue(self) -> list[ListedTicket]:
        """Those whose answer is late, the latest first."""
        late = [each for each in self.tickets if each.mc and each.mc.overdue]
        return sorted(late, key=lambda each: -_overdue_minutes(each))

    @property
    def answered(self) -> int:
        """How many they have answered."""
        return sum(bool(each.mc and each.mc.answered) for each in self.tickets)

    @property
    def unknown(self) -> int:
        """Of how many nobody knows since when they have them."""
        return sum(not (each.mc and each.mc.since) for each in self.tickets)


class VendorWatch:
    """What the vendor has, as *look* finds it: again after a while, or when an answer is late."""

    def __init__(self, look: Callable[[], TicketList]) -> None:
        self._look = look
        self._found: TicketList | None = None

    def at(self, now: datetime) -> WithMc:
        """Return how all stands at *now*; what cannot be read is told in there."""
        try:
            found = self._found if self._found and _holds(self._found, now) else self._look()
        except (AutotaskProblem, SetupProblem, StoreProblem) as problem:
            self._found = None
            return WithMc(problem=problem)
        self._found = found
        return WithMc([_later(each, now - found.as_of) for each in found.tickets], found.count)

    def forget(self) -> None:
        """Look again the next time."""
        self._found = None


def _holds(found: TicketList, now: datetime) -> bool:
    """Return whether there is no need to look again at *now*; a clock set back is one."""
    return found.as_of <= now < found.as_of + min([LOOK_EVERY, *_left(found.tickets)])


def _left(tickets: Sequence[ListedTicket]) -> list[timedelta]:
    """Return after how long the vendor's answers become overdue: then somebody has to look."""
    clocks = [each.mc for each in tickets if each.mc]
    return [
        each.due - each.now + _MINUTE
        for each in clocks
        if each.due and not each.answered and not each.overdue
    ]


def _later(listed: ListedTicket, passed: timedelta) -> ListedTicket:
    """Return how it stands when some time has *passed*."""
    mc = listed.mc
    return replace(listed, mc=replaced(mc, now=mc.now + passed)) if mc and passed else listed


def _overdue_minutes(listed: ListedTicket) -> int:
    return (listed.mc.overdue_minutes if listed.mc else None) or 0
