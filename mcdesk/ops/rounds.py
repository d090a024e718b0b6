"""Look at the desk again and again, at a pace that leaves room for the tenant's other tools.

Failures that waiting can fix make it wait longer; those that only people can fix end it.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mcdesk.core.pacing import Usage, backed_off, slowed
from mcdesk.errors import AutotaskProblem, DeskError, StoreProblem
from mcdesk.ops.watch import Seen, Watch, heeded
from mcdesk.ops.with_mc import JUDGE_EVERY

# How often the tenant's budget is asked for.
_USAGE_EVERY = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_TICK = 1.0
# A clock that moved this much more, or less, than we slept was set, or the computer slept.
_JUMP = timedelta(seconds=30)
_MENDS_ITSELF = (AutotaskProblem, StoreProblem)


@dataclass(frozen=True, slots=True)
class Round:
    """The state of the watch after a round *at* some instant; the next one is at *next_at* (UTC).

    *seen* is the last round that went well, None before the first. *problem* is why this one did
    not, the *failures*-th in a row. *gap* is since when the clock jumped, or the computer slept.
    *requests* is what went to Autotask from here in the last hour, *usage* what all tools made.
    """

    at: datetime
    next_at: datetime
    interval: timedelta
    seen: Seen | None = None
    problem: DeskError | None = None
    failures: int = 0
    gap: datetime | None = None
    requests: int = 0
    usage: Usage | None = None

    @property
    def slowed(self) -> bool:
        """Whether the tenant's shared hour makes it look more seldom."""
        return self.problem is None and self.next_at - self.at > self.interval


class Rounds:
    """The rounds of *watch*, for ever.

    *tick* is called while it waits; what it returns a true value for ends the wait.
    """

    def __init__(
        self,
        watch: Watch,
        *,
        interval: timedelta,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        tick: Callable[[], Any] = lambda: None,
    ) -> None:
        self._watch = watch
        self._interval = interval
        self._now = now
        self._sleep = sleep
        self._tick = tick
        self._requests = deque[datetime]()
        self._counted = 0
        self._usage: Usage | None = None
        self._usage_at: datetime | None = None

    def __iter__(self) -> Iterator[Round]:
        """Yield what each round came to; raise what waiting cannot fix."""
        last: Seen | None = None
        failures, gap = 0, None
        while True:
            at, problem = self._now(), None
            try:
                last, failures = self._watch.look(), 0
                self._look_at_usage(at)
                asked = heeded(last.handoffs.problem, at)
                pause = max(slowed(self._interval, self._usage), asked)
            except _MENDS_ITSELF as error:
                problem, failures = error, failures + 1
                last = last and last.in_retrospect
                pause = backed_off(self._interval, failures, asked=heeded(error, at))
            self._count(at)
            yield Round(
                at,
                at + pause,
                self._interval,
                last,
                problem,
                failures,
                gap,
                len(self._requests),
                self._usage,
            )
            gap = self._wait(pause)

    def _sent(self) -> int:
        with suppress(DeskError):
            return self._watch.requests_sent
        return 0

    def _count(self, at: datetime) -> None:
        """Count what was sent since the last round, by whomever, as sent *at* an instant."""
        sent = self._sent()
        self._requests.extend([at] * (sent - self._counted))
        self._counted = sent
        while self._requests and not timedelta(0) <= at - self._requests[0] < _HOUR:
            self._requests.popleft()

    def _look_at_usage(self, at: datetime) -> None:
        if self._usage_at is None or not timedelta(0) <= at - self._usage_at < _USAGE_EVERY:
            # If Autotask does not say, what it said last is the best that is known.
            self._usage, self._usage_at = self._watch.usage() or self._usage, at

    def _wait(self, pause: timedelta) -> datetime | None:
        """Wait, second by second; if the clock jumps, stop and return when it was last right."""
        left = pause.total_seconds()
        while left > 0:
            before, slept = self._now(), min(_TICK, left)
            self._sleep(slept)
            left -= slept
            if abs(self._now() - before - timedelta(seconds=slept)) > _JUMP:
                return before
            if self._tick():
                return None
        return None


def requests_an_hour(interval: timedelta) -> int:
    """Return how many requests to Autotask an hour takes while at most 500 tickets wait.

    A round asks which tickets the vendor has, what waits, and the notes and time entries of that;
    now and then the vendor's notes and time entries as well. The budget is extra.
    """
    every = max(interval, JUDGE_EVERY)
    return round(4 * _HOUR / interval + 2 * _HOUR / every + _HOUR / _USAGE_EVERY)
