"""A way to Autotask on which nothing can be changed: for dry runs.

Reads pass. Everything else is kept, and answered as if it had worked; it never leaves the process.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

_QUERY = re.compile(r"/query(/next|/count)?/?", re.IGNORECASE)
_DONE = {"itemId": 0}


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A request that was not sent: *path* below the host, and in which resource's name."""

    method: str
    path: str
    body: Mapping[str, Any] | None
    as_resource: str | None


class Rehearsal(httpx.BaseTransport):
    """Pass reads on to *way* (None: the network), and keep writes in *kept*."""

    def __init__(self, way: httpx.BaseTransport | None) -> None:
        self._reads = httpx.Client(transport=way)
        self.kept: list[Rehearsed] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer *request*: from Autotask if it only reads, else from here."""
        if _only_reads(request):
            return self._reads.send(request)
        body = msgspec.json.decode(request.content) if request.content else None
        name = request.headers.get("ImpersonationResourceId")
        self.kept.append(Rehearsed(request.method, request.url.path, body, name))
        return httpx.Response(200, json=_DONE)

    def close(self) -> None:
        """Close the connections."""
        self._reads.close()


def _only_reads(request: httpx.Request) -> bool:
    if request.method == "POST":
        query = request.url.path[request.url.path.casefold().rfind("/query") :]
        return _QUERY.fullmatch(query) is not None
    return request.method == "GET"
