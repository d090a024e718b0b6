"""The embedded Autotask over a real socket: what drops, what is late, what a client sees."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import httpx
import pytest
from worlds import World

from mcdesk.sandbox.faults import Faults
from mcdesk.sandbox.people import INTEGRATION_CODE, SECRET, USERNAME
from mcdesk.sandbox.rest import Autotask
from mcdesk.sandbox.server import make_server

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
# The number is the same in each language; Windows says "WinError", and its own words.
TAKEN = rf"\[(Errno|WinError) {errno.EADDRINUSE}\]"
HEADERS = {"UserName": USERNAME, "Secret": SECRET, "ApiIntegrationCode": INTEGRATION_CODE}


@contextmanager
def served(folder: Path, *faults: str, log: list[str] | None = None) -> Iterator[httpx.Client]:
    world = World.open(folder / "world.db")
    world.seed(now=NOW, waiting=[NOW])
    app = Autotask(world, now=lambda: NOW, sleep=lambda _: None, faults=Faults.parse(faults))
    server = make_server(app, 0, log=None if log is None else log.append)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.port}/ATServicesRest/V1.0/"
        with httpx.Client(base_url=url, headers=HEADERS, timeout=30) as client:
            yield client
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_answers_and_tells(tmp_path: Path) -> None:
    log: list[str] = []
    with served(tmp_path, log=log) as client:
        assert client.get("Version").json()["majorVersion"] == 2026
        zone = client.get("zoneInformation", params={"user": USERNAME}).json()
        assert zone["url"] == str(client.base_url).removesuffix("V1.0/")
    assert log[0] == "GET /ATServicesRest/V1.0/Version 200"


def test_doubled_slashes_are_as_one(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        root = f"http://127.0.0.1:{client.base_url.port}"
        for path in ("//ATServicesRest//V1.0//Version/", "/ATServicesRest//v1.0/Version"):
            assert client.get(root + path).json() == client.get("Version").json()


@pytest.mark.parametrize("fault", ["lose-request", "lose-answer"])
def test_a_lost_connection_is_closed_without_an_answer(tmp_path: Path, fault: str) -> None:
    with served(tmp_path, f"PATCH /Tickets {fault}") as client:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            client.patch("Tickets", json={"id": 1, "priority": 3})
        priority = client.get("Tickets/1").json()["item"]["priority"]
    assert priority == (3 if fault == "lose-answer" else 1)


def test_answers_are_dated_once_and_by_the_demos_clock(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        dates = client.get("Version").headers.get_list("date")
    assert dates == ["Mon, 23 Nov 2026 15:00:00 GMT"]


def test_a_cut_answer_arrives_as_it_is(tmp_path: Path) -> None:
    with served(tmp_path, "GET /Version truncate") as client:
        answer = client.get("Version")
    assert answer.status_code == 200
    assert not answer.text.endswith("}")


def test_a_taken_port_is_an_error_not_the_end(tmp_path: Path) -> None:
    with served(tmp_path) as client, pytest.raises(OSError, match=TAKEN):
        make_server(lambda *_: [], client.base_url.port or 0)
