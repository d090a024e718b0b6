"""Get what is in the outbox through: one step after the other, each at most once.

A step is written down as being sent before its request and as what came of it after; all of it
under the one lock. So whoever finds "sending" while holding the lock knows that its process died.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field, Plan, differences, held
from mcdesk.core.journal import Deed
from mcdesk.core.notes import too_long
from mcdesk.core.outbox import (
    Entry,
    Event,
    State,
    Step,
    StepName,
    may_repeat,
    signed,
)
from mcdesk.core.references import TicketById, parse_reference
from mcdesk.core.tenant import Need
from mcdesk.errors import (
    AutotaskProblem,
    CredentialsRefused,
    DeskError,
    MailLost,
    MailProblem,
    MailRefused,
    PermissionDenied,
    Rejected,
    SetupProblem,
    StoreProblem,
    Throttled,
    Undelivered,
    Unreachable,
)
from mcdesk.mail.mailer import Mailer
from mcdesk.ops.changing import Changer, Errand, Outcome, Result
from mcdesk.ops.correspondence import AboutTicket, Correspondence
from mcdesk.ops.lost_notes import LostNotes
from mcdesk.store.lock import Lock
from mcdesk.store.outbox import Outbox

# Seconds between looks for a note whose answer was lost.
_LOOKS = (1.0, 2.0)
# What says for sure that nothing was written, and may work later.
_NOT_WRITTEN = (Unreachable, Throttled, CredentialsRefused)
_REFUSED = (Rejected, PermissionDenied)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How far *entry* has come, and the *problem* that stopped it."""

    entry: Entry
    problem: DeskError | None = None

    @property
    def exit_code(self) -> int:
        """The exit code that this entry alone would have.

        8 for what waits, is unknown or a refused mail; 1 where Autotask refused it for good.
        """
        if self.entry.done:
            return 0
        if isinstance(self.problem, (SetupProblem, StoreProblem)):
            return self.problem.exit_code
        stopped = self.entry.next_step
        if stopped and stopped.state is State.FAILED and stopped.name is not StepName.MAIL:
            return Rejected.exit_code
        return Undelivered.exit_code


class Delivery:
    """Deliver entries of *outbox*.

    *mailer* and *changer* make what they are named after when it is needed. *lost* finds the notes
    whose answers did not come.
    """

    def __init__(
        self,
        autotask: Autotask,
        outbox: Outbox,
        lock: Lock,
        correspondence: Correspondence,
        *,
        mailer: Callable[[], Mailer],
        changer: Callable[[], Changer],
        lost: LostNotes,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._autotask = autotask
        self._outbox = outbox
        self._lock = lock
        self._correspondence = correspondence
        self._mailer = mailer
        self._changer = changer
        self._lost = lost
        self._now = now
        self._sleep = sleep
        self._begun: Entry | None = None
        self._stored: Entry | None = None

    def look_up(self, entry: Entry) -> tuple[Entry, AboutTicket]:
        """Read the ticket of *entry*, compose its letter, and write both down.

        Where another mcdesk has begun to send it meanwhile, what that one stored is given. Raises
        Refused where it was dropped.
        """
        ticket = self._autotask.ticket(parse_reference(entry.reference))
        notify = entry.step(StepName.MAIL) is not None
        about = self._correspondence.about(ticket, for_letter=notify)
        entry = replace(
            entry,
            ticket_id=ticket.id,
            number=ticket.number,
            company=about.facts.company,
            ticket_title=ticket.title,
            author=self._correspondence.author,
        )
        if notify:
            entry = replace(entry, letter=self._correspondence.letter(entry, about.facts))
        return self._filled_in(entry), about

    def _filled_in(self, entry: Entry) -> Entry:
        """Store what was found out about *entry*, unless somebody has begun to send it."""
        if not entry.n:  # a rehearsed one is kept nowhere
            return entry

        def merged(stored: Entry) -> Entry:
            released = stored.released or entry.released
            return replace(entry, released=released) if stored.untouched else stored

        return self._outbox.amend(entry.n, merged)

    def too_long(self, entry: Entry) -> str | None:
        """Say by how much the note of *entry* is too long as it will be written, None for not."""
        if self._autotask.signs_notes_of(self._me_id):
            return too_long(signed(entry.text, entry.author))
        return too_long(entry.text)

    def deliver(
        self, entry: Entry, *, resend: Callable[[Entry], bool] = lambda _: False
    ) -> Delivered:
        """Take *entry* as far as it goes; *resend* decides about a mail that may have arrived.

        What stops it is told, not raised, and written down beside the step. Raises Refused where
        another mcdesk has dropped it.
        """
        self._stored = entry
        try:
            with self._lock.held():
                # Another mcdesk may have delivered it, or died while it did.
                self._stored = self._outbox.amend(
                    entry.n, lambda stored: stored.left_alone(self._now())
                )
                return self._steps(self._stored, resend)
        except (StoreProblem, Undelivered) as problem:
            return Delivered(self._stored, problem)

    def rehearse(self, entry: Entry) -> None:
        """Make the requests of *entry* that are still to come, on a way that only keeps them."""
        assert entry.ticket_id is not None
        for step in entry.steps:
            if step.state is State.DONE:
                continue
            if step.name is StepName.NOTE:
                fields = self._correspondence.note_fields(entry)
                self._autotask.add_note(entry.ticket_id, fields, as_resource=self._me_id)
            if step.name is StepName.STATUS:
                values = {Field.STATUS: self._status_id(entry.status)}
                self._autotask.update_ticket(entry.ticket_id, values, as_resource=self._me_id)

    def _held_up(self, entry: Entry, problem: DeskError) -> Delivered:
        return Delivered(self._outbox.hold_up(entry.n, self._now(), problem.message), problem)

    def _steps(self, entry: Entry, resend: Callable[[Entry], bool]) -> Delivered:
        try:
            if entry.ticket_id is None and entry.reference:
                entry, _ = self.look_up(entry)
        except DeskError as problem:
            return self._held_up(entry, problem)
        while step := entry.next_step:
            self._begun = None
            try:
                entry = self._take(entry, step, resend)
            except _Stopped as stopped:
                return Delivered(stopped.entry, stopped.problem)
            except DeskError as problem:
                # Once it has begun, nobody may call it waiting again: it could have been sent.
                return self._unsure(problem) or self._held_up(entry, problem)
        return Delivered(entry)

    def _take(self, entry: Entry, step: Step, resend: Callable[[Entry], bool]) -> Entry:
        """Take one step, and give the entry with it done; raise _Stopped where it is not."""
        match step.name:
            case StepName.NOTE:
                return self._note(entry, step)
            case StepName.MAIL:
                return self._mail(entry, step, resend)
            case StepName.STATUS:
                return self._status(entry, step)

    def _note(self, entry: Entry, step: Step) -> Entry:
        ticket_id = entry.ticket_id
        assert ticket_id is not None
        if step.state is State.UNKNOWN:
            if found := self._lost.find(entry, step):
                return self._kept(entry, step.after(Event.ARRIVED, self._now(), row=found))
            self._refuse_while_it_may_land(entry, step)
        fields = self._correspondence.note_fields(entry)
        self._autotask.sync_clock()
        step = step.started(self._now(), there=self._autotask.now())
        entry = self._begin(entry, step)
        try:
            written = self._autotask.add_note(ticket_id, fields, as_resource=self._me_id)
        except _NOT_WRITTEN as problem:
            raise self._stopped(entry, step, Event.NOT_SENT, problem) from problem
        except _REFUSED as problem:
            raise self._stopped(entry, step, Event.REFUSED, problem) from problem
        except AutotaskProblem as problem:
            for seconds in _LOOKS:
                self._sleep(seconds)
                if found := self._lost.find_if_possible(entry, step):
                    return self._kept(entry, step.after(Event.ARRIVED, self._now(), row=found))
            raise self._stopped(entry, step, Event.LOST, problem) from problem
        return self._kept(entry, step.after(Event.ARRIVED, self._now(), row=written.id))

    def _mail(self, entry: Entry, step: Step, resend: Callable[[Entry], bool]) -> Entry:
        letter = entry.letter
        assert letter is not None
        mailer = self._mailer()
        if step.state is State.UNKNOWN:
            sent = mailer.was_sent(letter)
            if sent:
                return self._kept(entry, step.after(Event.ARRIVED, self._now()))
            if sent is None and not resend(entry):
                raise _Stopped(entry, MailLost(f"the mail may have arrived: {step.reason}"))
        step = step.started(self._now(), there=self._now())
        entry = self._begin(entry, step)
        try:
            mailer.send(letter, self._now())
        except MailLost as problem:
            raise self._stopped(entry, step, Event.LOST, problem) from problem
        except MailRefused as problem:
            raise self._stopped(entry, step, Event.REFUSED, problem) from problem
        except (MailProblem, SetupProblem, StoreProblem) as problem:
            raise self._stopped(entry, step, Event.NOT_SENT, problem) from problem
        return self._kept(entry, step.after(Event.ARRIVED, self._now()))

    def _status(self, entry: Entry, step: Step) -> Entry:
        """Set the ticket's status, unless somebody has moved it on since; twice is no harm."""
        assert entry.ticket_id is not None
        changer = self._changer()
        ticket = self._autotask.ticket(TicketById(entry.ticket_id))
        wanted = self._status_id(entry.status)
        step = step.started(self._now(), there=self._autotask.now())
        if ticket.status_id not in (entry.status_before, wanted):
            reason = "left alone: somebody has changed it since"
            return self._kept(entry, step.after(Event.ARRIVED, self._now(), reason))
        changes = differences(held(ticket), {Field.STATUS: wanted}, changer.names)
        if not changes:
            return self._kept(entry, step.after(Event.ARRIVED, self._now()))
        entry = self._begin(entry, step)
        result = changer.make(Plan(ticket, changes), Errand(Deed.LINK, entry.company))
        if result.error is None:
            return self._kept(entry, step.after(Event.ARRIVED, self._now()))
        raise self._stopped(entry, step, _status_event(result), result.error)

    def _refuse_while_it_may_land(self, entry: Entry, step: Step) -> None:
        until = may_repeat(step, self._autotask.now())
        if until is None:
            return
        reason = (
            "a lost request may still land; it is not repeated before " + f"{until:%H:%M:%S} UTC"
        )
        step = step.after(Event.LOST, self._now(), reason)
        raise _Stopped(self._kept(entry, step), Undelivered(f"{entry.number}: {reason}"))

    def _unsure(self, problem: DeskError) -> Delivered | None:
        """Give the entry whose step had begun when *problem* came; None where none had."""
        return Delivered(self._begun.left_alone(self._now()), problem) if self._begun else None

    def _begin(self, entry: Entry, step: Step) -> Entry:
        """Write down that *step* is being sent; from here on it may have been."""
        self._begun = self._kept(entry, step)
        return self._begun

    def _kept(self, entry: Entry, step: Step) -> Entry:
        entry = entry.with_step(step)
        self._outbox.update(entry, self._now())
        self._stored = entry
        return entry

    def _stopped(self, entry: Entry, step: Step, event: Event, problem: DeskError) -> "_Stopped":
        step = step.after(event, self._now(), problem.message)
        return _Stopped(self._kept(entry, step), problem)

    def _status_id(self, label: str) -> int:
        return self._autotask.resolved(Need.TICKETS, lambda it: it.id_of("status", label))[1]

    @property
    def _me_id(self) -> int | None:
        return self._correspondence.me.id if self._correspondence.me else None


def _status_event(result: Result) -> Event:
    """Tell what became of a status that was not set: only a refusal in words is for good."""
    if result.outcome is Outcome.UNVERIFIED:
        return Event.LOST
    return Event.REFUSED if isinstance(result.error, _REFUSED) else Event.NOT_SENT


class _Stopped(Exception):
    """An entry goes no further for now."""

    def __init__(self, entry: Entry, problem: DeskError) -> None:
        super().__init__(problem.message)
        self.entry = entry
        self.problem = problem
