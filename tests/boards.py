"""Somebody at the board of an office: keys are pressed, and what is to be seen is read."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import Any

from offices import Office
from textual.events import Key, Paste
from textual.pilot import Pilot

from mcdesk.cli.board import Staff, work
from mcdesk.cli.board.actions import Action
from mcdesk.cli.board.app import Board
from mcdesk.cli.board.asking import BoardCall
from mcdesk.cli.board.model import Entry, Model
from mcdesk.cli.board.news import News
from mcdesk.cli.board.session import Session
from mcdesk.cli.board.turns import Hand, Lookout
from mcdesk.cli.call import Call
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.streams import sink
from mcdesk.cli.terminal.tables import Cell
from mcdesk.cli.watch.rounds import make_watch
from mcdesk.cli.watch.view import RoundView
from mcdesk.desk import Desk

# Nobody waits for so long but for what never comes.
_SECONDS = 300.0


class Person:
    """Who presses keys at the board *app*, by its *pilot*."""

    def __init__(self, app: Board, pilot: Pilot[None]) -> None:
        self.app, self._pilot = app, pilot

    @property
    def model(self) -> Model:
        return self.app.session.model

    def screen(self) -> list[str]:
        """Return the lines of the screen."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def keys(self) -> str:
        """What the last line says."""
        return self.screen()[-1]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it *holds*."""
        end = monotonic() + _SECONDS
        while not holds():
            assert monotonic() < end, "\n".join(self.screen())
            assert self.app.bug is None
            await asyncio.sleep(0.01)
            await self._pilot.pause()

    async def sees(self, *texts: str) -> list[str]:
        """Wait until all of *texts* are on the screen, and return its lines."""
        await self.until(lambda: all(text in "\n".join(self.screen()) for text in texts))
        return self.screen()

    async def press(self, *keys: str) -> None:
        """Press keys, as far as anything is drawn that they are for."""
        for key in keys:
            await self.until(self.app.is_seen)
            await self._pilot.press(key)
        await self._pilot.pause()

    async def hurry(self, *keys: str) -> None:
        """Press keys faster than anything is drawn."""
        typed = [Key(key, key if len(key) == 1 else None) for key in keys]
        for each in typed:
            self.app.post_message(each)
        await self._pilot.pause()

    async def type(self, text: str) -> None:
        await self._pilot.press(*("space" if char == " " else char for char in text))

    async def paste(self, text: str) -> None:
        self.app.post_message(Paste(text))
        await self._pilot.pause()

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        await self.until(lambda: not self.model.busy)

    async def settled(self) -> None:
        """Wait until it asks, or nothing is under way and the ticket that is open was read."""

        def is_settled() -> bool:
            session, current = self.app.session, self.model.current
            read = current is None or (session.shown is not None and session.shown.id == current.id)
            free = not self.model.busy and (read or not self.model.opened)
            return session.leaving is not None or session.question is not None or free

        await self.until(is_settled)

    async def resize(self, columns: int, lines: int) -> None:
        await self._pilot.resize_terminal(columns, lines)
        await self._pilot.pause()


Scenario = Callable[[Person], Awaitable[Any]]


def at_board(
    office: Office,
    scenario: Scenario,
    *,
    size: tuple[int, int] = (80, 24),
    desk: Desk | None = None,
    quiet: bool = False,
    slack: bool = False,
    wait: Callable[[float], object] | None = None,
    every: timedelta = timedelta(seconds=60),
) -> int:
    """Let *scenario* happen at the board, and return the exit code; at its end it is left by q."""

    def run(app: Board) -> None:
        asyncio.run(_play(app, scenario, size))

    desk = desk or office.desk(interactive=True)
    call = _call(desk)
    desk.say = call.output.talk
    view = RoundView(desk.hours, vendor=desk.settings.mc.name, phone=desk.settings.mc.phone)
    watching = make_watch(desk, slack=slack)
    try:
        return work(call, watching, view, every=every, quiet=quiet, run=run, wait=wait)
    finally:
        desk.close()


def _call(desk: Desk) -> Call:
    return Call(desk, Output(sink(sys.stdout), sink(sys.stderr, patient=True), desk.environ))


def line_of(ticket: int) -> Entry:
    """Return a line of the board for *ticket*."""
    return Entry(ticket, "T", "", "", "", Cell(""), Cell(""))


def acted(office: Office, action: Action) -> int:
    """Do what a key of the board does, in this thread, with yes to all; return the exit code."""
    desk = office.desk(interactive=True)
    try:
        return action(BoardCall(desk, lambda _: True, lambda: None)).code
    finally:
        desk.close()


def unseen(
    desk: Desk,
    model: Model,
    keys: Sequence[str],
    done: Callable[[Session], bool],
    *,
    text: str = "",
    looks: bool = False,
) -> tuple[Session, list[News]]:
    """Press *keys* at a board that nobody draws, and say yes until it is *done* or has ended.

    *text* is what is typed for a note. Only with *looks* does it look by itself.
    """
    staff = Staff(_call(desk), make_watch(desk, slack=False), every=timedelta(seconds=60))
    session, told, came = staff.session, list[News](), Event()
    staff.inbox.wake = came.set
    session.model, session.typing = model, lambda: text
    threads: list[Hand | Lookout] = [staff.hand, *([staff.lookout] if looks else [])]
    for key in keys:
        session.press(key)
    for each in threads:
        each.start()
    while session.leaving is None and not done(session):
        assert came.wait(_SECONDS)
        came.clear()
        for news in staff.inbox.take():
            told.append(news)
            session.take(news)
        if session.question:
            session.press("y")
    for each in threads:
        each.close()
        each.join(_SECONDS)
    return session, told


async def _play(app: Board, scenario: Scenario, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        person = Person(app, pilot)
        await scenario(person)
        if app.session.leaving is None:
            app.session.leave(0)


def column(screen: Sequence[str], start: int = 2, width: int = 14) -> list[str]:
    """Return the ticket numbers that stand on *screen*, from top to bottom."""
    found = [line[start : start + width].strip() for line in screen]
    return [each for each in found if each.startswith("T2") and "." in each]
