"""The board as the terminal of a command: what it says is kept, its questions are asked on it.

So every action of the board is the conversation of the command, and not another one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from threading import Event

from mcdesk.cli.call import Call
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.streams import Sink
from mcdesk.cli.terminal.tables import Cell, Table
from mcdesk.desk import Desk
from mcdesk.errors import DeskError, Refused

_Drawing = Callable[[Page], None]


class Transcript(Output):
    """What a command says, on stdout as on stderr, to be drawn on a page of any width.

    *heard* is told of each thing that is said.
    """

    def __init__(self, heard: Callable[[], None] = lambda: None) -> None:
        super().__init__(Sink(StringIO()), Sink(StringIO()), {})
        self.aside = self
        # Whether the last question was answered with no: then a refusal is what was wanted.
        self.declined = False
        self._drawings: list[_Drawing] = []
        self._heard = heard

    def draw(self, page: Page) -> None:
        """Draw on *page* what was said."""
        for each in list(self._drawings):
            each(page)

    def turn_over(self) -> "Transcript":
        """Return what was said so far, and begin anew."""
        said = Transcript()
        said._drawings, self._drawings = self._drawings, []
        return said

    @property
    def blank(self) -> bool:
        """Whether nothing was said."""
        return not self._drawings

    def line(self, *cells: Cell) -> None:
        """Keep one line of cells."""
        self._keep(lambda page: page.line(*cells))

    def block(self, text: str, *, style: str = "", first: str = "") -> None:
        """Keep several lines of text."""
        self._keep(lambda page: page.block(text, style=style, first=first))

    def table(self, table: Table) -> None:
        """Keep a table."""
        self._keep(lambda page: page.table(table))

    def data(self, text: str) -> None:
        """Keep one line of data."""
        self.line(Cell(text))

    def error(self, problem: DeskError) -> None:
        """Keep what happened and what fixes it; a no of the technician's own is no error."""
        if not (self.declined and isinstance(problem, Refused)):
            super().error(problem)
            return
        self.talk(problem.message)
        if problem.hint:
            self.talk(problem.hint)

    def _keep(self, drawing: _Drawing) -> None:
        self._drawings.append(drawing)
        self._heard()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A *question*, and what was said before it; *plain* is one that Enter answers with yes.

    Whoever asks waits for its answer in another thread than the one that answers.
    """

    said: Transcript
    question: str
    plain: bool
    _answered: Event = field(default_factory=Event)
    _answers: list[bool] = field(default_factory=list)

    def answer(self, yes: bool) -> None:
        """Answer it; what was answered stays so."""
        if not self._answered.is_set():
            self._answers.append(yes)
            self._answered.set()

    def wait(self) -> bool:
        """Wait for the answer."""
        self._answered.wait()
        return self._answers[0]


class BoardCall(Call):
    """A call of which *ask* puts each question to the technician at the board."""

    types = False

    def __init__(
        self, desk: Desk, ask: Callable[[Question], bool], heard: Callable[[], None]
    ) -> None:
        self.transcript = Transcript(heard)
        super().__init__(desk, self.transcript)
        self._ask = ask

    def confirm(self, question: str, *, default: bool = False, plain: bool = False) -> bool:
        """Ask *question* on the board, below what was said before it."""
        yes = self._ask(Question(self.transcript.turn_over(), question, plain))
        self.transcript.declined = not yes
        return yes


def said_in(draw: Callable[[Output], None]) -> Transcript:
    """Return what *draw* writes."""
    transcript = Transcript()
    draw(transcript)
    return transcript
