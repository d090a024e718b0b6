"""Draw the README's pictures from the real program, on its demo: `python docs/pictures.py`.

A test holds what stands in them against what the program says today.
"""

import os
import re
import sys
import tempfile
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from mcdesk.__main__ import main
from mcdesk.desk import Desk

FOLDER = Path(__file__).parent / "pictures"
WIDTH = 124
# A Monday, one in the afternoon in New York.
NOW = "2026-11-23T18:00:00Z"
HOURS = '[hours]\ntimezone = "America/New_York"\nholidays = "US"\n'
# Name -> what is typed, and what is answered.
PICTURES: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "stale": (["stale"], []),
    "send-to-mc": (["send-to-mc", "T20261123.0002"], ["y"]),
    "watch": (["watch", "--once"], []),
}


class Terminal(StringIO):
    """A terminal that keeps what is shown on it."""

    def isatty(self) -> bool:
        """Pretend."""
        return True


class Typist(Terminal):
    """Somebody who answers, and whose answers are seen on *terminal*."""

    def __init__(self, answers: Sequence[str], terminal: Terminal) -> None:
        super().__init__("".join(f"{answer}\n" for answer in answers))
        self._terminal = terminal

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override] # typeshed: bytes
        """Type the next line."""
        line = super().readline(-1 if size is None else size)
        self._terminal.write(line)
        return line


def shown(typed: Sequence[str], answers: Sequence[str]) -> str:
    """Give what a terminal shows when `mcdesk --demo` is called so, colours and all."""
    before = sys.stdin, sys.stdout, sys.stderr, dict(os.environ)
    terminal = Terminal()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "demo").mkdir()
        (home / "demo" / "config.toml").write_text(HOURS, encoding="utf-8")
        environ = {"MCDESK_HOME": name, "MCDESK_NOW": NOW, "MCDESK_DEMO": "1"}
        desk = Desk(environ=environ, interactive=True, sleep=lambda _: None)
        try:
            os.environ.update(COLUMNS=str(WIDTH), LINES="40", TERM="xterm-256color")
            os.environ.pop("NO_COLOR", None)
            sys.stdin, sys.stdout, sys.stderr = Typist(answers, terminal), terminal, terminal
            main([*typed], desk=desk)
        finally:
            sys.stdin, sys.stdout, sys.stderr, environment = before
            os.environ.clear()
            os.environ.update(environment)
    return terminal.getvalue()


def picture(name: str) -> str:
    """Draw the picture *name* as SVG, with no fonts from elsewhere."""
    typed, answers = PICTURES[name]
    command = Text.assemble(("$ ", "dim"), (f"mcdesk {' '.join(typed)}", "bold"))
    console = Console(
        record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(command)
    console.print(Text.from_ansi(shown(typed, answers)))
    drawn = console.export_svg(title="mcdesk", unique_id=f"mcdesk-{name}")
    drawn = drawn.replace(
        "font-family: Fira Code, monospace", "font-family: ui-monospace, Consolas, monospace"
    )
    return re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in PICTURES:
        (FOLDER / f"{each}.svg").write_text(picture(each), encoding="utf-8")
