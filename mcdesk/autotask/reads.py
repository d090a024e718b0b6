"""Reads, side by side if they do not need each other.

A read is a generator: it yields the requests that it needs, one after the other, is sent the answer
to each or has the problem raised in it, and returns what it has read. Only the waiting for answers
is done in other threads; all else in the caller's, and what is said, in the order of the reads. So
no read has to know of threads, and nothing depends on which answer came first.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from functools import partial
from operator import attrgetter
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar, overload

import msgspec
from msgspec.structs import replace

from mcdesk.autotask import wire
from mcdesk.autotask.entities import MOST, Condition, Entity, Page, PageDetails, R
from mcdesk.autotask.oddrows import page_of
from mcdesk.autotask.session import Call, Request, Session
from mcdesk.core.tickets import Odd
from mcdesk.errors import (
    Barred,
    DeskError,
    Garbled,
    NotUnderstood,
    PermissionDenied,
    Throttled,
    Unavailable,
    Unreachable,
)

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Read = Generator[Request, bytes, T]

_WORTH_ANOTHER_TRY = (Unreachable, Unavailable, Throttled, Garbled)
# Seconds. Ctrl-C reaches a waiting main thread on Windows only between two waits.
_A_MOMENT = 0.2
# Half a million rows: no desk has them, and links that never end do.
_MOST_PAGES = 1000


class Reads:
    """What can be read over *session*."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def one(self, read: Read[T]) -> T:
        """Return what *read* returns, or raise what it raises."""
        found: T = _Round(self._session, [read]).run()[0]
        return found

    @overload
    def together(self, one: Read[A], two: Read[B], /) -> tuple[A, B]: ...
    @overload
    def together(self, one: Read[A], two: Read[B], three: Read[C], /) -> tuple[A, B, C]: ...
    @overload
    def together(self, *reads: Read[Any]) -> tuple[Any, ...]: ...
    def together(self, *reads: Read[Any]) -> tuple[Any, ...]:
        """Return what each of *reads* returns.

        A problem of one ends the others; of several problems, the first read's is raised.
        """
        return _Round(self._session, reads).run()

    def answer(self, request: Request, kind: type[T]) -> Read[T]:
        """Read the answer to *request* as *kind*, trying again if that can help."""

        def decode(answer: bytes) -> T:
            decoded: T = wire.decoded(answer, kind)
            return decoded

        return (yield from self._decoded(request, decode))

    def _decoded(self, request: Request, decode: Callable[[bytes], T]) -> Read[T]:
        """*decode* the answer to *request*, trying again if that can help."""
        for attempt in range(wire.ATTEMPTS):
            try:
                decoded = decode((yield request))
            except Barred:
                raise
            except _WORTH_ANOTHER_TRY as problem:
                request = replace(request, pause=self._session.patience(attempt, problem))
            else:
                return decoded
        raise AssertionError("the last attempt returns or raises")

    def rows(
        self,
        entity: Entity[R],
        *conditions: Condition,
        strays: bool = False,
        odd: list[Odd] | None = None,
    ) -> Read[list[R]]:
        """Read all rows of *entity* that meet *conditions*, page by page, in the order of ids.

        A row that makes no sense raises Garbled; with *odd*, it is added there in place of that,
        and so is one of which something had to be guessed.

        What comes back is held against what was asked: some zones drop a filter that they do not
        understand. A row with another value than those that a condition names raises NotUnderstood;
        with *strays* it is returned, for a caller who looks at every row.

        The link to the next page of a POST query is POSTed, with the same body
        (autotask help, REST_Basic_Query_Calls). A page that does not go on after the last one is
        not understood: links that lead in a circle would never end.
        """
        found, _ = yield from self.part(entity, *conditions, strays=strays, odd=odd)
        return found

    def part(
        self,
        entity: Entity[R],
        *conditions: Condition,
        most: int | None = None,
        strays: bool = False,
        odd: list[Odd] | None = None,
    ) -> Read[tuple[list[R], bool]]:
        """Read rows as `rows` does, no further page after *most*; return whether they are all."""
        body = entity.query(conditions, size=min(most or MOST, MOST))
        request: Request | None = Request("POST", f"{entity.path}/query", body, pages=most is None)
        found: list[R] = []
        highest: int | None = None
        pages = 0

        def decode(answer: bytes) -> Page[R]:
            page, strange, problem = page_of(answer, entity)
            if problem and odd is None:
                raise problem
            if odd is not None:
                odd.extend(strange)
            return page

        while request and (most is None or len(found) < most):
            try:
                page = yield from self._decoded(request, decode)
            except PermissionDenied as problem:
                problem.message += f" (the API user isn't allowed to read {entity.path})"
                raise
            highest = _highest_id(page, above=highest)
            for each in () if strays else conditions:
                _hold(page.items, entity, each)
            found += page.items
            pages += 1
            request = next_page(self._session, request, page.page_details)
            if request and pages == _MOST_PAGES:
                raise NotUnderstood(
                    f"Autotask's answer has no end: {pages:,} pages, and a link to more",
                    hint=wire.ASK_AGAIN,
                )
        return found, request is None


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


class _Round:
    """Some reads, from their first requests to the last answer."""

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


def _hold(rows: Sequence[R], entity: Entity[R], condition: Condition) -> None:
    """Raise NotUnderstood for a row with another value than *condition* names."""
    if condition["op"] not in ("eq", "in"):
        return
    value_of = attrgetter(entity.attributes[condition["field"]])
    asked = condition["value"] if condition["op"] == "in" else [condition["value"]]
    if set(map(value_of, rows)).issubset(asked):
        return
    wanted = set(map(_folded, asked))
    stray = next((row for row in rows if _folded(value_of(row)) not in wanted), None)
    if stray is not None:
        raise NotUnderstood(
            f"Autotask answered with another {entity.word} than mcdesk asked for (id {stray.id})",
            hint=wire.ASK_AGAIN,
        )


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _highest_id(page: Page[R], *, above: int | None) -> int | None:
    """Return the highest id in *page*, whose rows come in the order of their ids.

    Raises NotUnderstood unless all are *above* the last.
    """
    if len(page.items) < page.page_details.count:
        raise NotUnderstood("Autotask's answer has fewer rows than it says")
    if not page.items:
        if page.page_details.next_page_url:
            raise NotUnderstood(
                "Autotask's answer has no rows, but a link to more", hint=wire.ASK_AGAIN
            )
        return above
    if above is not None and page.items[0].id <= above:
        raise NotUnderstood(
            "Autotask's page links go in a circle: the same rows came again",
            hint=wire.ASK_AGAIN,
        )
    return max(row.id for row in page.items)
