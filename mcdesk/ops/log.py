"""Say what mcdesk changed from here, and whether it still holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.journal import Check, Entry, check
from mcdesk.core.references import Reference, TicketById
from mcdesk.ops.names import names_of, secondaries_of
from mcdesk.store.journal import Journal


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of the journal; *check* is None where nobody looked, or a later entry counts."""

    entry: Entry
    check: Check | None
    superseded: bool


@dataclass(frozen=True, slots=True)
class Log:
    """What was found, the latest first, and how many *earlier* entries there are."""

    entries: Sequence[Logged]
    earlier: int
    checked: bool


def entries_about(journal: Journal, reference: Reference | None) -> list[Entry]:
    """Give the entries about the ticket that *reference* means, or all, without asking Autotask."""
    every = journal.entries()
    if reference is None:
        return every
    if isinstance(reference, TicketById):
        return [entry for entry in every if entry.ticket_id == reference.id]
    return [entry for entry in every if entry.number.upper() in reference.spellings]


def read_log(journal: Journal, *, since: datetime | None, about: Reference | None = None) -> Log:
    """Read the entries since *since* (None: all), about one ticket or about all."""
    every = entries_about(journal, about)
    shown = [entry for entry in every if since is None or entry.at >= since]
    latest = {entry.ticket_id: entry.n for entry in reversed(_lasting(every))}
    logged = [Logged(entry, None, latest.get(entry.ticket_id, 0) > entry.n) for entry in shown]
    return Log(logged, len(every) - len(shown), checked=False)


def checked(log: Log, autotask: Autotask) -> Log:
    """Read the tickets of *log*, 500 a request, and compare each with the last entry about it.

    An entry about secondary resources costs a request more.
    """
    wanted = {each.entry.ticket_id for each in log.entries if not each.superseded}
    tickets = autotask.tickets(wanted) if wanted else {}
    names = names_of(autotask)

    def looked_at(each: Logged) -> Logged:
        entry = each.entry
        if each.superseded:
            return each
        secondaries = secondaries_of(autotask, entry.ticket_id) if entry.swaps else []
        found = check(entry, tickets.get(entry.ticket_id), names, secondaries)
        return Logged(entry, found, superseded=False)

    return Log([looked_at(each) for each in log.entries], log.earlier, checked=True)


def _lasting(entries: Sequence[Entry]) -> list[Entry]:
    """List those that may have changed their ticket."""
    return [entry for entry in entries if entry.changed_anything]
