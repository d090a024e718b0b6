"""Refused logins: remembered across commands, and never in a form that gives them away."""

from datetime import UTC, datetime
from pathlib import Path

from mcdesk.store.database import Database
from mcdesk.store.refusals import DatabaseRefusals


def refusals(path: Path) -> DatabaseRefusals:
    return DatabaseRefusals(Database(path), now=lambda: datetime(2026, 11, 23, tzinfo=UTC))


def test_a_refused_login_is_known_in_the_next_command(tmp_path: Path) -> None:
    for login in ("api@example.com\ns3cret", "api@example.com\nw\udcf6rt"):
        refusals(tmp_path / "a.db").add(login)
        assert refusals(tmp_path / "a.db").holds(login)
    assert not refusals(tmp_path / "a.db").holds("api@example.com\nother")


def test_forgetting_lets_it_be_tried_again(tmp_path: Path) -> None:
    known = refusals(tmp_path / "a.db")
    known.add("login")
    known.forget()
    assert not known.holds("login")


def test_one_login_is_lifted_and_the_others_stay(tmp_path: Path) -> None:
    known = refusals(tmp_path / "a.db")
    known.add("login")
    known.add("other")
    known.lift("login")
    for each in (known, refusals(tmp_path / "a.db")):
        assert not each.holds("login")
        assert each.holds("other")


def test_the_file_holds_neither_the_login_nor_a_hash_that_fits_elsewhere(tmp_path: Path) -> None:
    marks = set()
    for name in ("a.db", "b.db"):
        refusals(tmp_path / name).add("s3cret-login")
        assert b"s3cret" not in (tmp_path / name).read_bytes()
        with Database(tmp_path / name).transaction() as db:
            marks.add(db.execute("SELECT mark FROM refused_login").fetchone()[0])
    assert len(marks) == 2
