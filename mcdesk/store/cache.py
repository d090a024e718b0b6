"""The cache of one tenant's picklists, people and names; nothing in it is believed after a day.

What is older is erased as soon as something new comes.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from mcdesk.core.wording import instant
from mcdesk.store.database import Database

MAX_AGE = timedelta(days=1)


class DatabaseCache:
    """What was learnt of *tenant* in the last day, as of the time that *now* tells."""

    def __init__(self, database: Database, *, tenant: str, now: Callable[[], datetime]) -> None:
        self._database = database
        self._tenant = tenant
        self._now = now

    def get(self, key: str) -> Any:
        """Give the value of *key*, None when there is none or it is too old."""
        with self._database.transaction() as db:
            row = db.execute(
                "SELECT value FROM value WHERE tenant = ? AND key = ? AND at BETWEEN ? AND ?",
                (self._tenant, key, *self._fresh()),
            ).fetchone()
        return msgspec.json.decode(row[0]) if row else None

    def put(self, key: str, value: Any) -> None:
        """Remember *value* as *key*."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM value WHERE at < ?", (self._fresh()[0],))
            db.execute(
                "INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?)",
                (self._tenant, key, msgspec.json.encode(value), self._stamp()),
            )

    def forget(self, key: str) -> None:
        """Drop *key*."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM value WHERE tenant = ? AND key = ?", (self._tenant, key))

    def rows(self, kind: str, ids: Collection[int] | None = None) -> dict[int, Any]:
        """Give the remembered rows of *kind*: those of *ids*, or all."""
        query = "SELECT id, value FROM named WHERE tenant = ? AND kind = ? AND at BETWEEN ? AND ?"
        with self._database.transaction() as db:
            found = dict(db.execute(query, (self._tenant, kind, *self._fresh())))
        wanted = found.keys() if ids is None else found.keys() & set(ids)
        return {id: msgspec.json.decode(found[id]) for id in wanted}

    def put_rows(self, kind: str, rows: Mapping[int, Any]) -> None:
        """Remember *rows* of *kind* by their ids."""
        at = self._stamp()
        with self._database.transaction() as db:
            db.execute("DELETE FROM named WHERE at < ?", (self._fresh()[0],))
            db.executemany(
                "INSERT OR REPLACE INTO named VALUES (?, ?, ?, ?, ?)",
                (
                    (self._tenant, kind, id, msgspec.json.encode(row), at)
                    for id, row in rows.items()
                ),
            )

    def _stamp(self) -> str:
        return instant(self._now())

    def _fresh(self) -> tuple[str, str]:
        """Tell from when to when an entry must stem; one from the future is not believed either."""
        now = self._now()
        return instant(now - MAX_AGE), instant(now)
