"""The board on its terminal: keys and news go to the session, and what it shows is drawn.

Nothing here asks Autotask, and nothing here decides.
"""

import asyncio
from math import inf
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.events import Key as KeyEvent
from textual.message import Message
from textual.screen import Screen

from mcdesk.cli.board import seen, sheets
from mcdesk.cli.board.inbox import Inbox
from mcdesk.cli.board.model import Mode
from mcdesk.cli.board.panes import Drawn, NoteBox, Tickets
from mcdesk.cli.board.session import Session
from mcdesk.cli.terminal.signals import QUIT
from mcdesk.cli.watch.view import RoundView

# From so many cells on a ticket is shown beside the list, and not below it.
_BESIDE = 110
# Below so many lines, the foot makes room for what is asked; the list keeps two.
_SHORT, _LEAST_LIST = 16, 2
# Seconds between two copies of a note that is being written.
_SAVING = 2.0
# What the next key must not be taken for unless it was typed after it was to be seen.
_WAITS_FOR_EYES = (Mode.ASKED, Mode.ASKED_TWICE, Mode.QUITTING, Mode.READING)


class _Bare(Screen[None], inherit_bindings=False):
    """A screen without keys of its own."""


class Board(App[None], inherit_bindings=False):
    """The board of *session*, which *inbox* brings news to; *bell* is whether it may ring."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    BINDINGS: ClassVar = [
        Binding("ctrl+c", "interrupt", priority=True),
        Binding("ctrl+q", "interrupt", priority=True),
        Binding("ctrl+z", "suspend_process", priority=True),
        Binding("ctrl+backslash", "die", priority=True),
    ]
    CSS = """
    Screen { background: ansi_default; color: ansi_default; layout: vertical; }
    #board { layout: vertical; height: 100%; }
    #small { height: auto; }
    #head, #foot, #writing { height: auto; }
    #body { height: 1fr; min-height: 0; layout: vertical; }
    #body.beside { layout: horizontal; }
    #tickets, #empty, #details { height: 1fr; width: 1fr; }
    #body.beside #details { padding: 0 0 0 2; }
    #panel { height: auto; }
    #writing, #note { display: none; }
    #note { height: 6; border: none; padding: 0; background: ansi_default; color: ansi_default; }
    #note .text-area--cursor-line { background: ansi_default; }
    #keys { height: 1; }
    """

    def __init__(
        self, session: Session, inbox: Inbox, view: RoundView, *, bell: bool, plain: bool
    ) -> None:
        super().__init__(ansi_color=True)
        self.session, self._inbox, self._view = session, inbox, view
        self._bell, self._plain = bell, plain
        # What was asked when a question was drawn last, and when that was.
        self._drawn: object = None
        self._drawn_at = inf
        # When the first tickets were to be seen: what was typed before was for something else.
        self._looked_at = inf
        # When the next frame after a change began to be drawn, and keys that came meanwhile.
        self._frame_at = inf
        self._early: list[KeyEvent] = []

    def get_default_screen(self) -> Screen[None]:
        """Return the one screen there is."""
        return _Bare(id="_default")

    def compose(self) -> ComposeResult:
        """Make the parts, from top to bottom."""
        plain = self._plain
        with Container(id="board"):
            yield Drawn(id="head", plain=plain)
            with Container(id="body"):
                yield Tickets(id="tickets", plain=plain)
                yield Drawn(id="empty", plain=plain)
                yield Drawn(id="details", plain=plain)
            yield Drawn(id="panel", plain=plain)
            yield Drawn(id="writing", plain=plain)
            yield NoteBox(id="note")
            yield Drawn(id="foot", plain=plain)
            yield Drawn(id="keys", plain=plain)
        yield Drawn(id="small", plain=plain)

    def on_mount(self) -> None:
        """Have the news brought here, and show what is known."""
        loop = asyncio.get_running_loop()
        self._inbox.wake = lambda: loop.call_soon_threadsafe(self.post_message, Arrived())
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.session.typing = lambda: self._note.text
        self.set_interval(_SAVING, self.session.save)
        self.post_message(Arrived())

    def on_arrived(self) -> None:
        """Take in what has happened."""
        for news in self._inbox.take():
            self.session.take(news)
        self._show()

    def on_resize(self) -> None:
        """Draw it in another size, once it has that."""
        self.call_after_refresh(self._show)

    def on_key(self, event: KeyEvent) -> None:
        """Do what a key does; one that was typed before its question was drawn does nothing."""
        mode = self.session.model.mode
        if event.key == "q" and self._looked_at == inf:  # nothing can be under way yet
            self.session.leave(0)
            self._show()
        if not self.is_seen():
            self._early.append(event)
            return
        if not self.is_seen(event.time):
            return
        if mode is Mode.WRITING and event.is_printable:  # typed before the box was there
            self._note.insert(event.character or "")
        left = self.session.press(_name(event))
        if left in ("page_down", "page_up"):
            what = "panel" if mode is Mode.READING else "details"
            self._drawing(what).page(1 if left == "page_down" else -1)
        self._show()

    def action_interrupt(self) -> None:
        """Do what Ctrl-C does."""
        self.session.interrupt()
        self._show()

    def action_die(self) -> None:
        """Do what Ctrl and the backslash do elsewhere: end at once."""
        self.session.leave(QUIT)
        self._show()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Draw a frame: from now on, what is asked may be read."""
        now = Arrived().time
        self._frame_at = min(self._frame_at, now)
        if self.session.report or self.session.now:
            self._looked_at = min(self._looked_at, now)
        super()._display(screen, renderable)

    def _fatal_error(self) -> None:
        """End after a bug; whoever runs the board reports it."""
        self._close_messages_no_wait()

    def is_seen(self, at: float = inf) -> bool:
        """Find out whether what waits for a key was to be seen *at* the time it was typed."""
        asks = self.session.model.mode in _WAITS_FOR_EYES
        seen_at = self._drawn_at if asks else self._looked_at
        return seen_at < inf and seen_at <= at

    @property
    def bug(self) -> Exception | None:
        """What nobody expected."""
        return self._exception

    @property
    def _note(self) -> NoteBox:
        return self.query_one("#note", NoteBox)

    def _drawing(self, id: str) -> Drawn:
        return self.query_one(f"#{id}", Drawn)

    def _show(self) -> None:
        """Show what is so."""
        if self.session.leaving is not None:
            self.session.save()
            self.exit()
            return
        if self.session.alarm:
            self.session.alarm = False
            if self._bell:
                self.bell()
        width, height = self.size
        small = width < sheets.LEAST_WIDTH or height < sheets.LEAST_HEIGHT
        self.query_one("#board").display = not small
        self._drawing("small").show(sheets.too_small if small else None)
        if small:
            return
        self._show_parts(width, height)
        self._note_what_is_drawn()

    def _show_parts(self, width: int, height: int) -> None:
        session = self.session
        drawn = {
            "head": seen.head(session, self._view),
            "empty": seen.empty(session),
            "details": seen.details(session),
            "panel": seen.panel(session),
            "foot": seen.foot(session, self._view, height),
            "keys": sheets.keys(session.model),
            "writing": seen.writing(session),
        }
        asks = session.question is not None
        for id, draw in drawn.items():
            self._drawing(id).show(draw, end=asks and id == "panel")
        self._share_out(width, height)
        self.query_one("#body").set_class(width >= _BESIDE, "beside")
        tickets = self.query_one("#tickets", Tickets)
        tickets.display = drawn["empty"] is None
        tickets.show(session.model)
        self._show_note()

    def _share_out(self, width: int, height: int) -> None:
        """Let a question, and the keys that answer it, have the room they need before the list."""
        panel, foot, body = self._drawing("panel"), self._drawing("foot"), self.query_one("#body")
        body.display = self.session.panel is not sheets.help_page
        short = height < _SHORT and (panel.display or self._drawing("writing").display)
        foot.display = not short
        reads_on = not short or self.session.model.mode is Mode.LIST
        self._drawing("details").display &= reads_on
        around = [self._drawing("head"), self._drawing("keys"), *([] if short else [foot])]
        taken = sum(each.lines(width) for each in around) + _LEAST_LIST * body.display
        self._note.styles.height = box = 3 if short else 6
        panel.styles.max_height = max(height - taken, 2)
        self._drawing("writing").styles.max_height = max(height - taken - box, 2)

    def _show_note(self) -> None:
        """Show the box for a note while one is written, an empty one at first."""
        writing, box = self.session.model.mode is Mode.WRITING, self._note
        if writing and self.screen.focused is not box:
            box.text = ""
            box.display = True
            self.screen.set_focus(box)
        elif not writing:
            box.display = False
            self.screen.set_focus(None)

    def _note_what_is_drawn(self) -> None:
        """Note when what waits for a key is to be seen."""
        session = self.session
        asked = (
            session.model.mode,
            session.question,
            session.panel,
            session.report is None and session.now is None,
        )
        if asked == self._drawn:
            return
        self._drawn, self._drawn_at, self._frame_at = asked, inf, inf
        self.call_after_refresh(self._saw, asked)

    def _saw(self, asked: object) -> None:
        if asked == self._drawn:
            self._drawn_at = min(self._frame_at, Arrived().time)
        early, self._early = self._early, []
        for event in early:
            self.on_key(event)


class Arrived(Message):
    """News have come."""


def _name(event: KeyEvent) -> str:
    """Return what a key is called: the character that it types, if any but a blank."""
    typed = event.character or ""
    return typed if len(typed) == 1 and typed.isprintable() and typed != " " else event.key
