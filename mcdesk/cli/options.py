"""Options and arguments that several commands share, and how a typed ticket is read."""

from collections.abc import Sequence
from typing import Annotated

import typer

from mcdesk.cli.call import Call
from mcdesk.cli.completing import tickets
from mcdesk.core.references import (
    Reference,
    TicketById,
    host_of,
    parse_reference,
    parse_short,
    without_zeros,
)
from mcdesk.errors import UsageProblem

_TICKET = "A ticket's id, number (T20261123.0007, or .7 for this week's) or link."
_PICKED = f"{_TICKET} Leave it out to pick from a list."
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Don't ask. Safety rules still apply.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be sent to Autotask; send nothing.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overrule the safety rules.")]
PickedTicketArgument = Annotated[
    str | None,
    typer.Argument(metavar="[ID]", help=_PICKED, show_default=False, autocompletion=tickets),
]
PickedTicketsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID]...",
        help="Ticket ids, numbers or links. Leave them out to pick from a list.",
        show_default=False,
        autocompletion=tickets,
    ),
]
OptionalTicketArgument = Annotated[
    str | None,
    typer.Argument(metavar="[ID]", help=_TICKET, show_default=False, autocompletion=tickets),
]
QueuesOption = Annotated[
    list[str] | None,
    typer.Option("--queue", metavar="NAME", help="Look in this queue instead; can be repeated."),
]
LimitOption = Annotated[
    int, typer.Option(metavar="NUMBER", min=1, max=5000, help="List at most this many.")
]
IdsOption = Annotated[bool, typer.Option("--ids", help="Print only ticket numbers, one per line.")]


def one_way_to_print(*, ids: bool, json: bool) -> None:
    """Raise UsageProblem for both."""
    if ids and json:
        raise UsageProblem("use only one of --ids and --json")


def reference_of(call: Call, text: str) -> Reference:
    """Read *text* as a ticket reference; raise UsageProblem saying what is accepted.

    Warns of a link to another zone: there, the same id is another ticket. Which ticket a short
    reference means, Autotask is asked, and a person if there are several.
    """
    short = parse_short(text)
    if short is None:
        short = _asked_about_zeros(call, text)
    if short is not None:
        return _resolved(call, short)
    reference = parse_reference(text)
    theirs = host_of(text)
    if theirs and (ours := call.desk.session.zones.pages_elsewhere(theirs)):
        call.output.talk(f"warning: that link is of {theirs}, not of {ours}")
    return reference


def references_of(call: Call, texts: Sequence[str]) -> list[Reference]:
    """Read each of *texts* in the same way, once."""
    return list(dict.fromkeys(reference_of(call, text) for text in texts))


def _asked_about_zeros(call: Call, text: str) -> int | None:
    """Ask if digits after zeros are the end of a ticket number; None if they are not, or nothing.

    Nobody asks without a terminal: then they are refused as ambiguous.
    """
    short = without_zeros(text)
    if short is None or not call.desk.interactive:
        return None
    question = f"Is {text.strip()} this week's ticket that ends in .{short:04}?"
    return short if call.confirm(question, default=True) else None


def _resolved(call: Call, short: int) -> Reference:
    """Find the ticket that a *short* reference means; raise NoSuchTicket, or UsageProblem."""
    from mcdesk.core.finding import several_meant
    from mcdesk.ops.finding import resolve_short

    desk = call.desk
    tickets = resolve_short(desk.autotask, desk.settings, short, desk.now())
    if len(tickets) > 1:
        if not desk.interactive:
            raise several_meant(short, tickets)
        from mcdesk.cli.picking import pick_one_of

        return TicketById(pick_one_of(call, tickets).id)
    return TicketById(tickets[0].id)


def optional_reference_of(call: Call, text: str | None) -> Reference | None:
    """Read *text* in the same way; None if nothing was typed, which an empty word is not."""
    return None if text is None else reference_of(call, text)
