"""What a command opens: one keyring item, one way out over HTTP, one connection to mcdesk.db."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import MemoryKeyring
from offices import SECRETS, Office
from slackserver import slack_server
from systems import ON_WINDOWS

from mcdesk.autotask.connections import Connections
from mcdesk.mail.microsoft import SignIn
from mcdesk.sandbox.people import HELP_DESK_ROLE, PLAN, VENDOR

ANSWERS = {
    "autotask.username": "api@demo.example",
    "autotask.me": "noor.haddad@demo.example",
    "note.note_type": "Int note added by a Resource",
    "hours.timezone": "America/New_York",
    "stale.after_minutes": "45",
}
SETUP = ["setup", *(word for item in ANSWERS.items() for word in ("--set", "=".join(item)))]


class Counts:
    """How many were opened or read, and which connections to mcdesk.db."""

    def __init__(self) -> None:
        self.keyring = 0
        self.clients = 0
        self.connections: list[sqlite3.Connection] = []

    @property
    def all_closed(self) -> bool:
        return not any(map(_is_open, self.connections))

    def __call__(self) -> tuple[int, int, int]:
        return self.keyring, self.clients, len(self.connections)


def _is_open(db: sqlite3.Connection) -> bool:
    try:
        db.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """Count from now on."""
    counts = Counts()
    connect: Any = sqlite3.connect
    make, read = httpx.Client.__init__, MemoryKeyring.get_password
    lead_out: Any = Connections.__init__

    def connecting(path: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(path, *args, **kwargs)
        if Path(path).name == "mcdesk.db":
            counts.connections.append(db)
        return db

    def making(self: httpx.Client, *args: Any, **kwargs: Any) -> None:
        counts.clients += 1
        make(self, *args, **kwargs)

    def leading_out(
        self: Connections, transport: Callable[[], Any], *args: Any, **more: Any
    ) -> None:
        def opening() -> Any:
            counts.clients += 1
            return transport()

        lead_out(self, opening, *args, **more)

    def reading(self: MemoryKeyring, service: str, username: str) -> str | None:
        counts.keyring += 1
        return read(self, service, username)

    monkeypatch.setattr(sqlite3, "connect", connecting)
    monkeypatch.setattr(httpx.Client, "__init__", making)
    monkeypatch.setattr(Connections, "__init__", leading_out)
    monkeypatch.setattr(MemoryKeyring, "get_password", reading)
    return counts


@pytest.fixture
def keeping(office: Office) -> Office:
    """Return an office whose secrets are in the keyring."""
    desk = office.desk()
    desk.secrets.store(
        {
            "autotask_secret": office.environ.pop("MCDESK_AUTOTASK_SECRET"),
            "autotask_integration_code": office.environ.pop("MCDESK_AUTOTASK_INTEGRATION_CODE"),
        }
    )
    desk.close()
    return office


@pytest.mark.parametrize(
    ("argv", "opened"),
    [
        (["stale"], (1, 1, 1)),
        (["list", "--with-mc"], (1, 1, 1)),
        (["find", "maria"], (1, 1, 1)),
        (["note", "{}", "hello"], (1, 1, 1)),
        (["send-to-mc", "{}", "--yes"], (1, 1, 1)),
        (["send-to-mc", "{}", "--yes", "--note", "hello"], (1, 1, 1)),
        (["send-to-mc", "{}", "--dry-run"], (1, 1, 1)),
        (["claim", "{}", "--yes"], (1, 1, 1)),
        (["outbox"], (0, 0, 1)),
        (["watch", "--once"], (1, 1, 1)),
        (["config"], (1, 0, 0)),
        (["doctor"], (1, 1, 1)),
        (SETUP, (1, 1, 1)),
        (["callscript"], (0, 0, 0)),
    ],
    ids=lambda value: " ".join(value[:4]) if isinstance(value, list) else None,
)
def test_a_command_opens_everything_once(
    keeping: Office, request: pytest.FixtureRequest, argv: list[str], opened: tuple[int, int, int]
) -> None:
    ticket = str(keeping.ticket(70))
    counts: Counts = request.getfixturevalue("counts")  # not before the secrets are kept
    done = keeping.run(*(word.format(ticket) for word in argv))
    assert done.code == 0, done.err
    assert counts() == opened
    assert counts.all_closed


def test_so_it_is_on_a_terminal_where_what_waits_is_told_of(
    keeping: Office, request: pytest.FixtureRequest
) -> None:
    counts: Counts = request.getfixturevalue("counts")
    assert keeping.run("stale", answers=[]).code == 0
    assert counts() == (1, 1, 1)


def test_the_demo_opens_its_database_once_and_no_keyring(office: Office, counts: Counts) -> None:
    commands = (["stale"], ["note", "2", "hello"], ["doctor"], ["setup"])
    for number, argv in enumerate(commands, start=1):
        done = office.run("--demo", *argv)
        assert done.code == 0, done.err
        assert counts() == (0, number, number)
        assert counts.all_closed


def test_a_command_that_fails_leaves_nothing_open(office: Office, counts: Counts) -> None:
    office.break_with("POST /Tickets/query status 503 x9")
    assert office.run("stale").code != 0
    assert counts.all_closed
    assert counts()[1:] == (1, 1)


@pytest.fixture
def telling(office: Office) -> Iterator[Office]:
    """Return an office that has a Slack channel."""
    with slack_server() as server:
        office.environ["MCDESK_SLACK_WEBHOOK"] = server.url
        yield office


@pytest.mark.parametrize("argv", [["watch", "--once", "--slack"], ["doctor", "--send-test"]])
def test_slack_takes_one_client_more(
    telling: Office, request: pytest.FixtureRequest, argv: list[str]
) -> None:
    telling.ticket(70)
    counts: Counts = request.getfixturevalue("counts")
    assert telling.run(*argv).code == 0
    assert counts()[1:] == (2, 1)


def test_a_handoff_that_is_told_takes_one_client_more(
    telling: Office, request: pytest.FixtureRequest
) -> None:
    telling.add_settings("[slack]\ntell_handoffs = true\n")
    ticket = str(telling.ticket(70))
    counts: Counts = request.getfixturevalue("counts")
    assert telling.run("send-to-mc", ticket, "--yes").code == 0
    assert counts()[1:] == (2, 1)
    assert telling.run("send-to-mc", ticket, "--yes").code == 0  # there already: nobody is told
    assert counts()[1:] == (3, 2)


def test_a_claim_back_opens_everything_once(
    keeping: Office, request: pytest.FixtureRequest
) -> None:
    keeping.add_settings('[claim]\nsecondary_from_mc = "Sunniva Dahl"\n')
    ticket = str(keeping.ticket(70, assignedResourceID=VENDOR))
    counts: Counts = request.getfixturevalue("counts")
    assert keeping.run("claim", ticket, "--force").code == 0
    assert counts() == (1, 1, 1)


@pytest.mark.parametrize(
    ("fields", "argv", "requests"),
    [
        ({}, [], 4),
        ({}, None, 5),
        ({"status": 33}, [], 6),
        ({"assignedResourceID": VENDOR}, ["--force"], 6),
        ({"assignedResourceID": VENDOR}, None, 7),
    ],
    ids=["nobody's", "after a question", "came back", "with the vendor", "after both questions"],
)
def test_requests_of_a_claim(
    office: Office, fields: dict[str, int], argv: list[str] | None, requests: int
) -> None:
    office.add_settings('[claim]\nsecondary_from_mc = "Sunniva Dahl"\n')
    office.add_settings('[stale]\nreturned_statuses = ["Back from MC"]\n')
    office.run("claim", str(office.ticket(5, status=33)))  # now the day's names are known
    ticket = str(office.ticket(70, **fields))
    office.requests()
    answers = ["y", "y"] if argv is None else None
    assert office.run("claim", ticket, *(argv or ()), answers=answers).code == 0
    assert len(office.requests()) == requests


def test_every_post_takes_the_same_client(telling: Office, counts: Counts) -> None:
    desk = telling.desk()
    for _ in range(3):
        desk.slack.post({"text": "hello"})
    desk.close()
    assert counts.clients == 1


def test_every_mail_by_graph_takes_the_same_client_and_sign_in(
    office: Office, counts: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.add_settings(
        '[mail]\ntransport = "graph"\n[mail.graph]\ntenant = "example.com"\n'
        'client_id = "00000000-0000-0000-0000-000000000001"\nlogin = "client_secret"\n'
        'sender = "jane@example.com"\n'
    )
    office.environ["MCDESK_GRAPH_CLIENT_SECRET"] = "s3cret"
    signed_in: list[SignIn] = []

    def as_app(self: SignIn, _: str) -> str:
        signed_in.append(self)
        return "t0ken"

    monkeypatch.setattr(SignIn, "as_app", as_app)
    monkeypatch.setattr(
        httpx.Client,
        "_transport_for_url",
        lambda *_: httpx.MockTransport(lambda _: httpx.Response(200, json={"value": []})),
    )
    desk = office.desk()
    for _ in range(3):
        desk.mailer.check()
    desk.close()
    assert counts.clients == 1
    assert len(signed_in) == 3
    assert len(set(signed_in)) == 1


PLANNED = f"""
[mc]
plan_field = "{PLAN}"
out_of_scope = ["Line of Business"]
"""
A_HANDOFF = [
    "POST Tickets/query",
    "POST TicketSecondaryResources/query",
    "PATCH Tickets",
    "POST Tickets/query",
]
OF_COMPANIES = "GET Companies/entityInformation/userDefinedFields"


class TestRequestsOfAHandoff:
    @pytest.fixture
    def planned(self, office: Office) -> Office:
        """Return an office that checks the plan, and has sent a ticket today."""
        office.add_settings(PLANNED)
        assert office.run("send-to-mc", str(office.ticket(80)), "--yes").code == 0
        office.requests()
        return office

    def made(self, office: Office, *argv: str, **fields: Any) -> list[str]:
        """Send a ticket with these *fields*, and return what was asked."""
        ticket = office.ticket(90, **fields)
        office.requests()
        office.run("send-to-mc", str(ticket), *(argv or ("--yes",)))
        return office.requests()

    def test_contact_and_plan_are_from_the_days_names(self, planned: Office) -> None:
        assert self.made(planned) == A_HANDOFF

    def test_each_that_is_unknown_takes_one(self, planned: Office) -> None:
        made = self.made(planned, companyID=176, contactID=302)
        assert made == [
            *A_HANDOFF[:2],
            "POST Companies/query",
            "POST Contacts/query",
            *A_HANDOFF[2:],
        ]
        assert self.made(planned, companyID=176, contactID=302) == A_HANDOFF
        assert self.made(planned, companyID=176, contactID=313) == [
            *A_HANDOFF[:2],
            "POST Contacts/query",
            *A_HANDOFF[2:],
        ]

    def test_no_contact_takes_none(self, planned: Office) -> None:
        assert self.made(planned, contactID=None) == A_HANDOFF

    def test_what_speaks_against_it_is_asked_again(self, planned: Office) -> None:
        for _ in range(2):
            made = self.made(planned, "--yes", "--force", companyID=175, contactID=301)
            assert made[2:-2].count("POST Companies/query") == 1
            assert len(made) <= len(A_HANDOFF) + 2

    def test_after_a_question_there_is_one_look_more(self, planned: Office) -> None:
        ticket = planned.ticket(90)
        planned.requests()
        assert planned.run("send-to-mc", str(ticket), answers=["p", "1", "c", "hi", "y"]).code == 0
        made = planned.requests()
        assert len([each for each in made if "Notes" not in each]) == len(A_HANDOFF) + 1

    def test_one_that_is_there_asks_nothing_more(self, planned: Office) -> None:
        there = {"assignedResourceID": 12, "assignedResourceRoleID": HELP_DESK_ROLE, "status": 32}
        made = self.made(planned, companyID=177, contactID=303, **there)
        assert made == [*A_HANDOFF[:2], "POST Companies/query"]
        assert self.made(planned, companyID=177, contactID=303, **there) == A_HANDOFF[:2]

    def test_the_fields_of_companies_are_asked_for_once_a_day(self, office: Office) -> None:
        office.add_settings(PLANNED)
        assert self.made(office).count(OF_COMPANIES) == 1
        assert OF_COMPANIES not in self.made(office)

    def test_nothing_is_asked_if_the_plan_is_not_checked(self, office: Office) -> None:
        made = self.made(office)
        assert OF_COMPANIES not in made
        assert self.made(office) == A_HANDOFF


def test_there_is_something_to_count(office: Office, counts: Counts) -> None:
    for name in SECRETS:
        del office.environ[name]
    for _ in range(2):
        office.run("doctor")
    # What 0.1 kept is looked for, too, under the folder's name as it was spelled: Windows' differ.
    assert counts()[::2] == (2 * (1 + ON_WINDOWS), 2)
