"""Look at the desk once: what waits, what was handed off lately, what did not get out."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcdesk.autotask.client import Autotask
from mcdesk.core.hours import OpeningHours
from mcdesk.core.journal import Deed, Standing
from mcdesk.core.pacing import Usage, seconds_asked
from mcdesk.errors import DeskError, SlackProblem
from mcdesk.ops.alerting import Alert, Alerting
from mcdesk.ops.log import Log, Logged, checked, read_log
from mcdesk.ops.staff import Vendor
from mcdesk.ops.stale import Search, StaleReport, find_stale
from mcdesk.store.journal import Journal
from mcdesk.store.outbox import Outbox

# Workflow rules act within minutes, and on each other: an hour is more than they need
# (autotask help, Workflow Rules).
_RECENT = timedelta(hours=1)


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
class _Pause:
    """A pause that Slack asked for at *since*, of *length*."""

    since: datetime
    length: timedelta

    def holds(self, now: datetime) -> bool:
        """Tell whether it is not over; a clock that was set back, or stands still, ends it."""
        return self.since < now < self.since + self.length


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
        self._pause: _Pause | None = None

    def look(self) -> Seen:
        """Look once, and tell the team what is due.

        Raises what Autotask or the database say, and WebhookRefused.
        """
        now, autotask = self._now(), self._autotask()
        report = find_stale(autotask, self._search, hours=self._hours, vendor=self._vendor, now=now)
        alert, problem = self._tell(report)
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

    def _tell(self, report: StaleReport) -> tuple[Alert | None, SlackProblem | None]:
        if self._alerting is None:
            return None, None
        if self._pause and self._pause.holds(self._now()):
            return None, SlackProblem("Slack asked for a pause; the digest follows")
        try:
            return self._alerting.tell(report, self._now), None
        except SlackProblem as problem:
            now = self._now()
            self._pause = _Pause(now, asked_pause(problem, now))
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


def _holds(logged: Logged) -> bool:
    return logged.check is None or logged.check.standing in (Standing.HOLDS, Standing.MOVED_ON)


def asked_pause(problem: DeskError, now: datetime) -> timedelta:
    """Tell for how long whoever raised *problem* asked to be left alone; a day is the most."""
    header = getattr(problem, "retry_after", "")
    return timedelta(seconds=min(seconds_asked(header, now=now.timestamp()) or 0.0, 86400.0))
