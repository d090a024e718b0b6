"""How labels and names of a tenant are compared, ordered by nearness, and shown where they differ.

Look-alikes are one: width, case, doubled and odd blanks and characters without a width make no
difference. Letters do, so two that only look the same on screen are told apart in words.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
# How many candidates a message names.
MOST = 20
# Combining characters that show nothing by themselves: a joiner, and the choice of a glyph.
_SHOW_NOTHING = re.compile("[\u034f\ufe00-\ufe0f]")
_LATIN = re.compile("[A-Za-z]")
# Scripts with letters that look like Latin ones.
_LOOK_LATIN = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")


@lru_cache(4096)
def key(label: str) -> str:
    """Return what *label* is compared by: two labels are one if their keys are equal."""
    if not label.isascii():
        label = unicodedata.normalize("NFKC", "".join(filter(_has_width, label)).casefold())
    return " ".join(label.casefold().split())


def bare(text: str) -> str:
    """Return *text* without blanks, and characters that have no width, around it."""
    while text and (text[0].isspace() or not _has_width(text[0])):
        text = text[1:]
    while text and (text[-1].isspace() or not _has_width(text[-1])):
        text = text[:-1]
    return text


def by_nearness(text: str, found: Iterable[T], label: Callable[[T], str]) -> list[T]:
    """Sort *found*, whose labels *label* returns, the one most like *text* first."""
    from difflib import SequenceMatcher  # only what was mistyped needs it

    wanted = key(text)

    def distance(each: T) -> tuple[float, str]:
        said = label(each)
        return -SequenceMatcher(None, wanted, key(said)).ratio(), said

    return sorted(found, key=distance)


def listed(texts: Collection[str]) -> str:
    """Join the first 20 of *texts*, and count the others."""
    more = len(texts) - MOST
    said = ", ".join(list(texts)[:MOST]) or "none"
    return f"{said}, and {more:,} more" if more > 0 else said


def quoted(label: str) -> str:
    """Quote *label*, naming in brackets what nobody sees or only looks like a Latin letter.

    So "New" with a no-break space behind it reads "New[no-break space]".
    """
    mixed = bool(_LATIN.search(label))
    shown = "".join(_named(char) if _deceives(char, mixed=mixed) else char for char in label)
    return f'"{_doubled_blanks(shown)}"'


def _has_width(char: str) -> bool:
    return unicodedata.category(char) != "Cf" and not _SHOW_NOTHING.match(char)


def _deceives(char: str, *, mixed: bool) -> bool:
    """Check if *char* is not what it looks like; *mixed* is whether Latin letters are beside it."""
    if char.isascii():
        return not char.isprintable()
    if not _has_width(char) or not char.isprintable():
        return True
    kind = unicodedata.category(char)[0]
    return kind in "PS" or (mixed and unicodedata.name(char, "").startswith(_LOOK_LATIN))


def _named(char: str) -> str:
    name = unicodedata.name(char, "").lower() or f"U+{ord(char):04X}"
    return f"{char if char.isprintable() and _has_width(char) else ''}[{name}]"


def _doubled_blanks(text: str) -> str:
    """Name the spaces that are doubled, or at an end."""
    return re.sub(r"^ +| {2,}| +$", lambda blanks: "[blank]" * len(blanks[0]), text)
