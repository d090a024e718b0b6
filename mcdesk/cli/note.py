"""`mcdesk note`: an internal note, and a mail that makes dispatch see it."""

from pathlib import Path
from typing import Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import DryRunOption, JsonOption, TicketArgument, YesOption
from mcdesk.core.references import parse_reference


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("note")(note)


def note(
    ctx: typer.Context,
    ticket: TicketArgument,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEXT]",
            help="The note; - reads it from stdin, none opens your editor.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Read the note from this file.")
    ] = None,
    title: Annotated[
        str, typer.Option(metavar="TEXT", help="The note's title; else its first line.")
    ] = "",
    notify_dispatch: Annotated[
        bool, typer.Option("--notify-dispatch", help="Mail it to Mission Control's dispatch too.")
    ] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Write an internal note.

    Customers never see it. What does not get through waits in the outbox.
    """
    from mcdesk.cli.noting import Noting

    call = call_of(ctx)
    parse_reference(ticket)
    call.desk.dry_run = dry_run
    noting = Noting(call, notify=notify_dispatch)
    written = noting.text(text, file)
    if dry_run:
        return noting.rehearse(ticket, written, title=title, json=json)
    return noting.write(ticket, written, title=title, yes=yes, json=json)
