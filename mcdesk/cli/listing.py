"""How `list` and `find` look: in a table, as JSON, as numbers alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mcdesk.cli import clocks, completing
from mcdesk.cli.call import Call
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.wording import instant, short_age

if TYPE_CHECKING:
    from mcdesk.ops.finding import ListedTicket, Searched, TicketList

# Below so many cells the title gets a line of its own, and below fewer shares it with the state.
_WIDE, _NARROW, _NARROWEST = 140, 76, 54
# What is said of a ticket with the vendor needs so many to have a column.
_ROOM_TO_SAY = 116
_TICKET, _TITLE = Column("ticket"), Column("title", share=5)
_WHO = (Column("company", share=4, limit=30), Column("contact", share=3, limit=20))
_STATE = (Column("status", share=3), Column("has it", share=3))
_MC_STATE = (Column("since", right=True), Column("last word", right=True))
_ACTIVE, _SAID = Column("active", right=True), Column("MC", share=6)


def show(call: Call, found: "TicketList", *, ids: bool, json: bool) -> int:
    """Print what was *found* in the way that was asked for, and let the shell offer it on Tab."""
    output = call.output
    completing.remember(call.desk, ((each.ticket, each.company) for each in found.tickets))
    for remark in found.remarks:
        output.talk(f"warning: {remark}")
    if json:
        output.json(as_json(found))
    elif ids:
        for each in found.tickets:
            output.data(each.ticket.number)
    elif found.tickets:
        _draw(call, found)
    if not found.tickets:
        output.talk(_nothing(call, found.searched))
    return 0


def as_json(found: "TicketList") -> dict[str, Any]:
    """Build the document `mcdesk.list/1`; keys are always there, what is unknown is null."""
    searched = found.searched
    return {
        "schema": "mcdesk.list/1",
        "as_of": instant(found.as_of),
        "searched": {
            "words": list(searched.words),
            "queues": list(searched.queues),
            "of": searched.of,
            "unclaimed": searched.unclaimed,
            "with_mc": searched.with_mc,
            "closed": searched.closed,
        },
        "count": found.count,
        "tickets": [_ticket_as_json(each, found) for each in found.tickets],
    }


def _ticket_as_json(listed: "ListedTicket", found: "TicketList") -> dict[str, Any]:
    ticket = listed.ticket
    document = {
        "id": ticket.id,
        "number": ticket.number,
        "title": ticket.title,
        "company": listed.company,
        "contact": listed.contact,
        "queue": listed.queue,
        "status": listed.status,
        "priority": listed.priority,
        "primary_resource": listed.primary,
        "created": instant(ticket.created),
        "last_activity": ticket.last_activity and instant(ticket.last_activity),
        "with_mc": listed.with_mc,
        "back_from_mc": listed.back,
        "url": listed.url,
    }
    if listed.mc:
        document["mc"] = clocks.as_json(listed.mc)
    return document


def _draw(call: Call, found: "TicketList") -> None:
    output = call.output
    room = _WIDE if output.width is None else output.width
    columns, hidden = (_with_mc if found.searched.with_mc else _usual)(room)
    if room >= _WIDE:
        columns.insert(3, _TITLE)
    rows = []
    for each in found.tickets:
        cells = _cells(each, found.as_of, call.desk.settings.mc.phone)
        below = [] if room >= _WIDE else _below(cells, hidden)
        rows.append(Row([cells[column.title] for column in columns], below, whole=bool(hidden)))
    output.table(Table(columns, rows))
    output.line()
    output.block(_counts(call, found), style="bold")
    if found.odd:
        output.block(found.unreadable, style="late")


def _usual(room: int) -> tuple[list[Column], list[Column]]:
    """Choose the columns for so many cells, and those that stand below for lack of room."""
    who = _WHO if room >= _NARROWEST else _WHO[:1]
    if room >= _NARROW:
        return [_TICKET, *who, *_STATE, _ACTIVE], []
    return [_TICKET, *who, _ACTIVE], [*_WHO[len(who) :], *_STATE]


def _with_mc(room: int) -> tuple[list[Column], list[Column]]:
    """Choose the columns as `_usual` does, for tickets with the vendor."""
    if room >= _ROOM_TO_SAY:
        return [_TICKET, *_WHO, *_MC_STATE, _SAID], []
    if room >= _NARROW:
        return [_TICKET, *_WHO, *_MC_STATE], [_SAID]
    if room >= _NARROWEST:
        return [_TICKET, _WHO[0], *_MC_STATE], [_WHO[1], _SAID]
    return [_TICKET, _WHO[0]], [_WHO[1], *_MC_STATE, _SAID]


def _below(cells: Mapping[str, Cell], hidden: Sequence[Column]) -> list[Cell]:
    """Return what goes below a row: the title, and what is *hidden* for lack of room."""
    shown = [(column.title, cells[column.title].text) for column in hidden if column is not _SAID]
    facts = ", ".join(f"{title}: {text}" for title, text in shown if text != "-")
    title = cells["title"].text
    said = cells["MC"] if _SAID in hidden else Cell("", "bold")
    about = f"{title} ({facts})" if facts else title
    style = said.style or "bold"
    return [Cell(text, style) for text in (about, said.text) if text]


def _cells(listed: "ListedTicket", now: datetime, phone: str) -> dict[str, Cell]:
    ticket = listed.ticket
    cells = {
        "ticket": Cell(ticket.number, "ticket", listed.url),
        "company": Cell(listed.company or "-"),
        "contact": Cell(listed.contact or "-"),
        "title": Cell(ticket.title or "-"),
        "status": Cell(listed.status or "-"),
        "has it": _holder(listed),
        "active": Cell(_age(ticket.last_activity, now)),
    }
    if clock := listed.mc:
        cells["since"] = Cell(_age(clock.since, clock.now))
        cells["last word"] = Cell(_age(clock.last_word, clock.now))
        cells["MC"] = Cell(clock.in_words(phone), "urgent" if clock.overdue else "")
    return cells


def _holder(listed: "ListedTicket") -> Cell:
    if listed.back:
        return Cell("nobody (back)", "urgent")
    return Cell(listed.primary or "nobody", "" if listed.primary else "late")


def _age(moment: datetime | None, now: datetime) -> str:
    return short_age(now - moment) if moment else "-"


def _counts(call: Call, found: "TicketList") -> str:
    """Say how many there are, of how many, of what, and in which order."""
    shown, words = len(found.tickets), _in_words(call, found.searched, found.count)
    part = shown < found.count
    limit = "; --limit NUMBER shows more" if part else ""
    if any(each.back for each in found.tickets):
        of = f" of {found.count:,}" if part else ""
        return f"{shown:,}{of} {words}, those that came back first, then the newest{limit}"
    if part:
        return f"The newest {shown:,} of {found.count:,} {words}{limit}"
    return f"{shown:,} {words}, newest first"


def _nothing(call: Call, searched: "Searched") -> str:
    """Say that nothing was found, and what else may be tried."""
    more = "" if searched.closed or not searched.words else "; --all looks at closed ones too"
    return f"No {_in_words(call, searched, 1)}{more}"


def _in_words(call: Call, searched: "Searched", count: int) -> str:
    """Say what was looked for, as what so many (*count*) are."""
    kind = "unclaimed" if searched.unclaimed else "open"
    parts = {
        f"{kind} ticket{'' if count == 1 else 's'}": True,
        "(or closed in the last 30 days)": searched.closed,
        f"with {' '.join(searched.words)}": searched.words,
        f"of {searched.of}": searched.of,
        f"with {call.desk.settings.mc.name}": searched.with_mc,
        f"in queue {', '.join(searched.queues)}": searched.queues,
    }
    return " ".join(part for part, said in parts.items() if said)
