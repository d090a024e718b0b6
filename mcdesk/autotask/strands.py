"""Reads on their way, side by side if they do not need each other.

A read is a generator: it yields the requests that it needs, one after the other, is sent the answer
to each or has the problem raised in it, and returns what it has read. Only the waiting for answers
is done in other threads; all else in the caller's, and what is said, in the order of the reads. So
no read has to know of threads, and nothing depends on which answer came first.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from mcdesk.autotask import wire
from mcdesk.autotask.entities import PageDetails
from mcdesk.autotask.session import Call, Request, Session
from mcdesk.errors import DeskError

T = TypeVar("T")
Read = Generator[Request, bytes, T]
# Seconds. Ctrl-C reaches a waiting main thread on Windows only between two waits.
_A_MOMENT = 0.2


class _Strand(msgspec.Struct, eq=False):
    """One read on its way: the request that it waits for, and the *call* that is under way."""

    read: Read[Any]
    wanted: Request | None = None
    call: Call | None = None
    result: Any = None
    problem: Exception | None = None
    ended: bool = False
    # What to say about it, once those before it have ended.
    said: list[str] = msgspec.field(default_factory=list)

    def go_on(self, step: Callable[[], Request]) -> None:
        """Take *step* to the next request, or to the end."""
        self.wanted = None
        try:
            self.wanted = step()
        except StopIteration as end:
            self.result, self.ended = end.value, True
        except Exception as problem:  # raised again by the round, in the order of the reads
            self.problem, self.ended = problem, True


class Round:
    """Some *reads* over *session*, from their first requests to the last answer."""

    def __init__(self, session: Session, reads: Sequence[Read[Any]]) -> None:
        self._session = session
        self._strands = [_Strand(read) for read in reads]
        self._trace = session.trace
        self._threads = 0
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._done: SimpleQueue[Call] = SimpleQueue()

    def run(self) -> tuple[Any, ...]:
        """Return what the reads return, or raise the first problem."""
        try:
            for strand in self._strands:
                strand.go_on(partial(next, strand.read))
            while self._let_out():
                call = self._next()
                strand = next(each for each in self._strands if each.call is call)
                strand.call = None
                self._session.trace = strand.said.append
                self._arrived(strand, call)
                self._tell()
        finally:
            self._session.trace = self._trace
            for strand in self._strands:
                while strand.said:
                    self._trace(strand.said.pop(0))
            for _ in range(self._threads):
                self._calls.put(None)
        for strand in self._strands:
            if strand.problem:
                raise strand.problem
        return tuple(strand.result for strand in self._strands)

    def _let_out(self) -> bool:
        """Send what may go out; return whether anything is under way."""
        begun = []
        while strand := self._sendable():
            assert strand.wanted
            begun.append(self._begin(strand, strand.wanted))
        if len(begun) == 1 == len(self._under_way()):  # what has nothing beside it needs no thread
            self._session.make(begun[0])
            self._done.put(begun[0])
        else:
            for call in begun:
                self._hand_over(call)
        return bool(self._under_way())

    def _sendable(self) -> _Strand | None:
        """Find the first read whose next request may go out."""
        busy = {call.request.entity for call in self._under_way()}
        if any(strand.problem for strand in self._strands):
            return None
        if busy and len(busy) >= self._session.at_once:
            return None
        for strand in self._strands:
            if strand.wanted and not strand.call and strand.wanted.entity not in busy:
                return strand
        return None

    def _under_way(self) -> list[Call]:
        return [strand.call for strand in self._strands if strand.call]

    def _begin(self, strand: _Strand, request: Request) -> Call:
        self._session.trace = strand.said.append
        strand.call = self._session.begin(request)
        return strand.call

    def _hand_over(self, call: Call) -> None:
        """Let a thread make *call*."""
        if self._threads < len(self._under_way()):
            self._threads += 1
            Thread(target=self._work, daemon=True).start()
        self._calls.put(call)

    def _work(self) -> None:
        """Make calls until there are no more."""
        while call := self._calls.get():
            self._session.make(call)
            self._done.put(call)

    def _next(self) -> Call:
        """Wait for a call that is done."""
        while True:
            with suppress(Empty):
                return self._done.get(timeout=_A_MOMENT)

    def _arrived(self, strand: _Strand, call: Call) -> None:
        """Let the read of *strand* go on with what came of *call*."""
        wanted = call.request == strand.wanted
        try:
            answer = self._session.finish(call)
        except DeskError as problem:
            if wanted:
                strand.go_on(partial(strand.read.throw, problem))
        else:
            if wanted:
                self._send_ahead(strand, call.request, answer)
                strand.go_on(partial(strand.read.send, answer))

    def _send_ahead(self, strand: _Strand, request: Request, answer: bytes) -> None:
        """Let the next page be on its way while this *answer* is decoded, if there is one.

        Should the read not want it, as after a page that makes no sense, it is not looked at.
        """
        if self._session.at_once == 1 or any(each.problem for each in self._strands):
            return
        with suppress(DeskError):  # the read raises it
            details = wire.links(answer) if request.pages else None
            if details and (following := next_page(self._session, request, details)):
                self._hand_over(self._begin(strand, following))

    def _tell(self) -> None:
        """Say what happened in the reads, each after those before it."""
        for strand in self._strands:
            while strand.said:
                self._trace(strand.said.pop(0))
            if strand.call or not strand.ended:
                return


def next_page(session: Session, request: Request, details: PageDetails) -> Request | None:
    """Return the request for the page after that of *request*, None after the last."""
    link = wire.next_page(details, asked=session.zone.at(request.path))
    return replace(request, path=link, pause=0.0) if link else None
