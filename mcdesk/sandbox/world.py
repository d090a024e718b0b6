"""The world: every row of the embedded Autotask in one SQLite file.

Each request is one transaction, so that several processes and threads can use it at once.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from mcdesk.sandbox.entities import Entity, Field
from mcdesk.sandbox.schema import ENTITIES
from mcdesk.sandbox.udfs import values_of

Values = dict[str, Any]
# Of the tables and of what is in a new world; one of another version cannot be used.
VERSION = 3
# Seconds that one request waits for another's transaction.
_PATIENCE = 10.0
# What an id can be; SQLite takes no larger one.
ID_RANGE = range(-(2**63), 2**63)
_OWN_TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)",
    "CREATE TABLE picklist (entity TEXT, field TEXT, value INTEGER, label TEXT,"
    " isActive INTEGER, isSystem INTEGER, sortOrder INTEGER, parentValue TEXT,"
    " isDefaultValue INTEGER)",
    "CREATE TABLE request (id INTEGER PRIMARY KEY, at TEXT, method TEXT, path TEXT,"
    " status INTEGER)",
    "CREATE INDEX request_at ON request (at)",
    "CREATE TABLE due_rule (id INTEGER PRIMARY KEY, at TEXT, ticket INTEGER,"
    " field TEXT, value INTEGER)",
    "CREATE TABLE vendor_plan (ticket INTEGER PRIMARY KEY, plan TEXT)",
    "CREATE TABLE no_impersonation (resource INTEGER PRIMARY KEY)",
    "CREATE TABLE udf (definition INTEGER, row_id INTEGER, value TEXT COLLATE NOCASE,"
    " PRIMARY KEY (definition, row_id))",
)
_INDEXES = (
    'CREATE INDEX open_tickets ON Tickets ("queueID", "status")',
    'CREATE INDEX held_by ON Tickets ("assignedResourceID")',
    'CREATE INDEX numbers ON Tickets ("ticketNumber")',
    'CREATE INDEX notes_of ON TicketNotes ("ticketID")',
    'CREATE INDEX time_of ON TimeEntries ("ticketID")',
    'CREATE INDEX history_of ON TicketHistory ("ticketID")',
)


@dataclass(frozen=True, slots=True)
class State:
    """When a world was seeded and last written to through the API, None for never.

    *fixed_now* is the fixed clock that it was seeded for, as it was given; *version* is that of the
    mcdesk that made it.
    """

    seeded_at: datetime | None
    touched_at: datetime | None
    fixed_now: str | None
    version: int


class World:
    """The rows in the file at *path*."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the world in the file at *path*, making an empty one if there is none.

        One of another version is left as it is: nothing but its state can be read.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        world = cls(path)
        with world.transaction() as db:
            if not _tables(db):
                make_tables(db)
        return world

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open one transaction: committed at the end, taken back if the block raises."""
        with self.connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction: by the next, another may have taken its place."""
        with closing(connected(self._path)) as db:
            yield db


def connected(path: Path, *, one_thread: bool = True) -> sqlite3.Connection:
    """Connect to the file at *path*, for the use of *one_thread* or of any, one at a time."""
    db = sqlite3.connect(
        path, timeout=_PATIENCE, isolation_level=None, check_same_thread=one_thread
    )
    db.row_factory = sqlite3.Row
    # A demo need not outlive a power cut: no waiting for the disk.
    db.execute("PRAGMA synchronous = OFF")
    db.create_function("casefolded", 1, lambda value: str(value).casefold(), deterministic=True)
    return db


def make_tables(db: sqlite3.Connection) -> None:
    """Throw away all there is, of whatever version, and make the tables of this one."""
    for name in _tables(db):
        db.execute(f'DROP TABLE "{name}"')
    for entity in ENTITIES:
        columns = ", ".join(field.column for field in entity.fields.values())
        db.execute(f"CREATE TABLE {entity.path} ({columns})")
    for statement in (*_OWN_TABLES, *_INDEXES):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


def _tables(db: sqlite3.Connection) -> list[str]:
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [name for (name,) in found]


def state_of(db: sqlite3.Connection) -> State:
    """Read the state of the world, within a transaction of the caller's."""
    seeded_at, touched_at = (get_meta(db, key) for key in ("seeded_at", "touched_at"))
    return State(
        datetime.fromisoformat(seeded_at) if seeded_at else None,
        datetime.fromisoformat(touched_at) if touched_at else None,
        get_meta(db, "fixed_now"),
        db.execute("PRAGMA user_version").fetchone()[0],
    )


def get_meta(db: sqlite3.Connection, key: str) -> str | None:
    """Read what is noted as *key* about the world itself."""
    found = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return found[0] if found else None


def set_meta(db: sqlite3.Connection, key: str, value: str | None) -> None:
    """Note *value* as *key* about the world itself."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def insert(db: sqlite3.Connection, entity: Entity, values: Mapping[str, Any]) -> int:
    """Add a row to *entity*; its id follows the highest unless *values* has one."""
    stored = _stored(entity, values)
    names = ", ".join(f'"{name}"' for name in stored)
    marks = ", ".join("?" * len(stored))
    done = db.execute(
        f"INSERT INTO {entity.path} ({names}) VALUES ({marks})", tuple(stored.values())
    )
    return int(done.lastrowid or 0)


def update(db: sqlite3.Connection, entity: Entity, row_id: int, values: Mapping[str, Any]) -> None:
    """Change the row *row_id* of *entity*."""
    stored = _stored(entity, values)
    names = ", ".join(f'"{name}" = ?' for name in stored)
    if names:
        db.execute(f"UPDATE {entity.path} SET {names} WHERE id = ?", (*stored.values(), row_id))


def row(db: sqlite3.Connection, entity: Entity, row_id: int | None) -> Values | None:
    """Read the row *row_id* of *entity* as the API shows it."""
    if row_id is None or row_id not in ID_RANGE:
        return None
    return next(iter(rows(db, entity, id=row_id)), None)


def rows(db: sqlite3.Connection, entity: Entity, **equal: Any) -> list[Values]:
    """Find the rows of *entity* whose fields have the values in *equal*, in order of their ids."""
    condition = " AND ".join(f'"{name}" IS ?' for name in equal) or "1"
    sql = f"SELECT * FROM {entity.path} WHERE {condition} ORDER BY id"
    return [to_wire(db, entity, found) for found in db.execute(sql, tuple(equal.values()))]


def add_choice(
    db: sqlite3.Connection,
    path: str,
    name: str,
    choice: tuple[int | str, str, bool, bool],
    *,
    parent: int | str = "",
    usual: bool = False,
) -> None:
    """Add *choice* (value, label, active, system) behind the others of a picklist.

    *parent* is the value of another picklist's choice that it belongs to; *usual* makes it what new
    rows get if nobody chooses.
    """
    value, label, active, system = choice
    order = db.execute(
        "SELECT count(*) FROM picklist WHERE entity = ? AND field = ?", (path, name)
    ).fetchone()[0]
    db.execute(
        "INSERT INTO picklist VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (path, name, value, label, active, system, order + 1, str(parent), usual),
    )


def to_wire(
    db: sqlite3.Connection, entity: Entity, found: sqlite3.Row, *, with_udfs: bool = True
) -> Values:
    """Turn a stored row into the API's JSON, with the values of user-defined fields or without."""
    asked = set(found.keys())
    values = {
        field.name: _to_wire(field, found[field.name])
        for field in entity.fields.values()
        if field.name in asked
    }
    if not entity.has_udfs:
        return values
    return {**values, "userDefinedFields": values_of(db, entity, values["id"]) if with_udfs else []}


def stored_instant(moment: datetime) -> str:
    """Write *moment* so that texts sort as instants do: UTC with three decimals."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


def _to_wire(field: Field, value: Any) -> Any:
    """Turn one value into the API's: instants have as many decimals as they need."""
    if value is None:
        return "" if field.never_null else None
    if field.type == "boolean":
        return bool(value)
    if field.type == "datetime":
        return str(value).removesuffix("Z").rstrip("0").rstrip(".") + "Z"
    return value


def _stored(entity: Entity, values: Mapping[str, Any]) -> Values:
    stored = {}
    for name, value in values.items():
        known = entity.field(name)
        if known:
            stored[known.name] = stored_instant(value) if isinstance(value, datetime) else value
    return stored
