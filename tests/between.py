"""A layer before an Autotask that lets a write land, or not, and says what it likes."""

import re
from collections.abc import Callable
from typing import Any

import httpx
from offices import Office

Answer = Callable[[], httpx.Response]
PERMISSION = "The logged in Resource does not have the adequate permissions to create this entity."
TIMED_OUT = "Execution Timeout Expired. The timeout period elapsed prior to completion."
PAGE = "<html><head><title>Gateway</title></head><body>Request blocked</body></html>"


def _page(status: int) -> Answer:
    return lambda: httpx.Response(status, text=PAGE, headers={"Content-Type": "text/html"})


def _errors(*texts: str) -> Answer:
    return lambda: httpx.Response(500, json={"errors": texts})


# What is said in place of what happened.
ANSWERS: dict[str, Answer] = {
    "403 page": _page(403),
    "403": lambda: httpx.Response(403),
    "404 page": _page(404),
    "timed out": _errors(TIMED_OUT),
    "in words": _errors("Data violation: no"),
    "no permission": _errors(PERMISSION),
    "429": lambda: httpx.Response(429),
    "401": lambda: httpx.Response(401),
    "502 page": _page(502),
    "garbage": lambda: httpx.Response(200, text="OK"),
    "page": _page(200),
    "null": lambda: httpx.Response(200, json={"itemId": None}),
    "moved": lambda: httpx.Response(302, headers={"Location": "https://login.example/"}),
}


class Between(httpx.BaseTransport):
    """Answer requests of *method* to *path* (a pattern) by what *answer* makes.

    They land *late* seconds after they were sent, by the office's clock and what mcdesk has slept;
    never, if that is None. With *named* only those in somebody's name are struck, and at most
    *times*.
    """

    def __init__(
        self,
        office: Office,
        method: str,
        path: str,
        answer: Answer,
        *,
        late: float | None = 0.0,
        named: bool = False,
        times: int = 1000,
    ) -> None:
        self._office = office
        self._way = office.transport
        self._method, self._path = method, re.compile(path)
        self._answer = answer
        self._late = late
        self._named = named
        self._times = times
        self._on_their_way: list[tuple[float, httpx.Request]] = []
        self.struck = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.land()
        if not self._strikes(request):
            return self._way.handle_request(request)
        self.struck += 1
        request.read()
        if self._late is not None:
            self._on_their_way.append((self._clock() + self._late, request))
            self.land()
        return self._answer()

    def land(self) -> None:
        """Let happen what is due."""
        due = [each for each in self._on_their_way if each[0] <= self._clock()]
        for each in due:
            self._on_their_way.remove(each)
            self._way.handle_request(each[1])

    def relent(self) -> None:
        """Strike no more; what is on its way still lands."""
        self._times = 0

    def _clock(self) -> float:
        return self._office.now.timestamp() + sum(self._office.slept)

    def _strikes(self, request: httpx.Request) -> bool:
        named: Any = "ImpersonationResourceId" in request.headers
        return (
            self.struck < self._times
            and request.method == self._method
            and self._path.search(request.url.path) is not None
            and (named or not self._named)
        )


class Unreachable(httpx.BaseTransport):
    """A way on which no connection comes about for requests to *path* (its end) *after* so many."""

    def __init__(self, way: httpx.BaseTransport, path: str, *, after: int = 0) -> None:
        self._way = way
        self._path = path
        self._free = after

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(self._path):
            self._free -= 1
        if self._free < 0 and request.url.path.endswith(self._path):
            raise httpx.ConnectError("no route to host", request=request)
        return self._way.handle_request(request)
