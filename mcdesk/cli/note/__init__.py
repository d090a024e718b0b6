"""`mcdesk note`: an internal note, and a mail that makes dispatch see it."""

from pathlib import Path
from typing import Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import DryRunOption, JsonOption, PickedTicketArgument, YesOption
from mcdesk.core.references import TicketById


def note(
    ctx: typer.Context,
    ticket: PickedTicketArgument = None,
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]...",
            help="The note, one word or more; - reads stdin, none opens your editor.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Read the note from this file.")
    ] = None,
    title: Annotated[
        str, typer.Option(metavar="TEXT", help="The note's title. Default: its first line.")
    ] = "",
    notify_dispatch: Annotated[
        bool, typer.Option("--notify-dispatch", help="Also email it to Mission Control's dispatch.")
    ] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Write an internal note.

    Customers never see it. What can't go out waits in the outbox.
    """
    from mcdesk.cli.note.conversation import edited_note, new_note, rehearse, write_note
    from mcdesk.cli.note.text import read_text, safe
    from mcdesk.cli.picking import ticket_of

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    typed = read_text(call, " ".join(text) if text else None, file)
    with safe(call, typed):
        meant = ticket_of(call, ticket, "note", held=True)
        # A number without its T may be in Autotask in two ways.
        reference = ticket if ticket and not isinstance(meant, TicketById) else str(meant)
    if typed is None:
        typed = edited_note(call, reference, notify=notify_dispatch)
    with safe(call, typed):
        operation = new_note(call, reference, typed, title=title, notify=notify_dispatch)
    if dry_run:
        return rehearse(call, operation, json=json)
    return write_note(call, operation, typed, yes=yes, json=json)
