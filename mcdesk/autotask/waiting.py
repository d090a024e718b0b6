"""The reads behind `stale`: nobody's tickets, what was done on them, and who waits elsewhere.

What does not meet what was asked is dropped here.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from mcdesk.autotask import entities as e
from mcdesk.autotask import wire
from mcdesk.autotask.conditions import met
from mcdesk.autotask.entities import Condition, where
from mcdesk.autotask.oddrows import check_readable
from mcdesk.autotask.reads import Reads
from mcdesk.autotask.session import Request
from mcdesk.autotask.strands import Read
from mcdesk.core.staleness import Watched
from mcdesk.core.tickets import Comment, Odd, Ticket
from mcdesk.errors import AutotaskProblem, PermissionDenied


class Waiting:
    """What can be read over *reads* of the tickets that wait for us."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    def unclaimed(self, watched: Watched) -> tuple[list[Ticket], list[Odd]]:
        """Read the unclaimed tickets, and name odd rows among them.

        "Nobody's" is `notExist`: `eq null` matches nothing. Raises NotUnderstood if no row makes
        sense.
        """
        odd: list[Odd] = []
        found = self._reads.all_rows(
            e.TICKETS,
            where("assignedResourceID", "notExist"),
            where("queueID", "in", watched.queue_ids),
            where("status", "in", watched.status_ids),
            where("completedDate", "notExist"),
            strays=True,
            odd=odd,
        )
        check_readable(found, odd)
        return [ticket for ticket in found if watched.holds(ticket)], odd

    def actions(
        self,
        ticket_ids: Collection[int],
        queue_ids: Collection[int] = (),
        but: Collection[int] | None = None,
    ) -> tuple[list[Comment], list[Odd], int | None]:
        """Read who left notes and time entries on the tickets, and name odd rows among them.

        Two requests per 500 tickets; their texts are not read. At once, nobody's open tickets in
        the queues and none of the statuses *but* are counted: None if nobody wants to know, or
        Autotask does not say.
        """
        odd: list[Odd] = []
        notes, entries, number = self._reads.together(
            self._reads.of(e.NOTES, "ticketID", ticket_ids, odd),
            self._reads.of(e.TIME_ENTRIES, "ticketID", ticket_ids, odd),
            self._counted(None if but is None else _elsewhere(queue_ids, but)),
        )
        return [*notes, *entries], odd, number

    def statuses_elsewhere(
        self, queue_ids: Collection[int], but: Collection[int]
    ) -> list[int | None]:
        """Read the statuses of nobody's open tickets in the queues, *but* those of these ids."""
        asked = _elsewhere(queue_ids, but)
        found = self._reads.all_rows(e.STANDINGS, *asked, strays=True)
        return [each.status_id for each in met(found, e.STANDINGS, asked)]

    def any_since(self, queue_ids: Collection[int], since: datetime) -> bool:
        """Check if a ticket came into one of the queues at *since* or later."""
        asked = where("queueID", "in", queue_ids), where("createDate", "gte", since)
        return any(ticket.created >= since for ticket in self._reads.all_rows(e.TICKETS, *asked))

    def _counted(self, conditions: Sequence[Condition] | None) -> Read[int | None]:
        """Count the tickets that meet *conditions*: once, a failure is no reason to wait."""
        if conditions is None:
            return None
        try:
            answer = yield Request("POST", "Tickets/query/count", {"filter": conditions})
            counted: e.CountAnswer = wire.decoded(answer, e.CountAnswer)
        except (AutotaskProblem, PermissionDenied):
            return None
        return counted.queryCount


def _elsewhere(queue_ids: Collection[int], but: Collection[int]) -> Sequence[Condition]:
    """Write what nobody's open tickets in the queues meet, in any status *but* these."""
    return (
        where("assignedResourceID", "notExist"),
        where("queueID", "in", queue_ids),
        where("status", "notIn", but),
        where("completedDate", "notExist"),
    )
