"""The database of mcdesk 0.1 that a migration starts from."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from offices import SECRET_TEXTS
from old_database import write_0_1


class Old:
    """The file that 0.1 wrote, and what it *said* of it."""

    def __init__(self, path: Path) -> None:
        self.said = write_0_1(path)
        self.path = path

    def rows(self, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as db:
            return db.execute(sql, parameters).fetchall()


@pytest.fixture
def old(tmp_path: Path) -> Old:
    return Old(tmp_path / "mcdesk.db")


def test_is_of_version_5(old: Old) -> None:
    assert old.rows("PRAGMA user_version") == [(5,)]
    assert old.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize(("suffix", "user"), [("", "user"), ("_old", "old_user")])
def test_holds_what_0_1_said(old: Old, suffix: str, user: str) -> None:
    said, tenant = old.said, old.said[user]
    journal = old.rows("SELECT n FROM journal WHERE tenant = ? ORDER BY n DESC", tenant)
    assert [n for (n,) in journal] == [each["n"] for each in said["log" + suffix]["entries"]]
    stored = old.rows("SELECT n, done, entry FROM outbox WHERE tenant = ? ORDER BY n", tenant)
    waiting = {n: json.loads(entry) for n, done, entry in stored if done is None}
    assert list(waiting) == [each["n"] for each in said["outbox" + suffix]["entries"]]
    assert list(waiting) == [each["n"] for each in said["open" + suffix]]
    for each in said["open" + suffix]:
        held = {**waiting[each["n"]], "n": each["n"]}  # one that died early may say 0 of itself
        assert each.items() <= held.items()
    kinds = said["kinds" + suffix]
    assert kinds["done"] == [n for n, done, _ in stored if done]


def test_has_an_entry_of_every_kind(old: Old) -> None:
    assert {kind: len(found) for kind, found in old.said["kinds"].items()} == {
        "waiting": 15,
        "unknown": 9,
        "failed": 3,
        "sending": 5,
        "done": 11,
        "unreleased": 5,
        "erased": 4,
    }
    states = {state: len(found) for state, found in old.said["journal"].items()}
    assert states == {"done": 15, "begun": 8, "unverified": 7, "not done": 5}


@pytest.mark.parametrize("table", ["alert", "named", "value", "refused_login", "hash_key"])
def test_has_rows_in_every_other_table(old: Old, table: str) -> None:
    assert old.rows(f"SELECT count(*) FROM {table}") > [(0,)]


def test_holds_no_secret(old: Old) -> None:
    held = old.path.read_bytes() + json.dumps(old.said).encode()
    assert not [secret for secret in SECRET_TEXTS if secret.encode() in held]
