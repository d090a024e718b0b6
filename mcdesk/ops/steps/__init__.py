"""What each kind of step has of its own: its request, the look at it, and what may be repeated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from mcdesk.core.operations import Operation
from mcdesk.core.steps import State
from mcdesk.core.tickets import Ticket
from mcdesk.errors import DeskError


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
    # Tells the time by the clock of who dates the results (UTC).
    clock: Callable[[], datetime]

    def prepare(self, operation: Operation, step: Any) -> Seen:
        """Find out what the request needs; DONE or LEFT if none is needed, else WAITING.

        What it raises leaves the step as it was: nothing has gone out. Most need nothing.
        """
        del operation, step
        return Seen(State.WAITING)

    def attempt(self, operation: Operation, step: Any) -> Mapping[str, Any]:
        """Make the request, once, and return what the answer says of the step."""

    def look(self, operation: Operation, step: Any, problem: DeskError | None) -> Seen:
        """Look what is so after an attempt: *problem* is None for a plain success."""

    def revisit(self, operation: Operation, step: Any, decide: Decide) -> Seen:
        """Look at a step that nobody knows of or that has failed, before anything else is done."""
