"""How the call script looks: two parts that nobody can mix up."""

from mcdesk.cli.call import Call
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell
from mcdesk.core.callscript import Script

_SAY, _KNOW = "bold green", "bold red"


def draw(output: Output, script: Script, *, phone: str, vendor: str) -> None:
    """Draw *script*: the number first, then what to say, what to know, how to decide."""
    output.line(Cell("Forward to   ", "dim"), Cell(phone, "bold"))
    output.line()
    output.line(Cell("SAY THIS TO THE USER", _SAY))
    for line in script.say:
        output.block(f'"{line}"', first="  > ", style="green")
    output.line()
    output.line(Cell(f"FOR YOU ONLY, NOT FOR THE USER (never say {vendor})", _KNOW))
    for line in script.know:
        output.block(line, first="  ! ")
    output.line()
    output.line(Cell("HOW TO DECIDE", "bold"))
    for number, line in enumerate(script.factors, start=1):
        output.block(line, first=f"  {number} ")


def draw_ticket(call: Call, reference: str) -> str:
    """Draw the ticket that the call is about, and give its number."""
    from mcdesk.cli import show_view
    from mcdesk.core.references import parse_reference
    from mcdesk.ops.show import show_ticket

    desk, output = call.desk, call.output
    view = show_ticket(
        desk.autotask,
        parse_reference(reference),
        search=desk.search(),
        hours=desk.hours,
        vendor=desk.vendor(),
        now=desk.now(),
    )
    output.line()
    show_view.draw(output, view, hours=desk.hours)
    return view.ticket.number
