"""What every command is given: the desk it works at, and the terminal to write to and to ask at."""

import typer

from mcdesk.cli.terminal.asking import Asking
from mcdesk.cli.terminal.output import Output
from mcdesk.desk import Desk


class Call(Asking):
    """One call of the program."""

    def __init__(self, desk: Desk, output: Output) -> None:
        super().__init__(output, interactive=desk.interactive)
        self.desk = desk


def call_of(ctx: typer.Context) -> Call:
    """Return the call that *ctx* belongs to."""
    call = ctx.obj
    assert isinstance(call, Call)
    return call
