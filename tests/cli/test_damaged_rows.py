"""A database of a newer mcdesk, or with rows that a broken disk has left: the rest works."""

import json
import sqlite3
from contextlib import closing, suppress
from itertools import product
from pathlib import Path

import pytest
from offices import Office

from mcdesk.core.wording import instant
from mcdesk.sandbox.people import HELP_DESK_ROLE, RETURNED, VENDOR
from mcdesk.store import database as module

THEIRS = {
    "assignedResourceID": VENDOR,
    "assignedResourceRoleID": HELP_DESK_ROLE,
    "status": RETURNED,
}

COMMANDS: dict[str, tuple[str, ...]] = {
    "stale": ("stale",),
    "list": ("list", "--with-mc"),
    "find": ("find", "printer"),
    "report": ("report",),
    "show": ("show", "TICKET"),
    "send-to-mc": ("send-to-mc", "TICKET", "--yes"),
    "note": ("note", "TICKET", "words"),
    "claim": ("claim", "TICKET"),
    "send-link": ("send-link", "TICKET", "--to", "p@example.com", "--yes"),
    "watch": ("watch", "--once"),
    "outbox": ("outbox",),
    "outbox retry": ("outbox", "retry"),
    "outbox drop": ("outbox", "drop", "1", "--yes"),
    "log": ("log",),
    "log --check": ("log", "--check"),
    "undo": ("undo", "--yes"),
}
LINK = (
    '[scheduling]\nlink = "https://book.example.com/?t={ticket}"\n[mail]\nfrom = "me@example.com"\n'
)


def argv(office: Office, name: str) -> list[str]:
    ticket = str(office.ticket(70, contactID=300))
    return [ticket if word == "TICKET" else word for word in COMMANDS[name]]


class TestANewerDatabase:
    @pytest.fixture
    def newer(self, office: Office) -> Path:
        office.add_settings(LINK)
        path = office.home / "mcdesk.db"
        with closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE tomorrow (x)")
            db.execute(f"PRAGMA user_version = {len(module._MIGRATIONS) + 1}")
        return path

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_refuses_it_and_leaves_it_alone(
        self, office: Office, newer: Path, name: str
    ) -> None:
        before, touched = newer.read_bytes(), newer.stat().st_mtime_ns
        done = office.run(*argv(office, name), answers=[])
        assert (done.code, done.out) == (1, "")
        assert "error: mcdesk.db was made by a newer mcdesk" in done.err
        assert "hint: update this mcdesk" in done.err
        assert newer.read_bytes() == before
        assert newer.stat().st_mtime_ns == touched
        assert not [request for request in office.requests() if request.startswith("PATCH")]

    @pytest.mark.parametrize(
        "words", [("callscript",), ("config",), ("config", "path"), ("--version",)], ids=" ".join
    )
    def test_what_needs_no_database_works(
        self, office: Office, newer: Path, words: tuple[str, ...]
    ) -> None:
        done = office.run(*words, answers=[])
        assert (done.code, "error" in done.err) == (0, False)

    def test_the_doctor_says_so(self, office: Office, newer: Path) -> None:
        found = json.loads(office.run("doctor", "--json").out)["checks"]
        (database,) = [each for each in found if each["check"] == "database"]
        assert database["result"] == "failed"
        assert "newer mcdesk" in database["found"]


# Of each column that holds text or bytes, what is none of ours.
JUNK: dict[str, object] = {
    "NULL": None,
    "a number": 5,
    "a fraction": 2.5,
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00",
    "another type": b"[1]",
    "an empty object": b"{}",
    "deep": b"[" * 9000,
    "words": "words",
    "no zone": "2026-11-23T15:00:00",
    "year 1": "0001-01-01T00:00:00Z",
}
COLUMNS = {
    "operation": ("body", "at", "kind", "ticket_id", "number", "note_id", "draft", "done"),
    "value": ("value", "at", "key"),
    "named": ("value", "at", "kind"),
    "accepted_login": ("mark",),
    "hash_key": ("key",),
    "arrival": ("ticket", "modified", "since", "at"),
    "sighting": ("ticket_id", "at", "theirs"),
}
# Of the JSON in a body: what decodes, and yet was never written.
TWISTED = {
    "an unknown step": ('"type":"note"', '"type":"fax"'),
    "an unknown state": ('"state":"failed"', '"state":"lost"'),
    "a step without a zone": ('"since":"2026-11-23T15:00:00Z"', '"since":"2026-11-23T15:00:00"'),
    "a step of year 1": ('"since":"2026-11-23T15:00:00Z"', '"since":"0001-01-01T00:00:00Z"'),
    "another number": ('"n":2', '"n":7'),
    "an id beyond all": ('"ticket_id":', f'"ticket_id":{10**30}'),
}


SENT, REFUSED, SOUND = 1, 2, 3


@pytest.fixture
def busy(office: Office) -> Office:
    """Make an office with rows in every table: one note was sent, two were refused.

    The vendor has two tickets, whose histories were read, and which a watch has seen there.
    """
    office.add_settings(LINK)
    for number in range(2):
        office.change(office.ticket(50 + number, title="Theirs"), **THEIRS)
    office.run("list", "--with-mc")
    office.run("watch", "--once")
    tickets = [str(office.ticket(70 + n, title=f"Case {n}")) for n in range(3)]
    office.run("stale")
    assert office.run("note", tickets[0], "the first").code == 0
    office.break_with("POST /Tickets/*/Notes refuse no")
    for ticket in tickets[1:]:
        assert office.run("note", ticket, "words", "--notify-dispatch").code == 1
    office.break_with()
    assert office.run("claim", tickets[0]).code == 0
    return office


def execute(office: Office, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(office.home / "mcdesk.db")) as db, db:
        assert db.execute(statement, values).rowcount > 0


def the_rest_works(office: Office) -> None:
    """Every command that reads what is remembered ends as it should, the reminder included."""
    ticket = str(office.ticket(99))
    for words in (
        ("outbox", "--json"),
        ("log", "--check", "--json"),
        ("note", ticket, "the next"),
        ("stale", "--json"),
        ("list", "--with-mc", "--json"),
        ("report", "--json"),
        ("watch", "--once"),
        ("outbox", "retry", str(SOUND)),
    ):
        done = office.run(*words, answers=["y"])
        assert done.code in (0, 8), (words, done)
        assert "Traceback" not in done.err
        assert "bug" not in done.err
    assert [note["description"] for note in office.notes(int(ticket))] == ["the next"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table, columns in COLUMNS.items() for column in columns],
)
def test_no_damaged_value_hides_the_rest(busy: Office, table: str, column: str, junk: str) -> None:
    where = f" WHERE n = {REFUSED}" if table == "operation" else ""
    with suppress(sqlite3.IntegrityError):  # some of our tables take no such value
        execute(busy, f"UPDATE OR REPLACE {table} SET {column} = ?{where}", JUNK[junk])
    the_rest_works(busy)


# That nothing is stored of when it went there is what is stored if no history told that.
@pytest.mark.parametrize(
    ("column", "junk"),
    [each for each in product(COLUMNS["arrival"], JUNK) if each != ("since", "NULL")],
)
def test_a_history_whose_memory_is_damaged_is_read_again(
    busy: Office, column: str, junk: str
) -> None:
    def since() -> list[str | None]:
        found = json.loads(busy.run("list", "--with-mc", "--json").out)["tickets"]
        return [each["mc"]["since"] for each in found]

    before = since()
    assert before.count(instant(busy.now)) == 2
    with suppress(sqlite3.IntegrityError):
        execute(busy, f"UPDATE OR REPLACE arrival SET {column} = ?", JUNK[junk])
    assert since() == before


@pytest.mark.parametrize("twist", TWISTED)
def test_a_body_that_was_never_written_is_named(busy: Office, twist: str) -> None:
    with closing(sqlite3.connect(busy.home / "mcdesk.db")) as db, db:
        (body,) = db.execute("SELECT body FROM operation WHERE n = ?", (REFUSED,)).fetchone()
        before, after = TWISTED[twist]
        assert before in body.decode()
        twisted = body.decode().replace(before, after, 1)
        db.execute("UPDATE operation SET body = ? WHERE n = ?", (twisted.encode(), REFUSED))
    done = busy.run("outbox", answers=[])
    assert done.code == 8
    assert f"warning: number {REFUSED} is damaged and cannot be read" in done.err
    assert "Case 2" in done.out or "words" in done.out
    the_rest_works(busy)
    dropped = busy.run("outbox", "drop", str(REFUSED), "--yes")
    assert dropped.code == 0
    assert "what is left of it is in" in dropped.err


def test_a_draft_named_by_a_damaged_row_lies_in_its_folder(busy: Office) -> None:
    precious = busy.home.parent / "precious.txt"
    precious.write_text("keep", encoding="utf-8")
    body = "UPDATE operation SET body = replace(body, ?, ?), draft = ? WHERE n = ?"
    with closing(sqlite3.connect(busy.home / "mcdesk.db")) as db:
        (draft,) = db.execute("SELECT draft FROM operation WHERE n = ?", (SOUND,)).fetchone()
    execute(busy, body, draft, "../../precious.txt", "../../precious.txt", SOUND)
    busy.run("outbox", "retry", str(SOUND))
    assert precious.read_text(encoding="utf-8") == "keep"


def test_a_lock_of_another_name_hinders_nothing(busy: Office) -> None:
    (busy.home / "locks" / "of a friend.lock").touch()
    the_rest_works(busy)
