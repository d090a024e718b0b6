"""The cache: a day old at most, one tenant's, and nothing from the future."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mcdesk.core.tickets import Company
from mcdesk.store.cache import DatabaseCache
from mcdesk.store.database import Database

COMPANY = Company(id=0, name="Us")
START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "mcdesk.db")


@pytest.fixture
def cache(database: Database, clock: Clock) -> DatabaseCache:
    return DatabaseCache(database, tenant="api@example.com", now=clock)


@pytest.mark.parametrize(
    ("passed", "known"),
    [
        pytest.param(timedelta(0), True, id="at once"),
        pytest.param(timedelta(days=1), True, id="a day later"),
        pytest.param(timedelta(days=1, seconds=1), False, id="too old"),
        pytest.param(-timedelta(minutes=1), False, id="from the future"),
    ],
)
def test_age(cache: DatabaseCache, clock: Clock, passed: timedelta, known: bool) -> None:
    cache.put("key", COMPANY)
    cache.put_rows("company", {0: COMPANY, 7: None})
    clock.now += passed
    assert cache.get("key", Company) == (COMPANY if known else None)
    assert cache.rows("company", Company, [0, 7]) == ({0: COMPANY, 7: None} if known else {})


def test_only_the_rows_asked_for(cache: DatabaseCache) -> None:
    cache.put_rows("company", {1: "One", 2: "Two"})
    cache.put_rows("contact", {1: "Jane"})
    assert cache.rows("company", str, [2, 3]) == {2: "Two"}


def test_what_is_of_another_kind_was_never_there(cache: DatabaseCache) -> None:
    """As after an update, whose values are other ones."""
    cache.put("key", ["Us", "https://example.com"])
    cache.put_rows("company", {0: ["Us"], 7: COMPANY})
    assert cache.get("key", Company) is None
    assert cache.rows("company", Company, [0, 7]) == {7: COMPANY}


def test_a_later_value_replaces_an_earlier_one(cache: DatabaseCache) -> None:
    cache.put("key", 1)
    cache.put("key", 2)
    assert cache.get("key", int) == 2
    cache.forget("key")
    assert cache.get("key", int) is None


def test_tenants_are_kept_apart(cache: DatabaseCache, database: Database, clock: Clock) -> None:
    cache.put("key", 1)
    cache.put_rows("company", {1: "One"})
    other = DatabaseCache(database, tenant="api@example.org", now=clock)
    assert other.get("key", int) is None
    assert other.rows("company", str, [1]) == {}


@pytest.mark.parametrize("table", ["value", "named"])
def test_what_is_too_old_is_erased_when_something_new_comes(
    cache: DatabaseCache, database: Database, clock: Clock, table: str
) -> None:
    cache.put("old", 1)
    cache.put_rows("contact", {1: "Jane"})
    clock.now += timedelta(days=2)
    cache.put("new", 2)
    cache.put_rows("contact", {2: "Kim"})
    with database.transaction() as db:
        # The table's name is one of the two above.
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)


@pytest.mark.parametrize(
    "junk", [None, 5, 2.5, b"{", b"\xff\xfe", b"[1]", b"[" * 9000, '{"id": "\xff', '{"id": "0"}']
)
def test_a_damaged_value_was_never_there(
    cache: DatabaseCache, database: Database, junk: object
) -> None:
    cache.put("one", COMPANY)
    cache.put("other", COMPANY)
    cache.put_rows("Companies", {0: COMPANY, 1: COMPANY})
    with database.transaction() as db:
        db.execute("UPDATE value SET value = ? WHERE key = 'one'", (junk,))
        db.execute("UPDATE named SET value = ? WHERE id = 0", (junk,))
    assert cache.get("one", Company) is None
    assert cache.get("other", Company) == COMPANY
    assert cache.rows("Companies", Company, [0, 1]) == {1: COMPANY}
