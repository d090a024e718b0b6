"""When tickets went to the vendor, as their histories told: asked for once, until they change."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from mcdesk.core.tickets import Ticket
from mcdesk.core.wording import instant
from mcdesk.store.database import Database, instant_of

# What nobody has looked at for so long is forgotten.
_KEEP = timedelta(days=90)


class Arrivals:
    """What was learned of the tickets of *tenant* (its API user), kept in *database*."""

    def __init__(self, database: Database, *, tenant: str) -> None:
        self._database = database
        self._tenant = tenant

    def of(self, tickets: Iterable[Ticket]) -> Mapping[int, datetime | None]:
        """Return when each of *tickets* went to the vendor (UTC), by its id.

        Without those that have changed since somebody looked; None is what no history told.
        """
        query = "SELECT ticket, modified, since FROM arrival WHERE tenant = ?"
        rows = self._database.execute(query, self._tenant)
        stored = {ticket: (instant_of(modified), since) for ticket, modified, since in rows}
        known = {}
        for ticket in tickets:
            modified, since = stored.get(ticket.id, (None, None))
            at = instant_of(since)
            if modified and modified == ticket.modified and (at or since is None):
                known[ticket.id] = at
        return known

    def keep(self, told: Iterable[tuple[Ticket, datetime | None]], now: datetime) -> None:
        """Remember what the histories of tickets *told* at *now* (UTC)."""
        rows = [
            (
                self._tenant,
                ticket.id,
                ticket.modified.isoformat(),
                since and since.isoformat(),
                instant(now),
            )
            for ticket, since in told
            if ticket.modified
        ]
        with self._database.transaction() as db:
            db.execute("DELETE FROM arrival WHERE at < ?", (instant(now - _KEEP),))
            db.executemany("INSERT OR REPLACE INTO arrival VALUES (?, ?, ?, ?, ?)", rows)
