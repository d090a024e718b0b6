"""How the list of stale tickets looks: on a wide terminal, a narrow one, in a pipe, as JSON."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from mcdesk.cli.terminal.output import Output, in_ascii
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.hours import DeskStatus, OpeningHours
from mcdesk.core.staleness import Wait
from mcdesk.core.wording import counted, instant, span, whole_second

if TYPE_CHECKING:
    from mcdesk.ops.stale import Listed, StaleReport

TICKET, PRIORITY, WAITING = Column("ticket"), Column("priority"), Column("waiting", right=True)
COMPANY = Column("company", share=4, limit=24)
# Below this many cells the title gets a line of its own.
_WIDE = 100
_WIDE_COLUMNS = (
    TICKET,
    COMPANY,
    Column("title", share=5),
    Column("contact", share=4, limit=20),
    PRIORITY,
    WAITING,
)
_CREATED = Column("created")
_NARROW_COLUMNS = (
    TICKET,
    Column("company", share=3),
    Column("contact", share=2),
    PRIORITY,
    WAITING,
)
# Tickets with odd rows that the foot names.
_MOST_ODD = 10
_PRIORITY_STYLES = {"critical": "urgent", "high": "late"}


def draw(output: Output, report: "StaleReport", *, hours: OpeningHours, vendor: str) -> None:
    """Draw *report* as a table with its foot; times are those of the desk's zone."""
    if report.tickets:
        columns = _WIDE_COLUMNS if is_wide(output) else _NARROW_COLUMNS

        def created(listed: "Listed") -> dict[str, Cell]:
            return {"created": Cell(hours.clock.short(listed.wait.ticket.created, report.as_of))}

        table = ticket_table(report, (*columns, _CREATED), created)
        if output.width is not None and table.width > output.width:
            table = ticket_table(report, columns, created)
        output.table(table)
        output.line()
    draw_foot(output, report, hours=hours, vendor=vendor)


def draw_foot(page: Page, report: "StaleReport", *, hours: OpeningHours, vendor: str) -> None:
    """Draw how many wait, in which queues and statuses, and whether the desk is open."""
    page.block(counts(report), style="bold")
    draw_odd(page, report)
    if report.elsewhere:
        theirs = counted(report.elsewhere, "nobody's ticket")
        page.block(f"{theirs} in other open statuses: `mcdesk doctor`", style="late")
    for text in (_looked(report), *_desk(report.desk, report.as_of, hours, vendor)):
        page.block(text, style="quiet")


def draw_odd(page: Page, report: "StaleReport") -> None:
    """Draw which tickets have rows that make no sense, if any has."""
    if report.odd:
        page.block(_odd(report.odd), style="late")


def as_json(report: "StaleReport") -> dict[str, Any]:
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
        "odd": list(report.odd),
        "elsewhere": report.elsewhere,
        "tickets": map(_ticket_as_json, report.tickets),
    }


_Text = str | msgspec.Raw | None


class _TicketDocument(msgspec.Struct, frozen=True, gc=False):
    """A ticket in that document: its fields are the keys, in their order."""

    id: int
    number: str
    title: _Text
    company: _Text
    contact: _Text
    queue: str | None
    status: str | None
    priority: str | None
    created: datetime
    waiting_since: datetime
    waiting_minutes: int
    stale: bool
    back_from_mc: bool
    url: str | None


def _ticket_as_json(listed: "Listed") -> _TicketDocument:
    wait, ticket = listed.wait, listed.wait.ticket
    created = whole_second(ticket.created)
    return _TicketDocument(
        ticket.id,
        ticket.number,
        in_ascii(ticket.title),
        in_ascii(listed.company),
        in_ascii(listed.contact),
        listed.queue,
        listed.status,
        listed.priority,
        created,
        created if wait.since is ticket.created else whole_second(wait.since),
        wait.minutes,
        wait.stale,
        wait.back,
        listed.url,
    )


def is_wide(page: Page) -> bool:
    """Return whether a ticket's title fits into its row on *page*."""
    return page.width is None or page.width >= _WIDE


def ticket_table(
    report: "StaleReport", columns: Sequence[Column], more: "Callable[[Listed], Mapping[str, Cell]]"
) -> Table:
    """Build the table of the tickets of *report*, one cell for each of *columns*.

    Cells go by the columns' titles; *more* makes those that not every list of tickets has. If
    none of the columns is the title's, it goes below its row.
    """
    titled = any(column.title == "title" for column in columns)
    rows = []
    for listed in report.tickets:
        cells = {**_cells(listed, report.after), **more(listed)}
        below = [] if titled else [Cell(cells["title"].text, "bold")]
        rows.append(Row([cells[column.title] for column in columns], below))
    return Table(columns, rows)


def _cells(listed: "Listed", after: timedelta) -> dict[str, Cell]:
    wait = listed.wait
    return {
        "ticket": Cell(wait.ticket.number, "ticket", link=listed.url),
        "company": Cell(listed.company or "-"),
        "title": Cell(wait.ticket.title or "-"),
        "contact": Cell(listed.contact or "-"),
        "priority": urgency(listed.priority or "-"),
        "waiting": Cell(waited(wait), lateness(wait, after)),
    }


def urgency(priority: str) -> Cell:
    """Return the label of a *priority* in its color."""
    return Cell(priority, _PRIORITY_STYLES.get(priority.casefold(), ""))


def waited(wait: Wait) -> str:
    """Say how long a ticket has waited, and if it came back from the vendor."""
    return f"back, {span(wait.waiting)}" if wait.back else span(wait.waiting)


def lateness(wait: Wait, after: timedelta) -> str:
    """Return the style of a wait: the later, the louder."""
    if not wait.stale:
        return "fine"
    if wait.back:
        return "urgent"
    return "urgent" if wait.waiting >= 2 * after else "late"


def counts(report: "StaleReport") -> str:
    """Say how many wait, and how many of them too long."""
    after, number = span(report.after).removesuffix(" 00m"), f"{report.unclaimed:,} unclaimed"
    if report.back:
        late, back = report.stale - report.back, f"{report.back:,} of {number} came back"
        return f"{back}, {late:,} more have waited {after} or longer" if late else back
    if report.stale:
        return f"{report.stale:,} of {number} have waited {after} or longer"
    if report.unclaimed:
        return f"Nothing is stale: none of {number} has waited {after}"
    where = f"{', '.join(report.queues)} / {', '.join(report.statuses)}"
    return f"Nothing is stale: no unclaimed ticket in {where}"


def _odd(odd: Sequence[str | None]) -> str:
    """Name the tickets with odd rows, a few of them, and say what that means for their waits."""
    named = [name for name in odd if name is not None]
    tickets = ", ".join(named[:_MOST_ODD]) or "a ticket that is not named"
    more = f" and {len(named) - _MOST_ODD:,} more" if len(named) > _MOST_ODD else ""
    return f"Autotask sent rows without a date, or unreadable, for {tickets}{more}: " + (
        "the real wait may be shorter"
    )


def _looked(report: "StaleReport") -> str:
    return f"Looked in queue {', '.join(report.queues)}; status {', '.join(report.statuses)}"


def _desk(desk: DeskStatus, now: datetime, hours: OpeningHours, vendor: str) -> list[str]:
    until = f" until {hours.clock.moment(desk.changes_at, now)}" if desk.changes_at else ""
    if desk.open:
        return [f"The desk is open{until}"]
    return [
        f"The desk is closed{until}",
        f"Tickets arriving now go to {vendor} automatically; those listed are still ours",
    ]
