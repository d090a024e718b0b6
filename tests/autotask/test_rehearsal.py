"""The way of a dry run: nothing that writes gets through."""

import httpx
import pytest
from webs import web

from mcdesk.autotask.connections import Connections, Rehearsal

_NO_ROWS: dict[str, object] = {"items": []}
_DONE: dict[str, object] = {"itemId": 0}
URL = "https://webservices99.autotask.net/ATServicesRest/V1.0/"


@pytest.mark.parametrize(
    ("method", "path", "passes"),
    [
        ("GET", "Tickets/1", True),
        ("GET", "Tickets/entityInformation/fields", True),
        ("POST", "Tickets/query", True),
        ("POST", "tickets/Query/", True),
        ("POST", "Tickets/query/next?paging=x", True),
        ("POST", "Tickets/query/count", True),
        ("POST", "Tickets/query/else", False),
        ("POST", "Tickets/1/Notes", False),
        ("POST", "query/Tickets", False),
        ("PATCH", "Tickets", False),
        ("PUT", "Tickets/query", False),
        ("DELETE", "Tickets/1/SecondaryResources/2", False),
        ("HEAD", "Tickets", False),
    ],
)
def test_only_reads_pass(method: str, path: str, passes: bool) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=dict(_NO_ROWS))

    connections = Connections(lambda: httpx.MockTransport(answer), web())
    rehearsal = Rehearsal(connections)
    content = b'{"id": 1}' if method in ("POST", "PATCH", "PUT") else None
    headers = {"ImpersonationResourceId": "20"}
    got = rehearsal.request(method, URL + path, content=content, headers=headers)
    connections.close()
    assert got.json() == (_NO_ROWS if passes else _DONE)
    assert len(seen) == passes
    assert len(rehearsal.kept) == (not passes)
    for kept in rehearsal.kept:
        assert kept.method == method
        assert kept.as_resource == "20"
        assert kept.body == ({"id": 1} if content else None)
