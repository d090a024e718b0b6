"""The cache of one tenant's picklists, people and names; nothing in it is believed after a day.

What is older is erased as soon as something new comes. What does not decode, as after an update,
was never there.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from mcdesk.core.wording import instant
from mcdesk.store.database import NONSENSE, Database

T = TypeVar("T")
MAX_AGE = timedelta(days=1)


class DatabaseCache:
    """What was learned of *tenant* in the last day, by the time that *now* says."""

    def __init__(self, database: Database, *, tenant: str, now: Callable[[], datetime]) -> None:
        self._database = database
        self._tenant = tenant
        self._now = now

    def get(self, key: str, kind: type[T]) -> T | None:
        """Return the value of *key*, None for none, one that is too old, or of another *kind*."""
        query = "SELECT value FROM value WHERE tenant = ? AND key = ? AND at BETWEEN ? AND ?"
        rows = self._database.execute(query, self._tenant, key, *self._fresh())
        with suppress(*NONSENSE):
            return msgspec.json.decode(rows[0][0], type=kind) if rows else None
        return None

    def put(self, key: str, value: object) -> None:
        """Remember *value* as *key*."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM value WHERE at < ?", (self._fresh()[0],))
            db.execute(
                "INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?)",
                (self._tenant, key, msgspec.json.encode(value), self._stamp()),
            )

    def forget(self, key: str) -> None:
        """Drop *key*."""
        delete = "DELETE FROM value WHERE tenant = ? AND key = ?"
        self._database.execute(delete, self._tenant, key)

    def rows(self, name: str, kind: type[T], ids: Collection[int]) -> dict[int, T | None]:
        """Return what is remembered as *name* of *ids*; None stands for "there is no such one"."""
        query = "SELECT id, value FROM named WHERE tenant = ? AND kind = ? AND at BETWEEN ? AND ?"
        found = dict(self._database.execute(query, self._tenant, name, *self._fresh()))
        rows: dict[int, T | None] = {}
        for id in found.keys() & set(ids):
            with suppress(*NONSENSE):
                rows[id] = msgspec.json.decode(found[id], type=kind | None)
        return rows

    def put_rows(self, name: str, rows: Mapping[int, object]) -> None:
        """Remember *rows* by their ids as *name*."""
        at = self._stamp()
        with self._database.transaction() as db:
            db.execute("DELETE FROM named WHERE at < ?", (self._fresh()[0],))
            db.executemany(
                "INSERT OR REPLACE INTO named VALUES (?, ?, ?, ?, ?)",
                (
                    (self._tenant, name, id, msgspec.json.encode(row), at)
                    for id, row in rows.items()
                ),
            )

    def _stamp(self) -> str:
        return instant(self._now())

    def _fresh(self) -> tuple[str, str]:
        """Return between which times an entry counts; one from the future is not believed."""
        now = self._now()
        return instant(now - MAX_AGE), instant(now)
