"""[hours]: checks of what it holds, and the OpeningHours and the zone that it means.

A zone is never guessed: a name that only resembles one is an error that proposes the right name.
Importing tzlocal or a calendar of holidays takes its time: both wait until opening hours are built.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from mcdesk.core.clock import is_american
from mcdesk.core.hours import OpeningHours, Span
from mcdesk.core.remembered import Cache
from mcdesk.settings.holidays import calendar
from mcdesk.settings.model import Hours
from mcdesk.settings.spot import Spot, did_you_mean

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# What people write for a zone with daylight saving time; EST and MST without it do exist.
_ABBREVIATIONS = {
    "America/New_York": "et edt eastern",
    "America/Chicago": "ct cst cdt central",
    "America/Denver": "mt mdt mountain",
    "America/Los_Angeles": "pt pst pdt pacific",
    "Europe/London": "bst",
    "Europe/Berlin": "cest",
    "Australia/Sydney": "aest",
    "Pacific/Auckland": "nzst",
}


def check(hours: Hours, at: Spot) -> None:
    """Raise SettingsProblem for what [hours] *at* a place cannot mean.

    Holidays wait for `writing.check_to_write`.
    """
    if hours.timezone:
        _zone(hours.timezone, at / "timezone")
    _week(hours, at)
    _special(hours, at)
    _check_open_days(hours, at)


def opening_hours(
    hours: Hours, path: Path, cache: Cache | None = None, *, locale: str = ""
) -> OpeningHours:
    """Build the opening hours that checked *hours* mean; *path* is the file that errors name.

    Dates are written as in *locale*, this computer's, unless the settings name another.
    Holidays are remembered in the *cache*, if there is one. Raises SettingsProblem for unknown
    holidays, and when this computer's zone is needed but cannot be told.
    """
    at = Spot(path) / "hours"
    return OpeningHours(
        zone=desk_zone(hours, path),
        week=_week(hours, at),
        special=_special(hours, at),
        open=frozenset(hours.open),
        closed=frozenset(hours.closed),
        holidays=calendar(hours.holidays, at / "holidays", cache),
        american=is_american(hours.locale or locale),
    )


def desk_zone(hours: Hours, path: Path) -> ZoneInfo:
    """Find the desk's time zone: the one that is set, else this computer's.

    Raises SettingsProblem, naming the file *path*, when it cannot be told.
    """
    place = Spot(path) / "hours" / "timezone"
    return _zone(hours.timezone, place) if hours.timezone else _local_zone(place)


def iana(name: str) -> str:
    """Return the IANA name of a zone that Windows calls *name*; any other name as it is."""
    from tzlocal.windows_tz import win_tz

    return win_tz.get(name, name)


def is_same_zone(label: str, zone: ZoneInfo, year: int) -> bool:
    """Find out whether the zone that is called *label* keeps the time of *zone* all *year*.

    A label that names no zone for sure does not.
    """
    words = re.sub(r"^\s*\((?:UTC|GMT)[^)]*\)", "", label).split("(")[0].strip()
    return any(
        _offsets(ZoneInfo(name), year) == _offsets(zone, year)
        for said in (label.strip(), words, *words.split(","))
        for name in _named(said.strip())
    )


def _offsets(zone: ZoneInfo, year: int) -> list[timedelta | None]:
    """List the zone's offsets through *year*, often enough to tell when it changes its clocks."""
    noon = datetime(year, 1, 1, 12, tzinfo=UTC)
    return [(noon + week * timedelta(days=7)).astimezone(zone).utcoffset() for week in range(53)]


def _week(hours: Hours, at: Spot) -> Mapping[int, tuple[Span, ...]]:
    return {n: _spans(getattr(hours, day), at / day) for n, day in enumerate(WEEKDAYS)}


def _special(hours: Hours, at: Spot) -> Mapping[date, tuple[Span, ...]]:
    return {
        day: _spans(texts, at / "special" / day.isoformat()) for day, texts in hours.special.items()
    }


def _spans(texts: Sequence[str], at: Spot) -> tuple[Span, ...]:
    """Read *texts* such as "09:00-12:30" as minutes after midnight, in order and apart."""
    spans: list[Span] = []
    for text in texts:
        start, end = map(_minutes, text.split("-"))
        if start >= end:
            raise at.problem(f'holds "{text}", which does not end after it starts')
        if spans and start < spans[-1][1]:
            raise at.problem(f'holds "{text}", which must not start before the one before it ends')
        spans.append((start, end))
    return tuple(spans)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _check_open_days(hours: Hours, at: Spot) -> None:
    for day in hours.open:
        if day in hours.closed:
            raise (at / "open").problem(f"and {at / 'closed'} both hold {day}; take one out")
        weekday = WEEKDAYS[day.weekday()]
        if day not in hours.special and not getattr(hours, weekday):
            raise (at / "open").problem(
                f"holds {day}, but a {weekday} has no hours: "
                f"give that day its hours in [{at / 'special'}] instead"
            )


def _zone(name: str, at: Spot) -> ZoneInfo:
    """Find the zone of IANA *name*; raise SettingsProblem with likely names otherwise."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, a path outside, a folder
        advice = did_you_mean(list(dict.fromkeys(_likely(name)))[:3])
        words = 'an IANA time zone such as "America/New_York"'
        raise at.must_be(words, name, advice) from error


def _local_zone(at: Spot) -> ZoneInfo:
    """Find this computer's zone; raise SettingsProblem when the computer cannot tell."""
    import warnings

    from tzlocal import get_localzone

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # tzlocal warns and answers UTC when it finds nothing
            found = get_localzone()
    except (LookupError, ValueError, OSError, Warning) as error:
        raise at.problem(f"is not set, and this computer cannot tell its zone ({error})") from error
    if not isinstance(found, ZoneInfo):
        raise at.problem("is not set, and this computer knows no zone with rules")
    return found


def _likely(name: str) -> list[str]:
    """List zones that *name* may mean: what it plainly stands for, else what is spelt alike."""
    from difflib import get_close_matches

    if named := _named(name):
        return named
    known = {**_zones(), **_windows()}
    return [known[near] for near in get_close_matches(_folded(name), known, n=3)]


def _named(name: str) -> list[str]:
    """List the zones that *name* plainly stands for: what it is called, else those of a city."""
    wanted, zones = _folded(name), _zones()
    short = {word: zone for zone, words in _ABBREVIATIONS.items() for word in words.split()}
    plain = {**zones, **short, **_windows()}.get(wanted)
    cities = sorted(zone for folded, zone in zones.items() if folded.endswith("/" + wanted))
    return [plain] if plain else cities


def _windows() -> dict[str, str]:
    from tzlocal.windows_tz import win_tz

    return {_folded(known): zone for known, zone in win_tz.items()}


def _zones() -> dict[str, str]:
    from zoneinfo import available_timezones

    # Etc/GMT+5 lies five hours west: whoever writes GMT+5 may mean the other way.
    return {_folded(zone): zone for zone in available_timezones() if not zone.startswith("Etc/")}


def _folded(name: str) -> str:
    """Fold what people write differently: case, blanks, and "Time" at the end of a US zone."""
    return "_".join(name.casefold().split()).removesuffix("_time")
