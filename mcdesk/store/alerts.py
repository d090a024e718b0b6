"""What the team was told, kept across restarts and for every watch on this computer."""

from datetime import datetime

from mcdesk.core.alerts import Memory
from mcdesk.store.database import Database

# Since when somebody has been posting: whoever it is, for there is one lock for all tenants.
_POSTING = ("", "posting")
_OPENED, _CALLED, _DIGEST, _BLIND = "opened", "called", "digest", "blind"
_TICKET = "ticket "


class Alerts:
    """The memory of one *tenant* (its API user) in *database*."""

    def __init__(self, database: Database, *, tenant: str) -> None:
        self._database = database
        self._tenant = tenant
        # What the team was told and no disk took: this process does not tell it again.
        self._unwritten: Memory | None = None

    def read(self) -> Memory:
        """Return what the team was told."""
        if self._unwritten is not None:
            return self._unwritten
        with self._database.transaction() as db:
            rows = db.execute(
                "SELECT about, at FROM alert WHERE tenant = ?", (self._tenant,)
            ).fetchall()
        known = {about: datetime.fromisoformat(at) for about, at in rows}
        return Memory(
            {
                int(about.removeprefix(_TICKET)): at
                for about, at in known.items()
                if about.startswith(_TICKET)
            },
            known.get(_OPENED),
            known.get(_CALLED),
            known.get(_DIGEST),
            known.get(_BLIND),
        )

    def write(self, memory: Memory) -> None:
        """Remember *memory* in place of what was known."""
        known = {f"{_TICKET}{id}": at for id, at in memory.alerted.items()}
        marks = {
            _OPENED: memory.opened,
            _CALLED: memory.called,
            _DIGEST: memory.digest,
            _BLIND: memory.blind,
        }
        known |= {mark: at for mark, at in marks.items() if at is not None}
        rows = [(self._tenant, about, at.isoformat()) for about, at in known.items()]
        self._unwritten = memory
        with self._database.transaction() as db:
            db.execute("DELETE FROM alert WHERE tenant = ?", (self._tenant,))
            db.executemany("INSERT INTO alert VALUES (?, ?, ?)", rows)
        self._unwritten = None

    def begin_post(self, now: datetime) -> None:
        """Write down that somebody is posting since *now* (UTC); only while holding the lock."""
        with self._database.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO alert VALUES (?, ?, ?)", (*_POSTING, now.isoformat())
            )

    def end_post(self) -> None:
        """Write down that nobody is posting; only while holding the lock."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM alert WHERE tenant = ? AND about = ?", _POSTING)

    def posting_since(self) -> datetime | None:
        """Return since when somebody has been posting (UTC); it means nothing if the lock is free.

        None if nobody is.
        """
        with self._database.transaction() as db:
            row = db.execute(
                "SELECT at FROM alert WHERE tenant = ? AND about = ?", _POSTING
            ).fetchone()
        return datetime.fromisoformat(row[0]) if row else None
