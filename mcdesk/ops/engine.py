"""The one engine that writes: begin, attempt, look, settle.

It takes the steps of an operation in order, each written down as being sent before its request and
as what was seen after it, all under the operation's own lock, which the system frees when a process
dies. So whoever holds the lock and finds a step "sending" knows that it was interrupted: the step
is unknown, and is looked at before anything else is done. What each kind of step asks for, how it
is looked at and what may be repeated is its own: see `ops/steps`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from mcdesk.core.operations import (
    AnyStep,
    FieldsStep,
    MailStep,
    Operation,
    SecondaryStep,
    State,
    Step,
    moved,
    replaced,
)
from mcdesk.core.tickets import Ticket
from mcdesk.errors import DeskError, MailNotSent, StoreProblem, Undelivered, Unreachable
from mcdesk.store.drafts import Drafts
from mcdesk.store.lock import Locks
from mcdesk.store.operations import Operations

# After these, nothing has gone out: no look is needed.
_NEVER_SENT = (Unreachable, MailNotSent)
_SETTLED = (State.DONE, State.LEFT)
_HELD_BACK = "not sent, for the change of the ticket before it is not verified"


class Doubt(Enum):
    """What only a person can decide."""

    MAIL_AGAIN = "mail again"
    NOTE_AGAIN = "note again"
    NOTE_ANYWAY = "note anyway"


Decide = Callable[[Operation, Doubt], bool]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a step: the *state* that it is in, and the *problem* if it is not done.

    WAITING is a step that is not done and may be attempted. *more* are further values of the step.
    *said* is what the technician should know besides, *ticket* the ticket as it was read. *again*
    says that one more attempt at once does no harm.
    """

    state: State
    problem: DeskError | None = None
    reason: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    ticket: Ticket | None = None
    again: bool = False


class StepKind(Protocol):
    """One kind of step: its request, how it is looked at, and what may be repeated."""

    # What becomes of a step whose request never left.
    unsent: State

    def prepare(self, operation: Operation, step: Any) -> Seen:
        """Find out what the request needs; DONE or LEFT if none is needed, else WAITING.

        What it raises leaves the step as it was: nothing has gone out.
        """

    def clock(self) -> datetime:
        """Return the time by the clock of who dates the results (UTC)."""

    def attempt(self, operation: Operation, step: Any) -> Mapping[str, Any]:
        """Make the request, once, and return what the answer says of the step."""

    def look(self, operation: Operation, step: Any, problem: DeskError | None) -> Seen:
        """Look what is so after an attempt: *problem* is None for a plain success."""

    def revisit(self, operation: Operation, step: Any, decide: Decide) -> Seen:
        """Look at a step that nobody knows of or that has failed, before anything else is done."""


@dataclass(slots=True)
class Run:
    """How far *operation* has come, the *problem* that stopped it, and what else is to be said.

    *ticket* is the ticket as it was read back last.
    """

    operation: Operation
    problem: DeskError | None = None
    warnings: list[str] = field(default_factory=list)
    ticket: Ticket | None = None


class Engine:
    """Run operations of *operations*, each under its own of *locks*, by its steps' *kinds*."""

    def __init__(
        self,
        operations: Operations,
        locks: Locks,
        kinds: Mapping[type[Step], StepKind],
        drafts: Drafts,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._operations = operations
        self._locks = locks
        self._kinds = kinds
        self._drafts = drafts
        self._now = now

    def run(self, operation: Operation, *, decide: Decide = lambda *_: False) -> Run:
        """Take *operation* as far as it goes; *decide* is asked what only a person can decide.

        An operation that was begun before is looked at first, and no field of a ticket is set
        again. What stops it is in the result, and written down beside the step. Raises Refused if
        another mcdesk has dropped it, Busy while another is at it, and StoreProblem if it cannot be
        read: then nothing was sent.
        """
        with self._locks.of(operation.n).held():
            # Another mcdesk may have taken it further, or died while it did.
            run = Run(self._operations.amend(operation.n, lambda now: now.as_read(self._now())))
            begun = not run.operation.untouched
            run.problem = self._look_at_ticket(run, decide) if begun else None
            if not run.problem:
                self._advance(run, decide)
        if run.operation.done:
            self._clear_up(run.operation)
        return run

    def rehearse(self, operation: Operation) -> None:
        """Make the requests to Autotask that are still to come, on a way that only keeps them."""
        for step in operation.steps:
            if step.final or isinstance(step, MailStep):
                continue
            kind = self._kinds[type(step)]
            ready = kind.prepare(operation, step)
            if ready.state is State.WAITING:
                kind.attempt(operation, replaced(step, **ready.more))

    def _advance(self, run: Run, decide: Decide) -> None:
        """Take one step after the other, up to the first that is not done."""
        i = 0
        while i < len(run.operation.steps):
            problem = None if run.operation.steps[i].final else self._take(run, i, decide)
            run.problem = run.problem or problem
            if problem and not _goes_on_after(run.operation.steps[i]):
                self._put_back(run, i)
                self._hold_back(run, i)
                return
            i += 1

    def _take(self, run: Run, i: int, decide: Decide) -> DeskError | None:
        """Take the *i*-th step, and return why it is not done, None if it is."""
        step = run.operation.steps[i]
        kind = self._kinds[type(step)]
        try:
            if step.state in (State.UNKNOWN, State.FAILED):
                seen = kind.revisit(run.operation, step, decide)
                if seen.state is not State.WAITING:
                    return self._settle(run, i, seen)
            ready = kind.prepare(run.operation, step)
            self._begin(run, i, ready, kind)
        except DeskError as problem:
            return self._held_up(run, i, problem)
        if ready.state is not State.WAITING:
            return self._settle(run, i, ready)
        seen = self._attempt(run, i, kind)
        return self._settle(run, i, self._attempt(run, i, kind) if seen.again else seen)

    def _begin(self, run: Run, i: int, ready: Seen, kind: StepKind) -> None:
        """Write down that the *i*-th step is being sent; from here on it may have been."""
        step = moved(run.operation.steps[i], State.SENDING, self._now())
        begun = replaced(step, **ready.more, attempted=kind.clock())
        operation = run.operation.with_step(i, begun)
        if operation.since is None:
            operation = replaced(operation, since=kind.clock())
        self._operations.update(operation, self._now())
        run.operation = operation

    def _attempt(self, run: Run, i: int, kind: StepKind) -> Seen:
        """Make the request of the *i*-th step, and look what is so."""
        step, lost = run.operation.steps[i], None
        try:
            step = replaced(step, **kind.attempt(run.operation, step))
        except _NEVER_SENT as problem:
            return Seen(kind.unsent, problem)
        except DeskError as problem:
            lost = problem
        try:
            return kind.look(run.operation, step, lost)
        except DeskError as blindness:  # whatever cannot be read: the request went out
            return Seen(State.UNKNOWN, lost or blindness)

    def _settle(self, run: Run, i: int, seen: Seen) -> DeskError | None:
        """Write down what was seen of the *i*-th step; it is said whether or not that works."""
        step = replaced(run.operation.steps[i], **seen.more)
        reason = seen.reason or (seen.problem.message if seen.problem else "")
        run.operation = run.operation.with_step(i, moved(step, seen.state, self._now(), reason))
        run.ticket = seen.ticket or run.ticket
        run.warnings += seen.said
        problem = None if seen.state in _SETTLED else seen.problem or Undelivered(reason)
        try:
            self._operations.update(run.operation, self._now())
        except StoreProblem as blocked:
            run.warnings.append(f"this could not be written down here: {blocked.message}")
            problem = problem or (blocked if run.operation.stopped else None)
        return problem

    def _held_up(self, run: Run, i: int, problem: DeskError) -> DeskError:
        """Write down why the *i*-th step could not even begin, if that works."""
        step = run.operation.steps[i]
        if step.state is State.WAITING:
            unsent = self._kinds[type(step)].unsent
            held = moved(step, unsent, self._now(), problem.message)
            run.operation = run.operation.with_step(i, held)
            with suppress(StoreProblem):
                self._operations.update(run.operation, self._now())
        return problem

    def _put_back(self, run: Run, i: int) -> None:
        """Put on again what was taken off, if the *i*-th step has failed to change the ticket."""
        steps = run.operation.steps
        if not isinstance(steps[i], SecondaryStep | FieldsStep):
            return
        if steps[i].state is not State.FAILED:
            return
        back = tuple(
            SecondaryStep(since=self._now(), change=replace(step.change, on=True), restores=True)
            for step in run.operation.secondaries
            if step.state is State.DONE
        )
        steps = (*steps[: i + 1], *back, *steps[i + 1 :])
        run.operation = replaced(run.operation, steps=steps)
        for at in range(i + 1, i + 1 + len(back)):
            self._take(run, at, lambda *_: False)

    def _hold_back(self, run: Run, i: int, reason: str = _HELD_BACK) -> None:
        """Write down why note and mail wait, if the *i*-th step leaves the ticket unverified."""
        if not isinstance(run.operation.steps[i], SecondaryStep | FieldsStep):
            return
        for at, step in enumerate(run.operation.steps):
            if at > i and step.state is State.WAITING:
                held = moved(step, State.WAITING, self._now(), reason)
                run.operation = run.operation.with_step(at, held)
        with suppress(StoreProblem):
            self._operations.update(run.operation, self._now())

    def _look_at_ticket(self, run: Run, decide: Decide) -> DeskError | None:
        """Look whether the ticket is as planned, before what waits behind that goes out.

        Never writes a field: that takes a new plan.
        """
        steps = run.operation.steps
        ours = [i for i, step in enumerate(steps) if isinstance(step, SecondaryStep | FieldsStep)]
        open_ones = [i for i in ours if not steps[i].final]
        if not open_ones:
            return None
        last = max(ours)
        try:
            seen = self._kinds[FieldsStep].revisit(run.operation, steps[last], decide)
        except DeskError as problem:
            self._hold_back(run, last, f"{_HELD_BACK}: {problem.message}")
            return problem
        if seen.state is not State.DONE and not decide(run.operation, Doubt.NOTE_ANYWAY):
            return seen.problem
        run.ticket = seen.ticket
        for i in open_ones:
            settled = seen.state is State.DONE and steps[i].state is not State.WAITING
            step = moved(steps[i], State.DONE if settled else State.LEFT, self._now(), seen.reason)
            run.operation = run.operation.with_step(i, step)
        self._operations.update(run.operation, self._now())
        return None

    def _clear_up(self, operation: Operation) -> None:
        """Remove the second copy of what was typed, and old locks, once nothing needs them."""
        with suppress(StoreProblem):
            self._locks.tidy(lambda: [each.n for each in self._operations.waiting()])
            if operation.draft and not self._operations.names_draft(operation.draft):
                self._drafts.remove(operation.draft)


def _goes_on_after(step: AnyStep) -> bool:
    """Return whether others may follow though *step* is not done: putting people on the ticket."""
    return isinstance(step, SecondaryStep) and step.change.on
