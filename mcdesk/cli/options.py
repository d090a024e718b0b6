"""Options and arguments that several commands share, and how a typed ticket is read."""

from typing import Annotated

import typer

from mcdesk.cli.call import Call
from mcdesk.cli.completing import tickets
from mcdesk.core.references import Reference, host_of, parse_reference

_TICKET = "A ticket's id, its number (T20261123.0007) or a link from Autotask."
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; overrules no safety rule.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be sent to Autotask, and send nothing.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overrule the safety rules.")]
TicketArgument = Annotated[
    str, typer.Argument(metavar="ID", help=_TICKET, show_default=False, autocompletion=tickets)
]
OptionalTicketArgument = Annotated[
    str | None,
    typer.Argument(metavar="[ID]", help=_TICKET, show_default=False, autocompletion=tickets),
]


def reference_of(call: Call, text: str) -> Reference:
    """Read *text* as a ticket reference; raise UsageProblem saying what is accepted.

    Warns of a link to another zone: there, the same id is another ticket.
    """
    reference = parse_reference(text)
    theirs = host_of(text)
    if theirs and (ours := call.desk.session.zones.pages_elsewhere(theirs)):
        call.output.talk(f"warning: that link is of {theirs}, not of {ours}")
    return reference


def optional_reference_of(call: Call, text: str | None) -> Reference | None:
    """Read *text* in the same way; None if nothing was typed, which an empty word is not."""
    return None if text is None else reference_of(call, text)
