"""What every command is given: the desk it works at, where it writes, and how it asks."""

import sys
from dataclasses import dataclass

import typer

from mcdesk.cli.output import Output
from mcdesk.desk import Desk
from mcdesk.errors import Refused


@dataclass(slots=True)
class Call:
    """One call of the program."""

    desk: Desk
    output: Output

    def confirm(self, question: str) -> bool:
        """Ask *question*, No unless Yes is said; raise Refused where nobody can answer."""
        if not self.desk.interactive:
            raise Refused("this asks first, and nobody is there to answer", hint="add --yes")
        self.output.ask(f"{question} [y/N] ")
        return sys.stdin.readline().strip().casefold() in {"y", "yes"}


def call_of(ctx: typer.Context) -> Call:
    """Give the call that *ctx* belongs to."""
    call = ctx.obj
    assert isinstance(call, Call)
    return call
