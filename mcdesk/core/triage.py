"""Triage: what to do with a caller.

A decision table, whole and without exceptions: every answer leads to one recommendation.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple


class Urgency(Enum):
    """How urgent the request is."""

    NOW = "can't work, or business-critical"
    TODAY = "can still work, but needs it today"
    LATER = "can wait until another day"


class Team(Enum):
    """How busy we are."""

    FREE = "somebody can take it now"
    FREE_LATER = "somebody is free later today"
    BUSY = "nobody is free today"


class Effort(Enum):
    """How complicated it is."""

    QUICK = "minutes, like a password reset"
    LONG = "longer, or hard to tell"


class Action(Enum):
    """What to do with the caller."""

    TAKE = "take it now"
    LINK = "send a scheduling link"
    TICKET = "make a ticket for later"
    FORWARD = "forward the call"


class Advice(NamedTuple):
    """A recommendation and its *reason*."""

    action: Action
    reason: str


_Q, _L = Effort.QUICK, Effort.LONG
# The whole table: urgency, team, effort -> what to do and why.
TABLE: Mapping[tuple[Urgency, Team, Effort], Advice] = {
    (Urgency.NOW, Team.FREE, _Q): Advice(Action.TAKE, "urgent, and somebody is free"),
    (Urgency.NOW, Team.FREE, _L): Advice(Action.TAKE, "urgent, and somebody is free to stay on it"),
    (Urgency.NOW, Team.FREE_LATER, _Q): Advice(
        Action.FORWARD, "urgent, and later today is too late"
    ),
    (Urgency.NOW, Team.FREE_LATER, _L): Advice(
        Action.FORWARD, "urgent, and later today is too late"
    ),
    (Urgency.NOW, Team.BUSY, _Q): Advice(Action.FORWARD, "urgent, and nobody here is free"),
    (Urgency.NOW, Team.BUSY, _L): Advice(Action.FORWARD, "urgent, and nobody here is free"),
    (Urgency.TODAY, Team.FREE, _Q): Advice(Action.TAKE, "done in minutes, and somebody is free"),
    (Urgency.TODAY, Team.FREE, _L): Advice(
        Action.LINK, "it takes longer, and the user can work until then"
    ),
    (Urgency.TODAY, Team.FREE_LATER, _Q): Advice(
        Action.LINK, "not urgent, and somebody is free later today"
    ),
    (Urgency.TODAY, Team.FREE_LATER, _L): Advice(
        Action.LINK, "not urgent, and somebody is free later today"
    ),
    (Urgency.TODAY, Team.BUSY, _Q): Advice(
        Action.FORWARD, "they need it today, and nobody here is free today"
    ),
    (Urgency.TODAY, Team.BUSY, _L): Advice(
        Action.FORWARD, "they need it today, and nobody here is free today"
    ),
    (Urgency.LATER, Team.FREE, _Q): Advice(Action.TAKE, "done in minutes, and somebody is free"),
    (Urgency.LATER, Team.FREE, _L): Advice(Action.TICKET, "it takes longer, and it can wait"),
    (Urgency.LATER, Team.FREE_LATER, _Q): Advice(
        Action.LINK, "it can wait, and it only takes minutes"
    ),
    (Urgency.LATER, Team.FREE_LATER, _L): Advice(Action.TICKET, "it takes longer, and it can wait"),
    (Urgency.LATER, Team.BUSY, _Q): Advice(Action.TICKET, "it can wait until somebody is free"),
    (Urgency.LATER, Team.BUSY, _L): Advice(Action.TICKET, "it can wait until somebody is free"),
}


# What to read aloud, but for a call that is forwarded: those words are the call script's.
WORDS: Mapping[Action, Sequence[str]] = {
    Action.TAKE: ("I can help you with that right now.",),
    Action.LINK: (
        "I'm going to email you a link so you can pick a time that works for you.",
        "We'll take care of it then.",
    ),
    Action.TICKET: ("Your ticket is in our queue, and someone on our team will get back to you.",),
}


def advise(urgency: Urgency, team: Team, effort: Effort) -> Advice:
    """Recommend what to do with the caller."""
    return TABLE[urgency, team, effort]
