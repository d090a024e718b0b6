"""`mcdesk callscript`: the right words for a caller, in no time."""

from typing import Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import JsonOption, OptionalTicketArgument
from mcdesk.core.callscript import e164, script
from mcdesk.errors import UsageProblem


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("callscript")(callscript)


def callscript(
    ctx: typer.Context,
    ticket: OptionalTicketArgument = None,
    triage: Annotated[
        bool, typer.Option("--triage", help="Ask three questions and recommend what to do.")
    ] = False,
    copy: Annotated[
        bool, typer.Option("--copy", help="Copy the number, to paste it into the phone.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Say what to tell a caller, and the number to forward to.

    What the user may hear, what only you should know, and how to decide.
    """
    from mcdesk.cli import script_view
    from mcdesk.settings import spoken_words

    call = call_of(ctx)
    desk, output = call.desk, call.output
    if triage and json:
        raise UsageProblem("--triage is a conversation and has no --json")
    if triage:
        call.need_answers(hint="run it on a terminal; without --triage it asks nothing")
    words = spoken_words(desk.settings_file)
    lines = script(words)
    if json:
        output.json(
            {
                "schema": "mcdesk.callscript/1",
                "phone": {"display": words.phone, "e164": e164(words.phone)},
                "say": list(lines.say),
                "know": list(lines.know),
                "factors": list(lines.factors),
            }
        )
    else:
        script_view.draw(output, lines, phone=words.phone, vendor=words.vendor_name)
    if copy:
        _copy(ctx, words.phone)
    number = script_view.draw_ticket(call, ticket) if ticket and not json else ""
    if triage:
        from mcdesk.cli.triage import ask

        return ask(call, ticket=number, words=words)
    return 0


def _copy(ctx: typer.Context, phone: str) -> None:
    from mcdesk.cli.clipboard import copied

    output = call_of(ctx).output
    how = copied(phone, output)
    output.talk(
        f"copied: {phone}" if how else "there is no clipboard here: copy the number by hand"
    )
