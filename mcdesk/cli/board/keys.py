"""The keys of the board: what each does, when it does anything, and how the last line names it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from mcdesk.cli.board.model import Mode, Model, View


class Key(NamedTuple):
    """A key and what it does: *names* as the terminal tells them, as it is written, in a word.

    Without *names*, it is every key. *act* is the action, *works* whether it does anything now. One
    of a smaller *rank* stays longer in the last line where there is no room for all.
    """

    names: tuple[str, ...]
    label: str
    says: str
    act: str
    works: Callable[[Model], bool] = lambda _: True
    rank: int = 5
    # What the list of all keys says of it, if it is not enough to say it in a word.
    help: str = ""


def _ticket(model: Model) -> bool:
    return model.current is not None


def _free(model: Model) -> bool:
    return model.current is not None and not model.busy


_YES = ("y", "enter")
_NO = ("n", "escape")
KEYS: Mapping[Mode, Sequence[Key]] = {
    Mode.LIST: (
        Key(("c",), "c", "claim", "claim", _free, 1, "claim it: take it yourself"),
        Key(("s",), "s", "send to MC", "send", _free, 1, "send it to Mission Control"),
        Key(("n",), "n", "note", "note", _free, 1, "write an internal note"),
        Key(("N",), "N", "note+mail", "note_dispatch", _free, 6, "the same, mailed to dispatch"),
        Key(("l",), "l", "link", "link", _free, 3, "mail the scheduling link to the contact"),
        Key(("u",), "u", "undo", "undo", lambda m: bool(m.deeds) and not m.busy, 2,
            "undo the last change made from this board"),
        Key(("enter",), "Enter", "details", "open", _ticket, 3, "show the ticket"),
        Key(("escape",), "Esc", "close", "close",
            lambda m: m.opened or bool(m.words or m.marks), 2,
            "close the ticket, end the filter, take the marks away"),
        Key(("space",), "Space", "mark", "mark", _ticket, 5, "mark several, for c and s"),
        Key(("o",), "o", "open", "browse", _free, 6, "open it in the browser"),
        Key(("y",), "y", "copy", "copy", _free, 6, "copy the ticket's number"),
        Key(("/",), "/", "filter", "filter", rank=4, help="show only what holds these words"),
        Key(("r",), "r", "look now", "look", rank=5, help="look now"),
        Key(("tab",), "Tab", "view", "next_view", rank=4, help="the next view; 1 2 3 too"),
        Key(("1",), "1", "", "waiting", rank=9),
        Key(("2",), "2", "", "with_mc", rank=9),
        Key(("3",), "3", "", "mine", rank=9),
        Key(("down", "j"), "Up Down j k", "", "down", _ticket, 9, "move; Home and End too"),
        Key(("up", "k"), "", "", "up", _ticket, 9),
        Key(("home",), "", "", "first", _ticket, 9),
        Key(("end",), "", "", "last", _ticket, 9),
        Key(("pagedown",), "PgUp PgDn", "", "page_down", _ticket, 9, "read on in the ticket"),
        Key(("pageup",), "", "", "page_up", _ticket, 9),
        Key(("?",), "?", "keys", "help", rank=0, help="all keys"),
        Key(("q",), "q", "quit", "quit", rank=0, help="quit; Ctrl-C too"),
    ),
    Mode.ASKED: (
        Key(_YES, "y/Enter", "yes", "yes", rank=0),
        Key(_NO, "n/Esc", "no", "no", rank=0),
    ),
    Mode.ASKED_TWICE: (
        Key(("y",), "y", "yes", "yes", rank=0),
        Key(_NO, "n/Esc", "no", "no", rank=0),
    ),
    Mode.QUITTING: (
        Key(("y",), "y", "quit", "yes", rank=0),
        Key(_NO, "n/Esc", "stay", "no", rank=0),
    ),
    Mode.FILTERING: (
        Key(("enter",), "Enter", "keep the filter", "keep", rank=0),
        Key(("escape",), "Esc", "end it", "drop", rank=0),
        Key(("down",), "Up Down", "move", "down", _ticket, 2),
        Key(("up",), "", "", "up", _ticket, 9),
    ),
    Mode.WRITING: (
        Key(("enter",), "Enter", "done", "written", rank=0),
        Key(("ctrl+j",), "Ctrl-J", "new line", "new_line", rank=1),
        Key(("escape",), "Esc", "keep as a draft", "dropped", rank=0),
    ),
    Mode.READING: (
        Key(("pagedown",), "", "", "page_down", rank=9),
        Key(("pageup",), "", "", "page_up", rank=9),
        Key((), "any key", "goes on", "dismiss", rank=0),
    ),
}  # fmt: skip


def _closed(model: Model) -> Model:
    """Close what was opened last: the ticket, else the marks, else the filter."""
    if model.opened:
        return replace(model, opened=False)
    return replace(model, marks=frozenset()) if model.marks else model.filtered("")


# The acts that change nothing but the board.
CHANGES: Mapping[str, Callable[[Model], Model]] = {
    "down": lambda model: model.moved(1),
    "up": lambda model: model.moved(-1),
    "first": lambda model: model.at(0),
    "last": lambda model: model.at(len(model.entries) - 1),
    "mark": Model.marked,
    "next_view": lambda model: model.seeing(model.next_view),
    "waiting": lambda model: model.seeing(View.WAITING),
    "with_mc": lambda model: model.seeing(View.WITH_MC),
    "mine": lambda model: model.seeing(View.MINE),
    "open": lambda model: replace(model, opened=True),
    "close": _closed,
    "filter": lambda model: replace(model, mode=Mode.FILTERING),
    "keep": lambda model: replace(model, mode=Mode.LIST),
    "drop": lambda model: replace(model.filtered(""), mode=Mode.LIST),
}


def typed(words: str, name: str) -> str:
    """Return *words* of a filter once the key *name* was typed."""
    if name == "backspace":
        return words[:-1]
    character = " " if name == "space" else name
    return words + character if len(character) == 1 and character.isprintable() else words


def key_for(model: Model, name: str) -> Key | None:
    """Return what the key *name* does now, None for nothing."""
    keys = [each for each in KEYS[model.mode] if each.works(model)]
    return next((each for each in keys if name in each.names or not each.names), None)


def keys_now(model: Model) -> Sequence[Key]:
    """List the keys that do something now, as far as they are worth a word."""
    return [each for each in KEYS[model.mode] if each.says and each.works(model)]


def keys_line(model: Model, room: int) -> str:
    """Write the keys that work now in *room* cells; those of most use stay longest."""
    keys = list(keys_now(model))
    while keys and len(line := _written(keys)) > room:
        keys.remove(max(reversed(keys), key=lambda each: each.rank))
    return line if keys else ""


def _written(keys: Sequence[Key]) -> str:
    return "  ".join(f"{each.label} {each.says}" for each in keys)
