"""How a round of `mcdesk watch` looks: what waits, how soon it is stale, what needs a look."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from mcdesk.cli import clocks
from mcdesk.cli.log import view as log_view
from mcdesk.cli.stale import view as stale_view
from mcdesk.cli.stale.view import COMPANY, PRIORITY, TICKET, WAITING
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, Column
from mcdesk.core.hours import OpeningHours
from mcdesk.core.staleness import Wait
from mcdesk.core.wording import counted, instant, span
from mcdesk.errors import DeskError
from mcdesk.ops.rounds import Round
from mcdesk.ops.stale import Listed, StaleReport
from mcdesk.ops.watch import Alerted, Handoffs, Seen
from mcdesk.ops.with_mc import WithMc

_WIDE_COLUMNS = (TICKET, COMPANY, Column("title", share=5), PRIORITY, WAITING, Column("stale"))
_NARROW_COLUMNS = (TICKET, COMPANY, PRIORITY, WAITING, Column("stale"))
_MINUTE = timedelta(minutes=1)
# Tickets that one line names.
_MOST_NAMED = 5
# The style of news that somebody has to do something about.
URGENT = "urgent"


class RoundView:
    """Says what rounds came to, by the desk's *hours*; *vendor* is named in the foot.

    *phone* is their number.
    """

    def __init__(self, hours: OpeningHours, *, vendor: str, phone: str) -> None:
        self._hours = hours
        self.vendor, self.phone = vendor, phone

    def draw_once(self, page: Page, seen: Seen) -> None:
        """Draw one round that stands for itself."""
        self._draw_tickets(page, seen.report)
        for notice in self.notices(seen):
            page.block(notice.text, style=notice.style)

    def sentence(self, now: Round) -> str:
        """Say in one line what a round came to, for a log."""
        if now.problem:
            return f"{now.problem.message}; looking again at {self.clock(now.next_at)}"
        assert now.seen is not None
        notices = [cell.text for cell in self.notices(now.seen, minutes=False)]
        return "; ".join([stale_view.counts(now.seen.report), *notices])

    def clock(self, moment: datetime) -> str:
        """Say a moment as the desk's clock shows it."""
        return self._hours.clock.time(moment, seconds=True)

    def times(self, now: Round) -> str:
        """Say when the last look was, and when the next one is."""
        times = f"{self.clock(now.at)}, again {self.clock(now.next_at)}"
        return times + (f", the clock jumped at {self.clock(now.gap)}" if now.gap else "")

    def draw_trouble(self, page: Page, now: Round) -> None:
        """Draw why *now* failed, and how old what is known is; nothing for one that did not."""
        if not now.problem:
            return
        failed = f"This round failed, {now.failures} in a row: {now.problem.message}"
        page.block(failed, style=URGENT)
        since = self.clock(now.seen.report.as_of) if now.seen else ""
        page.line(Cell(f"What follows is from {since}" if since else "Nothing is known yet"))

    def _draw_tickets(self, page: Page, report: StaleReport) -> None:
        """Draw the tickets and the foot."""

        def when(listed: Listed) -> dict[str, Cell]:
            return {"stale": Cell(self._stale_when(listed.wait, report))}

        if report.tickets:
            columns = _WIDE_COLUMNS if stale_view.is_wide(page) else _NARROW_COLUMNS
            page.table(stale_view.ticket_table(report, columns, when))
        page.line()
        stale_view.draw_foot(page, report, hours=self._hours, vendor=self.vendor)

    def _stale_when(self, wait: Wait, report: StaleReport) -> str:
        """Say when a ticket becomes stale: in so many minutes today, or at what time."""
        if wait.stale:
            return "yes"
        left = report.after - wait.waiting
        try:
            moment = self._hours.after(report.as_of, left)
        except ValueError:  # a desk that never opens
            return "-"
        closes = report.desk.changes_at
        if report.desk.open and (closes is None or moment <= closes):
            return f"in {span(left + _MINUTE - timedelta.resolution)}"
        return self._hours.clock.moment(moment, report.as_of)

    def notices(self, seen: Seen, *, minutes: bool = True) -> Iterator[Cell]:
        """Yield what somebody should know, the worse in color; without *minutes* that count up."""
        if seen.alerted:
            yield self._told(seen.alerted, seen.report)
        yield from self._of_mc(seen.with_mc, minutes=minutes)
        yield from self._handoffs(seen.handoffs)
        if seen.undelivered:
            did = counted(seen.undelivered, "thing")
            yield Cell(f"{did} didn't go out: mcdesk outbox", URGENT)

    def _of_mc(self, with_mc: WithMc, *, minutes: bool) -> Iterator[Cell]:
        """Say how many tickets the vendor has, and which of them are overdue."""
        late, has = with_mc.overdue, f"{self.vendor} has {counted(with_mc.count, 'ticket')}"
        if with_mc.problem:
            problem = with_mc.problem.message
            yield Cell(f"{self.vendor}'s tickets were not checked: {problem}", URGENT)
        elif late and not minutes:
            numbers = _first([each.ticket.number for each in late])
            yield Cell(f"{has}, {len(late):,} overdue: {numbers}", URGENT)
        elif late:
            yield Cell(f"{has}, {len(late):,} overdue", URGENT)
            for each in late[:_MOST_NAMED]:
                said = each.mc.in_words(self.phone) if each.mc else ""
                yield Cell(f"{each.ticket.number} {said}", URGENT)
        elif with_mc.count and minutes:
            yield Cell(f"{has}, none overdue", "fine")

    def _handoffs(self, handoffs: Handoffs) -> Iterator[Cell]:
        if handoffs.problem:
            yield Cell(f"Handoffs were not checked: {handoffs.problem.message}", URGENT)
        for each in handoffs.lost:
            now = each.comparison and log_view.today(each.operation, each.comparison)
            yield Cell(
                f"{each.operation.number}, sent at {self.clock(each.operation.at)}, {now}", URGENT
            )
        if handoffs.number and not handoffs.lost:
            did = counted(handoffs.number, "handoff")
            yield Cell(f"{did} of the last hour: all hold", "fine")

    def _told(self, alerted: Alerted, report: StaleReport) -> Cell:
        """Say whether the team was told, and of what, or when it was told last."""
        if alerted.problem:
            return Cell(f"The team was not told: {alerted.problem.message}", URGENT)
        if alerted.alert:
            told = _first(alerted.alert.numbers)
            return Cell(f"Told the team just now ({alerted.alert.occasion}): {told}", "fine")
        if alerted.elsewhere:
            return Cell("Another mcdesk on this computer is telling the team", "quiet")
        last = alerted.last
        when = self._hours.clock.moment(last, report.as_of) if last else ""
        told = f"told last at {when}" if last else "not told yet"
        closed = "" if report.desk.open else "; it is told in opening hours"
        return Cell(f"The team was {told}{closed}", "quiet")


def as_json(seen: Seen | None, now: Round | None = None) -> dict[str, Any]:
    """Build the document `mcdesk.watch/1`: keys are always there, what is unknown is null."""
    known = stale_view.as_json(seen.report) if seen else {}
    known.pop("elsewhere", None)  # nobody asks for it every minute
    alerted = (seen and seen.alerted) or Alerted()
    handoffs = seen.handoffs if seen else Handoffs()
    with_mc = seen.with_mc if seen else None
    alert = alerted.alert
    return {
        **dict.fromkeys(
            ("as_of", "threshold_minutes", "business_hours", "searched", "counts", "odd")
        ),
        **known,
        "schema": "mcdesk.watch/1",
        "tickets": list(known.get("tickets", ())),
        "digest": alert and {"occasion": alert.occasion.value, "tickets": list(alert.numbers)},
        "digest_error": _message(alerted.problem),
        "handoffs": [
            {
                "ticket": {"id": each.operation.ticket_id, "number": each.operation.number},
                "sent": instant(each.operation.at),
                "standing": each.comparison.standing.value if each.comparison else None,
            }
            for each in handoffs.lost
        ],
        "handoffs_error": _message(handoffs.problem),
        "mc": _mc_as_json(with_mc) if with_mc and not with_mc.problem else None,
        "mc_error": _message(with_mc.problem if with_mc else None),
        "outbox": seen.undelivered if seen else None,
        "error": _message(now.problem if now else None),
        "next": instant(now.next_at) if now else None,
    }


def _mc_as_json(with_mc: WithMc) -> dict[str, Any]:
    """Build how many tickets the vendor has, and how those stand whose answer is late."""
    late = with_mc.overdue
    return {
        "counts": {
            "with_mc": with_mc.count,
            "answered": with_mc.answered,
            "overdue": len(late),
            "unknown_since": with_mc.unknown,
        },
        "overdue": [
            {
                "id": each.ticket.id,
                "number": each.ticket.number,
                "title": each.ticket.title,
                "company": each.company,
                "priority": each.priority,
                "url": each.url,
                **(clocks.as_json(each.mc) if each.mc else {}),
            }
            for each in late
        ],
    }


def _message(problem: DeskError | None) -> str | None:
    return problem.message if problem else None


def _first(numbers: Sequence[str]) -> str:
    """Name some of the tickets *numbers*, and how many more there are."""
    more = len(numbers) - _MOST_NAMED
    named = ", ".join(numbers[:_MOST_NAMED])
    return f"{named} and {more:,} more" if more > 0 else named


def requests(now: Round) -> str:
    """Say how many requests went out, and whether that slows it down."""
    said = f"{counted(now.requests, 'request')} in the last hour from here"
    if now.usage:
        used, allowed = now.usage.used, now.usage.allowed
        said += f"; the tenant's tools made {used:,} of {allowed:,} ({now.usage.share:.0%})"
    if now.slowed:
        said += f", so it looks every {span(now.next_at - now.at)}"
    return said
