"""One round of `watch`, or rounds for ever: on a screen of their own, or as lines of a log."""

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING

from mcdesk.cli.call import Call
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.page import Page, styled
from mcdesk.cli.terminal.signals import stoppable
from mcdesk.cli.terminal.tables import Cell
from mcdesk.cli.watch.board import Board, as_json
from mcdesk.core.alerts import Rules
from mcdesk.core.wording import span
from mcdesk.desk import Desk
from mcdesk.errors import DeskError, SetupProblem
from mcdesk.ops.alerting import Alerting
from mcdesk.ops.finding import Searched, TicketList, list_tickets
from mcdesk.ops.rounds import Round, Rounds, requests_an_hour
from mcdesk.ops.watch import Watch
from mcdesk.ops.with_mc import MOST_WITH_MC, VendorWatch

if TYPE_CHECKING:
    from rich.console import Console, ScreenContext

# Lines that a table has at least, whatever else is on the board.
_LEAST_ROOM = 5
# The other screen and its hidden cursor, past the streams: these may be in the midst of a line.
_ENTER, _LEAVE = b"\x1b[?1049h\x1b[?25l", b"\x1b[?25h\x1b[?1049l"


def make_watch(desk: Desk, *, slack: bool) -> Watch:
    """Build the watch; with *slack*, it tells the team: raises SecretsMissing for no webhook."""
    minutes = desk.settings.slack
    rules = Rules(
        cooldown=timedelta(minutes=minutes.cooldown_minutes),
        last_call=timedelta(minutes=minutes.last_call_minutes),
    )
    return Watch(
        lambda: desk.autotask,
        desk.search(),
        desk.vendor(),
        desk.operations,
        _alerting(desk, rules) if slack else None,
        VendorWatch(lambda: _with_mc(desk)),
        hours=desk.hours,
        now=desk.now,
    )


def _alerting(desk: Desk, rules: Rules) -> Alerting:
    phone = desk.settings.mc.phone
    return Alerting(desk.alerts, desk.alert_lock, desk.slack, rules, desk.hours, phone=phone)


def _with_mc(desk: Desk) -> TicketList:
    """List what the vendor has; more than a page of tickets nobody has there."""
    return list_tickets(
        desk.autotask,
        desk.settings,
        desk.search(),
        desk.sources(),
        desk.vendor(),
        Searched(with_mc=True),
        now=desk.now(),
        limit=MOST_WITH_MC,
    )


def warn_of_missed_calls(call: Call, *, every: timedelta) -> None:
    """Say so if looking *every* so often may miss the last call before closing."""
    minutes = call.desk.settings.slack.last_call_minutes
    if minutes and every > timedelta(minutes=minutes):
        call.output.talk(
            f"warning: looking every {span(every)} may miss the last call, {minutes} minutes "
            f"before closing; use --interval {minutes * 60} or less",
            style="late",
        )


def look_once(output: Output, watching: Watch, board: Board, *, json: bool) -> None:
    """Show one round; raise why the team was not told, and after it, what is not known and why."""
    seen = watching.look()
    if seen.alerted and seen.alerted.problem:
        raise seen.alerted.problem
    if json:
        output.json(as_json(seen))
    else:
        board.draw_once(output, seen)
    for problem, what, again in (
        (
            seen.handoffs.problem,
            "handoffs were not checked",
            "`mcdesk log --since 1h --check` looks again",
        ),
        (
            seen.with_mc.problem,
            f"{board.vendor}'s tickets were not checked",
            "`mcdesk list --with-mc` looks again",
        ),
    ):
        if isinstance(problem, SetupProblem):  # nothing that the next round could make up for
            if json:
                output.talk(f"{what}: {problem.message}")
        elif problem:
            raise DeskError(f"{what}: {problem.message}", hint=problem.hint or again) from problem


def look_on(call: Call, watching: Watch, board: Board, *, every: timedelta, json: bool) -> None:
    """Show a round *every* so often: on a terminal, a board that leaves it as it was."""
    desk, output = call.desk, call.output
    output.talk(
        f"every {every // timedelta(seconds=1)} s, about {requests_an_hour(every)} requests an "
        "hour to Autotask; Ctrl-C stops it"
    )
    rounds = partial(Rounds, watching, interval=every, now=desk.now, sleep=desk.sleep)
    if json:
        for now in rounds():
            output.json(as_json(now.seen, now), compact=True)
    elif console := output.screen_console():
        with console.screen() as screen:
            showing = _Screen(console, screen, board)
            with stoppable(showing.leave, showing.enter):
                for now in rounds(tick=showing.again_if_changed):
                    showing.show(now)
    else:
        _write(output, board, rounds())


def _write(output: Output, board: Board, rounds: Iterable[Round]) -> None:
    """Write a line for each of *rounds* that is not what the last one was."""
    last = ""
    for now in rounds:
        sentence = board.sentence(now)
        if sentence != last:
            output.data(f"{board.clock(now.at)} {sentence}")
            output.flush()
        last = sentence


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
    """The board on *screen*; before the first round, it says that it looks."""

    def __init__(self, console: "Console", screen: "ScreenContext", board: Board) -> None:
        self._console = console
        self._screen = screen
        self._board = board
        self._now: Round | None = None
        self._is_there = True
        self._size = console.size
        sheet = _Sheet(self._size.width)
        board.draw_start(sheet)
        self._put(sheet)

    def show(self, now: Round) -> None:
        """Draw *now*, with as much of its table as there is room for."""
        self._now, self._size, self._is_there = now, self._console.size, True
        sheet = self._sheet(now, room=None)
        if (over := len(sheet.lines) - self._size.height + 1) > 0:
            tickets = self._board.table_lines(sheet, now)
            sheet = self._sheet(now, room=max(tickets - over, _LEAST_ROOM))
        self._put(sheet)

    def again_if_changed(self) -> None:
        """Draw it again in another size, or after it was left."""
        if self._now and (self._console.size != self._size or not self._is_there):
            self.show(self._now)

    def leave(self) -> None:
        """Show what was on the terminal before, in the midst of whatever is being drawn."""
        self._send(_LEAVE)

    def enter(self) -> None:
        """Take the terminal again, and let the board be drawn again soon."""
        self._send(_ENTER)
        self._is_there = False

    def _send(self, sequence: bytes) -> None:
        with suppress(OSError, ValueError):  # no terminal, or a stream in memory
            os.write(self._console.file.fileno(), sequence)

    def _put(self, sheet: _Sheet) -> None:
        from rich.control import Control

        self._console.control(Control.home())
        self._screen.update(*[styled(line) for line in sheet.lines])

    def _sheet(self, now: Round, *, room: int | None) -> _Sheet:
        sheet = _Sheet(self._size.width)
        self._board.draw(sheet, now, room=room)
        return sheet
