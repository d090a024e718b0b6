"""Steps that set fields of the ticket: those of a plan, and the status after a link.

No answer of Autotask's is believed until the ticket was read again, and no field is set twice.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Change, Field, Names, Values, differences, held, not_stuck, within
from mcdesk.core.operations import Operation
from mcdesk.core.references import TicketById
from mcdesk.core.steps import FieldsStep, State, StatusStep, TicketStep, may_land_until
from mcdesk.core.tenant import Need
from mcdesk.core.tickets import Secondary, Ticket
from mcdesk.errors import (
    CredentialsRefused,
    DeskError,
    NotUnderstood,
    NotVerified,
    PermissionDenied,
    Rejected,
    Throttled,
    Undelivered,
)
from mcdesk.ops.steps import Decide, Seen, StepKind

# Seconds after which workflow rules that act at once have acted (autotask help, AUTOTASK_WFR).
SETTLE = 1.5
# A refusal that was answered: not done, if the look says so too.
DEFINITE = (Rejected, PermissionDenied, Throttled, CredentialsRefused, NotUnderstood)
MAY_LAND = "a lost request may still go through: run `mcdesk log --check`"
_LOST = "Autotask's answer was lost, so mcdesk read the ticket"


class FieldsKind(StepKind):
    """The one PATCH of a plan, as *my_id* if that is allowed; read back after a pause.

    *sleep* waits seconds, *clock_face* says an instant as the desk's clock shows it.
    """

    unsent = State.FAILED

    def __init__(
        self,
        autotask: Autotask,
        my_id: Callable[[], int | None],
        *,
        sleep: Callable[[float], None],
        clock_face: Callable[[datetime], str],
    ) -> None:
        self._autotask = autotask
        self.clock = autotask.now
        self._my_id = my_id
        self._sleep = sleep
        self._clock_face = clock_face

    def attempt(self, operation: Operation, step: TicketStep) -> Mapping[str, Any]:
        """Write the fields, once; nothing if none change."""
        if step.patch:
            self._autotask.writes.update_ticket(
                id_of(operation),
                step.patch,
                as_resource=self._my_id(),
                landed=lambda: self._landed(operation, step),
            )
        return {}

    def look(self, operation: Operation, step: TicketStep, problem: DeskError | None) -> Seen:
        """Read the ticket after a pause, and hold it against the plan."""
        self._sleep(SETTLE)
        try:
            ticket, there = as_it_is(self._autotask, operation)
        except DeskError as blindness:
            return Seen(State.UNKNOWN, unseen(operation, problem or blindness))
        found, wrong = held(ticket), self._wrong(operation, step, ticket, there)
        state, error, said = self._verdict(operation, step, found, wrong, problem)
        return Seen(state, error, said=said, more={"found": found}, ticket=ticket)

    def revisit(self, operation: Operation, step: TicketStep, decide: Decide) -> Seen:
        """Read the ticket, and hold it against the plan; never write."""
        del decide
        ticket, there = as_it_is(self._autotask, operation)
        fields = operation.fields or FieldsStep(since=operation.at)
        if self._wrong(operation, fields, ticket, there):
            until = may_land_until(step, self._autotask.now())
            state = State.UNKNOWN if until else step.state
            return Seen(state, _not_as_planned(operation), ticket=ticket)
        return Seen(State.DONE, ticket=ticket)

    def _landed(self, operation: Operation, step: TicketStep) -> bool:
        """Return whether the ticket holds what was just refused."""
        return within(step.patch, held(self._autotask.tickets.read(TicketById(id_of(operation)))))

    def _verdict(
        self,
        operation: Operation,
        step: TicketStep,
        found: Values,
        wrong: Sequence[str],
        problem: DeskError | None,
    ) -> tuple[State, DeskError | None, tuple[str, ...]]:
        """Judge what was *found*: done, as before for good, or nobody can say."""
        if not wrong:
            lost = (_LOST,) if problem else ()
            return State.DONE, None, (*lost, *self._moved_on(step, found))
        if problem is None or not within(step.before, found):
            return State.UNKNOWN, _not_stuck(operation, wrong), ()
        if isinstance(problem, DEFINITE):
            return State.FAILED, with_link(self._autotask, operation, problem), ()
        return State.UNKNOWN, self._as_before(operation, step, problem), ()

    def _wrong(
        self,
        operation: Operation,
        step: TicketStep,
        ticket: Ticket,
        there: Collection[Secondary],
    ) -> list[str]:
        """List in words what is not as planned: fields, who is still on the ticket, who is not."""
        found, before = held(ticket), {**step.kept, **step.before}
        names = self._names(step, ticket.primary_resource_id)
        wrong = not_stuck(step.expected, step.accepted, before, found, names)
        on_it = {each.resource_id for each in there}
        said = {False: "is still a secondary resource", True: "is no secondary resource"}
        others = [
            f"{each.change.name} {said[each.change.on]}"
            for each in operation.secondaries
            if (each.change.resource_id in on_it) != each.change.on
            and (each.attempted or not each.change.on)
        ]
        return [*map(_in_words, wrong), *others]

    def _names(self, step: TicketStep, holder: int | None) -> Names:
        """Name what a ticket may hold; a *holder* who was hired today is asked for."""
        if isinstance(step, StatusStep):
            return self._autotask.tenant(Need.TICKETS).names()
        tenant = self._autotask.tenant(Need.TICKETS | Need.PEOPLE | Need.ROLES)
        return self._autotask.with_people(tenant, {holder}).names()

    def _moved_on(self, step: TicketStep, found: Values) -> list[str]:
        """Say to which accepted status a workflow rule has moved the ticket on."""
        wanted, status = step.expected.get(Field.STATUS), found[Field.STATUS]
        if wanted is None or status == wanted:
            return []
        label = self._names(step, None).value(Field.STATUS, status).label
        return [f"its status has moved on to {label}"]

    def _as_before(self, operation: Operation, step: TicketStep, problem: DeskError) -> NotVerified:
        now = self._autotask.now()
        until = may_land_until(step, now) or now
        off = [s.change.name for s in operation.secondaries if not s.change.on]
        are = "is" if len(off) == 1 else "are"
        taken = f", but {', '.join(off)} {are} off it" if off else ""
        back = f"`mcdesk undo {operation.number}` puts back what is missing" if off else None
        return NotVerified(
            f"{operation.number} is as before at {self._clock_face(now)}{taken}; it may still "
            f"change until {self._clock_face(until)}: {problem.message}",
            hint="; ".join(filter(None, (problem.hint, MAY_LAND, back))),
        )


class StatusKind:
    """The status that a ticket gets, unless somebody moved it; done by *fields*, twice no harm."""

    unsent = State.WAITING

    def __init__(self, autotask: Autotask, fields: FieldsKind) -> None:
        self._autotask = autotask
        self.clock = autotask.now
        self._fields = fields

    def prepare(self, operation: Operation, step: StatusStep) -> Seen:
        """Read the ticket: DONE if it has the status, LEFT if somebody has set another."""
        tenant, wanted = self._autotask.resolved(
            Need.TICKETS, lambda tenant: tenant.id_of("status", step.label)
        )
        ticket = self._autotask.tickets.read(TicketById(id_of(operation)))
        if ticket.status_id not in (step.had, wanted):
            return Seen(State.LEFT, reason="left alone: somebody changed it since")
        if ticket.status_id == wanted:
            return Seen(State.DONE)
        target = {Field.STATUS: wanted}
        changes = tuple(differences(held(ticket), target, tenant.names()))
        return Seen(State.WAITING, more={"changes": changes, "patch": target})

    def attempt(self, operation: Operation, step: StatusStep) -> Mapping[str, Any]:
        """Set it."""
        return self._fields.attempt(operation, step)

    def look(self, operation: Operation, step: StatusStep, problem: DeskError | None) -> Seen:
        """Read it back like any field; what was turned away at the door can be tried later."""
        seen = self._fields.look(operation, step, problem)
        if seen.state is State.FAILED and not isinstance(problem, (Rejected, PermissionDenied)):
            return Seen(State.WAITING, problem, more=seen.more)
        return seen

    def revisit(self, operation: Operation, step: StatusStep, decide: Decide) -> Seen:
        """Let it be set again, if it is not set: that does no harm."""
        del operation, decide
        return Seen(State.WAITING, Undelivered(step.reason))


def as_it_is(autotask: Autotask, operation: Operation) -> tuple[Ticket, Sequence[Secondary]]:
    """Read the ticket of *operation*, and who else is on it if it has changed that by now."""
    reference = TicketById(id_of(operation))
    if any(not each.change.on or each.attempted for each in operation.secondaries):
        return autotask.tickets.with_secondaries(reference, needed=True)
    return autotask.tickets.read(reference), ()


def id_of(operation: Operation) -> int:
    """Return the id of its ticket, which was read before anything moved."""
    assert operation.ticket_id is not None
    return operation.ticket_id


def _in_words(change: Change) -> str:
    return f"{change.field.words} is {change.becomes}, not {change.was}"


def with_link(autotask: Autotask, operation: Operation, problem: DeskError) -> DeskError:
    """Hint at the ticket in Autotask, which knows why it refused; else at what it holds now."""
    page = autotask.ticket_page(id_of(operation))
    if isinstance(problem, Rejected | PermissionDenied) and page:
        if page not in (problem.hint or ""):
            hints = (problem.hint, f"the ticket in Autotask: {page}")
            problem.hint = "; ".join(filter(None, hints))
    elif not problem.hint:
        problem.hint = f"`mcdesk show {operation.number}` shows what it holds now"
    return problem


def unseen(operation: Operation, problem: DeskError) -> NotVerified:
    """Say that nobody could look whether the ticket was changed."""
    return NotVerified(
        f"nobody knows yet if {operation.number} was changed; it could not be read back: "
        f"{problem.message}",
        hint="`mcdesk log --check` looks again",
    )


def _not_stuck(operation: Operation, wrong: Sequence[str]) -> NotVerified:
    return NotVerified(
        f"{operation.number}, when read back: {'; '.join(wrong)}",
        hint="a workflow rule or somebody else may have changed it: "
        f"`mcdesk show {operation.number}`",
    )


def _not_as_planned(operation: Operation) -> NotVerified:
    return NotVerified(
        f"{operation.number} is not as the {operation.kind} should have left it",
        hint=f"`mcdesk log {operation.number} --check` shows what differs",
    )
