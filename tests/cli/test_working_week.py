"""A working week at the help desk, lived through by one `mcdesk watch --slack`.

Tickets come, people claim them and leave notes, Wednesday is a holiday, Slack and the network fail,
the computer sleeps at night, and the clocks change on Sunday, when the desk happens to be open.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from offices import CONFIG, Office
from slackserver import slack_server
from test_watch import Cut, Timed, numbers

from mcdesk.__main__ import main
from mcdesk.sandbox.people import HELP_DESK_ROLE

NEW_YORK = ZoneInfo("America/New_York")
JANE = 12
HOURS = """
sunday = ["00:00-04:00"]
closed = [2026-10-28]
"""
# When, which and why, in the order of a week; the clock is New York's.
DIGESTS = [
    ("Mon 26 09:00", "opening", ["A"]),  # waited since Friday 15:30
    ("Mon 26 10:00", "stale", ["A"]),  # an hour later still nobody's
    ("Mon 26 10:30", "stale", ["B"]),  # came at 09:25; A was claimed at 10:15
    ("Mon 26 11:50", "stale", ["B"]),  # a note at 10:45 restarted its hour
    ("Mon 26 16:30", "last call", ["C"]),  # not stale, but nobody's
    ("Tue 27 09:30", "stale", ["C"]),  # stale since 09:10; told an hour of business time ago
    # Wednesday is a holiday: D, of Tuesday 16:40, is no older for it.
    ("Thu 29 09:40", "stale", ["D"]),
    ("Thu 29 11:10", "stale", ["E"]),  # stale at 11:00, when Slack did not take it
    ("Thu 29 16:30", "last call", ["F"]),
    ("Fri 30 09:07", "opening", ["F"]),  # the computer slept until then
    ("Fri 30 12:37", "stale", ["G"]),  # stale at 12:20, while the network was gone
    ("Sun 01 01:00", "stale", ["H"]),  # came on Saturday; its hour began at midnight
    ("Sun 01 01:00", "stale", ["H"]),  # an hour later it is one o'clock again
    ("Sun 01 03:30", "last call", ["J"]),
    ("Mon 02 09:30", "stale", ["J"]),  # stale since 09:20
]


def local(text: str) -> datetime:
    """Read "26 09:00"; days before the 20th are November's. A trailing * is the second time."""
    again = text.endswith("*")
    day, clock = text.rstrip("*").split()
    month = 11 if int(day) < 20 else 10
    hour, minute = (int(part) for part in clock.split(":"))
    moment = datetime(2026, month, int(day), hour, minute, tzinfo=NEW_YORK, fold=int(again))
    return moment.astimezone(UTC)


class Week:
    """What happens at the office, at its desk's pace."""

    def __init__(self, office: Office, desk: Timed) -> None:
        self._office = office
        self._desk = desk
        self._ids: dict[str, int] = {}

    def at(self, moment: str, do: Callable[[], Any]) -> None:
        self._desk.at(local(moment), do)

    def has(self, name: str, since: str) -> None:
        self._ids[name] = self._office.ticket(0, ticketNumber=name, createDate=local(since))

    def comes(self, name: str, moment: str) -> None:
        self.at(moment, lambda: self.has(name, since=moment))

    def is_claimed(self, name: str, moment: str) -> None:
        fields = {"assignedResourceID": JANE, "assignedResourceRoleID": HELP_DESK_ROLE}
        self.at(moment, lambda: self._office.world.update("Tickets", self._ids[name], **fields))

    def gets_a_note(self, name: str, moment: str) -> None:
        self.at(moment, lambda: self._office.note(self._ids[name], 0))

    def sleeps(self, moment: str, until: str) -> None:
        def wake() -> None:
            self._office.now = local(until)

        self.at(moment, wake)


@pytest.mark.thorough
def test_the_team_hears_of_exactly_this(office: Office) -> None:
    office.configure(CONFIG + HOURS)
    office.now = local("26 08:50")
    way = Cut(office.transport)
    office.transport = way
    digests: list[tuple[str, str, list[str]]] = []
    with slack_server() as slack:
        office.environ["MCDESK_SLACK_WEBHOOK"] = slack.url
        desk = Timed(office)
        week = Week(office, desk)
        week.has("A", since="23 15:30")
        week.is_claimed("A", "26 10:15")
        week.comes("B", "26 09:25")
        week.gets_a_note("B", "26 10:45")
        week.is_claimed("B", "26 12:00")
        week.comes("C", "26 16:10")
        week.sleeps("26 18:00", until="27 08:50")
        week.is_claimed("C", "27 09:35")
        week.comes("D", "27 16:40")
        week.sleeps("27 18:00", until="28 08:50")
        week.sleeps("28 18:00", until="29 08:50")
        week.is_claimed("D", "29 09:45")
        week.comes("E", "29 10:00")
        week.at("29 10:55", lambda: slack.says.append((500, "rollup_error", {})))
        week.is_claimed("E", "29 11:20")
        week.comes("F", "29 15:55")
        week.sleeps("29 18:00", until="30 09:07")
        week.is_claimed("F", "30 09:30")
        week.comes("G", "30 11:20")
        week.at("30 11:55", way.cut)
        week.at("30 12:35", way.mend)
        week.is_claimed("G", "30 12:50")
        week.sleeps("30 18:00", until="31 23:50")
        week.comes("H", "31 23:50")
        week.is_claimed("H", "1 01:30*")
        week.comes("J", "1 03:20")
        week.sleeps("1 05:00", until="2 08:50")
        week.at("2 10:00", interrupt)
        slack.heard = lambda post: digests.append(read(office.now, post))
        assert main(["watch", "--slack", "--interval", "600"], desk=desk) == 130
    assert digests == DIGESTS


def read(now: datetime, post: dict[str, Any]) -> tuple[str, str, list[str]]:
    """Say when a digest came, on which occasion, and what is in it."""
    headline = post["blocks"][0]["text"]["text"]
    occasion = {"Last": "last call", "The": "opening"}.get(headline.split()[0], "stale")
    return f"{now.astimezone(NEW_YORK):%a %d %H:%M}", occasion, numbers(post)


def interrupt() -> None:
    raise KeyboardInterrupt
