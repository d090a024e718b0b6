"""The outbox: what was typed and has to get through, as steps with states.

A small state machine. Nothing typed is lost, and nothing is sent twice without a person saying so:
what may have arrived becomes UNKNOWN, and only a look or a person's word leads out of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mcdesk.core.letters import Letter
from mcdesk.core.tickets import Note

# A request that was lost can still land for as long as the server may work on it: five minutes
# (autotask help, REST_Thresholds_Limits).
MAY_STILL_LAND = timedelta(minutes=5)
# How long the texts of what is done are kept.
KEEP_TEXTS = timedelta(days=30)


class What(StrEnum):
    """What an entry is."""

    NOTE = "note"
    LINK = "send-link"


class StepName(StrEnum):
    """The steps that an entry may have."""

    NOTE = "note"
    MAIL = "mail"
    STATUS = "status"


class State(StrEnum):
    """How far a step has come."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Event(StrEnum):
    """What happens to a step."""

    START = "start"
    ARRIVED = "arrived"
    NOT_SENT = "not sent"
    REFUSED = "refused"
    LOST = "lost"


# Every move there is; what is missing here does not happen.
MOVES: Mapping[tuple[State, Event], State] = {
    (State.WAITING, Event.START): State.SENDING,
    (State.WAITING, Event.NOT_SENT): State.WAITING,
    (State.FAILED, Event.START): State.SENDING,
    (State.UNKNOWN, Event.START): State.SENDING,
    (State.UNKNOWN, Event.ARRIVED): State.DONE,
    (State.UNKNOWN, Event.LOST): State.UNKNOWN,
    (State.SENDING, Event.ARRIVED): State.DONE,
    (State.SENDING, Event.NOT_SENT): State.WAITING,
    (State.SENDING, Event.REFUSED): State.FAILED,
    (State.SENDING, Event.LOST): State.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an entry, in its *state* *since* an instant (UTC), with the *reason*.

    *attempted* is when it last started, by the clock of who dates its results (UTC): Autotask's
    for a note. *row* is the id of what it made.
    """

    name: StepName
    since: datetime
    state: State = State.WAITING
    reason: str = ""
    attempted: datetime | None = None
    row: int | None = None

    def after(
        self, event: Event, at: datetime, reason: str = "", *, row: int | None = None
    ) -> "Step":
        """Give the step as *event* leaves it; raise ValueError for one that cannot happen."""
        try:
            state = MOVES[self.state, event]
        except KeyError:
            raise ValueError(f"{self.name} is {self.state}: {event} cannot happen") from None
        since = self.since if state is self.state else at
        return replace(self, state=state, since=since, reason=reason, row=row)

    def started(self, at: datetime, *, there: datetime) -> "Step":
        """Give the step as it is while it is tried, from *there* on by the other side's clock."""
        return replace(self.after(Event.START, at), attempted=there)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to get through: its *text* unsigned, its *author*, its steps in order.

    *reference* is the ticket as it was typed; the ticket's id and number are None and "" until it
    was read. *to* is whom a scheduling link goes to; *status* is the label that its ticket then
    gets, if it still has the one *status_before* (an id). An entry is not sent before it is
    *released*: a person has seen which ticket it is, or nobody was there to ask. *letter* is the
    mail, composed before the first step starts.
    """

    n: int
    what: What
    created: datetime
    reference: str
    author: str
    title: str
    text: str
    steps: Sequence[Step]
    message_id: str = ""
    letter: Letter | None = None
    ticket_id: int | None = None
    number: str = ""
    company: str = ""
    ticket_title: str = ""
    released: bool = False
    to: str = ""
    status: str = ""
    status_before: int | None = None

    def step(self, name: StepName) -> Step | None:
        """Give the step *name*, None where the entry has none."""
        return next((step for step in self.steps if step.name is name), None)

    def with_step(self, changed: Step) -> "Entry":
        """Give the entry with *changed* in the place of the step of its name."""
        steps = [changed if step.name is changed.name else step for step in self.steps]
        return replace(self, steps=steps)

    @property
    def done(self) -> bool:
        """Whether every step is done."""
        return all(step.state is State.DONE for step in self.steps)

    @property
    def next_step(self) -> Step | None:
        """Give the first step that is not done: the only one that may start."""
        return next((step for step in self.steps if step.state is not State.DONE), None)

    @property
    def untouched(self) -> bool:
        """Whether nobody has begun to send any of it."""
        return all(step.state is State.WAITING and not step.attempted for step in self.steps)

    def held_up(self, at: datetime, reason: str) -> "Entry":
        """Give the entry with the *reason* why it could not start *at* an instant, if it waits."""
        step = self.next_step
        if step is None or step.state is not State.WAITING:
            return self
        return self.with_step(step.after(Event.NOT_SENT, at, reason))

    def left_alone(self, at: datetime) -> "Entry":
        """Give the entry as it reads when nobody is delivering: what was being sent is unknown."""
        died = [
            step.after(Event.LOST, at, "its process ended before the answer came")
            if step.state is State.SENDING
            else step
            for step in self.steps
        ]
        return replace(self, steps=died)

    def without_texts(self) -> "Entry":
        """Give the entry without what anybody wrote."""
        return replace(self, title="", text="", letter=None)


def note_entry(
    reference: str,
    text: str,
    *,
    title: str,
    author: str,
    notify: bool,
    message_id: str,
    now: datetime,
) -> Entry:
    """Make the entry of a note on the ticket *reference*, with a letter to dispatch or without."""
    names = [StepName.NOTE, StepName.MAIL] if notify else [StepName.NOTE]
    return Entry(
        n=0,
        what=What.NOTE,
        created=now,
        reference=reference,
        author=author,
        title=title,
        text=text,
        steps=[Step(name, since=now) for name in names],
        message_id=message_id,
    )


def may_repeat(step: Step, now: datetime) -> datetime | None:
    """Tell until when a lost note can still land, None when that time is over.

    *now* is told by the same clock as the step's attempt.
    """
    until = (step.attempted or step.since) + MAY_STILL_LAND
    return until if now < until else None


def is_ours(note: Note, entry: Entry, step: Step, authors: Sequence[int | None]) -> bool:
    """Check if *note* is the one that *step* of *entry* was lost with.

    Written by one of *authors* (the technician or our API user), not before the attempt, and the
    same text with or without the signature; Autotask changes line ends and trailing blanks.
    """
    return (
        note.resource_id in authors
        and (step.attempted is None or note.at >= step.attempted)
        and _folded(note.text) in {_folded(entry.text), _folded(signed(entry.text, entry.author))}
    )


def signed(text: str, author: str) -> str:
    """Put the *author*'s name under *text*, for a note that goes out as the API user's."""
    return f"{text}\n\n{author}" if author else text


def _folded(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)
