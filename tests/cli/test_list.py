"""`mcdesk list`: open tickets of the help desk, of a person, of nobody, with the vendor."""

import json
from datetime import timedelta
from typing import Any

import pytest
from offices import CONFIG, Office

ME, COLLEAGUE, VENDOR = 20, 21, 12
NEW, COMPLETE, IN_PROGRESS, RETURNED = 1, 5, 8, 32
MONITORING = 8


def documented(office: Office, *argv: str) -> dict[str, Any]:
    done = office.run("list", *argv, "--json")
    assert done.code == 0, done.err
    document: dict[str, Any] = json.loads(done.out)
    return document


def listed(office: Office, *argv: str) -> list[int]:
    return [each["id"] for each in documented(office, *argv)["tickets"]]


@pytest.fixture
def tickets(office: Office) -> dict[str, int]:
    """Add tickets that differ in who has them, and where they are; the newest last."""
    with office.world.transaction() as db:
        db.execute("DELETE FROM Tickets")
        db.execute("DELETE FROM TicketSecondaryResources")
    kinds: dict[str, dict[str, Any]] = {
        "closed": {"assignedResourceID": ME, "status": COMPLETE, "completedDate": office.now},
        "with the vendor, elsewhere": {"assignedResourceID": VENDOR, "queueID": MONITORING},
        "with the vendor by status": {"status": RETURNED},
        "a colleague's": {"assignedResourceID": COLLEAGUE, "status": IN_PROGRESS},
        "mine as second": {"assignedResourceID": COLLEAGUE, "queueID": MONITORING},
        "mine": {"assignedResourceID": ME, "queueID": MONITORING},
        "nobody's": {},
        "nobody's, in progress": {"status": IN_PROGRESS},
    }
    made = {name: office.ticket(100 - i, **kind) for i, (name, kind) in enumerate(kinds.items())}
    for name in ("mine as second", "closed"):
        office.secondary(made[name], ME)
    office.secondary(made["mine"], COLLEAGUE)
    return made


@pytest.mark.parametrize(
    ("argv", "names"),
    [
        pytest.param(
            [],
            [
                *("nobody's, in progress", "nobody's"),
                *("a colleague's", "with the vendor by status"),
            ],
            id="the help desk's",
        ),
        pytest.param(["--mine"], ["mine", "mine as second"], id="mine"),
        pytest.param(
            ["--of", "Tomasz Wilk"], ["mine", "mine as second", "a colleague's"], id="another's"
        ),
        pytest.param(
            ["--of", "tomasz.wilk@demo.example", "--queue", "help desk"],
            ["a colleague's"],
            id="another's, in a queue",
        ),
        pytest.param(["--unclaimed"], ["nobody's"], id="nobody's"),
        pytest.param(
            ["--with-mc"],
            ["with the vendor by status", "with the vendor, elsewhere"],
            id="the vendor's",
        ),
        pytest.param(
            ["--queue", "Monitoring Alert"],
            ["mine", "mine as second", "with the vendor, elsewhere"],
            id="a queue",
        ),
        pytest.param(
            ["--with-mc", "--queue", "Help Desk"],
            ["with the vendor by status"],
            id="the vendor's, in a queue",
        ),
    ],
)
def test_what_is_listed(
    office: Office, tickets: dict[str, int], argv: list[str], names: list[str]
) -> None:
    assert listed(office, *argv) == [tickets[name] for name in names]


def test_the_words_for_what_was_looked_for(office: Office, tickets: dict[str, int]) -> None:
    def foot(*argv: str) -> str:
        return office.run("list", *argv).out.splitlines()[-1]

    assert foot() == "4 open tickets in queue Help Desk, newest first"
    assert foot("--mine") == "2 open tickets of Noor Haddad, newest first"
    assert foot("--unclaimed") == "1 unclaimed ticket in queue Help Desk, newest first"
    assert foot("--with-mc") == "2 open tickets with Mission Control, newest first"
    assert foot("--limit", "1") == (
        "The newest 1 of 4 open tickets in queue Help Desk; --limit NUMBER shows more"
    )


def test_what_was_searched(office: Office, tickets: dict[str, int]) -> None:
    nothing: dict[str, Any] = {"words": [], "queues": [], "of": None}
    no = {"unclaimed": False, "with_mc": False, "closed": False}
    assert documented(office)["searched"] == {**nothing, "queues": ["Help Desk"], **no}
    assert documented(office, "--mine")["searched"] == {**nothing, "of": "Noor Haddad", **no}
    assert documented(office, "--with-mc")["searched"] == {**nothing, **no, "with_mc": True}


def test_nothing_is_said_and_no_error(office: Office, tickets: dict[str, int]) -> None:
    done = office.run("list", "--queue", "Recurring")
    assert (done.code, done.out, done.err) == (0, "", "No open ticket in queue Recurring")


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        pytest.param(["--mine", "--with-mc"], 2, id="two lists"),
        pytest.param(["--of", "x", "--unclaimed"], 2, id="two others"),
        pytest.param(["--ids", "--json"], 2, id="two ways to print"),
        pytest.param(["--limit", "0"], 2, id="none"),
        pytest.param(["--of", "Nobody Known"], 4, id="nobody"),
        pytest.param(["--of", ""], 4, id="an empty name"),
        pytest.param(["--queue", "Nowhere"], 4, id="no queue"),
    ],
)
def test_what_cannot_be_meant(office: Office, argv: list[str], code: int) -> None:
    done = office.run("list", *argv)
    assert (done.code, done.out) == (code, "")


def test_without_me_nothing_is_mine(office: Office) -> None:
    office.configure(CONFIG.replace('me = "noor.haddad@demo.example"\n', ""))
    done = office.run("list", "--mine")
    assert (done.code, done.out) == (4, "")
    assert "autotask.me is not set" in done.err


def test_a_vendor_that_nobody_knows(office: Office) -> None:
    office.add_settings(
        '[mc]\nresources = ["Nobody"]\n'
        '[templates.return-to-mc]\nprimary_resource = "Nobody"\nstatus = "Nothing"\n'
    )
    done = office.run("list", "--with-mc")
    assert (done.code, done.out) == (4, "")


def test_secondary_ones_are_left_out_if_they_may_not_be_read(
    office: Office, tickets: dict[str, int]
) -> None:
    office.break_with(
        "POST /TicketSecondaryResources/query refuse The logged in Resource does not have the "
        "adequate permissions to query this entity type."
    )
    done = office.run("list", "--mine", "--ids")
    assert (done.code, done.out) == (0, "T20261123.9950\n")
    assert "tickets with a secondary resource are missing here" in done.err


def test_secondary_ones_older_than_90_days_are_not_looked_for(
    office: Office, tickets: dict[str, int]
) -> None:
    day = 60 * 24
    for days, id in ((95, 1001), (85, 1002)):
        office.ticket(days * day, id=id, assignedResourceID=COLLEAGUE, ticketNumber=f"T1.{id}")
        office.secondary(id, ME)
    # Ids grow with time: those of the others have to as well.
    with office.world.transaction() as db:
        db.execute("UPDATE Tickets SET id = id + 2000 WHERE id < 1000")
        db.execute(
            "UPDATE TicketSecondaryResources SET ticketID = ticketID + 2000 WHERE ticketID < 1000"
        )
    found = listed(office, "--mine")
    assert 1002 in found
    assert 1001 not in found


def test_more_secondary_ones_than_one_query_takes_are_said(office: Office) -> None:
    ticket = office.ticket(50, assignedResourceID=COLLEAGUE)
    for i in range(401):
        office.world.insert("TicketSecondaryResources", ticketID=ticket + i, resourceID=ME)
    done = office.run("list", "--mine", "--json")
    assert done.code == 0
    assert "tickets they are a secondary resource on may be missing" in done.err


def test_who_joined_today_has_a_name(office: Office, tickets: dict[str, int]) -> None:
    listed(office)
    office.world.insert(
        "Resources", id=77, firstName="New", lastName="Comer", isActive=True, licenseType=1
    )
    office.world.update("Tickets", tickets["nobody's"], assignedResourceID=77)
    assert "New Comer" in office.run("list").out


class TestWithMc:
    def test_the_clock_runs_since_we_sent_it(self, office: Office) -> None:
        ticket = office.ticket(95, priority=1)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        (mine,) = self._clocks(office, ticket)
        assert mine == {
            "since": "2026-11-23T15:00:00Z",
            "since_from": "journal",
            "last_word": None,
            "due": "2026-11-23T16:00:00Z",
            "overdue_minutes": 0,
        }
        office.now += timedelta(minutes=75)
        assert self._clocks(office, ticket)[0]["overdue_minutes"] == 15
        assert "MC: 15m overdue, call (347) 308-6455" in office.run("list", "--with-mc").out
        office.note(ticket, 5, creatorResourceID=COLLEAGUE)
        office.note(ticket, 5, creatorResourceID=VENDOR, noteType=13)
        assert self._clocks(office, ticket)[0]["last_word"] is None
        office.note(ticket, 12, creatorResourceID=VENDOR)
        (mine,) = self._clocks(office, ticket)
        assert (mine["last_word"], mine["overdue_minutes"]) == ("2026-11-23T16:03:00Z", 0)
        assert "MC: answered 12m ago" in office.run("list", "--with-mc").out

    def _clocks(self, office: Office, ticket: int) -> list[Any]:
        tickets = documented(office, "--with-mc")["tickets"]
        return [each["mc"] for each in tickets if each["id"] == ticket]

    def test_what_went_there_from_elsewhere(self, office: Office) -> None:
        ticket = office.ticket(95, assignedResourceID=VENDOR)
        at = office.now - timedelta(minutes=5)
        office.world.insert("TimeEntries", ticketID=ticket, resourceID=VENDOR, createDateTime=at)
        (mine,) = self._clocks(office, ticket)
        assert mine == {
            "since": None,
            "since_from": None,
            "last_word": "2026-11-23T14:55:00Z",
            "due": None,
            "overdue_minutes": None,
        }

    def test_what_was_taken_back_and_sent_by_another(self, office: Office) -> None:
        ticket = office.ticket(95)
        office.run("send-to-mc", str(ticket), "--yes")
        office.now += timedelta(minutes=5)
        office.run("undo", str(ticket), "--yes")
        office.now += timedelta(minutes=5)
        office.change(ticket, assignedResourceID=VENDOR)
        (mine,) = self._clocks(office, ticket)
        assert (mine["since"], mine["since_from"]) == ("2026-11-23T15:10:00Z", "history")

    def test_other_lists_have_no_clock(self, office: Office) -> None:
        office.ticket(95, assignedResourceID=VENDOR)
        assert all("mc" not in each for each in documented(office)["tickets"])


class TestRequests:
    def asked(self, office: Office, *argv: str) -> list[str]:
        office.run("list", *argv)  # now the day's names and labels are known
        office.requests()
        office.run("list", *argv)
        return office.requests()

    def test_of_the_help_desk(self, office: Office, tickets: dict[str, int]) -> None:
        asked = self.asked(office)
        assert asked == ["POST Tickets/query/count", "POST Tickets/query"]

    def test_of_mine(self, office: Office, tickets: dict[str, int]) -> None:
        assert self.asked(office, "--mine") == [
            "POST TicketSecondaryResources/query",
            "POST Tickets/query",
            "POST Tickets/query",
        ]

    def test_with_the_vendor(self, office: Office, tickets: dict[str, int]) -> None:
        assert self.asked(office, "--with-mc") == [
            "POST Tickets/query/count",
            "POST Tickets/query",
            "POST TicketNotes/query",
            "POST TimeEntries/query",
        ]


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 160])
@pytest.mark.parametrize("argv", [[], ["--mine"], ["--with-mc"]], ids=" ".join)
def test_at_every_width(
    office: Office,
    tickets: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
    columns: int,
) -> None:
    monkeypatch.setattr("mcdesk.cli.terminal.page.Page.terminal", True)
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = office.run("list", *argv).out
    assert max(map(len, shown.splitlines())) <= columns
    assert len(listed_numbers(shown)) > 1
    assert " ".join(shown.split()).count("Printer offline") == len(listed_numbers(shown))
    if columns >= 120:
        assert shown.count("Harbor Point Dental") == len(listed_numbers(shown))
    state = "MC: " if "--with-mc" in argv else "has it"
    assert state in shown


def listed_numbers(shown: str) -> list[str]:
    return [line.split()[0] for line in shown.splitlines() if line.startswith("T2026")]
