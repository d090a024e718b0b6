"""A sandbox's world as tests see it: its rows are read and changed without asking any rule."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

from mcdesk.sandbox import people, seed, udfs, world
from mcdesk.sandbox.schema import BY_PATH
from mcdesk.sandbox.world import State, Values


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request that was answered; status 0 for one whose connection was dropped."""

    at: datetime
    method: str
    path: str
    status: int


class World(world.World):
    """A world whose collections are named by their *path* in the API, in any case."""

    def seed(
        self, *, now: datetime, waiting: Sequence[datetime], fixed_now: str | None = None
    ) -> None:
        """Empty it and fill it around *now*, as `seed.fill` does."""
        with self.transaction() as db:
            seed.fill(db, now=now, waiting=waiting, fixed_now=fixed_now)

    @property
    def state(self) -> State:
        """When and for which clock it was seeded, and when it was last written to."""
        with self.transaction() as db:
            return world.state_of(db)

    def insert(self, path: str, **values: Any) -> int:
        """Add a row and return its id."""
        with self.transaction() as db:
            return world.insert(db, BY_PATH[path.casefold()], values)

    def update(self, path: str, row_id: int, **values: Any) -> None:
        """Change a row."""
        with self.transaction() as db:
            world.update(db, BY_PATH[path.casefold()], row_id, values)

    def delete(self, path: str, row_id: int) -> None:
        """Remove a row."""
        with self.transaction() as db:
            db.execute(f"DELETE FROM {BY_PATH[path.casefold()].path} WHERE id = ?", (row_id,))

    def row(self, path: str, row_id: int) -> Values | None:
        """Read one row as the API shows it."""
        with self.transaction() as db:
            return world.row(db, BY_PATH[path.casefold()], row_id)

    def rows(self, path: str, **equal: Any) -> list[Values]:
        """Find the rows whose fields have the values in *equal*."""
        with self.transaction() as db:
            return world.rows(db, BY_PATH[path.casefold()], **equal)

    def add_choice(
        self,
        path: str,
        name: str,
        value: int,
        label: str,
        *,
        active: bool = True,
        system: bool = False,
    ) -> None:
        """Add a value to the picklist *name*."""
        with self.transaction() as db:
            world.add_choice(db, path, name, (value, label, active, system))

    def deactivate_choice(self, path: str, name: str, value: int) -> None:
        """Retire a value of a picklist; rows keep it."""
        with self.transaction() as db:
            db.execute(
                "UPDATE picklist SET isActive = 0 WHERE entity = ? AND field = ? AND value = ?",
                (path, name, value),
            )

    def set_usual(self, path: str, name: str, value: int | None) -> None:
        """Make a value of a picklist what new rows get if nobody chooses; None: there is none."""
        with self.transaction() as db:
            db.execute(
                "UPDATE picklist SET isDefaultValue = (value IS ?) WHERE entity = ? AND field = ?",
                (value, path, name),
            )

    def set_own(self, company: int, name: str, value: str | None) -> None:
        """Set a field that only this tenant's companies have."""
        with self.transaction() as db:
            udfs.set_values(db, BY_PATH["companies"], company, {name: value})

    def set_plan(self, company: int, value: str | None) -> None:
        """Set the companies' own field that says if the vendor serves them."""
        self.set_own(company, people.PLAN, value)

    def forbid_impersonation(self, *resource_ids: int) -> None:
        """Let nobody write in the names of these resources (0: of any)."""
        with self.transaction() as db:
            db.executemany(
                "INSERT OR IGNORE INTO no_impersonation VALUES (?)", [(id,) for id in resource_ids]
            )

    def requests(self) -> list[LoggedRequest]:
        """List the requests of the API so far, in order."""
        with self.transaction() as db:
            found = db.execute("SELECT at, method, path, status FROM request ORDER BY id")
            return [LoggedRequest(datetime.fromisoformat(at), *rest) for at, *rest in found]


class OpenWorld(World):
    """A world whose file nobody replaces: it stays open, as opening it takes longer than a request.

    Who makes one sees to it that it is closed (tests/conftest.py).
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._db: sqlite3.Connection | None = None
        self._one_at_a_time = RLock()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Wait until no other thread has a transaction."""
        with self._one_at_a_time:
            if self._db is None:
                self._db = world.connected(self._path, one_thread=False)
            yield self._db

    def close(self) -> None:
        """Close the file until it is used again."""
        with self._one_at_a_time:
            if self._db is not None:
                self._db.close()
                self._db = None
