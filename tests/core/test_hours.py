"""Business time: tables of days that differ, and a naive minute-by-minute oracle."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdesk.core.clock import Clock
from mcdesk.core.hours import DeskStatus, Opening, OpeningHours, Span, Timeline

NEW_YORK = ZoneInfo("America/New_York")
OFFICE: tuple[Span, ...] = ((540, 1020),)
WEEK = dict.fromkeys(range(5), OFFICE)
MINUTE = timedelta(minutes=1)


def hours(**changes: object) -> OpeningHours:
    return OpeningHours(**{"zone": NEW_YORK, "week": WEEK, **changes})  # type: ignore[arg-type]


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        pytest.param("2026-11-23 10:00", "2026-11-23 11:35", 95, id="within a day"),
        pytest.param("2026-11-23 07:00", "2026-11-23 09:10", 10, id="created before opening"),
        pytest.param("2026-11-23 18:00", "2026-11-24 09:30", 30, id="created after closing"),
        pytest.param("2026-11-20 16:00", "2026-11-23 09:45", 105, id="over a weekend"),
        pytest.param("2026-11-23 09:00", "2026-11-23 17:00", 480, id="exactly open to close"),
        pytest.param("2026-11-23 17:00", "2026-11-24 09:00", 0, id="exactly close to open"),
        pytest.param("2026-11-21 10:00", "2026-11-21 12:00", 0, id="Saturday"),
        pytest.param("2026-11-23 12:00", "2026-11-23 11:00", 0, id="end before start"),
        pytest.param("2026-03-06 16:00", "2026-03-09 10:00", 120, id="over the spring change"),
        pytest.param("2026-10-30 16:00", "2026-11-02 10:00", 120, id="over the autumn change"),
        pytest.param("2023-11-20 09:00", "2026-11-20 17:00", 785 * 480, id="three years"),
    ],
)
def test_business_time_between(start: str, end: str, minutes: int) -> None:
    assert hours().between(local(start), local(end)) == minutes * MINUTE


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        pytest.param({}, 480, id="a weekday"),
        pytest.param({"holidays": {date(2026, 11, 26)}}, 0, id="a holiday"),
        pytest.param({"closed": frozenset({date(2026, 11, 26)})}, 0, id="closed"),
        pytest.param(
            {"holidays": {date(2026, 11, 26)}, "open": frozenset({date(2026, 11, 26)})},
            480,
            id="a holiday that we work",
        ),
        pytest.param(
            {
                "special": {date(2026, 11, 26): ((540, 720),)},
                "open": frozenset({date(2026, 11, 26)}),
                "closed": frozenset({date(2026, 11, 26)}),
                "holidays": {date(2026, 11, 26)},
            },
            180,
            id="special comes before all",
        ),
        pytest.param(
            {"open": frozenset({date(2026, 11, 26)}), "closed": frozenset({date(2026, 11, 26)})},
            480,
            id="open comes before closed",
        ),
        pytest.param({"special": {date(2026, 11, 26): ()}}, 0, id="special without hours"),
    ],
)
def test_precedence_on_one_day(changes: dict[str, object], minutes: int) -> None:
    whole_day = local("2026-11-26 00:00"), local("2026-11-27 00:00")
    assert hours(**changes).between(*whole_day) == minutes * MINUTE


ROUND_THE_CLOCK = dict.fromkeys(range(7), ((0, 1440),))


@pytest.mark.parametrize(
    ("day", "whole_day_hours"),
    [
        pytest.param("2026-03-08", 23, id="the day that lacks an hour"),
        pytest.param("2026-11-01", 25, id="the day with an hour twice"),
    ],
)
def test_a_round_the_clock_desk_works_the_real_hours_of_a_dst_day(
    day: str, whole_day_hours: int
) -> None:
    start = local(f"{day} 00:00")
    end = local(f"{date.fromisoformat(day) + timedelta(days=1)} 00:00")
    desk = hours(week=ROUND_THE_CLOCK)
    assert desk.between(start, end) == timedelta(hours=whole_day_hours)
    assert len(list(desk.openings(start, end))) == 1


def test_a_span_in_the_missing_hour_does_not_open() -> None:
    desk = hours(special={date(2026, 3, 8): ((125, 155),)})
    assert not list(desk.openings(local("2026-03-08 00:00"), local("2026-03-09 00:00")))


def test_a_span_in_the_repeated_hour_opens_twice() -> None:
    desk = hours(special={date(2026, 11, 1): ((60, 90),)})
    openings = list(desk.openings(local("2026-11-01 00:00"), local("2026-11-02 00:00")))
    assert [(opening.start.hour, opening.end.minute) for opening in openings] == [(5, 30), (6, 30)]


@pytest.mark.parametrize(
    ("at", "changes", "open", "changes_at"),
    [
        pytest.param("2026-11-23 10:04", {}, True, "2026-11-23 17:00", id="open"),
        pytest.param("2026-11-23 09:00", {}, True, "2026-11-23 17:00", id="opens now"),
        pytest.param("2026-11-23 17:00", {}, False, "2026-11-24 09:00", id="closes now"),
        pytest.param("2026-11-22 03:00", {}, False, "2026-11-23 09:00", id="Sunday at three"),
        pytest.param(
            "2026-11-25 18:00",
            {"holidays": {date(2026, 11, 26)}, "closed": frozenset({date(2026, 11, 27)})},
            False,
            "2026-11-30 09:00",
            id="Thanksgiving",
        ),
        pytest.param("2026-11-23 10:00", {"week": {}}, False, None, id="never opens"),
        pytest.param("2026-11-23 10:00", {"week": ROUND_THE_CLOCK}, True, None, id="never closes"),
        pytest.param(
            "2026-11-23 10:00",
            {"week": ROUND_THE_CLOCK, "closed": frozenset({date(2026, 12, 25)})},
            True,
            "2026-12-25 00:00",
            id="closes for Christmas only",
        ),
        pytest.param(
            "2026-11-23 12:45",
            {"week": {0: ((540, 750), (780, 1020))}},
            False,
            "2026-11-23 13:00",
            id="lunch",
        ),
    ],
)
def test_status(at: str, changes: dict[str, object], open: bool, changes_at: str | None) -> None:
    expected = DeskStatus(open, local(changes_at) if changes_at else None)
    assert hours(**changes).status(local(at)) == expected


@pytest.mark.parametrize(
    ("at", "minutes", "expected"),
    [
        pytest.param("2026-11-23 10:00", 20, "2026-11-23 09:40", id="this morning"),
        pytest.param("2026-11-23 09:10", 30, "2026-11-20 16:40", id="last Friday"),
        pytest.param("2026-11-22 03:00", 60, "2026-11-20 16:00", id="on a Sunday night"),
        pytest.param("2026-11-23 09:00", 0, "2026-11-20 17:00", id="none at all"),
        pytest.param("2026-11-23 17:00", 960, "2026-11-20 09:00", id="two whole days"),
    ],
)
def test_before(at: str, minutes: int, expected: str) -> None:
    assert hours().before(local(at), minutes * MINUTE) == local(expected)


def test_before_refuses_a_desk_that_never_opens() -> None:
    with pytest.raises(ValueError, match="not open"):
        hours(week={}).before(local("2026-11-23 10:00"), MINUTE)


def test_a_timeline_answers_outside_its_openings() -> None:
    timeline = Timeline(hours(), local("2026-11-21 00:00"), local("2026-11-23 09:30"))
    assert timeline.between(local("2026-11-21 00:00"), local("2026-11-22 00:00")) == timedelta(0)
    assert timeline.between(local("2026-11-21 00:00"), local("2026-11-23 09:30")) == 30 * MINUTE


ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",  # changes by half an hour
    "America/Havana",  # changes at midnight
    "Pacific/Apia",  # once skipped a day
    "Asia/Kathmandu",  # a quarter of an hour off
)


@st.composite
def desks(draw: st.DrawFn) -> OpeningHours:
    # Multiples of five minutes keep the oracle's minutes exact and the search small.
    def spans() -> tuple[Span, ...]:
        edges = sorted(draw(st.sets(st.integers(0, 288), max_size=4)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        return tuple((first * 5, last * 5) for first, last in pairs)

    week = {weekday: spans() for weekday in draw(st.sets(st.integers(0, 6)))}
    return OpeningHours(ZoneInfo(draw(st.sampled_from(ZONES))), week)


# Around the days on which those zones change, and ordinary ones.
STARTS = st.sampled_from(
    [
        datetime(2026, 3, 7, 20, tzinfo=UTC),
        datetime(2026, 10, 31, 20, tzinfo=UTC),
        datetime(2026, 10, 24, 20, tzinfo=UTC),
        datetime(2026, 4, 4, 4, tzinfo=UTC),
        datetime(2026, 10, 3, 4, tzinfo=UTC),
        datetime(2011, 12, 29, 4, tzinfo=UTC),
        datetime(2026, 7, 1, tzinfo=UTC),
    ]
)


def minutes_open(desk: OpeningHours, start: datetime, end: datetime) -> Iterator[datetime]:
    """Look at the wall clock at every minute: slow, and too simple to be wrong."""
    moment = start
    while moment < end:
        wall = moment.astimezone(desk.zone)
        minute = wall.hour * 60 + wall.minute
        if any(first <= minute < last for first, last in desk.week.get(wall.weekday(), ())):
            yield moment
        moment += MINUTE


@settings(max_examples=150, deadline=None)
@given(desks(), STARTS, st.integers(0, 2000), st.integers(0, 2880))
def test_business_time_agrees_with_the_wall_clock(
    desk: OpeningHours, base: datetime, offset: int, length: int
) -> None:
    start = base + offset * MINUTE
    end = start + length * MINUTE
    expected = list(minutes_open(desk, start, end))
    assert desk.between(start, end) == len(expected) * MINUTE
    status = desk.status(start)
    assert status.open == (start in set(minutes_open(desk, start, start + MINUTE)))
    if status.changes_at and status.changes_at < end:
        changed = [m for m in minutes_open(desk, start, end) if m >= status.changes_at]
        assert (status.changes_at in changed) == (not status.open)


@settings(max_examples=100, deadline=None)
@given(desks(), STARTS, st.integers(0, 2000), st.integers(1, 900))
def test_before_is_the_inverse_of_between(
    desk: OpeningHours, base: datetime, offset: int, minutes: int
) -> None:
    now = base + offset * MINUTE
    try:
        start = desk.before(now, minutes * MINUTE)
    except ValueError:
        assert desk.between(now - timedelta(days=400), now) < minutes * MINUTE
    else:
        assert desk.between(start, now) == minutes * MINUTE


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param("2026-11-23 10:00", 25, "2026-11-23 10:25", id="today"),
        pytest.param("2026-11-23 16:50", 10, "2026-11-23 17:00", id="just before closing"),
        pytest.param("2026-11-23 16:50", 25, "2026-11-24 09:15", id="tomorrow"),
        pytest.param("2026-11-20 18:00", 60, "2026-11-23 10:00", id="from a closed desk"),
    ],
)
def test_after(start: str, minutes: int, end: str) -> None:
    assert hours().after(local(start), minutes * MINUTE) == local(end)


class Asked(set[date]):
    """Holidays, none, that remember which days were looked up."""

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        self.add(day)
        return False


def test_after_looks_no_further_than_it_has_to() -> None:
    asked = Asked()
    always = hours(week=ROUND_THE_CLOCK, holidays=asked)
    assert always.after(local("2026-11-23 23:50"), 25 * MINUTE) == local("2026-11-24 00:15")
    assert set(asked) == {date(2026, 11, 23), date(2026, 11, 24)}


@settings(max_examples=100, deadline=None)
@given(desks(), STARTS, st.integers(0, 2000), st.integers(1, 900))
def test_after_is_the_inverse_of_between(
    desk: OpeningHours, base: datetime, offset: int, minutes: int
) -> None:
    now = base + offset * MINUTE
    try:
        end = desk.after(now, minutes * MINUTE)
    except ValueError:
        assert desk.between(now, now + timedelta(days=400)) < minutes * MINUTE
    else:
        assert desk.between(now, end) == minutes * MINUTE
        assert desk.between(now, end - MINUTE) < minutes * MINUTE


def test_after_is_never_where_the_desk_never_opens() -> None:
    with pytest.raises(ValueError, match="not open"):
        hours(week={}).after(local("2026-11-23 10:00"), MINUTE)


def test_the_opening_that_an_instant_lies_in() -> None:
    at = hours().opening_at
    opening = Opening(local("2026-11-23 09:00"), local("2026-11-23 17:00"))
    assert at(local("2026-11-23 09:00")) == opening
    assert at(local("2026-11-23 16:59")) == opening
    assert at(local("2026-11-23 17:00")) is None
    assert at(local("2026-11-22 12:00")) is None
    assert hours(week={}).opening_at(local("2026-11-22 12:00")) is None


def test_a_desk_that_never_closes_is_in_one_opening() -> None:
    always = hours(week=dict.fromkeys(range(7), ((0, 1440),)))
    first = always.opening_at(local("2026-11-23 09:00"))
    assert first is not None
    assert first == always.opening_at(local("2027-03-15 01:30"))
    assert first.start.year == 1
    assert first.end.year == 9999


def test_an_opening_of_several_days() -> None:
    weekend = hours(week={5: ((720, 1440),), 6: ((0, 1440),), 0: ((0, 540),)})
    opening = Opening(local("2026-11-21 12:00"), local("2026-11-23 09:00"))
    for moment in ("2026-11-21 12:00", "2026-11-22 12:00", "2026-11-23 08:59"):
        assert weekend.opening_at(local(moment)) == opening
    assert weekend.opening_at(local("2026-11-23 09:00")) is None


def test_its_clock_is_that_of_its_zone_and_country() -> None:
    assert OpeningHours(NEW_YORK, {}).clock == Clock(NEW_YORK, american=True)
    assert OpeningHours(NEW_YORK, {}, american=False).clock == Clock(NEW_YORK, american=False)
