"""When the team is alerted of tickets that wait, and of which: once, in time, and not at night.

A digest is due at opening, a while before closing, and when tickets have become stale in between,
or the vendor's answer to some is overdue.
It knows no Slack: what was told is remembered only after it got through, so that a digest may
arrive twice but is never missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mcdesk.core.hours import Opening, OpeningHours
from mcdesk.core.staleness import Wait

# A post takes a second. One that has not come to an end by then hangs, and is given up.
LONGEST_POST = timedelta(seconds=30)
# What was told this long ago matters to nobody: more than the longest cool-down and a holiday.
_FORGET = timedelta(days=800)
# A clock that is kept right is set back by seconds now and then: nobody is told twice for that.
_STEP_BACK = timedelta(minutes=1)


class Occasion(StrEnum):
    """Why a digest goes out."""

    OPENING = "opening"
    STALE = "stale"
    OVERDUE = "overdue"
    LAST_CALL = "last call"


@dataclass(frozen=True, slots=True)
class Rules:
    """*cooldown*: business time before a ticket is told again; *last_call*: time before closing.

    No last call if that is nothing.
    """

    cooldown: timedelta
    last_call: timedelta


@dataclass(frozen=True, slots=True)
class Memory:
    """What the team was told, all in UTC.

    *alerted* is when, by ticket id; *opened* the start of the last opening that had its digest,
    *called* the end of the last one that had its last call; *digest* when one went out last.
    *blind* is when it heard that Autotask cannot be read, None if it can.
    """

    alerted: Mapping[int, datetime] = field(default_factory=dict)
    opened: datetime | None = None
    called: datetime | None = None
    digest: datetime | None = None
    blind: datetime | None = None
    # Of the tickets that the vendor has not answered in time: since when they had them then.
    overdue: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that is due in *opening*, about *waits* and what is *overdue* at the vendor's.

    The latter says since when they have it, by ticket id. About none of both, there is nothing to
    send.
    """

    occasion: Occasion
    waits: Sequence[Wait]
    opening: Opening
    overdue: Mapping[int, datetime] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether it is about nothing."""
        return not self.waits and not self.overdue


def due(
    waits: Sequence[Wait],
    memory: Memory,
    rules: Rules,
    *,
    hours: OpeningHours,
    now: datetime,
    overdue: Mapping[int, datetime] | None = None,
) -> Due | None:
    """Decide whether the team has to hear of *waits* (all unclaimed tickets) at *now*.

    The last call is about all of them, the opening about all that are stale, and in between it is
    about those that became stale and were not told within the cool-down. Each is about *overdue*
    tickets too, which went to the vendor at some instant: once, until they are sent anew.
    """
    opening = hours.opening_at(now)
    if opening is None:
        return None
    late = {
        id: since
        for id, since in _kept(overdue or {}, now).items()
        if _sent_anew(since, memory.overdue.get(id))
    }
    if _calling(opening, rules, now) and memory.called != opening.end:
        return Due(Occasion.LAST_CALL, waits, opening, late)
    stale = [wait for wait in waits if wait.stale]
    if memory.opened != opening.start:
        return Due(Occasion.OPENING, stale, opening, late)
    known = memory.alerted
    new = [
        wait
        for wait in stale
        if wait.ticket.id not in known
        or _cooled(known[wait.ticket.id], rules.cooldown, hours=hours, now=now)
    ]
    found = Due(Occasion.STALE if new else Occasion.OVERDUE, new, opening, late)
    return None if found.empty else found


def told(memory: Memory, digest: Due, now: datetime) -> Memory:
    """Return what to remember once *digest* got through at *now*, or had nothing to say."""
    return Memory(
        alerted={**_kept(memory.alerted, now), **{each.ticket.id: now for each in digest.waits}},
        opened=digest.opening.start,
        called=digest.opening.end if digest.occasion is Occasion.LAST_CALL else memory.called,
        digest=memory.digest if digest.empty else now,
        overdue={**_kept(memory.overdue, now), **digest.overdue},
    )


def _kept(known: Mapping[int, datetime], now: datetime) -> dict[int, datetime]:
    """Return what is *known* without what is too old to matter, told or not."""
    return {id: at for id, at in known.items() if now - at < _FORGET}


def _sent_anew(since: datetime, told: datetime | None) -> bool:
    """Return whether a ticket went to the vendor at *since*, and not by *told*, None for never.

    Both by Autotask's clock, but a journal and a history may differ by seconds.
    """
    return told is None or since - told > _STEP_BACK


def _calling(opening: Opening, rules: Rules, now: datetime) -> bool:
    return bool(rules.last_call) and now >= opening.end - rules.last_call


def _cooled(at: datetime, cooldown: timedelta, *, hours: OpeningHours, now: datetime) -> bool:
    """Return whether a ticket told at *at* may be told again; a clock set back hides none."""
    return at - now > _STEP_BACK or hours.between(at, now) >= cooldown
