"""Look at the desk again and again: what waits, what was handed off lately, what did not get out.

Failures that waiting can mend make it wait longer; those that only people can mend end it.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mcdesk.autotask.client import Autotask
from mcdesk.core.hours import OpeningHours
from mcdesk.core.journal import Deed, Standing
from mcdesk.core.pacing import Usage, backed_off, seconds_asked, slowed
from mcdesk.errors import AutotaskProblem, DeskError, SlackProblem, StoreProblem
from mcdesk.ops.alerting import Alert, Alerting
from mcdesk.ops.log import Log, Logged, checked, read_log
from mcdesk.ops.staff import Vendor
from mcdesk.ops.stale import Search, StaleReport, find_stale
from mcdesk.store.journal import Journal
from mcdesk.store.outbox import Outbox

# Workflow rules act within minutes, and on each other: an hour is more than they need
# (autotask help, Workflow Rules).
_RECENT = timedelta(hours=1)
# How often the tenant's budget is asked for.
_USAGE_EVERY = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_TICK = 1.0
# A clock that moved this much more, or less, than we slept was set, or the computer slept.
_JUMP = timedelta(seconds=30)
_MENDS_ITSELF = (AutotaskProblem, StoreProblem)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one round saw: all that waits, and hand-offs of the last hour that hold no longer.

    *alert* is the digest that went out in it, *slack_problem* why one did not, *last_digest* when
    the last one did (UTC), *undelivered* how many things are in the outbox.
    """

    report: StaleReport
    handoffs: int
    lost_handoffs: Sequence[Logged]
    undelivered: int
    alert: Alert | None = None
    slack_problem: DeskError | None = None
    last_digest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """Where the watch stands after a round *at* some instant; the next one is at *next_at* (UTC).

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


class Watch:
    """One round after the other; *alerting* is None where the team is not to be told."""

    def __init__(
        self,
        autotask: Callable[[], Autotask],
        search: Search,
        vendor: Vendor,
        journal: Journal,
        outbox: Outbox,
        alerting: Alerting | None,
        *,
        hours: OpeningHours,
        now: Callable[[], datetime],
    ) -> None:
        self._autotask = autotask
        self._search = replace(search, everything=True)
        self._vendor = vendor
        self._journal = journal
        self._outbox = outbox
        self._alerting = alerting
        self._hours = hours
        self._now = now
        self._slack_not_before: datetime | None = None

    def look(self) -> Seen:
        """Look once, and tell the team what is due.

        Raises what Autotask or the database say, and WebhookRefused.
        """
        now, autotask = self._now(), self._autotask()
        report = find_stale(autotask, self._search, hours=self._hours, vendor=self._vendor, now=now)
        alert, problem = self._tell(report, now)
        handoffs = self._handoffs(autotask, now)
        return Seen(
            report,
            len(handoffs),
            [each for each in handoffs if not _holds(each)],
            len(self._outbox.open()),
            alert,
            problem,
            self._alerting.last_digest() if self._alerting else None,
        )

    def usage(self) -> Usage | None:
        """Ask how much of the tenant's hour is used; None where Autotask does not say."""
        with suppress(DeskError):
            return Usage(*self._autotask().requests_this_hour())
        return None

    @property
    def requests_sent(self) -> int:
        """How many requests went out so far."""
        return self._autotask().requests_sent

    def _tell(self, report: StaleReport, now: datetime) -> tuple[Alert | None, SlackProblem | None]:
        if self._alerting is None:
            return None, None
        if self._slack_not_before and now < self._slack_not_before:
            return None, SlackProblem("Slack asked for a pause; the digest follows")
        self._slack_not_before = None
        try:
            return self._alerting.tell(report, now), None
        except SlackProblem as problem:
            self._slack_not_before = now + _asked(problem, now)
            return None, problem

    def _handoffs(self, autotask: Autotask, now: datetime) -> Sequence[Logged]:
        """Look whether the hand-offs of the last hour still hold: none, and nothing is asked."""
        log = read_log(self._journal, since=now - _RECENT)
        recent = [
            each
            for each in log.entries
            if each.entry.deed is Deed.SEND and each.entry.changed_anything and not each.superseded
        ]
        return checked(Log(recent, 0, checked=False), autotask).entries


class Rounds:
    """The rounds of *watch*, for ever; *tick* is called while it waits."""

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
        self._usage: Usage | None = None
        self._usage_at: datetime | None = None

    def __iter__(self) -> Iterator[Round]:
        """Yield what each round came to; raise what no waiting can mend."""
        last: Seen | None = None
        failures, gap = 0, None
        while True:
            at, problem = self._now(), None
            sent = self._sent()
            try:
                last, failures = self._watch.look(), 0
                self._look_at_usage(at)
                pause = slowed(self._interval, self._usage)
            except _MENDS_ITSELF as error:
                problem, failures = error, failures + 1
                pause = backed_off(self._interval, failures, asked=_asked(error, at))
            self._count(at, self._sent() - sent)
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

    def _count(self, at: datetime, requests: int) -> None:
        self._requests.extend([at] * requests)
        while self._requests and not timedelta(0) <= at - self._requests[0] < _HOUR:
            self._requests.popleft()

    def _look_at_usage(self, at: datetime) -> None:
        if self._usage_at is None or not timedelta(0) <= at - self._usage_at < _USAGE_EVERY:
            self._usage, self._usage_at = self._watch.usage(), at

    def _wait(self, pause: timedelta) -> datetime | None:
        """Wait, second by second; where the clock jumps, stop and tell since when it is unknown."""
        left = pause.total_seconds()
        while left > 0:
            before, slept = self._now(), min(_TICK, left)
            self._sleep(slept)
            left -= slept
            self._tick()
            if abs(self._now() - before - timedelta(seconds=slept)) > _JUMP:
                return before
        return None


def requests_an_hour(interval: timedelta) -> int:
    """Tell how many requests to Autotask an hour takes while at most 500 tickets wait.

    A round asks for the tickets, their notes and their time entries; the budget is extra.
    """
    return round(3 * _HOUR / interval + _HOUR / _USAGE_EVERY)


def _holds(logged: Logged) -> bool:
    return logged.check is None or logged.check.standing in (Standing.HOLDS, Standing.MOVED_ON)


def _asked(problem: DeskError, now: datetime) -> timedelta:
    """Tell for how long whoever raised *problem* asked to be left alone; a day is the most."""
    header = getattr(problem, "retry_after", "")
    return timedelta(seconds=min(seconds_asked(header, now=now.timestamp()) or 0.0, 86400.0))
