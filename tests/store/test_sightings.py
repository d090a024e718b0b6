"""What watches saw with the vendor, as it is remembered."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mcdesk.store.database import Database
from mcdesk.store.sightings import Sightings

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "mcdesk.db")


def test_what_is_seen_in_neither_list_is_with_the_vendor_no_more(database: Database) -> None:
    seen = Sightings(database, tenant="a")
    seen.keep({1, 2, 3}, (), NOW)
    seen.keep({1}, {2, 9}, LATER)
    # 2 came back, 3 is somebody's by now, and of 9 nobody knows that they ever had it.
    assert seen.of([1, 2, 3, 9]) == {1: (LATER, True), 2: (NOW, True), 3: (LATER, False)}
    seen.keep({3}, (), LATER + timedelta(minutes=1))
    assert seen.of([2, 3]) == {
        2: (LATER + timedelta(minutes=1), False),
        3: (LATER + timedelta(minutes=1), True),
    }


def test_each_tenant_has_its_own(database: Database) -> None:
    Sightings(database, tenant="a").keep({1}, (), NOW)
    Sightings(database, tenant="b").keep({2}, (), LATER)
    assert Sightings(database, tenant="a").of([1, 2]) == {1: (NOW, True)}


def test_they_are_forgotten_after_a_long_time(database: Database) -> None:
    seen = Sightings(database, tenant="a")
    seen.keep({1}, (), NOW)
    seen.keep({2}, {1}, NOW + timedelta(days=401))
    assert list(seen.of([1, 2])) == [2]


@pytest.mark.parametrize("junk", [None, 5, b"\xff", "words", "2026-11-23T15:00:00"])
def test_a_damaged_row_was_never_there(database: Database, junk: object) -> None:
    seen = Sightings(database, tenant="a")
    seen.keep({1}, (), NOW)
    with database.transaction() as db:
        db.execute("INSERT INTO sighting VALUES ('a', 2, ?, 1)", (junk,))
    assert seen.of([1, 2]) == {1: (NOW, True)}
    seen.keep({1, 2}, (), LATER)
    assert seen.of([1, 2]) == {1: (LATER, True), 2: (LATER, True)}
