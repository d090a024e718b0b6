"""Options and arguments that several commands share."""

from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
TicketArgument = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="A ticket's id, its number (T20261123.0007) or a link from Autotask.",
        show_default=False,
    ),
]
