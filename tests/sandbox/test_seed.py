"""The demo's people and tickets: believable, invented, and some of them waiting."""

import re
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from systems import PERMISSION_BITS
from worlds import World

from mcdesk.sandbox import people
from mcdesk.sandbox.inbox import Inbox
from mcdesk.sandbox.schema import ENTITIES
from mcdesk.sandbox.seed import add_handoffs, add_unclaimed
from mcdesk.sandbox.world import VERSION, State

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
WAITING = [NOW - timedelta(minutes=minutes) for minutes in (205, 128, 95, 71, 52, 38, 21, 9, 2)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World.open(tmp_path / "world.db")
    world.seed(now=NOW, waiting=WAITING, fixed_now="then")
    return world


def test_its_size(world: World) -> None:
    assert len(world.rows("Tickets")) == 40
    assert len(world.rows("Companies")) == 12
    staff = world.rows("Resources", licenseType=1, isActive=1)
    assert len([each for each in staff if each["email"].endswith("@demo.example")]) == 9
    assert world.rows("Resources", firstName="Help Desk", lastName="Support")


def test_each_waiting_ticket_was_made_when_it_was_asked_for(world: World) -> None:
    waiting = world.rows("Tickets", assignedResourceID=None, status=1, queueID=29682833)
    created = [datetime.fromisoformat(ticket["createDate"]) for ticket in waiting]
    assert created == WAITING


def test_no_person_has_acted_on_a_waiting_ticket(world: World) -> None:
    people = {each["id"] for each in world.rows("Resources", licenseType=1)} - {4}
    for ticket in world.rows("Tickets", assignedResourceID=None, status=1, queueID=29682833):
        notes = world.rows("TicketNotes", ticketID=ticket["id"])
        assert notes
        assert not people & {note["creatorResourceID"] for note in notes}
        assert not world.rows("TimeEntries", ticketID=ticket["id"])


def test_ticket_numbers_are_unique_and_dated(world: World) -> None:
    tickets = world.rows("Tickets")
    assert len({ticket["ticketNumber"] for ticket in tickets}) == len(tickets)
    for ticket in tickets:
        assert ticket["ticketNumber"][1:9] == ticket["createDate"][:10].replace("-", "")


def test_addresses_and_phones_are_invented(world: World) -> None:
    everything = str([world.rows(entity.path) for entity in ENTITIES])
    domains = set(re.findall(r"@([\w.-]+)", everything))
    assert domains
    assert all(domain.endswith(".example") for domain in domains)
    phones = set(re.findall(r"\(\d{3}\) \d{3}-\d{4}", everything))
    assert phones
    assert all(re.fullmatch(r"\(\d{3}\) 555-01\d\d", phone) for phone in phones)


def test_every_value_is_one_of_its_picklist(world: World) -> None:
    with world.transaction() as db:
        choices = {
            (row["entity"], row["field"], row["value"])
            for row in db.execute("SELECT entity, field, value FROM picklist")
        }
    for entity in ENTITIES:
        for field in entity.fields.values():
            for row in world.rows(entity.path) if field.picklist else []:
                value = row[field.name]
                known = any(choice[:2] == (entity.path, field.name) for choice in choices)
                assert value is None or not known or (entity.path, field.name, value) in choices


def test_it_remembers_for_when_it_was_made(world: World) -> None:
    assert (world.state.seeded_at, world.state.fixed_now, world.state.touched_at) == (
        NOW,
        "then",
        None,
    )
    world.seed(now=NOW + timedelta(days=1), waiting=[])
    assert len(world.rows("Tickets")) == 31
    assert world.state == State(
        NOW + timedelta(days=1), touched_at=None, fixed_now=None, version=VERSION
    )


def test_more_waiting_tickets_come_after_those_with_known_numbers(world: World) -> None:
    named = world.rows("Tickets")
    more = [NOW - timedelta(minutes=minutes) for minutes in range(3, 19)]
    world.seed(now=NOW, waiting=[*WAITING, *more])
    tickets = world.rows("Tickets")
    assert [ticket["title"] for ticket in tickets[:40]] == [ticket["title"] for ticket in named]
    assert [datetime.fromisoformat(ticket["createDate"]) for ticket in tickets[40:]] == more
    assert len({ticket["title"] for ticket in tickets}) == len(tickets) == 56


def test_handoffs_and_what_became_of_them(world: World) -> None:
    with world.transaction() as db:
        add_handoffs(db, now=NOW)
    sent = world.rows("Tickets", status=people.RETURNED, assignedResourceID=people.VENDOR)
    back = world.rows("Tickets", status=people.BACK)
    assert (len(sent), len(back)) == (5, 2)
    assert {True, False} == {bool(words(world, ticket["id"])) for ticket in sent}
    for ticket in back:
        assert (ticket["assignedResourceID"], ticket["queueID"]) == (None, people.HELP_DESK)
        rows = world.rows("TicketHistory", ticketID=ticket["id"])
        assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
        details = [row["detail"] for row in rows]
        assert "status changed from New to Returned to MC" in details
        assert "status changed from Returned to MC to Back from MC" in details
        assert rows[-1]["date"] == ticket["lastActivityDate"] < "2026-11-23T15:00:00Z"


def words(world: World, ticket: int) -> list[datetime]:
    """Read when the vendor wrote or logged something on a ticket."""
    rows = [
        *world.rows("TicketNotes", ticketID=ticket, creatorResourceID=people.VENDOR),
        *world.rows("TimeEntries", ticketID=ticket, resourceID=people.VENDOR),
    ]
    return sorted(datetime.fromisoformat(row["createDateTime"]) for row in rows)


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 11, 22, 3, 0, tzinfo=UTC),
        datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, tzinfo=UTC),
    ],
)
def test_one_is_answered_one_is_due_soon_one_is_late_and_some_came_back(
    world: World, now: datetime
) -> None:
    world.seed(now=now, waiting=[])
    with world.transaction() as db:
        add_handoffs(db, now=now)
    minutes = {4: 30, 1: 60, 2: 120, 3: 1440}
    states = set()
    for ticket in world.rows("Tickets", status=people.RETURNED):
        rows = world.rows("TicketHistory", ticketID=ticket["id"])
        came = datetime.fromisoformat(max(row["date"] for row in rows))
        due = came + timedelta(minutes=minutes[ticket["priority"]])
        if said := words(world, ticket["id"]):
            states.add("in time" if said[0] <= due else "late word")
        else:
            states.add("due soon" if timedelta(0) < due - now < timedelta(minutes=30) else "late")
    assert states == {"in time", "due soon", "late"}
    assert world.rows("Tickets", status=people.BACK)
    done = {ticket["completedByResourceID"] for ticket in world.rows("Tickets", status=5)}
    assert people.VENDOR in done


def test_everybody_has_something(world: World) -> None:
    """Mine, a colleague's, and closed ones, some of customers whom the vendor does not serve."""
    open_ones = [ticket for ticket in world.rows("Tickets") if ticket["status"] != 5]
    holders = {ticket["assignedResourceID"] for ticket in open_ones}
    assert {20, 23, people.VENDOR, None} <= holders
    assert any(ticket["companyID"] in people.WITHOUT_PLAN for ticket in open_ones)
    done = world.rows("Tickets", status=5)
    assert len(done) == 7
    assert all(ticket["completedDate"] for ticket in done)
    scope = {sub_issue: label for sub_issue, _, label in people.SUB_ISSUE_TYPES}
    assert "Line of Business" in {scope[ticket["subIssueType"]] for ticket in open_ones}


def test_what_settings_for_the_office_may_name_is_there() -> None:
    assert set(people.RETURNED_STATUSES) <= {label for _, label in people.STATUSES}
    issues = dict(people.ISSUE_TYPES)
    labels = {label for *_, label in people.SUB_ISSUE_TYPES}
    pairs = {f"{issues[issue]} / {label}" for _, issue, label in people.SUB_ISSUE_TYPES}
    assert set(people.OUT_OF_SCOPE) <= labels | pairs
    assert set(people.WITHOUT_PLAN) <= dict(people.COMPANIES).keys()


def test_a_world_of_another_version_is_left_as_it_is_until_it_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "world.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
        db.execute("INSERT INTO meta VALUES ('seeded_at', '2025-01-01T00:00:00.000Z')")
        db.execute("CREATE TABLE Tickets (id INTEGER PRIMARY KEY, title TEXT)")
        db.execute("CREATE TABLE Forgotten (id INTEGER PRIMARY KEY)")
        db.commit()
    world = World.open(path)
    assert (world.state.version, world.state.touched_at) == (0, None)
    world.seed(now=NOW, waiting=WAITING)
    assert world.state.version == VERSION
    assert len(world.rows("Tickets")) == 40
    with world.transaction() as db:
        assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'Forgotten'").fetchone()


def test_thousands_more(world: World) -> None:
    add_unclaimed(world, count=2000, now=NOW)
    waiting = world.rows("Tickets", assignedResourceID=None, status=1, queueID=29682833)
    assert len(waiting) == 2009
    assert len({ticket["ticketNumber"] for ticket in waiting}) == 2009
    assert len({ticket["contactID"] for ticket in waiting} - {None}) == 24


def test_what_fails_halfway_leaves_nothing(world: World) -> None:
    def fail() -> None:
        with world.transaction() as db:
            db.execute("DELETE FROM Tickets")
            raise ZeroDivisionError

    before = world.rows("Tickets")
    with pytest.raises(ZeroDivisionError):
        fail()
    assert world.rows("Tickets") == before


@PERMISSION_BITS
def test_only_its_user_reads_a_world_and_an_inbox(tmp_path: Path) -> None:
    World.open(tmp_path / "demo" / "world.db")
    inbox = Inbox(tmp_path / "demo" / "inbox")
    inbox.put(b"Subject: hello\n\n")
    inbox.post({"text": "hello"})
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})
