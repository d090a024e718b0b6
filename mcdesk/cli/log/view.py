"""How the log looks: to read, and as JSON."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mcdesk.cli.changes import change_as_json
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.changes import Field
from mcdesk.core.clock import Clock
from mcdesk.core.operations import Kind, Operation, Progress
from mcdesk.core.standing import Comparison, Standing
from mcdesk.core.steps import SecondaryStep, State
from mcdesk.core.wording import counted, instant
from mcdesk.ops.log import Log, Logged

_PROGRESS = {
    Progress.BEGUN: ("not finished", "urgent"),
    Progress.DONE: ("verified", "fine"),
    Progress.UNVERIFIED: ("not verified", "urgent"),
    Progress.NOT_DONE: ("not done", "late"),
}
# What the ticket does by now with what was set, in a word.
_NOW = {
    Standing.HOLDS: Cell("holds", "fine"),
    Standing.MOVED_ON: Cell("moved on", "fine"),
    Standing.CHANGED: Cell("changed", "late"),
    Standing.AS_BEFORE: Cell("as before", "late"),
    Standing.GONE: Cell("gone", "urgent"),
}


def draw(
    output: Output, log: Log, *, clock: Clock, now: datetime, since: str, of_ticket: bool
) -> None:
    """Draw *log*, the latest first; times are the desk's, *since* says how far back it goes.

    *of_ticket* is whether it is of one ticket alone.
    """
    if log.entries:
        columns = [Column("when"), Column("what"), Column("ticket"), Column("result")]
        columns += [Column("now")] if log.checked else []
        rows = [_row(each, log, clock.moment(each.operation.at, now)) for each in log.entries]
        output.table(Table(columns, rows))
        output.line()
    nothing = f"Nothing was changed {'on that ticket ' if of_ticket else ''}from this computer"
    said = counted(len(log.entries), "change") if log.entries else nothing
    earlier = f"; {log.earlier:,} earlier than {since}" if log.earlier else ""
    output.line(Cell(said + earlier, "bold"))
    unfinished = (each.operation.progress is Progress.BEGUN for each in log.entries)
    if not log.checked and any(unfinished):
        output.block("Interrupted or still running. Run `mcdesk log --check`.", style="quiet")


def as_json(log: Log) -> dict[str, Any]:
    """Build the document `mcdesk.log/1`; keys are always there, what is unknown is null."""
    return {
        "schema": "mcdesk.log/1",
        "earlier": log.earlier,
        "entries": [_entry(each) for each in log.entries],
    }


def _entry(logged: Logged) -> dict[str, Any]:
    operation = logged.operation
    fields = operation.fields
    return {
        "n": operation.n,
        "at": instant(operation.at),
        "who": operation.by.who,
        "what": operation.kind.value,
        "template": operation.template or None,
        "ticket": {"id": operation.ticket_id, "number": operation.number},
        "title": operation.title,
        "company": operation.company or None,
        "changes": [change_as_json(each) for each in fields.changes] if fields else [],
        "secondary_resources": [
            {
                "name": step.change.name,
                "change": "on" if step.change.on else "off",
                "state": _place(operation, step),
            }
            for step in operation.secondaries
        ],
        "steps": [{"step": step.name, "state": step.state.value} for step in operation.deliveries],
        "state": _state(operation),
        "error": _error(operation) or None,
        "undoes": operation.undoes,
        "superseded": logged.superseded,
        "check": logged.comparison and _comparison(logged.comparison),
    }


def _state(operation: Operation) -> str:
    """Return how far it has come; of a note alone, how far the note has."""
    if operation.changes_ticket:
        return operation.progress.value
    stopped = operation.stopped or operation.steps[-1]
    return stopped.state.value


def _place(operation: Operation, step: SecondaryStep) -> str:
    """Return what has become of a secondary resource that was to be taken off or put on."""
    if operation.restored(step):
        return "put back"
    return "done" if step.state is State.DONE else "planned"


def _error(operation: Operation) -> str:
    """Return why the ticket is not as it was to be."""
    if operation.progress is Progress.DONE:
        return ""
    reasons = (step.reason for step in operation.steps if step.state is not State.DONE)
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "standing": found.standing.value,
        "holds": found.standing.good,
        "differences": [
            {"field": each.field.value, "set": each.before.label, "now": each.after.label}
            for each in found.differences
        ],
        "secondary_resources_present": list(found.present),
        "secondary_resources_absent": list(found.absent),
    }


def _row(logged: Logged, log: Log, when: str) -> Row:
    operation = logged.operation
    state, style = _said(operation)
    cells = [
        Cell(when),
        Cell(operation.kind.value),
        Cell(operation.number or operation.reference, "ticket"),
        Cell(state, style),
    ]
    if log.checked:
        cells.append(_now(logged))
    return Row(cells, below=[Cell(line) for line in _below(logged)], whole=True)


def _moved(operation: Operation, step: SecondaryStep) -> str:
    """Say where a secondary resource went: only an undo puts one back."""
    if not step.change.on:
        return "off"
    return "back on" if operation.kind is Kind.UNDO else "on"


def _below(logged: Logged) -> Iterator[str]:
    """Yield what goes under a row: the ticket, what was done, by whom, what it holds now."""
    operation = logged.operation
    if about := ", ".join(filter(None, (operation.title, operation.company))):
        yield about
    if what := _what(operation):
        yield what
    yield f"by {operation.author or operation.by.who}"
    found = logged.comparison and today(operation, logged.comparison)
    if found and found not in [cell.text for cell in _NOW.values()]:
        yield f"now: {found}"


def _said(operation: Operation) -> tuple[str, str]:
    if operation.changes_ticket:
        return _PROGRESS[operation.progress]
    return _state(operation), "fine" if operation.done else "urgent"


def _now(logged: Logged) -> Cell:
    if found := logged.comparison:
        return _NOW[found.standing]
    if logged.superseded or not logged.operation.changes_ticket:
        return Cell("replaced" if logged.superseded else "", "quiet")
    return Cell("unreadable", "urgent")


def _what(operation: Operation) -> str:
    fields = operation.fields
    moved = (
        f"{step.change.name} {_moved(operation, step)}"
        + ("" if (place := _place(operation, step)) == "done" else f" ({place})")
        for step in operation.secondaries
    )
    changes = (
        f"{each.field.words} {each.was} -> {each.becomes}"
        for each in (fields.changes if fields else ())
        if each.field is not Field.ROLE
    )
    steps = (f"{step.name} {step.state}" for step in operation.deliveries)
    told = () if operation.changes_ticket and operation.done else steps
    parts = [", ".join(changes), *moved, ", ".join(told), _error(operation)]
    return "; ".join(part for part in parts if part)


def today(operation: Operation, found: Comparison) -> str:
    """Say what became of it; of one that was not finished, whether it was made after all."""
    unsettled = operation.progress is not Progress.DONE
    now = ", ".join(f"{each.field.words} {each.becomes}" for each in found.differences)
    changed = "was made in part" if unsettled and not found.differences else "changed since"
    said = {
        Standing.HOLDS: "was made and still holds" if unsettled else "holds",
        Standing.AS_BEFORE: "was not made" if unsettled else "is as before",
        Standing.MOVED_ON: f"moved on: {now}",
        Standing.CHANGED: changed + (f": {now}" if now else ""),
        Standing.GONE: "the ticket is gone",
    }[found.standing]
    if found.standing.good:
        return said
    present = [f"{name} is on it" for name in found.present]
    absent = [f"{name} is not on it" for name in found.absent]
    return "; ".join([said, *present, *absent])
