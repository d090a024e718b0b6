"""The outbox in the database.

An entry is written down before its first request and after every step. The texts of what is done
are erased after 30 days. Whoever delivers holds the delivery lock and may `update`; everybody else
`amend`s what is stored by then, so that no old copy takes the place of what was sent meanwhile.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from mcdesk.core.outbox import KEEP_TEXTS, Entry, StepName
from mcdesk.core.wording import instant
from mcdesk.errors import Refused
from mcdesk.store.database import Database


class Outbox:
    """The entries of one *tenant* (its API user) in *database*."""

    def __init__(self, database: Database, *, tenant: str) -> None:
        self._database = database
        self._tenant = tenant

    def add(self, entry: Entry) -> Entry:
        """Write *entry* down, and give it its number."""
        row = (self._tenant, msgspec.json.encode(entry))
        with self._database.transaction() as db:
            inserted = db.execute("INSERT INTO outbox (tenant, entry) VALUES (?, ?)", row)
        assert inserted.lastrowid is not None
        return replace(entry, n=inserted.lastrowid)

    def amend(self, n: int, change: Callable[[Entry], Entry]) -> Entry:
        """Apply *change* to entry *n* as it is stored now, and give it as it is then.

        Raises Refused where another mcdesk has dropped it.
        """
        with self._database.transaction() as db:
            row = db.execute("SELECT entry FROM outbox WHERE n = ?", (n,)).fetchone()
            if row is None:
                raise Refused(f"number {n} was dropped meanwhile, so nothing was sent")
            entry = change(replace(msgspec.json.decode(row[0], type=Entry), n=n))
            db.execute("UPDATE outbox SET entry = ? WHERE n = ?", (msgspec.json.encode(entry), n))
        return entry

    def release(self, n: int) -> Entry:
        """Let entry *n* go: somebody has seen which ticket it is, or nobody was there to ask."""
        return self.amend(n, lambda entry: replace(entry, released=True))

    def hold_up(self, n: int, at: datetime, reason: str) -> Entry:
        """Write down the *reason* why entry *n* could not start, if it still waits."""
        return self.amend(n, lambda entry: entry.held_up(at, reason))

    def update(self, entry: Entry, now: datetime) -> None:
        """Write down how far *entry* has come, as of *now*; only while holding the lock."""
        done = instant(now) if entry.done else None
        with self._database.transaction() as db:
            db.execute(
                "UPDATE outbox SET entry = ?, done = ? WHERE n = ?",
                (msgspec.json.encode(entry), done, entry.n),
            )

    def drop(self, n: int) -> None:
        """Forget entry *n*."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM outbox WHERE n = ?", (n,))

    def take_back(self, n: int) -> bool:
        """Forget entry *n* unless somebody has begun to send it, and tell whether it is gone."""
        with self._database.transaction() as db:
            row = db.execute("SELECT entry FROM outbox WHERE n = ?", (n,)).fetchone()
            if row and not msgspec.json.decode(row[0], type=Entry).untouched:
                return False
            db.execute("DELETE FROM outbox WHERE n = ?", (n,))
        return True

    def open(self) -> list[Entry]:
        """Give the entries that are not done, the oldest first."""
        return self._entries("done IS NULL")

    def all(self) -> list[Entry]:
        """Give every entry, the oldest first."""
        return self._entries("TRUE")

    def note_ids(self) -> frozenset[int]:
        """Give the ids of the notes that were created from here."""
        steps = (entry.step(StepName.NOTE) for entry in self.all())
        return frozenset(step.row for step in steps if step and step.row is not None)

    def erase_texts(self, now: datetime) -> None:
        """Erase the texts of what has been done for 30 days."""
        with self._database.transaction() as db:
            rows = db.execute(
                "SELECT n, entry FROM outbox WHERE done < ?", (instant(now - KEEP_TEXTS),)
            ).fetchall()
            for n, stored in rows:
                entry = msgspec.json.decode(stored, type=Entry)
                if entry.text or entry.letter:
                    erased = msgspec.json.encode(entry.without_texts())
                    db.execute("UPDATE outbox SET entry = ? WHERE n = ?", (erased, n))

    def _entries(self, condition: str) -> list[Entry]:
        with self._database.transaction() as db:
            # The condition is one of the two above.
            rows = db.execute(
                f"SELECT n, entry FROM outbox WHERE tenant = ? AND {condition} ORDER BY n",  # noqa: S608
                (self._tenant,),
            ).fetchall()
        return [replace(msgspec.json.decode(entry, type=Entry), n=n) for n, entry in rows]
