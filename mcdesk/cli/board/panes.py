"""The parts of the board's screen: lines that were drawn on a sheet, the list, the box for a note.

Colors are those of the terminal: no theme paints over it.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from rich.segment import Segment
from rich.style import Style
from textual.events import Key as KeyEvent
from textual.events import Paste
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import TextArea

from mcdesk.cli.board.model import Entry, Model, View
from mcdesk.cli.board.sheets import Draw
from mcdesk.cli.terminal.page import STYLES, Sheet
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.wording import harmless

# From so many cells on a ticket takes one line, and below so many its priority has no room: with
# the vendor later, for there a phone number has to be whole.
_ONE_LINE = {View.WAITING: 76, View.WITH_MC: 100, View.MINE: 76}
_PRIORITIES = {View.WAITING: 56, View.WITH_MC: 76, View.MINE: 56}
_STATES = {View.WAITING: "waiting", View.WITH_MC: "MC", View.MINE: "status, active"}


@cache
def _style(name: str, *, plain: bool) -> Style:
    style = Style.parse(STYLES.get(name, name))
    return Style(bold=style.bold) if plain else style


def strip(cells: Iterable[Cell], width: int, *, plain: bool) -> Strip:
    """Make one line of the screen, *width* cells wide; *plain* has no color."""
    segments = [Segment(cell.text, _style(cell.style, plain=plain)) for cell in cells if cell.text]
    return Strip(segments).adjust_cell_length(width)


class Drawn(Widget):
    """Shows what is drawn on a sheet of its width, page by page; *plain* has no color."""

    def __init__(self, *, id: str, plain: bool) -> None:
        super().__init__(id=id)
        self._draw: Draw = lambda _: None
        self._plain = plain
        self._sheet: Sheet | None = None
        self._top = 0
        self._end = False

    def show(self, draw: Draw | None, *, end: bool = False) -> None:
        """Show what *draw* draws, of what is too long its *end*; None hides it."""
        self.display = draw is not None
        before, self._draw = self._sheet, draw or (lambda _: None)
        self._sheet, self._end = None, end
        if before is None or before.lines != self._lines(before.width or 0):
            self._top = 0
            self.refresh(layout=True)

    def page(self, by: int) -> None:
        """Show what is *by* so many pages further."""
        most = max(len(self._lines(self.size.width)) - self.size.height, 0)
        self._top = min(max(self._top + by * max(self.size.height - 1, 1), 0), most)
        self.refresh()

    def lines(self, width: int) -> int:
        """Count its lines if it is *width* cells wide."""
        return len(self._lines(width))

    def _lines(self, width: int) -> Sequence[Sequence[Cell]]:
        if self._sheet is None or self._sheet.width != width:
            self._sheet = Sheet(width)
            self._draw(self._sheet)
        return self._sheet.lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines it takes."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """Return line *y*."""
        width, lines = self.size.width, self._lines(self.size.width)
        y += max(len(lines) - self.size.height, 0) if self._end else self._top
        return strip(lines[y] if y < len(lines) else (), width, plain=self._plain)


class Tickets(Widget):
    """The list of a view, with the cursor always in sight; a refresh moves nothing under it."""

    def __init__(self, *, id: str, plain: bool) -> None:
        super().__init__(id=id)
        self._plain = plain
        self._model = Model()
        self._entries: Sequence[Entry] = ()
        self._current: int | None = None
        self._index = self._top = 0
        self._laid_out: tuple[Sequence[Entry], View, int] | None = None
        self._heading: Sequence[Cell] = ()
        self._rows: list[list[list[Cell]]] = []

    def show(self, model: Model) -> None:
        """Show *model*; what stays in it stays where it is."""
        before, index = self._model, model.index
        if before.view is not model.view:
            self._top = 0
        elif self._current and model.current and self._current == model.current.id:
            self._top += index - self._index
        self._model, self._index = model, index
        self._entries = model.entries
        self._current = model.current.id if model.current else None
        self.refresh()

    def room(self) -> int:
        """Count the tickets that there is room for."""
        return max((self.size.height - 1) // self._lines_each(), 1)

    def _lines_each(self) -> int:
        return 1 if self.size.width >= _ONE_LINE[self._model.view] else 2

    def _scroll(self) -> None:
        """Keep the cursor in sight, and the room full."""
        self._top = min(max(self._top, self._index - self.room() + 1), self._index)
        self._top = max(min(self._top, len(self._rows) - self.room()), 0)

    def _lay_out(self) -> None:
        wanted = (self._entries, self._model.view, self.size.width)
        if self._laid_out == wanted:
            return
        self._laid_out, width = wanted, self.size.width - 2
        lines = list(_table(self._entries, self._model.view, width).lines(width))
        each = self._lines_each()
        self._heading = lines[0]
        self._rows = [lines[i : i + each] for i in range(1, len(lines), each)]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of *crop*, once it is settled which tickets they are of."""
        self._lay_out()
        self._scroll()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Return line *y*: the headings, then a line or two for each ticket."""
        width = self.size.width
        if y == 0:
            return strip([Cell("  "), *self._heading], width, plain=self._plain)
        place, line = divmod(y - 1, self._lines_each())
        place += self._top
        if place >= len(self._rows):
            return Strip.blank(width)
        return self._row(place, line, width)

    def _row(self, place: int, line: int, width: int) -> Strip:
        """Return one of the lines of the ticket at *place*, behind cursor and mark."""
        entry, cells = self._entries[place], self._rows[place][line]
        here, marked = place == self._index, entry.id in self._model.marks
        gutter = ((">" if here else " ") + ("*" if marked else " ")) if line == 0 else "  "
        if here:
            text = "".join(cell.text for cell in cells)
            cursor = Style(reverse=True)
            return Strip([Segment(gutter + text, cursor)]).adjust_cell_length(width, cursor)
        return strip([Cell(gutter, "bold"), *cells], width, plain=self._plain)


def _table(entries: Sequence[Entry], view: View, width: int) -> Table:
    """Return the table of *entries*; its limits leave the state its room beside any label."""
    ticket, priority = Column("ticket", limit=16), Column("priority", limit=16)
    state = Column(_STATES[view], share=12, limit=36)
    if width + 2 >= _ONE_LINE[view]:
        columns = [
            *(ticket, Column("company", share=3, limit=24), Column("title", share=5)),
            *(priority, state),
        ]
        return Table(columns, [Row(_cells(each, columns, view)) for each in entries], folds=False)
    urgent = [priority] if width + 2 >= _PRIORITIES[view] else []
    columns = [ticket, Column("company", share=3), *urgent, state]
    rows = [Row(_cells(each, columns, view), [Cell(each.title, "bold")]) for each in entries]
    return Table(columns, rows, folds=False)  # all tickets have as many lines


def _cells(entry: Entry, columns: Sequence[Column], view: View) -> list[Cell]:
    known = {
        "ticket": Cell(entry.number, "ticket"),
        "company": Cell(entry.company),
        "title": Cell(entry.title),
        "priority": entry.priority,
        _STATES[view]: entry.state,
    }
    return [known[column.title] for column in columns]


class NoteBox(TextArea):
    """Where a note is written; the keys that end it are the board's."""

    async def _on_key(self, event: KeyEvent) -> None:
        if event.key == "ctrl+j":
            event.prevent_default()
            event.stop()
            self.insert("\n")
        elif event.key in ("enter", "escape"):
            event.prevent_default()
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: Paste) -> None:
        """Take in a text that was copied from wherever, less what would act on the terminal."""
        event.prevent_default()
        lines = event.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        await super()._on_paste(Paste("\n".join(harmless(line) for line in lines)))
