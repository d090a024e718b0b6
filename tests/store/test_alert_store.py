"""What the team was told, as it is remembered."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcdesk.core.alerts import Memory
from mcdesk.errors import StoreProblem
from mcdesk.store.alerts import Alerts
from mcdesk.store.database import Database

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_a_full_disk_makes_no_process_tell_the_team_again(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    alerts, told = Alerts(Database(path), tenant="a"), Memory({7001: NOW}, NOW, None, NOW)
    assert alerts.read() == Memory()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TRIGGER full BEFORE INSERT ON alert BEGIN SELECT RAISE(FAIL, 'x'); END")
    with pytest.raises(StoreProblem):
        alerts.write(told)
    assert alerts.read() == told
    assert Alerts(Database(path), tenant="a").read() == Memory()
    with sqlite3.connect(path) as db:
        db.execute("DROP TRIGGER full")
    alerts.write(told)
    assert Alerts(Database(path), tenant="a").read() == told
    db.close()


@pytest.mark.parametrize(
    "junk", [None, 5, 2.5, b"\xff", "words", "2026-11-23T15:00:00", "0001-01-01T00:00:00Z"]
)
@pytest.mark.parametrize(
    "about", ["ticket 7", "opened", "called", "digest", "blind", "ticket", "ticket x"]
)
def test_a_damaged_row_counts_as_not_told_and_is_named(
    tmp_path: Path, about: str, junk: object
) -> None:
    said: list[str] = []
    database = Database(tmp_path / "mcdesk.db")
    alerts = Alerts(database, tenant="me", say=said.append)
    alerts.write(Memory({8: NOW}))
    with database.transaction() as db:
        db.execute("INSERT INTO alert VALUES ('me', ?, ?)", (about, junk))
        db.execute("INSERT INTO alert VALUES ('', 'posting', ?)", (junk,))
    for _ in range(2):
        assert alerts.read() == Memory({8: NOW})
    assert alerts.posting_since() is None
    assert said == [f'warning: a damaged row: "{about}" counts as not told to the team']
    alerts.write(Memory({8: NOW}))
    assert Alerts(database, tenant="me", say=pytest.fail).read() == Memory({8: NOW})
