"""What stands on the board: its head and foot, a question, a ticket, all keys."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mcdesk.cli.board.asking import Question
from mcdesk.cli.board.keys import KEYS, keys_line
from mcdesk.cli.board.model import Entry, Mode, Model, View
from mcdesk.cli.stale import view as stale_view
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, cut
from mcdesk.cli.watch.view import URGENT, RoundView, requests
from mcdesk.core.hours import OpeningHours
from mcdesk.errors import DeskError

if TYPE_CHECKING:
    from mcdesk.ops.rounds import Round
    from mcdesk.ops.stale import StaleReport

Draw = Callable[[Page], None]
# Lines of a terminal from which on there is room for what is not urgent.
_TALL = 30
# Of what is smaller, nobody could read anything.
LEAST_WIDTH, LEAST_HEIGHT = 40, 10


def head(model: Model, now: "Round | None", view: RoundView, *, demo: bool) -> Draw:
    """Draw when the last look was, the views, and what is urgent."""

    def draw(page: Page) -> None:
        name = f"mcdesk watch{' (demo)' if demo else ''}  "
        times = view.times(now) if now else "looking for the first time"
        room = (page.width or LEAST_WIDTH) - len(name)
        page.line(Cell(name, "bold"), Cell(cut(times, room), "quiet"))
        page.line(*_views(model))
        if model.words or model.mode is Mode.FILTERING:
            cursor = "_" if model.mode is Mode.FILTERING else ""
            page.block(f"only with: {model.words}{cursor}", style="bold")
        if now:
            view.draw_trouble(page, now)
            for notice in view.notices(now.seen, minutes=False) if now.seen else ():
                if notice.style == URGENT:
                    page.block(notice.text, style=URGENT)

    return draw


def _views(model: Model) -> list[Cell]:
    cells = []
    for key, each in enumerate(View, start=1):
        number = f" {len(model.entries_of(each)):,}" if each in model.found else ""
        said = f"{key} {each.value}{number}"
        here = each is model.view
        cells.append(Cell(f"[{said}] " if here else f" {said}  ", "bold" if here else "quiet"))
    return cells


def foot(
    model: Model,
    report: "StaleReport",
    now: "Round | None",
    view: RoundView,
    hours: OpeningHours,
    *,
    lacks: Sequence[str],
    height: int,
) -> Draw:
    """Draw how many wait, whether the desk is open, and with much *height* the other news.

    *lacks* says what the view may not have.
    """

    def draw(page: Page) -> None:
        _counts(page, model, report, hours)
        stale_view.draw_odd(page, report)
        for each in lacks:
            page.block(each, style="late")
        if now is None:
            return
        if height >= _TALL and now.seen:
            for notice in view.notices(now.seen):
                if notice.style != URGENT:
                    page.block(notice.text, style=notice.style)
        if height >= _TALL or now.slowed:
            page.block(requests(now), style="late" if now.slowed else "quiet")

    return draw


def _counts(page: Page, model: Model, report: "StaleReport", hours: OpeningHours) -> None:
    """Draw in one line how many wait, and as much of when the desk opens or closes as fits."""
    marked = f"{len(model.marks)} marked; " if model.marks else ""
    room = (page.width or LEAST_WIDTH) - len(marked)
    counts = cut(stale_view.counts(report), room)
    desk = f"; the desk is {'open' if report.desk.open else 'closed'}"
    until = report.desk.changes_at
    when = f" until {hours.clock.moment(until, report.as_of)}" if until else ""
    said = next((each for each in (desk + when, desk) if len(counts + each) <= room), "")
    page.line(Cell(marked, "bold"), Cell(counts), Cell(said, "quiet"))


def keys(model: Model) -> Draw:
    """Draw the keys that work now, in one line."""

    def draw(page: Page) -> None:
        room = page.width or LEAST_WIDTH
        page.line(Cell(keys_line(model, room), "bold"))

    return draw


def question(asked: Question) -> Draw:
    """Draw what was said before the question, and the question."""

    def draw(page: Page) -> None:
        asked.said.draw(page)
        page.block(asked.question, style="bold")

    return draw


def ruled(draw: Draw) -> Draw:
    """Draw a line above it, over the whole width."""

    def drawn(page: Page) -> None:
        page.line(Cell("\N{BOX DRAWINGS LIGHT HORIZONTAL}" * (page.width or LEAST_WIDTH), "quiet"))
        draw(page)

    return drawn


def said(text: str, style: str = "") -> Draw:
    """Draw one text."""
    return lambda page: page.block(text, style=style)


def problem(error: DeskError) -> Draw:
    """Draw what happened and what fixes it."""

    def draw(page: Page) -> None:
        page.block(f"error: {error.message}", style=URGENT)
        if error.hint:
            page.block(f"hint: {error.hint}")

    return draw


def nothing(model: Model, why: DeskError | None) -> Draw:
    """Draw why the list is empty."""

    def draw(page: Page) -> None:
        if why:
            problem(why)(page)
        elif model.view not in model.found:
            page.line(Cell("looking...", "quiet"))
        elif model.words:
            page.line(Cell(f"No ticket here holds: {model.words}"))
        else:
            page.line(Cell(_NONE[model.view]))

    return draw


_NONE = {
    View.WAITING: "Nothing waits.",
    View.WITH_MC: "Nothing is with MC.",
    View.MINE: "You have no open ticket.",
}


def note_head(entry: Entry, *, vendor: str, notify: bool) -> Draw:
    """Draw on which ticket a note is written, and who reads it."""
    reads = f"; {vendor}'s dispatch gets it by mail" if notify else ""

    def draw(page: Page) -> None:
        page.block(f"Note on {entry.number}, {entry.company}, {entry.title}", style="bold")
        page.block(f"Internal: customers do not see it{reads}", style="quiet")

    return draw


def help_page(page: Page) -> None:
    """Draw all keys."""
    page.line(Cell("All keys", "bold"))
    for each in KEYS[Mode.LIST]:
        if each.label and (each.help or each.says):
            page.block(each.help or each.says, first=f"{each.label:<12}")


def too_small(page: Page) -> None:
    """Draw that nothing can be read in so little room."""
    page.block(f"Too small: {LEAST_WIDTH}x{LEAST_HEIGHT} at least")
