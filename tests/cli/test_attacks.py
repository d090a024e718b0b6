"""Whatever strangers and the network send: no crash, nothing that acts, no secret to a stranger.

MCDESK_ATTACKS is how often each test tries (8 unless told): thousands of times, by hand.
"""

import json
import os
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from shutil import rmtree
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from offices import CONFIG, ZONE_URL, Office, with_secrets
from slackserver import SlackServer, slack_server

from mcdesk.core.hosts import is_autotask_host
from mcdesk.core.references import parse_reference
from mcdesk.errors import UsageProblem

pytestmark = pytest.mark.thorough
TRIES = settings(
    max_examples=int(os.environ.get("MCDESK_ATTACKS", "8")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
# What may act on a terminal: controls but the line end, C1 controls, and bidirectional overrides.
ACTING = {chr(code) for code in (*range(32), *range(127, 160)) if chr(code) != "\n"} | set(
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
HOSTILE = st.text(max_size=80) | st.sampled_from(
    [
        "",
        "\x1b]0;owned\x07\x1b[2Jgone",
        "\u202egnp.exe",
        "[bold red]markup[/] {ticket} {me} %s",
        "=cmd|' /C calc'!A1",
        "<!channel> <@U012AB3CD>",
        "a\r\nBcc: thief@example.com\r\n\r\nbody",
        "x" * 5000,
        "\ud800 half",
        "null",
        "../../etc/passwd",
    ]
)
# What stands in an answer in place of what should.
VALUES = HOSTILE | st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        2**63,
        10**40,
        1.5,
        [],
        {},
        [None],
        {"value": None},
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999Z",
        "2026-13-45T99:00:00Z",
        "2026-11-23T15:00:00+99:99",
        "https://evil.example/V1.0/Tickets/query/next?paging=1",
        "https://webservices99.autotask.net.evil.example/ATServicesRest/",
        "http://webservices99.autotask.net/ATServicesRest/V1.0/Tickets/query/next",
        "//evil.example/x",
        f"{ZONE_URL}V1.0/Tickets/query/next?paging=1",
    ]
)
COMMANDS = (
    ("stale", "--all"),
    ("stale", "--all", "--json"),
    ("list", "--with-mc", "--json"),
    ("list", "--mine"),
    ("report", "--json"),
    ("report", "--csv"),
    ("find", "printer", "555-0120"),
    ("show", "{}"),
    ("show", ".7"),
    ("send-to-mc", "{}", "--yes"),
    ("claim", "{}"),
    ("claim", "{}", "--force"),
    ("note", "{}", "words", "--notify-dispatch"),
    ("send-link", "{}", "--yes"),
    ("undo", "{}", "--yes"),
    ("log", "--check"),
    ("watch", "--once", "--slack"),
    ("callscript", "{}"),
    ("outbox", "retry"),
    ("doctor",),
)


class Lying(httpx.BaseTransport):
    """A way on which the *nth* answer has *value* at its *where*-th place; hosts are watched."""

    def __init__(self, way: httpx.BaseTransport, nth: int, where: int, value: object) -> None:
        self._way = way
        self._nth = nth
        self._where = where
        self._value = value
        self.trusted: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if "Secret" in request.headers:
            self.trusted.add(request.url.host)
        response = self._way.handle_request(request)
        self._nth -= 1
        if self._nth:
            return response
        response.read()
        try:
            answer = response.json()
        except ValueError:
            return response
        whole = [answer]
        places = list(_places(whole))
        container, key = places[self._where % len(places)]
        container[key] = self._value
        content = json.dumps(whole[0]).encode()
        return httpx.Response(response.status_code, content=content)


def _places(whole: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield every place in the answer, *whole*'s only item, as what holds it and the key there."""
    waiting: list[tuple[Any, Any]] = [(whole, 0)]
    while waiting:
        container, key = waiting.pop()
        yield container, key
        value = container[key]
        if isinstance(value, dict):
            waiting += [(value, each) for each in value]
        elif isinstance(value, list):
            waiting += [(value, each) for each in range(len(value))]


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


class TestAnswers:
    @pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
    def test_no_lie_is_a_crash_or_gets_a_secret(
        self, office: Office, slack: SlackServer, argv: tuple[str, ...]
    ) -> None:
        office.environ["MCDESK_SLACK_WEBHOOK"] = slack.url
        ticket = office.ticket(125)
        office.note(ticket, 100)
        office.secondary(ticket, 23)
        way = office.transport

        @TRIES
        @given(nth=st.integers(1, 9), where=st.integers(0, 400), value=VALUES)
        def lie(nth: int, where: int, value: object) -> None:
            assert with_secrets(office.home) == []
            (office.home / "mcdesk.db").unlink(missing_ok=True)
            rmtree(office.home / "locks", ignore_errors=True)
            lying = Lying(way, nth, where, value)
            office.transport = lying
            call = [str(ticket) if word == "{}" else word for word in argv]
            result = office.run(*call)
            assert result.code in (0, 1, 2, 3, 4, 5, 8), result
            assert "Traceback" not in result.err
            assert not set(result.out + result.err) & ACTING
            assert all(is_autotask_host(host) for host in lying.trusted)

        lie()


class Unfiltered(httpx.BaseTransport):
    """A way to a zone that drops every filter on the collection *path*: all rows come back."""

    def __init__(self, way: httpx.BaseTransport, path: str) -> None:
        self._way = way
        self._path = f"/{path}/query"
        self.dropped = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(self._path):
            self.dropped += 1
            every = [{"op": "gte", "field": "id", "value": 0}]
            body = {**json.loads(request.read()), "filter": every}
            request = httpx.Request(
                request.method,
                request.url,
                headers={k: v for k, v in request.headers.items() if k != "content-length"},
                content=json.dumps(body),
            )
        return self._way.handle_request(request)


THEIRS = {"assignedResourceID": 12, "assignedResourceRoleID": 29683581, "status": 32}
TICKET_COMMANDS = (
    ("show", "{}"),
    ("claim", "{}"),
    ("send-to-mc", "{}", "--yes"),
    ("send-link", "{}", "--yes"),
)


class TestAnotherAnswer:
    """What comes back is held against what was asked, before anything is done."""

    @pytest.mark.parametrize(
        ("path", "argv"),
        [
            *(("Tickets", argv) for argv in TICKET_COMMANDS),
            *(("Companies", argv) for argv in TICKET_COMMANDS),
            *(
                (path, ("show", "{}"))
                for path in ("TicketNotes", "TimeEntries", "TicketSecondaryResources", "Contacts")
            ),
            *((path, ("stale",)) for path in ("TicketNotes", "TimeEntries", "Companies")),
            ("Contacts", ("send-link", "{}", "--yes")),
            ("TicketNotes", ("send-link", "{}", "--yes")),
            ("TicketSecondaryResources", ("send-to-mc", "{}", "--yes", "--remove-secondaries")),
            ("ResourceRoleQueues", ("doctor",)),
        ],
    )
    def test_it_is_told_and_nothing_is_done(
        self, office: Office, path: str, argv: tuple[str, ...]
    ) -> None:
        office.configure(
            CONFIG + '[mail]\nfrom = "desk@demo.example"\n'
            '[scheduling]\nlink = "https://book.example.com/?t={ticket}"\n'
        )
        other, asked = office.ticket(130), office.ticket(125)
        for ticket in (other, asked):
            office.note(ticket, 100)
            office.secondary(ticket, 23)
        before = [office.holds(ticket) for ticket in (other, asked)]
        office.transport = unfiltered = Unfiltered(office.transport, path)
        done = office.run(*(str(asked) if word == "{}" else word for word in argv))
        assert unfiltered.dropped
        assert done.code in (1, 4), done
        assert "Autotask answered with another" in done.out + done.err
        assert [office.holds(ticket) for ticket in (other, asked)] == before
        assert [len(office.notes(ticket)) for ticket in (other, asked)] == [1, 1]
        assert not list(office.home.glob("drafts/*.eml"))

    @pytest.mark.parametrize("by", ["id", "number"])
    def test_no_note_goes_on_another_ticket(self, office: Office, by: str) -> None:
        other, asked = office.ticket(130), office.ticket(125)
        row = office.world.row("Tickets", asked)
        assert row is not None
        office.transport = Unfiltered(office.transport, "Tickets")
        done = office.run("note", str(asked) if by == "id" else row["ticketNumber"], "words")
        assert done.code == 8  # it is waiting in the outbox
        assert "another ticket" in done.err
        assert office.notes(asked) == office.notes(other) == []

    def test_the_list_leaves_out_what_is_not_unclaimed(self, office: Office) -> None:
        office.ticket(125)
        office.ticket(130, status=5)
        office.ticket(135, queueID=8)
        office.ticket(140, assignedResourceID=20, assignedResourceRoleID=29683581)
        honest = office.run("stale", "--all", "--json")
        office.transport = Unfiltered(office.transport, "Tickets")
        assert office.run("stale", "--all", "--json") == honest

    @pytest.mark.parametrize(
        ("path", "argv"),
        [
            ("Tickets", ("list", "--mine")),
            ("Tickets", ("list", "--with-mc")),
            ("Tickets", ("find", "printer")),
            ("Contacts", ("find", "printer")),
            ("TicketNotes", ("list", "--with-mc")),
            ("TicketNotes", ("report",)),
        ],
        ids=str,
    )
    def test_what_was_not_asked_for_is_not_listed(
        self, office: Office, path: str, argv: tuple[str, ...]
    ) -> None:
        for number in range(3):
            office.change(office.ticket(125 + number), **THEIRS)
        office.note(office.ticket(140, title="Phone"), 30)
        honest = office.run(*argv, "--json")
        (office.home / "mcdesk.db").unlink()
        office.transport = unfiltered = Unfiltered(office.transport, path)
        done = office.run(*argv, "--json")
        assert unfiltered.dropped
        said = (done.code, done.out) == (1, "") and "Autotask answered with another" in done.err
        assert said or done == honest

    def test_what_was_done_is_not_looked_up_on_another_ticket(self, office: Office) -> None:
        office.ticket(130)
        asked = office.ticket(125)
        assert office.run("claim", str(asked)).code == 0
        office.transport = Unfiltered(office.transport, "Tickets")
        for argv in (["log", "--check"], ["undo", "--yes"]):
            done = office.run(*argv)
            assert (done.code, "another ticket" in done.err) == (1, True), done
        assert office.holds(asked)["primary"] == 20

    def test_two_tickets_of_one_number(self, office: Office) -> None:
        first = office.ticket(125, ticketNumber="T20261123.0777")
        second = office.ticket(130, ticketNumber="t20261123.0777")
        done = office.run("send-to-mc", "T20261123.0777", "--yes")
        assert done.code == 1
        assert "Autotask has 2 tickets T20261123.0777" in done.err
        assert f"use the id: {first}, {second}" in done.err
        assert office.holds(first)["primary"] is office.holds(second)["primary"] is None


class TestStrangers:
    @TRIES
    @given(title=HOSTILE, company=HOSTILE, first=HOSTILE, last=HOSTILE, text=HOSTILE, label=HOSTILE)
    def test_nothing_they_write_acts(
        self,
        office: Office,
        title: str,
        company: str,
        first: str,
        last: str,
        text: str,
        label: str,
    ) -> None:
        ticket = office.ticket(125, title=_storable(title))
        office.world.update("Companies", 174, companyName=_storable(company))
        office.world.update("Contacts", 300, firstName=_storable(first), lastName=_storable(last))
        office.note(ticket, 100, description=_storable(text), title=_storable(label))
        for argv in (["stale"], ["show", str(ticket)], ["watch", "--once"]):
            result = office.run(*argv)
            assert result.code == 0, result
            assert not set(result.out + result.err) & ACTING
        said = json.loads(office.run("stale", "--json").out)
        assert [each["title"] for each in said["tickets"] if each["id"] == ticket] == [
            _storable(title)
        ]
        office.world.update("Tickets", ticket, status=5)

    @TRIES
    @given(address=HOSTILE | st.emails(), first=HOSTILE, company=HOSTILE, title=HOSTILE)
    def test_a_customers_mail_goes_to_one_address_and_says_nothing_of_theirs(
        self, office: Office, address: str, first: str, company: str, title: str
    ) -> None:
        office.configure(
            CONFIG + '[mail]\nfrom = "Lakeside IT <desk@demo.example>"\n'
            '[scheduling]\nlink = "https://book.example.com/?t={ticket}&c={contact}&o={company}"\n'
        )
        ticket = office.ticket(125, title=_storable(title))
        office.world.update("Contacts", 300, emailAddress=_storable(address))
        office.world.update("Contacts", 300, firstName=_storable(first))
        office.world.update("Companies", 174, companyName=_storable(company))
        result = office.run("send-link", str(ticket), "--yes")
        assert result.code in (3, 8), result
        drafts = list((office.home / "drafts").glob("*.eml"))
        assert len(drafts) == (result.code == 8)
        for draft in drafts:
            mail = message_from_bytes(draft.read_bytes(), policy=default)
            assert len(mail["To"].addresses) == 1
            assert mail["To"].addresses[0].addr_spec == address.strip()
            assert mail["Bcc"] is mail["Cc"] is None
            draft.unlink()
        for waiting in office.desk().operations.waiting():
            office.desk().operations.leave(waiting.n, office.now)
        office.world.update("Tickets", ticket, status=5)


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("T2026.-/:?=&# \\0\u0661htps", max_size=60))
def test_a_pasted_reference_is_a_ticket_or_refused(text: str) -> None:
    try:
        reference = parse_reference(text)
    except UsageProblem:
        return
    assert str(reference).isascii()


def _storable(text: str) -> str:
    """Leave out what no JSON answer of a real server could hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
