"""Logins that were refused, so that no schedule locks an account by trying them on and on.

A refusal may have been a moment's: each is tried once more after an hour, then once a day. Those
that were accepted are known too: with one that is new, only one request goes out at first.

Only a hash is kept, keyed with a random key of this database: it cannot be compared elsewhere.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from sqlite3 import Connection

from mcdesk.core.wording import instant
from mcdesk.store.database import Database, instant_of

# How long a login is left alone after the first refusal, and after each further one.
_FIRST, _FURTHER = timedelta(hours=1), timedelta(days=1)
# For how long the others leave the try to whoever began it.
_TRYING = timedelta(minutes=10)


class DatabaseRefusals:
    """The refused logins in *database*; those of this process are known whatever its disk does."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._refused_here: set[bytes] = set()

    def holds(self, login: str) -> bool:
        """Return whether *login* was refused, and is not due for another try.

        One that is due is let through once: to others, it is refused for as long as a try takes.
        """
        if _digest(login) in self._refused_here:
            return True
        with self._database.transaction() as db:
            mark, now = _mark(db, login), self._now()
            found = db.execute("SELECT due FROM refused_login WHERE mark = ?", (mark,)).fetchone()
            if found is None or not _is_due(found[0], now):
                return found is not None
            trying = (instant(now + _TRYING), mark)
            db.execute("UPDATE refused_login SET due = ? WHERE mark = ?", trying)
            return False

    def add(self, login: str) -> None:
        """Remember that *login* was refused."""
        self._refused_here.add(_digest(login))
        with self._database.transaction() as db:
            mark, now = _mark(db, login), self._now()
            db.execute("DELETE FROM accepted_login WHERE mark = ?", (mark,))
            before = db.execute("SELECT at FROM refused_login WHERE mark = ?", (mark,)).fetchone()
            # Two at the same moment are one refusal; a damaged row is an earlier one.
            at = instant_of(before[0]) if before else now
            again = at is None or abs(now - at) >= _FIRST
            due = now + (_FURTHER if again else _FIRST)
            row = (mark, instant(now), instant(due))
            db.execute("INSERT OR REPLACE INTO refused_login VALUES (?, ?, ?)", row)

    def lift(self, login: str) -> None:
        """Let *login* be tried once more."""
        self._refused_here.discard(_digest(login))
        with self._database.transaction() as db:
            db.execute("DELETE FROM refused_login WHERE mark = ?", (_mark(db, login),))

    def accepted(self, login: str) -> bool:
        """Return whether *login* was accepted before, and not refused since."""
        with self._database.transaction() as db:
            found = db.execute("SELECT 1 FROM accepted_login WHERE mark = ?", (_mark(db, login),))
            return found.fetchone() is not None

    def accept(self, login: str) -> None:
        """Remember that *login* was accepted, whatever was said of it before."""
        with self._database.transaction() as db:
            mark = _mark(db, login)
            db.execute("DELETE FROM refused_login WHERE mark = ?", (mark,))
            db.execute("INSERT OR REPLACE INTO accepted_login VALUES (?)", (mark,))

    def forget(self) -> None:
        """Let every login be tried once more."""
        self._refused_here.clear()
        self._database.execute("DELETE FROM refused_login")


def _digest(login: str) -> bytes:
    # What a shell passed on in another encoding comes as halves of characters.
    return hashlib.sha256(login.encode("utf-8", "surrogatepass")).digest()


def _mark(db: Connection, login: str) -> str:
    key = _key(db)
    return hmac.digest(key, login.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()


def _key(db: Connection) -> bytes:
    """Return the key of this database; one that is damaged or gone is made again."""
    query = "SELECT key FROM hash_key WHERE typeof(key) = 'blob' AND length(key) = 32"
    row = db.execute(query).fetchone()
    if row is None:
        db.execute("DELETE FROM hash_key")
        db.execute("INSERT INTO hash_key VALUES (randomblob(32))")
        row = db.execute(query).fetchone()
    key: bytes = row[0]
    return key


def _is_due(due: object, now: datetime) -> bool:
    """Return whether *due* is past, or damaged; a clock set back puts nothing off beyond a day."""
    at = instant_of(due)
    return at is None or not now < at <= now + _FURTHER
