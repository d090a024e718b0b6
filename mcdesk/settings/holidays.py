"""Holidays: the calendar that a code of the holidays library means, and what is remembered of it.

With any calendar the library loads those of all countries, a sixth of a second: so a day's first
command learns a year of it, and the others read that.
"""

from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from functools import cached_property

from mcdesk.core.remembered import Cache
from mcdesk.errors import SettingsProblem, StoreProblem
from mcdesk.settings.spot import Spot, shown, suggestion


def calendar(code: str, at: Spot, cache: Cache | None = None) -> Container[date]:
    """Find the calendar of *code*, a country or country-subdivision in any case, "" for none.

    What *cache* knows of it is not looked up. Raises SettingsProblem for a code *at* a place that
    the library does not know.
    """
    if not code:
        return frozenset()
    return _looked_up(code, at) if cache is None else _Remembered(code, at, cache)


def names(code: str) -> Mapping[date, str]:
    """Return what the days of *code*'s calendar are called; it learns a year when it is asked."""
    return _looked_up(code, Spot(None)) if code else {}


class _Remembered:
    """The calendar of *code*, a year at a time."""

    def __init__(self, code: str, at: Spot, cache: Cache) -> None:
        self._code, self._at, self._cache = code, at, cache
        self._key = f"holidays {code}"
        self._years: dict[int, set[date]] = {}
        with suppress(StoreProblem):  # whoever needs the database will say so
            self._years |= cache.get(self._key, dict[int, set[date]]) or {}
        if not self._years:
            _ = self._calendar  # a code that nobody knows is told before any day is asked for

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        if day.year not in self._years:
            self._years[day.year] = {each for each in _days(day.year) if each in self._calendar}
            with suppress(StoreProblem):  # then the next command learns it again
                self._cache.put(self._key, self._years)
        return day in self._years[day.year]

    @cached_property
    def _calendar(self) -> Container[date]:
        return _looked_up(self._code, self._at)


def _days(year: int) -> Iterable[date]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return (first + timedelta(n) for n in range((last - first).days + 1))


def _looked_up(code: str, at: Spot) -> Mapping[date, str]:
    from holidays import country_holidays
    from holidays.registry import EntityLoader

    first, dash, second = code.partition("-")
    known = list(EntityLoader.get_country_codes(include_aliases=True))
    if not (country := _spelled(first, known)):
        words = "a country of the holidays library such as US, or a country and its part: US-NY"
        raise at.must_be(words, code, suggestion(first, known))
    found = country_holidays(country)
    if not dash:
        return found
    if part := _spelled(second, [*found.subdivisions, *found.subdivisions_aliases]):
        return country_holidays(country, subdiv=part)
    raise _unknown_part(code, country, found.subdivisions, at)


def _spelled(wanted: str, known: Iterable[str]) -> str | None:
    return next((code for code in known if code.casefold() == wanted.casefold()), None)


def _unknown_part(code: str, country: str, parts: Iterable[str], at: Spot) -> SettingsProblem:
    """Build the error that *country* has no such part, with what comes close."""
    whole = [f"{country}-{part}" for part in parts]
    if not whole:
        return at.problem(f'must be "{country}": that country has no parts')
    near = suggestion(code, whole) or f"; there are {', '.join(whole)}"
    return at.must_be(f"{shown(country)} or one of its parts", code, near)
