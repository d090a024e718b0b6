"""Business hours from Autotask: whole days, nights, holidays that are worked, odd spellings."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from mcdesk.autotask.locations import BusinessHours
from mcdesk.ops.locations import Location, location_of

CHRISTMAS, BOXING_DAY = date(2026, 12, 25), date(2026, 12, 26)  # a Friday


def located(
    days: Mapping[str, tuple[str | None, str | None]],
    holidays: Sequence[date] = (),
    **more: Any,
) -> Location:
    times: dict[str, Any] = {
        f"{day}BusinessHours{edge}Time": text
        for day, texts in days.items()
        for edge, text in zip(("Start", "End"), texts, strict=True)
    }
    return location_of(BusinessHours(id=1, name="Main", **times, **more), holidays, "")


def at(clock: str) -> str:
    return f"1900-01-01T{clock}:00Z"


@pytest.mark.parametrize(
    ("start", "end", "monday", "tuesday"),
    [
        ("09:00", "17:00", ["09:00-17:00"], []),
        ("00:00", "00:00", ["00:00-24:00"], []),
        ("00:00", "24:00", ["00:00-24:00"], []),
        ("00:00", "23:59", ["00:00-24:00"], []),
        ("24:00", "00:00", ["00:00-24:00"], []),
        ("09:00", "00:00", ["09:00-24:00"], []),
        ("09:00", "23:59", ["09:00-24:00"], []),
        ("09:00", "23:58", ["09:00-23:58"], []),
        ("00:00", "00:01", ["00:00-00:01"], []),
        ("18:00", "02:00", ["18:00-24:00"], ["00:00-02:00"]),
        ("23:59", "00:01", ["23:59-24:00"], ["00:00-00:01"]),
        ("08:00", "08:00", ["08:00-24:00"], ["00:00-08:00"]),
        ("00:01", "00:00", ["00:01-24:00"], []),
    ],
)
def test_days_and_nights(start: str, end: str, monday: list[str], tuesday: list[str]) -> None:
    location = located({"monday": (at(start), at(end))})
    assert (location.week["monday"], location.week["tuesday"]) == (monday, tuesday)
    assert location.week["sunday"] == location.unread == []


def test_a_night_of_sunday_is_mondays_morning_and_neighbours_are_joined() -> None:
    nights = {"sunday": (at("20:00"), at("04:00")), "monday": (at("04:00"), at("12:00"))}
    assert located(nights).week["monday"] == ["00:00-12:00"]
    nights["monday"] = (at("03:00"), at("12:00"))
    assert located(nights).week["monday"] == ["00:00-12:00"]
    nights["monday"] = (at("05:00"), at("12:00"))
    assert located(nights).week["monday"] == ["00:00-04:00", "05:00-12:00"]
    nights["monday"] = (at("00:00"), at("00:00"))
    assert located(nights).week["monday"] == ["00:00-24:00"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("1900-01-01T09:00:00.000Z", "1900-01-01T17:00:00.000Z"),
        ("1900-01-01T09:00:00", "1900-01-01T17:00:00"),
        ("2026-06-01T09:00:00-05:00", "2026-06-01T17:00:00-05:00"),
        ("09:00", "17:00"),
        ("9:00", "17:00:00"),
        ("1900-01-01 09:00", "1900-01-01 17:00"),
        ("9:00 AM", "5:00 PM"),
        ("09:00AM", "05:00pm"),
        ("1/1/1900 9:00 AM", "1/1/1900 5:00 PM"),
        (" 09:00 ", "17:00"),
    ],
)
def test_spellings(start: str, end: str) -> None:
    assert located({"monday": (start, end)}).week["monday"] == ["09:00-17:00"]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("12:00 AM", "12:00 AM", "00:00-24:00"), ("12:00 PM", "12:00 AM", "12:00-24:00")],
)
def test_twelve_is_midnight_or_noon(start: str, end: str, hours: str) -> None:
    assert located({"monday": (start, end)}).week["monday"] == [hours]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("nine", "five"),
        (at("09:00"), None),
        (None, at("17:00")),
        ("", at("17:00")),
        ("25:00", "26:00"),
        ("09:60", "17:00"),
        ("24:01", "17:00"),
        ("PT9H", "PT17H"),
    ],
)
def test_what_cannot_be_read_is_not_closed(start: str | None, end: str | None) -> None:
    location = located({"monday": (start, end), "tuesday": (at("09:00"), at("17:00"))})
    assert location.unread == ["monday"]
    assert "monday" not in location.week
    assert location.week["tuesday"] == ["09:00-17:00"]


@pytest.mark.parametrize("texts", [(None, None), ("", ""), (None, "")])
def test_no_hours_are_closed(texts: tuple[str | None, str | None]) -> None:
    location = located({"monday": texts})
    assert (location.week["monday"], location.unread) == ([], [])


@pytest.mark.parametrize(
    ("row", "closed", "special"),
    [
        pytest.param({}, [CHRISTMAS], {}, id="nothing is said"),
        pytest.param({"noHoursOnHolidays": True}, [CHRISTMAS], {}, id="closed"),
        pytest.param({"noHoursOnHolidays": 1}, [CHRISTMAS], {}, id="closed, as a number"),
        pytest.param({"noHoursOnHolidays": False}, [], {}, id="as on any day"),
        pytest.param({"noHoursOnHolidays": 0}, [], {}, id="as on any day, as a number"),
        pytest.param(
            {"holidayHoursStartTime": at("10:00"), "holidayHoursEndTime": at("14:00")},
            [],
            {CHRISTMAS: ["10:00-14:00"]},
            id="hours of its own",
        ),
        pytest.param(
            {
                "noHoursOnHolidays": False,
                "holidayHoursStartTime": at("00:00"),
                "holidayHoursEndTime": at("00:00"),
            },
            [],
            {CHRISTMAS: ["00:00-24:00"]},
            id="the whole day",
        ),
        pytest.param(
            {
                "noHoursOnHolidays": True,
                "holidayHoursStartTime": at("10:00"),
                "holidayHoursEndTime": at("14:00"),
            },
            [CHRISTMAS],
            {},
            id="closed, whatever hours are left over",
        ),
        pytest.param(
            {"holidayHoursStartTime": at("20:00"), "holidayHoursEndTime": at("02:00")},
            [],
            {CHRISTMAS: ["20:00-24:00"], BOXING_DAY: ["00:00-02:00", "10:00-12:00"]},
            id="past midnight, into a day as any other",
        ),
    ],
)
def test_holidays(row: dict[str, Any], closed: list[date], special: dict[date, list[str]]) -> None:
    saturday = {"saturday": (at("10:00"), at("12:00"))}
    location = located(saturday, [CHRISTMAS], **row)
    assert (location.closed, location.special) == (closed, special)
    assert location.unread == []


def test_holidays_in_a_row_past_midnight() -> None:
    location = located(
        {},
        [CHRISTMAS, BOXING_DAY],
        holidayHoursStartTime=at("20:00"),
        holidayHoursEndTime=at("02:00"),
    )
    assert location.special == {
        CHRISTMAS: ["20:00-24:00"],
        BOXING_DAY: ["00:00-02:00", "20:00-24:00"],
        date(2026, 12, 27): ["00:00-02:00"],
    }


def test_holiday_hours_that_cannot_be_read_leave_it_closed_and_are_told() -> None:
    location = located({}, [CHRISTMAS], noHoursOnHolidays=False, holidayHoursStartTime="ten")
    assert (location.closed, location.special) == ([CHRISTMAS], {})
    assert location.unread == ["holidays"]
