"""Which tickets watches on this computer saw with the vendor, and when last."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from mcdesk.core.wording import instant
from mcdesk.store.database import Database, instant_of

# After so long, nobody wants to know where a ticket was.
_FORGET = timedelta(days=400)


class Sightings:
    """What was seen of the tickets of one *tenant* (its API user), in *database*."""

    def __init__(self, database: Database, *, tenant: str) -> None:
        self._database = database
        self._tenant = tenant

    def of(self, ids: Collection[int]) -> Mapping[int, tuple[datetime, bool]]:
        """Return when those of *ids* that were seen were so last, and if the vendor had them then.

        A row that makes no sense was never there.
        """
        query = "SELECT ticket_id, at, theirs FROM sighting WHERE tenant = ?"
        rows = self._database.execute(query, self._tenant)
        wanted = set(ids)
        seen = {id: (instant_of(at), bool(theirs)) for id, at, theirs in rows if id in wanted}
        return {id: (at, theirs) for id, (at, theirs) in seen.items() if at}

    def keep(self, theirs: Collection[int], unclaimed: Collection[int], now: datetime) -> None:
        """Remember that the vendor has *theirs* *now* (UTC), which were read before *unclaimed*.

        What they had, and what is in neither of the two, is somebody's by now, or closed.
        """
        at, still = instant(now), {*theirs, *unclaimed}
        with self._database.transaction() as db:
            db.execute("DELETE FROM sighting WHERE at < ?", (instant(now - _FORGET),))
            had = db.execute(
                "SELECT ticket_id FROM sighting WHERE tenant = ? AND theirs", (self._tenant,)
            ).fetchall()
            seen = [*((id, True) for id in theirs), *((id, False) for (id,) in had)]
            db.executemany(
                "INSERT OR REPLACE INTO sighting VALUES (?, ?, ?, ?)",
                [
                    (self._tenant, id, at, with_them)
                    for id, with_them in seen
                    if with_them or id not in still
                ],
            )
