"""What the team was told, as it is remembered."""

import sqlite3
from dataclasses import replace
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
    told = replace(told, overdue={7002: NOW})
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
    "about", ["ticket 7", "opened", "called", "digest", "blind", "ticket", "ticket x", "overdue 7"]
)
def test_a_damaged_row_counts_as_not_told_and_is_named(
    tmp_path: Path, about: str, junk: object
) -> None:
    if junk == "0001-01-01T00:00:00Z" and about in ("opened", "called"):
        return  # so a desk that never closes has it
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


def test_two_computers_that_tell_one_team_are_named(tmp_path: Path) -> None:
    """A folder that two share, or that was copied: their locks do not know of each other."""
    database, said = Database(tmp_path / "mcdesk.db"), list[str]()
    front = Alerts(database, tenant="me", computer="front-desk", say=pytest.fail)
    never_closes = Memory(
        {8: NOW}, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    )
    for memory in (Memory(), never_closes, Memory({8: NOW})):
        front.write(memory)
        assert front.read() == memory
    back = Alerts(database, tenant="me", computer="back-office", say=said.append)
    for _ in range(2):
        assert back.read() == Memory({8: NOW})
    assert said == ["warning: front-desk alerts the team too: let only one computer do that"]
    back.write(Memory({8: NOW}))
    Alerts(database, tenant="me", computer="back-office", say=pytest.fail).read()
    Alerts(database, tenant="another", computer="front-desk", say=pytest.fail).read()
