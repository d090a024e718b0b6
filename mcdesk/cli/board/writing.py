"""A note that is being written at the board: kept as it grows, so that nothing typed is lost."""

from collections.abc import Callable
from pathlib import Path

from mcdesk.cli.board.model import Entry
from mcdesk.cli.board.sheets import Draw, said
from mcdesk.cli.note.text import print_back
from mcdesk.desk import Desk
from mcdesk.errors import DeskError


class Writing:
    """A note on the ticket of *entry*, which *typed* returns so far; *notify*: dispatch gets it."""

    def __init__(self, desk: Desk, entry: Entry, typed: Callable[[], str], *, notify: bool) -> None:
        self._desk, self._typed = desk, typed
        self.entry, self.notify = entry, notify
        self._draft: Path | None = None
        # What no disk took.
        self.unkept = ""

    @property
    def text(self) -> str:
        """What is typed so far, "" for blanks."""
        text = self._typed()
        return text if text.strip() else ""

    @property
    def draft(self) -> str:
        """The name of the draft that holds it, "" for none."""
        return self._draft.name if self._draft else ""

    def save(self) -> None:
        """Keep it, for nobody knows what comes; a full disk stops nobody."""
        if not (text := self.text):
            return
        try:
            if self._draft is None:
                drafts, now = self._desk.drafts, self._desk.now()
                self._draft = drafts.keep(text, about=self.entry.number, at=now)
            else:
                self._draft.write_text(text, encoding="utf-8")
            self.unkept = ""
        except (DeskError, OSError):
            self._draft, self.unkept = None, text

    def kept(self, words: str) -> Draw | None:
        """Return what says in *words* where it is kept, or shows what could not be."""
        if text := self.unkept:
            return lambda page: print_back(page, text)
        return said(f"{words} {self._draft}") if self._draft else None
