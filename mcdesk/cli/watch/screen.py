"""Rounds of a watch on a screen of their own, or as lines of a log."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Protocol

from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.page import Page, styled
from mcdesk.cli.terminal.tables import Cell
from mcdesk.cli.watch.board import Board, as_json
from mcdesk.ops.rounds import Round

if TYPE_CHECKING:
    from rich.console import Console, ScreenContext

# Lines that a table has at least, whatever else stands on the board.
_LEAST_ROOM = 5


class Shown(Protocol):
    """Takes one round after the other."""

    def show(self, now: Round) -> None:
        """Show how far the watch has come."""

    def again_if_resized(self) -> None:
        """Show it again if the terminal has another size now."""


@contextmanager
def shown(output: Output, board: Board, *, json: bool) -> Iterator[Shown]:
    """Choose how to show: on a terminal, a board that leaves it as it was, Ctrl-C included."""
    console = None if json else output.screen_console()
    if console is None:
        yield _Lines(output, board, json=json)
        return
    with console.screen() as screen:
        showing = _Screen(console, screen, board)
        showing.start()
        yield showing


class _Sheet(Page):
    """Lines that are kept instead of written."""

    def __init__(self, width: int) -> None:
        super().__init__(StringIO(), plain=False)
        self._cells_wide = width
        self.lines: list[list[Cell]] = []

    @property
    def width(self) -> int:
        return self._cells_wide

    def _write(self, cells: Iterable[Cell], *, plain: bool = False) -> None:
        self.lines.append(list(cells))


class _Screen:
    """The board on a screen that is left at the end."""

    def __init__(self, console: "Console", screen: "ScreenContext", board: Board) -> None:
        self._console = console
        self._screen = screen
        self._board = board
        self._now: Round | None = None
        self._size = console.size

    def start(self) -> None:
        """Draw that it looks: the first answer may take a while."""
        sheet = _Sheet(self._size.width)
        self._board.draw_start(sheet)
        self._put(sheet)

    def show(self, now: Round) -> None:
        """Draw *now*, with as much of its table as there is room for."""
        self._now, self._size = now, self._console.size
        sheet = self._sheet(now, room=None)
        if (over := len(sheet.lines) - self._size.height + 1) > 0:
            tickets = self._board.table_lines(sheet, now)
            sheet = self._sheet(now, room=max(tickets - over, _LEAST_ROOM))
        self._put(sheet)

    def again_if_resized(self) -> None:
        """Draw it again in another size."""
        if self._now and self._console.size != self._size:
            self.show(self._now)

    def _put(self, sheet: _Sheet) -> None:
        from rich.control import Control

        self._console.control(Control.home())
        self._screen.update(*[styled(line) for line in sheet.lines])

    def _sheet(self, now: Round, *, room: int | None) -> _Sheet:
        sheet = _Sheet(self._size.width)
        self._board.draw(sheet, now, room=room)
        return sheet


class _Lines:
    """A log: a document a round, or a line if something is new."""

    def __init__(self, output: Output, board: Board, *, json: bool) -> None:
        self._output = output
        self._board = board
        self._json = json
        self._last = ""

    def show(self, now: Round) -> None:
        """Write it down."""
        if self._json:
            self._output.json(as_json(now.seen, now), compact=True)
            return
        sentence = self._board.sentence(now)
        if sentence != self._last:
            self._output.data(f"{self._board.clock(now.at)} {sentence}")
            self._output.flush()
        self._last = sentence

    def again_if_resized(self) -> None:
        """Do nothing: lines have no size."""
