"""Finding tickets among tens of thousands: by caller, by holder, the newest first.

Autotask neither sorts nor jumps to the last page (autotask help, REST_Advanced_Query_Features): few
rows are asked for, and all that comes back is held against what was asked.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from mcdesk.autotask import entities as e
from mcdesk.autotask.callers import MOST_IN_ONE, Budget
from mcdesk.autotask.conditions import both, either, met
from mcdesk.autotask.denials import Denials
from mcdesk.autotask.entities import MOST, Condition, where
from mcdesk.autotask.reads import Reads, chunks
from mcdesk.autotask.remembered import Remembered
from mcdesk.autotask.session import Request
from mcdesk.autotask.strands import Read
from mcdesk.core.finding import (
    WEEK,
    Stretch,
    first_stretch,
    newest_first,
    older_stretch,
    shorter_stretch,
)
from mcdesk.core.references import ending
from mcdesk.core.tickets import STATUS_COMPLETE, Comment, Odd, Ticket
from mcdesk.errors import PermissionDenied

# How far back the tickets go of which one is a secondary resource.
SECONDARY_SINCE = timedelta(days=90)


class Found(Struct, frozen=True):
    """Tickets, the newest first, and how many there are in all; *odd* names odd rows.

    *short* is whether there are more that were wanted, and newer ones perhaps.
    """

    tickets: Sequence[Ticket]
    count: int
    odd: Sequence[Odd] = ()
    short: bool = False


def open_ones(closed_ids: Collection[int]) -> Condition:
    """Write what tickets meet that are not closed; *closed_ids* are the statuses that mean it."""
    return both(
        where("status", "notIn", {STATUS_COMPLETE, *closed_ids}), where("completedDate", "notExist")
    )


def open_or_recent(closed_ids: Collection[int], since: datetime) -> Condition:
    """Write what tickets meet that are open, or were completed at *since* or later.

    A status of *closed_ids* has no date of its own: then the last activity counts.
    """
    undated = both(where("completedDate", "notExist"), where("lastActivityDate", "gte", since))
    return either(open_ones(closed_ids), where("completedDate", "gte", since), undated)


class Finding:
    """The reads behind `list`, `find` and short references.

    *denials* are told of what the API user isn't allowed to read.
    """

    def __init__(self, reads: Reads, remembered: Remembered, denials: Denials) -> None:
        self._reads = reads
        self._remembered = remembered
        self._denials = denials

    def of_this_week(self, short: int, now: datetime) -> list[Ticket]:
        """Read the tickets of the last 7 days whose numbers end as *short* says."""
        conditions = (
            where("ticketNumber", "endsWith", ending(short)),
            where("createDate", "gte", now - WEEK),
        )
        found = self._reads.all_rows(e.TICKET_FIELDS, *conditions, strays=True, odd=[])
        return met(found, e.LISTED, conditions)

    def held_by(
        self, person: int, conditions: Sequence[Condition], now: datetime
    ) -> tuple[list[Condition], Found | None, bool]:
        """Find the tickets of which *person* is primary or secondary resource.

        *conditions* are what else they meet. Returns all that such tickets meet; the tickets, or
        None if they are too many for one page; and whether secondary ones are cut.
        """
        primary = where("assignedResourceID", "eq", person)
        odd: list[Odd] = []
        (ids, cut), (held, whole) = self._reads.together(
            self._secondary(person, now),
            self._reads.part(e.LISTED, primary, *conditions, most=MOST, strays=True, odd=odd),
        )
        asked = [either(primary, where("id", "in", ids)) if ids else primary, *conditions]
        if not whole:
            return asked, None, cut
        if others := ids - {ticket.id for ticket in held}:
            held += self._reads.all_rows(
                e.LISTED, where("id", "in", others), *conditions, strays=True, odd=odd
            )
        tickets = met(held, e.LISTED, asked)
        return asked, Found(newest_first(tickets), len(tickets), odd), cut

    def _secondary(self, person: int, now: datetime) -> Read[tuple[set[int], bool]]:
        """Find the tickets of the last 90 days of which *person* is a secondary resource.

        Their rows have no date: ids grow, so the first ticket of that time says where to begin.
        Returns whether there are more than one query takes.
        """
        first = yield from self._remembered.first_ticket_since(now - SECONDARY_SINCE)
        if first is None:
            return set(), False
        conditions = (where("resourceID", "eq", person), where("ticketID", "gte", first))
        try:
            rows, whole = yield from self._reads.part(
                e.SECONDARIES, *conditions, most=MOST_IN_ONE - 1, strays=True, odd=[]
            )
        except PermissionDenied:
            self._denials.add(
                e.SECONDARIES.path, "tickets with a secondary resource are missing here"
            )
            return set(), False
        held = {
            row.ticket_id for row in rows if row.resource_id == person and row.ticket_id >= first
        }
        return held, not whole

    def newest(
        self, conditions: Sequence[Condition], wanted: int, now: datetime, budget: Budget
    ) -> Found:
        """Find the *wanted* newest tickets that meet *conditions*, and count them all.

        What else came with them is there as well. Fewer if *budget* is too small; a whole page more
        than is wanted is within any budget.
        """
        return self._reads.one(self._newest(conditions, wanted, now, budget))

    def _newest(
        self, conditions: Sequence[Condition], wanted: int, now: datetime, budget: Budget
    ) -> Read[Found]:
        count = yield from self._count(conditions)
        most = max(MOST, 2 * wanted)
        left = Budget(budget.requests - 1, max(budget.rows, 3 * most if most > MOST else 0))
        stretch: Stretch | None = first_stretch(count, now, page=most)
        found: list[Ticket] = []
        seen: list[Ticket] = []
        odd: list[Odd] = []
        while stretch and min(left.requests, left.rows) > 0 and len(found) < min(wanted, count):
            asked = [*conditions, *_within(stretch)]
            rows, whole = yield from self._reads.part(
                e.LISTED, *asked, most=min(most, left.rows), strays=True, odd=odd
            )
            left -= Budget(1, len(rows))
            seen = met(rows, e.LISTED, asked)
            found += seen if whole else []
            missing = wanted - len(found)
            stretch = (
                older_stretch(stretch, len(rows), missing, now)
                if whole
                else shorter_stretch(stretch, rows, missing, now, most=count - len(found))
            )
        short = len(found) < min(wanted, count)
        return Found(
            newest_first(found or seen),
            max(count, len(found)),
            odd,
            short=short and (stretch is not None or not found),
        )

    def _count(self, conditions: Sequence[Condition]) -> Read[int]:
        request = Request("POST", "Tickets/query/count", {"filter": list(conditions)})
        answer = yield from self._reads.answer(request, e.CountAnswer)
        return answer.queryCount

    def all_of(self, conditions: Sequence[Condition]) -> list[Ticket]:
        """Find all tickets that meet *conditions*, the newest first."""
        rows = self._reads.all_rows(e.LISTED, *conditions, strays=True, odd=[])
        return newest_first(met(rows, e.LISTED, conditions))

    def words_of(self, resources: Collection[int], tickets: Collection[int]) -> list[Comment]:
        """Read who of *resources* left notes and time entries on *tickets*, not what they say."""
        if not resources or not tickets:
            return []
        notes, entries = self._reads.together(
            self._by(resources, "creatorResourceID", e.NOTES, tickets),
            self._by(resources, "resourceID", e.TIME_ENTRIES, tickets),
        )
        return [*notes, *entries]

    def _by(
        self,
        resources: Collection[int],
        field: str,
        entity: e.Entity[e.R],
        tickets: Collection[int],
    ) -> Read[list[e.R]]:
        found: list[e.R] = []
        for some in chunks(tickets, MOST_IN_ONE):
            asked = where("ticketID", "in", some), where(field, "in", resources)
            found += yield from self._reads.rows(entity, *asked, odd=[])
        return found


def _within(stretch: Stretch) -> list[Condition]:
    since, before = stretch
    return [
        *([where("createDate", "gte", since)] if since else []),
        *([where("createDate", "lt", before)] if before else []),
    ]
