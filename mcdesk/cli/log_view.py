"""How the journal looks: to read, and as JSON."""

from collections.abc import Sequence
from typing import Any

from mcdesk.cli.change_view import change_as_json
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.changes import Change
from mcdesk.core.hours import OpeningHours
from mcdesk.core.journal import Check, Entry, Place, Standing, State
from mcdesk.core.wording import counted, instant
from mcdesk.ops.log import Log, Logged

_STATES = {
    State.BEGUN: ("not finished", "bold red"),
    State.DONE: ("verified", "green"),
    State.UNVERIFIED: ("not verified", "bold red"),
    State.NOT_DONE: ("not done", "yellow"),
}
_STYLES = {
    Standing.HOLDS: "green",
    Standing.MOVED_ON: "green",
    Standing.CHANGED: "yellow",
    Standing.AS_BEFORE: "yellow",
    Standing.GONE: "bold red",
}


def draw(output: Output, log: Log, *, hours: OpeningHours, since: str) -> None:
    """Draw *log*, the latest first; times are the desk's, *since* says how far back it goes."""
    if log.entries:
        columns = [Column("when"), Column("what"), Column("ticket"), Column("result")]
        columns += [Column("today", share=1)] if log.checked else []
        columns += [Column("who", share=1)]
        output.table(Table(columns, [_row(each, log, hours) for each in log.entries]))
        output.line()
    said = counted(len(log.entries), "change") if log.entries else "Nothing was changed from here"
    earlier = f"; {log.earlier:,} earlier than {since}" if log.earlier else ""
    output.line(Cell(said + earlier, "bold"))
    if not log.checked and any(each.entry.state is State.BEGUN for each in log.entries):
        output.line(Cell("not finished: it died, or still runs; mcdesk log --check looks", "dim"))


def as_json(log: Log) -> dict[str, Any]:
    """Build the document `mcdesk.log/1`; keys are always there, what is unknown is null."""
    return {
        "schema": "mcdesk.log/1",
        "earlier": log.earlier,
        "entries": [_entry(each) for each in log.entries],
    }


def _entry(logged: Logged) -> dict[str, Any]:
    entry = logged.entry
    return {
        "n": entry.n,
        "at": instant(entry.at),
        "who": entry.who,
        "what": entry.deed.value,
        "template": entry.template or None,
        "ticket": {"id": entry.ticket_id, "number": entry.number},
        "title": entry.title,
        "company": entry.company or None,
        "changes": [change_as_json(each) for each in entry.changes],
        "secondary_resources": [
            {
                "name": swap.secondary.name,
                "change": "off" if swap.off else "on",
                "state": swap.place.value,
            }
            for swap in entry.swaps
        ],
        "state": entry.state.value,
        "error": entry.error or None,
        "undoes": entry.undoes,
        "superseded": logged.superseded,
        "check": logged.check and _check(logged.check),
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "standing": check.standing.value,
        "holds": check.standing in (Standing.HOLDS, Standing.MOVED_ON),
        "differences": [
            {"field": each.field.value, "set": each.before.label, "now": each.after.label}
            for each in check.differences
        ],
        "secondary_resources_present": list(check.present),
        "secondary_resources_absent": list(check.absent),
    }


def _row(logged: Logged, log: Log, hours: OpeningHours) -> Row:
    entry = logged.entry
    state, style = _STATES[entry.state]
    cells = [
        Cell(f"{entry.at.astimezone(hours.zone):%d %b %H:%M}"),
        Cell(entry.deed.value),
        Cell(entry.number, "cyan"),
        Cell(state, style),
    ]
    if log.checked:
        check = logged.check
        cells.append(
            Cell(today(entry, check), _STYLES[check.standing])
            if check
            else Cell("a later one counts", "dim")
        )
    return Row([*cells, Cell(entry.who)], below=Cell(_what(entry)), whole=True)


def _what(entry: Entry) -> str:
    swaps = (
        f"{each.secondary.name} {'off' if each.off else 'back on'}"
        + ("" if each.place is Place.DONE else f" ({each.place.value})")
        for each in entry.swaps
    )
    changes = (f"{each.was} -> {each.becomes}" for each in entry.changes if each.field != "role")
    parts = [", ".join(changes), *swaps, entry.error]
    return "; ".join(part for part in parts if part)


def today(entry: Entry, check: Check) -> str:
    """Say how an entry stands; of an entry that was not finished, whether it was made after all."""
    unsettled = entry.state is not State.DONE
    now = _now(check.differences)
    said = {
        Standing.HOLDS: "was made, and holds" if unsettled else "holds",
        Standing.AS_BEFORE: "was not made" if unsettled else "is as before",
        Standing.MOVED_ON: f"moved on: {now}",
        Standing.CHANGED: "changed since" + (f": {now}" if now else ""),
        Standing.GONE: "no such ticket any more",
    }[check.standing]
    if check.standing in (Standing.HOLDS, Standing.MOVED_ON):
        return said
    present = [f"{name} is on it" for name in check.present]
    absent = [f"{name} is not on it" for name in check.absent]
    return "; ".join([said, *present, *absent])


def _now(differences: Sequence[Change]) -> str:
    return ", ".join(f"{each.field.words} {each.becomes}" for each in differences)
