"""What the board holds: its views, which ticket the cursor is on, what is marked and filtered.

Values only. Nothing here draws, asks or waits.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple

from mcdesk.cli.terminal.tables import Cell


class View(Enum):
    """What can be looked at, in the order of its keys."""

    WAITING = "Waiting"
    WITH_MC = "With MC"
    MINE = "Mine"


class Entry(NamedTuple):
    """One ticket of a view; *state* is what its view is about: the wait, the answer, the status.

    *alarms* is whether somebody should be called to it: stale, overdue or back.
    """

    id: int
    number: str
    company: str
    contact: str
    title: str
    priority: Cell
    state: Cell
    alarms: bool = False
    url: str | None = None

    def holds(self, words: Iterable[str]) -> bool:
        """Return whether each of *words*, in small letters, stands somewhere in it."""
        said = (self.number, self.company, self.contact, self.title, self.priority.text)
        text = "\n".join((*said, self.state.text)).casefold()
        return all(word in text for word in words)


class Mode(Enum):
    """What keys are for just now."""

    LIST = "list"
    FILTERING = "filtering"
    WRITING = "writing"
    # The one question of an action, and one that a safety rule asks.
    ASKED = "asked"
    ASKED_TWICE = "asked twice"
    QUITTING = "quitting"
    # Something to read, which the next key takes away.
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Model:
    """The state of the board; every change makes a new one.

    *found* holds what each view showed last, by view; one that was not looked at yet is missing.
    *cursors* are the ids of the tickets that the cursor is on. *words* filter every view.
    """

    view: View = View.WAITING
    found: Mapping[View, Sequence[Entry]] = field(default_factory=dict)
    cursors: Mapping[View, int] = field(default_factory=dict)
    marks: frozenset[int] = frozenset()
    words: str = ""
    mode: Mode = Mode.LIST
    # Whether the ticket under the cursor is shown in full.
    opened: bool = False
    # What is under way, "" for nothing.
    busy: str = ""
    # The numbers of the operations that were done from here and can be taken back, the last last.
    deeds: tuple[int, ...] = ()

    @property
    def entries(self) -> Sequence[Entry]:
        """The tickets of the view that the filter lets through."""
        return self.entries_of(self.view)

    def entries_of(self, view: View) -> Sequence[Entry]:
        """Return the tickets of *view* that the filter lets through."""
        found, words = self.found.get(view, ()), self.words.casefold().split()
        return [each for each in found if each.holds(words)] if words else found

    @property
    def index(self) -> int:
        """The place of the cursor in the list, 0 if it is empty."""
        return _place(self.entries, self.cursors.get(self.view))

    @property
    def current(self) -> Entry | None:
        """The ticket under the cursor."""
        entries = self.entries
        return entries[self.index] if entries else None

    @property
    def chosen(self) -> Sequence[Entry]:
        """The tickets of the view that are marked, else the one under the cursor."""
        marked = [each for each in self.entries if each.id in self.marks]
        return marked or [each for each in (self.current,) if each]

    def at(self, index: int) -> "Model":
        """Put the cursor on the ticket at *index*, or on the nearest that there is."""
        entries = self.entries
        if not entries:
            return self
        id = entries[min(max(index, 0), len(entries) - 1)].id
        return replace(self, cursors={**self.cursors, self.view: id})

    def moved(self, by: int) -> "Model":
        """Move the cursor *by* so many tickets."""
        return self.at(self.index + by)

    def seeing(self, view: View) -> "Model":
        """Change to *view*."""
        return replace(self, view=view)

    @property
    def next_view(self) -> View:
        """The view after this one; the first after the last."""
        views = list(View)
        return views[(views.index(self.view) + 1) % len(views)]

    def filtered(self, words: str) -> "Model":
        """Show only tickets in which each of *words* is found; the cursor stays if it can."""
        return replace(self, words=words).at_same(self)

    def at_same(self, before: "Model") -> "Model":
        """Keep the cursor of each view where it was *before*; of a ticket gone, on the next one."""
        cursors = dict(before.cursors)
        for view in View:
            known = before.entries_of(view)
            if view in cursors or known:
                cursors[view] = _kept(known, cursors.get(view), self.entries_of(view))
        return replace(self, cursors={view: id for view, id in cursors.items() if id})

    def marked(self) -> "Model":
        """Mark the ticket under the cursor, or take its mark away, and go to the next."""
        current = self.current
        if current is None:
            return self
        return replace(self, marks=self.marks ^ {current.id}).moved(1)

    def refreshed(self, view: View, entries: Sequence[Entry]) -> "Model":
        """Take in what *view* holds now; the ticket under the cursor stays under it."""
        found = {**self.found, view: entries}
        there = {each.id for known in found.values() for each in known}
        return replace(self, found=found, marks=self.marks & there).at_same(self)

    def after(self, done: Collection[int], *, gone: bool) -> "Model":
        """Go on to the next ticket once *done* were worked on, which are *gone* from the view."""
        left = [i for i, each in enumerate(self.entries) if each.id not in done]
        moved = self
        if self.current and self.current.id in done and left:
            moved = self.at(next((i for i in left if i > self.index), left[-1]))
        moved = replace(moved, marks=moved.marks - set(done))
        if not gone:
            return moved
        found = moved.found.get(moved.view, ())
        return moved.refreshed(moved.view, [each for each in found if each.id not in done])

    def alarming(self) -> frozenset[int]:
        """Return the ids of the tickets that somebody should be called to, in whatever view."""
        return frozenset(
            each.id for view in View for each in self.found.get(view, ()) if each.alarms
        )


def _place(entries: Sequence[Entry], id: int | None) -> int:
    return next((i for i, each in enumerate(entries) if each.id == id), 0)


def _kept(before: Sequence[Entry], cursor: int | None, now: Sequence[Entry]) -> int:
    """Return which of *now* the cursor is on: the same, else the next that was below, else above.

    0 for an empty list.
    """
    there = {each.id for each in now}
    place = _place(before, cursor)
    ids = [each.id for each in before]
    wanted = (cursor, *ids[place:], *reversed(ids[:place]), *(each.id for each in now[:1]))
    return next((id for id in wanted if id in there and id is not None), 0)
