"""What is read of Autotask: rows page by page, held against what was asked, and single answers."""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar, overload

from msgspec.structs import replace

from mcdesk.autotask import wire
from mcdesk.autotask.entities import MOST, Condition, Entity, Page, R, where
from mcdesk.autotask.oddrows import check_readable, page_of
from mcdesk.autotask.session import Request, Session
from mcdesk.autotask.strands import Read, Round, next_page
from mcdesk.core.tickets import Odd
from mcdesk.errors import (
    Barred,
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

_WORTH_ANOTHER_TRY = (Unreachable, Unavailable, Throttled, Garbled)
# Half a million rows: no desk has them, and links that never end do.
_MOST_PAGES = 1000


class Reads:
    """What can be read over *session*."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def one(self, read: Read[T]) -> T:
        """Return what *read* returns, or raise what it raises."""
        found: T = Round(self._session, [read]).run()[0]
        return found

    def all_rows(
        self,
        entity: Entity[R],
        *conditions: Condition,
        strays: bool = False,
        odd: list[Odd] | None = None,
    ) -> list[R]:
        """Return what `rows` reads; raise NotUnderstood if rows came, and none makes sense.

        Without *odd*, those that make none are left out.
        """
        strange: list[Odd] = []
        found = self.one(self.rows(entity, *conditions, strays=strays, odd=strange))
        if odd is None:
            check_readable(found, strange)
        else:
            odd += strange
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
        return Round(self._session, reads).run()

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
        found, _ = yield from self.part(entity, *conditions, most=None, strays=strays, odd=odd)
        return found

    def of(
        self, entity: Entity[R], field: str, ids: Collection[int], odd: list[Odd] | None = None
    ) -> Read[list[R]]:
        """Read the rows whose *field* is one of *ids*, 500 of these a request.

        *odd* takes those that are odd, which raise Garbled without it.
        """
        found: list[R] = []
        for chunk in chunks(ids):
            found += yield from self.rows(entity, where(field, "in", chunk), odd=odd)
        return found

    def part(
        self,
        entity: Entity[R],
        *conditions: Condition,
        most: int | None,
        strays: bool = False,
        odd: list[Odd] | None,
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
                problem.hint = f"{problem.hint}, to read {entity.path}"
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


def chunks(ids: Collection[T], most: int = MOST) -> Iterator[list[T]]:
    """Split *ids* into lists of at most so many; 500 is the most that one query takes."""
    rest = iter(ids)
    while chunk := list(islice(rest, most)):
        yield chunk
