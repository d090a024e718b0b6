"""When tickets went to the vendor, as it is remembered of their histories."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mcdesk.core.tickets import Ticket
from mcdesk.store.arrivals import Arrivals
from mcdesk.store.database import Database

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SENT = NOW - timedelta(minutes=90)


def ticket(id: int, modified: datetime | None = NOW) -> Ticket:
    return Ticket(
        id=id,
        number=f"T{id}",
        created=SENT,
        queue_id=5,
        status_id=1,
        primary_resource_id=None,
        modified=modified,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mcdesk.db"


@pytest.fixture
def arrivals(path: Path) -> Arrivals:
    return Arrivals(Database(path), tenant="a")


def test_what_was_told_is_known_until_the_ticket_changes(arrivals: Arrivals) -> None:
    arrivals.keep([(ticket(1), SENT), (ticket(2), None)], NOW)
    assert arrivals.of([ticket(1), ticket(2), ticket(3)]) == {1: SENT, 2: None}
    assert arrivals.of([ticket(1, NOW + timedelta(milliseconds=3)), ticket(2, None)]) == {}
    arrivals.keep([(ticket(1, NOW + timedelta(hours=1)), NOW)], NOW)
    assert arrivals.of([ticket(1)]) == {}
    assert arrivals.of([ticket(1, NOW + timedelta(hours=1))]) == {1: NOW}


def test_of_another_tenant_nothing_is_known(arrivals: Arrivals, path: Path) -> None:
    arrivals.keep([(ticket(1), SENT)], NOW)
    assert Arrivals(Database(path), tenant="b").of([ticket(1)]) == {}


def test_what_has_no_date_of_change_is_not_kept(arrivals: Arrivals) -> None:
    arrivals.keep([(ticket(1, None), SENT)], NOW)
    assert arrivals.of([ticket(1, None)]) == {}


def test_after_months_it_is_forgotten(arrivals: Arrivals) -> None:
    arrivals.keep([(ticket(1), SENT)], NOW)
    arrivals.keep([], NOW + timedelta(days=89))
    assert arrivals.of([ticket(1)]) == {1: SENT}
    arrivals.keep([], NOW + timedelta(days=91))
    assert arrivals.of([ticket(1)]) == {}


@pytest.mark.parametrize("column", ["modified", "since"])
@pytest.mark.parametrize("junk", [5, 2.5, b"\xff", "words", "2026-11-23T15:00:00"])
def test_a_damaged_row_is_asked_for_anew(
    arrivals: Arrivals, path: Path, column: str, junk: object
) -> None:
    arrivals.keep([(ticket(1), SENT), (ticket(2), SENT)], NOW)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE arrival SET {column} = ? WHERE ticket = 1", (junk,))
    assert arrivals.of([ticket(1), ticket(2)]) == {2: SENT}
