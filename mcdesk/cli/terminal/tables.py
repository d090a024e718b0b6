"""Tables laid out by hand, one line at a time, so that 20,000 rows are as quick as twenty.

It knows how wide text is on a terminal, and nothing of color or of where the lines go.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from textwrap import TextWrapper, wrap
from typing import NamedTuple

_GAP = 2
# A column that gives way keeps at least this many cells.
_LEAST = 8
# What goes below a row has at least these.
_LEAST_BELOW = 16
_NO_BREAK = "\N{NO-BREAK SPACE}"
_IN_NUMBERS = re.compile(r"(?<=[\d)]) (?=\d)")


class Cell(NamedTuple):
    """A text, already clean, and how it looks: one of page.STYLES, and what it links to."""

    text: str
    style: str = ""
    link: str | None = None


class Column(NamedTuple):
    """A heading; *right* aligns numbers, *limit* is the most cells.

    A column with a *share* gives way if there is no room; the larger its share, the later. If that
    is not enough, columns go below their rows: those with a share first, then the last ones.
    """

    title: str
    right: bool = False
    share: int = 0
    limit: int = 100


class Row(NamedTuple):
    """The cells of a row, and the lines that go *below* them from the second column on.

    Each of those is cut, or broken into as many as it needs if it should stay *whole*.
    """

    cells: Sequence[Cell]
    below: Sequence[Cell] = ()
    whole: bool = False


class Table(NamedTuple):
    """Columns and rows; with *folds*, columns without room go below their rows."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    folds: bool = True

    def lines(self, width: int | None) -> Iterable[list[Cell]]:
        """Yield each line's cells, cut to fit *width* cells; None: nothing is cut."""
        widths, whole = self._widths(), width is None
        if width is not None:
            if self.folds and (hidden := self._hidden(width, widths)):
                yield from self._with_below(hidden).lines(width)
                return
            self._fit(widths, width)
        headings = [Cell(column.title, "quiet") for column in self.columns]
        yield self._line(headings, widths, whole=whole)
        for row in self.rows:
            yield self._line(row.cells, widths, whole=whole)
            indent = Cell(" " * (widths[0] + _GAP))
            for line in _below(row, None if width is None else width - len(indent.text)):
                yield [indent, line]

    @property
    def width(self) -> int:
        """How many cells its rows take if nothing is cut."""
        widths = self._widths()
        return sum(widths) + _GAP * (len(widths) - 1)

    def _hidden(self, width: int, widths: Sequence[int]) -> set[int]:
        """Choose the columns that *width* cells have no room for, however narrow they are.

        Never the first one; and none if there is too little room beside that one.
        """
        least = [
            min(natural, _LEAST) if column.share else natural
            for column, natural in zip(self.columns, widths, strict=True)
        ]
        shown = list(range(len(least)))
        if width - least[0] - _GAP < _LEAST_BELOW:
            return set()
        while len(shown) > 1 and sum(least[i] + _GAP for i in shown) - _GAP > width:
            giving = [i for i in shown[1:] if self.columns[i].share] or shown[-1:]
            shown.remove(min(giving, key=lambda i: self.columns[i].share))
        return {*range(len(least))} - {*shown}

    def _with_below(self, hidden: Collection[int]) -> "Table":
        """Return the table with its *hidden* columns in the lines below each row."""
        rows = []
        for cells_, below, _ in self.rows:
            facts = [
                f"{self.columns[i].title}: {cells_[i].text}"
                for i in sorted(hidden)
                if cells_[i].text not in ("", "-")
            ]
            more = [Cell(", ".join(facts))] if facts else []
            shown = [cell for i, cell in enumerate(cells_) if i not in hidden]
            rows.append(Row(shown, [*below, *more], whole=True))
        return Table([each for i, each in enumerate(self.columns) if i not in hidden], rows)

    def _widths(self) -> list[int]:
        return [
            min(max([len(column.title), *(cells(row.cells[i].text) for row in self.rows)]), most)
            for i, column in enumerate(self.columns)
            for most in [max(column.limit, len(column.title))]
        ]

    def _fit(self, widths: list[int], width: int) -> None:
        """Take cells from *widths* until all fit in *width*, or none gives way."""
        for _ in range(sum(widths) + _GAP * (len(widths) - 1) - width):
            self._narrow(widths)

    def _narrow(self, widths: list[int]) -> None:
        """Take a cell from the column that has most for its share, down to a least width."""
        giving = [i for i, column in enumerate(self.columns) if column.share and widths[i] > _LEAST]
        if giving:
            widths[max(giving, key=lambda i: widths[i] / self.columns[i].share)] -= 1

    def _line(self, row: Sequence[Cell], widths: Sequence[int], *, whole: bool) -> list[Cell]:
        line: list[Cell] = []
        for column, cell, width in zip(self.columns, row, widths, strict=True):
            text = cell.text if whole else cut(cell.text, width)
            padding = Cell(" " * (width - cells(text)))
            shown = Cell(text, cell.style, cell.link)
            line += [padding, shown] if column.right else [shown, padding]
            line.append(Cell(" " * _GAP))
        return line


def _below(row: Row, room: int | None) -> Iterator[Cell]:
    for text, style, _ in row.below:
        if room is None:
            yield Cell(text, style)
        else:
            pieces = wrapped(text, room) if row.whole else [cut(text, room)]
            yield from (Cell(piece, style) for piece in pieces)


class _Word(str):
    """A text whose length is the cells that it takes."""

    __slots__ = ()

    def __len__(self) -> int:
        return cells(str(self))


class _Wrapper(TextWrapper):
    """Breaks text between words where its cells end, as TextWrapper does with characters."""

    def _split(self, text: str) -> list[str]:
        return [_Word(each) for each in super()._split(text)]

    def _handle_long_word(
        self, reversed_chunks: list[str], cur_line: list[str], cur_len: int, width: int
    ) -> None:
        """Put on the line what there is room for, no character without its marks and joiners."""
        from rich.cells import chop_cells

        word = str(reversed_chunks.pop())
        first = chop_cells(word, width - cur_len)[0] if cur_len < width else ""
        if not first and not cur_line:
            first = word[:1]
        cur_line.append(_Word(first))
        reversed_chunks.append(_Word(word[len(first) :]))


def wrapped(text: str, room: int) -> list[str]:
    """Break *text*, one line, between words into lines of at most *room* cells.

    A number with blanks in it, as phone numbers have, is one word.
    """
    whole = _IN_NUMBERS.sub(_NO_BREAK, text)
    if whole.isascii():
        return wrap(whole, room, break_on_hyphens=False) or [""]
    lines = _Wrapper(room, break_on_hyphens=False).wrap(whole)
    return [line.replace(_NO_BREAK, " ") for line in lines] or [""]


def cells(text: str) -> int:
    """Count the cells that *text* takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """Return *text* with blanks up to *width* cells."""
    return text + " " * (width - cells(text))


def cut(text: str, width: int) -> str:
    """Cut *text* to *width* cells, with an ellipsis in place of what is missing."""
    if cells(text) <= width:
        return text
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1).rstrip() + "\N{HORIZONTAL ELLIPSIS}"
