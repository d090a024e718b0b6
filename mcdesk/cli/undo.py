"""`mcdesk undo`: take back what was done last."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import (
    DryRunOption,
    JsonOption,
    OptionalTicketArgument,
    YesOption,
    optional_reference_of,
)
from mcdesk.errors import Busy, Refused, Rejected, Undelivered

if TYPE_CHECKING:
    from mcdesk.core.operations import Operation
    from mcdesk.ops.results import Result
    from mcdesk.ops.undo import Undo


# What people call a change that can be taken back.
_NOUNS = {"send-to-mc": "handoff", "claim": "claim", "undo": "undo"}


def undo(
    ctx: typer.Context,
    ticket: OptionalTicketArgument = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Undo the last change, or the last change to a ticket.

    Only while the ticket is as mcdesk left it and nobody else has added a note or time.
    """
    from mcdesk.cli import changes
    from mcdesk.core.operations import Kind
    from mcdesk.core.undo import tried, undoable

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    reference = optional_reference_of(call, ticket)
    operations = call.desk.operations.latest(about=reference)
    operation = undoable(operations)
    if operation is None and not any(each.may_have_changed for each in operations):
        operation = tried(operations)
    if operation and not dry_run:
        yes = _agreed(call, operation, yes=yes, named=ticket is not None)
    result = undone(call, operation, yes=yes) if operation else None
    if result is None:
        call.output.talk(f"Nothing to undo: {_why_nothing(ticket, operations)}")
        if json:
            call.output.json(changes.document([], Kind.UNDO))
        return 0
    changes.draw_alone(call, result, Kind.UNDO, json=json)
    return result.exit_code


def _agreed(call: Call, operation: "Operation", *, yes: bool, named: bool) -> bool:
    """Return whether there is nothing more to ask.

    What another computer did, which may be at it still, takes a person, or the ticket's name.
    """
    computer = operation.elsewhere(call.desk.computer)
    if not computer or (named and yes) or (call.desk.interactive and not yes):
        return yes
    number = operation.number
    if call.desk.interactive and call.confirm(f"{number} was changed on {computer}. Undo it here?"):
        return yes
    raise Undelivered(
        f"{number} was changed on {computer}, not here",
        hint=f"mcdesk undo {number} --yes undoes it",
    )


def _why_nothing(ticket: str | None, operations: "Sequence[Operation]") -> str:
    changing = [each for each in operations if each.changes_ticket]
    if not changing:
        what = f"on {ticket} " if ticket else ""
        return f"nothing was changed {what}from this computer"
    if not any(each.may_have_changed for each in changing):
        return "the last attempt changed nothing"
    said = "the last change was already undone"
    return said if ticket else f"{said}; name a ticket to undo an earlier change"


def undone(call: Call, operation: "Operation", *, yes: bool) -> "Result | None":
    """Read and plan, show, ask, look again, and take back.

    None for what was seen to have changed nothing, and has not.
    """
    from mcdesk.cli.changing import before_anything, operation_of, rehearse, stoppable
    from mcdesk.core.operations import Kind, Progress
    from mcdesk.ops.results import Outcome, Result, result_of
    from mcdesk.ops.undo import UndoRules

    desk = call.desk
    here = not operation.elsewhere(desk.computer)
    if here and operation.progress is Progress.BEGUN and not desk.locks.of(operation.n).free:
        raise Busy(
            f"another mcdesk is changing {operation.number} right now",
            hint="`mcdesk log` shows how far it got",
        )
    rules = UndoRules(desk.settings, desk.vendor(), desk.operations.note_ids())
    with before_anything():
        undo = rules.prepare(desk.autotask, operation)
    if undo.plan.empty and not operation.may_have_changed:
        return None
    if undo.plan.empty:
        return Result(undo.ticket.number, Outcome.ALREADY_THERE, undo.plan, undo.warnings)
    if desk.dry_run:
        return replace(rehearse(desk, Kind.UNDO, undo.plan), warnings=undo.warnings)
    if not yes:
        _ask(call, undo)
        rules.look_again(desk.autotask, undo)
    taking_back = operation_of(
        desk,
        Kind.UNDO,
        undo.plan,
        company=operation.company,
        template=operation.template,
        undoes=operation.n,
    )
    with stoppable(call, undo.ticket.number):
        run = desk.engine.run(desk.operations.add(taking_back))
    result = result_of(run, undo.plan)
    if isinstance(result.error, Rejected):
        result.error.hint = f"{result.error.hint}; {rules.call_them}"
    return replace(result, warnings=[*undo.warnings, *result.warnings])


def _ask(call: Call, undo: "Undo") -> None:
    """Show what comes back, and ask; raise Refused for a no."""
    from mcdesk.cli import changes
    from mcdesk.core.operations import Kind

    call.need_answers()
    page, operation = call.output.aside, undo.operation
    changes.heading(page, undo.ticket, operation.company)
    changes.draw_changes(page, undo.plan.all_changes)
    for warning in undo.warnings:
        page.block(warning)
    if operation.kind is Kind.LINK:
        page.block("The customer has the mail with the link; only the status can go back.")
        question = "Set the status back?"
    else:
        computer = operation.elsewhere(call.desk.computer)
        by = f"{operation.author or operation.by.who}{f' on {computer}' if computer else ''}"
        question = f"Undo this {_NOUNS[operation.kind]} by {by}?"
    if not call.confirm(question, plain=True):
        raise Refused("not confirmed: nothing was changed")
