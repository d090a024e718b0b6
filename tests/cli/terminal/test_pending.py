"""What is said while an answer is long in coming."""

from collections.abc import Callable
from io import StringIO

import pytest

from mcdesk.cli.terminal.pending import Pending, asked
from mcdesk.cli.terminal.streams import Sink

TICKETS = "https://webservices5.autotask.net/ATServicesRest/V1.0/Tickets/query"
PEOPLE = "https://webservices5.autotask.net/ATServicesRest/V1.0/Resources/query"


class Later:
    """A timer that is up when a test says so."""

    made: list["Later"]

    def __init__(self, seconds: float, call: Callable[[], None]) -> None:
        assert seconds == 0.5
        self.daemon = False
        self.up = call
        self.made.append(self)

    def start(self) -> None:
        assert self.daemon

    def cancel(self) -> None:
        """Come too late: one that is up already cannot be called back."""


@pytest.fixture
def terminal() -> tuple[StringIO, Sink, Pending]:
    Later.made = []
    screen = StringIO()
    sink = Sink(screen)
    sink.pending = Pending(sink.in_passing, timer=Later)  # type: ignore[arg-type] # all that is used
    return screen, sink, sink.pending


Terminal = tuple[StringIO, Sink, Pending]


def test_nothing_is_said_of_what_is_quick(terminal: Terminal) -> None:
    screen, sink, pending = terminal
    pending.asking("POST", TICKETS)
    sink.write("data\n")
    Later.made[0].up()
    pending.clear()
    assert screen.getvalue() == "data\n"


def test_after_the_silence_it_is_said_and_erased_before_anything_else(terminal: Terminal) -> None:
    screen, sink, pending = terminal
    pending.asking("POST", TICKETS)
    Later.made[0].up()
    line = "asking Autotask for tickets..."
    assert screen.getvalue() == line
    sink.write("data\n")
    assert screen.getvalue() == f"{line}\r{' ' * len(line)}\rdata\n"
    sink.write("more\n")
    assert screen.getvalue().endswith("data\nmore\n")


def test_a_silence_of_several_requests_is_one(terminal: Terminal) -> None:
    screen, _, pending = terminal
    pending.asking("POST", TICKETS)
    pending.asking("POST", PEOPLE)
    assert len(Later.made) == 1
    Later.made[0].up()
    assert screen.getvalue() == "asking Autotask for resources..."
    pending.asking("PATCH", TICKETS.removesuffix("/query"))
    assert screen.getvalue().endswith("\rwriting to Autotask...")
    pending.clear()
    assert screen.getvalue().endswith("\r")


def test_a_whole_screen_is_left_alone(terminal: Terminal) -> None:
    screen, _, pending = terminal
    pending.stop()
    pending.asking("POST", TICKETS)
    assert (Later.made, screen.getvalue()) == ([], "")


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        (
            "GET",
            "/ATServicesRest/V1.0/zoneInformation?user=x",
            "asking Autotask for zone information...",
        ),
        (
            "POST",
            "/ATServicesRest/v1.0/TicketNotes/query/count",
            "asking Autotask for ticket notes...",
        ),
        (
            "GET",
            "/ATServicesRest/V1.0/Tickets/query/next?paging=x",
            "asking Autotask for tickets...",
        ),
        ("POST", "/A/V1.0/Tickets/7/Notes", "writing to Autotask..."),
        ("DELETE", "/A/V1.0/Tickets/7/SecondaryResources/1", "writing to Autotask..."),
        ("GET", "/elsewhere", "asking Autotask for something..."),
        ("GET", f"/V1.0/{'x' * 90}", f"asking Autotask for {'x' * 24}..."),
    ],
)
def test_what_is_asked_in_words(method: str, path: str, said: str) -> None:
    assert asked(method, f"https://webservices5.autotask.net{path}") == said
