"""`mcdesk undo`: take back what was done last."""

from collections.abc import Sequence

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import (
    DryRunOption,
    JsonOption,
    OptionalTicketArgument,
    YesOption,
    optional_reference_of,
)
from mcdesk.core.journal import Entry
from mcdesk.errors import Refused
from mcdesk.ops.changing import Result
from mcdesk.ops.undo import Undo, Undoing


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("undo")(undo)


def undo(
    ctx: typer.Context,
    ticket: OptionalTicketArgument = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Take back the last change, or the last one of a ticket.

    Only while the ticket is as mcdesk left it, and nobody else has noted or logged time on it.
    """
    from mcdesk.cli import change_view
    from mcdesk.core.journal import Deed
    from mcdesk.ops.log import entries_about
    from mcdesk.ops.undo import undoable

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    reference = optional_reference_of(call, ticket)
    entries = entries_about(call.desk.journal, reference)
    entry = undoable(entries)
    results = []
    if entry is None:
        call.output.talk(f"Nothing to undo: {_why_nothing(ticket, entries)}")
    else:
        undo_it = call.desk.undo()
        results = [_undone(call, undo_it, undo_it.prepare(entry), yes=yes)]
    if json:
        document = change_view.as_json(results, Deed.UNDO)
        call.output.json({"schema": "mcdesk.undo/1", "results": document})
    for result in results:
        if json and result.error:
            call.output.error(result.error)
        elif not json:
            change_view.draw_result(call.output, result, Deed.UNDO, shown=False)
    if dry_run and results:
        change_view.draw_rehearsal(call.output.aside if json else call.output, call.desk)
    return max((result.exit_code for result in results), default=0)


def _why_nothing(ticket: str | None, entries: Sequence[Entry]) -> str:
    if not entries:
        what = f"on {ticket}" if ticket else "at all"
        return f"nothing was done {what} from this computer"
    if not any(entry.changed_anything for entry in entries):
        return "what was tried has changed nothing"
    said = "the last change was taken back already"
    return said if ticket else f"{said}; name a ticket to undo what came before"


def _undone(call: Call, undo_it: Undo, undoing: Undoing, *, yes: bool) -> Result:
    """Show, ask, and take back."""
    from mcdesk.cli import change_view

    if undoing.plan.empty:
        return undo_it.carry_out(undoing, asked=False)
    if call.desk.dry_run:
        return undo_it.rehearse(undoing)
    if not yes:
        call.need_answers()
        page, entry = call.output.aside, undoing.entry
        change_view.heading(page, undoing.ticket, entry.company)
        change_view.draw_changes(page, undoing.plan.all_changes)
        if not call.confirm(f"Take back what was {entry.deed.done} by {entry.who}?"):
            raise Refused("not confirmed: nothing was changed")
    try:
        return undo_it.carry_out(undoing, asked=not yes)
    except KeyboardInterrupt:
        call.output.talk(f"{undoing.ticket.number} may have been changed: mcdesk log --check looks")
        raise
