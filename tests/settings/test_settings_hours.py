"""[hours]: what is refused, and the opening hours that the rest means."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
import tzlocal
from systems import posix_only

from mcdesk.core.hours import OpeningHours
from mcdesk.core.remembered import Cache
from mcdesk.errors import SettingsProblem
from mcdesk.settings.hours import opening_hours
from mcdesk.settings.reading import parsed, read
from mcdesk.settings.spot import Spot
from mcdesk.store.cache import DatabaseCache
from mcdesk.store.database import Database

FILE = Spot(Path("config.toml"))
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)

# What tzlocal keeps, and where: each system has a module of its own.
KEPT_ZONE = f"{tzlocal.get_localzone.__module__}._cache_tz"


def built(text: str, cache: Cache | None = None) -> OpeningHours:
    settings = read(parsed(f'[hours]\ntimezone = "UTC"\n{text}', FILE), FILE)
    return opening_hours(settings.hours, Path("config.toml"), cache)


def complaint(text: str) -> str:
    with pytest.raises(SettingsProblem) as caught:
        read(parsed(f"[hours]\n{text}", FILE), FILE)
    return caught.value.message.removeprefix("config.toml: hours.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            'monday = ["9-17"]',
            'monday must be a list of times such as ["09:00-12:30", "13:00-24:00"], not ["9-17"]',
            id="shape",
        ),
        pytest.param(
            'monday = ["24:00-24:00"]',
            'monday must be a list of times such as ["09:00-12:30", "13:00-24:00"], '
            'not ["24:00-24:00"]',
            id="24:00 begins nothing",
        ),
        pytest.param(
            'friday = ["12:00-12:00"]',
            'friday holds "12:00-12:00", which does not end after it starts',
            id="empty span",
        ),
        pytest.param(
            'friday = ["22:00-06:00"]',
            'friday holds "22:00-06:00", which does not end after it starts',
            id="over midnight",
        ),
        pytest.param(
            'sunday = ["09:00-12:00", "11:59-13:00"]',
            'sunday holds "11:59-13:00", which must not start before the one before it ends',
            id="overlap",
        ),
        pytest.param(
            'sunday = ["13:00-17:00", "09:00-12:00"]',
            'sunday holds "09:00-12:00", which must not start before the one before it ends',
            id="order",
        ),
        pytest.param(
            'special = {2026-12-24 = ["12:00-09:00"]}',
            'special.2026-12-24 holds "12:00-09:00", which does not end after it starts',
            id="which day",
        ),
        pytest.param(
            'special = {2026-12-24 = "closed"}',
            'special.2026-12-24 must be a list of times such as ["09:00-12:30", "13:00-24:00"], '
            'not "closed"',
            id="type of a special day",
        ),
        pytest.param(
            "special = {2026-02-30 = []}",
            "special.2026-02-30 is not a day; write it as 2026-12-24",
            id="no such day",
        ),
        pytest.param(
            "special = {20261224 = []}",
            "special.20261224 is not a day; write it as 2026-12-24",
            id="day without dashes",
        ),
        pytest.param(
            "closed = [2026-10-12]\nopen = [2026-10-12]",
            "open and hours.closed both hold 2026-10-12; take one out",
            id="closed and open",
        ),
        pytest.param(
            "open = [2026-10-10]",
            "open holds 2026-10-10, but a saturday has no hours: "
            "give that day its hours in [hours.special] instead",
            id="open without hours",
        ),
    ],
)
def test_hours_are_refused(text: str, message: str) -> None:
    assert complaint(text) == message


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Eastern Standard Time", ' (did you mean "America/New_York"?)'),
        ("pacific", ' (did you mean "America/Los_Angeles"'),
        ("CST", ' (did you mean "America/Chicago"'),
        ("new york", ' (did you mean "America/New_York"'),
        ("america/newyork", ' (did you mean "America/New_York"'),
        ("W. Europe Standard Tim", ' (did you mean "Europe/Berlin"'),
        ("Central Time", ' (did you mean "America/Chicago"?)'),
        ("GMT+5", ' (did you mean "GMT'),
        ("../secrets", ""),
        ("America", ""),
    ],
)
def test_unknown_zone_proposes_a_known_one(name: str, advice: str) -> None:
    text = f'timezone must be an IANA time zone such as "America/New_York", not "{name}"{advice}'
    assert complaint(f'timezone = "{name}"').startswith(text)


def test_opening_hours_of_the_file() -> None:
    hours = built(
        'monday = ["09:00-12:30", "13:00-24:00"]\ntuesday = []\nholidays = "us"\n'
        "closed = [2026-11-27]\nopen = [2026-10-12]\n"
        'special = {2026-12-24 = ["00:00-12:00"]}'
    )
    assert hours.zone == ZoneInfo("UTC")
    nine_to_five = ((540, 1020),)
    assert hours.week == {
        0: ((540, 750), (780, 1440)),
        1: (),
        2: nine_to_five,
        3: nine_to_five,
        4: nine_to_five,
        5: (),
        6: (),
    }
    assert hours.special == {date(2026, 12, 24): ((0, 720),)}
    assert hours.closed == {date(2026, 11, 27)}
    assert hours.open == {date(2026, 10, 12)}
    assert date(2026, 12, 25) in hours.holidays
    assert date(2026, 12, 23) not in hours.holidays
    assert hours.status(datetime(2026, 12, 25, 12, tzinfo=UTC)).open is False


def test_open_day_with_hours_of_its_own() -> None:
    assert built('open = [2026-10-10]\nspecial = {2026-10-10 = ["09:00-10:00"]}').open


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("US", date(2026, 7, 4)),
        ("us-ny", date(2026, 11, 3)),
        ("GB-England", date(2026, 12, 28)),
        ("deu", date(2026, 10, 3)),
    ],
)
def test_holidays_by_any_spelling(code: str, day: date) -> None:
    assert day in built(f'holidays = "{code}"').holidays


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "USS",
            "must be a country of the holidays library such as US, or a country and its part: "
            'US-NY, not "USS" (did you mean "US"',
        ),
        ("US-NYC", 'must be "US" or one of its parts, not "US-NYC" (did you mean "US-NY"'),
        ("DE-", 'must be "DE" or one of its parts, not "DE-"'),
        ("AT-!!!!!!!", 'must be "AT" or one of its parts, not "AT-!!!!!!!"; there are AT-1, AT-2'),
        ("EE-X", 'must be "EE": that country has no parts'),
    ],
)
def test_unknown_holidays(code: str, message: str) -> None:
    with pytest.raises(SettingsProblem) as caught:
        built(f'holidays = "{code}"')
    assert caught.value.message.startswith(f"config.toml: hours.holidays {message}")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    database = Database(tmp_path / "mcdesk.db")
    yield DatabaseCache(database, tenant="api@demo.example", now=lambda: NOW)
    database.close()


def days_off(hours: OpeningHours, year: int) -> list[date]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return [day for day in days if day.year == year and day in hours.holidays]


@pytest.mark.parametrize("code", ["US", "us-ny", "DE-BY", "UK"])
def test_remembered_holidays_are_the_librarys_and_do_not_load_it(
    code: str, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f'holidays = "{code}"'
    theirs = {year: days_off(built(text), year) for year in (2026, 2027, 2028)}
    learning = built(text, cache)
    assert [days_off(learning, year) for year in (2026, 2027)] == [theirs[2026], theirs[2027]]
    with monkeypatch.context() as patched:
        patched.setattr("holidays.country_holidays", None)
        knowing = built(text, cache)
        assert [days_off(knowing, year) for year in (2026, 2027)] == [theirs[2026], theirs[2027]]
    assert days_off(knowing, 2028) == theirs[2028]


def test_unknown_holidays_are_told_before_a_day_is_asked_for(cache: Cache) -> None:
    with pytest.raises(SettingsProblem):
        built('holidays = "USS"', cache)


def test_holidays_do_not_need_the_database(tmp_path: Path, cache: Cache) -> None:
    (tmp_path / "mcdesk.db").mkdir()
    hours = built('holidays = "US"', cache)
    assert days_off(hours, 2026) == days_off(built('holidays = "US"'), 2026)


@posix_only("the variable TZ")
def test_this_computers_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KEPT_ZONE, None)
    monkeypatch.setenv("TZ", "Europe/Berlin")
    settings = read({}, FILE)
    assert opening_hours(settings.hours, Path("config.toml")).zone.key == "Europe/Berlin"


@posix_only("the variable TZ")
def test_computer_that_cannot_tell_its_zone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(KEPT_ZONE, None)
    monkeypatch.setenv("TZ", "Nowhere/Land")
    path = tmp_path / "config.toml"
    settings = read({}, Spot(path))
    with pytest.raises(SettingsProblem) as caught:
        opening_hours(settings.hours, path)
    start = "config.toml: hours.timezone is not set, and this computer cannot tell its zone ("
    assert caught.value.message.startswith(start)
    assert caught.value.hint == f"edit {path}"


def test_zone_without_rules_is_no_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    tzlocal = ModuleType("tzlocal")
    vars(tzlocal)["get_localzone"] = lambda: UTC
    monkeypatch.setitem(sys.modules, "tzlocal", tzlocal)
    settings = read({}, FILE)
    with pytest.raises(SettingsProblem, match="this computer knows no zone with rules"):
        opening_hours(settings.hours, Path("config.toml"))
