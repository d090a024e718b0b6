"""What the team was told, kept across restarts and for every watch on this computer."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from mcdesk.core.alerts import Memory
from mcdesk.store.database import YEARS, Database, instant_of

# Since when somebody has been posting: whoever it is, there is one lock for all tenants.
_POSTING = ("", "posting")
_OPENED, _CALLED, _DIGEST, _BLIND = "opened", "called", "digest", "blind"
_TICKET, _OVERDUE, _COMPUTER = "ticket ", "overdue ", "computer "


class Alerts:
    """The memory of one *tenant* (its API user) in *database*.

    A row that cannot be read counts as not told; *say* is told of it, once, as it is of another
    than this *computer* that tells the same team.
    """

    def __init__(
        self,
        database: Database,
        *,
        tenant: str,
        computer: str = "",
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._computer = computer
        self._say = say
        self._said = set[str]()
        # What the team was told and no disk took: this process does not tell it again.
        self._unwritten: Memory | None = None

    def read(self) -> Memory:
        """Return what the team was told."""
        if self._unwritten is not None:
            return self._unwritten
        rows = self._database.execute("SELECT about, at FROM alert WHERE tenant = ?", self._tenant)
        known = {str(about): _at(about, at) for about, at in rows}
        for warning in _warnings(known, self._computer):
            if warning not in self._said:
                self._said.add(warning)
                self._say(f"warning: {warning}")
        return Memory(
            _tickets(known, _TICKET),
            opened=known.get(_OPENED),
            called=known.get(_CALLED),
            digest=known.get(_DIGEST),
            blind=known.get(_BLIND),
            overdue=_tickets(known, _OVERDUE),
        )

    def write(self, memory: Memory) -> None:
        """Remember *memory* in place of what was known."""
        known = {f"{_TICKET}{id}": at for id, at in memory.alerted.items()}
        known |= {f"{_OVERDUE}{id}": at for id, at in memory.overdue.items()}
        marks = {
            _OPENED: memory.opened,
            _CALLED: memory.called,
            _DIGEST: memory.digest,
            _BLIND: memory.blind,
        }
        known |= {mark: at for mark, at in marks.items() if at is not None}
        told = [at for at in known.values() if at.year in YEARS]
        if told and self._computer:
            known[f"{_COMPUTER}{self._computer}"] = max(told)
        rows = [(self._tenant, about, at.isoformat()) for about, at in known.items()]
        self._unwritten = memory
        with self._database.transaction() as db:
            db.execute("DELETE FROM alert WHERE tenant = ?", (self._tenant,))
            db.executemany("INSERT INTO alert VALUES (?, ?, ?)", rows)
        self._unwritten = None

    def begin_post(self, now: datetime) -> None:
        """Write down that somebody is posting since *now* (UTC); only while holding the lock."""
        insert = "INSERT OR REPLACE INTO alert VALUES (?, ?, ?)"
        self._database.execute(insert, *_POSTING, now.isoformat())

    def end_post(self) -> None:
        """Write down that nobody is posting; only while holding the lock."""
        self._database.execute("DELETE FROM alert WHERE tenant = ? AND about = ?", *_POSTING)

    def posting_since(self) -> datetime | None:
        """Return since when somebody has been posting (UTC); it means nothing if the lock is free.

        None if nobody is.
        """
        query = "SELECT at FROM alert WHERE tenant = ? AND about = ?"
        rows = self._database.execute(query, *_POSTING)
        return instant_of(rows[0][0]) if rows else None


def _at(about: object, text: object) -> datetime | None:
    # A desk that never closes has opened in the first year of all, and closes in the last.
    return instant_of(text, range(1, 10_000)) if about in (_OPENED, _CALLED) else instant_of(text)


def _warnings(known: Mapping[str, datetime | None], computer: str) -> Iterator[str]:
    for about, at in known.items():
        if at is None:
            yield f'a damaged row: "{about}" counts as not told to the team'
        elif about.startswith(_COMPUTER) and about != f"{_COMPUTER}{computer}":
            other = about.removeprefix(_COMPUTER)
            yield f"{other} alerts the team too: let only one computer do that"


def _tickets(known: Mapping[str, datetime | None], mark: str) -> dict[int, datetime]:
    """Return when tickets were told, by their ids: what is *known* by names that begin so."""
    found = (
        (about.removeprefix(mark), at) for about, at in known.items() if about.startswith(mark)
    )
    return {int(id): at for id, at in found if at and id.isascii() and id.isdigit()}
