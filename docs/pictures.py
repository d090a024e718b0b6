"""Draw the README's pictures from the real program, on its demo: `python docs/pictures.py`.

A test compares what they show with what the program says today.
"""

import asyncio
import html
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from mcdesk.__main__ import main
from mcdesk.cli.board import work
from mcdesk.cli.board.app import Board
from mcdesk.cli.call import Call
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.streams import sink
from mcdesk.cli.watch.rounds import make_watch
from mcdesk.cli.watch.view import RoundView
from mcdesk.desk import Desk

FOLDER = Path(__file__).parent / "pictures"
WIDTH = 124
CELL = 12.2  # pixels, at rich's font size of 20
# A Monday, one in the afternoon in New York.
NOW = "2026-11-23T18:00:00Z"
HOURS = '[hours]\ntimezone = "America/New_York"\nholidays = "US"\n'
# Name -> what is typed, and what is answered.
PICTURES: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "stale": (["stale"], []),
    "find": (["find", "lopez"], []),
    "send-to-mc": (["send-to-mc", "T20261123.0002"], ["y"]),
    "with-mc": (["list", "--with-mc"], []),
    "watch": (["watch"], []),
}
# What is pressed on the board, and its size.
KEYS, SIZE = ("j", "j", "j", "enter"), (WIDTH, 24)


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


@contextmanager
def demo() -> Iterator[Desk]:
    """Make a desk in the demo, as it always is at the same time."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "demo").mkdir()
        (home / "demo" / "config.toml").write_text(HOURS, encoding="utf-8")
        environ = {"MCDESK_HOME": name, "MCDESK_NOW": NOW, "MCDESK_DEMO": "1"}
        desk = Desk(environ=environ, interactive=True, sleep=lambda _: None)
        yield desk
        desk.close()


def shown(name: str) -> Text:
    """Return what a terminal shows for the picture *name*, colors too."""
    return board() if name == "watch" else Text.from_ansi(told(*PICTURES[name]))


def board() -> Text:
    """Return what the board shows once a ticket is open beside its list."""
    seen: list[Text] = []

    async def press(app: Board) -> None:
        async with app.run_test(size=SIZE) as pilot:
            while not (app.session.model.entries and app.is_seen()):
                await pilot.pause(0.05)
            await pilot.press(*KEYS)
            while "contact" not in (text := _screen(app)).plain:
                await pilot.pause(0.05)
            seen.append(text)
            app.session.leave(0)

    with demo() as desk:
        view = RoundView(desk.hours, vendor=desk.settings.mc.name, phone=desk.settings.mc.phone)
        call = Call(desk, Output(sink(Terminal()), sink(Terminal()), desk.environ))
        watching, every = make_watch(desk, slack=False), timedelta(minutes=1)
        work(call, watching, view, every=every, run=lambda app: asyncio.run(press(app)))
    return seen[0]


def _screen(app: Board) -> Text:
    lines = app.screen._compositor.render_strips()
    styled = [Text.assemble(*((each.text, each.style or "") for each in line)) for line in lines]
    return Text("\n").join(styled)


def told(typed: Sequence[str], answers: Sequence[str]) -> str:
    """Return what a terminal shows of `mcdesk --demo` with *typed* and *answers*, colors too."""
    before = sys.stdin, sys.stdout, sys.stderr, dict(os.environ)
    terminal = Terminal()
    with demo() as desk:
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
    """Draw the picture *name* as SVG."""
    typed, _ = PICTURES[name]
    command = Text.assemble(("$ ", "dim"), (f"mcdesk {' '.join(typed)}", "bold"))
    console = Console(
        record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(command)
    console.print(shown(name))
    return plain(console.export_svg(title="mcdesk", unique_id=f"mcdesk-{name}"))


def plain(drawn: str) -> str:
    """Return rich's SVG for viewers that know no style sheets, clipping, fonts or rgba colors."""
    styles = dict(re.findall(r"\.([\w-]+-r\d+) \{ (.*?);? \}", drawn))
    drawn = re.sub(r"\s*<(style|defs)>.*?</\1>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r' clip-path="[^"]*"', "", drawn)
    drawn = re.sub(r'class="[\w-]+-matrix"', 'font-family="monospace" font-size="20"', drawn)
    title = 'font-family="sans-serif" font-size="18" font-weight="bold"'
    drawn = re.sub(r'class="[\w-]+-title"', title, drawn)
    drawn = drawn.replace("rgba(255,255,255,0.35)", "#747474")
    drawn = re.sub(r'class="rich-terminal" viewBox="0 0 (\S+) (\S+)"', _sized, drawn)
    text = r'<text class="([\w-]+)" x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+">(.*?)</text>'
    return re.sub(text, lambda found: _words(found, styles), drawn, flags=re.DOTALL)


def _sized(found: re.Match[str]) -> str:
    width, height = (round(float(each)) for each in found.groups())
    return f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'


def _words(found: re.Match[str], styles: dict[str, str]) -> str:
    """Put each word of the text *found* in its own place, so that a wider font moves no other."""
    name, x, y, text = found.groups()
    text = html.unescape(text)
    style = re.sub(r"([\w-]+): ([^;]+);?", r' \1="\2"', styles[name])
    return "".join(
        f'<text{style} x="{float(x) + CELL * cell_len(text[: word.start()]):.1f}" y="{y}"'
        f' textLength="{CELL * cell_len(word[0]):.1f}">{html.escape(word[0], quote=False)}</text>\n'
        for word in re.finditer(r"\S+", text)
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in PICTURES:
        (FOLDER / f"{each}.svg").write_text(picture(each), encoding="utf-8")
