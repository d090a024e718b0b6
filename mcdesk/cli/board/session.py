"""One session at the board: what a key does, and what a piece of news changes.

It knows nothing of the screen that shows it; who works at the desk is told what to do.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from mcdesk.cli.board import actions, entries, sheets
from mcdesk.cli.board.asking import Question
from mcdesk.cli.board.keys import CHANGES, key_for, typed
from mcdesk.cli.board.model import Entry, Mode, Model, View
from mcdesk.cli.board.news import (
    Asked,
    Ended,
    Finished,
    Job,
    Listed,
    Look,
    Looked,
    News,
    Said,
    Shown,
    Under,
    Waits,
)
from mcdesk.cli.board.writing import Writing
from mcdesk.cli.call import Call
from mcdesk.cli.show import read as read_ticket
from mcdesk.cli.terminal.signals import STOPPED
from mcdesk.core.references import TicketById
from mcdesk.core.wording import counted
from mcdesk.errors import DeskError
from mcdesk.ops.rounds import Round
from mcdesk.ops.stale import StaleReport


class Eyes(Protocol):
    """Who looks at the desk."""

    def look_now(self) -> None:
        """Look as soon as nothing is under way."""

    def turn_to(self, view: View) -> None:
        """Look at *view* from now on."""

    def read_again(self) -> None:
        """Read all that was read before anew with the next look."""


class Session:
    """The session of *call*; *eyes* look at its desk, and *do* has things done at it."""

    def __init__(self, call: Call, eyes: Eyes, do: Callable[[Job | Look], None]) -> None:
        self._call, self._eyes, self._do = call, eyes, do
        self.desk = call.desk
        self.model = Model()
        # What waits, as far as that is known, and the last round.
        self.report: StaleReport | None = None
        self.now: Round | None = None
        # The exit code to leave with, None to stay; and what ended it.
        self.leaving: int | None = None
        self.failure: BaseException | None = None
        # Whether something is new that somebody should be called to.
        self.alarm = False
        # What the last action said, or what is to be read; what it asks; what it is at.
        self.panel: sheets.Draw | None = None
        self.question: Question | None = None
        self.under = ""
        # Why a view could not be read, what it lacks, and the ticket that was read last.
        self.problems: dict[View, DeskError] = {}
        self.lacks: dict[View, Sequence[str]] = {}
        self.shown: Shown | None = None
        # The note that is being written, and what is typed of it so far.
        self.note: Writing | None = None
        self.typing: Callable[[], str] = lambda: ""
        self._reading: int | None = None
        self._acts: dict[str, Callable[[], None]] = {
            "claim": self._claim,
            "send": self._send,
            "note": lambda: self._write(notify=False),
            "note_dispatch": lambda: self._write(notify=True),
            "link": lambda: self._alone("Link for", actions.link),
            "browse": lambda: self._alone("Open", actions.browse),
            "copy": lambda: self._alone("Copy", actions.copy),
            "undo": lambda: self._start("Undo", (), actions.undo(self.model.deeds[-1])),
            "look": self._eyes.look_now,
            "help": lambda: self._let_read(sheets.help_page),
            "written": self.written,
            "dropped": self.dropped,
            "dismiss": self._dismiss,
            "quit": self._quit,
            "yes": lambda: self._answer(yes=True),
            "no": lambda: self._answer(yes=False),
        }

    def press(self, name: str) -> str:
        """Do what the key *name* does now; return the act that is left for the screen, or ""."""
        key = key_for(self.model, name)
        if key is None:
            if self.model.mode is Mode.FILTERING:
                self._become(self.model.filtered(typed(self.model.words, name)))
            return ""
        if change := CHANGES.get(key.act):
            self._become(change(self.model))
        elif act := self._acts.get(key.act):
            act()
        else:
            return key.act
        return ""

    def move(self, by: int) -> None:
        """Move the cursor *by* so many tickets."""
        self._become(self.model.moved(by))

    def written(self) -> None:
        """Write what was typed on the ticket that it is for; nothing typed is nothing done."""
        note, self.note = self.note, None
        assert note
        self._become(replace(self.model, mode=Mode.LIST))
        if text := note.text:
            act = actions.note(note.entry, text, notify=note.notify, draft=note.draft)
            self._start("Note on", [note.entry], act)

    def dropped(self) -> None:
        """Write no note; keep what was typed as a draft, or let it be read once more."""
        self.save()
        note, self.note = self.note, None
        assert note
        self.panel = note.kept("kept as a draft:")
        self._become(replace(self.model, mode=Mode.READING if note.unkept else Mode.LIST))

    def save(self) -> None:
        """Keep what is being written."""
        if self.note:
            self.note.save()

    def leave(self, code: int) -> None:
        """Leave with exit *code*; whatever is asked just now is answered with no."""
        if self.question:
            self.question.answer(False)
            self.question = None
        self.leaving = code

    def interrupt(self) -> None:
        """Do what Ctrl-C does: leave; what is under way is asked about first."""
        if self.model.busy and not self.question and self.model.mode is not Mode.QUITTING:
            self._become(replace(self.model, mode=Mode.QUITTING))
        else:
            self.leave(STOPPED)

    def _quit(self) -> None:
        if self.model.busy:
            self._become(replace(self.model, mode=Mode.QUITTING))
        else:
            self.leave(0)

    def take(self, news: News) -> None:
        """Take in what has happened."""
        match news:
            case Waits() | Looked() | Listed() | Shown():
                self._learned(news)
            case Asked():
                self._asked(news.question)
            case Under():
                self.under = news.words
            case Finished():
                self._finished(news)
            case Said():
                self.panel = self.panel or sheets.said(news.text)
            case Ended():
                self.failure = news.problem
                self.leave(1)

    def _learned(self, news: Waits | Looked | Listed | Shown) -> None:
        match news:
            case Waits():
                self.report = news.report
                self._found(View.WAITING, entries.waiting(news.report))
            case Looked():
                self._looked(news.now)
            case Listed():
                if news.found:
                    self._found(View.MINE, entries.mine(news.found), news.found.lacks)
                elif news.problem:
                    self.problems[View.MINE] = news.problem
            case Shown():
                self._reading, self.shown = None, news
                self._become(self.model)

    def _looked(self, now: Round) -> None:
        self.now = now
        if now.seen is None or now.problem:
            return
        with_mc = now.seen.with_mc
        if with_mc.problem:
            self.problems[View.WITH_MC] = with_mc.problem
        else:
            phone = self.desk.settings.mc.phone
            self._found(View.WITH_MC, entries.with_mc(with_mc.tickets, phone), with_mc.lacks)

    def _found(self, view: View, found: Sequence[Entry], lacks: Sequence[str] = ()) -> None:
        self.problems.pop(view, None)
        self.lacks[view] = lacks
        before, known = self.model.alarming(), view in self.model.found
        self._become(self.model.refreshed(view, found))
        self.alarm |= known and bool(self.model.alarming() - before)

    def _asked(self, question: Question) -> None:
        self.question = question
        if self.model.mode is not Mode.QUITTING:
            self._become(replace(self.model, mode=_mode_of(question)))

    def _finished(self, news: Finished) -> None:
        done = news.done
        deeds = [n for n in (*self.model.deeds, *done.deeds) if n != done.undone]
        model = replace(self.model, busy="", deeds=tuple(deeds), mode=Mode.LIST)
        self._become(model.after(done.tickets, gone=done.gone))
        if news.bug:
            self.failure = news.bug
            self.leave(1)
        self.panel = None if news.said.blank else news.said.draw
        if done.code:
            self._become(replace(self.model, mode=Mode.READING))
        if done.tickets or done.deeds or done.undone:
            self.shown = None
            self._eyes.read_again()
            self._eyes.look_now()

    def _become(self, model: Model) -> None:
        """Be in the state of *model* from now on."""
        before, self.model = self.model, model
        if model.view is not before.view:
            self._eyes.turn_to(model.view)
        current = model.current
        known = self.shown.id if self.shown else None
        if model.opened and current and self._reading is None and current.id != known:
            self._reading = current.id
            self._do(Look(current.id, lambda: read_ticket(self._call, TicketById(current.id))))

    def _answer(self, *, yes: bool) -> None:
        if self.model.mode is Mode.QUITTING:
            self._become(replace(self.model, mode=_mode_of(self.question)))
            if yes:
                self.leave(0)
            return
        question, self.question, self.under = self.question, None, ""
        self._become(replace(self.model, mode=Mode.LIST))
        if question:
            question.answer(yes)

    def _let_read(self, draw: sheets.Draw) -> None:
        self.panel = draw
        self._become(replace(self.model, mode=Mode.READING))

    def _dismiss(self) -> None:
        self.panel = None
        self._become(replace(self.model, mode=Mode.LIST))

    def _claim(self) -> None:
        self._start("Claim", self.model.chosen, actions.claim(self.model.chosen))

    def _send(self) -> None:
        self._start("Send", self.model.chosen, actions.send(self.model.chosen))

    def _alone(self, name: str, action: Callable[[Entry], actions.Action]) -> None:
        if current := self.model.current:
            self._start(name, [current], action(current))

    def _start(self, name: str, about: Sequence[Entry], act: actions.Action) -> None:
        what = about[0].number if len(about) == 1 else counted(len(about), "ticket")
        words = f"{name} {what}" if about else name
        self.panel, self.under = None, ""
        self._become(replace(self.model, busy=words))
        self._do(Job(words, act))

    def _write(self, *, notify: bool) -> None:
        if current := self.model.current:
            self.note = Writing(self.desk, current, lambda: self.typing(), notify=notify)
            self.panel = None
            self._become(replace(self.model, mode=Mode.WRITING))


def _mode_of(question: Question | None) -> Mode:
    if question is None:
        return Mode.LIST
    return Mode.ASKED if question.plain else Mode.ASKED_TWICE
