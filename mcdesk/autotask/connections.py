"""What requests to Autotask go over: one connection pool per command, whatever it asks and as whom.

In its place, a dry run has a rehearsal that lets no write out; and behind it, the demo has its
Autotask in this very process.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from math import inf
from threading import Lock
from time import perf_counter
from typing import Any

import httpx
import msgspec

from mcdesk import __version__
from mcdesk.web import ACCEPTED, Web

# Seconds. The first connection of a day may take ten, a large page longer.
_TIMEOUT = {"timeout": httpx.Timeout(30.0, connect=15.0).as_dict()}
_HEADERS = {**ACCEPTED, "User-Agent": f"mcdesk/{__version__}"}
_QUERY = r"(?i)/query(/next|/count)?/?"
_Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


# autotask help, ThreadLimiting: three requests at a time for an entity, which all who work for the
# tenant share. So we take one for each entity, and three in all.
AT_ONCE = 3
# Seconds. To wait for quicker answers in threads takes longer than to wait for one after the other:
# each handing over costs a millisecond. A zone takes 0.2 to 0.5, a server on this computer 0.001.
WORTH_A_THREAD = 0.01


class Connections:
    """Send requests, up to *at_once*, over *web*; *asking* is told of each, by method and URL.

    What *transport* returns replaces the network.

    Nothing is opened, and *transport* not called, before the first request.
    """

    def __init__(
        self,
        transport: Callable[[], httpx.BaseTransport | None],
        web: Web,
        *,
        at_once: int = AT_ONCE,
        worth_a_thread: float = WORTH_A_THREAD,
        asking: Callable[[str, str], None] = lambda _method, _url: None,
    ) -> None:
        self._asking = asking
        self._transport = transport
        self._web = web
        self._at_once = at_once
        self._worth_a_thread = worth_a_thread
        self._quickest = inf
        self._out: httpx.BaseTransport | None = None
        self._opening = Lock()

    def request(
        self, method: str, url: str, *, content: bytes | None, headers: Mapping[str, str]
    ) -> httpx.Response:
        """Send a request once and return its answer; raises as httpx does.

        Raises NoWayOut for a proxy or certificates that cannot be used.
        """
        with self._opening:
            self._out = self._out or self._transport() or self._web.network()
        self._asking(method, url)
        started = perf_counter()
        asked = httpx.Request(
            method, url, headers={**_HEADERS, **headers}, content=content, extensions=_TIMEOUT
        )
        # A client would follow redirects, keep cookies and log in besides, if it was told to.
        response = self._out.handle_request(asked)
        response.read()
        self._quickest = min(self._quickest, perf_counter() - started)
        return response

    @property
    def at_once(self) -> int:
        """How many requests may be under way: one if the answers come at once."""
        return self._at_once if self._quickest >= self._worth_a_thread else 1

    def close(self) -> None:
        """Close the connections, if any."""
        if self._out is not None:
            self._out.close()


class Rehearsed(msgspec.Struct, frozen=True):
    """A request that was not sent: *path* below the host, and in which resource's name."""

    method: str
    path: str
    body: Mapping[str, Any] | None
    as_resource: str | None


class Rehearsal:
    """Pass reads on to *connections*, and keep writes in *kept*: nothing can be changed by it.

    They are answered as if they had worked.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.kept: list[Rehearsed] = []

    @property
    def at_once(self) -> int:
        """How many requests may be under way."""
        return self._connections.at_once

    def request(
        self, method: str, url: str, *, content: bytes | None, headers: Mapping[str, str]
    ) -> httpx.Response:
        """Answer a request: from Autotask if it only reads, else from here."""
        path = httpx.URL(url).path
        if _only_reads(method, path):
            return self._connections.request(method, url, content=content, headers=headers)
        body = msgspec.json.decode(content) if content else None
        name = headers.get("ImpersonationResourceId")
        self.kept.append(Rehearsed(method, path, body, name))
        return httpx.Response(200, json={"itemId": 0})


def _only_reads(method: str, path: str) -> bool:
    if method == "POST":
        return re.fullmatch(_QUERY, path[path.casefold().rfind("/query") :]) is not None
    return method == "GET"


class InProcess(httpx.BaseTransport):
    """Send requests to *application*, as if it were a network away.

    httpx's own WSGI transport knows no time-outs and lets the application's exceptions out raw.
    The application asks for slowness by calling `mcdesk.sleep` of its environ, which waits with
    *sleep*, and drops a connection by raising ConnectionResetError.
    """

    def __init__(self, application: _Application, *, sleep: Callable[[float], None]) -> None:
        self._application = application
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer *request*, or raise what httpx raises for a lost or late answer."""
        patience: float | None = request.extensions.get("timeout", {}).get("read")

        def wait(seconds: float) -> None:
            if patience is not None and seconds > patience:
                self._sleep(patience)
                raise TimeoutError
            self._sleep(seconds)

        def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            # WSGI passes bytes as Latin-1 (PEP 3333), which httpx leaves out.
            path = environ["PATH_INFO"].encode().decode("latin-1")
            return self._application(
                {**environ, "PATH_INFO": path, "mcdesk.sleep": wait}, start_response
            )

        try:
            response = httpx.WSGITransport(application).handle_request(request)
            response.read()
        except ConnectionResetError as error:
            raise httpx.RemoteProtocolError("the server hung up", request=request) from error
        except TimeoutError as error:
            raise httpx.ReadTimeout("no answer in time", request=request) from error
        return response
