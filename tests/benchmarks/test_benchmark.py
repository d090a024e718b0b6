"""The benchmark's own parts: what its server answers, how it counts, what its launcher measures."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from measuring import LAUNCHER, Report
from server import Office, parsed
from systems import posix_only
from underway import Asked, UnderWay, summed_up
from werkzeug.test import Client

from mcdesk.sandbox.people import HELP_DESK, INTEGRATION_CODE, SECRET, USERNAME
from mcdesk.sandbox.rest import Autotask

V1 = "/ATServicesRest/V1.0/"
HEADERS = (
    ("Host", "desk"),
    ("Content-Type", "application/json"),
    ("UserName", USERNAME),
    ("Secret", SECRET),
    ("ApiIntegrationCode", INTEGRATION_CODE),
)
UNCLAIMED: list[dict[str, Any]] = [
    {"op": "notExist", "field": "assignedResourceID"},
    {"op": "in", "field": "queueID", "value": [HELP_DESK]},
    {"op": "in", "field": "status", "value": [1]},
    {"op": "notExist", "field": "completedDate"},
]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, 600, delay=0, keeps=True)


def query(path: str, *conditions: dict[str, Any], **more: Any) -> Asked:
    body = json.dumps({"filter": conditions, **more}).encode()
    return Asked("POST", f"{V1}{path}", HEADERS, body)


@pytest.mark.parametrize(
    "asked",
    [
        query("Tickets/query", *UNCLAIMED, IncludeFields=["id", "title", "createDate"]),
        query("Tickets/query", *UNCLAIMED, {"op": "gt", "field": "id", "value": 400}),
        query("Tickets/query/count", *UNCLAIMED),
        query("TicketNotes/query", {"op": "in", "field": "ticketID", "value": [32, 37, 42]}),
        query("TimeEntries/query", {"op": "in", "field": "ticketID", "value": [32, 42]}),
        Asked("GET", f"{V1}Tickets/entityInformation/fields", HEADERS),
        Asked("GET", f"{V1}zoneInformation?user={USERNAME}", HEADERS),
        Asked("GET", f"{V1}Nonsense", HEADERS),
    ],
    ids=lambda asked: asked.below,
)
def test_the_server_answers_what_the_embedded_autotask_does(office: Office, asked: Asked) -> None:
    app = Autotask(office.world, now=lambda: datetime.now(UTC), sleep=lambda _: None)
    real = Client(app).open(
        asked.path, method=asked.method, data=asked.body, headers=list(asked.headers)
    )
    answer = office.ask(asked)
    assert answer.status == real.status_code
    if real.is_json:
        assert json.loads(answer.rest.partition(b"\r\n\r\n")[2]) == real.json


def test_it_has_the_tickets_it_is_told_to_and_leads_from_page_to_page(office: Office) -> None:
    first = query("Tickets/query", *UNCLAIMED)
    page = json.loads(office.ask(first).rest.partition(b"\r\n\r\n")[2])
    link = page["pageDetails"]["nextPageUrl"].removeprefix("http://desk")
    second = office.ask(first._replace(path=link))
    assert (len(page["items"]), second.rows) == (500, 100)


def test_what_is_kept_is_answered_again_and_a_refusal_is_not_kept(office: Office) -> None:
    asked = query("Tickets/query", *UNCLAIMED)
    refused = query("Tickets/query", {"op": "eq", "field": "noSuchField", "value": 1})
    answer = office.ask(asked)
    assert office.ask(refused).status == 500
    assert office.known(asked) is answer
    assert office.known(refused) is None


def test_a_request_is_read_once_it_is_whole() -> None:
    heard = b"POST /x HTTP/1.1\r\nHost: desk\r\nAccept: */*\r\ncontent-length: 4\r\n\r\nbody"
    assert parsed(heard) == Asked("POST", "/x", (("Host", "desk"),), b"body")
    assert [parsed(heard[:cut]) for cut in (5, 40, len(heard) - 1)] == [None] * 3


def under_way(path: str, start: float, end: float, method: str = "POST") -> UnderWay:
    return UnderWay(Asked(method, V1 + path), start, end)


@pytest.mark.parametrize(
    ("requests", "figures"),
    [
        pytest.param([], (0, 0, 0, 0), id="none"),
        pytest.param(
            [under_way("Tickets/query", 1, 2), under_way("TicketNotes/query", 2, 3)],
            (2, 1, 1, 0),
            id="one after the other",
        ),
        pytest.param(
            [under_way("Tickets/query", 1, 2), under_way("TimeEntries/query", 1.1, 2.1)],
            (1, 2, 1, 0),
            id="side by side",
        ),
        pytest.param(
            [
                under_way("Tickets/query", 1, 2),
                under_way("TimeEntries/query", 1.1, 2.1),
                under_way("tickets/query/count", 1.2, 2.2),
                under_way("Companies/query", 2.1, 3),
            ],
            (2, 3, 2, 0),
            id="two of one endpoint",
        ),
        pytest.param(
            [under_way("Tickets", 1, 2, "PATCH"), under_way("TicketNotes/query", 1.5, 3)],
            (1, 2, 1, 1),
            id="a read beside a write",
        ),
    ],
)
def test_what_was_under_way_is_counted(
    requests: list[UnderWay], figures: tuple[int, int, int, int]
) -> None:
    found = summed_up(requests)
    names = ("in_a_row", "at_once", "at_once_of_one", "beside_a_write")
    assert tuple(found[name] for name in names) == figures


def test_a_figure_beyond_its_limit_breaks_it(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.judge("a", "wall", 1.2, 1.2)
    report.judge("b", "requests", 3, 4)
    assert report.broken == 0
    report.judge("c", "wall", 1.21, 1.2)
    assert report.broken == 1
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == [
        "ok",
        "ok",
        "MUCH",
    ]


@posix_only("posix_spawn, by which the launcher starts programs")
def test_the_memory_of_whoever_measures_does_not_count(tmp_path: Path) -> None:
    large = (
        "import subprocess, sys; kept = b'x' * 200_000_000\n"
        "sys.exit(subprocess.run(sys.argv[1:]).returncode)"
    )
    out = str(tmp_path / "out")
    launched = [*LAUNCHER, out, sys.executable, "-c", "print('done')"]
    done = subprocess.run(
        [sys.executable, "-c", large, *launched], capture_output=True, text=True, check=True
    )
    memory = float(done.stdout.split()[2])
    assert Path(out).read_text(encoding="utf-8") == "done\n"
    assert memory * (1 if sys.platform == "darwin" else 1024) < 100e6
