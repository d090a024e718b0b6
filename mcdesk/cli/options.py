"""Options and arguments that several commands share."""

from typing import Annotated

import typer

from mcdesk.cli.completing import tickets

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; overrules no safety rule.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be sent to Autotask, and send nothing.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overrule the safety rules.")]
TicketArgument = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="A ticket's id, its number (T20261123.0007) or a link from Autotask.",
        show_default=False,
        autocompletion=tickets,
    ),
]
OptionalTicketArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[ID]",
        help="A ticket's id, its number (T20261123.0007) or a link from Autotask.",
        show_default=False,
        autocompletion=tickets,
    ),
]
