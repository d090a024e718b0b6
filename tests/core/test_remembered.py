"""Refused logins: what the store keeps is what sessions and mailers ask for."""

from datetime import UTC, datetime
from pathlib import Path

from mcdesk.core.remembered import RefusedLogins
from mcdesk.store.database import Database
from mcdesk.store.refusals import DatabaseRefusals


def refused(path: Path) -> RefusedLogins:
    return DatabaseRefusals(Database(path), now=lambda: datetime(2026, 11, 23, tzinfo=UTC))


def test_one_may_be_tried_once_more_and_the_others_not(tmp_path: Path) -> None:
    known = refused(tmp_path / "a.db")
    for login in ("one", "other"):
        assert not known.holds(login)
        known.add(login)
    known.lift("one")
    for each in (known, refused(tmp_path / "a.db")):
        assert not each.holds("one")
        assert each.holds("other")
