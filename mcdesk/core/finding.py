"""How the newest tickets are found where nobody sorts, and which one a short reference means.

Autotask answers in the order of ids, the oldest first, and jumps to no page: so the newest are
those of a short stretch of time, and stretches grow backwards until there are enough.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mcdesk.core.references import ending
from mcdesk.core.tickets import Ticket
from mcdesk.core.wording import counted
from mcdesk.errors import NoSuchTicket, UsageProblem

# How far the first stretch reaches, and how far back a short reference does.
WEEK = timedelta(days=7)
# How many times as many tickets a stretch is made for as are wanted: days differ.
_MARGIN = 3
# No stretch is so many times as long as the one before it, and none shorter than this.
_STRETCHED = 16
_SHORTEST = timedelta(seconds=1)
# No ticket is older: a count that makes no sense would lead before the calendar begins.
_EVER = timedelta(days=50 * 365)


class Stretch(NamedTuple):
    """When tickets were created: at *since* or later (None: ever), and before another instant."""

    since: datetime | None
    before: datetime | None = None


def first_stretch(count: int, now: datetime, *, page: int) -> Stretch:
    """Return where to begin: at the week before *now*, or with all if a *page* has room for them.

    *count* is how many tickets there are.
    """
    return Stretch(None if count <= page else now - WEEK)


def older_stretch(stretch: Stretch, found: int, wanted: int, now: datetime) -> Stretch | None:
    """Return the stretch before *stretch*, in which *found* were all, for *wanted* more.

    None if nothing is wanted, or nothing is older.
    """
    if stretch.since is None or wanted <= 0:
        return None
    length = (stretch.before or now) - stretch.since
    times = _MARGIN * wanted / found if found else _STRETCHED
    longer = length * min(max(times, 1), _STRETCHED)
    return Stretch(None if longer > _EVER else stretch.since - longer, stretch.since)


def shorter_stretch(
    stretch: Stretch, page: Sequence[Ticket], wanted: int, now: datetime, *, most: int
) -> Stretch | None:
    """Return the end of *stretch*, of whose tickets *page* has the oldest alone.

    At most half of it, and as much as holds *wanted*, if all of *most* tickets come as close as
    those; None if there is no shorter one.
    """
    created = [ticket.created for ticket in page] or [stretch.since or now]
    first, last = min(created), max(created)
    end = stretch.before or max(now, last)
    since = stretch.since or first
    if end - since <= _SHORTEST:
        return None
    apart = (last - first) / len(created)
    newest = first + min(apart * most, end - first)
    begin = newest - apart * _MARGIN * wanted if apart else last + _SHORTEST
    return Stretch(min(max(since + (end - since) / 2, begin), end - _SHORTEST), stretch.before)


def newest_first(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Sort *tickets* by when they were created, the latest first."""
    return sorted(tickets, key=lambda ticket: (ticket.created, ticket.id), reverse=True)


def meant_by_short(
    short: int, tickets: Sequence[Ticket], *, closed: Callable[[Ticket], bool]
) -> list[Ticket]:
    """Return which of the week's *tickets* of its ending the reference *short* may mean.

    The open ones, or the newest if none is open; raise NoSuchTicket for none at all.
    """
    newest = newest_first(tickets)
    if not newest:
        raise NoSuchTicket(
            f"no ticket from the last 7 days ends in {ending(short)}",
            hint="`mcdesk list` shows open tickets; older ones need the whole number",
        )
    return [ticket for ticket in newest if not closed(ticket)] or newest[:1]


def several_meant(short: int, tickets: Sequence[Ticket]) -> UsageProblem:
    """Return the error of a reference *short* that means several open *tickets*."""
    numbers = ", ".join(ticket.number for ticket in tickets)
    return UsageProblem(
        f"{counted(len(tickets), 'open ticket')} from this week end in {ending(short)}",
        hint=f"type the whole number: {numbers}",
    )
