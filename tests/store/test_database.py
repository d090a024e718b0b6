"""The SQLite file: made, migrated, kept whole, and its troubles in words."""

import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from mcdesk.errors import StoreProblem
from mcdesk.store import database as module
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
            db.execute("INSERT INTO refused_login VALUES ('x', '')")
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
    database = Database(path)
    with database.transaction():
        pass
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreProblem, match="locked"), database.transaction():
            pass
