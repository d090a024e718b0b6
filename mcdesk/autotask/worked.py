"""The reads behind `report`: what the vendor has, and on what they wrote within some weeks.

Each part stands alone: one that cannot be read leaves the others. None goes on for ever.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Generic

from msgspec import Struct

from mcdesk.autotask import entities as e
from mcdesk.autotask.conditions import met
from mcdesk.autotask.entities import Condition, Entity, R, where
from mcdesk.autotask.reads import Reads, chunks
from mcdesk.autotask.strands import Read
from mcdesk.core.tickets import Note, Ticket, TimeEntry
from mcdesk.errors import AutotaskProblem, PermissionDenied

# Rows of one part: ten pages.
MOST_ROWS = 5000


class Part(Struct, Generic[R], frozen=True):
    """Some *rows*; *whole* is whether they are all, *problem* what was in the way of more."""

    rows: Sequence[R] = ()
    whole: bool = True
    problem: AutotaskProblem | PermissionDenied | None = None


class Worked:
    """What can be read over *reads* of the tickets that the vendor worked."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    def since(
        self, held: Sequence[Condition], resources: Collection[int], since: datetime
    ) -> tuple[Part[Ticket], Part[Note], Part[TimeEntry]]:
        """Read the tickets that meet *held*, and what *resources* wrote or logged from *since* on.

        Of what they wrote, not what it says.
        """
        return self._reads.together(
            self._part(e.LISTED, *held),
            self._written(e.NOTES, "creatorResourceID", resources, since),
            self._written(e.TIME_ENTRIES, "resourceID", resources, since),
        )

    def tickets(self, ids: Collection[int]) -> Part[Ticket]:
        """Read tickets by their ids, 500 a request; those not found are left out."""
        found: list[Ticket] = []
        for chunk in chunks(ids):
            part = self._reads.one(self._part(e.LISTED, where("id", "in", chunk)))
            found += part.rows
            if part.problem:
                return Part(found, problem=part.problem)
        return Part(found)

    def _written(
        self, entity: Entity[R], field: str, resources: Collection[int], since: datetime
    ) -> Read[Part[R]]:
        if not resources:
            return Part()
        by, recent = where(field, "in", resources), where("createDateTime", "gte", since)
        return (yield from self._part(entity, by, recent))

    def _part(self, entity: Entity[R], *conditions: Condition) -> Read[Part[R]]:
        try:
            rows, whole = yield from self._reads.part(
                entity, *conditions, most=MOST_ROWS, strays=True, odd=[]
            )
        except (AutotaskProblem, PermissionDenied) as problem:
            return Part(problem=problem)
        return Part(met(rows, entity, conditions), whole)
