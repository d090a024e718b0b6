"""How often to look: slower as the tenant's hour fills, and slower still after failures."""

from datetime import timedelta

import pytest

from mcdesk.core.pacing import Usage, backed_off, pause_in_words, slowed

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("usage", "minutes"),
    [
        pytest.param(None, 1, id="unknown"),
        pytest.param(Usage(4_999, 10_000), 1, id="below half"),
        pytest.param(Usage(5_000, 10_000), 2, id="half"),
        pytest.param(Usage(7_499, 10_000), 2, id="below three quarters"),
        pytest.param(Usage(7_500, 10_000), 5, id="three quarters"),
        pytest.param(Usage(12_000, 10_000), 5, id="over it"),
        pytest.param(Usage(3, 0), 1, id="a tenant that says nothing sensible"),
    ],
)
def test_slows_down_as_the_hour_fills(usage: Usage | None, minutes: int) -> None:
    assert slowed(MINUTE, usage) == minutes * MINUTE


@pytest.mark.parametrize(
    ("failures", "asked", "minutes"),
    [
        pytest.param(1, 0, 1, id="the first"),
        pytest.param(2, 0, 2, id="the second"),
        pytest.param(4, 0, 8, id="the fourth"),
        pytest.param(5, 0, 15, id="no longer than a quarter of an hour"),
        pytest.param(5000, 0, 15, id="for ever"),
        pytest.param(1, 40, 40, id="as long as it was asked to"),
    ],
)
def test_backs_off(failures: int, asked: int, minutes: int) -> None:
    assert backed_off(MINUTE, failures, asked=asked * MINUTE) == minutes * MINUTE


def test_an_interval_of_an_hour_stays_one() -> None:
    hour = timedelta(hours=1)
    assert backed_off(hour, 1, asked=timedelta(0)) == hour


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("30", "; it asks for a pause of 30 s"),
        (" 007 ", "; it asks for a pause of 7 s"),
        ("", ""),
        ("soon", ""),
        ("-1", ""),
        ("\u0663", ""),
        ("Mon, 23 Nov 2026 15:00:00 GMT", ""),
    ],
)
def test_a_pause_in_words(header: str, said: str) -> None:
    assert pause_in_words(header) == said
