"""The board of `mcdesk watch`: what waits, and every action of the desk on one key.

Textual, which draws it, is loaded while the first look is under way.
"""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

from mcdesk.cli.board.inbox import Inbox
from mcdesk.cli.board.news import Ended, Finished, Said
from mcdesk.cli.board.session import Session
from mcdesk.cli.board.turns import Hand, Lookout, Turn
from mcdesk.cli.call import Call
from mcdesk.cli.terminal import signals
from mcdesk.cli.terminal.pending import asked
from mcdesk.cli.watch.view import RoundView
from mcdesk.ops.watch import Watch

if TYPE_CHECKING:
    from mcdesk.cli.board.app import Board

# Seconds that the last look may take.
_LAST_LOOK = 2.0
# Seconds. Ctrl-C reaches a waiting main thread on Windows only between two waits.
_A_MOMENT = 0.2


class Staff:
    """Who works at the desk of *call* for the board, and the session that they work for.

    *wait* is how the lookout waits, if not by the clock.
    """

    def __init__(
        self,
        call: Call,
        watching: Watch,
        *,
        every: timedelta,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        turn, desk = Turn(), call.desk
        self.inbox = Inbox()
        self.lookout = Lookout(desk, watching, turn, self.inbox.put, every=every, wait=wait)
        self.hand = Hand(desk, turn, self.inbox.put)
        self.session = Session(call, self.lookout, self.hand.do)
        self.lookout.held_up = lambda: bool(self.session.model.busy)
        desk.say = lambda text: self.inbox.put(Said(text))
        desk.asking = lambda method, url: self.hand.asking(asked(method, url))

    def start(self) -> None:
        """Begin to work."""
        self.lookout.start()
        self.hand.start()

    def close(self) -> None:
        """Begin nothing more; what is under way goes on to its end.

        A look that takes long is left alone: it only reads.
        """
        self.inbox.wake = lambda: None
        self.lookout.close()
        self.hand.close()
        self.lookout.join(_LAST_LOOK)


def work(
    call: Call,
    watching: Watch,
    view: RoundView,
    *,
    every: timedelta,
    quiet: bool = False,
    run: "Callable[[Board], object]" = lambda app: app.run(mouse=False),
    wait: Callable[[float], object] | None = None,
) -> int:
    """Show the board until the technician leaves it, and return the exit code.

    With *quiet*, it never rings. Tests *run* it without a terminal, and *wait* as they like.
    """
    say, asking = call.desk.say, call.desk.asking
    staff = Staff(call, watching, every=every, wait=wait)
    session = staff.session

    def leave(code: int) -> None:
        session.leave(code)
        staff.inbox.wake()

    staff.start()
    try:
        with signals.leaving(leave, session.save):
            app = _made(call, staff, view, quiet=quiet)
            run(app)
    finally:
        staff.close()
        call.desk.say, call.desk.asking = say, asking
    if app.bug:
        raise app.bug
    return _left(call, staff)


def _made(call: Call, staff: Staff, view: RoundView, *, quiet: bool) -> "Board":
    from mcdesk.cli.board.app import Board

    plain = bool(call.desk.environ.get("NO_COLOR"))
    return Board(staff.session, staff.inbox, view, bell=not quiet, plain=plain)


def _left(call: Call, staff: Staff) -> int:
    """Say what became of what was under way when the board was left; return the exit code."""
    session, output = staff.session, call.output
    if session.note and (kept := session.note.kept("the note that was being written is kept in")):
        kept(output.aside)
    code = session.leaving or 0
    if session.model.busy and code in (0, signals.STOPPED):
        code = _finish(call, staff) or code
    elif session.model.busy:
        output.talk(f"{session.model.busy} was under way: mcdesk log --check looks")
    if session.failure:
        raise session.failure
    if code > signals.STOPPED:
        raise SystemExit(code)
    return code


def _finish(call: Call, staff: Staff) -> int:
    """Wait for the end of what is under way, and say what came of it; return its exit code."""
    what = staff.session.model.busy
    call.output.talk(f"{what} is under way, and goes on to its end...")
    try:
        _wait_for(staff.hand)
    except KeyboardInterrupt:
        call.output.talk("it may have been changed: mcdesk log --check looks")
        raise
    for news in staff.inbox.take():
        if isinstance(news, Finished):
            news.said.draw(call.output)
            if news.bug:
                raise news.bug
            return news.done.code
        if isinstance(news, Ended):
            raise news.problem
    return 0


def _wait_for(thread: Thread) -> None:
    while thread.is_alive():
        thread.join(_A_MOMENT)
