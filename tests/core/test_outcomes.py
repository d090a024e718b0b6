"""The report's numbers: who counts as answered, in time, overdue, back; medians by priority."""

from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.core.promise import Since, Source, WithVendor, promised_minutes, with_vendor
from mcdesk.core.report import Counts, Outcome, PriorityCounts, by_priority, counts_of

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
MINUTES = {"Critical": 30, "High": 60, "Medium": 120}
MINUTE = timedelta(minutes=1)


def clock(
    since: float | None, *words: float, priority: str | None = "High", now: datetime = NOW
) -> WithVendor:
    """Return how a ticket stands that went to the vendor so many minutes ago, with their words."""
    start = Since() if since is None else Since(now - since * MINUTE, Source.HISTORY)
    return with_vendor(start, [now - word * MINUTE for word in words], priority, MINUTES, now=now)


def outcome(
    since: float | None, *words: float, priority: str | None = "High", **values: Any
) -> Outcome:
    values = {"theirs": True, "back": False, "open": True, **values}
    return Outcome(priority=priority, clock=clock(since, *words, priority=priority), **values)


@pytest.mark.parametrize(
    ("found", "minutes", "in_time", "overdue"),
    [
        pytest.param(outcome(90, 60), 30, True, False, id="answered in time"),
        pytest.param(outcome(90, 30), 60, True, False, id="at the last moment"),
        pytest.param(outcome(90, 29.99), 60, False, False, id="a moment too late"),
        pytest.param(outcome(90, 20, 5), 70, False, False, id="late, by the first of two"),
        pytest.param(outcome(90, 100, 60), 30, True, False, id="a word before does not count"),
        pytest.param(outcome(60.5), None, None, False, id="not late by a minute yet"),
        pytest.param(outcome(61), None, False, True, id="overdue"),
        pytest.param(outcome(61, 200), None, False, True, id="overdue, with a word before"),
        pytest.param(outcome(59), None, None, False, id="not due"),
        pytest.param(outcome(61, theirs=False, back=True), None, None, False, id="taken away"),
        pytest.param(outcome(None, 10), None, None, False, id="unknown since"),
        pytest.param(outcome(90, 60, priority="Low"), 30, None, False, id="no promise"),
        pytest.param(outcome(9000, priority="Low"), None, None, False, id="no promise, no word"),
        pytest.param(outcome(90, 60, priority=None), 30, None, False, id="no priority"),
        pytest.param(outcome(61, heard=False), None, None, False, id="not all was heard"),
        pytest.param(outcome(90, 20, heard=False), 70, None, False, id="perhaps not the first"),
        pytest.param(outcome(90, 60, heard=False), 30, True, False, id="in time anyhow"),
    ],
)
def test_one_outcome(
    found: Outcome, minutes: int | None, in_time: bool | None, overdue: bool
) -> None:
    assert (found.minutes, found.in_time, found.overdue) == (minutes, in_time, overdue)


def test_all_counted() -> None:
    outcomes = [
        outcome(90, 60),
        outcome(90, 10),
        outcome(90),
        outcome(10),
        outcome(None, 3, open=False),
        outcome(90, 80, theirs=False, back=True),
        outcome(90, theirs=False, back=True, open=False),
    ]
    assert counts_of(outcomes) == Counts(
        sent=7, answered=3, in_time=2, overdue=1, came_back=2, open=5, unknown_since=1
    )
    assert counts_of([]) == Counts(
        sent=0, answered=0, in_time=0, overdue=0, came_back=0, open=0, unknown_since=0
    )


def test_priorities_come_in_the_order_of_the_picklist() -> None:
    labels = ["Low", None, "Zeta", "Alpha", "Critical", "High"]
    found = by_priority(
        [outcome(90, priority=label) for label in labels], ["Critical", "High", "Low"], MINUTES
    )
    assert [each.priority for each in found] == ["Critical", "High", "Low", "Alpha", "Zeta", None]
    assert [each.promised_minutes for each in found] == [30, 60, None, None, None, None]


def test_one_priority() -> None:
    answers = [outcome(90, 80), outcome(90, 15), outcome(90, 50)]
    rest = [outcome(90), outcome(None, 4)]
    assert by_priority([*answers, *rest], ["High"], MINUTES) == [
        PriorityCounts(
            priority="High",
            promised_minutes=60,
            sent=5,
            answered=3,
            in_time=2,
            median_minutes=40,
            worst_minutes=75,
        )
    ]
    assert by_priority([outcome(5)], ["High"], MINUTES) == [
        PriorityCounts(
            priority="High",
            promised_minutes=60,
            sent=1,
            answered=0,
            in_time=0,
            median_minutes=None,
            worst_minutes=None,
        )
    ]
    assert by_priority([], ["High"], MINUTES) == []


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40))
def test_the_median_is_that_of_the_statisticians(taken: list[int]) -> None:
    (found,) = by_priority([outcome(minutes + 1.5, 1) for minutes in taken], ["High"], MINUTES)
    assert found.median_minutes == median(taken)
    assert found.worst_minutes == max(taken)
    assert isinstance(found.median_minutes, int) == (found.median_minutes == int(median(taken)))


def test_a_promise_is_found_by_any_spelling_of_its_label() -> None:
    assert promised_minutes(" HIGH ", MINUTES) == 60
    assert promised_minutes("Low", MINUTES) is None
    assert promised_minutes(None, MINUTES) is None
