"""Tell the team on Slack, once and in time, whichever watch on this computer sees it first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mcdesk.core.alerts import Due, Memory, Occasion, Rules, due, told
from mcdesk.core.digest import Line, payload
from mcdesk.core.hours import OpeningHours
from mcdesk.ops.stale import Listed, StaleReport
from mcdesk.store.alerts import Alerts
from mcdesk.store.lock import Lock


class Poster(Protocol):
    """What takes a post to Slack: Slack, or the demo's inbox."""

    def post(self, payload: Mapping[str, Any]) -> None:
        """Post *payload* once."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A digest that got through *at* some instant (UTC), and the numbers of the tickets in it."""

    occasion: Occasion
    numbers: Sequence[str]
    at: datetime


class Alerting:
    """Digests to *slack* by *rules*, remembered in *alerts*; *lock* lets one watch at a time."""

    def __init__(
        self, alerts: Alerts, lock: Lock, slack: Poster, rules: Rules, hours: OpeningHours
    ) -> None:
        self._alerts = alerts
        self._lock = lock
        self._slack = slack
        self._rules = rules
        self._hours = hours

    def tell(self, report: StaleReport, clock: Callable[[], datetime]) -> Alert | None:
        """Send the digest that is due about *report*, which lists everything unclaimed.

        Raises WebhookRefused, or SlackProblem: then the next round tries again. Raises Busy where
        another watch is telling the team just now: it is left to that one.
        """
        with self._lock.held():
            # Not when *report* was made: another watch may have told the team since.
            memory, now = self._alerts.read(), clock()
            waits = [listed.wait for listed in report.tickets]
            digest = due(waits, memory, self._rules, hours=self._hours, now=now)
            return self._send(digest, report, memory, now) if digest else None

    def last_digest(self) -> datetime | None:
        """Tell when the team heard something last (UTC)."""
        return self._alerts.read().digest

    def _send(
        self, digest: Due, report: StaleReport, memory: Memory, now: datetime
    ) -> Alert | None:
        wanted = {wait.ticket.id for wait in digest.waits}
        lines = [_line(each) for each in report.tickets if each.wait.ticket.id in wanted]
        if lines:
            closing = self._closing(digest)
            self._slack.post(payload(digest.occasion, lines, after=report.after, closing=closing))
        self._alerts.write(told(memory, digest, now))
        return Alert(digest.occasion, [line.number for line in lines], now) if lines else None

    def _closing(self, digest: Due) -> str:
        """Say when the desk closes, in a last call only: a desk that never closes has none."""
        if digest.occasion is not Occasion.LAST_CALL:
            return ""
        return f"{digest.opening.end.astimezone(self._hours.zone):%H:%M}"


def _line(listed: Listed) -> Line:
    return Line(
        number=listed.wait.ticket.number,
        url=listed.url or "",
        company=listed.company or "",
        title=listed.wait.ticket.title,
        contact=listed.contact or "",
        priority=listed.priority or "",
        waiting=listed.wait.waiting,
        stale=listed.wait.stale,
    )
