"""[hours]: checks of what stands there, and the OpeningHours that it means.

Importing holidays or tzlocal costs a tenth of a second: both wait until opening hours are built.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mcdesk.errors import SettingsProblem
from mcdesk.settings.model import Hours
from mcdesk.settings.spot import FILE_NAME, Spot, shown, suggestion
from mcdesk.settings.zones import local_zone, zone

if TYPE_CHECKING:
    from mcdesk.core.hours import OpeningHours, Span

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def check(hours: Hours, at: Spot) -> None:
    """Raise SettingsProblem for what [hours] *at* a place cannot mean.

    Holidays wait for `check_holidays`.
    """
    if hours.timezone:
        zone(hours.timezone, at / "timezone")
    _week(hours, at)
    _special(hours, at)
    _check_open_days(hours, at)


def check_holidays(hours: Hours, at: Spot) -> None:
    """Raise SettingsProblem for [hours] *at* a place with holidays that nobody knows (100 ms)."""
    _holidays(hours.holidays, at / "holidays")


def opening_hours(hours: Hours, *, path: Path = Path(FILE_NAME)) -> "OpeningHours":
    """Build the opening hours that checked *hours* mean; *path* is the file that errors name.

    Raises SettingsProblem for unknown holidays, and when this computer's zone is needed but cannot
    be told.
    """
    from mcdesk.core.hours import OpeningHours

    at = Spot(path) / "hours"
    return OpeningHours(
        zone=desk_zone(hours, path=path),
        week=_week(hours, at),
        special=_special(hours, at),
        open=frozenset(hours.open),
        closed=frozenset(hours.closed),
        holidays=_holidays(hours.holidays, at / "holidays"),
    )


def desk_zone(hours: Hours, *, path: Path = Path(FILE_NAME)) -> ZoneInfo:
    """Find the desk's time zone: the one that is set, else this computer's.

    Raises SettingsProblem, naming the file *path*, when it cannot be told.
    """
    place = Spot(path) / "hours" / "timezone"
    return zone(hours.timezone, place) if hours.timezone else local_zone(place)


def _week(hours: Hours, at: Spot) -> Mapping[int, "tuple[Span, ...]"]:
    return {n: _spans(getattr(hours, day), at / day) for n, day in enumerate(WEEKDAYS)}


def _special(hours: Hours, at: Spot) -> Mapping[date, "tuple[Span, ...]"]:
    return {
        day: _spans(texts, at / "special" / day.isoformat()) for day, texts in hours.special.items()
    }


def _spans(texts: Sequence[str], at: Spot) -> "tuple[Span, ...]":
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


def _holidays(code: str, at: Spot) -> Container[date]:
    """Find the calendar of *code*, a country or country-subdivision in any case."""
    if not code:
        return frozenset()
    from holidays import country_holidays

    country, subdivision = _known_holidays(code, at)
    return country_holidays(country, subdiv=subdivision)


def _known_holidays(code: str, at: Spot) -> tuple[str, str | None]:
    """Find how the library spells *code*; its aliases (USA for US) are slow and come last."""
    from holidays import list_supported_countries

    codes = list_supported_countries(include_aliases=False)
    if found := _match(code, codes):
        return found
    names = list_supported_countries(include_aliases=True)
    if found := _match(code, names):
        return found
    raise _unknown_holidays(code, names, at)


def _match(code: str, known: Mapping[str, Sequence[str]]) -> tuple[str, str | None] | None:
    """Find the country, and its subdivision if *code* has a dash, among the *known*."""
    first, dash, second = code.partition("-")
    country = _spelled(first, known)
    if country is None or not dash:
        return (country, None) if country else None
    part = _spelled(second, [*known[country], *_part_names(country)])
    return (country, part) if part else None


def _part_names(country: str) -> Iterable[str]:
    """List the names, beside the codes, that the library has for parts of *country*."""
    from holidays import country_holidays

    return country_holidays(country).subdivisions_aliases


def _spelled(wanted: str, known: Iterable[str]) -> str | None:
    return next((code for code in known if code.casefold() == wanted.casefold()), None)


def _unknown_holidays(code: str, known: Mapping[str, Sequence[str]], at: Spot) -> SettingsProblem:
    """Build the error that the country or its part is unknown, with what comes close."""
    first = code.partition("-")[0]
    country = _spelled(first, known)
    if country is None:
        words = "a country of the holidays library such as US, or a country and its part: US-NY"
        return at.must_be(words, code, suggestion(first, known))
    parts = [f"{country}-{part}" for part in known[country]]
    if not parts:
        return at.problem(f'must be "{country}": that country has no parts to tell apart')
    near = suggestion(code, parts) or f"; there are {', '.join(parts)}"
    return at.must_be(f"{shown(country)} or one of its parts", code, near)
