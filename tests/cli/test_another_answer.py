"""Field case C4 where a command reads again: an answer about something else is never acted on."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from offices import Office

from mcdesk.sandbox.people import HELP_DESK_ROLE, RETURNED, VENDOR

pytestmark = pytest.mark.thorough
COLLEAGUE, ME = 23, 20
Row = dict[str, Any]
SECONDARY: Row = {"id": 4711, "ticketID": 1, "resourceID": 23, "roleID": 29683581}


class Another(httpx.BaseTransport):
    """Spoil the rows that come from the collection *path*, from its *first* query on (from 1)."""

    def __init__(
        self,
        way: httpx.BaseTransport,
        path: str,
        spoil: Callable[[list[Row]], list[Row]],
        *,
        first: int = 1,
    ) -> None:
        self._way = way
        self._path = f"/{path}/query"
        self._spoil = spoil
        self._first = first
        self.seen = 0

    @property
    def spoilt(self) -> bool:
        return self.seen >= self._first

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._way.handle_request(request)
        if not request.url.path.endswith(self._path):
            return response
        self.seen += 1
        if not self.spoilt:
            return response
        response.read()
        answer = response.json()
        rows = self._spoil(answer["items"])
        page = {**answer["pageDetails"], "count": len(rows)}
        return httpx.Response(200, json={"items": rows, "pageDetails": page})


def others(*names: str, by: int = 1) -> Callable[[list[Row]], list[Row]]:
    """Put another number in place of each of *names*."""
    return lambda rows: [{**row, **{name: row[name] + by for name in names}} for row in rows]


def doubled(rows: list[Row]) -> list[Row]:
    """Put another row of the same number behind each."""
    return [*rows, *others("id", by=1000)(rows)]


def prepared(office: Office) -> int:
    """Make a ticket with a note, a secondary resource and what every command has to ask once."""
    office.run("claim", str(office.ticket(7)), "--yes")
    office.run("send-to-mc", str(office.ticket(8)), "--dry-run", "--note", "x")
    ticket = office.ticket(20)
    office.note(ticket, 15)
    office.secondary(ticket, COLLEAGUE)
    return ticket


def number_of(office: Office, ticket: int) -> str:
    row = office.world.row("Tickets", ticket)
    assert row
    return str(row["ticketNumber"])


SECONDARY = {"id": 4711, "ticketID": 1, "resourceID": 23, "roleID": 29683581}
WRITING = (
    ("claim", "{}", "--yes"),
    ("send-to-mc", "{}", "--yes", "--remove-secondaries"),
    ("note", "{}", "my words"),
)


@pytest.mark.parametrize("argv", WRITING, ids=lambda argv: argv[0])
@pytest.mark.parametrize(
    ("by", "spoil"),
    [
        ("id", others("id")),
        ("id", doubled),
        ("number", doubled),
        ("number", lambda rows: [{**row, "ticketNumber": "T20261123.0001"} for row in rows]),
    ],
    ids=["another", "two of an id", "two of a number", "another number"],
)
def test_another_ticket(
    office: Office, argv: tuple[str, ...], by: str, spoil: Callable[[list[Row]], list[Row]]
) -> None:
    ticket = prepared(office)
    before = office.holds(ticket)
    office.transport = another = Another(office.transport, "Tickets", spoil)
    named = str(ticket) if by == "id" else number_of(office, ticket)
    office.requests()
    done = office.run(*(named if word == "{}" else word for word in argv))
    assert another.spoilt
    assert done.code in (1, 8)
    assert "Autotask " in done.err
    assert office.holds(ticket) == before
    assert len(office.notes(ticket)) == 1
    assert [each for each in office.requests() if not each.endswith("query")] == []


@pytest.mark.parametrize(
    ("argv", "path", "first", "spoil"),
    [
        (WRITING[0], "Tickets", 2, others("id")),
        (WRITING[0], "Tickets", 2, doubled),
        (WRITING[1], "Tickets", 2, others("id")),
        (WRITING[1], "TicketSecondaryResources", 2, lambda _: [SECONDARY]),
    ],
    ids=["claim", "claim, two", "send", "send, secondary"],
)
def test_a_read_back_of_something_else_verifies_nothing(
    office: Office,
    argv: tuple[str, ...],
    path: str,
    first: int,
    spoil: Callable[[list[Row]], list[Row]],
) -> None:
    ticket = prepared(office)
    before = office.holds(ticket)
    way = office.transport
    office.transport = another = Another(way, path, spoil, first=first)
    done = office.run(*(str(ticket) if word == "{}" else word for word in argv), "--json")
    assert another.spoilt
    (said,) = json.loads(done.out)["results"]
    assert (said["outcome"], said["verified"], done.code) == ("unverified", False, 1)
    assert "Autotask answered with another" in said["error"] or "Autotask has 2" in said["error"]
    for again in (["log", str(ticket), "--check"], ["undo", str(ticket), "--yes"]):
        done = office.run(*again)
        assert done.code == 1, done
    office.transport = way
    assert office.run("undo", str(ticket), "--yes").code == 0
    assert office.holds(ticket) == before


@pytest.mark.parametrize(
    "spoil",
    [others("id"), others("ticketID"), others("id", "ticketID"), lambda _: []],
    ids=["id", "on another ticket", "another note", "nothing"],
)
def test_a_note_is_not_read_back_as_another(
    office: Office, spoil: Callable[[list[Row]], list[Row]]
) -> None:
    ticket = prepared(office)
    way = office.transport
    office.transport = another = Another(way, "TicketNotes", spoil)
    done = office.run("note", str(ticket), "my words", "--json")
    said = json.loads(done.out)
    assert another.spoilt
    if said["outcome"] == "failed":  # it is what we wrote, and on another ticket
        assert (said["visibility"], done.code) == ("public", 1)
        return
    assert (said["outcome"], said["visibility"], done.code) == ("unknown", None, 8)
    for _ in range(4):
        office.now += timedelta(minutes=1)
        office.run("outbox", "retry")
    assert len(office.notes(ticket)) == 2
    office.transport = way
    assert office.run("outbox", "retry").code == 0
    assert [note["description"] for note in office.notes(ticket)] == ["d", "my words"]
    assert office.desk().operations.waiting() == []


@pytest.mark.parametrize("path", ["Tickets", "TicketNotes"])
def test_a_retry_acts_on_no_other_answer(office: Office, path: str) -> None:
    ticket = prepared(office)
    office.break_with("PATCH /Tickets lose-request")
    assert office.run("send-to-mc", str(ticket), "--yes", "--note", "my words").code == 1
    office.break_with()
    office.world.update(
        "Tickets",
        ticket,
        assignedResourceID=VENDOR,
        assignedResourceRoleID=HELP_DESK_ROLE,
        status=RETURNED,
    )
    way = office.transport
    office.transport = another = Another(way, path, others("id"))
    for _ in range(8):
        office.now += timedelta(minutes=1)
        done = office.run("outbox", "retry")
        if path == "Tickets":
            assert (done.code, "another ticket" in done.err) == (8, True), done
    assert another.spoilt
    office.transport = way
    office.run("outbox", "retry")
    assert [note["description"] for note in office.notes(ticket)] == ["d", "my words"]


@pytest.mark.parametrize("path", ["TicketNotes", "TimeEntries", "TicketSecondaryResources"])
def test_an_undo_acts_on_no_other_answer(office: Office, path: str) -> None:
    ticket = prepared(office)
    sent = office.run("send-to-mc", str(ticket), "--yes", "--remove-secondaries")
    assert sent.code == 0
    holds = office.holds(ticket)
    office.transport = another = Another(
        office.transport, path, lambda _: [{**ROWS[path], "id": 4711, "ticketID": 1}]
    )
    done = office.run("undo", str(ticket), "--yes")
    assert another.spoilt
    assert (done.code, "Autotask answered with another" in done.err) == (1, True)
    assert office.holds(ticket) == holds


ROWS: dict[str, Row] = {
    "TicketSecondaryResources": SECONDARY,
    "TicketNotes": {
        "createDateTime": "2026-11-23T15:00:00Z",
        "creatorResourceID": 20,
        "createdByContactID": None,
        "noteType": 3,
    },
    "TimeEntries": {
        "createDateTime": "2026-11-23T15:00:00Z",
        "resourceID": 20,
        "creatorUserID": 20,
    },
}


def test_two_tickets_of_one_number_here_and_there(office: Office) -> None:
    """What was done to one of them is not looked for on the other."""
    first, second = (office.ticket(20 + n, ticketNumber="T20261123.0777") for n in range(2))
    assert office.run("claim", str(first), "--yes").code == 0
    for argv in (
        ["claim", "--yes"],
        ["send-to-mc", "--yes"],
        ["send-link", "--yes", "--to", "a@example.com"],
        ["show"],
        ["note", "words"],
    ):
        command, *options = argv
        done = office.run(command, "T20261123.0777", *options)
        assert done.code in (1, 4, 8), done
    assert office.holds(second)["primary"] is None
    assert office.notes(first) == office.notes(second) == []
