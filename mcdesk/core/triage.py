"""Triage: what to do with a caller.

A decision table, whole and without exceptions: every answer leads to one recommendation.
"""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple


class Urgency(Enum):
    """How urgent the request is."""

    NOW = "cannot work, or it is critical for their business"
    TODAY = "can go on working, but needs it today"
    LATER = "can wait for another day"


class Team(Enum):
    """How busy we are."""

    FREE = "somebody can take it now"
    FREE_LATER = "somebody is free later today"
    BUSY = "nobody is free today"


class Effort(Enum):
    """How complicated it is."""

    QUICK = "a matter of minutes"
    LONG = "longer, or nobody knows yet"


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
    (Urgency.NOW, Team.BUSY, _Q): Advice(Action.FORWARD, "urgent, and nobody of us is free"),
    (Urgency.NOW, Team.BUSY, _L): Advice(Action.FORWARD, "urgent, and nobody of us is free"),
    (Urgency.TODAY, Team.FREE, _Q): Advice(Action.TAKE, "done in minutes, and somebody is free"),
    (Urgency.TODAY, Team.FREE, _L): Advice(
        Action.LINK, "it takes longer, and the user can work until its turn comes today"
    ),
    (Urgency.TODAY, Team.FREE_LATER, _Q): Advice(
        Action.LINK, "not urgent, and somebody is free later today"
    ),
    (Urgency.TODAY, Team.FREE_LATER, _L): Advice(
        Action.LINK, "not urgent, and somebody is free later today"
    ),
    (Urgency.TODAY, Team.BUSY, _Q): Advice(
        Action.FORWARD, "it is wanted today, and nobody of us is free today"
    ),
    (Urgency.TODAY, Team.BUSY, _L): Advice(
        Action.FORWARD, "it is wanted today, and nobody of us is free today"
    ),
    (Urgency.LATER, Team.FREE, _Q): Advice(Action.TAKE, "done in minutes, and somebody is free"),
    (Urgency.LATER, Team.FREE, _L): Advice(Action.TICKET, "it takes longer, and it can wait"),
    (Urgency.LATER, Team.FREE_LATER, _Q): Advice(
        Action.LINK, "it can wait, and a short time is soon found"
    ),
    (Urgency.LATER, Team.FREE_LATER, _L): Advice(Action.TICKET, "it takes longer, and it can wait"),
    (Urgency.LATER, Team.BUSY, _Q): Advice(Action.TICKET, "it can wait until somebody is free"),
    (Urgency.LATER, Team.BUSY, _L): Advice(Action.TICKET, "it can wait until somebody is free"),
}


def advise(urgency: Urgency, team: Team, effort: Effort) -> Advice:
    """Recommend what to do with the caller."""
    return TABLE[urgency, team, effort]
