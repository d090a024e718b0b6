"""The SQLite file: opening it, its schema, and transactions that really are.

Every block is one BEGIN IMMEDIATE transaction: what is read in it still holds when it writes.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any

from msgspec import MsgspecError

from mcdesk.errors import StoreProblem
from mcdesk.folders import denial, make_private

# Seconds that one mcdesk waits for another to finish its transaction.
_PATIENCE = 10.0
# What decoding raises for a row that a broken disk has left: no text, no JSON, or of other types.
NONSENSE = (MsgspecError, TypeError, UnicodeError)
# Those that every calendar and time zone has.
YEARS = range(1971, 9000)
_Migration = Callable[[sqlite3.Connection], None]
_FORGETTING = (
    "DELETE FROM operation",
    "DELETE FROM alert",
    "DELETE FROM arrival",
    "DELETE FROM sighting",
    "DELETE FROM named",
    "DELETE FROM value",
)


class Database:
    """The file at *path*, made and brought up to date the first time it is used.

    It stays open until `close`. One thread at a time may use it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file; the next transaction opens it again."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open one transaction: committed at the end, taken back if the block raises.

        Raises StoreProblem when the file cannot be opened, is no database, or stays locked.
        """
        try:
            self._db = self._db or _opened(self._path)
            with _immediate(self._db):
                yield self._db
        except (sqlite3.Error, OSError) as error:
            self.close()  # a file that comes back, as on a network drive, is opened again
            raise _problem(error, self._path) from error

    def execute(self, statement: str, *values: object) -> list[Any]:
        """Execute one *statement* in a transaction of its own, and return its rows."""
        with self.transaction() as db:
            return db.execute(statement, values).fetchall()

    def holds_deeds(self) -> bool:
        """Return whether something was done from here, or is still to be done."""
        return bool(self.execute("SELECT 1 FROM operation LIMIT 1"))

    def forget_everything(self) -> None:
        """Remove what was done, is still to be done, or is remembered of a tenant."""
        with self.transaction() as db:
            copy_of_0_1(self._path).unlink(missing_ok=True)
            for statement in _FORGETTING:
                db.execute(statement)

    @property
    def taken_over(self) -> bool:
        """Whether mcdesk 0.1 worked here until lately: the copy of what it wrote is still kept."""
        return copy_of_0_1(self._path).exists()

    def forget_copy(self, before: datetime) -> None:
        """Remove the copy of what 0.1 wrote if it was made *before* an instant, if that works."""
        copy = copy_of_0_1(self._path)
        with suppress(OSError):
            if copy.stat().st_mtime < before.timestamp():
                copy.unlink()


def instant_of(text: object, years: range = YEARS) -> datetime | None:
    """Read the instant *text* of a row, None for what mcdesk has not written, of other *years*."""
    with suppress(ValueError, TypeError):
        moment = datetime.fromisoformat(text)  # type: ignore[arg-type]  # whatever the row holds
        if moment.tzinfo and moment.year in years:
            return moment
    return None


def copy_of_0_1(path: Path) -> Path:
    """Return where the database at *path* is kept as mcdesk 0.1 left it."""
    return path.with_name(f"{path.name}.0.1")


def _problem(error: Exception, path: Path) -> StoreProblem:
    """Return the fix for *error*; only a file that is broken is one to move away."""
    if "disk is full" in str(error) or getattr(error, "errno", None) == ENOSPC:
        hint = "free up space on that disk; the file stays as it is"
        return StoreProblem(f"{path}: {error}", hint=hint)
    hint = "close other mcdesk windows; if it stays, move the file away: mcdesk makes a new one"
    return denial(error, path, StoreProblem) or StoreProblem(f"{path}: {error}", hint=hint)


def _opened(path: Path) -> sqlite3.Connection:
    make_private(path.parent)
    if not path.exists():
        path.touch(mode=0o600)
    db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    # A text that a broken disk has left in pieces must not hide the other rows.
    db.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        # What is erased or dropped must not stay readable in the file.
        db.execute("PRAGMA secure_delete = ON")
        _migrate(db)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _immediate(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite ends it by itself at some errors, such as a full disk
            with suppress(sqlite3.Error):  # the first error is the one to tell
                db.execute("ROLLBACK")
        raise


def _migrate(db: sqlite3.Connection) -> None:
    """Apply the steps that *db* has not seen, each committed together with its own record."""
    done = db.execute("PRAGMA user_version").fetchone()[0]
    if done > len(_MIGRATIONS):
        raise StoreProblem("mcdesk.db was made by a newer mcdesk", hint="update this mcdesk")
    for number, step in enumerate(_MIGRATIONS, start=1):
        if number <= done:
            continue
        with _immediate(db):
            if db.execute("PRAGMA user_version").fetchone()[0] < number:
                step(db)
                db.execute(f"PRAGMA user_version = {number}")


def _run(*statements: str) -> _Migration:
    def step(db: sqlite3.Connection) -> None:
        for statement in statements:
            db.execute(statement)

    return step


def _make_operations(db: sqlite3.Connection) -> None:
    from mcdesk.store.taking_over import make_operations

    make_operations(db)


# The cache, refused logins, the journal and the outbox of 0.1, alerts, operations,
# accepted logins, when a refused one is tried again, when tickets went to the vendor, and which of
# them were seen there.
_MIGRATIONS: tuple[_Migration, ...] = (
    _run(
        "CREATE TABLE value (tenant TEXT, key TEXT, value BLOB, at TEXT,"
        " PRIMARY KEY (tenant, key))",
        "CREATE TABLE named (tenant TEXT, kind TEXT, id INTEGER, value BLOB, at TEXT,"
        " PRIMARY KEY (tenant, kind, id)) WITHOUT ROWID",
    ),
    _run(
        "CREATE TABLE refused_login (mark TEXT PRIMARY KEY, at TEXT)",
        "CREATE TABLE hash_key (key BLOB)",
        "INSERT INTO hash_key VALUES (randomblob(32))",
    ),
    _run("CREATE TABLE journal (n INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT, entry BLOB)"),
    _run(
        "CREATE TABLE outbox (n INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT, done TEXT,"
        " entry BLOB)"
    ),
    _run(
        "CREATE TABLE alert (tenant TEXT, about TEXT, at TEXT, PRIMARY KEY (tenant, about))"
        " WITHOUT ROWID"
    ),
    _make_operations,
    _run("CREATE TABLE accepted_login (mark TEXT PRIMARY KEY)"),
    _run(
        "ALTER TABLE refused_login ADD COLUMN due TEXT",
        "UPDATE refused_login SET due = strftime('%Y-%m-%dT%H:%M:%SZ', at, '+1 hour')",
    ),
    _run(
        "CREATE TABLE arrival (tenant TEXT, ticket INTEGER, modified TEXT, since TEXT, at TEXT,"
        " PRIMARY KEY (tenant, ticket)) WITHOUT ROWID"
    ),
    _run(
        "CREATE TABLE sighting (tenant TEXT, ticket_id INTEGER, at TEXT, theirs INTEGER,"
        " PRIMARY KEY (tenant, ticket_id)) WITHOUT ROWID"
    ),
)
