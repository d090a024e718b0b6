"""The only writer: data to stdout, talk to stderr, and everything cleaned on its way.

Text from strangers may be passed in as it is: no control character, escape or markup gets out.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.streams import OutputLost, Sink, complaint
from mcdesk.cli.terminal.tables import Cell
from mcdesk.core.wording import clean, harmless
from mcdesk.errors import DeskError

if TYPE_CHECKING:
    import msgspec

    from mcdesk.cli.terminal.pending import Pending

# Items of a long JSON list that are written together: one by one takes three times as long.
_ITEMS_AT_ONCE = 500


class Output(Page):
    """A page on *stdout*, as these streams and *environ* (NO_COLOR) can take it.

    *aside* is the page on stderr, for what is read before a question. A *dumb* terminal moves no
    cursor.
    """

    def __init__(self, stdout: Sink, stderr: Sink, environ: Mapping[str, str]) -> None:
        self.dumb = environ.get("TERM") == "dumb"
        plain = bool(environ.get("NO_COLOR")) or self.dumb
        super().__init__(stdout, plain=plain)
        self.aside = Page(stderr, plain=plain)
        self._stdout, self._stderr = stdout, stderr
        self._asking = False

    def say_what_is_asked(self) -> "Pending | None":
        """Return what says on a terminal's stderr what is being asked, None if there is none."""
        if not self.aside.terminal or self.dumb:
            return None
        from mcdesk.cli.terminal.pending import Pending

        pending = Pending(self._stderr.in_passing)
        self._stdout.pending = self._stderr.pending = pending
        return pending

    def flush(self) -> None:
        """Let what was written be seen; raise OutputLost when it cannot be any more."""
        self._stream.flush()

    def say_lost(self) -> bool:
        """Say why stdout did not take all, and what it was to hold of a deed; return if so."""
        if why := complaint(self._stdout):
            self.talk(f"error: {why}")
        if self._stdout.failure and self._stdout.kept:
            self.talk("the outcome could not be printed; it was:")
            self.aside.block(self._stdout.kept)
        return self._stdout.failure is not None

    def data(self, text: str) -> None:
        """Write one line of data, its blanks as they are."""
        self._stream.write(harmless(text) + "\n")

    def json(self, value: Mapping[str, Any], *, compact: bool = False) -> None:
        """Write *value* as JSON in ASCII, laid out for reading on a terminal unless *compact*.

        A list in it may be an iterator: then its items are written as they come.
        """
        if self.terminal and not compact:
            self._stream.write(json.dumps(value, indent=2, default=_plain) + "\n")
        else:
            for piece in _pieces(value):
                self._stream.write(piece)
        self._stream.flush()

    def control(self, sequence: str) -> bool:
        """Send a control *sequence* of ours to a terminal; return whether there is one."""
        if not self.terminal:
            return False
        self._stream.write(sequence)
        self._stream.flush()
        return True

    def leave_screen(self) -> bool:
        """Say nothing in passing any more, for the whole screen is another's; False if none can be.

        Then no terminal is there that can show one.
        """
        if not self.terminal or self.dumb:
            return False
        if self._stdout.pending:
            self._stdout.pending.stop()
        return True

    def talk(self, text: str, *, style: str = "") -> None:
        """Write something to the technician that is not data."""
        self._leave_question()
        self.aside.block(clean(text), style=style)

    def talk_of(self, text: str, what: str, link: str) -> None:
        """Write *text* and *what* it is about, which leads to *link*, in one line of any length.

        A link that is broken over lines can be neither clicked nor copied.
        """
        self._leave_question()
        self.aside.line(Cell(f"{clean(text)} "), Cell(clean(what), link=link))

    def offer(self, text: str, link: str) -> None:
        """Write *text* that leads to *link*, if this terminal has links that can be clicked.

        One that is read instead, as long as a mail, helps nobody.
        """
        if self.aside.links:
            self._leave_question()
            self.aside.line(Cell(text, link=link))

    def _leave_question(self) -> None:
        """End the line of a question at which somebody stopped."""
        if self._asking:
            self.answered()
            self.aside.line()

    def ask(self, question: str) -> None:
        """Write a question, and stay on its line."""
        self._stream.flush()
        self._stderr.write(clean(question) + " ")
        self._stderr.flush()
        self._asking = True

    def answered(self) -> None:
        """Note that the last question has its answer, and the line its end."""
        self._asking = False

    def error(self, problem: DeskError) -> None:
        """Say what happened and what fixes it."""
        with suppress(OutputLost):
            self._stream.flush()
        self.talk(f"error: {problem.message}")
        if problem.hint:
            self.talk(f"hint: {problem.hint}")


def _pieces(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield the JSON of *value* in pieces, the items of an iterator some at a time."""
    before = "{"
    for key, item in value.items():
        yield f"{before}{json.dumps(key)}: "
        if isinstance(item, Iterator):
            yield "["
            between = ""
            while several := list(islice(item, _ITEMS_AT_ONCE)):
                yield between + _encoded(several)
                between = ", "
            yield "]"
        else:
            yield json.dumps(item, default=_plain)
        before = ", "
    yield "}\n"


def _encoded(items: list[Any]) -> str:
    """Encode many items in ASCII, without their brackets: by msgspec, a fifth of the time."""
    import msgspec

    text = msgspec.json.encode(items)
    return (text if text.isascii() else json.dumps(json.loads(text)).encode())[1:-1].decode()


def in_ascii(text: str | None) -> "str | msgspec.Raw | None":
    """Return what stands for *text* in a struct, so that its JSON is ASCII without another look."""
    if text is None or text.isascii():
        return text
    import msgspec

    return msgspec.Raw(json.dumps(text).encode())


def _plain(value: Any) -> Any:
    """Return what json can write of *value*: an iterator's items, a struct's fields."""
    import msgspec

    return list(value) if isinstance(value, Iterator) else json.loads(msgspec.json.encode(value))
