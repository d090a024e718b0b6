"""What came of a change of a ticket, in the words that scripts know, and its exit code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mcdesk.core.changes import Plan
from mcdesk.core.operations import Kind, Operation, Progress
from mcdesk.core.steps import NoteStep, SecondaryStep, State, StatusStep, replaced
from mcdesk.core.tickets import Ticket
from mcdesk.errors import (
    DeskError,
    NotInternal,
    NotVerified,
    Rejected,
    SetupProblem,
    StoreProblem,
    Undelivered,
)
from mcdesk.ops.engine import Run


class Outcome(StrEnum):
    """What came of a ticket; for DONE, scripts read the word of its kind."""

    DONE = "done"
    ALREADY_THERE = "already_there"
    PLANNED = "planned"
    REFUSED = "refused"
    FAILED = "failed"
    UNVERIFIED = "unverified"


UNCHANGED = "; nothing was changed"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the ticket that was typed as *reference*; *plan* is None if it was not read.

    *codes* are what scripts know its warnings by. *run* is how far its operation has come, None if
    none was begun. *short* is whether what was done leaves out something that was wanted, which
    stands in *warnings*.
    """

    reference: str
    outcome: Outcome
    plan: Plan | None = None
    warnings: Sequence[str] = ()
    codes: Sequence[str] = ()
    error: DeskError | None = None
    run: Run | None = None
    short: bool = False

    @property
    def exit_code(self) -> int:
        """The exit code that this result alone would have."""
        if self.error:
            return self.error.exit_code
        return NotVerified.exit_code if self.short else 0

    @property
    def verified(self) -> bool:
        """Whether our Autotask held what was wanted when it was read."""
        return self.outcome in (Outcome.DONE, Outcome.ALREADY_THERE)

    @property
    def found(self) -> Ticket | None:
        """The ticket as it was read back, None if it was not."""
        return self.run.ticket if self.run else None


def result_of(run: Run, plan: Plan) -> Result:
    """Return what came of the ticket of *plan*, by how far its operation has come."""
    number, progress = plan.ticket.number, run.operation.progress
    if progress is Progress.DONE:
        return Result(number, Outcome.DONE, plan, run.warnings, run=run)
    error = run.problem or Undelivered(f"{number} was not finished")
    if progress is Progress.NOT_DONE:
        error.message += UNCHANGED
        return Result(number, Outcome.FAILED, plan, run.warnings, error=error, run=run)
    fields = run.operation.fields
    absent = _absent(run.operation) if fields and fields.state is State.DONE else []
    if absent and run.operation.kind is Kind.CLAIM:
        return _short(run, plan, absent)
    if absent:
        error = NotVerified(
            f"{number} has its old values back, but {_not_put(absent)}",
            hint="running it again does only what is missing",
        )
    if missing := _not_put(run.operation.restoring):
        error.message += f"; also, {missing}"
        error.hint = f"`mcdesk undo {number}` puts back what is missing"
        return Result(number, Outcome.FAILED, plan, run.warnings, error=error, run=run)
    return Result(number, Outcome.UNVERIFIED, plan, run.warnings, error=error, run=run)


def _absent(operation: Operation) -> list[SecondaryStep]:
    """List the steps that were to put somebody on the ticket, and are not done."""
    return [
        step for step in operation.secondaries if step.change.on and step.state is not State.DONE
    ]


def _short(run: Run, plan: Plan, absent: Sequence[SecondaryStep]) -> Result:
    """Return the result of a claim that stands, though those of *absent* are not on the ticket."""
    number, missing = plan.ticket.number, [step.change for step in absent]
    done = replaced(plan, additions=[each for each in plan.additions if each not in missing])
    warnings = [*run.warnings, *(_lacking(step, number) for step in absent)]
    return Result(number, Outcome.DONE, done, warnings, run=run, short=True)


def _lacking(step: SecondaryStep, number: str) -> str:
    name, role = step.change.name, f"a secondary resource ({step.reason})"
    if step.state is State.FAILED:
        return f"{name} could not be added as {role}: add them in Autotask"
    look = f"`mcdesk log {number} --check` looks again"
    return f"it is not known yet whether {name} is {role}: {look}"


def _not_put(steps: Iterable[SecondaryStep]) -> str:
    """Say who could not be put on the ticket, "" for nobody."""
    return "; ".join(
        f"{step.change.name} could not be put back as secondary resource ({step.reason})"
        for step in steps
        if step.state is not State.DONE
    )


def delivery_exit(run: Run) -> int:
    """Return the exit code for the note, mail and status of *run*.

    8 for what waits, is unknown or a refused mail; 1 if Autotask refused it for good, or a note is
    not internal; a problem with the settings has its own.
    """
    operation = run.operation
    if not operation.waits:
        return 0
    if isinstance(run.problem, SetupProblem | StoreProblem | NotInternal):
        return run.problem.exit_code
    stopped = operation.stopped
    if isinstance(stopped, NoteStep | StatusStep) and stopped.state is State.FAILED:
        return Rejected.exit_code
    return Undelivered.exit_code
