"""`mcdesk find`: from a caller's name to the ticket."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from offices import Office

IN_PROGRESS, COMPLETE, MONITORING = 8, 5, 8


def documented(office: Office, *argv: str) -> dict[str, Any]:
    done = office.run("find", *argv, "--json")
    assert done.code == 0, done.err
    document: dict[str, Any] = json.loads(done.out)
    return document


def found(office: Office, *argv: str) -> list[int]:
    return [each["id"] for each in documented(office, *argv)["tickets"]]


@pytest.fixture
def ticket(office: Office) -> int:
    """Add the ticket that is looked for, of Maria Lopez of Harbor Point Dental, among others."""
    with office.world.transaction() as db:
        db.execute("DELETE FROM Tickets")
    office.world.update("Contacts", 300, phone="(347) 555-0142", mobilePhone="646 555 0199")
    office.world.update("Companies", 174, phone="+1 212.555.0174")
    office.ticket(30, companyID=175, contactID=301, title="Something else")
    return office.ticket(95, ticketNumber="T20261123.0077", title="Outlook asks for a password")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["lopez"], id="a last name"),
        pytest.param(["MARIA"], id="a first name, in capitals"),
        pytest.param(["lópez"], id="with an accent"),
        pytest.param(["maria.lopez@harbor"], id="an email address"),
        pytest.param(["harbor"], id="a company"),
        pytest.param(["Harbor Point Dental"], id="a company in full, quoted"),
        pytest.param(["lopez", "password"], id="a name and a word of the title"),
        pytest.param(["maria", "dental", "outlook"], id="of each something"),
        pytest.param(["555-0142"], id="a phone number"),
        pytest.param(["(347)", "555-0142"], id="with its area code"),
        pytest.param(["+13475550142"], id="with the country's"),
        pytest.param(["5550199"], id="the mobile one"),
        pytest.param(["0142"], id="its last digits"),
        pytest.param(["2125550174"], id="the company's"),
        pytest.param(["T20261123.0077"], id="a ticket number"),
        pytest.param(["20261123.0077"], id="without the T"),
        pytest.param(["0077"], id="the end of one"),
        pytest.param([".77"], id="short"),
        pytest.param(["202611230077"], id="without the dot"),
        pytest.param(["lopez", ".77"], id="a name and a number"),
    ],
)
def test_what_finds_it(office: Office, ticket: int, words: list[str]) -> None:
    assert found(office, *words) == [ticket]


@pytest.mark.parametrize("word", ["zoë", "ZOË", "straße", "STRAßE", "åkesson", "ÅKESSON"])
def test_letters_beyond_ascii_are_found_in_any_case(office: Office, ticket: int, word: str) -> None:
    office.world.update("Contacts", 300, firstName="Zoë", lastName="Åkesson")
    office.world.update("Companies", 174, companyName="Hauptstraße 5")
    assert found(office, word) == [ticket]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["lopez", "printer"], id="one word is nowhere"),
        pytest.param(["lopez", "quarry"], id="another company's"),
        pytest.param(["(646) 555-0142"], id="another area code"),
        pytest.param(["T20261122.0077"], id="another day's number"),
        pytest.param(["o%k"], id="a wildcard"),
        pytest.param(["zebra"], id="nowhere at all"),
    ],
)
def test_what_does_not(office: Office, ticket: int, words: list[str]) -> None:
    assert found(office, *words) == []


def test_in_whatever_queue_and_whoever_has_it(office: Office, ticket: int) -> None:
    elsewhere = office.ticket(
        10, queueID=MONITORING, assignedResourceID=21, status=IN_PROGRESS, ticketNumber="T1"
    )
    assert found(office, "lopez") == [elsewhere, ticket]


def test_closed_ones_of_the_last_30_days_with_all(office: Office, ticket: int) -> None:
    office.configure(
        (office.home / "config.toml").read_text(encoding="utf-8")
        + '[mc]\nclosed_statuses = ["Waiting Materials"]\n'
    )
    days = [office.now - timedelta(days=each) for each in (29, 31)]
    done = [
        office.ticket(60 * 24 * 40 + i, status=COMPLETE, completedDate=at, ticketNumber=f"T2.{i}")
        for i, at in enumerate(days)
    ]
    put_away = [
        office.ticket(60 * 24 * 50 + i, status=9, lastActivityDate=at, ticketNumber=f"T3.{i}")
        for i, at in enumerate(days)
    ]
    assert found(office, "lopez") == [ticket]
    assert found(office, "lopez", "--all") == [ticket, done[0], put_away[0]]


def test_the_newest_first(office: Office, ticket: int) -> None:
    older = office.ticket(4000, ticketNumber="T20261120.0001")
    newer = office.ticket(5, ticketNumber="T20261123.0078")
    assert found(office, "lopez") == [newer, ticket, older]
    assert documented(office, "lopez", "--limit", "2")["count"] == 3
    assert found(office, "lopez", "--limit", "2") == [newer, ticket]


def test_json(office: Office, ticket: int) -> None:
    office.world.update("Tickets", ticket, lastActivityDate=office.now, assignedResourceID=12)
    assert documented(office, "lopez", "outlook") == {
        "schema": "mcdesk.list/1",
        "as_of": "2026-11-23T15:00:00Z",
        "searched": {
            "words": ["lopez", "outlook"],
            "queues": [],
            "of": None,
            "unclaimed": False,
            "with_mc": False,
            "closed": False,
        },
        "count": 1,
        "tickets": [
            {
                "id": ticket,
                "number": "T20261123.0077",
                "title": "Outlook asks for a password",
                "company": "Harbor Point Dental",
                "contact": "Maria Lopez",
                "queue": "Help Desk",
                "status": "New",
                "priority": "Medium",
                "primary_resource": "Help Desk Support",
                "created": "2026-11-23T13:25:00Z",
                "last_activity": "2026-11-23T15:00:00Z",
                "with_mc": True,
                "back_from_mc": False,
                "url": "https://ww99.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx"
                f"?Code=OpenTicketDetail&TicketID={ticket}",
            }
        ],
    }


def test_the_table(office: Office, ticket: int) -> None:
    office.world.update("Tickets", ticket, lastActivityDate=office.now - timedelta(hours=3))
    done = office.run("find", "lopez")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "ticket          company              contact      title                        status"
        "  has it  active\n"
        "T20261123.0077  Harbor Point Dental  Maria Lopez  Outlook asks for a password  New   "
        "  nobody      3h\n"
        "\n"
        "1 open ticket with lopez, newest first\n"
    )
    assert office.run("find", "lopez", "--ids").out == "T20261123.0077\n"


def test_nothing_found_is_said_and_no_error(office: Office, ticket: int) -> None:
    done = office.run("find", "zebra")
    assert (done.code, done.out) == (0, "")
    assert done.err == "No open ticket with zebra; --all looks at closed ones too"
    assert json.loads(office.run("find", "zebra", "--json").out)["tickets"] == []
    assert office.run("find", "zebra", "--all").err.endswith(
        "(or closed in the last 30 days) with zebra"
    )


@pytest.mark.parametrize("argv", [[], [""], ["-", " "], ["lopez", "--ids", "--json"]])
def test_what_cannot_be_meant(office: Office, argv: list[str]) -> None:
    done = office.run("find", *argv)
    assert (done.code, done.out) == (2, "")
    assert office.requests() == []


def test_requests(office: Office, ticket: int) -> None:
    office.run("find", "outlook")  # now the day's names and labels are known
    office.requests()
    office.run("find", "lopez")
    assert office.requests() == [
        "POST Companies/query",
        "POST Contacts/query",
        "POST Tickets/query/count",
        "POST Tickets/query",
    ]


def test_names_that_were_found_are_not_asked_for_again(office: Office, ticket: int) -> None:
    office.run("find", "lopez", "harbor")
    names = [each for each in office.requests() if each in ("POST Contacts/query",)]
    assert names == ["POST Contacts/query"]


def many(office: Office, first: str, last: str) -> None:
    """Add more contacts of a name than are looked at for one search."""
    for i in range(210):
        office.world.insert(
            "Contacts", id=1000 + i, companyID=175, firstName=first, lastName=last, isActive=1
        )


def test_one_of_many_who_share_a_name(office: Office, ticket: int) -> None:
    """The first 200 are not the one: she is found, for all her words match."""
    many(office, "Maria", "Silva")
    office.world.update("Contacts", 300, firstName="Ana")
    last = office.world.insert(
        "Contacts", id=5000, companyID=174, firstName="Maria", lastName="Zuniga", isActive=1
    )
    hers = office.ticket(20, contactID=last, ticketNumber="T20261123.0099")
    done = office.run("find", "maria", "zuniga", "--json")
    assert [each["id"] for each in json.loads(done.out)["tickets"]] == [hers]


def test_that_more_match_is_said(office: Office, ticket: int) -> None:
    many(office, "Maria", "Silva")
    done = office.run("find", "maria")
    assert done.code == 0
    assert "too many people and companies match for one search: add a word" in done.err


def test_many_words(office: Office, ticket: int) -> None:
    words = [f"w{i}é" for i in range(60)]
    done = office.run("find", *words)
    assert done.code == 0
    assert "only the first 40 words were looked for" in done.err
    lines = [f"Tickets/query {i}" for i in range(60)]
    assert office.run("find", *lines).code == 0


class Unfiltered(httpx.BaseTransport):
    """A way to a zone that drops every filter."""

    def __init__(self, way: httpx.BaseTransport) -> None:
        self._way = way

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            every = [{"op": "gte", "field": "id", "value": 0}]
            body = {**json.loads(request.read()), "filter": every}
            headers = {k: v for k, v in request.headers.items() if k != "content-length"}
            request = httpx.Request("POST", request.url, headers=headers, json=body)
        return self._way.handle_request(request)


def test_a_zone_that_drops_filters_finds_no_more(office: Office, ticket: int) -> None:
    office.run("stale")
    office.transport = Unfiltered(office.transport)
    assert found(office, "lopez") == [ticket]
    assert documented(office, "zebra")["tickets"] == []


@pytest.mark.parametrize("entity", ["Companies", "Contacts", "Tickets"])
def test_what_may_not_be_read_is_said(office: Office, ticket: int, entity: str) -> None:
    office.break_with(
        f"POST /{entity}/query refuse The logged in Resource does not have the adequate "
        "permissions to query this entity type."
    )
    done = office.run("find", "lopez")
    assert (done.code, done.out) == (4, "")


def test_found_tickets_are_offered_and_known_by_their_numbers(office: Office, ticket: int) -> None:
    office.run("find", "lopez")
    office.requests()
    assert office.run("show", "T20261123.0077").code == 0
    desk = office.desk()
    offered = desk.cache.get("last listed", list[tuple[str, str, str]])
    desk.close()
    assert offered == [("T20261123.0077", "Harbor Point Dental", "Outlook asks for a password")]
