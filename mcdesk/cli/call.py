"""What every command is given: the desk it works at, the terminal to write to, and questions."""

import sys
from collections.abc import Iterable

import typer

from mcdesk.cli.terminal.console import is_terminal
from mcdesk.cli.terminal.output import Output
from mcdesk.desk import Desk
from mcdesk.errors import Refused

# The worst first: a bug, what an administrator has to fix, a failure, and so on.
_EXIT_CODES = (70, 4, 1, 5, 3, 8, 0)

_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
# At a hidden question, a Windows console takes Ctrl+V for a character.
_PASTING = " (right-click to paste)" if sys.platform == "win32" else ""


class Call:
    """One call of the program at *desk*, which writes to *output* and asks the technician there.

    A question never waits for an answer that nobody is there to type.
    """

    # Whether a text can be typed for an answer, and not only a yes or a no.
    types = True

    def __init__(self, desk: Desk, output: Output) -> None:
        self.desk = desk
        self.output = output
        self._typed_ahead = ""

    def confirm(self, question: str, *, default: bool = False, plain: bool = False) -> bool:
        """Ask *question*; Enter means *default*, and anything but a yes means no.

        The one question that is *plain* is that of the command itself: at the board, Enter means
        yes to it, and to no other. Raises Refused if nobody can answer.
        """
        answer = self._line(f"{question} {'[Y/n]' if default else '[y/N]'} ")
        return default if answer == "" else (answer or "no").casefold() in {"y", "yes"}

    def answer(self, question: str) -> str | None:
        """Ask *question* and return what was typed, None at the end of the input.

        What holds a byte that is no character is asked again. Raises Refused if nobody can answer.
        """
        while (line := self._line(question)) and _UNREADABLE in line:
            self.output.talk("that was not understood")
        return line

    def _line(self, question: str) -> str | None:
        self.need_answers()
        self.output.ask(question)
        line = sys.stdin.readline()
        if line or not is_terminal(sys.stdin):  # Ctrl-D ends no line
            self.output.answered()
        return line.strip() if line else None

    def secret(self, question: str) -> str:
        """Ask for something that must not be seen; raise Refused if nobody can answer."""
        self.need_answers()
        if not is_terminal(sys.stdin):
            self.output.ask(question)
            return sys.stdin.readline().strip()
        while not (typed := _hidden(self.output, question)).isprintable() or _UNREADABLE in typed:
            self.output.talk(f"that was not understood{_PASTING}")
        return typed

    def key(self, question: str) -> str:
        """Ask *question* and return the one key that answers it, "" at the end of the input.

        Without Enter if stdin is a terminal. Raises Refused if nobody can answer.
        """
        self.need_answers()
        self.output.ask(question)
        if not is_terminal(sys.stdin):
            return sys.stdin.readline().strip()[:1]
        # All that was typed so far comes at once; an arrow key is one key of several characters.
        typed = self._typed_ahead or typer.getchar()
        key, more = (typed, "") if typed.startswith("\x1b") else (typed[:1], typed[1:])
        self._typed_ahead = more.lstrip("\r\n")  # of those who end each answer with Enter
        self.output.answered()
        self.output.talk(key)
        return key

    def need_answers(self, *, hint: str = "add --yes") -> None:
        """Raise Refused if nobody can answer; *hint* says what to do then."""
        if not self.desk.interactive:
            raise Refused(
                "this command asks first, and there is no terminal to answer on", hint=hint
            )


def _hidden(output: Output, question: str) -> str:
    """Ask *question* on the terminal, and return what was typed unseen."""
    from getpass import getpass

    output.flush()
    try:
        return getpass(f"{question}{_PASTING} ", stream=sys.stderr).strip()
    except UnicodeDecodeError:
        return _UNREADABLE


def call_of(ctx: typer.Context) -> Call:
    """Return the call that *ctx* belongs to."""
    call = ctx.obj
    assert isinstance(call, Call)
    return call


def worst(codes: Iterable[int]) -> int:
    """Return the exit code that says most about what went wrong; 0 for none at all."""
    return min(codes, key=_EXIT_CODES.index, default=0)
