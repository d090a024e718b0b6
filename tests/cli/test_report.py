"""`mcdesk report`: what went to the vendor from anywhere, and what became of it."""

import csv
import json
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from io import StringIO
from random import Random
from statistics import median
from typing import Any

import pytest
from offices import CONFIG, Office
from rich.cells import cell_len

from mcdesk.sandbox.people import BACK, HELP_DESK_ROLE, RETURNED, VENDOR

NEW, COMPLETE, IN_PROGRESS = 1, 5, 8
ME, COLLEAGUE = 20, 21
MINUTE = timedelta(minutes=1)
THEIRS = {
    "assignedResourceID": VENDOR,
    "assignedResourceRoleID": HELP_DESK_ROLE,
    "status": RETURNED,
}
NOBODYS: dict[str, Any] = {"assignedResourceID": None, "assignedResourceRoleID": None}
PAGE = "https://ww99.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail"


@pytest.fixture(autouse=True)
def empty(office: Office) -> None:
    """Begin without tickets, and with a status in which they come back."""
    office.add_settings('[stale]\nreturned_statuses = ["Back from MC"]\n')
    with office.world.transaction() as db:
        for table in ("Tickets", "TicketNotes", "TimeEntries", "TicketHistory"):
            db.execute(f"DELETE FROM {table}")


def documented(office: Office, *argv: str) -> dict[str, Any]:
    done = office.run("report", *argv, "--json")
    assert done.code == 0, done
    document: dict[str, Any] = json.loads(done.out)
    return document


def ago(office: Office, minutes: float, do: Callable[[], Any]) -> Any:
    """Let something happen so many minutes ago."""
    now = office.now
    office.now = now - minutes * MINUTE
    try:
        return do()
    finally:
        office.now = now


def sent(office: Office, minutes: float, **fields: Any) -> int:
    """Add a ticket that a colleague sent so many minutes ago."""
    ticket = office.ticket(minutes + 50, **fields)
    ago(office, minutes, lambda: office.change(ticket, **THEIRS))
    return ticket


def word(office: Office, ticket: int, minutes: float, **fields: Any) -> None:
    office.note(ticket, minutes, creatorResourceID=VENDOR, **fields)


def logged(office: Office, ticket: int | None, minutes: float, **fields: Any) -> None:
    at = office.now - minutes * MINUTE
    values = {"ticketID": ticket, "resourceID": VENDOR, "createDateTime": at, **fields}
    office.world.insert("TimeEntries", **values)


def test_the_document(office: Office) -> None:
    answered = sent(office, 90, priority=1, ticketNumber="T20261123.0042")
    word(office, answered, 60)
    waiting = sent(office, 200, companyID=None, ticketNumber="T20261123.0041")
    assert documented(office) == {
        "schema": "mcdesk.report/1",
        "as_of": "2026-11-23T15:00:00Z",
        "since": "2026-10-24T15:00:00Z",
        "counts": {
            "sent": 2,
            "answered": 1,
            "in_time": 1,
            "overdue": 1,
            "came_back": 0,
            "open": 2,
            "unknown_since": 0,
        },
        "by_priority": [
            {
                "priority": "High",
                "promised_minutes": 60,
                "sent": 1,
                "answered": 1,
                "in_time": 1,
                "median_minutes": 30,
                "worst_minutes": 30,
            },
            {
                "priority": "Medium",
                "promised_minutes": 120,
                "sent": 1,
                "answered": 0,
                "in_time": 0,
                "median_minutes": None,
                "worst_minutes": None,
            },
        ],
        "tickets": [
            {
                "id": waiting,
                "number": "T20261123.0041",
                "company": None,
                "priority": "Medium",
                "since": "2026-11-23T11:40:00Z",
                "since_from": "history",
                "first_word": None,
                "minutes": None,
                "in_time": False,
                "came_back": False,
                "open": True,
                "url": f"{PAGE}&TicketID={waiting}",
            },
            {
                "id": answered,
                "number": "T20261123.0042",
                "company": "Harbor Point Dental",
                "priority": "High",
                "since": "2026-11-23T13:30:00Z",
                "since_from": "history",
                "first_word": "2026-11-23T14:00:00Z",
                "minutes": 30,
                "in_time": True,
                "came_back": False,
                "open": True,
                "url": f"{PAGE}&TicketID={answered}",
            },
        ],
    }


def of(document: dict[str, Any], ticket: int) -> dict[str, Any]:
    (found,) = [each for each in document["tickets"] if each["id"] == ticket]
    assert isinstance(found, dict)
    return found


class TestWhatCounts:
    def test_what_they_have_however_long(self, office: Office) -> None:
        ticket = sent(office, 90 * 1440)
        word(office, ticket, 90 * 1440 - 20)
        found = of(documented(office), ticket)
        assert (found["minutes"], found["in_time"]) == (20, True)

    @pytest.mark.parametrize("write", [word, logged], ids=["a note", "a time entry"])
    def test_what_they_wrote_on_since_then(
        self, office: Office, write: Callable[..., None]
    ) -> None:
        """Also one that went there before, and is closed by now: by their first word of all."""
        ticket = sent(office, 40 * 1440, priority=1)
        write(office, ticket, 40 * 1440 - 10)
        write(office, ticket, 29 * 1440)
        done = {"status": COMPLETE, "completedDate": office.now}
        office.world.update("Tickets", ticket, **done)
        earlier = sent(office, 45 * 1440)
        write(office, earlier, 31 * 1440)
        office.world.update("Tickets", earlier, **done)
        document = documented(office)
        assert [each["id"] for each in document["tickets"]] == [ticket]
        found = of(document, ticket)
        assert (found["minutes"], found["open"], found["came_back"]) == (10, False, False)
        both = documented(office, "--since", "7w")["tickets"]
        assert {each["id"] for each in both} == {ticket, earlier}

    def test_what_was_sent_from_here(self, office: Office) -> None:
        """Nobody has it or wrote on it, and no history tells; undone is undone."""
        silent, undone = office.ticket(95), office.ticket(94, title="not this one")
        for ticket in (silent, undone):
            send = ("send-to-mc", str(ticket), "--yes")
            assert ago(office, 80, partial(office.run, *send)).code == 0
        assert ago(office, 70, lambda: office.run("undo", str(undone), "--yes")).code == 0
        office.change(silent, **NOBODYS, status=IN_PROGRESS)
        with office.world.transaction() as db:
            db.execute("DELETE FROM TicketHistory")
        document = documented(office)
        assert [each["id"] for each in document["tickets"]] == [silent]
        found = of(document, silent)
        assert (found["since"], found["since_from"]) == ("2026-11-23T13:40:00Z", "journal")
        assert (found["came_back"], found["open"], found["in_time"]) == (True, True, None)

    def test_what_was_sent_from_here_and_claimed_from_here(self, office: Office) -> None:
        office.add_settings('[claim]\nstatus = "In Progress"\n')
        ticket = office.ticket(95)
        send = ("send-to-mc", str(ticket), "--yes")
        assert ago(office, 80, lambda: office.run(*send)).code == 0
        claim = ("claim", str(ticket), "--force")
        assert ago(office, 20, lambda: office.run(*claim)).code == 0
        with office.world.transaction() as db:
            db.execute("DELETE FROM TicketHistory")
        found = of(documented(office), ticket)
        assert (found["since"], found["since_from"]) == ("2026-11-23T13:40:00Z", "journal")
        assert found["came_back"] is True

    def test_the_last_time_counts(self, office: Office) -> None:
        ticket = sent(office, 300)
        word(office, ticket, 290)
        ago(office, 200, lambda: office.change(ticket, **NOBODYS, status=BACK))
        ago(office, 100, lambda: office.change(ticket, **THEIRS))
        word(office, ticket, 55)
        found = of(documented(office), ticket)
        assert (found["minutes"], found["came_back"]) == (45, False)

    def test_what_they_wrote_on_without_ever_having_it(self, office: Office) -> None:
        ticket = office.ticket(500, assignedResourceID=ME, status=IN_PROGRESS)
        word(office, ticket, 100)
        document = documented(office)
        found = of(document, ticket)
        assert (found["since"], found["since_from"], found["first_word"]) == (None, None, None)
        assert (found["in_time"], found["came_back"], found["open"]) == (None, False, True)
        assert document["counts"]["unknown_since"] == 1

    def test_what_is_no_word(self, office: Office) -> None:
        """Machines', customers', colleagues', those before it came, and time on no ticket."""
        ticket = sent(office, 90, priority=1)
        word(office, ticket, 100)
        word(office, ticket, 60, noteType=13)
        office.note(ticket, 60)
        office.note(ticket, 60, creatorResourceID=None, createdByContactID=300)
        logged(office, None, 50)
        document = documented(office)
        assert document["counts"]["answered"] == 0
        assert document["counts"]["overdue"] == 1

    def test_nothing_at_all(self, office: Office) -> None:
        sent_and_taken = sent(office, 200)
        ago(office, 100, lambda: office.change(sent_and_taken, assignedResourceID=ME, status=8))
        document = documented(office)
        assert (document["by_priority"], document["tickets"]) == ([], [])
        assert set(document["counts"].values()) == {0}
        done = office.run("report")
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("Mission Control had no ticket since Sat Oct 24, 11:00 AM, as")


@pytest.mark.parametrize(
    ("then", "back", "open"),
    [
        pytest.param({**NOBODYS, "status": BACK}, True, True, id="escalated"),
        pytest.param({"assignedResourceID": ME, "status": IN_PROGRESS}, True, True, id="claimed"),
        pytest.param(
            {"assignedResourceID": ME, "status": COMPLETE}, True, False, id="claimed, done"
        ),
        pytest.param({"status": COMPLETE}, False, False, id="done there"),
        pytest.param({"status": RETURNED, **NOBODYS}, False, True, id="theirs by its status"),
        pytest.param({}, False, True, id="theirs"),
    ],
)
def test_what_became_of_it(office: Office, then: dict[str, Any], back: bool, open: bool) -> None:
    ticket = sent(office, 200)
    word(office, ticket, 150)
    office.change(ticket, **then)
    found = of(documented(office), ticket)
    assert (found["came_back"], found["open"]) == (back, open)


def test_the_numbers_are_those_of_the_statisticians(office: Office) -> None:
    """A hundred tickets by chance; the numbers are worked out from what was put there."""
    chance = Random(19)
    labels = {4: "Critical", 1: "High", 2: "Medium", 3: "Low"}
    promised = {4: 30, 1: 60, 2: 120, 3: 1440}
    taken: dict[int, list[int]] = {priority: [] for priority in labels}
    number = dict.fromkeys(labels, 0)
    for index in range(100):
        priority = chance.choice(list(labels))
        minutes = chance.randrange(3 * promised[priority])
        ticket = sent(office, 6000 + index, priority=priority, ticketNumber=f"T20261119.{index:04}")
        number[priority] += 1
        if chance.random() < 0.8:
            write = chance.choice([word, logged])
            write(office, ticket, 6000 + index - minutes - 0.5)
            write(office, ticket, 5)
            taken[priority].append(minutes)
    document = documented(office)
    assert document["by_priority"] == [
        {
            "priority": label,
            "promised_minutes": promised[priority],
            "sent": number[priority],
            "answered": len(taken[priority]),
            "in_time": sum(minutes < promised[priority] for minutes in taken[priority]),
            "median_minutes": median(taken[priority]),
            "worst_minutes": max(taken[priority]),
        }
        for priority, label in labels.items()
    ]
    assert document["counts"]["sent"] == 100
    assert document["counts"]["answered"] == sum(map(len, taken.values()))


def test_promises_of_ones_own_are_merged_over_the_usual_ones(office: Office) -> None:
    office.add_settings("[mc.response_minutes]\nHigh = 10\n")
    word(office, sent(office, 90, priority=1), 60)
    word(office, sent(office, 91, priority=2), 60)
    promised = [each["promised_minutes"] for each in documented(office)["by_priority"]]
    assert promised == [10, 120]


def test_the_order_of_the_picklist(office: Office) -> None:
    order = {4: 3, 1: 1, 2: 2, 3: 0}
    with office.world.transaction() as db:
        for value, place in order.items():
            db.execute(
                "UPDATE picklist SET sortOrder = ? WHERE field = 'priority' AND value = ?",
                (place, value),
            )
    for priority in order:
        sent(office, 90, priority=priority)
    labels = [each["priority"] for each in documented(office)["by_priority"]]
    assert labels == ["Low", "High", "Medium", "Critical"]


@pytest.mark.parametrize("argv", [["--json", "--csv"], ["--since", "monday"], ["--since", ""]])
def test_what_cannot_be_meant(office: Office, argv: list[str]) -> None:
    done = office.run("report", *argv)
    assert (done.code, done.out) == (2, "")


class TestForASpreadsheet:
    def rows(self, office: Office) -> list[dict[str, str]]:
        done = office.run("report", "--csv")
        assert (done.code, done.err) == (0, "")
        return list(csv.DictReader(StringIO(done.out)))

    def test_its_cells(self, office: Office) -> None:
        ticket = sent(office, 90, priority=1, ticketNumber="T20261123.0042")
        word(office, ticket, 60)
        office.world.update("Companies", 174, companyName='Smith, "Jones" & Co')
        assert self.rows(office) == [
            {
                "id": str(ticket),
                "number": "T20261123.0042",
                "company": 'Smith, "Jones" & Co',
                "priority": "High",
                "since": "2026-11-23T13:30:00Z",
                "since_from": "history",
                "first_word": "2026-11-23T14:00:00Z",
                "minutes": "30",
                "in_time": "true",
                "came_back": "false",
                "open": "true",
                "url": f"{PAGE}&TicketID={ticket}",
            }
        ]

    def test_what_is_unknown_is_empty(self, office: Office) -> None:
        ticket = office.ticket(500, assignedResourceID=ME, status=IN_PROGRESS, companyID=None)
        word(office, ticket, 100)
        (row,) = self.rows(office)
        unknown = ("company", "since", "since_from", "first_word", "minutes", "in_time")
        assert [row[name] for name in unknown] == [""] * 6

    def test_without_tickets_its_heading_alone(self, office: Office) -> None:
        assert self.rows(office) == []
        assert office.run("report", "--csv").out.startswith("id,number,company,")

    @pytest.mark.parametrize(
        ("name", "cell"),
        [
            ('=HYPERLINK("http://x.example","y")', '\'=HYPERLINK("http://x.example","y")'),
            ("+1+1", "'+1+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1+1", "' =1+1"),
            ("\r=1+1", "' =1+1"),
            ("\x1b[31m=1+1", "'=1+1"),
            ("\u200b=1+1", "'=1+1"),
            ("two\nlines", "two lines"),
            ("a=b", "a=b"),
            ("\u202efdp.exe", "fdp.exe"),
            ("\ufeff=1+1", "'=1+1"),
            ("  =1+1", "'  =1+1"),
            ('"=1+1', "'\"=1+1"),
            ("'=1+1", "''=1+1"),
            ("\uff1d1+1", "'\uff1d1+1"),
            ("Smith;=1+1", "Smith;'=1+1"),
            ('Smith; "@SUM(A1)', "Smith;' \"@SUM(A1)"),
            ("Smith\n=1+1", "Smith =1+1"),
            ("Smith; Jones - Sons", "Smith; Jones - Sons"),
        ],
    )
    def test_no_formula_of_a_stranger(self, office: Office, name: str, cell: str) -> None:
        sent(office, 90)
        office.world.update("Companies", 174, companyName=name)
        with office.world.transaction() as db:
            db.execute("UPDATE picklist SET label = ? WHERE field = 'priority'", (name,))
        assert [(row["company"], row["priority"]) for row in self.rows(office)] == [(cell, cell)]

    def test_no_cell_of_any_column_is_a_formula(self, office: Office) -> None:
        hostile = '=HYPERLINK("https://evil.example";A1)'
        sent(office, 90, ticketNumber=hostile[:40], title=hostile, description=hostile)
        office.world.update("Companies", 174, companyName=hostile)
        (row,) = self.rows(office)
        assert [name for name in row if row[name].startswith("'=")] == ["number", "company"]
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


class Screen(StringIO):
    """A terminal's screen."""

    def isatty(self) -> bool:
        return True


class TestOnAScreen:
    def shown(self, office: Office, monkeypatch: pytest.MonkeyPatch, width: int) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        office.environ["NO_COLOR"] = "1"
        screen = Screen()
        monkeypatch.setattr(sys, "stdout", screen)
        office.run("report")
        return screen.getvalue().splitlines()

    @pytest.mark.parametrize("width", [60, 80, 120])
    def test_nothing_is_wider_and_nothing_important_is_missing(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, width: int
    ) -> None:
        late = sent(office, 500, priority=4, ticketNumber="T20261123.0001")
        word(office, late, 300)
        sent(office, 3000, priority=3, ticketNumber="T20261121.0002")
        sent(office, 100, ticketNumber="T20261123.0003")
        back = sent(office, 400, ticketNumber="T20261123.0004")
        word(office, back, 390)
        office.change(back, **NOBODYS, status=BACK)
        strange = office.ticket(500, assignedResourceID=ME, status=8, ticketNumber="T20261123.0005")
        word(office, strange, 10)
        office.world.update("Companies", 174, companyName="\x1b[31m\u6253\u5370 [bold]" * 9)
        lines = self.shown(office, monkeypatch, width)
        assert max(map(cell_len, lines)) <= width
        assert "\x1b" not in "".join(lines)
        text = "\n".join(lines)
        for row in (
            r"Critical +30m +1 +1 +0 +3h 20m +3h 20m",
            r"T20261121.0002 .*26h 00m overdue",
            r"T20261123.0001 .*3h 20m late +with MC",
            r"T20261123.0003 .*due in 20m",
            r"T20261123.0004 .*10m +came back",
            r"T20261123.0005 .* open",
        ):
            assert re.search(row, text), (row, text)
        assert "Unknown since when: 1 ticket" in text
        whole = " ".join(text.split())
        assert "Since Sat Oct 24, 11:00 AM, Mission Control had 5 tickets:" in whole
        assert "2 answered, 1 of them in time; 1 overdue; 1 came back; 5 still open" in whole
        assert "Not seen: what was sent from elsewhere and left without a word" in whole

    def test_overdue_ones_come_first(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        word(office, sent(office, 30, ticketNumber="T20261123.0001"), 20)
        sent(office, 500, ticketNumber="T20261123.0002")
        sent(office, 300, ticketNumber="T20261123.0003")
        numbers = re.findall(r"^T\S+", "\n".join(self.shown(office, monkeypatch, 80)), re.MULTILINE)
        assert numbers == ["T20261123.0003", "T20261123.0002", "T20261123.0001"]


class TestRequests:
    def test_so_many_and_no_more(self, office: Office) -> None:
        documented(office)
        for index in range(3):
            word(office, sent(office, 90 + index), 60)
        office.requests()
        documented(office)
        made = office.requests()
        assert made.count("POST TicketHistory/query") == 3
        made = [each for each in made if "History" not in each]
        assert made.count("POST Tickets/query") == 1
        assert (made.count("POST TicketNotes/query"), made.count("POST TimeEntries/query")) == (
            1,
            1,
        )
        documented(office)  # histories are remembered
        assert "POST TicketHistory/query" not in office.requests()

    def test_many_are_said_before_and_bounded(self, office: Office) -> None:
        for index in range(230):
            fields = {"ticketNumber": f"T20261120.{index:04}", "createDate": office.now}
            sent(office, 90 + index, **fields)
        office.requests()
        done = office.run("report", "--json")
        assert done.code == 0
        made = office.requests()
        assert made.count("POST TicketHistory/query") == 200
        said = re.fullmatch(r"this takes some (\d+) requests to Autotask", done.err)
        assert said
        assert abs(int(said[1]) - len(made)) <= 2
        assert json.loads(done.out)["counts"]["unknown_since"] == 30
        text = " ".join(office.run("report").out.split())  # the rest is looked up the next time
        assert "Unknown since when" not in text

    def test_what_was_too_much_is_said(self, office: Office) -> None:
        for index in range(201):
            sent(office, 90 + index, ticketNumber=f"T20261120.{index:04}")
        text = office.run("report").out
        assert "Unknown since when: 1 ticket; 1 of these too many to look up" in text

    def test_few_are_not_said(self, office: Office) -> None:
        for index in range(20):
            sent(office, 90 + index, ticketNumber=f"T20261120.{index:04}")
        assert office.run("report", "--json").err == ""


class TestPartsThatCannotBeRead:
    @pytest.fixture(autouse=True)
    def two(self, office: Office) -> None:
        """Have one that is with them, and one that was; both with a note."""
        now_theirs, was_theirs = sent(office, 90, priority=1), sent(office, 300, priority=1)
        word(office, now_theirs, 60)
        logged(office, was_theirs, 250)
        word(office, was_theirs, 200)
        ago(office, 190, lambda: office.change(was_theirs, **NOBODYS, status=BACK))
        office.run("list")  # what is remembered for a day is

    @pytest.mark.parametrize(
        ("fault", "said", "counts"),
        [
            pytest.param(
                "POST /TicketNotes/query refuse Data violation: no",
                "the notes by Mission Control could not be read: Autotask refused: "
                "Data violation: no",
                {"sent": 2, "answered": 1, "overdue": 0},
                id="notes",
            ),
            pytest.param(
                "POST /TimeEntries/query refuse Data violation: no",
                "the time entries by Mission Control could not be read",
                {"sent": 2, "answered": 2},
                id="time entries",
            ),
            pytest.param(
                "POST /Tickets/query refuse Data violation: no x1",
                "the tickets with Mission Control could not be read",
                {"sent": 2, "answered": 2},
                id="their tickets",
            ),
            pytest.param(
                "POST /Tickets/query refuse Data violation: no @2",
                "some of the tickets on which they worked could not be read",
                {"sent": 1, "answered": 1},
                id="the others",
            ),
            pytest.param(
                "POST /TicketHistory/query html 503",
                "some histories could not be read",
                {"sent": 2, "answered": 0, "unknown_since": 2},
                id="histories",
            ),
            pytest.param(
                "POST /TicketHistory/query refuse The logged in Resource does not have the "
                "adequate permissions to query this entity type.",
                "the histories of tickets may not be read",
                {"sent": 2, "answered": 0, "unknown_since": 2},
                id="histories forbidden",
            ),
            pytest.param(
                "POST /Companies/query refuse Data violation: no",
                "the names of companies could not be read",
                {"sent": 2, "answered": 2},
                id="names",
            ),
        ],
    )
    def test_is_said_and_the_rest_is_there(
        self, office: Office, fault: str, said: str, counts: dict[str, int]
    ) -> None:
        with office.world.transaction() as db:
            db.execute("UPDATE Tickets SET companyID = 175")  # whose name nobody knows yet
        office.break_with(fault)
        done = office.run("report", "--json")
        assert done.code == 1
        assert said in done.err
        assert not office.app.faults.unused()
        found = json.loads(done.out)["counts"]
        assert {name: found[name] for name in counts} == counts

    def test_nothing_is_held_against_them_that_may_be_otherwise(self, office: Office) -> None:
        """The note of the one, and perhaps the first word on the other, nobody could read."""
        office.break_with("POST /TicketNotes/query refuse Data violation: no")
        done = office.run("report")
        rows = [line for line in done.out.splitlines() if line.startswith("T")]
        assert [row.split()[-2:] for row in rows] == [["with", "MC"], ["came", "back"]]
        assert "late" not in done.out

    def test_nothing_at_all(self, office: Office) -> None:
        office.break_with("POST /Tickets/query refuse Data violation: no")
        done = office.run("report", "--json")
        assert (done.code, done.out) == (1, "")
        assert "error: Autotask refused: Data violation: no" in done.err

    def test_a_bad_login_is_no_part(self, office: Office) -> None:
        office.break_with("POST /TicketNotes/query 401")
        done = office.run("report", "--json")
        assert (done.code, done.out) == (4, "")


def test_more_than_is_read_at_once_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcdesk.autotask.worked.MOST_ROWS", 2)
    monkeypatch.setattr("mcdesk.ops.report.MOST_ROWS", 2)
    ticket = sent(office, 90)
    for minutes in (60, 50, 40):
        word(office, ticket, minutes)
    done = office.run("report", "--json")
    assert done.code == 1
    assert "more than 2" in done.err


def test_nobody_known_writes_for_the_vendor(office: Office) -> None:
    office.configure(
        CONFIG + '[mc]\nresources = ["Nobody"]\n[templates.return-to-mc]\nprimary_resource = "x"\n'
    )
    ticket = sent(office, 90)
    assert of(documented(office), ticket)["first_word"] is None


def test_neither_people_nor_status_of_the_vendor(office: Office) -> None:
    office.configure(
        CONFIG + '[mc]\nresources = ["Nobody"]\n'
        '[templates.return-to-mc]\nprimary_resource = "x"\nstatus = "y"\n'
    )
    done = office.run("report")
    assert (done.code, done.out) == (4, "")
