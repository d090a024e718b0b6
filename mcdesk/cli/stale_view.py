"""How the list of stale tickets looks: on a wide terminal, a narrow one, in a pipe, as JSON."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.hours import DeskStatus, OpeningHours
from mcdesk.core.staleness import Wait
from mcdesk.core.wording import instant, span
from mcdesk.errors import UsageProblem
from mcdesk.ops.stale import Listed, StaleReport

# Below this many cells the title gets a line of its own.
_WIDE = 100
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?", re.ASCII)
_PRIORITY_STYLES = {"critical": "bold red", "high": "yellow"}


def draw(output: Output, report: StaleReport, *, hours: OpeningHours, vendor: str) -> None:
    """Draw *report* as a table with its foot; times are those of the desk's zone."""
    if report.tickets:
        wide = output.width is None or output.width >= _WIDE
        layout = _wide if wide else _narrow
        output.table(layout(report, hours))
        output.line()
    draw_foot(output, report, hours=hours, vendor=vendor)


def draw_foot(page: Page, report: StaleReport, *, hours: OpeningHours, vendor: str) -> None:
    """Draw how many wait, where it was looked, and whether the desk is open."""
    page.block(counts(report), style="bold")
    for text in (_looked(report), *_desk(report.desk, report.as_of, hours, vendor)):
        page.block(text, style="dim")


def print_numbers(output: Output, report: StaleReport) -> None:
    """Print the ticket numbers, one a line."""
    for listed in report.tickets:
        output.data(listed.wait.ticket.number)


def draw_choice(page: Page, report: StaleReport) -> None:
    """Draw the tickets of *report* with numbers to choose them by."""
    columns = (
        Column("", right=True),
        Column("ticket"),
        Column("company", share=2, limit=24),
        Column("title", share=3),
        Column("priority"),
        Column("waiting", right=True),
    )
    rows = []
    for number, listed in enumerate(report.tickets, start=1):
        ticket, priority = listed.wait.ticket, listed.priority or "-"
        cells = [
            Cell(str(number), "bold"),
            Cell(ticket.number, "cyan", link=listed.url),
            Cell(listed.company or "-"),
            Cell(ticket.title or "-"),
            Cell(priority, priority_style(priority)),
            Cell(span(listed.wait.waiting), lateness(listed.wait, report.after)),
        ]
        rows.append(Row(cells))
    page.table(Table(columns, rows))


def chosen(answer: str, number: int) -> list[int]:
    """Read which of *number* rows *answer* means ("1 3-4", "all"), as indices from 0.

    Raises UsageProblem for what is none of them.
    """
    if answer.strip().casefold() == "all":
        return list(range(number))
    picked: list[int] = []
    for word in answer.replace(",", " ").split():
        match = _RANGE.fullmatch(word)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= number:
            raise UsageProblem(f'"{word}" is not one of them', hint=f"1 to {number}, such as 1 3-4")
        picked += range(first - 1, last)
    return list(dict.fromkeys(picked))


def as_json(report: StaleReport) -> dict[str, Any]:
    """Build the document `mcdesk.stale/1`: keys are always there, what is unknown is null.

    The tickets come one by one, so that thousands of them are never held twice.
    """
    return {
        "schema": "mcdesk.stale/1",
        "as_of": instant(report.as_of),
        "threshold_minutes": report.after // timedelta(minutes=1),
        "business_hours": {
            "open": report.desk.open,
            "changes_at": report.desk.changes_at and instant(report.desk.changes_at),
        },
        "searched": {"queues": list(report.queues), "statuses": list(report.statuses)},
        "counts": {"unclaimed": report.unclaimed, "stale": report.stale},
        "tickets": map(ticket_as_json, report.tickets),
    }


def ticket_as_json(listed: Listed) -> dict[str, Any]:
    """Build one ticket of the document."""
    wait, ticket = listed.wait, listed.wait.ticket
    created = instant(ticket.created)
    return {
        "id": ticket.id,
        "number": ticket.number,
        "title": ticket.title,
        "company": listed.company,
        "contact": listed.contact,
        "queue": listed.queue,
        "status": listed.status,
        "priority": listed.priority,
        "created": created,
        "waiting_since": created if wait.since is ticket.created else instant(wait.since),
        "waiting_minutes": wait.minutes,
        "stale": wait.stale,
        "url": listed.url,
    }


def _wide(report: StaleReport, hours: OpeningHours) -> Table:
    columns = (
        Column("ticket"),
        Column("company", share=2, limit=24),
        Column("title", share=5),
        Column("contact", share=2, limit=20),
        Column("priority"),
        Column("waiting", right=True),
        Column("created"),
    )
    return Table(columns, [Row(_cells(listed, report, hours)) for listed in report.tickets])


def _narrow(report: StaleReport, hours: OpeningHours) -> Table:
    columns = (
        Column("ticket"),
        Column("company", share=3),
        Column("contact", share=2),
        Column("priority"),
        Column("waiting", right=True),
        Column("created"),
    )

    def row(cells: Sequence[Cell]) -> Row:
        return Row([*cells[:2], *cells[3:]], below=Cell(cells[2].text, "bold"))

    return Table(columns, [row(_cells(listed, report, hours)) for listed in report.tickets])


def _cells(listed: Listed, report: StaleReport, hours: OpeningHours) -> list[Cell]:
    ticket, priority = listed.wait.ticket, listed.priority or "-"
    return [
        Cell(ticket.number, "cyan", link=listed.url),
        Cell(listed.company or "-"),
        Cell(ticket.title or "-"),
        Cell(listed.contact or "-"),
        Cell(priority, priority_style(priority)),
        Cell(span(listed.wait.waiting), lateness(listed.wait, report.after)),
        Cell(_moment(ticket.created, report.as_of, hours)),
    ]


def priority_style(label: str) -> str:
    """Tell the colour of a priority."""
    return _PRIORITY_STYLES.get(label.casefold(), "")


def lateness(wait: Wait, after: timedelta) -> str:
    """Tell the colour of a wait."""
    if not wait.stale:
        return "green"
    return "bold red" if wait.waiting >= 2 * after else "yellow"


def _moment(moment: datetime, now: datetime, hours: OpeningHours) -> str:
    """Say *moment* as the desk's clock shows it, the nearer the shorter."""
    local, today = moment.astimezone(hours.zone), now.astimezone(hours.zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if timedelta(0) < today.date() - local.date() < timedelta(days=7):
        return f"{local:%a %H:%M}"
    return f"{local:%d %b}" if local.year == today.year else f"{local:%d %b %Y}"


def counts(report: StaleReport) -> str:
    """Say how many wait, and how many of them too long."""
    after = span(report.after).removesuffix(" 00m")
    if report.stale:
        return f"{report.stale:,} of {report.unclaimed:,} unclaimed have waited {after} or longer"
    if report.unclaimed:
        return f"Nothing is stale: none of {report.unclaimed:,} unclaimed has waited {after}"
    return "Nothing is stale: every ticket has somebody"


def _looked(report: StaleReport) -> str:
    return f"Looked in queue {', '.join(report.queues)}; status {', '.join(report.statuses)}"


def _desk(desk: DeskStatus, now: datetime, hours: OpeningHours, vendor: str) -> list[str]:
    until = f" until {upcoming(desk.changes_at, now, hours)}" if desk.changes_at else ""
    if desk.open:
        return [f"The desk is open{until}"]
    return [
        f"The desk is closed{until}",
        f"Tickets arriving now go to {vendor} automatically; those listed are still ours",
    ]


def upcoming(moment: datetime, now: datetime, hours: OpeningHours) -> str:
    """Say a *moment* to come as the desk's clock will show it, the nearer the shorter."""
    local, today = moment.astimezone(hours.zone), now.astimezone(hours.zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.date() - today.date() < timedelta(days=7):
        return f"{local:%A %H:%M}"
    return f"{local:%d %B %H:%M}"
