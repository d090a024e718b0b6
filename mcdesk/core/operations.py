"""Operations: what a technician asked for, as an ordered list of steps, each in a state.

A handoff, a claim, a note, a scheduling link and an undo are all the same thing. It is written
down whole before anything moves; a later step starts only when the earlier ones are done; what may
have arrived is UNKNOWN, and only a look or a person's word leads out of it.
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
# How long the texts of what is done are kept.
KEEP_TEXTS = timedelta(days=30)
INTERRUPTED = "interrupted before the answer came"

# One without a zone cannot be compared with any other: a row that holds it is damaged.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Kind(StrEnum):
    """What was asked for, as the command that does it."""

    SEND = "send-to-mc"
    CLAIM = "claim"
    UNDO = "undo"
    NOTE = "note"
    LINK = "send-link"

    @property
    def done(self) -> str:
        """The word for having done it."""
        return {
            Kind.SEND: "sent",
            Kind.CLAIM: "claimed",
            Kind.UNDO: "undone",
            Kind.NOTE: "sent",
            Kind.LINK: "status set",
        }[self]


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
_STOPPED = (State.UNKNOWN, State.FAILED, State.LEFT)

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
Found = TypeVar("Found", bound=AnyStep)


class Progress(StrEnum):
    """How far an operation has come with its ticket.

    BEGUN is neither done nor given up, so its process died or still runs. NOT_DONE means that the
    ticket was left, or put back, as it was.
    """

    BEGUN = "begun"
    DONE = "done"
    UNVERIFIED = "unverified"
    NOT_DONE = "not done"


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an operation stems from: *who* sat there, as which API user, at which computer."""

    who: str = ""
    user_name: str = ""
    computer: str = ""


class Operation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked for: *at* is our clock's instant, *since* Autotask's, both UTC.

    *reference* is the ticket as it was typed; its id and number are None and "" until it was read.
    *text* is what a note says, unsigned; *author* wrote it, and *draft* names the file that holds
    it as well until all is done. *to* is whom a scheduling link goes to. Nothing is sent before it
    is *released*: a person has seen which ticket it is, or nobody was there to ask. *undoes* is the
    number of what an undo takes back.
    """

    kind: Kind
    at: Instant
    steps: tuple[AnyStep, ...]
    n: int = 0
    since: Instant | None = None
    by: Origin = Origin()
    reference: str = ""
    ticket_id: int | None = None
    number: str = ""
    title: str = ""
    company: str = ""
    template: str = ""
    undoes: int | None = None
    text: str = ""
    note_title: str = ""
    author: str = ""
    draft: str = ""
    to: str = ""
    released: bool = True

    def step(self, kind: type[Found]) -> Found | None:
        """Find the step of one *kind*, None if there is none."""
        return next((step for step in self.steps if isinstance(step, kind)), None)

    def with_step(self, i: int, step: AnyStep) -> "Operation":
        """Return the operation with *step* as its *i*-th."""
        steps = (*self.steps[:i], step, *self.steps[i + 1 :])
        return replaced(self, steps=steps)

    @property
    def fields(self) -> FieldsStep | StatusStep | None:
        """The step that sets fields of the ticket, if it has come to know which."""
        found = self.step(FieldsStep) or self.step(StatusStep)
        return found if found and (found.changes or found.kept) else None

    @property
    def unplanned(self) -> bool:
        """Whether it is a handoff of which nothing but its note was stored."""
        return self.kind is Kind.SEND and self.step(FieldsStep) is None

    @property
    def secondaries(self) -> list[SecondaryStep]:
        """The steps about secondary resources, without those that put back what was taken off."""
        return [s for s in self.steps if isinstance(s, SecondaryStep) and not s.restores]

    @property
    def restoring(self) -> list[SecondaryStep]:
        """The steps that put back what was taken off, after the change had failed."""
        return [s for s in self.steps if isinstance(s, SecondaryStep) and s.restores]

    @property
    def deliveries(self) -> list[Delivery]:
        """The steps that have to get through: note, mail and status."""
        return [s for s in self.steps if isinstance(s, NoteStep | MailStep | StatusStep)]

    @property
    def done(self) -> bool:
        """Whether nothing more will come of it."""
        return all(step.final for step in self.steps)

    @property
    def waits(self) -> bool:
        """Whether a note, a mail or a status has not got through."""
        return any(not step.final for step in self.deliveries)

    @property
    def untouched(self) -> bool:
        """Whether nobody has begun with any of it."""
        return all(step.state is State.WAITING and not step.attempted for step in self.steps)

    @property
    def next_index(self) -> int | None:
        """The place of the first step that is not done: the only one that may start."""
        return next((i for i, step in enumerate(self.steps) if not step.final), None)

    def place_of(self, kind: type[Step] | None) -> int | None:
        """Return the place of the first step of *kind*, None if there is none."""
        steps = enumerate(self.steps)
        return next((i for i, step in steps if kind and isinstance(step, kind)), None)

    @property
    def stopped(self) -> AnyStep | None:
        """The step it is stuck at, None if all are done."""
        return None if self.next_index is None else self.steps[self.next_index]

    @property
    def mail(self) -> MailStep | None:
        """The mail, if one was asked for."""
        return self.step(MailStep)

    @property
    def note(self) -> NoteStep | None:
        """The note, if one was asked for."""
        return self.step(NoteStep)

    def restored(self, step: SecondaryStep) -> bool:
        """Whether what *step* took off is on the ticket again."""
        return any(
            isinstance(each, SecondaryStep)
            and each.restores
            and each.state is State.DONE
            and each.change.resource_id == step.change.resource_id
            for each in self.steps
        )

    @property
    def changes_ticket(self) -> bool:
        """Whether it is about fields or secondary resources, so that it may be undone."""
        return self.fields is not None or bool(self.secondaries)

    @property
    def progress(self) -> Progress:
        """How far it has come with the ticket."""
        fields = self.fields
        about: list[AnyStep] = [*self.secondaries, *([fields] if fields else [])]
        if all(step.state is State.DONE for step in about):
            return Progress.DONE
        stopped = [step for step in about if step.state in _STOPPED]
        sending = any(step.state is State.SENDING for step in (*about, *self.restoring))
        if not stopped or sending:
            return Progress.BEGUN
        if any(step.state is not State.FAILED or _puts_on(step) for step in stopped):
            return Progress.UNVERIFIED
        return self._put_back

    @property
    def _put_back(self) -> Progress:
        """How far putting back what was taken off has come, after the change had failed."""
        off = [s for s in self.secondaries if s.state is State.DONE and not self.restored(s)]
        if not off:
            return Progress.NOT_DONE
        gave_up = any(step.state in _STOPPED for step in self.restoring)
        return Progress.UNVERIFIED if gave_up else Progress.BEGUN

    @property
    def may_have_changed(self) -> bool:
        """Whether the ticket may not be as it was before."""
        return self.changes_ticket and self.progress is not Progress.NOT_DONE

    def elsewhere(self, computer: str) -> str:
        """Return at which computer it was typed if that is not *computer*, "" if it is, or unknown.

        Locks do not reach so far: what is being sent there is not interrupted.
        """
        return self.by.computer if self.by.computer != computer else ""

    def as_read(self, at: datetime) -> "Operation":
        """Return it as it reads while nobody holds its lock: what was being sent is unknown."""
        steps = tuple(
            moved(step, State.UNKNOWN, at, INTERRUPTED) if step.state is State.SENDING else step
            for step in self.steps
        )
        return replaced(self, steps=steps)

    def held_up(self, i: int | None, reason: str, at: datetime) -> "Operation":
        """Return it with the *reason* why its *i*-th step did not even begin, if it has not."""
        if i is None or self.steps[i].state is not State.WAITING:
            return self
        return self.with_step(i, moved(self.steps[i], State.WAITING, at, reason))

    def given_up(self, at: datetime) -> "Operation":
        """Return it without anything that would still be sent: note, mail and status are left.

        A status that was surely not set is no change of the ticket any more.
        """
        steps = tuple(
            _left(step, at)
            if isinstance(step, NoteStep | MailStep | StatusStep) and not step.final
            else step
            for step in self.steps
        )
        return replaced(self, steps=steps)

    def without_texts(self) -> "Operation":
        """Return it without what anybody wrote, here or in its draft."""
        steps = tuple(
            replaced(step, email=None) if isinstance(step, MailStep) else step
            for step in self.steps
        )
        return replaced(self, steps=steps, text="", note_title="", draft="")


def _left(step: Delivery, at: datetime) -> Delivery:
    left = moved(step, State.LEFT, at, step.reason)
    if isinstance(left, StatusStep) and not step.in_doubt:
        return replaced(left, changes=())
    return left


def _puts_on(step: AnyStep) -> bool:
    return isinstance(step, SecondaryStep) and step.change.on


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
