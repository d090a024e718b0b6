"""Refused logins: remembered across commands, and never in a form that gives them away."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mcdesk.store.database import Database
from mcdesk.store.refusals import DatabaseRefusals

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def refusals(path: Path, after: timedelta = timedelta()) -> DatabaseRefusals:
    """Return what another process knows that much later."""
    return DatabaseRefusals(Database(path), now=lambda: NOW + after)


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


@pytest.mark.parametrize(
    ("after", "held"),
    [
        pytest.param(HOUR - timedelta(seconds=1), True, id="within the hour"),
        pytest.param(HOUR, False, id="after an hour"),
        pytest.param(400 * DAY, False, id="much later"),
        pytest.param(-MINUTE, True, id="a clock that was set back a little"),
        pytest.param(-400 * DAY, False, id="a clock that was far ahead"),
    ],
)
def test_it_is_tried_again_after_an_hour(tmp_path: Path, after: timedelta, held: bool) -> None:
    refusals(tmp_path / "a.db").add("login")
    assert refusals(tmp_path / "a.db", after).holds("login") == held


def test_then_once_a_day(tmp_path: Path) -> None:
    path, at = tmp_path / "a.db", HOUR
    refusals(path).add("login")
    for _ in range(3):
        trying = refusals(path, at)
        assert not trying.holds("login")
        trying.add("login")
        assert trying.holds("login")
        assert refusals(path, at + DAY - MINUTE).holds("login")
        at += DAY


def test_two_that_are_refused_at_once_are_tried_again_after_an_hour(tmp_path: Path) -> None:
    for after in (timedelta(), MINUTE):
        refusals(tmp_path / "a.db", after).add("login")
    assert not refusals(tmp_path / "a.db", MINUTE + HOUR).holds("login")


def test_only_one_tries_it_again(tmp_path: Path) -> None:
    """The others leave it to that one for ten minutes, and longer if it was refused."""
    path = tmp_path / "a.db"
    refusals(path).add("login")
    assert not refusals(path, HOUR).holds("login")
    assert refusals(path, HOUR).holds("login")
    assert refusals(path, HOUR + 9 * MINUTE).holds("login")
    assert not refusals(path, HOUR + 10 * MINUTE).holds("login")


def test_a_process_never_tries_it_twice(tmp_path: Path) -> None:
    now = [NOW]
    known = DatabaseRefusals(Database(tmp_path / "a.db"), now=lambda: now[0])
    known.add("login")
    now[0] += 400 * DAY
    assert known.holds("login")


def test_what_is_accepted_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    refusals(path).add("login")
    trying = refusals(path, HOUR)
    assert not trying.holds("login")
    trying.accept("login")
    assert not refusals(path, HOUR).holds("login")
    refusals(path, 2 * HOUR).add("login")
    assert not refusals(path, 3 * HOUR).holds("login")


JUNK = [None, 5, b"\xff", "words", "2026-11-23T00:00:00", "0001-01-01T00:00:00Z"]


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("column", ["at", "due"])
def test_a_damaged_row_is_a_refusal_that_is_tried_once(
    tmp_path: Path, column: str, junk: object
) -> None:
    path = tmp_path / "a.db"
    refusals(path).add("login")
    with Database(path).transaction() as db:
        db.execute(f"UPDATE refused_login SET {column} = ?", (junk,))
    if column == "due":
        assert not refusals(path).holds("login")
    assert refusals(path).holds("login")
    refusals(path).add("login")
    for after in (MINUTE, HOUR):
        assert refusals(path, after).holds("login") == (column == "at" or after < HOUR)


@pytest.mark.parametrize("junk", [None, 5, "words", b"short"])
def test_a_damaged_key_is_made_anew(tmp_path: Path, junk: object) -> None:
    path = tmp_path / "a.db"
    refusals(path).add("login")
    with Database(path).transaction() as db:
        db.execute("UPDATE hash_key SET key = ?", (junk,))
    refusals(path).add("login")
    assert refusals(path).holds("login")
    with Database(path).transaction() as db:
        db.execute("DELETE FROM hash_key")
    refusals(path).accept("login")
    assert refusals(path).accepted("login")
