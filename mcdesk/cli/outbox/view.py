"""How the outbox looks: what got through or did not, the list, and a mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.emails import Email
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.steps import Delivery, MailStep, NoteStep, State, StatusStep
from mcdesk.core.wording import age, counted, instant

if TYPE_CHECKING:
    from mcdesk.ops.engine import Run

# Not all that is not there went out: a handoff that failed leaves its note in a draft.
EMPTY = "The outbox is empty: nothing is waiting"
_STYLES = {
    State.WAITING: "late",
    State.SENDING: "late",
    State.DONE: "fine",
    State.UNKNOWN: "urgent",
    State.FAILED: "urgent",
    State.LEFT: "quiet",
}
_SAID = {
    "note": {
        State.DONE: "internal note {row} written on {number}",
        State.WAITING: "the note on {number} is waiting in the outbox",
        State.UNKNOWN: "nobody knows if the note on {number} was written",
        State.FAILED: "the note on {number} was refused",
        State.LEFT: "the note on {number} was dropped",
    },
    "mail": {
        State.DONE: "emailed to {to}",
        State.WAITING: "the email to {to} is waiting in the outbox",
        State.UNKNOWN: "nobody knows if the email to {to} was sent",
        State.FAILED: "the email to {to} was refused",
    },
    "status": {
        State.DONE: "status of {number} set to {status}",
        State.WAITING: "the status of {number} waits for that",
        State.UNKNOWN: "nobody knows if {number} has the status {status}",
        State.FAILED: "the status of {number} was not set",
        State.LEFT: "status of {number} left alone: somebody changed it since",
    },
}


def draw_done(output: Output, operation: Operation, *, json: bool) -> int:
    """Say which deliveries are done, and return how many: those before the first that is not."""
    done = list(takewhile(lambda step: step.final, operation.deliveries))
    for step in [] if json else done:
        output.line(Cell(_in_words(operation, step), "fine"))
    return len(done)


def draw_run(output: Output, run: "Run", *, phone: str, json: bool, told: int = 0) -> None:
    """Say how far note, mail and status have come: what is done on stdout, the rest on stderr.

    The first *told* of them have been said.
    """
    operation = run.operation
    for step in operation.deliveries[told:]:
        said = _in_words(operation, step)
        if step.final and not json:
            output.line(Cell(said, "fine"))
        elif not step.final:
            public = isinstance(step, NoteStep) and step.public
            reason = f": {step.reason}" if step.reason else ""
            output.talk(f"error: {said}{reason}", style="urgent" if public else "")
    for warning in run.warnings if operation.kind in (Kind.NOTE, Kind.LINK) else ():
        output.talk(f"warning: {warning}")
    for hint in _hints(run, phone) if operation.waits else ():
        output.talk(f"hint: {hint}")


def _hints(run: "Run", phone: str) -> Iterable[str]:
    """Yield what helps what waits: what its problem knows, trying again, and calling *phone*."""
    known = (run.problem and run.problem.hint) or ""
    if known:
        yield known
    if run.operation.note and run.operation.note.public:
        return
    retry = "" if "outbox retry" in known else f"mcdesk outbox retry {run.operation.n}"
    theirs = phone and run.operation.kind is not Kind.LINK  # a link is for a customer
    quicker = f"calling is faster: {phone}" if theirs else ""
    if further := "; ".join(filter(None, (retry, quicker))):
        yield further


def draw(
    output: Output, operations: Sequence[Operation], *, now: datetime, computer: str, more: bool
) -> None:
    """Draw what did not get through, one row a step; *more* is whether there is what is damaged.

    What was typed on another than this *computer* says where.
    """
    if not operations:
        if not more:
            output.line(Cell(EMPTY))
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
        Row(_cells(each, step, first=i == 0, now=now), _reason(each, i, computer=computer), True)
        for each in operations
        for i, step in enumerate(each.deliveries)
    ]
    output.table(Table(columns, rows))
    output.line()
    output.line(Cell(f"{counted(len(operations), 'thing')} didn't go out", "bold"))
    said = "mcdesk outbox retry retries them all, mcdesk outbox drop N drops one"
    output.block(said, style="quiet")


def as_json(operations: Sequence[Operation]) -> dict[str, Any]:
    """Build the document `mcdesk.outbox/1`."""
    return {
        "schema": "mcdesk.outbox/1",
        "entries": [
            {
                "n": each.n,
                "ticket": {"id": each.ticket_id, "number": each.number or None},
                "what": (Kind.LINK if each.kind is Kind.LINK else Kind.NOTE).value,
                "created": instant(each.at),
                "computer": each.by.computer or None,
                "steps": [
                    {
                        "step": step.name,
                        "state": step.state.value,
                        "since": instant(step.since),
                        "reason": step.reason or None,
                    }
                    for step in each.deliveries
                ],
            }
            for each in operations
        ],
    }


def note_as_json(operation: Operation, *, planned: bool = False) -> dict[str, Any]:
    """Build the document `mcdesk.note/1`; keys are always there, what is unknown is null."""
    note, mail = operation.note, operation.mail
    return {
        "schema": "mcdesk.note/1",
        "ticket": {"id": operation.ticket_id, "number": operation.number or None},
        "outcome": _outcome(note, planned=planned),
        "note_id": note and note.row,
        "visibility": _visibility(note, planned=planned),
        "dispatch": {
            "outcome": _outcome(mail, planned=planned),
            "to": mail.email.to if mail and mail.email else None,
            "message_id": mail.message_id if mail else None,
        },
    }


def link_as_json(
    operation: Operation, warnings: Iterable[str] = (), *, planned: bool = False
) -> dict[str, Any]:
    """Build the document `mcdesk.link/1`; keys are always there, what is unknown is null."""
    mail = operation.mail
    return {
        "schema": "mcdesk.link/1",
        "ticket": {"id": operation.ticket_id, "number": operation.number or None},
        "to": operation.to,
        "message_id": mail and mail.message_id,
        "outcome": _outcome(mail, planned=planned),
        "note": _outcome(operation.note, planned=planned),
        "status": _outcome(operation.step(StatusStep), planned=planned),
        "warnings": list(warnings),
    }


def tell_damaged(output: Output, numbers: Iterable[int]) -> None:
    """Name the rows that cannot be read; the others are shown anyway."""
    for n in sorted(numbers):
        output.talk(
            f"warning: number {n} is damaged and cannot be read; mcdesk outbox drop {n} drops it"
        )


def draw_email(page: Page, email: Email) -> None:
    """Show a mail as it would go out."""
    for label, value in (
        ("From", email.sender),
        ("To", email.to),
        ("Reply-To", email.reply_to),
        ("Subject", email.subject),
    ):
        if value:
            page.line(Cell(f"{label}: ", "quiet"), Cell(value))
    page.line()
    page.text(email.text)


def _outcome(step: Delivery | None, *, planned: bool) -> str:
    if step is None:
        return "not_requested"
    if planned:
        return "planned"
    if step.state is State.LEFT:
        return "left_alone"
    return "sent" if step.state is State.DONE else step.state.value


def _visibility(note: NoteStep | None, *, planned: bool) -> str | None:
    """Return what was seen of the note: only one that was read back is called internal."""
    if note and note.public:
        return "public"
    return "internal" if planned or (note and note.state is State.DONE) else None


def _in_words(operation: Operation, step: Delivery) -> str:
    said = _SAID[step.name].get(step.state, f"{step.name} {step.state.value}")
    if isinstance(step, NoteStep) and step.public:
        said = "the note on {number} is not internal"
    mail = operation.step(MailStep)
    to = mail.email.to if mail and mail.email else "dispatch"
    status = operation.step(StatusStep)
    return said.format(
        row=step.row if isinstance(step, NoteStep) else "",
        number=operation.number or operation.reference,
        to=to,
        status=status.label if status else "",
    )


def _cells(operation: Operation, step: Delivery, *, first: bool, now: datetime) -> list[Cell]:
    shown = [str(operation.n), operation.number or operation.reference] if first else ["", ""]
    text = operation.note_title or operation.text.split("\n")[0]
    about = [operation.company, text] if first else ["", ""]
    return [
        Cell(shown[0], "bold"),
        Cell(shown[1], "ticket"),
        Cell(step.name),
        Cell(step.state.value, _STYLES[step.state]),
        Cell(age(now - step.since)),
        *(Cell(text) for text in about),
    ]


def _reason(operation: Operation, i: int, *, computer: str) -> list[Cell]:
    """Say why its *i*-th delivery is not done, and beside the first, what holds up all of it."""
    parts = [operation.deliveries[i].reason]
    if i == 0 and not operation.released:
        parts.insert(0, "not sent: you haven't confirmed the ticket yet")
    if i == 0 and (elsewhere := operation.elsewhere(computer)):
        parts.insert(0, f"typed on {elsewhere}")
    said = "; ".join(part for part in parts if part)
    return [Cell(said)] if said else []
