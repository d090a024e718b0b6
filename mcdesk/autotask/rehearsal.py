"""What a dry run has in place of the connections to Autotask: nothing can be changed by it.

Reads pass. Everything else is kept, and answered as if it had worked; it never leaves the process.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from mcdesk.autotask.connections import Connections

_QUERY = re.compile(r"/query(/next|/count)?/?", re.IGNORECASE)
_DONE = {"itemId": 0}


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A request that was not sent: *path* below the host, and in which resource's name."""

    method: str
    path: str
    body: Mapping[str, Any] | None
    as_resource: str | None


class Rehearsal:
    """Pass reads on to *connections*, and keep writes in *kept*."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.kept: list[Rehearsed] = []

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
        return httpx.Response(200, json=_DONE)


def _only_reads(method: str, path: str) -> bool:
    if method == "POST":
        return _QUERY.fullmatch(path[path.casefold().rfind("/query") :]) is not None
    return method == "GET"
