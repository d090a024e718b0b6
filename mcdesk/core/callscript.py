"""The call script: what to say, what to know, and what to do with a caller.

Two kinds of text that must never mix: what the user hears, and what only the technician knows. The
rest is a decision table, whole and without exceptions: every answer leads to one recommendation.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from mcdesk.core.customers import without_vendor


@dataclass(frozen=True, slots=True)
class Words:
    """What the settings say: the *phone* number, what customers hear, and the vendor's names."""

    phone: str
    customer_name: str
    vendor_name: str
    vendor_address: str


@dataclass(frozen=True, slots=True)
class Script:
    """The script: lines to *say* to the user, to *know*, and the *factors* of the decision."""

    say: Sequence[str]
    know: Sequence[str]
    factors: Sequence[str]


def script(words: Words) -> Script:
    """Fill the script from *words*; raise Refused if a customer would hear the vendor's name."""
    vendor = (words.vendor_name, words.vendor_address)
    say = [
        f"I will put you through to our {words.customer_name}. They can help you right away.",
        f"Should we get cut off, our help desk number is {words.phone}.",
    ]
    return Script(
        say=[without_vendor(line, vendor) for line in say],
        know=[
            f"Forward the call to {words.phone}.",
            f"That is {words.vendor_name}. The user must not hear that name: "
            f'say "{words.customer_name}".',
            "About a ticket they already work on, call the same number: it leads to their "
            "direct line and is the quickest way.",
        ],
        factors=[
            "How urgent? Stopped, or critical for their business: now. Can go on working: "
            "before the day is over.",
            "How busy are we? Nobody free and urgent: forward. Free later and not urgent: "
            "let the user book a time.",
            "How complicated? A matter of minutes, such as a password: take it. Longer: it needs "
            "a time, or the vendor.",
        ],
    )


def is_phone(text: str) -> bool:
    """Find out whether *text* can be dialed: E.164 has up to 15 digits, extensions set aside."""
    return set(text) <= set("0123456789+()-./ ") and 7 <= sum(map(str.isdigit, text)) <= 15


def e164(phone: str) -> str:
    """Write *phone* as machines dial it (ITU-T E.164); without a country, North America's."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+"):
        return f"+{digits}"
    return f"+1{digits}" if len(digits) == 10 else f"+{digits}"


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


@dataclass(frozen=True, slots=True)
class Advice:
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
