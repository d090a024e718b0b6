"""Hours as people type them."""

import pytest

from mcdesk.errors import SettingsProblem
from mcdesk.settings.clock import spans_typed


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("09:00-17:00", ["09:00-17:00"]),
        ("9-17", ["09:00-17:00"]),
        ("9-5", ["09:00-17:00"]),
        ("9 to 5", ["09:00-17:00"]),
        ("9am-5pm", ["09:00-17:00"]),
        ("9 AM \u2013 5 P.M.", ["09:00-17:00"]),
        ("9-5 PM", ["09:00-17:00"]),
        ("8:30-12, 1-5:30 PM", ["08:30-12:00", "13:00-17:30"]),
        ("8.30-12 and 12.45-5", ["08:30-12:00", "12:45-17:00"]),
        ("12-5 pm; 6pm-8pm", ["12:00-17:00", "18:00-20:00"]),
        ("12am-12pm", ["00:00-12:00"]),
        ("00:00-24:00", ["00:00-24:00"]),
        ("10-2", ["10:00-14:00"]),
        ("8 pm - 5 am", ["20:00-05:00"]),  # which the settings refuse
    ],
)
def test_hours_are_read_as_people_mean_them(typed: str, spans: list[str]) -> None:
    assert spans_typed(typed) == spans


@pytest.mark.parametrize("typed", ["nine to five", "9", "9-", "9:5-10", "9-17 or so", "\u0669-5"])
def test_anything_else_is_no_span(typed: str) -> None:
    with pytest.raises(SettingsProblem, match="not a time span"):
        spans_typed(typed)
