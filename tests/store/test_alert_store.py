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
