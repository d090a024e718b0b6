"""What the threads that work at the desk tell the board, and what they are given to do."""

from collections.abc import Callable
from typing import NamedTuple

from mcdesk.cli.board.actions import Action, Done
from mcdesk.cli.board.asking import Question, Transcript
from mcdesk.errors import DeskError
from mcdesk.ops.finding import TicketList
from mcdesk.ops.rounds import Round
from mcdesk.ops.show import TicketView
from mcdesk.ops.stale import StaleReport


class Job(NamedTuple):
    """Something to do: *act*, which is called *name* ("claim T20261123.0007")."""

    name: str
    act: Action


class Look(NamedTuple):
    """A ticket to read."""

    id: int
    read: Callable[[], TicketView]


class Waits(NamedTuple):
    """What waits is known, and the rest of the round is still to come."""

    report: StaleReport


class Looked(NamedTuple):
    """A round is over."""

    now: Round


class Listed(NamedTuple):
    """What is mine was read, or could not be: *problem* is why."""

    found: TicketList | None = None
    problem: DeskError | None = None


class Ended(NamedTuple):
    """The lookout can go on no more, for no waiting mends *problem*; or it is a bug."""

    problem: BaseException


class Asked(NamedTuple):
    """An action asks."""

    question: Question


class Under(NamedTuple):
    """An action is under way, and *words* say with what."""

    words: str


class Finished(NamedTuple):
    """An action is over: what it said, and what came of it; *bug* is what nobody expected."""

    job: Job
    said: Transcript
    done: Done
    bug: BaseException | None = None


class Shown(NamedTuple):
    """A ticket was read to be shown, or could not be."""

    id: int
    view: TicketView | None
    problem: DeskError | None = None


class Said(NamedTuple):
    """Something that the desk says of its own accord."""

    text: str


News = Waits | Looked | Listed | Ended | Asked | Under | Finished | Shown | Said
Tell = Callable[[News], None]
