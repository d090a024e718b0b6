"""How the report looks: in tables, as JSON, as lines for a spreadsheet."""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.clock import Clock
from mcdesk.core.report import Counts, Outcome, PriorityCounts
from mcdesk.core.wording import counted, harmless, instant, span
from mcdesk.ops.report import Report, Reported
from mcdesk.settings.model import Settings

# Below so many cells, the company stands below the ticket; below fewer, the time does as well.
_WIDE, _NARROW = 96, 72
_COUNTED = (
    Column("priority", share=1),
    *(Column(title, right=True) for title in ("promised", "sent", "answered", "in time")),
    *(Column(title, right=True) for title in ("median", "worst")),
)
_TICKET, _COMPANY = Column("ticket"), Column("company", share=4, limit=30)
_PRIORITY, _SENT = Column("priority", share=3), Column("sent")
_FIRST, _NOW = Column("first word"), Column("now", share=6)
# Where a spreadsheet takes what comes for a formula (OWASP, "CSV Injection"): at the beginning of a
# cell, which a semicolon ends where commas are in numbers, behind blanks and quotes; in full width
# as well.
_FORMULA = re.compile(r"(?:^|(?<=;))(?=[\s\"']*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def as_json(report: Report) -> dict[str, Any]:
    """Build the document `mcdesk.report/1`; keys are always there, what is unknown is null."""
    return {
        "schema": "mcdesk.report/1",
        "as_of": instant(report.as_of),
        "since": instant(report.since),
        "counts": report.counts,
        "by_priority": list(report.by_priority),
        "tickets": [_ticket(each) for each in report.tickets],
    }


def print_csv(output: Output, report: Report) -> None:
    """Print the tickets of *report*, a line each, such that no spreadsheet runs a stranger's."""
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(_KEYS)
    writer.writerows([_cell(value) for value in _ticket(each).values()] for each in report.tickets)
    for line in lines.getvalue().splitlines():
        output.data(line)


_KEYS = (
    *("id", "number", "company", "priority", "since", "since_from", "first_word", "minutes"),
    *("in_time", "came_back", "open", "url"),
)


def _ticket(reported: Reported) -> dict[str, Any]:
    """Return what scripts are told of a ticket, by the names of `_KEYS`."""
    outcome, clock = reported.outcome, reported.outcome.clock
    values = (
        *(reported.ticket.id, reported.ticket.number, reported.company, outcome.priority),
        *(clock.since and instant(clock.since), clock.since_from),
        *(clock.first_word and instant(clock.first_word), outcome.minutes),
        *(outcome.in_time, outcome.back, outcome.open, reported.url),
    )
    return dict(zip(_KEYS, values, strict=True))


def _cell(value: str | int | bool | None) -> str:
    """Write *value* for a spreadsheet, with a quote before each part that it would run."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return _FORMULA.sub("'", harmless(str(value)))


def draw(output: Output, report: Report, *, clock: Clock, settings: Settings) -> None:
    """Draw *report* in two tables, by priority and by ticket; times are the desk's, by *clock*."""
    if report.tickets:
        output.table(Table(_COUNTED, [Row(_priority(each)) for each in report.by_priority]))
        output.line()
        output.table(_tickets(report, clock, _WIDE if output.width is None else output.width))
        output.line()
    for text, style in _foot(report, clock, settings):
        output.block(text, style=style)


def _priority(counts: PriorityCounts) -> list[Cell]:
    return [
        Cell(counts.priority or "none"),
        Cell(_span(counts.promised_minutes)),
        *(Cell(f"{number:,}") for number in (counts.sent, counts.answered, counts.in_time)),
        Cell(_span(counts.median_minutes)),
        Cell(_span(counts.worst_minutes)),
    ]


def _span(minutes: float | None) -> str:
    return "-" if minutes is None else span(timedelta(minutes=minutes))


def _tickets(report: Report, clock: Clock, room: int) -> Table:
    """Build the table of tickets; what so many cells have no room for stands below its row."""
    hidden = [] if room >= _WIDE else [_COMPANY] if room >= _NARROW else [_COMPANY, _SENT]
    shown = [_TICKET, _COMPANY, _PRIORITY, _SENT, _FIRST, _NOW]
    columns = [column for column in shown if column not in hidden]
    rows = []
    for each in report.tickets:
        cells = _cells(each, clock, report.as_of)
        below = ", ".join(_below(column, cells) for column in hidden)
        rows.append(
            Row([cells[column.title] for column in columns], [Cell(below)] if hidden else [])
        )
    return Table(columns, rows)


def _below(column: Column, cells: Mapping[str, Cell]) -> str:
    text = cells[column.title].text
    return f"{column.title} {text}" if column is _SENT else text


def _cells(reported: Reported, clock: Clock, now: datetime) -> Mapping[str, Cell]:
    outcome, since = reported.outcome, reported.outcome.clock.since
    late = outcome.in_time is False and outcome.minutes is not None
    took = f"{_span(outcome.minutes)}{' late' if late else ''}"
    return {
        "ticket": Cell(reported.ticket.number, "ticket", reported.url),
        "company": Cell(reported.company or "-"),
        "priority": Cell(outcome.priority or "-"),
        "sent": Cell(clock.short(since, now) if since else "unknown"),
        "first word": Cell(took, "late" if late else ""),
        "now": _now(outcome),
    }


def _now(outcome: Outcome) -> Cell:
    """Say how a ticket stands by now: what is overdue first."""
    clock = outcome.clock
    if outcome.overdue and clock.due:
        return Cell(f"{span(clock.now - clock.due)} overdue", "urgent")
    if not outcome.open:
        return Cell("came back, closed" if outcome.back else "closed", "quiet")
    if outcome.back:
        return Cell("came back")
    if outcome.theirs and outcome.heard and clock.due and not clock.answered:
        return Cell(f"due in {span(max(clock.due - clock.now, timedelta(0)))}")
    return Cell("with MC" if outcome.theirs else "open")


def _foot(report: Report, clock: Clock, settings: Settings) -> Iterable[tuple[str, str]]:
    """Yield what stands below, and how it looks: the sum of it, and what nobody can see."""
    vendor, since = settings.mc.name, clock.moment(report.since, report.as_of)
    counts = report.counts
    if counts.sent:
        yield f"Since {since}, {vendor} had {_sum(counts)}", "bold"
    else:
        yield f"{vendor} had no ticket since {since}, as far as can be seen", "bold"
    if counts.unknown_since:
        yield _unknown(report), "late"
    seen = (
        f"Counted: what {vendor} has now, what {', '.join(settings.mc.resources)} wrote on or "
        "logged time on since then, and what was sent from this computer. Not seen: what was sent "
        "from elsewhere and left without a word from them. Each ticket counts once, from the last "
        "time it went there, by its priority now. Times are clock time."
    )
    yield seen, "quiet"


def _sum(counts: Counts) -> str:
    return (
        f"{counted(counts.sent, 'ticket')}: {counts.answered:,} answered, {counts.in_time:,} of "
        f"them in time; {counts.overdue:,} overdue; {counts.came_back:,} came back; "
        f"{counts.open:,} still open"
    )


def _unknown(report: Report) -> str:
    """Say of how many tickets nobody knows since when the vendor had them, and why."""
    tickets = counted(report.counts.unknown_since, "ticket")
    more = f"; {report.unasked:,} of these too many to look up" if report.unasked else ""
    return f"Unknown since when: {tickets}{more}"
