"""The one engine that writes: begin, attempt, look, settle.

It takes the steps of an operation in order, each written down as being sent before its request and
as what was seen after it, all under the operation's own lock, which the system frees when a process
dies. So whoever holds the lock and finds a step "sending" knows that it was interrupted: the step
is unknown, and is looked at before anything else is done. What each kind of step asks for, how it
is looked at and what may be repeated is its own: see `ops/steps`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mcdesk.core.operations import Operation
from mcdesk.core.steps import (
    AnyStep,
    FieldsStep,
    MailStep,
    SecondaryStep,
    State,
    Step,
    moved,
    replaced,
)
from mcdesk.core.tickets import Ticket
from mcdesk.errors import DeskError, MailNotSent, NoWayOut, StoreProblem, Undelivered, Unreachable
from mcdesk.ops.steps import Decide, Doubt, Seen, StepKind
from mcdesk.store.drafts import Drafts
from mcdesk.store.lock import Locks
from mcdesk.store.operations import Operations

# After these, nothing has gone out: no look is needed.
_NEVER_SENT = (Unreachable, MailNotSent, NoWayOut)
_HELD_BACK = "not sent: the ticket change before it is not verified"


@dataclass(slots=True)
class Run:
    """How far *operation* has come, the *problem* that stopped it, and what else is to be said.

    *ticket* is the ticket as it was read back last. Nothing is begun from step *stop* on.
    """

    operation: Operation
    problem: DeskError | None = None
    warnings: list[str] = field(default_factory=list)
    ticket: Ticket | None = None
    stop: int | None = None
    # The steps that were attempted again.
    repeated: set[int] = field(default_factory=set)

    @property
    def mail_is_next(self) -> bool:
        """Whether all that comes before the mail is done, and the mail is to go out."""
        return self.problem is None and isinstance(self.operation.stopped, MailStep)

    def open_steps(self) -> Iterator[int]:
        """Yield the place of each step to take, as they are by then."""
        i = 0
        while i < (len(self.operation.steps) if self.stop is None else self.stop):
            if not self.operation.steps[i].final:
                yield i
            i += 1


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

    def run(
        self,
        operation: Operation,
        *,
        decide: Decide = lambda *_: False,
        until: type[Step] | None = None,
    ) -> Run:
        """Take *operation* as far as it goes; *decide* is asked what only a person can decide.

        Nothing is begun from its first step of the kind *until* on.

        An operation that was begun before is looked at first, and no field of a ticket is set
        again. What stops it is in the result, and written down beside the step. Raises Refused if
        another mcdesk has dropped it, Busy while another is at it, and StoreProblem if it cannot be
        read: then nothing was sent.
        """
        with self._locks.of(operation.n).held():
            # Another mcdesk may have taken it further, or died while it did.
            run = Run(self._operations.amend(operation.n, lambda now: now.as_read(self._now())))
            run.stop = run.operation.place_of(until)
            self._look_at_ticket(run, decide)
            for i in run.open_steps():
                kind = self._kinds[type(run.operation.steps[i])]
                seen = self._begin(run, i, kind, decide)
                while seen is None:
                    answer: Mapping[str, Any] = {}
                    problem = None
                    try:
                        answer = kind.attempt(run.operation, run.operation.steps[i])
                    except DeskError as error:
                        problem = error
                    seen = self._look(run, i, kind, answer, problem)
                self._settle(run, i, seen)
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

    def _begin(self, run: Run, i: int, kind: StepKind, decide: Decide) -> Seen | None:
        """Write down that the *i*-th step is being sent; from here on it may have been.

        Returns what is so already instead, or why it could not even begin.
        """
        step = run.operation.steps[i]
        try:
            if step.state is not State.WAITING:
                seen = kind.revisit(run.operation, step, decide)
                if seen.state is not State.WAITING:
                    return seen
            ready = kind.prepare(run.operation, step)
            begun = moved(replaced(step, **ready.more), State.SENDING, self._now())
            operation = run.operation.with_step(i, replaced(begun, attempted=kind.clock()))
            since = operation.since or kind.clock()
            self._operations.update(replaced(operation, since=since), self._now())
        except DeskError as problem:
            if step.state is State.WAITING:
                return Seen(kind.unsent, problem)
            said = (f"it was not tried again: {problem.message}",)
            return Seen(step.state, problem, step.reason, said=said)
        run.operation = replaced(operation, since=since)
        return None if ready.state is State.WAITING else ready

    def _look(
        self, run: Run, i: int, kind: StepKind, answer: Mapping[str, Any], problem: DeskError | None
    ) -> Seen | None:
        """Look what is so after the attempt; None if one more attempt at once does no harm."""
        if isinstance(problem, _NEVER_SENT):
            return Seen(kind.unsent, problem)
        try:
            seen = kind.look(run.operation, replaced(run.operation.steps[i], **answer), problem)
        except DeskError as blindness:  # whatever cannot be read: the request went out
            return Seen(State.UNKNOWN, problem or blindness)
        if seen.again and i not in run.repeated:
            run.repeated.add(i)
            return None
        return seen

    def _settle(self, run: Run, i: int, seen: Seen) -> None:
        """Write down what was seen of the *i*-th step; it is said whether or not that works."""
        step = replaced(run.operation.steps[i], **seen.more)
        reason = seen.reason or (seen.problem.message if seen.problem else "")
        step = moved(step, seen.state, self._now(), reason)
        run.operation = run.operation.with_step(i, step)
        run.ticket = seen.ticket or run.ticket
        run.warnings += seen.said
        if not step.final:
            run.problem = run.problem or seen.problem or Undelivered(reason)
            if not step.puts_on:  # without them, the others may follow
                self._stop(run, i)
        try:
            self._operations.update(run.operation, self._now())
        except StoreProblem as blocked:
            if not isinstance(seen.problem, StoreProblem):
                run.warnings.append(f"this could not be saved on this computer: {blocked.message}")
            if run.operation.stopped and run.problem is None:
                run.problem, run.stop = blocked, i + 1

    def _stop(self, run: Run, i: int) -> None:
        """Begin nothing after the *i*-th step, but to put on again what was taken off.

        That is if the step has failed to change the ticket. Notes and mails that wait for it say
        so.
        """
        run.stop = i + 1
        steps, step = run.operation.steps, run.operation.steps[i]
        if not isinstance(step, SecondaryStep | FieldsStep):
            return
        back: tuple[AnyStep, ...] = ()
        if step.state is State.FAILED:
            off = (s.change for s in run.operation.secondaries if s.state is State.DONE)
            back = tuple(
                SecondaryStep(since=self._now(), change=replaced(change, on=True), restores=True)
                for change in off
            )
        run.operation = replaced(run.operation, steps=(*steps[: i + 1], *back, *steps[i + 1 :]))
        run.stop += len(back)
        self._hold_back(run, run.stop - 1, _HELD_BACK)

    def _hold_back(self, run: Run, i: int, reason: str) -> None:
        """Note why nothing after the *i*-th step is begun."""
        for at in range(i + 1, len(run.operation.steps)):
            run.operation = run.operation.held_up(at, reason, self._now())

    def _look_at_ticket(self, run: Run, decide: Decide) -> None:
        """Look whether the ticket is as planned, if *run* takes up what was begun before.

        That is before what waits behind it goes out; a person may send it anyway. No field is
        ever written here: that takes a new plan.
        """
        steps = run.operation.steps
        ours = [i for i, step in enumerate(steps) if isinstance(step, SecondaryStep | FieldsStep)]
        open_ones = [i for i in ours if not steps[i].final]
        if not open_ones or run.operation.untouched:
            return
        try:
            seen = self._kinds[FieldsStep].revisit(run.operation, steps[ours[-1]], decide)
        except DeskError as problem:
            run.problem, run.stop = problem, 0
            self._hold_back(run, ours[-1], f"{_HELD_BACK}: {problem.message}")
            with suppress(StoreProblem):
                self._operations.update(run.operation, self._now())
            return
        if seen.state is not State.DONE and not decide(run.operation, Doubt.NOTE_ANYWAY):
            run.problem, run.stop = seen.problem, 0
            return
        run.ticket = seen.ticket
        for i in open_ones:
            settled = seen.state is State.DONE and steps[i].state is not State.WAITING
            step = moved(steps[i], State.DONE if settled else State.LEFT, self._now(), seen.reason)
            run.operation = run.operation.with_step(i, step)
        self._operations.update(run.operation, self._now())

    def _clear_up(self, operation: Operation) -> None:
        """Remove the second copy of what was typed, and old locks, once nothing needs them."""
        if not operation.done:
            return
        with suppress(StoreProblem):
            self._locks.tidy(lambda: [each.n for each in self._operations.waiting()])
            if operation.draft and not self._operations.names_draft(operation.draft):
                self._drafts.remove(operation.draft)
