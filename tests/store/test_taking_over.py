"""The database of mcdesk 0.1 is taken over: nothing is lost, doubled, or told otherwise."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import msgspec
import pytest
from deaths import Died, dying_at_commit
from mailservers import Behaviour, mail_server
from offices import Office
from old_database import write_0_1

from mcdesk.core.notes import same_text
from mcdesk.core.operations import INTERRUPTED
from mcdesk.errors import StoreProblem
from mcdesk.store.database import Database
from mcdesk.store.operations import Operations, write

BEGIN = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None) as db:
    db.execute("BEGIN IMMEDIATE")
"""


class Upgraded:
    """An office whose database 0.1 wrote."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.path = office.home / "mcdesk.db"
        self.copy = office.home / "mcdesk.db.0.1"
        self.old = office.home.parent / "0.1.db"
        self.said = write_0_1(self.old)
        self.path.write_bytes(self.old.read_bytes())
        office.now = datetime.fromisoformat(self.said["now"])

    def both(self, name: str) -> list[dict[str, Any]]:
        """Return what 0.1 said in `outbox` or `log` for its two API users."""
        return [each for end in ("", "_old") for each in self.said[name + end]["entries"]]

    def json(self, *argv: str) -> Any:
        return json.loads(self.office.run(*argv, "--json").out)

    def log(self, *argv: str) -> list[dict[str, Any]]:
        """Return the log, which then holds only what the journal did, by its old numbers."""
        entries = self.json("log", "--since", "90d", *argv)["entries"]
        return [each for each in entries if each["n"] > max(self.numbers("outbox"))]

    def numbers(self, table: str) -> list[int]:
        return [n for (n,) in rows_of(self.old, f"SELECT n FROM {table} ORDER BY n")]

    def operations(self) -> Operations:
        return Operations(Database(self.path))

    def damage(self, table: str, n: int, entry: bytes | None) -> None:
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute(f"UPDATE {table} SET entry = ? WHERE n = ?", (entry, n))

    def entry(self, table: str, n: int) -> dict[str, Any]:
        found = rows_of(self.old, f"SELECT entry FROM {table} WHERE n = {n}")
        entry: dict[str, Any] = json.loads(found[0][0])
        return entry


def rows_of(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def version(path: Path) -> int:
    return int(rows_of(path, "PRAGMA user_version")[0][0])


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


@pytest.fixture
def upgraded(office: Office) -> Upgraded:
    return Upgraded(office)


@pytest.fixture
def tickets(upgraded: Upgraded) -> None:
    """Let Autotask hold what it held when 0.1 had done its work."""
    for path, rows in upgraded.said["world"].items():
        for row in rows:
            upgraded.office.world.insert(path, **row)


def test_the_outbox_says_what_0_1_said(upgraded: Upgraded) -> None:
    said = upgraded.both("outbox")
    for entry in said:
        entry["computer"] = None
        for step in entry["steps"]:
            if step["reason"] == "its process ended before the answer came":
                step["reason"] = INTERRUPTED  # a full disk had the same words
    result = upgraded.office.run("outbox", "--json")
    assert result.code == 8
    assert json.loads(result.out)["entries"] == sorted(said, key=lambda each: each["n"])
    assert not result.err


def test_what_was_typed_is_kept(upgraded: Upgraded) -> None:
    found = {each.n: each for each in upgraded.operations().waiting()}
    said = [*upgraded.said["open"], *upgraded.said["open_old"]]
    assert [each["n"] for each in sorted(said, key=lambda each: each["n"])] == list(found)
    for each in said:
        operation = found[each["n"]]
        entry = upgraded.entry("outbox", each["n"])
        status = [step for step in operation.deliveries if step.name == "status"]
        assert each == {
            "n": operation.n,
            "what": operation.kind,
            "reference": operation.reference,
            "ticket_id": operation.ticket_id,
            "number": operation.number,
            "author": operation.author,
            "title": operation.note_title,
            "text": operation.text,
            "message_id": operation.mail.message_id if operation.mail else each["message_id"],
            "to": operation.to,
            "status": status[0].label if status else each["status"],  # type: ignore[union-attr]
            "status_before": status[0].had if status else each["status_before"],  # type: ignore[union-attr]
            "released": operation.released,
        }
        letter = operation.mail and operation.mail.email
        assert (entry["letter"] and {**entry["letter"], "to_name": ""}) == msgspec.to_builtins(
            letter
        )
        user = upgraded.said["old_user" if each["n"] == 2 else "user"]
        assert operation.by.user_name == user


def test_the_log_says_what_0_1_said(upgraded: Upgraded) -> None:
    log = upgraded.log()
    old = dict(zip(reversed(upgraded.numbers("journal")), (each["n"] for each in log), strict=True))
    said = sorted(upgraded.both("log"), key=lambda each: each["n"], reverse=True)
    for entry in said:
        entry["n"], entry["undoes"] = old[entry["n"]], old.get(entry["undoes"])
        entry["steps"] = []
    assert log == said
    assert Counter(each["undoes"] for each in said)[None] == len(said) - 2


def test_the_log_lists_notes_as_well(upgraded: Upgraded) -> None:
    everything = upgraded.json("log", "--since", "90d")["entries"]
    numbers = upgraded.numbers("outbox")
    notes = {each["n"]: each for each in everything if each["n"] in numbers}
    assert sorted(notes) == numbers
    for entry in upgraded.both("outbox"):
        noted = notes[entry["n"]]
        assert (noted["what"], noted["ticket"]["id"]) == (entry["what"], entry["ticket"]["id"])
        assert [step["step"] for step in noted["steps"]] == [s["step"] for s in entry["steps"]]
    assert notes[33]["steps"][-1] == {"step": "status", "state": "left"}
    done = {n for n, each in notes.items() if {s["state"] for s in each["steps"]} == {"done"}}
    kept = rows_of(upgraded.path, f"SELECT n, done FROM operation WHERE n <= {numbers[-1]}")
    assert kept == rows_of(upgraded.old, "SELECT n, done FROM outbox")
    assert done == {*upgraded.said["kinds"]["done"], *upgraded.said["kinds_old"]["done"]} - {33}


def test_the_file_is_copied_first(upgraded: Upgraded) -> None:
    upgraded.operations().waiting()
    assert version(upgraded.copy) == 5
    assert dump(upgraded.copy) == dump(upgraded.old)
    if sys.platform != "win32":
        assert stat.S_IMODE(upgraded.copy.stat().st_mode) == 0o600


def test_nothing_to_take_over_is_not_copied(tmp_path: Path) -> None:
    assert Operations(Database(tmp_path / "mcdesk.db")).latest() == []
    assert [each.name for each in tmp_path.glob("mcdesk.db*")] == ["mcdesk.db"]


def test_the_old_tables_are_gone_and_the_others_stay(upgraded: Upgraded) -> None:
    upgraded.operations().waiting()
    tables = {name for (name,) in rows_of(upgraded.path, "SELECT name FROM sqlite_master")}
    assert not tables & {"journal", "outbox"}
    for table in ("alert", "hash_key", "named", "refused_login", "value"):
        every = f"SELECT {'mark, at' if table == 'refused_login' else '*'} FROM {table}"
        assert rows_of(upgraded.path, every) == rows_of(upgraded.old, every)


def test_a_second_opening_changes_nothing(upgraded: Upgraded) -> None:
    upgraded.operations().waiting()
    once = upgraded.path.read_bytes(), upgraded.copy.read_bytes()
    upgraded.operations().waiting()
    assert (upgraded.path.read_bytes(), upgraded.copy.read_bytes()) == once


def test_two_desks_at_once_take_it_over_once(upgraded: Upgraded) -> None:
    start, found = Barrier(2), []

    def opens() -> None:
        database = Database(upgraded.path)
        start.wait()
        found.append(Operations(database).latest())
        database.close()

    threads = [Thread(target=opens) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert len(found[0]) == len(upgraded.numbers("outbox")) + len(upgraded.numbers("journal"))
    assert version(upgraded.copy) == 5


def test_another_program_is_kept_out_meanwhile(
    upgraded: Upgraded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading the file past SQLite would free its lock on POSIX."""
    asked = list[str]()

    def writes(*args: Any, **kwargs: Any) -> None:
        if not asked:
            argv = [sys.executable, "-c", BEGIN, str(upgraded.path)]
            asked.append(subprocess.run(argv, capture_output=True, text=True, check=False).stderr)
        write(*args, **kwargs)

    monkeypatch.setattr("mcdesk.store.taking_over.write", writes)
    upgraded.operations().waiting()
    assert "database is locked" in asked[0]


@pytest.mark.parametrize("before", [True, False])
def test_killed_at_the_commit(upgraded: Upgraded, before: bool) -> None:
    with (
        pytest.raises(Died),
        dying_at_commit(1, before=before, only="mcdesk.db"),
    ):
        upgraded.operations().waiting()
    assert version(upgraded.path) == (5 if before else 6)
    if before:
        assert dump(upgraded.path) == dump(upgraded.old)
    test_what_was_typed_is_kept(upgraded)
    test_the_file_is_copied_first(upgraded)


def test_a_copy_that_was_cut_short_is_made_anew(upgraded: Upgraded) -> None:
    upgraded.copy.write_bytes(upgraded.old.read_bytes()[:5000])
    test_the_file_is_copied_first(upgraded)


def test_a_full_disk_while_copying(upgraded: Upgraded, monkeypatch: pytest.MonkeyPatch) -> None:
    connect: Any = sqlite3.connect

    def connecting(path: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(path, *args, **kwargs)
        if Path(path) == upgraded.copy:
            db.execute("PRAGMA max_page_count = 3")
        return db

    with monkeypatch.context() as full:
        full.setattr(sqlite3, "connect", connecting)
        with pytest.raises(StoreProblem, match="full"):
            upgraded.operations().waiting()
    assert upgraded.path.read_bytes() == upgraded.old.read_bytes()
    test_what_was_typed_is_kept(upgraded)
    test_the_file_is_copied_first(upgraded)


DAMAGE: dict[str, Callable[[dict[str, Any]], bytes | None]] = {
    "cut short": lambda entry: json.dumps(entry).encode()[:-9],
    "no UTF-8": lambda entry: b'{"n": "\xff"}',
    "nothing": lambda entry: None,
    "a list": lambda entry: b"[1, 2]",
    "a number that no column takes": lambda entry: json.dumps(
        entry | {"ticket_id": 2**70}
    ).encode(),
    "a text for a number": lambda entry: json.dumps(entry | {"ticket_id": "x"}).encode(),
    "a number for a list": lambda entry: json.dumps(entry | {"steps": 1} | {"changes": 1}).encode(),
    "nothing to do": lambda entry: json.dumps(
        entry | {"steps": []} | {"changes": [], "kept": {}}
    ).encode(),
    "missing keys": lambda entry: b'{"n": 1}',
    "no instant": lambda entry: json.dumps(entry | {"created": "soon", "at": "soon"}).encode(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_hides_no_other(upgraded: Upgraded, damage: str) -> None:
    broken = DAMAGE[damage](upgraded.entry("outbox", 10))
    upgraded.damage("outbox", 10, broken)
    result = upgraded.office.run("outbox", "--json")
    listed = [each["n"] for each in json.loads(result.out)["entries"]]
    assert listed == sorted({each["n"] for each in upgraded.both("outbox")} - {10})
    assert result.err == (
        "warning: number 10 is damaged and cannot be read; mcdesk outbox drop 10 drops it"
    )
    upgraded.office.run("outbox", "retry", "10", "--yes")
    assert rows_of(upgraded.path, "SELECT body FROM operation WHERE n = 10") == [(broken,)]
    upgraded.office.run("outbox", "drop", "10", "--yes")
    assert rows_of(upgraded.path, "SELECT body FROM operation WHERE n = 10") == []
    (kept,) = (upgraded.office.home / "drafts").glob("damaged-10-*")
    assert kept.read_bytes() == (broken or b"")


def test_a_word_that_nobody_knows_is_damage(upgraded: Upgraded) -> None:
    step = {"name": "fax", "since": upgraded.said["now"], "state": "waiting"}
    upgraded.damage(
        "outbox", 10, json.dumps(upgraded.entry("outbox", 10) | {"steps": [step]}).encode()
    )
    upgraded.damage(
        "outbox", 11, json.dumps(upgraded.entry("outbox", 11) | {"what": "fax"}).encode()
    )
    change = upgraded.entry("journal", 27)
    upgraded.damage("journal", 27, json.dumps(change | {"state": "gone"}).encode())
    change["swaps"][0]["place"] = "gone"
    upgraded.damage("journal", 28, json.dumps(change).encode())
    operations = upgraded.operations()
    operations.latest()
    assert operations.damaged == {10, 11, 45 + 27, 45 + 28}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_change_hides_no_other(upgraded: Upgraded, damage: str) -> None:
    broken = DAMAGE[damage](upgraded.entry("journal", 37))
    upgraded.damage("journal", 37, broken)
    number = max(upgraded.numbers("outbox")) + 37
    result = upgraded.office.run("log", "--json")
    assert result.err == (
        f"warning: number {number} is damaged and cannot be read; mcdesk outbox drop {number} "
        "drops it"
    )
    changes = [each for each in json.loads(result.out)["entries"] if each["n"] > 45]
    told = [each["title"] for each in upgraded.said["log"]["entries"]]
    assert [each["title"] for each in changes] == told[1 : 1 + len(changes)]
    assert rows_of(upgraded.path, f"SELECT body FROM operation WHERE n = {number}") == [(broken,)]
    assert not upgraded.office.run("outbox").err  # there is nothing to be sent of it


def test_a_damaged_entry_that_was_done_is_none_that_waits(upgraded: Upgraded) -> None:
    upgraded.damage("outbox", 9, b"{")
    assert not upgraded.office.run("outbox").err
    assert "number 9 is damaged" in upgraded.office.run("log").err


def test_what_is_dropped_or_erased_is_not_left_in_the_file(upgraded: Upgraded) -> None:
    dropped = b"Waiting, on a ticket that was read."
    erased = b"Done, with a hand-off."
    assert upgraded.office.run("outbox", "drop", "10", "--yes").code == 0
    now = upgraded.path.read_bytes()
    assert (dropped in now, erased in now) == (False, True)
    upgraded.office.now += timedelta(days=30)
    assert erased in upgraded.path.read_bytes()
    upgraded.office.now += timedelta(seconds=1)
    upgraded.office.run("outbox")
    now = upgraded.path.read_bytes()
    assert erased not in now
    assert b"Waiting, on a ticket that could not be read." in now


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_the_copy_is_removed_with_the_texts(upgraded: Upgraded, days: int, kept: bool) -> None:
    upgraded.operations().waiting()
    made = (upgraded.office.now - timedelta(days=days)).timestamp()
    os.utime(upgraded.copy, (made, made))
    upgraded.office.run("outbox")
    assert upgraded.copy.exists() is kept
    assert upgraded.path.exists()


def test_the_copy_is_forgotten_with_everything(upgraded: Upgraded) -> None:
    database = Database(upgraded.path)
    assert database.holds_deeds()
    database.forget_everything()
    assert not database.holds_deeds()
    assert not upgraded.copy.exists()


@pytest.mark.usefixtures("tickets")
def test_log_check_compares_what_0_1_did(upgraded: Upgraded) -> None:
    found: dict[str, set[int]] = {}
    for each in upgraded.log("--check"):
        standing = each["check"]["standing"] if each["check"] else "superseded"
        found.setdefault(standing, set()).add(each["ticket"]["id"])
    assert found == {
        "holds": {50001, 50002, 50004, 50005, 50006, 50007, 50009, 50010, 50011, 50012, 50013}
        | {50014, 50018, 50021, 50023, 50043, 50055, 50059, 50061},
        "moved on": {50008},
        # Of 50017 and 50026 one of two secondary resources is off, which 0.1 called as before.
        "changed since": {50015, 50017, 50020, 50024, 50026, 50047, 50060},
        "as before": {50016, 50019, 50022, 50025, 50027, 50046, 50048},
        "superseded": {50011, 50012, 50013},
    }


@pytest.mark.usefixtures("tickets")
def test_undo_restores_what_was_before_0_1(upgraded: Upgraded) -> None:
    """Of each ticket the last change that may have happened, whatever became of it."""
    office = upgraded.office
    entries = [upgraded.entry("journal", n) for n in upgraded.numbers("journal")]
    last = {each["ticket_id"]: each for each in entries if each["state"] != "not done"}
    unchanged = {each["ticket_id"] for each in entries} - last.keys() | {50012}
    for id in unchanged:
        before = office.holds(id)
        assert office.run("undo", str(id), "--yes").err.startswith("Nothing to undo: ")
        assert office.holds(id) == before
    del last[50012]  # taken back already
    last[50013] = entries[14 - 1]  # whose undo died
    faster = office.run("undo", str(last.pop(50024)["ticket_id"]), "--yes")
    assert (faster.code, "Felix Brandt was faster" in faster.err) == (3, True)
    for id, entry in last.items():
        assert office.run("undo", str(id), "--yes").code == 0
        now = {**office.holds(id), "primary_resource": office.holds(id)["primary"]}
        before = {each["field"]: each["before"]["id"] for each in entry["changes"]}
        assert {field: now[field] for field in before} == before
        assert now["secondaries"] == {each["secondary"]["resource_id"] for each in entry["swaps"]}
    states = {entry["state"] for entry in last.values()}
    assert states == {"done", "begun", "unverified"}


STATES = {
    "begun": ("begun", ["planned", "planned"], None),
    "died between two": ("begun", ["done", "planned"], None),
    "done": ("done", ["done", "done"], True),
    "not read back": ("unverified", ["planned", "planned"], None),
    "did not stick": ("unverified", ["done", "done"], False),
    "refused": ("not done", ["planned", "planned"], None),
}
PUTTING_ON = {
    "one is missing": ("unverified", ["done", "planned"], True),
    "both are missing": ("unverified", ["planned", "planned"], True),
}
TAKING_OFF = {
    "put back": ("not done", ["put back", "put back"], None),
    "the second was refused": ("not done", ["put back", "planned"], None),
    "one is not back": ("unverified", ["done", "put back"], None),
}


@pytest.mark.parametrize(
    ("n", "case"),
    [
        *((13, case) for case in (*STATES.values(), *PUTTING_ON.values())),
        *((12, case) for case in (*STATES.values(), *TAKING_OFF.values())),
    ],
    ids=[
        *(f"on: {name}" for name in (*STATES, *PUTTING_ON)),
        *(f"off: {name}" for name in (*STATES, *TAKING_OFF)),
    ],
)
def test_a_change_is_as_far_as_it_was(
    upgraded: Upgraded, n: int, case: tuple[str, list[str], bool | None]
) -> None:
    state, places, stuck = case
    entry = upgraded.entry("journal", n)
    change = entry["changes"][-1]
    swaps = [each | {"place": p} for each, p in zip(entry["swaps"], places, strict=True)]
    found = {change["field"]: change["after" if stuck else "before"]["id"]}
    entry |= {"state": state, "changes": [change], "kept": {}, "swaps": swaps, "error": "why"}
    entry |= {"found": None if stuck is None else found}
    upgraded.damage("journal", n, json.dumps(entry).encode())
    taken = next(each for each in upgraded.log() if each["at"][:19] == entry["at"][:19])
    assert (taken["state"], taken["error"]) == (state, None if state == "done" else "why")
    assert [each["state"] for each in taken["secondary_resources"]] == places


class Post:
    """Where mails of `outbox retry` go, and what has gone there."""

    def __init__(self, office: Office, behaviour: Behaviour, port: int) -> None:
        self.behaviour = behaviour
        office.add_settings(
            f'[mail]\ntransport = "smtp"\n[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\n'
            'security = "none"\n'
        )

    @property
    def ids(self) -> list[str]:
        parsed = (message_from_bytes(each) for each in self.behaviour.taken)
        return sorted(each["Message-ID"] for each in parsed)


@pytest.fixture
def post(office: Office) -> Iterator[Post]:
    behaviour = Behaviour()
    with mail_server(behaviour) as port:
        yield Post(office, behaviour, port)


def written(upgraded: Upgraded, entry: dict[str, Any]) -> int:
    """Count the notes that hold what was typed in an *entry*."""
    id = entry["ticket_id"] or {"T20261123.9030": 50030}.get(entry["reference"])
    notes = upgraded.office.notes(id or int(entry["reference"][-5:]))
    return sum(same_text(each["description"], entry["text"], entry["author"]) for each in notes)


@pytest.mark.usefixtures("tickets")
def test_retry_sends_what_waits_once(upgraded: Upgraded, post: Post) -> None:
    typed = {each["n"]: each for each in (*upgraded.said["open"], *upgraded.said["open_old"])}
    noted = [n for n, each in typed.items() if each["text"]]
    assert upgraded.office.run("outbox", "retry").code == 8
    # Left: another user's, what nobody confirmed, mails that may have arrived, a note that may land
    left = {2, *upgraded.said["kinds"]["unreleased"], 20, 31, 36, 37, 45}
    assert {each["n"] for each in upgraded.json("outbox")["entries"]} == left
    for n in noted:
        assert written(upgraded, typed[n]) == (n not in left or n in (20, 36)), n
    due = {each["message_id"] for n, each in typed.items() if n not in left} - {""}
    assert post.ids == sorted(due - set(upgraded.said["mailed"]))
    for n in sorted(left - {2}):
        upgraded.office.now += timedelta(minutes=6)
        assert upgraded.office.run("outbox", "retry", str(n), "--resend").code == 0
    assert upgraded.office.run("outbox", "retry", "2", "--yes").code == 0
    assert upgraded.json("outbox")["entries"] == []
    assert {n: written(upgraded, typed[n]) for n in noted} == dict.fromkeys(noted, 1)
    assert len(post.ids) == len(set(post.ids))
    upgraded.office.run("outbox", "retry", "--resend")
    assert {n: written(upgraded, typed[n]) for n in noted} == dict.fromkeys(noted, 1)


@pytest.mark.usefixtures("tickets")
def test_a_lost_note_is_found_again(upgraded: Upgraded) -> None:
    for n, row in ((15, 60010), (34, 60021)):
        assert upgraded.office.run("outbox", "retry", str(n)).code == 0
        (note,) = (each for each in upgraded.operations().latest() if each.n == n)
        assert note.note
        assert note.note.row == row
    assert {60001, 60010, 60021, 60024} <= upgraded.operations().note_ids()
    posted = [each for each in upgraded.office.requests() if each.startswith("POST Tickets/")]
    assert not [each for each in posted if each.endswith("/Notes")]


def test_the_first_handoff_says_that_others_are_taken_off_now(upgraded: Upgraded) -> None:
    office, told = upgraded.office, "secondary resources are now removed by default"
    kept = office.run("send-to-mc", str(office.ticket(30)), "--yes", "--keep-secondaries")
    assert kept.code == 0
    assert told not in kept.err
    assert told not in office.run("send-to-mc", str(office.ticket(31)), "--yes").err


@pytest.mark.parametrize("declined", [True, False])
def test_it_is_said_until_one_was_made(upgraded: Upgraded, declined: bool) -> None:
    office, told = upgraded.office, "secondary resources are now removed by default"
    ticket = str(office.ticket(30))
    first = office.run("send-to-mc", ticket, answers=["n" if declined else "y"])
    assert told in first.err
    again = office.run("send-to-mc", str(office.ticket(31)), "--yes", "--note", "words")
    assert (told in again.err) == declined


def test_on_a_new_computer_nothing_is_new(office: Office) -> None:
    assert "New since" not in office.run("send-to-mc", str(office.ticket(30)), "--yes").err
