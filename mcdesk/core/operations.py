"""Operations: what a technician asked for, as an ordered list of steps, each in a state.

A handoff, a claim, a note, a scheduling link and an undo are all the same thing. It is written
down whole before anything moves; a later step starts only when the earlier ones are done.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import msgspec

from mcdesk.core.steps import (
    AnyStep,
    Delivery,
    FieldsStep,
    Instant,
    MailStep,
    NoteStep,
    SecondaryStep,
    State,
    StatusStep,
    Step,
    moved,
    replaced,
)

INTERRUPTED = "interrupted before the answer came"
# How long the texts of what is done are kept.
KEEP_TEXTS = timedelta(days=30)
_STOPPED = (State.UNKNOWN, State.FAILED, State.LEFT)


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
        return [s for s in self.steps if isinstance(s, Delivery)]

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
            each.state is State.DONE and each.change.resource_id == step.change.resource_id
            for each in self.restoring
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
        if any(step.state is not State.FAILED or step.puts_on for step in stopped):
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
            _left(step, at) if isinstance(step, Delivery) and not step.final else step
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
