"""A bare client of the embedded Autotask, as the tests of its wire have it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse
from worlds import OpenWorld

from mcdesk.sandbox.people import INTEGRATION_CODE, SECRET, USERNAME
from mcdesk.sandbox.rest import Autotask

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HEADERS = {"UserName": USERNAME, "Secret": SECRET, "ApiIntegrationCode": INTEGRATION_CODE}
V1 = "/ATServicesRest/V1.0"
EVERYTHING = {"filter": [{"op": "gte", "field": "id", "value": 0}]}


class Api:
    """A client of an application of its own, whose clock stands where it is put."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.now = NOW
        self.slept: list[float] = []
        self.world = OpenWorld.open(path)
        waiting = [NOW - timedelta(minutes=minutes) for minutes in (95, 70, 10)]
        self.world.seed(now=NOW, waiting=waiting)
        options = {"sleep": self.slept.append, **options}
        self.app = Autotask(self.world, now=lambda: self.now, **options)
        self._client = Client(self.app)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        path = path if path.startswith(("/ATS", "/ats")) else f"{V1}{path}"
        return self._client.open(
            path, method=method, json=body, headers={**HEADERS, **headers}, base_url="http://desk"
        )

    def query(self, entity: str, *filters: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        answer = self.ask("POST", f"/{entity}/query", {"filter": list(filters), **more})
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json["items"]  # type: ignore[index]
        return items

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> str:
        answer = self.ask(method, path, body, **headers)
        assert answer.status_code == 500, answer.text
        assert answer.json
        text: str = answer.json["errors"][0]
        return text


Make = Callable[..., Api]


def where(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"op": op, "field": field, "value": value}
