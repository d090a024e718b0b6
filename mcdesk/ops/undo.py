"""Take back what mcdesk did last, or last to one ticket, if nobody has gone on from there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mcdesk.core.changes import Plan, differences, held, in_words
from mcdesk.core.journal import Deed, Entry, State
from mcdesk.core.references import TicketById
from mcdesk.core.tenant import Need
from mcdesk.core.tickets import Person, Ticket
from mcdesk.core.undo import by_others, plan_undo
from mcdesk.errors import Refused
from mcdesk.ops.changing import Changer, Errand, Outcome, Result
from mcdesk.ops.names import secondaries_of
from mcdesk.ops.staff import Vendor, staff_of


@dataclass(frozen=True, slots=True)
class Undoing:
    """An undo that was planned, of *entry*."""

    entry: Entry
    plan: Plan

    @property
    def ticket(self) -> Ticket:
        """The ticket as it was read."""
        return self.plan.ticket


def undoable(entries: Sequence[Entry]) -> Entry | None:
    """Find what an undo is about in *entries*, latest first; None when there is nothing.

    An undo is never undone, and ends the search: so that a second one does not take back what was
    done earlier. One that was not finished is taken up again.
    """
    changing = [entry for entry in entries if entry.changed_anything]
    if not changing:
        return None
    latest = changing[0]
    if latest.deed is not Deed.UNDO:
        return latest
    if latest.state is State.DONE:
        return None
    return next((entry for entry in entries if entry.n == latest.undoes), None)


class Undo:
    """Undo as *me*; *contact* says what to do where it is too late, *own_notes* are ids of mine."""

    def __init__(
        self,
        changer: Changer,
        *,
        me: Person | None,
        vendor: Vendor,
        contact: str,
        own_notes: Collection[int] = (),
    ) -> None:
        self._changer = changer
        self._me = me
        self._vendor = vendor
        self._contact = contact
        self._own_notes = own_notes

    def prepare(self, entry: Entry) -> Undoing:
        """Read the ticket of *entry* and plan to restore it; raise Refused where it is too late."""
        autotask = self._changer.autotask
        ticket = autotask.ticket(TicketById(entry.ticket_id))
        secondaries = secondaries_of(autotask, ticket.id) if entry.swaps else []
        plan = plan_undo(entry, ticket, secondaries, self._changer.names)
        if isinstance(plan, str):
            raise self._too_late(ticket, plan)
        if not plan.empty:
            self._refuse_if_others_acted(entry, ticket)
        return Undoing(entry, plan)

    def carry_out(self, undoing: Undoing, *, asked: bool) -> Result:
        """Restore the ticket; where somebody was *asked*, only if it is still as shown."""
        if undoing.plan.empty:
            return Result(undoing.ticket.number, Outcome.ALREADY_THERE, undoing.plan)
        if asked:
            self._look_again(undoing.ticket)
            self._refuse_if_others_acted(undoing.entry, undoing.ticket)
        entry = undoing.entry
        errand = Errand(Deed.UNDO, entry.company, entry.template, undoes=entry.n)
        return self._changer.make(undoing.plan, errand)

    def rehearse(self, undoing: Undoing) -> Result:
        """Make the requests on a way that only keeps them."""
        self._changer.rehearse(undoing.plan)
        return Result(undoing.ticket.number, Outcome.PLANNED, undoing.plan)

    def _look_again(self, shown: Ticket) -> None:
        now = self._changer.autotask.ticket(TicketById(shown.id))
        if changed := differences(held(shown), held(now), self._changer.names):
            raise self._too_late(shown, f"it has changed since: {in_words(changed)}")

    def _refuse_if_others_acted(self, entry: Entry, ticket: Ticket) -> None:
        actions = list(self._changer.autotask.actions([ticket.id]))
        tenant = self._changer.autotask.tenant(Need.PEOPLE)
        staff = staff_of(self._changer.autotask, tenant, actions, self._vendor)
        me = self._me.id if self._me else None
        if others := by_others(actions, since=entry.since, staff=staff, me=me, own=self._own_notes):
            latest = others[0]
            person = staff.resources.get(latest.resource_id or 0)
            who = "the customer" if latest.by_contact else person.name if person else "somebody"
            raise self._too_late(ticket, f"{who} has left a {latest.kind.value} on it since")

    def _too_late(self, ticket: Ticket, reason: str) -> Refused:
        return Refused(f"{ticket.number} is not taken back: {reason}", hint=self._contact)
