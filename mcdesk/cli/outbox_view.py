"""How the outbox looks: an entry that got through or did not, the list, and a letter."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.emails import Email
from mcdesk.core.outbox import Entry, State, Step, StepName
from mcdesk.core.wording import age, counted, instant
from mcdesk.ops.delivery import Delivered

_STYLES = {
    State.WAITING: "yellow",
    State.SENDING: "yellow",
    State.DONE: "green",
    State.UNKNOWN: "bold red",
    State.FAILED: "bold red",
}
_SAID = {
    StepName.NOTE: {
        State.DONE: "internal note {row} written on {number}",
        State.WAITING: "the note on {number} waits in the outbox",
        State.UNKNOWN: "nobody knows whether the note on {number} was written",
        State.FAILED: "the note on {number} was refused",
    },
    StepName.MAIL: {
        State.DONE: "mailed to {to}",
        State.WAITING: "the mail to {to} waits in the outbox",
        State.UNKNOWN: "nobody knows whether the mail to {to} was sent",
        State.FAILED: "the mail to {to} was refused",
    },
    StepName.STATUS: {
        State.DONE: "status of {number} set to {status}",
        State.WAITING: "the status of {number} waits for that",
        State.UNKNOWN: "nobody knows whether {number} has the status {status}",
        State.FAILED: "the status of {number} was not set",
    },
}


def draw_delivered(output: Output, delivered: Delivered, *, phone: str, json: bool) -> None:
    """Say how far an entry has come: what is done on stdout, what is not on stderr."""
    entry = delivered.entry
    for step in entry.steps:
        said = _in_words(entry, step)
        if step.state is State.DONE and not json:
            output.line(Cell(said, "green"))
        elif step.state is not State.DONE:
            output.talk(f"error: {said}{f': {step.reason}' if step.reason else ''}")
    if entry.done:
        return
    if delivered.problem and delivered.problem.hint:
        output.talk(f"hint: {delivered.problem.hint}")
    quicker = f"; to be quicker, call {phone}" if phone else ""
    output.talk(f"hint: mcdesk outbox retry {entry.n}{quicker}")


def draw(output: Output, entries: Sequence[Entry], *, now: datetime) -> None:
    """Draw the entries that are not done, one row a step."""
    if not entries:
        output.line(Cell("The outbox is empty: everything got through"))
        return
    columns = (
        Column("n", right=True),
        Column("ticket"),
        Column("step"),
        Column("state"),
        Column("for", right=True),
        Column("company", share=1),
        Column("text", share=2),
    )
    rows = [
        Row(_cells(entry, step, first=step is entry.steps[0], now=now), _reason(entry, step), True)
        for entry in entries
        for step in entry.steps
    ]
    output.table(Table(columns, rows))
    output.line()
    output.line(Cell(f"{counted(len(entries), 'thing')} did not get through", "bold"))
    output.line(
        Cell("mcdesk outbox retry tries them all, mcdesk outbox drop N gives one up", "dim")
    )


def as_json(entries: Sequence[Entry]) -> dict[str, Any]:
    """Build the document `mcdesk.outbox/1`."""
    return {
        "schema": "mcdesk.outbox/1",
        "entries": [
            {
                "n": entry.n,
                "ticket": {"id": entry.ticket_id, "number": entry.number or None},
                "what": entry.what.value,
                "created": instant(entry.created),
                "steps": [
                    {
                        "step": step.name.value,
                        "state": step.state.value,
                        "since": instant(step.since),
                        "reason": step.reason or None,
                    }
                    for step in entry.steps
                ],
            }
            for entry in entries
        ],
    }


def note_as_json(delivered: Delivered, *, planned: bool = False) -> dict[str, Any]:
    """Build the document `mcdesk.note/1`; keys are always there, what is unknown is null."""
    entry = delivered.entry
    note, mail = entry.step(StepName.NOTE), entry.step(StepName.MAIL)
    return {
        "schema": "mcdesk.note/1",
        "ticket": {"id": entry.ticket_id, "number": entry.number or None},
        "outcome": _outcome(note, planned=planned),
        "note_id": note and note.row,
        "visibility": "internal",
        "dispatch": {
            "outcome": _outcome(mail, planned=planned),
            "to": entry.letter.to if mail and entry.letter else None,
            "message_id": entry.message_id if mail else None,
        },
    }


def link_as_json(delivered: Delivered, *, planned: bool = False) -> dict[str, Any]:
    """Build the document `mcdesk.link/1`; keys are always there, what is unknown is null."""
    entry = delivered.entry
    return {
        "schema": "mcdesk.link/1",
        "ticket": {"id": entry.ticket_id, "number": entry.number or None},
        "to": entry.to,
        "message_id": entry.message_id,
        "outcome": _outcome(entry.step(StepName.MAIL), planned=planned),
        "note": _outcome(entry.step(StepName.NOTE), planned=planned),
        "status": _outcome(entry.step(StepName.STATUS), planned=planned),
    }


def draw_letter(page: Page, letter: Email) -> None:
    """Show a letter as it would go out."""
    for label, value in (
        ("From", letter.sender),
        ("To", letter.to),
        ("Reply-To", letter.reply_to),
        ("Subject", letter.subject),
    ):
        if value:
            page.line(Cell(f"{label}: ", "dim"), Cell(value))
    page.line()
    page.block(letter.text)


def _outcome(step: Step | None, *, planned: bool) -> str:
    if step is None:
        return "not_requested"
    if planned:
        return "planned"
    if _left_alone(step):
        return "left_alone"
    return "sent" if step.state is State.DONE else step.state.value


def _left_alone(step: Step) -> bool:
    """Tell whether *step* is done with because somebody else has set another status."""
    return step.name is StepName.STATUS and step.state is State.DONE and bool(step.reason)


def _in_words(entry: Entry, step: Step) -> str:
    said = _SAID[step.name].get(step.state, f"{step.name.value} {step.state.value}")
    if _left_alone(step):
        said = "status of {number} " + step.reason
    to = entry.letter.to if entry.letter else "dispatch"
    number = entry.number or entry.reference
    return said.format(row=step.row, number=number, to=to, status=entry.status)


def _cells(entry: Entry, step: Step, *, first: bool, now: datetime) -> list[Cell]:
    shown = [str(entry.n), entry.number or entry.reference] if first else ["", ""]
    about = [entry.company, entry.title or entry.text.split("\n")[0]] if first else ["", ""]
    return [
        Cell(shown[0], "bold"),
        Cell(shown[1], "cyan"),
        Cell(step.name.value),
        Cell(step.state.value, _STYLES[step.state]),
        Cell(age(now - step.since)),
        *(Cell(text) for text in about),
    ]


def _reason(entry: Entry, step: Step) -> Cell | None:
    if not entry.released and step is entry.steps[0]:
        held = "not sent: nobody has said yet that it is the right ticket"
        return Cell("; ".join(part for part in (held, step.reason) if part))
    return Cell(step.reason) if step.reason else None
