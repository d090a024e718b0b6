"""One conversation with Autotask: each request with its login, and what its answer means.

A write goes out once, alone, and never blindly again; what reads may do is in `reads`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from msgspec.structs import replace

from mcdesk.autotask import wire
from mcdesk.autotask.connections import Connections, Rehearsal
from mcdesk.autotask.entities import ZoneAnswer
from mcdesk.autotask.logins import KnownLogin
from mcdesk.autotask.wire import API, Answer, Login
from mcdesk.autotask.zones import Zone, Zones
from mcdesk.barriers import told, why
from mcdesk.core.remembered import Cache, Logins
from mcdesk.errors import (
    AutotaskProblem,
    Barred,
    CredentialsRefused,
    DeskError,
    LostAnswer,
    NotUnderstood,
    Unavailable,
    Unreachable,
)

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    # Names that cannot be looked up.
    httpx.InvalidURL,
    UnicodeError,
)


class Request(msgspec.Struct, frozen=True):
    """What goes out: *path* below the API, or a whole URL.

    *pages* are what its answer may be one of. Without *login* it is one that Autotask answers to
    anybody; a *last* one is not sent once more to where the tenant has moved, and neither is a
    write. *pause* is how many seconds to wait before.
    """

    method: str
    path: str
    body: Any = None
    pages: bool = False
    writing: bool = False
    impersonate: int | None = None
    login: bool = True
    last: bool = False
    pause: float = 0.0

    @property
    def entity(self) -> str:
        """The endpoint that Autotask counts it for (autotask help, ThreadLimiting)."""
        return self.path.rpartition(API)[2].split("/")[0]


class Call(msgspec.Struct, eq=False):
    """A request on its way to *url*, then its answer, or the *error* that came instead."""

    request: Request
    url: str = ""
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    content: bytes | None = None
    response: httpx.Response | None = None
    error: Exception | None = None
    seconds: float = 0.0


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
        logins: Logins,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
        trace: Callable[[str], None],
        connections: Connections | Rehearsal,
    ) -> None:
        self._login = KnownLogin(user_name, login, logins)
        # Whether the zone was asked for since anything went well.
        self._asked_where = False
        self._now, self._sleep, self._jitter, self.trace = now, sleep, jitter, trace
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

    @property
    def at_once(self) -> int:
        """How many requests may be under way: one, until Autotask has accepted the login once.

        So a mistyped secret is refused once, and locks nobody.
        """
        return self._connections.at_once if self._login.accepted else 1

    def exchange(self, request: Request) -> bytes:
        """Send *request* once, and return its answer; LostAnswer if a write may have landed."""
        call = self.begin(request)
        self.make(call)
        return self.finish(call)

    def reach(self) -> str:
        """Ask Autotask one thing, without a login; return the host that answered, whatever it said.

        Raises what is in the way.
        """
        call = self.begin(Request("GET", self.zones.open_question, login=False))
        self.make(call)
        self._heard(call)
        return urlsplit(call.url).hostname or ""

    def begin(self, request: Request) -> Call:
        """Address *request*; a problem with that is raised when the call is finished."""
        call = Call(request)
        try:
            call.url, call.headers = self._addressed(request)
        except DeskError as problem:
            call.error = problem
            return call
        if request.body is not None:
            call.content = msgspec.json.encode(request.body)
            call.headers = {**call.headers, "Content-Type": "application/json"}
        self.sent += 1
        return call

    def make(self, call: Call) -> None:
        """Wait for what comes of *call*, in whatever thread."""
        if call.error:
            return
        if call.request.pause:
            self._sleep(call.request.pause)
        started = perf_counter()
        try:
            call.response = self._connections.request(
                call.request.method, call.url, content=call.content, headers=call.headers
            )
        except Exception as error:  # raised again when the call is finished
            call.error = error
        call.seconds = perf_counter() - started

    def finish(self, call: Call) -> bytes:
        """Return the answer that *call* got; LostAnswer if a write may have landed.

        A 401 is believed only after a second look for the zone; if that has moved, what only reads
        goes there. So it does after a redirect, which is never followed, and after a 404. A page's
        link is valid only in its own zone: there the first 401 counts.
        """
        request, answer = call.request, self._heard(call)
        try:
            body = wire.decipher(answer, writing=request.writing)
        except NotUnderstood:
            strange = wire.leads_elsewhere(answer) and not request.writing
            if not strange or not self._moved(call, ask=not self._asked_where):
                raise
        except CredentialsRefused as refusal:
            if not request.login:
                raise
            if not self._moved(call):
                raise self._login.refused(refusal) from None
            if request.writing:
                raise LostAnswer(
                    f"{urlsplit(call.url).hostname} refused the login because the tenant has "
                    "moved: the change may have been made anyway"
                ) from None
        else:
            self._accept(request)
            return body
        return self.exchange(replace(request, last=True, pause=0.0))

    def _heard(self, call: Call) -> Answer:
        """Return the answer to *call*, or raise what it means that there is none."""
        if isinstance(call.error, DeskError):
            raise call.error
        what = f"{call.request.method} {_short(call.url)}"
        if isinstance(call.error, (httpx.RequestError, httpx.InvalidURL, UnicodeError)):
            self.trace(f"{what} {type(call.error).__name__}")
            raise _no_answer(call.error, call.url, writing=call.request.writing) from call.error
        if call.error:
            raise call.error
        assert call.response
        response = call.response
        self.trace(f"{what} {response.status_code} {call.seconds * 1000:.0f} ms")
        answer = Answer(response.status_code, response.headers, response.content)
        date = wire.date_of(answer.headers)
        self._ahead = date - self._now() if date else self._ahead
        self.heard = True
        return answer

    def _moved(self, call: Call, *, ask: bool = True) -> bool:
        """Return whether the tenant lives elsewhere than where *call* went, and it may follow."""
        request = call.request
        if request.last or not request.login or "://" in request.path:
            return False
        if not call.url.startswith(self.zone.at("")):
            return True
        self._asked_where = True
        return ask and self.zones.moved()

    def patience(self, attempt: int, problem: AutotaskProblem) -> float:
        """Return how many seconds to wait after *attempt*; raise *problem* if that is too much."""
        now = self._now().timestamp()
        seconds = wire.pause(attempt, problem.retry_after, now=now, jitter=self._jitter())
        if attempt + 1 == wire.ATTEMPTS:
            raise problem
        if seconds > wire.MAX_PAUSE:
            problem.hint = f"Autotask asks to try again in {seconds:.0f} seconds"
            raise problem
        self.trace(f"trying again in {seconds:.1f} s: {problem.message}")
        return seconds

    def _addressed(self, request: Request) -> tuple[str, dict[str, str]]:
        """Return the URL of *request*, and the headers that say who asks."""
        if not request.login:
            return request.path, {}
        headers = self._login.headers(request.impersonate)
        return self.zone.at(request.path), headers

    def _accept(self, request: Request) -> None:
        if request.login:
            self._asked_where = False
            self._login.accept()

    def _ask_zone(self, url: str) -> ZoneAnswer:
        """Ask without a login: none is needed (autotask help, GetZoneInfoCall)."""
        answer = self.exchange(Request("GET", url, login=False))
        decoded: ZoneAnswer = wire.decoded(answer, ZoneAnswer)
        return decoded


def _no_answer(error: Exception, url: str, *, writing: bool) -> AutotaskProblem:
    host = urlsplit(url).hostname
    bad = told(error, host)
    if bad and isinstance(error, httpx.ConnectError):
        return Barred(bad[0], hint=f"{bad[1]}; nothing was sent")
    if isinstance(error, _NEVER_SENT):
        return Unreachable(
            f"{host} cannot be reached: {why(error)}",
            hint="check the network; nothing was sent",
        )
    late = isinstance(error, httpx.TimeoutException)
    what = bad[0] if bad else f"{host} {'took too long to answer' if late else 'hung up'}"
    if writing:
        return LostAnswer(f"{what}: the change may have been made anyway")
    if bad:
        return NotUnderstood(what, hint=bad[1])
    return Unavailable(what, hint="try again in a minute")


def _short(url: str) -> str:
    """Cut what a trace line need not show: the host, and the state that a page link carries."""
    return urlsplit(url).path
