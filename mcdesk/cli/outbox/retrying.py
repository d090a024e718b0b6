"""Trying again what did not get through: what is left alone, what is asked about, what goes out."""

from collections.abc import Iterator, Sequence

from mcdesk.cli.call import Call
from mcdesk.cli.changes import draw_rehearsal
from mcdesk.cli.crash import report
from mcdesk.cli.outbox import view
from mcdesk.cli.outbox.sending import held_up, send
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.steps import replaced
from mcdesk.errors import DeskError, Refused, Undelivered
from mcdesk.ops.note import look_up, merged_into
from mcdesk.ops.results import delivery_exit


def retried(
    call: Call, operation: Operation, *, named: bool, resend: bool, yes: bool, json: bool
) -> int:
    """Try *operation* again, say what came of it, and return its exit code."""
    if (left := _left_alone(call, operation, named=named, yes=yes)) is not None:
        call.output.talk(left)
        return Undelivered.exit_code
    try:
        run = send(call, _released(call, operation, yes=yes), resend=resend)
    except Refused as refusal:
        call.output.error(refusal)
        return refusal.exit_code
    except DeskError as problem:
        run = held_up(call, operation, problem)
    except BrokenPipeError:
        raise
    except Exception as bug:  # of one entry: the others go out anyway
        call.output.talk(f"error: number {operation.n} cannot be sent")
        return report(bug, call)
    view.draw_run(call.output, run, phone=call.desk.settings.mc.phone, json=json)
    return delivery_exit(run)


def rehearse(call: Call, operations: Sequence[Operation], *, json: bool) -> None:
    """Show what would be sent of *operations*, and send and store nothing."""
    desk = call.desk
    page, shown = call.output.aside if json else call.output, list[Operation]()
    for operation in operations:
        if operation.ticket_id is None and operation.reference:
            operation, _ = look_up(desk.autotask, desk.settings, operation)
        if operation.ticket_id is not None:
            desk.engine.rehearse(operation)
        mail = operation.mail
        if mail and mail.email and not mail.final:
            view.draw_email(page, mail.email)
        shown.append(operation)
    if shown:
        draw_rehearsal(page, desk, shown)


def _left_alone(call: Call, operation: Operation, *, named: bool, yes: bool) -> str | None:
    """Say why an operation is not tried, None if it is.

    One that was typed as another API user, or on another computer, which may be sending it just
    now, is shown and asked about, never sent unseen.
    """
    n = operation.n
    if not operation.released and not named:
        never = "belongs to a handoff that never started"
        state = never if operation.unplanned else "was never confirmed"
        return f"{n} {state}: mcdesk outbox retry {n} sends it"
    if named and yes:
        return None
    for typed, here, question in _of_others(call, operation):
        if not (call.desk.interactive and call.confirm(f"{n} was typed {typed}. {question}")):
            return f"{n} was typed {typed}, not {here}: mcdesk outbox retry {n} --yes sends it"
    return None


def _of_others(call: Call, operation: Operation) -> Iterator[tuple[str, str, str]]:
    """Yield how *operation* was typed otherwise than here, how that is here, and what to ask."""
    theirs, ours = operation.by.user_name, call.desk.settings.autotask.username
    if theirs and theirs.casefold() != ours.casefold():
        yield f"as {theirs}", f"as {ours}", f"Send it as {ours}?"
    if computer := operation.elsewhere(call.desk.computer):
        yield f"on {computer}", "here", "It may be going out from there. Send it from here?"


def _released(call: Call, operation: Operation, *, yes: bool) -> Operation:
    """Find out which ticket it is about, and let one go that was named but never confirmed."""
    desk = call.desk
    if operation.ticket_id is None and operation.reference:
        found, _ = look_up(desk.autotask, desk.settings, operation)
        operation = desk.operations.amend(operation.n, merged_into(found))
    if operation.released:
        return operation
    alone = operation.unplanned
    asked = "Not sent to Mission Control. Write the note anyway on" if alone else "Note on"
    about = f"{asked} {operation.number}, {operation.company}, {operation.title}?"
    if desk.interactive and not yes and not call.confirm(about, default=not alone):
        raise Refused(f"number {operation.n} was not sent")

    def as_note(stored: Operation) -> Operation:
        return replaced(stored, kind=Kind.NOTE) if stored.unplanned else stored

    # From here on it is a note, and nothing else is said to have been done.
    return desk.operations.amend(operation.n, as_note) if alone else operation
