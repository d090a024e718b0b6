"""When tickets were with the vendor last, so that one that comes back in any status is known.

Nothing is asked of Autotask here: it is what was done from this computer, and what its watches saw.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from mcdesk.core.operations import Kind, Operation, Progress
from mcdesk.core.staleness import Watched
from mcdesk.core.tickets import Ticket
from mcdesk.errors import StoreProblem
from mcdesk.store.operations import Operations
from mcdesk.store.sightings import Sightings


class Bounces:
    """What *operations* did last, and what the *sightings* of watches say."""

    def __init__(self, operations: Operations, sightings: Sightings) -> None:
        self._operations = operations
        self._sightings = sightings

    def saw(self, theirs: Collection[int], unclaimed: Collection[int], now: datetime) -> None:
        """Remember that the vendor has *theirs* *now* (UTC), which were read before *unclaimed*.

        That it cannot be stored hides nothing else.
        """
        with suppress(StoreProblem):
            self._sightings.keep(theirs, unclaimed, now)

    def came_back(self, tickets: Iterable[Ticket], watched: Watched) -> frozenset[int]:
        """Find the ids of those of *tickets* that are nobody's and came back from the vendor.

        By their status, or in another one of those *watched*, because the vendor had them last.
        """
        nobodys = [ticket for ticket in tickets if watched.holds(ticket)]
        theirs = self.last_with_vendor([ticket.id for ticket in nobodys])
        return frozenset(
            ticket.id
            for ticket in nobodys
            if ticket.id in theirs or ticket.status_id in watched.returned_ids
        )

    def last_with_vendor(self, ids: Collection[int]) -> Mapping[int, datetime]:
        """Return when those of *ids* that were with the vendor last were so (UTC).

        What was done or seen later counts: a ticket that was taken back, or was somebody's since,
        is left out.
        """
        known = dict(self._sightings.of(ids))
        sent = self._operations.sent_tickets() & set(ids)
        for id, change in self._operations.last_changes(sent).items() if sent else ():
            if id not in known or known[id][0] <= _at(change):
                known[id] = _at(change), _sent(change)
        return {id: at for id, (at, theirs) in known.items() if theirs}


def _sent(operation: Operation) -> bool:
    return operation.kind is Kind.SEND and operation.progress is Progress.DONE


def _at(operation: Operation) -> datetime:
    """Return when *operation* was seen to have come as far as it has, by our clock."""
    return operation.fields.since if operation.fields else operation.at
