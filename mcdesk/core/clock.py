"""How the desk says when: its zone, and the order in which its country writes a date."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

# Months before days, and the twelve hours of a clock's face, "C" and none as in the United States.
_AMERICAN = {"", "c", "posix", "en-us", "en-ca", "en-au"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Clock(NamedTuple):
    """The desk's clock: "Wed Nov 25, 3:25 PM" if it is *american*, else "Wed 25 Nov, 15:25"."""

    zone: ZoneInfo
    american: bool = True

    def time(self, moment: datetime, *, seconds: bool = False) -> str:
        """Say the time of *moment*, of whichever day."""
        local = moment.astimezone(self.zone)
        rest = f"{local:%M:%S}" if seconds else f"{local:%M}"
        if not self.american:
            return f"{local:%H}:{rest}"
        return f"{local.hour % 12 or 12}:{rest} {'AM' if local.hour < 12 else 'PM'}"

    def day(self, day: date) -> str:
        """Say *day* without its year and weekday."""
        month = _MONTHS[day.month - 1]
        return f"{month} {day.day}" if self.american else f"{day.day} {month}"

    def moment(self, moment: datetime, now: datetime) -> str:
        """Say *moment* in full; the day is left out if it is that of *now*."""
        local, today = moment.astimezone(self.zone), now.astimezone(self.zone)
        if local.date() == today.date():
            return self.time(moment)
        year = "" if local.year == today.year else f" {local.year}"
        return f"{_DAYS[local.weekday()]} {self.day(local)}{year}, {self.time(moment)}"

    def short(self, moment: datetime, now: datetime) -> str:
        """Say a *moment* of the past in the room of a column: the nearer to *now*, the finer."""
        local, today = moment.astimezone(self.zone), now.astimezone(self.zone)
        if local.date() == today.date():
            return self.time(moment)
        if timedelta(0) < today.date() - local.date() < timedelta(days=7):
            return f"{_DAYS[local.weekday()]} {self.time(moment)}"
        year = "" if local.year == today.year else f" {local.year}"
        return f"{self.day(local)}{year}"


def is_american(locale: str) -> bool:
    """Return whether *locale*, such as "en_CA.UTF-8", writes dates as the United States do.

    So does a computer that has none.
    """
    return locale.partition(".")[0].partition("@")[0].replace("_", "-").casefold() in _AMERICAN
