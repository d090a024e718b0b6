"""The newest tickets, stretch by stretch of time; and which one a short reference means."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.core.finding import (
    WEEK,
    Stretch,
    first_stretch,
    meant_by_short,
    newest_first,
    older_stretch,
    several_meant,
    shorter_stretch,
)
from mcdesk.core.tickets import Ticket
from mcdesk.errors import NoSuchTicket

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def ticket(id: int, created: datetime = NOW, status: int = 1) -> Ticket:
    return Ticket(
        id=id,
        number=f"T20261123.{id:04}",
        created=created,
        queue_id=5,
        status_id=status,
        primary_resource_id=None,
    )


def test_all_at_once_if_a_page_has_room() -> None:
    assert first_stretch(500, NOW, page=500) == Stretch(None)
    assert first_stretch(501, NOW, page=500) == Stretch(NOW - WEEK)


@pytest.mark.parametrize(
    ("found", "wanted", "days"),
    [
        pytest.param(50, 50, 21, id="three times as many as wanted"),
        pytest.param(0, 50, 112, id="none yet: sixteen times as long"),
        pytest.param(1, 49, 112, id="few: no longer than that"),
        pytest.param(49, 1, 7, id="many: never shorter"),
    ],
)
def test_stretches_grow_backwards(found: int, wanted: int, days: int) -> None:
    older = older_stretch(Stretch(NOW - WEEK), found, wanted, NOW)
    assert older == Stretch(NOW - WEEK - days * DAY, NOW - WEEK)


def test_before_a_stretch_that_has_an_end() -> None:
    older = older_stretch(Stretch(NOW - 3 * DAY, NOW - DAY), 30, 10, NOW)
    assert older == Stretch(NOW - 5 * DAY, NOW - 3 * DAY)


def test_a_count_that_makes_no_sense_leads_no_further_back_than_all_tickets() -> None:
    stretch: Stretch | None = Stretch(NOW - WEEK)
    for _ in range(9):
        assert stretch is not None
        stretch = older_stretch(stretch, 0, 2**63, NOW)
        if stretch and stretch.since is None:
            break
    assert stretch == Stretch(None, NOW - WEEK * (1 + 16 + 256))


def test_nothing_is_older_than_everything() -> None:
    assert older_stretch(Stretch(None), 3, 50, NOW) is None
    assert older_stretch(Stretch(NOW - WEEK), 50, 0, NOW) is None


def test_a_page_that_is_not_the_last_halves_the_stretch() -> None:
    # So far apart that half a week has less than three times what is wanted.
    page = [ticket(i, NOW - WEEK + i * timedelta(hours=12)) for i in range(8)]
    shorter = shorter_stretch(Stretch(NOW - WEEK), page, 50, NOW, most=20_000)
    assert shorter == Stretch(NOW - WEEK / 2)


def close(apart: timedelta) -> list[Ticket]:
    """Return as many as a page has, of a week ago, so far apart."""
    return [ticket(i, NOW - WEEK + i * apart * 500 / 499) for i in range(500)]


def test_how_close_they_are_says_how_short() -> None:
    page = close(timedelta(minutes=1))
    shorter = shorter_stretch(Stretch(NOW - WEEK), page, 50, NOW, most=20_000)
    assert shorter == Stretch(NOW - timedelta(minutes=150))


def test_how_many_there_are_says_when_they_end() -> None:
    page = close(timedelta(seconds=1))
    shorter = shorter_stretch(Stretch(NOW - WEEK), page, 50, NOW, most=500_000)
    assert shorter == Stretch(NOW - WEEK + timedelta(seconds=500_000 - 150))


def test_its_end_stays() -> None:
    page = [ticket(i, NOW - 2 * DAY + i * timedelta(hours=1)) for i in range(4)]
    shorter = shorter_stretch(Stretch(NOW - 2 * DAY, NOW - DAY), page, 50, NOW, most=900)
    assert shorter == Stretch(NOW - 1.5 * DAY, NOW - DAY)


def test_of_all_from_the_oldest_on() -> None:
    page = [ticket(1, NOW - 4 * DAY), ticket(2, NOW - 3 * DAY)]
    assert shorter_stretch(Stretch(None), page, 50, NOW, most=9) == Stretch(NOW - 2 * DAY)


def test_no_shorter_than_a_second() -> None:
    second = timedelta(seconds=1)
    assert shorter_stretch(Stretch(NOW - second), [ticket(1)], 50, NOW, most=9) is None
    assert shorter_stretch(Stretch(None), [], 50, NOW, most=9) is None
    page = [ticket(1, NOW - second), ticket(2, NOW)]
    assert shorter_stretch(Stretch(NOW - 1.5 * second), page, 1, NOW, most=9) == Stretch(
        NOW - second
    )


def test_behind_tickets_of_one_instant_there_may_be_newer_ones() -> None:
    page = [ticket(i, NOW - DAY) for i in range(500)]
    shorter = shorter_stretch(Stretch(NOW - WEEK), page, 50, NOW, most=900)
    assert shorter == Stretch(NOW - DAY + timedelta(seconds=1))


@given(st.lists(st.integers(0, 10**7), max_size=30), st.integers(1, 200), st.integers(1, 10**6))
def test_a_shorter_stretch_is_at_most_half(seconds: list[int], wanted: int, most: int) -> None:
    since = NOW - timedelta(seconds=10**7)
    page = [ticket(i, since + timedelta(seconds=each)) for i, each in enumerate(sorted(seconds))]
    shorter = shorter_stretch(Stretch(since), page, wanted, NOW, most=most)
    assert shorter
    assert shorter.since
    assert since < NOW - timedelta(seconds=10**7) / 2 <= shorter.since < NOW


def test_the_newest_come_first() -> None:
    old, one, two = ticket(9, NOW - DAY), ticket(1), ticket(2)
    assert newest_first([old, one, two]) == [two, one, old]


def test_the_open_ones_are_meant() -> None:
    newest, old, older = ticket(3, status=5), ticket(2, NOW - DAY), ticket(1, NOW - 2 * DAY)

    def closed(each: Ticket) -> bool:
        return each.status_id == 5

    assert meant_by_short(7, [older, newest], closed=closed) == [older]
    assert meant_by_short(7, [older, old, newest], closed=closed) == [old, older]
    closed_ones = [ticket(1, NOW - DAY, status=5), newest]
    assert meant_by_short(7, closed_ones, closed=closed) == [newest]


def test_none_is_meant() -> None:
    with pytest.raises(NoSuchTicket, match=r"ends in \.0007"):
        meant_by_short(7, [], closed=lambda _: False)


def test_several_are_named() -> None:
    problem = several_meant(7, [ticket(1), ticket(2)])
    assert problem.message == "2 open tickets from this week end in .0007"
    assert problem.hint == "type the whole number: T20261123.0001, T20261123.0002"
