"""The board of `mcdesk watch` on terminals of several sizes: what stands where, and what is cut."""

import os
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import httpx
import pytest
from offices import NOW, Office
from slackserver import slack_server
from systems import PSEUDO_TERMINAL
from test_watch import Cut, Timed, watch

CONTROL = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")
HOME = "\x1b[H"


class Screen(StringIO):
    """A terminal that keeps what was drawn on it."""

    def isatty(self) -> bool:
        return True

    def boards(self) -> list[list[str]]:
        """Return what stood on it, one board after the other, without colours."""
        drawn = [CONTROL.sub("", each).splitlines() for each in self.getvalue().split(HOME)]
        boards = [[line.rstrip() for line in lines] for lines in drawn]
        return [lines for lines in boards if lines and lines[0].startswith("mcdesk watch")]


@pytest.fixture
def terminal_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], Screen]:
    """Make a terminal of so many columns and lines as stdout."""

    def make(columns: int, lines: int) -> Screen:
        screen = Screen()
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("LINES", str(lines))
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setattr(sys, "stdout", screen)
        return screen

    return make


def test_the_first_board_says_that_it_looks(
    office: Office, terminal_of: Callable[[int, int], Screen]
) -> None:
    screen = terminal_of(80, 24)
    seen: list[list[str]] = []

    def look(request: httpx.Request) -> httpx.Response:
        seen.extend(screen.boards())
        raise KeyboardInterrupt

    office.transport = httpx.MockTransport(look)
    assert watch(Timed(office), until=NOW) == 130
    assert seen[0][0] == "mcdesk watch  looking for the first time"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param(
            80,
            [
                "ticket          company              priority  waiting  stale",
                "T20261123.0001  Harbor Point Dental  Medium     1h 00m  yes",
                " " * 16 + "Printer offline",
                "T20261123.0002  Harbor Point Dental  Medium        35m  in 25m",
                " " * 16 + "Scanner",
            ],
            id="80",
        ),
        pytest.param(
            120,
            [
                "ticket          company              title            priority  waiting  stale",
                "T20261123.0001  Harbor Point Dental  Printer offline  Medium     1h 00m  yes",
                "T20261123.0002  Harbor Point Dental  Scanner          Medium        35m  in 25m",
            ],
            id="120",
        ),
    ],
)
def test_as_wide_as_the_terminal(
    office: Office,
    terminal_of: Callable[[int, int], Screen],
    columns: int,
    expected: list[str],
) -> None:
    office.ticket(125, ticketNumber="T20261123.0001")
    office.ticket(35, ticketNumber="T20261123.0002", title="Scanner")
    screen = terminal_of(columns, 24)
    watch(Timed(office), until=NOW + timedelta(seconds=30))
    board = screen.boards()[-1]
    assert board[0] == "mcdesk watch  10:00:00 AM, again 10:01:00 AM"
    assert board[1 : len(expected) + 1] == expected
    assert "1 of 2 unclaimed have waited 1h or longer" in board
    assert "The desk is open until 5:00 PM" in board
    assert max(len(line) for line in board) <= columns


def test_a_small_terminal_keeps_the_worst_news(
    office: Office, terminal_of: Callable[[int, int], Screen]
) -> None:
    handed = office.ticket(130, ticketNumber="T20261123.0100")
    assert office.run("send-to-mc", str(handed), "--yes").code == 0
    office.world.update("Tickets", handed, status=1, assignedResourceID=21)
    for n in range(9):
        office.ticket(125 + n, ticketNumber=f"T20261123.000{n}")
    way = Cut(office.transport)
    office.transport = way
    screen = terminal_of(60, 12)
    desk = Timed(office)
    desk.at(NOW + timedelta(seconds=30), way.cut)
    with slack_server() as slack:
        office.environ["MCDESK_SLACK_WEBHOOK"] = slack.url
        slack.says = [(500, "rollup_error", {})]
        watch(desk, "--slack", until=NOW + timedelta(seconds=90))
    first, second = screen.boards()[1:]
    assert first[1] == "The team was not told: Slack answered 500: rollup_error"
    assert first[2].startswith("T20261123.0100, sent at 10:00:00 AM, changed since:")
    assert second[1].startswith("This round failed, 1 in a row: ")
    assert "The team was not told: Slack answered 500: rollup_error" in second
    for board in (first, second):
        assert len(board) == 12


@contextmanager
def demo_on_a_terminal(home: Path, columns: int) -> Iterator[int]:
    """Run the demo's watch on a pseudo-terminal of so many columns, and give its other end."""
    import pty

    controller, terminal = pty.openpty()
    resize(controller, columns)
    environ = {
        **{key: value for key, value in os.environ.items() if key not in {"COLUMNS", "LINES"}},
        "MCDESK_HOME": str(home),
        "MCDESK_NOW": "2026-11-23T15:00:00Z",
        "TERM": "xterm-256color",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "mcdesk", "--demo", "watch"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environ,
        start_new_session=True,
    )
    os.close(terminal)
    try:
        yield controller
    finally:
        os.kill(process.pid, signal.SIGINT)
        process.wait()
        os.close(controller)


def resize(controller: int, columns: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(controller, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))


def read_until(controller: int, pattern: bytes) -> str:
    shown = b""
    while not re.search(pattern, shown):
        shown += os.read(controller, 65536)
    return CONTROL.sub("", shown.decode(errors="replace"))


@PSEUDO_TERMINAL
def test_a_board_is_drawn_anew_in_another_size(app_folder: Path) -> None:
    with demo_on_a_terminal(app_folder, 80) as controller:
        narrow = read_until(controller, b"requests in the last hour")
        assert re.search(r"company +priority", narrow)
        resize(controller, 120)
        wide = read_until(controller, b"requests in the last hour")
        assert re.search(r"company +title +priority", wide)
