"""The reads of single tickets, and of all that is on one.

What is read at once does not need each other.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from operator import attrgetter
from typing import Any

from mcdesk.autotask import entities as e
from mcdesk.autotask.denials import Denials
from mcdesk.autotask.entities import Entity, R, where
from mcdesk.autotask.oddrows import check_readable, whole
from mcdesk.autotask.reads import Reads
from mcdesk.autotask.remembered import Remembered
from mcdesk.autotask.strands import Read
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.tickets import Comment, HistoryRow, Note, Odd, Secondary, Ticket
from mcdesk.core.wording import counted
from mcdesk.errors import NoSuchTicket, NotUnderstood, PermissionDenied, StoreProblem


class Tickets:
    """What can be read over *reads* of a ticket; *say* is told of what makes no sense.

    *remembered* knows the ids of numbers, *denials* what the API user isn't allowed to read.
    """

    def __init__(
        self,
        reads: Reads,
        remembered: Remembered,
        denials: Denials,
        say: Callable[[str], None],
    ) -> None:
        self._reads = reads
        self._remembered = remembered
        self._denials = denials
        self._say = say

    def read(self, reference: Reference) -> Ticket:
        """Read one ticket; raise NoSuchTicket, and NotUnderstood for two of one number."""
        return self._reads.one(self._ticket(reference))

    def with_secondaries(
        self, reference: Reference, *, needed: bool = False
    ) -> tuple[Ticket, list[Secondary]]:
        """Read one ticket, as `read` does, and its secondary resources.

        They are none if the API user isn't allowed to read them, unless they are *needed*.
        """
        read = self._secondaries if needed else self._secondaries_if_allowed
        ticket, (secondaries,) = self._with(reference, read)
        return ticket, secondaries

    def whole(self, reference: Reference) -> tuple[Ticket, list[Comment], list[Secondary]]:
        """Read one ticket, as `read` does, and everything on it, the latest first."""
        odd: list[Odd] = []

        def rows(entity: Entity[R]) -> Callable[[int], Read[list[R]]]:
            return lambda id: self._reads.rows(entity, where("ticketID", "eq", id), odd=odd)

        ticket, (notes, entries, secondaries) = self._with(
            reference,
            rows(e.NOTE_TEXTS),
            rows(e.TIME_ENTRY_TEXTS),
            lambda id: self._secondaries_if_allowed(id, odd),
            guessed=odd,
        )
        if odd:
            did = counted(len(odd), "row")
            self._say(f"{did} on this ticket came from Autotask without a date, or unreadable")
        comments: list[Comment] = [*notes, *entries]
        return ticket, sorted(comments, key=attrgetter("at"), reverse=True), secondaries

    def _with(
        self,
        reference: Reference,
        *about: Callable[[int], Read[Any]],
        guessed: list[Odd] | None = None,
    ) -> tuple[Ticket, Sequence[Any]]:
        """Read a ticket and what is *about* its id: at once if that is known.

        The id of a number is remembered, and held against the answer. *guessed* takes the ticket's
        row if it is odd.
        """
        if isinstance(reference, TicketById):
            id: int | None = reference.id
        else:
            id = self._remembered.ticket_id(reference.spellings)
        if id is None:
            ticket = self._reads.one(self._ticket(reference, guessed))
        else:
            about_it = (read(id) for read in about)
            ticket, *found = self._reads.together(self._ticket(reference, guessed), *about_it)
            if ticket.id == id:
                return ticket, found
        return ticket, self._reads.together(*(read(ticket.id) for read in about))

    def _ticket(self, reference: Reference, guessed: list[Odd] | None = None) -> Read[Ticket]:
        """Read one ticket by query: for a missing id, GET answers null in one zone, 404 in another.

        Raises NoSuchTicket, and NotUnderstood for two of one number.
        """
        if isinstance(reference, TicketById):
            wanted = where("id", "eq", reference.id)
        else:
            wanted = where("ticketNumber", "in", reference.spellings)
        odd: list[Odd] = []
        found = yield from self._reads.rows(e.TICKET_DETAILS, wanted, odd=odd)
        check_readable(found, odd)
        if not found:
            raise NoSuchTicket(
                f"there is no ticket {reference}, or the API user can't see it",
                hint="`mcdesk stale` lists waiting tickets",
            )
        if len(found) > 1:
            ids = ", ".join(str(ticket.id) for ticket in found)
            raise NotUnderstood(
                f"Autotask has {len(found)} tickets {reference}", hint=f"use the id: {ids}"
            )
        if guessed is not None:
            guessed += odd
        if not isinstance(reference, TicketById):
            self.keep_ids(found)
        return found[0]

    def keep_ids(self, tickets: Iterable[Ticket]) -> None:
        """Remember the ids of *tickets* by their numbers, for whoever types those next."""
        with suppress(StoreProblem):
            self._remembered.keep_ticket_ids({ticket.number: ticket.id for ticket in tickets})

    def _secondaries(self, ticket_id: int, odd: list[Odd] | None = None) -> Read[list[Secondary]]:
        return self._reads.rows(e.SECONDARIES, where("ticketID", "eq", ticket_id), odd=odd)

    def _secondaries_if_allowed(
        self, ticket_id: int, odd: list[Odd] | None = None
    ) -> Read[list[Secondary]]:
        try:
            return (yield from self._secondaries(ticket_id, odd))
        except PermissionDenied:
            self._denials.add(e.SECONDARIES.path, "mcdesk can't tell who else is on the ticket")
            return []

    def by_id(self, ids: Collection[int]) -> tuple[dict[int, Ticket], bool]:
        """Read tickets by their ids, 500 a request; those not found are left out.

        Returns whether that says that they are gone: no row came unreadable.
        """
        odd: list[Odd] = []
        found = self._reads.one(self._reads.of(e.TICKET_FIELDS, "id", ids, odd))
        return {ticket.id: ticket for ticket in found}, whole(odd)

    def notes(self, ticket_id: int) -> tuple[list[Note], bool]:
        """Read the notes of one ticket; return whether they are all: no row came unreadable."""
        odd: list[Odd] = []
        about = where("ticketID", "eq", ticket_id)
        return self._reads.all_rows(e.NOTE_TEXTS, about, odd=odd), whole(odd)

    def note(self, note_id: int) -> Note | None:
        """Read a note by its own id alone, whatever ticket it is on; None if it is not there."""
        return next(iter(self._reads.all_rows(e.NOTE_TEXTS, where("id", "eq", note_id))), None)

    def history(self, ticket_id: int) -> list[HistoryRow] | None:
        """Read what has changed on one ticket, None if the API user may not: asked for once.

        It takes this one condition (autotask help, TicketHistoryEntity).
        """
        if not self.tells_history:
            return None
        try:
            return self._reads.all_rows(e.HISTORY, where("ticketID", "eq", ticket_id), odd=[])
        except PermissionDenied:
            self._denials.add(
                e.HISTORY.path, "mcdesk can't tell when some tickets went to the vendor"
            )
            return None

    @property
    def tells_history(self) -> bool:
        """Whether histories may be read, as far as anybody has tried."""
        return e.HISTORY.path not in self._denials

    @property
    def tells_secondaries(self) -> bool:
        """Whether secondary resources may be read, as far as anybody has tried."""
        return e.SECONDARIES.path not in self._denials

    def secondaries(self, ticket_id: int) -> list[Secondary]:
        """Read the secondary resources of a ticket."""
        return self._reads.one(self._secondaries(ticket_id))
