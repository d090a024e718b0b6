"""Find out now and then how all stands that the vendor has: it costs, and they promise hours."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter

from mcdesk.core.steps import replaced
from mcdesk.core.tickets import Ticket
from mcdesk.errors import (
    AutotaskProblem,
    DeskError,
    LabelProblem,
    PermissionDenied,
    SetupProblem,
    StoreProblem,
)
from mcdesk.ops.finding import ListedTicket, TicketList

JUDGE_EVERY = timedelta(minutes=5)
# As many as one page has room for.
MOST_WITH_MC = 500
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class WithMc:
    """The open *tickets* that the vendor has, the newest first, of so many (*count*).

    *lacks* says what may be missing, *problem* why nobody could look.
    """

    tickets: Sequence[ListedTicket] = ()
    count: int = 0
    lacks: Sequence[str] = ()
    problem: DeskError | None = None

    @property
    def overdue(self) -> list[ListedTicket]:
        """Those whose answer is late, the latest first."""
        clocks = ((each.mc, each) for each in self.tickets)
        late = [(mc.overdue_minutes or 0, each) for mc, each in clocks if mc and mc.overdue]
        return [each for _, each in sorted(late, key=itemgetter(0), reverse=True)]

    @property
    def answered(self) -> int:
        """How many they have answered."""
        return sum(bool(each.mc and each.mc.answered) for each in self.tickets)

    @property
    def unknown(self) -> int:
        """Of how many nobody knows since when they have them."""
        return sum(not (each.mc and each.mc.since) for each in self.tickets)


class VendorWatch:
    """What the vendor has, as *look* finds it, and how each stands, as *judge* finds out of that.

    It is judged again after a while, or when an answer is late.
    """

    def __init__(
        self, look: Callable[[], Sequence[Ticket]], judge: Callable[[Sequence[Ticket]], TicketList]
    ) -> None:
        self._look, self._judge = look, judge
        self._held: Sequence[Ticket] | DeskError = ()
        self._judged: TicketList | None = None

    def look(self) -> Collection[int] | None:
        """Look which tickets the vendor has, and return their ids; None if nobody can know."""
        try:
            self._held = self._look()
        except (LabelProblem, PermissionDenied) as problem:
            self._held = problem
            return None
        return {each.id for each in self._held}

    def at(self, now: datetime) -> WithMc:
        """Return how what was seen last stands at *now*; what is in the way is told in there."""
        if isinstance(self._held, DeskError):
            return WithMc(problem=self._held)
        found = self._judged if self._judged and _holds(self._judged, now) else None
        try:
            self._judged = found = found or self._judge(self._held)
        except (AutotaskProblem, SetupProblem, StoreProblem) as problem:
            self._judged = None
            return WithMc(problem=problem)
        tickets = [_later(each, now - found.as_of) for each in found.tickets]
        return WithMc(tickets, found.count, found.lacks)

    def forget(self) -> None:
        """Judge again the next time."""
        self._judged = None


def _holds(found: TicketList, now: datetime) -> bool:
    """Return whether there is no need to look again at *now*; a clock set back is one."""
    return found.as_of <= now < found.as_of + min([JUDGE_EVERY, *_left(found.tickets)])


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
