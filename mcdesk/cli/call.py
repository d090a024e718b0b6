"""What every command is given: the desk it works at, and the terminal to write to and to ask at."""

from collections.abc import Iterable

import typer

from mcdesk.cli.terminal.asking import Asking
from mcdesk.cli.terminal.output import Output
from mcdesk.desk import Desk

# The worst first: a bug, what an administrator has to fix, a failure, and so on.
_EXIT_CODES = (70, 4, 1, 5, 3, 8, 0)


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


def worst(codes: Iterable[int]) -> int:
    """Return the exit code that says most about what went wrong; 0 for none at all."""
    return min(codes, key=_EXIT_CODES.index, default=0)
