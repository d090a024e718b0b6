"""How the desk says when."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mcdesk.core.clock import Clock, is_american

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 25, 21, 0, tzinfo=UTC)  # Wednesday, four in the afternoon there
US, GB = Clock(NEW_YORK), Clock(NEW_YORK, american=False)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK).astimezone(UTC)  # type: ignore[misc, arg-type] # no tzinfo among them


@pytest.mark.parametrize(
    ("moment", "american", "other"),
    [
        (at(2026, 11, 25, 15, 25), "3:25 PM", "15:25"),
        (at(2026, 11, 25, 0, 5), "12:05 AM", "00:05"),
        (at(2026, 11, 25, 12, 0), "12:00 PM", "12:00"),
        (at(2026, 11, 24, 15, 25), "Tue Nov 24, 3:25 PM", "Tue 24 Nov, 15:25"),
        (at(2026, 11, 30, 9, 0), "Mon Nov 30, 9:00 AM", "Mon 30 Nov, 09:00"),
        (at(2025, 12, 31, 23, 59), "Wed Dec 31 2025, 11:59 PM", "Wed 31 Dec 2025, 23:59"),
        (at(2027, 1, 2, 8, 0), "Sat Jan 2 2027, 8:00 AM", "Sat 2 Jan 2027, 08:00"),
    ],
)
def test_a_moment_in_full(moment: datetime, american: str, other: str) -> None:
    assert US.moment(moment, NOW) == american
    assert GB.moment(moment, NOW) == other


@pytest.mark.parametrize(
    ("moment", "american", "other"),
    [
        (at(2026, 11, 25, 15, 25), "3:25 PM", "15:25"),
        (at(2026, 11, 19, 15, 25), "Thu 3:25 PM", "Thu 15:25"),
        (at(2026, 11, 18, 15, 25), "Nov 18", "18 Nov"),
        (at(2025, 11, 18, 15, 25), "Nov 18 2025", "18 Nov 2025"),
        (at(2026, 11, 26, 15, 25), "Nov 26", "26 Nov"),  # a clock that is wrong
    ],
)
def test_a_moment_in_a_column(moment: datetime, american: str, other: str) -> None:
    assert US.short(moment, NOW) == american
    assert GB.short(moment, NOW) == other


def test_seconds_and_days() -> None:
    assert US.time(at(2026, 11, 25, 15, 25, 7), seconds=True) == "3:25:07 PM"
    assert GB.time(at(2026, 11, 25, 15, 25, 7), seconds=True) == "15:25:07"
    assert (US.day(date(2026, 5, 1)), GB.day(date(2026, 5, 1))) == ("May 1", "1 May")


@pytest.mark.parametrize(
    ("locale", "american"),
    [
        *((name, True) for name in ("", "C", "C.UTF-8", "POSIX", "en-US", "en_US.UTF-8", "EN_ca")),
        ("en_AU@x", True),
        *((name, False) for name in ("en-GB", "de_DE.UTF-8", "fr-CA", "en")),
    ],
)
def test_where_dates_are_american(locale: str, american: bool) -> None:
    assert is_american(locale) is american
