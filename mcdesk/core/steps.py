"""The steps of an operation: what each kind holds, and which moves its state may make.

What may have arrived is UNKNOWN, and only a look or a person's word leads out of it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar

import msgspec

from mcdesk.core.changes import Change, Field, Plan, SecondaryChange, Values
from mcdesk.core.emails import Email

# A request that was lost can still land for as long as the server may work on it: five minutes
# (autotask help, REST_Thresholds_Limits).
MAY_STILL_LAND = timedelta(minutes=5)
# One without a zone cannot be compared with any other: a row that holds it is damaged.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class State(StrEnum):
    """How far a step has come; LEFT is what nobody wants any more."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    UNKNOWN = "unknown"
    FAILED = "failed"
    LEFT = "left"


# Every move there is; what is missing here raises.
MOVES: Mapping[State, frozenset[State]] = {
    State.WAITING: frozenset({State.WAITING, State.SENDING, State.FAILED, State.LEFT}),
    State.SENDING: frozenset({State.WAITING, State.DONE, State.UNKNOWN, State.FAILED, State.LEFT}),
    State.UNKNOWN: frozenset({State.UNKNOWN, State.SENDING, State.DONE, State.FAILED, State.LEFT}),
    State.FAILED: frozenset({State.FAILED, State.SENDING, State.DONE, State.LEFT}),
    State.DONE: frozenset(),
    State.LEFT: frozenset(),
}
_FINAL = (State.DONE, State.LEFT)

S = TypeVar("S", bound="Step")
V = TypeVar("V", bound=msgspec.Struct)


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step, in its *state* *since* an instant (UTC), with the *reason*.

    *attempted* is when it was last begun, by the clock of who dates its results (UTC): Autotask's
    but for mail.
    """

    since: Instant
    state: State = State.WAITING
    reason: str = ""
    attempted: Instant | None = None

    @property
    def final(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in _FINAL

    @property
    def in_doubt(self) -> bool:
        """Whether it may have happened, and nobody has seen that it did."""
        return self.state in (State.SENDING, State.UNKNOWN)

    @property
    def puts_on(self) -> bool:
        """Whether it puts somebody on the ticket."""
        return False


def replaced(struct: V, **values: Any) -> V:
    """Return *struct* with other *values*."""
    return msgspec.structs.replace(struct, **values)


def moved(step: S, state: State, at: datetime, reason: str = "") -> S:
    """Return *step* in *state* at an instant (UTC); raise ValueError for a move there is not."""
    if state not in MOVES[step.state]:
        raise ValueError(f"a step that is {step.state} cannot become {state}")
    since = step.since if state is step.state else at
    return replaced(step, state=state, since=since, reason=reason)


class SecondaryStep(Step, frozen=True, kw_only=True, tag="secondary"):
    """Taking a secondary resource off the ticket, or putting it on.

    *restores* marks one that puts back what the same operation took off.
    """

    change: SecondaryChange
    restores: bool = False

    @property
    def puts_on(self) -> bool:
        """Whether it puts somebody on the ticket."""
        return self.change.on


class TicketStep(Step, frozen=True, kw_only=True):
    """Setting fields of the ticket: the *changes*, and what should hold afterwards.

    *patch* is what goes out. *kept* are fields that are right already: not written, but looked at.
    *accepted* are statuses that a workflow rule may rightly move it on to. *found* is what the
    ticket held when it was read back, None if it could not be read.
    """

    changes: tuple[Change, ...] = ()
    patch: dict[Field, int | None] = {}
    kept: dict[Field, int | None] = {}
    accepted: frozenset[int] = frozenset()
    found: dict[Field, int | None] | None = None

    @property
    def before(self) -> dict[Field, int | None]:
        """What the changed fields held."""
        return {change.field: change.before.id for change in self.changes}

    @property
    def wanted(self) -> dict[Field, int | None]:
        """What the changed fields should hold."""
        return {change.field: change.after.id for change in self.changes}

    @property
    def expected(self) -> Values:
        """What the ticket should hold: what is set, and what it held already."""
        return {**self.kept, **self.wanted}


class FieldsStep(TicketStep, frozen=True, kw_only=True, tag="fields"):
    """The one PATCH of a handoff, a claim or an undo."""


class StatusStep(TicketStep, frozen=True, kw_only=True, tag="status"):
    """The status that a ticket gets, by its *label*, if it still has the one it had (an id)."""

    name: ClassVar = "status"

    label: str
    had: int | None = None


class NoteStep(Step, frozen=True, kw_only=True, tag="note"):
    """The internal note: the id of its *row*, and whether it was seen to be *public*."""

    name: ClassVar = "note"

    row: int | None = None
    public: bool = False


class MailStep(Step, frozen=True, kw_only=True, tag="mail"):
    """The mail, composed before the first step starts; *message_id* is fixed with the operation."""

    name: ClassVar = "mail"

    message_id: str = ""
    email: Email | None = None


AnyStep = SecondaryStep | FieldsStep | NoteStep | MailStep | StatusStep
# What waits in the outbox until it got through.
Delivery = NoteStep | MailStep | StatusStep


def may_land_until(step: Step, now: datetime) -> datetime | None:
    """Return until when a lost request of *step* can still land, None once that time is over.

    *now* is told by the same clock as the step's attempt.
    """
    until = (step.attempted or step.since) + MAY_STILL_LAND
    return until if now < until else None


def steps_of(plan: Plan, at: datetime) -> tuple[AnyStep, ...]:
    """Make the steps of *plan*, planned *at* an instant (UTC): off, fields, on."""
    off = [SecondaryStep(since=at, change=each) for each in plan.removals]
    on = [SecondaryStep(since=at, change=each) for each in plan.additions]
    fields = FieldsStep(
        since=at,
        changes=tuple(plan.changes),
        patch=plan.patch,
        kept=dict(plan.kept),
        accepted=plan.accepted,
    )
    return (*off, fields, *on)
