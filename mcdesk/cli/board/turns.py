"""Who works at the desk while the board is shown: a lookout and a hand, one at a time.

The desk's parts are for one thread at a time. So whoever works has the turn, and leaves it while a
question stands, or until the next look. Neither of the two draws: what happens is told to the
board, which lives in a thread of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from queue import SimpleQueue
from threading import Event, Lock, Thread

from mcdesk.cli.board.actions import Done
from mcdesk.cli.board.asking import BoardCall, Question
from mcdesk.cli.board.model import View
from mcdesk.cli.board.news import (
    Asked,
    Ended,
    Finished,
    Job,
    Listed,
    Look,
    Looked,
    Shown,
    Tell,
    Under,
    Waits,
)
from mcdesk.cli.looking import listed
from mcdesk.desk import Desk
from mcdesk.errors import DeskError
from mcdesk.ops.finding import Searched
from mcdesk.ops.rounds import Rounds
from mcdesk.ops.staff import me_of
from mcdesk.ops.watch import Watch


class Turn:
    """The turn to use the desk."""

    def __init__(self) -> None:
        self._lock = Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have the turn within the block."""
        with self._lock:
            yield

    @contextmanager
    def left(self) -> Iterator[None]:
        """Leave it to others within the block; take it again at its end."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()


class Lookout(Thread):
    """Looks at the desk at the pace of the rounds, and reads what is mine while that is looked at.

    *wait* waits some seconds, or until `wake`; a test lets no time pass with it.
    """

    def __init__(
        self,
        desk: Desk,
        watch: Watch,
        turn: Turn,
        tell: Tell,
        *,
        every: timedelta,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        super().__init__(name="lookout", daemon=True)
        self._desk, self._watch, self._turn, self._tell = desk, watch, turn, tell
        self._every = every
        self._woken = Event()
        self._wait = wait or self._woken.wait
        self._now_wanted = False
        watch.first = lambda report: tell(Waits(report))
        self._round = 0
        self._read_in = 0
        self._closing = False
        # What the board looks at; and whether something is under way that a look would hold up.
        self.view = View.WAITING
        self.held_up: Callable[[], bool] = lambda: False

    def look_now(self) -> None:
        """Look at once, or as soon as nothing is under way."""
        self._now_wanted = True
        self._woken.set()

    def turn_to(self, view: View) -> None:
        """Look at *view* from now on."""
        self.view = view
        self._woken.set()

    def close(self) -> None:
        """Look no more."""
        self._closing = True
        self._woken.set()

    def run(self) -> None:
        """Look for ever."""
        rounds = Rounds(
            self._watch,
            interval=self._every,
            now=self._desk.now,
            sleep=self._pause,
            tick=self._serve,
        )
        try:
            with self._turn.taken():
                for now in rounds:
                    self._round += 1
                    self._tell(Looked(now))
                    self._woken.set()  # the views are read right after it
        except _Closed:
            return
        except BaseException as problem:
            self._tell(Ended(problem))

    def _pause(self, seconds: float) -> None:
        with self._turn.left():
            self._wait(seconds)
            self._woken.clear()
        if self._closing:
            raise _Closed

    def _serve(self) -> bool:
        """Read one view if one is due; return whether to look at once."""
        if self.held_up():
            return False
        if self._now_wanted:
            self._now_wanted = False
            return True
        if self.view is View.MINE and self._read_in != self._round:
            self._read_in = self._round
            self._tell(self._mine())
        return False

    def read_again(self) -> None:
        """Read all that was read before anew with the next look: something was changed."""
        self._watch.forget()

    def _mine(self) -> Listed:
        """Read what is mine, once in a round while it is looked at."""
        try:
            return Listed(listed(self._desk, Searched(of=me_of(self._desk.settings))))
        except DeskError as problem:
            return Listed(problem=problem)


class _Closed(Exception):
    """The board is closed."""


class Hand(Thread):
    """Does one thing after the other; its questions are asked on the board."""

    def __init__(self, desk: Desk, turn: Turn, tell: Tell) -> None:
        super().__init__(name="hand", daemon=True)
        self._desk, self._turn, self._tell = desk, turn, tell
        self._todo: SimpleQueue[Job | Look | None] = SimpleQueue()
        self._standing: Question | None = None
        self._closing = False
        self._working = False

    def do(self, what: Job | Look) -> None:
        """Do it when all before it is done."""
        self._todo.put(what)

    def close(self) -> None:
        """Begin nothing more, and take a no for an answer to whatever is asked."""
        self._closing = True
        if self._standing:
            self._standing.answer(False)
        self._todo.put(None)

    def run(self) -> None:
        """Do what there is to do, for ever."""
        while (what := self._todo.get()) is not None and not self._closing:
            try:
                with self._turn.taken():
                    if isinstance(what, Look):
                        self._tell(_looked_up(what))
                    else:
                        self._work(what)
            except BaseException as bug:
                self._tell(Ended(bug))
                return

    def asking(self, words: str) -> None:
        """Pass on what is being asked, if that is for something to do."""
        if self._working:
            self._tell(Under(words))

    def _work(self, job: Job) -> None:
        call = BoardCall(self._desk, self._ask, lambda: None)
        said, ask = self._desk.say, self._desk.ask
        say_link = self._desk.say_link
        self._desk.say, self._desk.say_link = call.output.talk, call.output.talk_of
        self._desk.ask = call.confirm
        self._working, bug, done = True, None, Done(1)
        try:
            done = job.act(call)
        except DeskError as problem:
            call.output.error(problem)
            done = Done(0 if call.transcript.declined else problem.exit_code)
        except BaseException as error:
            bug = error
        finally:
            self._working = False
            self._desk.say, self._desk.say_link, self._desk.ask = said, say_link, ask
        if call.transcript.declined and not done.tickets:
            done = replace(done, code=0)
        self._tell(Finished(job, call.transcript.turn_over(), done, bug))

    def _ask(self, question: Question) -> bool:
        self._standing, self._working = question, False
        if self._closing:
            question.answer(False)
        else:
            self._tell(Asked(question))
        with self._turn.left():
            yes = question.wait()
        self._standing, self._working = None, True
        return yes


def _looked_up(look: Look) -> Shown:
    try:
        return Shown(look.id, look.read())
    except DeskError as problem:
        return Shown(look.id, None, problem)
