"""`mcdesk callscript`: the right words for a caller, in no time."""

from typing import Annotated, Any

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import JsonOption, OptionalTicketArgument, reference_of
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell
from mcdesk.core.callscript import Script, Words, e164, script
from mcdesk.core.references import parse_reference, parse_short, without_zeros
from mcdesk.errors import UsageProblem

_SAY, _KNOW = "fine", "urgent"


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
    """Show what to tell a caller and the number to forward to.

    What the user can hear, what only you should know, and how to decide.
    """
    from mcdesk.settings.spoken import spoken_words

    call = call_of(ctx)
    if triage and json:
        raise UsageProblem("--triage asks questions, so it has no --json")
    if triage:
        call.need_answers(hint="run it on a terminal, or leave out --triage")
    if ticket is not None:  # what is none is told before anything is shown
        asked = call.desk.interactive and without_zeros(ticket) is not None
        _ = asked or parse_short(ticket) or parse_reference(ticket)
    words = spoken_words(call.desk.settings_file)
    lines = script(words)
    if copy:
        from mcdesk.cli.terminal import clipboard

        clipboard.copy(call.output, words.phone, call.desk.environ)
    if triage:
        from mcdesk.cli.callscript.triage import ask

        number = _draw_ticket(call, ticket) if ticket is not None else ""
        return ask(ctx, lines, ticket=number, phone=words.phone)
    _show(call, lines, words, ticket, json=json)
    return 0


def _show(call: Call, script: Script, words: Words, ticket: str | None, *, json: bool) -> None:
    """Write the whole *script*, and the *ticket* beside it."""
    if not json:
        _draw(call.output, script, phone=words.phone, vendor=words.vendor_name)
        if ticket is not None:
            _draw_ticket(call, ticket)
        return
    call.output.json(_as_json(script, words.phone))


def _as_json(script: Script, phone: str) -> dict[str, Any]:
    """Build the document `mcdesk.callscript/1`."""
    return {
        "schema": "mcdesk.callscript/1",
        "phone": {"display": phone, "e164": e164(phone)},
        "say": list(script.say),
        "know": list(script.know),
        "factors": list(script.factors),
    }


def _draw(output: Output, script: Script, *, phone: str, vendor: str) -> None:
    """Draw *script*: the number first, then what to say, what to know, how to decide."""
    output.line(Cell("Forward to   ", "quiet"), Cell(phone, "bold"))
    output.line()
    output.line(Cell("SAY THIS TO THE USER", _SAY))
    for line in script.say:
        output.block(f'"{line}"', first="  > ", style="fine")
    output.line()
    output.block(f"FOR YOU ONLY, NOT FOR THE USER (never say {vendor})", style=_KNOW)
    for line in script.know:
        output.block(line, first="  ! ")
    output.line()
    output.line(Cell("HOW TO DECIDE", "bold"))
    for number, line in enumerate(script.factors, start=1):
        output.block(line, first=f"  {number} ")


def _draw_ticket(call: Call, reference: str) -> str:
    """Draw the ticket that the call is about, and return its number."""
    from mcdesk.cli import show

    view = show.read(call, reference_of(call, reference))
    call.output.line()
    desk = call.desk
    show.draw(
        call.output, view, clock=desk.hours.clock, now=desk.now(), phone=desk.settings.mc.phone
    )
    return view.ticket.number
