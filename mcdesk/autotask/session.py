"""One conversation with Autotask: sends requests one at a time over the command's connections.

Reads are tried again when that can help; writes go out once and never blindly again. A login that
was refused is not tried a second time, today or in the next command.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from mcdesk.autotask import wire
from mcdesk.autotask.connections import Connections, Rehearsal
from mcdesk.autotask.entities import Condition, Entity, Page, R, ZoneAnswer
from mcdesk.autotask.wire import Answer, Login
from mcdesk.autotask.zones import Zone, Zones
from mcdesk.certificates import distrusted
from mcdesk.core.remembered import Cache, RefusedLogins
from mcdesk.errors import (
    AutotaskProblem,
    CredentialsRefused,
    Garbled,
    LostAnswer,
    NotUnderstood,
    StoreProblem,
    Throttled,
    Unavailable,
    Unreachable,
)

T = TypeVar("T")

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    # Names that cannot be looked up.
    httpx.InvalidURL,
    UnicodeError,
)
_WORTH_ANOTHER_TRY = (Unreachable, Unavailable, Throttled, Garbled)


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out: *path* below the API, or a whole URL.

    Without *login* it is one that Autotask answers to anybody; a *last* one is not sent once more
    to where the tenant has moved, and neither is a write.
    """

    method: str
    path: str
    body: Any = None
    writing: bool = False
    impersonate: int | None = None
    login: bool = True
    last: bool = False


class Session:
    """Send requests to one tenant as the API user *user_name*, over *connections*.

    *login* is called by the first request that needs one: the question for the zone does not.
    *sleep* waits seconds, *jitter* returns 0 to 1, *trace* takes one line a request.
    """

    def __init__(
        self,
        *,
        user_name: str,
        login: Callable[[], Login],
        zone_url: str,
        web_url: str,
        cache: Cache,
        refused: RefusedLogins,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
        trace: Callable[[str], None],
        connections: Connections | Rehearsal,
    ) -> None:
        self._user_name = user_name
        self._login = login
        self._refused = refused
        self._login_is_fresh = False
        self._now, self._sleep, self._jitter, self._trace = now, sleep, jitter, trace
        self._ahead = timedelta(0)
        # Whether any answer has come yet, with the time in it.
        self.heard = False
        # How many requests went out, answered or not.
        self.sent = 0
        self._connections = connections
        # Can be asked without a login.
        self.zones = Zones(
            user_name=user_name,
            zone_url=zone_url,
            web_url=web_url,
            cache=cache,
            ask=self._ask_zone,
        )

    @property
    def zone(self) -> Zone:
        """The tenant's zone, looked up the first time it is needed."""
        return self.zones.current()

    def server_now(self) -> datetime:
        """Return the time by Autotask's clock, as its last answer showed it (UTC, whole seconds).

        Ours, until an answer has said otherwise.
        """
        return self._now() + self._ahead

    def rows(self, entity: Entity[R], *conditions: Condition, strays: bool = False) -> Iterator[R]:
        """Yield all rows of *entity* that meet *conditions*, page by page, in the order of ids.

        What comes back is held against what was asked: some zones drop a filter that they do not
        understand. A row with another value than those that a condition names raises NotUnderstood;
        with *strays* it is yielded, for a caller who looks at every row.

        The link to the next page of a POST query is POSTed, with the same body
        (autotask help, REST_Basic_Query_Calls). A page that does not go on after the last one is
        not understood: links that lead in a circle would never end.
        """
        body = entity.query(conditions)
        path: str | None = f"{entity.path}/query"
        highest: int | None = None
        while path:
            page = self.read("POST", path, entity.page, body=body)
            highest = _highest_id(page, above=highest)
            for each in () if strays else conditions:
                _hold(page.items, entity, each)
            yield from page.items
            path = wire.next_page(page.page_details, asked=self.zone.at(path))

    def read(self, method: str, path: str, kind: type[T], *, body: Any = None) -> T:
        """Ask for *path* and decode the answer as *kind*, trying again if that can help."""
        request = Request(method, path, body)
        for attempt in range(wire.ATTEMPTS):
            try:
                decoded: T = wire.decoded(self.exchange(request), kind)
            except _WORTH_ANOTHER_TRY as problem:
                self._wait_or_give_up(attempt, problem)
            else:
                return decoded
        raise AssertionError("the last attempt returns or raises")

    def exchange(self, request: Request) -> bytes:
        """Send *request* once, and return its answer; LostAnswer if a write may have landed.

        A 401 is believed only after a second look for the zone; if that has moved, what only reads
        goes there. A page's link holds good in its own zone only: there the first 401 stands.
        """
        url, headers = self._addressed(request)
        content = None if request.body is None else msgspec.json.encode(request.body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        started = perf_counter()
        self.sent += 1
        try:
            response = self._connections.request(
                request.method, url, content=content, headers=headers
            )
        except (httpx.RequestError, httpx.InvalidURL, UnicodeError) as error:
            self._trace(f"{request.method} {_short(url)} {type(error).__name__}")
            raise _no_answer(error, url, writing=request.writing) from error
        took = (perf_counter() - started) * 1000
        self._trace(f"{request.method} {_short(url)} {response.status_code} {took:.0f} ms")
        answer = Answer(response.status_code, response.headers, response.content)
        self._hear(answer)
        try:
            return wire.decipher(answer, writing=request.writing)
        except CredentialsRefused as refusal:
            if not request.login:
                raise
            if request.last or "://" in request.path or not self.zones.moved():
                raise self._remembered(refusal) from None
            if request.writing:
                raise LostAnswer(
                    f"{urlsplit(url).hostname} refused the login, for the tenant has moved: the "
                    "change may have been made all the same"
                ) from None
        return self.exchange(replace(request, last=True))

    def _wait_or_give_up(self, attempt: int, problem: AutotaskProblem) -> None:
        now = self._now().timestamp()
        seconds = wire.pause(attempt, problem.retry_after, now=now, jitter=self._jitter())
        if attempt + 1 == wire.ATTEMPTS:
            raise problem
        if seconds > wire.MAX_PAUSE:
            problem.hint = f"Autotask asks to try again in {seconds:.0f} seconds"
            raise problem
        self._trace(f"trying again in {seconds:.1f} s: {problem.message}")
        self._sleep(seconds)

    def _addressed(self, request: Request) -> tuple[str, dict[str, str]]:
        """Return the URL of *request*, and the headers that say who asks."""
        if not request.login:
            return request.path, {}
        self._refuse_known_login()
        headers = self._login().headers(request.impersonate)
        return self.zone.at(request.path), headers

    def _hear(self, answer: Answer) -> None:
        date = wire.date_of(answer.headers)
        self._ahead = date - self._now() if date else self._ahead
        self.heard = True

    def _refuse_known_login(self) -> None:
        if not self._login_is_fresh and self._refused.holds(self._login_mark()):
            raise CredentialsRefused(
                f"Autotask refused these credentials of {self._user_name} before; they were "
                "not sent again, so that it does not lock the API user",
                hint="correct them, or run `mcdesk doctor`, which tries them once more",
            )
        self._login_is_fresh = True

    def _remembered(self, refusal: CredentialsRefused) -> CredentialsRefused:
        """Remember *refusal*; a disk that takes nothing does not hide it."""
        self._login_is_fresh = False
        refusal.hint = (
            "check the API user's name, secret and tracking identifier, then run `mcdesk doctor`"
        )
        try:
            self._refused.add(self._login_mark())
        except StoreProblem as problem:
            refusal.hint += f"; the next command sends them again, for {problem.message}"
        return refusal

    def _login_mark(self) -> str:
        """Return what the login is known by: not its zone, which is where it was tried last."""
        login = self._login()
        return "\n".join((login.user_name, login.secret, login.integration_code))

    def _ask_zone(self, url: str) -> ZoneAnswer:
        """Ask without a login: none is needed (autotask help, GetZoneInfoCall)."""
        answer = self.exchange(Request("GET", url, login=False))
        decoded: ZoneAnswer = wire.decoded(answer, ZoneAnswer)
        return decoded


def _hold(rows: Sequence[R], entity: Entity[R], condition: Condition) -> None:
    """Raise NotUnderstood for a row with another value than *condition* names."""
    if condition["op"] not in ("eq", "in"):
        return
    value_of = attrgetter(entity.attributes[condition["field"]])
    asked = condition["value"] if condition["op"] == "in" else [condition["value"]]
    wanted = frozenset(map(_folded, asked))
    stray = next((row for row in rows if _folded(value_of(row)) not in wanted), None)
    if stray is not None:
        raise NotUnderstood(
            f"Autotask answered with another {entity.word} than was asked for (id {stray.id})",
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
                "Autotask's answer has no rows, and yet a link to more", hint=wire.ASK_AGAIN
            )
        return above
    if above is not None and page.items[0].id <= above:
        raise NotUnderstood(
            "Autotask's links to further pages lead in a circle: the same rows came again",
            hint=wire.ASK_AGAIN,
        )
    return max(row.id for row in page.items)


def _no_answer(error: Exception, url: str, *, writing: bool) -> AutotaskProblem:
    host = urlsplit(url).hostname
    if bad := distrusted(error, host):
        return Unreachable(bad[0], hint=f"{bad[1]}; nothing was sent")
    if isinstance(error, _NEVER_SENT):
        return Unreachable(
            f"{host} cannot be reached: {error}",
            hint="check the network; nothing was sent",
        )
    why = "took too long to answer" if isinstance(error, httpx.TimeoutException) else "hung up"
    if writing:
        return LostAnswer(f"{host} {why}: the change may have been made all the same")
    return Unavailable(f"{host} {why}", hint="try again in a minute")


def _short(url: str) -> str:
    """Cut what a trace line need not show: the host, and the state that a page link carries."""
    return urlsplit(url).path
