"""The SQLite file: made, migrated, kept whole, and its troubles in words."""

import sqlite3
import stat
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from mcdesk.errors import StoreProblem
from mcdesk.store import database as module
from mcdesk.store.cache import DatabaseCache
from mcdesk.store.database import Database


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {row[0] for row in db.execute("SELECT name FROM sqlite_master")}


def test_it_is_made_for_the_user_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "mcdesk.db"
    with Database(path).transaction():
        pass
    assert {"value", "named", "refused_login"} <= tables(path)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_block_that_raises_changes_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "mcdesk.db")

    def fails_half_way() -> None:
        with database.transaction() as db:
            db.execute("INSERT INTO refused_login (mark, at) VALUES ('x', '')")
            raise KeyError

    with pytest.raises(KeyError):
        fails_half_way()
    with database.transaction() as db:
        assert db.execute("SELECT count(*) FROM refused_login").fetchone() == (0,)


def test_a_failing_migration_stays_pending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (x)")
        raise sqlite3.OperationalError("no")

    good = module._MIGRATIONS
    monkeypatch.setattr(module, "_MIGRATIONS", (*good, fails))
    with pytest.raises(StoreProblem), Database(tmp_path / "mcdesk.db").transaction():
        pass
    assert "half" not in tables(tmp_path / "mcdesk.db")
    monkeypatch.setattr(module, "_MIGRATIONS", good)
    with Database(tmp_path / "mcdesk.db").transaction() as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(good),)


def test_an_older_file_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mcdesk.db"
    every = module._MIGRATIONS
    monkeypatch.setattr(module, "_MIGRATIONS", every[:1])
    with Database(path).transaction():
        pass
    assert "refused_login" not in tables(path)
    monkeypatch.setattr(module, "_MIGRATIONS", every)
    with Database(path).transaction():
        pass
    assert "refused_login" in tables(path)


def test_a_file_of_a_newer_mcdesk_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE tomorrow (x)")
        db.execute(f"PRAGMA user_version = {len(module._MIGRATIONS) + 1}")
    before = path.read_bytes()
    with (
        pytest.raises(StoreProblem, match="made by a newer mcdesk") as problem,
        Database(path).transaction(),
    ):
        pass
    assert problem.value.hint == "update this mcdesk"
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    path.write_text("not a database, but long enough to look like one" * 100, encoding="utf-8")
    with (
        pytest.raises(StoreProblem, match="not a database") as problem,
        Database(path).transaction(),
    ):
        pass
    assert problem.value.hint is not None
    assert "move the file away" in problem.value.hint


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreProblem), Database(tmp_path / "file" / "mcdesk.db").transaction():
        pass


def test_a_file_held_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mcdesk.db"
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    database = Database(path)
    with database.transaction():
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreProblem, match="locked"), database.transaction():
            pass
    with database.transaction():  # as soon as the other is done
        pass


def test_the_error_that_ended_a_transaction_is_the_one_told(tmp_path: Path) -> None:
    def fails_after_sqlite_has_taken_it_back() -> None:
        with Database(tmp_path / "mcdesk.db").transaction() as db:
            db.execute("ROLLBACK")  # as SQLite does by itself, when the disk is full
            raise KeyError("the real one")

    with pytest.raises(KeyError, match="the real one"):
        fails_after_sqlite_has_taken_it_back()


def test_two_desks_on_one_file_wait_for_each_other(tmp_path: Path) -> None:
    first, second = Database(tmp_path / "mcdesk.db"), Database(tmp_path / "mcdesk.db")
    for database in (first, second):
        with database.transaction():
            pass
    done = Event()

    def writes() -> None:
        with second.transaction() as db:
            db.execute("INSERT INTO refused_login (mark, at) VALUES ('second', '')")
        done.set()

    with first.transaction() as db:
        thread = Thread(target=writes)
        thread.start()
        assert not done.wait(0.1)
        db.execute("INSERT INTO refused_login (mark, at) VALUES ('first', '')")
    thread.join()
    with first.transaction() as db:
        assert db.execute("SELECT count(*) FROM refused_login").fetchone() == (2,)


def test_a_file_that_was_unusable_for_a_while_is_opened_anew(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    database = Database(path)
    with database.transaction():
        pass
    sound = path.read_bytes()
    path.write_bytes(b"x" * len(sound))
    with pytest.raises(StoreProblem), database.transaction() as db:
        db.execute("SELECT count(*) FROM refused_login")
    path.write_bytes(sound)
    with database.transaction() as db:
        db.execute("SELECT count(*) FROM refused_login")


def test_what_is_dropped_is_not_left_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever this system's SQLite does by itself: some are built to overwrite, most are not."""
    connect: Any = sqlite3.connect

    def connecting(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(*args, **kwargs)
        db.execute("PRAGMA secure_delete = OFF")
        return db

    monkeypatch.setattr(sqlite3, "connect", connecting)
    path = tmp_path / "mcdesk.db"
    cache = DatabaseCache(
        Database(path), tenant="t", now=lambda: datetime(2026, 11, 23, tzinfo=UTC)
    )
    cache.put("key", "a text that nobody shall read")
    assert b"nobody shall read" in path.read_bytes()
    cache.forget("key")
    assert b"nobody shall read" not in path.read_bytes()
