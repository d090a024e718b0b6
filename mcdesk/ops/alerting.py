"""Post to the team on Slack, once and in time, whichever watch on this computer sees it first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from mcdesk.core.alerts import LONGEST_POST, Due, Occasion, Rules, due, told
from mcdesk.core.digest import Line, cannot_read, payload
from mcdesk.core.hours import OpeningHours
from mcdesk.core.tickets import Ticket
from mcdesk.errors import Busy, DeskError, SlackProblem, StoreProblem
from mcdesk.ops.finding import ListedTicket
from mcdesk.ops.stale import Listed, StaleReport
from mcdesk.store.alerts import Alerts
from mcdesk.store.lock import Lock

# Seconds in which whoever got the lock has written down that it did.
_A_MOMENT = 0.5


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
    """Digests to *slack* by *rules*, remembered in *alerts*; *lock* lets one watch at a time.

    *phone* is the number to call when the vendor is late.
    """

    def __init__(
        self,
        alerts: Alerts,
        lock: Lock,
        slack: Poster,
        rules: Rules,
        hours: OpeningHours,
        *,
        phone: str,
    ) -> None:
        self._alerts = alerts
        self._lock = lock
        self._slack = slack
        self._rules = rules
        self._hours = hours
        self._phone = phone

    def tell(
        self,
        report: StaleReport,
        clock: Callable[[], datetime],
        *,
        overdue: Sequence[ListedTicket] = (),
        patience: float = 0.0,
    ) -> Alert | None:
        """Send the digest that is due about *report*, which lists everything unclaimed.

        *overdue* are the tickets that the vendor has not answered in time. Raises WebhookRefused,
        or SlackProblem: then the next round tries again. Raises Busy if another watch is telling
        the team just now: it is left to that one, unless it hangs.
        """
        try:
            with self._lock.held(patience=patience), self._posting(clock()):
                return self._tell(report, overdue, clock)
        except Busy:
            since = self._alerts.posting_since()
            # A clock that was set back does not hide one that hangs.
            if since is None or abs(clock() - since) <= LONGEST_POST:
                raise
        if not patience:
            # The mark may be a dead one's, which whoever has the lock now is writing over.
            return self.tell(report, clock, overdue=overdue, patience=_A_MOMENT)
        raise SlackProblem(
            f"another mcdesk has been telling the team since {self._hours.clock.time(since)} and "
            "has not finished",
            hint="look for a `mcdesk watch --slack` that is stopped or hung on this computer, and "
            "end it; then the next round tells the team",
        )

    def tell_blind(self, problem: DeskError, now: datetime) -> None:
        """Post, whatever the hour, that Autotask cannot be read; once, until it can.

        Raises as `tell` does.
        """
        with self._lock.held(), self._posting(now):
            memory = self._alerts.read()
            if memory.blind is None:
                self._slack.post(cannot_read(problem.message))
                self._alerts.write(replace(memory, blind=now))

    def last_digest(self) -> datetime | None:
        """Return when the team heard something last (UTC)."""
        return self._alerts.read().digest

    @contextmanager
    def _posting(self, now: datetime) -> Iterator[None]:
        """Let others see since when this one is at it; that it cannot be stored stops nobody."""
        with suppress(StoreProblem):
            self._alerts.begin_post(now)
        try:
            yield
        finally:
            with suppress(StoreProblem):
                self._alerts.end_post()

    def _tell(
        self, report: StaleReport, overdue: Sequence[ListedTicket], clock: Callable[[], datetime]
    ) -> Alert | None:
        # Not when *report* was made: another watch may have told the team since.
        memory, now = self._alerts.read(), clock()
        if memory.blind:
            memory = replace(memory, blind=None)
            with suppress(StoreProblem):  # no reason not to tell what waits
                self._alerts.write(memory)
        waits = [listed.wait for listed in report.tickets]
        late = {each.ticket.id: each.mc.since for each in overdue if each.mc and each.mc.since}
        digest = due(waits, memory, self._rules, hours=self._hours, now=now, overdue=late)
        if digest is None:
            return None
        lines = [
            *(_late(each, self._phone) for each in overdue if each.ticket.id in digest.overdue),
            *_lines(report, digest),
        ]
        if lines:
            self._post(digest, lines, report)
        self._alerts.write(told(memory, digest, now))
        return Alert(digest.occasion, [line.number for line in lines], now) if lines else None

    def _post(self, digest: Due, lines: Sequence[Line], report: StaleReport) -> None:
        closing = self._closing(digest)
        self._slack.post(payload(digest.occasion, lines, after=report.after, closing=closing))

    def _closing(self, digest: Due) -> str:
        """Write when the desk closes, in a last call only: a desk that never closes has none."""
        if digest.occasion is not Occasion.LAST_CALL:
            return ""
        return self._hours.clock.time(digest.opening.end)


def _lines(report: StaleReport, digest: Due) -> Iterator[Line]:
    """Describe the tickets that wait of which *digest* is."""
    wanted = {wait.ticket.id for wait in digest.waits}
    for listed in report.tickets:
        wait = listed.wait
        if wait.ticket.id in wanted:
            how = {"waiting": wait.waiting, "stale": wait.stale, "back": wait.back}
            yield _line(wait.ticket, listed, **how)


def _late(listed: ListedTicket, phone: str) -> Line:
    return _line(listed.ticket, listed, late=listed.mc.in_words(phone) if listed.mc else "")


def _line(ticket: Ticket, listed: Listed | ListedTicket, **more: Any) -> Line:
    return Line(
        number=ticket.number,
        url=listed.url or "",
        company=listed.company or "",
        title=ticket.title,
        contact=listed.contact or "",
        priority=listed.priority or "",
        **more,
    )
