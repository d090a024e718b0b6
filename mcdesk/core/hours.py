"""Opening hours: business time between two instants, and when the desk opens or closes next.

Everything in and out is an aware instant in UTC. Whether the desk is open is decided by the wall
clock of its zone, so a span that a DST change shortens or repeats counts as the clock on the wall
shows it. It refuses to guess: hours come checked from the settings.
"""

from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import msgspec

from mcdesk.core.clock import Clock

# Minutes after local midnight, end exclusive and up to 1440: (540, 1020) is 09:00 to 17:00.
Span = tuple[int, int]

_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
# A desk that has not changed in this many days does not change: longer than any holiday calendar
# leaves a weekday alone.
_HORIZON = 400
_EVER = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


class Opening(msgspec.Struct, frozen=True):
    """One stretch of opening time, from *start* up to but not including *end* (UTC)."""

    start: datetime
    end: datetime


class DeskStatus(msgspec.Struct, frozen=True):
    """Whether the desk is *open*, and when that changes next (None: never)."""

    open: bool
    changes_at: datetime | None


class OpeningHours(msgspec.Struct, frozen=True):
    """When the desk works: a week, and the days that differ.

    Precedence for a day: *special*, then *open*, then *closed*, then *holidays*, then its weekday.
    A day in *open* has its weekday's hours. *american* is how dates are written there.
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[Span, ...]]
    special: Mapping[date, tuple[Span, ...]] = msgspec.field(default_factory=dict)
    open: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()
    holidays: Container[date] = frozenset()
    american: bool = True

    @property
    def clock(self) -> Clock:
        """What says the desk's times."""
        return Clock(self.zone, self.american)

    def spans(self, day: date) -> tuple[Span, ...]:
        """Return the spans of local wall time in which the desk works on *day*."""
        if day in self.special:
            return self.special[day]
        shut = day not in self.open and (day in self.closed or day in self.holidays)
        return () if shut else self.week.get(day.weekday(), ())

    def openings(self, start: datetime, end: datetime) -> Iterator[Opening]:
        """Yield the openings that reach between *start* and *end*, in order, neighbours joined."""
        joined: Opening | None = None
        for piece in self._pieces(start, end):
            if joined and joined.end == piece.start:
                joined = Opening(joined.start, piece.end)
                continue
            if joined:
                yield joined
            joined = piece
        if joined:
            yield joined

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Measure the business time from *start* to *end*; nothing when *end* is not later."""
        return Timeline(self, start, end).between(start, end)

    def before(self, instant: datetime, amount: timedelta) -> datetime:
        """Find the latest instant from which *amount* of business time leads up to *instant*.

        Raises ValueError when the desk was not open that long in the 400 days before.
        """
        for piece in self._pieces(instant - _HORIZON * _DAY, instant, backwards=True):
            end = min(piece.end, instant)
            if end - piece.start >= amount:
                return end - amount
            amount -= end - piece.start
        raise ValueError("the desk was not open for that long")

    def after(self, instant: datetime, amount: timedelta) -> datetime:
        """Find the earliest instant to which *amount* of business time leads from *instant*.

        Raises ValueError when the desk is not open that long in the 400 days that follow.
        """
        # Day by day, not joined: for a desk that never closes, that would build all 400 days.
        for piece in self._pieces(instant, instant + _HORIZON * _DAY):
            start = max(piece.start, instant)
            if piece.end - start >= amount:
                return start + amount
            amount -= piece.end - start
        raise ValueError("the desk is not open for that long")

    def opening_at(self, instant: datetime) -> Opening | None:
        """Find the opening that *instant* is in, None while the desk is closed.

        A desk that is always open has one that begins and ends beyond all dates.
        """
        earliest, latest = instant - _DAY, instant + _DAY
        for opening in self.openings(earliest, latest):
            if opening.start <= instant < opening.end:
                if earliest < opening.start and opening.end < latest:
                    return opening
                return self._long_opening_at(instant)
        return None

    def status(self, instant: datetime) -> DeskStatus:
        """Find out whether the desk is open at *instant*, and when that changes next."""
        horizon = instant + _HORIZON * _DAY
        for opening in self.openings(instant, horizon):
            if opening.start > instant:
                return DeskStatus(open=False, changes_at=opening.start)
            if opening.end < horizon:
                return DeskStatus(open=True, changes_at=opening.end)
            return DeskStatus(open=True, changes_at=None)
        return DeskStatus(open=False, changes_at=None)

    def _long_opening_at(self, instant: datetime) -> Opening:
        """Find an opening that goes on for more than a day, as far as anybody looks."""
        earliest, latest = instant - _HORIZON * _DAY, instant + _HORIZON * _DAY
        known = self.openings(earliest, latest)
        opening = next(opening for opening in known if opening.end > instant)
        start = _EVER if opening.start <= earliest else opening.start
        end = _NEVER if opening.end >= latest else opening.end
        return Opening(start, end)

    def _pieces(
        self, start: datetime, end: datetime, *, backwards: bool = False
    ) -> Iterator[Opening]:
        """Yield every day's openings that reach between *start* and *end*, or the last first."""
        first, last = (moment.astimezone(self.zone).date() for moment in (start, end))
        for past in range((last - first).days + 1):
            day = last - past * _DAY if backwards else first + past * _DAY
            openings = list(self._day(day))
            for opening in reversed(openings) if backwards else openings:
                if opening.end > start and opening.start < end:
                    yield opening

    def _day(self, day: date) -> Iterator[Opening]:
        """Yield the openings of one local *day*, each clipped to where its UTC offset rules."""
        spans = self.spans(day)
        if not spans:
            return
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        for offset, since, until in self._offsets(midnight - _DAY, midnight + 2 * _DAY):
            for first, last in spans:
                start = max(since, midnight - offset + timedelta(minutes=first))
                end = min(until, midnight - offset + timedelta(minutes=last))
                if start < end:
                    yield Opening(start, end)

    def _offsets(
        self, start: datetime, end: datetime
    ) -> tuple[tuple[timedelta, datetime, datetime], ...]:
        """Split *start* to *end* where the zone's UTC offset changes: once at most, as in life."""
        before, after = self._offset(start), self._offset(end)
        if before == after:
            return ((before, start, end),)
        low, high = start, end
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        change = high.replace(microsecond=0)
        return (before, start, change), (after, change, end)

    def _offset(self, instant: datetime) -> timedelta:
        return instant.astimezone(self.zone).utcoffset() or _NOTHING


class Timeline:
    """Business time between any two instants from *start* to *end*, each asked in O(log n).

    Thousands of tickets share one timeline: the openings are found once. Tickets come in the order
    of their creation, so most instants lie where the last one lay.
    """

    def __init__(self, hours: OpeningHours, start: datetime, end: datetime) -> None:
        openings = list(hours.openings(start, end)) if start < end else []
        self._starts = [opening.start for opening in openings]
        self._ends = [opening.end for opening in openings]
        lengths = (opening.end - opening.start for opening in openings)
        self._elapsed = list(accumulate(lengths, initial=_NOTHING))
        # Beyond either end there is no opening.
        self._bounds = [_EVER, *self._starts, _NEVER]
        self._last = 0
        self._whole = self._at(end)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Measure the business time from *start* to *end*; nothing when *end* is not later."""
        return max(self._at(end) - self._at(start), _NOTHING)

    def from_then(self, instant: datetime) -> timedelta:
        """Measure the business time from *instant* to the timeline's end."""
        return max(self._whole - self._at(instant), _NOTHING)

    def _at(self, instant: datetime) -> timedelta:
        """Measure the business time from the timeline's first opening to *instant*."""
        index = self._last
        if not self._bounds[index] <= instant < self._bounds[index + 1]:
            index = self._last = bisect_right(self._starts, instant)
        if index == 0:
            return _NOTHING
        if instant >= self._ends[index - 1]:
            return self._elapsed[index]
        return self._elapsed[index - 1] + (instant - self._starts[index - 1])
