"""Hours as people type them, in the way that settings write them."""

import re

from mcdesk.errors import SettingsProblem

_NOON = 12 * 60
_TIME = r"(\d\d?)(?:[:.](\d\d))?\s*(?:([ap])\.?m\.?)?"
_TYPED_SPAN = re.compile(rf"{_TIME}\s*(?:-|\u2013|to)\s*{_TIME}", re.I | re.A)


def spans_typed(text: str) -> list[str]:
    """Return the spans of *text* as settings write them: "8:30-12, 1-5:30 PM" and the like.

    A half of the day that nobody named is the one in which a span ends after it begins. Raises
    SettingsProblem for what is no span.
    """
    return [_span(part) for part in re.split(r",|;|\band\b", text) if part.strip()]


def _span(text: str) -> str:
    match = _TYPED_SPAN.fullmatch(text.strip())
    if match is None:
        raise SettingsProblem(f'"{text.strip()}" is not a time span such as 9:00-17:00')
    first, last = _minutes(*match.groups()[:3]), _minutes(*match.groups()[3:])
    if match[6] and not match[3] and first + _NOON < last:
        first += _NOON  # 1-5:30 PM
    if last <= first and not match[6]:
        last += _NOON  # 9-5
    return f"{first // 60:02}:{first % 60:02}-{last // 60:02}:{last % 60:02}"


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    """Return the minutes since midnight of a clock's time; *half* begins with a or p, if given."""
    hours = int(hour) % 12 + (12 if half in "pP" else 0) if half else int(hour)
    return hours * 60 + int(minute or 0)
