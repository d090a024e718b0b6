"""The journal: what mcdesk changed in Autotask from here, written down before it is done.

Kept for good, one row a deed. No note texts, no secrets.
"""

from dataclasses import replace

import msgspec

from mcdesk.core.journal import Entry
from mcdesk.store.database import Database


class Journal:
    """The entries of one *tenant* (its API user) in *database*."""

    def __init__(self, database: Database, *, tenant: str) -> None:
        self._database = database
        self._tenant = tenant

    def begin(self, entry: Entry) -> Entry:
        """Write *entry* down, and give it its number."""
        row = (self._tenant, msgspec.json.encode(entry))
        with self._database.transaction() as db:
            inserted = db.execute("INSERT INTO journal (tenant, entry) VALUES (?, ?)", row)
        assert inserted.lastrowid is not None
        return replace(entry, n=inserted.lastrowid)

    def update(self, entry: Entry) -> None:
        """Write down how far *entry* has come."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE journal SET entry = ? WHERE n = ?", (msgspec.json.encode(entry), entry.n)
            )

    def entries(self) -> list[Entry]:
        """Give all entries, the latest first."""
        with self._database.transaction() as db:
            rows = db.execute(
                "SELECT n, entry FROM journal WHERE tenant = ? ORDER BY n DESC", (self._tenant,)
            ).fetchall()
        return [replace(msgspec.json.decode(entry, type=Entry), n=n) for n, entry in rows]
