"""How often to look: the tenant shares 10,000 requests an hour among all its tools.

What is used by others slows the board down before it slows them down, and failures make it wait
longer and longer (autotask help, REST_Thresholds_Limits).
"""

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

from msgspec import Struct

# The longest pause, whoever asks for it: nobody should wonder whether it is still alive.
LONGEST_PAUSE = timedelta(minutes=15)
# Share of the tenant's hour that is used -> how many times longer a round takes.
_SLOWER = ((0.75, 5), (0.5, 2))


class Usage(Struct, frozen=True):
    """The requests that all tools made in the last hour, of those they may make."""

    used: int
    allowed: int

    @property
    def share(self) -> float:
        """The part of the hour that is used: 1 is all of it."""
        return self.used / self.allowed if self.allowed > 0 else 0.0


def slowed(interval: timedelta, usage: Usage | None) -> timedelta:
    """Return how long to wait between two rounds that went well."""
    share = usage.share if usage else 0.0
    return interval * next((times for least, times in _SLOWER if share >= least), 1)


def backed_off(interval: timedelta, failures: int, *, asked: timedelta) -> timedelta:
    """Return how long to wait after the *failures*-th failure in a row.

    Twice as long each time, up to 15 minutes, and never shorter than Autotask *asked* for.
    """
    doubled = interval * (1 << min(failures - 1, 10))
    return max(interval, min(doubled, LONGEST_PAUSE), asked)


def seconds_asked(retry_after: str, *, now: float) -> float | None:
    """Read a Retry-After: seconds, or a date measured against *now* (a POSIX time); None for none.

    (RFC 9110, 10.2.3)
    """
    if re.fullmatch(r"\d{1,6}", retry_after.strip(), re.ASCII):
        return float(retry_after)
    try:
        return max(parsedate_to_datetime(retry_after).timestamp() - now, 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def pause_in_words(retry_after: str) -> str:
    """Say after a semicolon what a Retry-After in seconds asks for, "" for any other."""
    asked = retry_after.strip()
    seconds = re.fullmatch(r"\d{1,6}", asked, re.ASCII) is not None
    return f"; it asks for a pause of {int(asked)} s" if seconds else ""
