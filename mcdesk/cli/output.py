"""The only writer: data to stdout, talk to stderr, and everything cleaned on its way.

Text from strangers may be passed in as it is: no control character, escape or markup gets out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TextIO

from mcdesk.cli.tables import Cell, Row, Table
from mcdesk.core.wording import clean, clean_block, harmless
from mcdesk.errors import DeskError

if TYPE_CHECKING:
    from rich.console import Console

# Nobody reads more rows than this in colour, and drawing them takes seconds.
_MOST_COLOURED_ROWS = 500
# Items of a long JSON list that are written together: one by one takes three times as long.
_ITEMS_AT_ONCE = 500


class Output:
    """Write to *stdout* and *stderr* as these streams and *environ* (NO_COLOR) can take it."""

    def __init__(self, stdout: TextIO, stderr: TextIO, environ: Mapping[str, str]) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self._plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"

    @property
    def terminal(self) -> bool:
        """Whether somebody reads stdout as it is written."""
        return self._stdout.isatty()

    @property
    def width(self) -> int | None:
        """How many cells a line of stdout has, None when it goes on for ever."""
        if not self.terminal:
            return None
        from shutil import get_terminal_size

        return max(get_terminal_size().columns, 40)

    def flush(self) -> None:
        """Let what was written be seen; raise BrokenPipeError when nobody reads any more."""
        self._stdout.flush()

    def data(self, text: str) -> None:
        """Write one line of data."""
        self._stdout.write(clean(text) + "\n")

    def json(self, value: Mapping[str, Any], *, compact: bool = False) -> None:
        """Write *value* as JSON in ASCII, laid out for reading on a terminal unless *compact*.

        A list in it may be an iterator: then its items are written as they come.
        """
        if self.terminal and not compact:
            whole = {key: _as_list(item) for key, item in value.items()}
            self._stdout.write(json.dumps(whole, indent=2) + "\n")
        else:
            for piece in _pieces(value):
                self._stdout.write(piece)
        self._stdout.flush()

    def line(self, *cells: Cell) -> None:
        """Write one line of cells, as data that people read."""
        self._write([Cell(harmless(cell.text), cell.style, cell.link) for cell in cells])

    def block(self, text: str, *, style: str = "") -> None:
        """Write several lines of text, broken between words where the terminal ends."""
        for line in clean_block(text).split("\n"):
            for piece in [line] if self.width is None else wrap(line, self.width) or [""]:
                self._write([Cell(piece, style)])

    def table(self, table: Table) -> None:
        """Write a table, cut to the terminal's width; elsewhere as wide as it needs."""
        many = len(table.rows) > _MOST_COLOURED_ROWS
        for line in _cleaned(table).lines(self.width):
            self._write(line, plain=many)

    def talk(self, text: str) -> None:
        """Tell the technician something that is not data."""
        self._stderr.write(clean(text) + "\n")

    def ask(self, question: str) -> None:
        """Write a question, and stay on its line."""
        self._stdout.flush()
        self._stderr.write(clean(question) + " ")
        self._stderr.flush()

    def error(self, problem: DeskError) -> None:
        """Say what happened and what mends it."""
        self._stdout.flush()
        self.talk(f"error: {problem.message}")
        if problem.hint:
            self.talk(f"hint: {problem.hint}")

    @cached_property
    def _console(self) -> "Console | None":
        """What draws colours and links, None where there are to be none."""
        if self._plain or not self.terminal:
            return None
        from rich.console import Console

        return Console(file=self._stdout, markup=False, emoji=False, highlight=False)

    def _write(self, cells: Iterable[Cell], *, plain: bool = False) -> None:
        if plain or self._console is None:
            self._stdout.write("".join(cell.text for cell in cells).rstrip() + "\n")
            return
        from rich.style import Style
        from rich.text import Text

        line = Text(no_wrap=True, overflow="ignore")
        for cell in cells:
            line.append(cell.text, Style.parse(cell.style) + Style(link=cell.link))
        line.rstrip()
        self._console.print(line, soft_wrap=True)


def _pieces(value: Mapping[str, Any]) -> Iterator[str]:
    """Give the JSON of *value* in pieces, the items of an iterator some at a time."""
    before = "{"
    for key, item in value.items():
        yield f"{before}{json.dumps(key)}: "
        if isinstance(item, Iterator):
            yield "["
            between = ""
            while several := list(islice(item, _ITEMS_AT_ONCE)):
                yield between + json.dumps(several)[1:-1]
                between = ", "
            yield "]"
        else:
            yield json.dumps(item)
        before = ", "
    yield "}\n"


def _as_list(item: Any) -> Any:
    return list(item) if isinstance(item, Iterator) else item


def _cleaned(table: Table) -> Table:
    rows = [
        Row([_clean(cell) for cell in row.cells], row.below and _clean(row.below))
        for row in table.rows
    ]
    return Table(table.columns, rows)


def _clean(cell: Cell) -> Cell:
    return Cell(clean(cell.text), cell.style, cell.link)
