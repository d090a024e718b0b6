"""Lines, blocks and tables on one stream, as wide and as colorful as that stream can take.

Text from strangers may be passed in as it is: no control character, escape or markup gets out.
"""

from collections.abc import Iterable
from functools import cached_property
from io import StringIO
from typing import TYPE_CHECKING, TextIO, cast

from mcdesk.cli.terminal.console import columns_of, is_terminal
from mcdesk.cli.terminal.streams import Sink
from mcdesk.cli.terminal.tables import Cell, Row, Table, wrapped
from mcdesk.core.wording import clean, clean_block, harmless

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# Cells that a line is drawn for at least.
_NARROWEST = 40
# What a cell may look like. The colors are the six of a terminal's 256 that can be read on white as
# on black: WCAG 2.2 asks for a contrast of 4.5 (success criterion 1.4.3).
STYLES = {
    "": "",
    "bold": "bold",
    "urgent": "bold color(163)",
    "late": "color(131)",
    "fine": "color(29)",
    "ticket": "color(63)",
    "quiet": "color(243)",
}
# Nobody reads more rows than this in color, and drawing them takes seconds.
_MOST_COLORED_ROWS = 500


class Page:
    """What people read on *stream*; *plain* asks for no color and no links."""

    def __init__(self, stream: TextIO | Sink, *, plain: bool) -> None:
        self._stream = stream
        self._plain = plain

    @property
    def terminal(self) -> bool:
        """Whether somebody reads it as it is written."""
        return is_terminal(self._stream)

    @property
    def width(self) -> int | None:
        """How many cells a line has, None when it goes on for ever."""
        return max(columns_of(self._stream), _NARROWEST) if self.terminal else None

    def line(self, *cells: Cell) -> None:
        """Write one line of cells."""
        self._write([Cell(harmless(cell.text), cell.style, cell.link) for cell in cells])

    def block(self, text: str, *, style: str = "", first: str = "") -> None:
        """Write several lines of text, broken between words where the terminal ends.

        *first* goes before the first line; those that follow are as far in.
        """
        room = None if self.width is None else self.width - len(first)
        before = first
        for line in clean_block(text).split("\n"):
            for piece in [line] if room is None else wrapped(line, room):
                self._write([Cell(before), Cell(piece, style)])
                before = " " * len(first)

    def table(self, table: Table) -> None:
        """Write a table, cut to the terminal's width; elsewhere as wide as it needs."""
        many = len(table.rows) > _MOST_COLORED_ROWS
        for line in _cleaned(table).lines(self.width):
            self._write(line, plain=many)

    @property
    def links(self) -> bool:
        """Whether a text can lead somewhere without showing where."""
        return self._console is not None and not self._console.legacy_windows

    @cached_property
    def _console(self) -> "Console | None":
        """What draws colors and links, None for neither."""
        if self._plain or not self.terminal:
            return None
        from rich.console import Console

        return Console(file=self._file, markup=False, emoji=False, highlight=False)

    @property
    def _file(self) -> TextIO:
        return cast(TextIO, self._stream)

    def _write(self, cells: Iterable[Cell], *, plain: bool = False) -> None:
        if plain or self._console is None:
            self._stream.write("".join(cell.text for cell in cells).rstrip() + "\n")
            return
        self._console.print(styled(cells), soft_wrap=True)


class Sheet(Page):
    """Lines of *width* cells that are kept in place of being written."""

    def __init__(self, width: int) -> None:
        super().__init__(StringIO(), plain=False)
        self._cells_wide = width
        self.lines: list[list[Cell]] = []

    @property
    def width(self) -> int:
        """How many cells a line has."""
        return self._cells_wide

    def _write(self, cells: Iterable[Cell], *, plain: bool = False) -> None:
        self.lines.append(list(cells))


def styled(cells: Iterable[Cell]) -> "Text":
    """Build one line of *cells* for rich to draw."""
    from rich.style import Style
    from rich.text import Text

    line = Text(no_wrap=True, overflow="ignore")
    for cell in cells:
        line.append(
            cell.text, Style.parse(STYLES.get(cell.style, cell.style)) + Style(link=cell.link)
        )
    line.rstrip()
    return line


def _cleaned(table: Table) -> Table:
    rows = [
        Row([_clean(cell) for cell in row.cells], row.below and _clean_below(row.below), row.whole)
        for row in table.rows
    ]
    return Table(table.columns, rows)


def _clean(cell: Cell) -> Cell:
    return Cell(clean(cell.text), cell.style, cell.link)


def _clean_below(cell: Cell) -> Cell:
    return Cell(clean_block(cell.text), cell.style)
