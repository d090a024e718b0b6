"""How long the vendor has had a ticket, and what they promise."""

from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.core.promise import WithVendor, with_vendor

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("priority", "due"),
    [
        ("Critical", ago(60)),
        (" critical ", ago(60)),
        ("High", ago(30)),
        ("Medium", NOW + timedelta(minutes=30)),
        ("Low", NOW + timedelta(minutes=1350)),
        ("Odd", None),
        (None, None),
    ],
)
def test_when_they_are_to_answer(priority: str | None, due: datetime | None) -> None:
    assert with_vendor(ago(90), None, priority).due == due


def test_promises_of_ones_own() -> None:
    assert with_vendor(ago(90), None, "Odd", {"Odd": 0}).due == ago(90)


def test_nothing_is_due_of_what_went_nobody_knows_when() -> None:
    assert with_vendor(None, ago(5), "High") == WithVendor(None, ago(5), None)


@pytest.mark.parametrize(
    ("stands", "overdue", "said"),
    [
        (WithVendor(), None, "since unknown"),
        (WithVendor(None, ago(5)), None, "since unknown"),
        (WithVendor(ago(90)), None, "no promise"),
        (WithVendor(ago(90), None, NOW + timedelta(minutes=18)), 0, "due in 18m"),
        (WithVendor(ago(90), None, ago(15)), 15, "15m overdue"),
        (WithVendor(ago(90), None, NOW), 0, "0m overdue"),
        (WithVendor(ago(90), ago(95), ago(75)), 75, "1h 15m overdue"),
        (WithVendor(ago(90), ago(12), ago(30)), 0, "answered 12m ago"),
    ],
)
def test_how_it_stands(stands: WithVendor, overdue: int | None, said: str) -> None:
    assert stands.overdue_minutes(NOW) == overdue
    assert stands.in_words(NOW) == said
