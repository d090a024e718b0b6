"""Picking labels, people and queues: with the arrow keys where the terminal can, else by number."""

import json
import sys
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from mcdesk.cli.call import Call
from mcdesk.core.wording import clean

# More are not listed by number; what is typed may still name them.
_LISTED = 40


class Choice(NamedTuple):
    """A *label* to pick, with what helps to pick it."""

    label: str
    note: str = ""


def pick(
    call: Call, question: str, choices: Sequence[Choice], usual: Collection[str], *, several: bool
) -> str | None:
    """Ask *question* and return what was picked, as TOML, or typed; "" for Enter alone.

    None is the end of the input. *usual* is what Enter picks.
    """
    if call.output.aside.terminal and not call.output.dumb and sys.stdin.isatty():
        from prompt_toolkit.output import create_output

        try:
            screen = create_output(stdout=sys.stderr)
        except Exception:  # NoConsoleScreenBufferError, which only Windows can import
            return _by_number(call, question, choices, usual, several=several)
        call.output.flush()
        picked = _by_arrows(question, choices, usual, several=several, screen=screen)
        if several:  # questionary would say "done", or how many
            call.output.talk(f"? {question} {', '.join(picked) or 'none'}")
        return _toml(picked)
    return _by_number(call, question, choices, usual, several=several)


def _by_arrows(
    question: str, choices: Sequence[Choice], usual: Collection[str], *, several: bool, screen: Any
) -> str | list[str]:
    """Let the arrow keys move and letters filter; raise KeyboardInterrupt for Ctrl-C."""
    import questionary

    rows = [
        questionary.Choice(clean(_shown(label, note)), label, checked=several and label in usual)
        for label, note in choices
    ]
    first = next((row for row in rows if row.value in usual), None)
    common: dict[str, Any] = {
        "choices": rows,
        "use_jk_keys": False,
        "use_search_filter": True,
        "output": screen,
    }
    if several:
        hint = "(space marks, type to filter)"
        common.update(initial_choice=first, erase_when_done=True)
        asked = questionary.checkbox(question, instruction=hint, **common)
    else:
        hint = "(type to filter)"
        asked = questionary.select(question, default=first, instruction=hint, **common)
    answer: str | list[str] = asked.unsafe_ask()
    return answer


def _by_number(
    call: Call, question: str, choices: Sequence[Choice], usual: Collection[str], *, several: bool
) -> str | None:
    page = call.output.aside
    for number, (label, note) in enumerate(choices[:_LISTED], start=1):
        page.block(_shown(label, note), first=f"{number:>4}  ")
    if len(choices) > _LISTED:
        page.block(f"and {len(choices) - _LISTED} more, by name", first="      ")
    how = "numbers with commas, or a name" if several else "number or name"
    shown = f" [{', '.join(usual)}]" if any(usual) else ""
    typed = call.answer(f"{question} ({how}){shown}:")
    return typed and _meant(typed, [choice.label for choice in choices], several=several)


def _shown(label: str, note: str) -> str:
    return f"{label or 'none'} ({note})" if note else label


def _meant(typed: str, labels: Sequence[str], *, several: bool) -> str:
    """Return what *typed* picks of *labels* as TOML; a single one that it does not, as it is."""
    if several and typed not in labels:
        if typed.startswith("["):
            return typed
        words = [word.strip() for word in typed.split(",")]
        return _toml([_label(word, labels) or word for word in words])
    label = _label(typed, labels)
    if label is None:
        return typed
    return _toml([label] if several else label)


def _label(word: str, labels: Sequence[str]) -> str | None:
    """Find the one of *labels* that *word* is, or the number of; None for neither."""
    if word in labels:
        return word
    number = int(word) if word.isascii() and word.isdigit() else 0
    return labels[number - 1] if 0 < number <= len(labels) else None


def _toml(value: str | list[str]) -> str:
    """Write *value* as TOML does, which for these is as JSON."""
    return json.dumps(value, ensure_ascii=False)
