"""Logins that Autotask refused, so that no schedule locks the API user by trying them on and on.

Only a hash is kept, keyed with a random key of this database: it cannot be compared elsewhere.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

from mcdesk.core.wording import instant
from mcdesk.store.database import Database


class DatabaseRefusals:
    """The refused logins in *database*."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def holds(self, login: str) -> bool:
        """Tell whether *login* was refused before."""
        mark = self._mark(login)
        with self._database.transaction() as db:
            found = db.execute("SELECT 1 FROM refused_login WHERE mark = ?", (mark,)).fetchone()
        return found is not None

    def add(self, login: str) -> None:
        """Remember that *login* was refused."""
        mark = self._mark(login)
        with self._database.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO refused_login VALUES (?, ?)", (mark, instant(self._now()))
            )

    def forget(self) -> None:
        """Let every login be tried once more."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM refused_login")

    def _mark(self, login: str) -> str:
        with self._database.transaction() as db:
            key: bytes = db.execute("SELECT key FROM hash_key").fetchone()[0]
        return hmac.digest(key, login.encode(), hashlib.sha256).hex()
