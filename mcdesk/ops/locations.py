"""Business hours of the tenant's locations, as settings spell them.

How the API spells a time of day is not established: people see what was read before it is used, and
what cannot be read is named and left alone, because a day taken for closed hides every wait.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from mcdesk.autotask.client import Autotask
from mcdesk.autotask.locations import BusinessHours
from mcdesk.core.hours import Span
from mcdesk.errors import DeskError
from mcdesk.settings.hours import WEEKDAYS

_CLOCK = re.compile(
    r"(?:\S+[T ])?(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?(?: *([AaPp])[Mm])?(?:Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_DAY = 1440
_TOMORROW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Location:
    """The hours of one location: *week* maps weekdays to spans.

    Of the dates of its holiday set, it is *closed* on some, and has *special* hours on others.
    *unread* names what could not be read; *zone* is what Autotask calls its zone, "" for unknown.
    """

    name: str
    default: bool
    week: Mapping[str, Sequence[str]]
    closed: Sequence[date]
    special: Mapping[date, Sequence[str]]
    unread: Sequence[str]
    zone: str


def locations(autotask: Autotask) -> list[Location]:
    """Read business hours and holidays from Autotask; raise PermissionDenied if it may not."""
    rows = autotask.locations.business_hours()
    zones: Mapping[int, str] = {}
    with suppress(DeskError):  # told as unknown
        zones = autotask.locations.zone_names()
    found = []
    for row in rows:
        set_id = row.holiday_set_id
        dates = [] if set_id is None else autotask.locations.holiday_dates(set_id)
        found.append(location_of(row, sorted(set(dates)), zones.get(row.id, "")))
    return sorted(found, key=lambda each: (not each.default, each.name))


def location_of(row: BusinessHours, holidays: Sequence[date], zone: str) -> Location:
    """Read the location of *row*, whose holidays are on these dates."""
    spans, unread = _read(row.days)
    # A weekday that could not be read has no entry; a closed one is empty.
    week = _with_nights(spans)
    closed, special = holidays, {}
    on_holidays, odd = _read({"holidays": (row.holidayHoursStartTime, row.holidayHoursEndTime)})
    hours = on_holidays.get("holidays")
    if row.noHoursOnHolidays:
        odd = []
    elif hours:
        closed, special = [], _special(holidays, hours, week)
    elif row.noHoursOnHolidays is not None and not odd:
        closed = []
    return Location(
        name=row.name,
        default=row.default,
        week={day: _spelled(found) for day, found in week.items()},
        closed=closed,
        special={day: _spelled(found) for day, found in special.items()},
        unread=[*unread, *odd],
        zone=zone,
    )


def _read(
    days: Mapping[str, tuple[str | None, str | None]],
) -> tuple[dict[str, Span | None], list[str]]:
    """Read the span of each day, None for no hours, and name the days that cannot be read."""
    found, unread = {}, []
    for day, (start, end) in days.items():
        try:
            found[day] = _span(start or "", end or "")
        except ValueError:
            unread.append(day)
    return found, unread


def _span(start: str, end: str) -> Span | None:
    """Read minutes after midnight: an end that is not later is on the next day, beyond 1440.

    The day's last minute belongs to the hours that end with it.
    """
    if not (start or end):
        return None
    first, last = _minutes(start) % _DAY, _minutes(end)
    last = _DAY if last == _DAY - 1 else last
    return first, last if last > first else last + _DAY


def _minutes(text: str) -> int:
    """Read the time of day in *text*, a date-time or a time alone, in the location's own zone."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text} is not a time of day")
    hours, minutes = int(found[1]), int(found[2])
    if found[3]:
        hours = hours % 12 + (12 if found[3] in "Pp" else 0)
    if minutes > 59 or hours * 60 + minutes > _DAY:
        raise ValueError(f"{text} is not a time of day")
    return hours * 60 + minutes


def _with_nights(spans: Mapping[str, Span | None]) -> dict[str, list[Span]]:
    """Put what goes on past midnight into the next day of the week, if that could be read."""
    week: dict[str, list[Span]] = {day: [] for day in spans}
    for day, span in spans.items():
        today, night = _split(span)
        week[day] += today
        tomorrow = WEEKDAYS[(WEEKDAYS.index(day) + 1) % len(WEEKDAYS)]
        if tomorrow in week:
            week[tomorrow] += night
    return week


def _special(
    holidays: Iterable[date], hours: Span, week: Mapping[str, Sequence[Span]]
) -> dict[date, list[Span]]:
    """Return the hours of *holidays* themselves, and of the days that they go on into."""
    today, night = _split(hours)
    special = {day: list(today) for day in holidays}
    for day in list(special) if night else ():
        after = day + _TOMORROW
        usual = week.get(WEEKDAYS[after.weekday()], [])
        special[after] = [*special.get(after, usual), *night]
    return special


def _split(span: Span | None) -> tuple[list[Span], list[Span]]:
    """Split *span* at midnight."""
    if span is None:
        return [], []
    first, last = span
    return [(first, min(last, _DAY))], [(0, last - _DAY)] if last > _DAY else []


def _spelled(spans: Iterable[Span]) -> list[str]:
    """Spell *spans* in order, those that touch as one."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            first, last = joined[-1][0], max(last, joined.pop()[1])
        joined.append((first, last))
    return [f"{_clock(first)}-{_clock(last)}" for first, last in joined]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
