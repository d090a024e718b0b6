"""Internal notes: what may be one, its title, and whether one that is found is ours.

A note of mcdesk's is internal, always; there is no word here for any other.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from itertools import pairwise

from mcdesk.core.tickets import Note
from mcdesk.core.wording import clean

# Autotask's limits (autotask help, TicketNotesEntity), in the units of UTF-16 that its service and
# its database count in: an emoji is two.
MAX_TEXT = 32_000
MAX_TITLE = 250
_SHORT = 60
# How far before an attempt, as we know Autotask's clock, the note of it may be dated.
_EARLIER = timedelta(minutes=2)
# The share of words, or of pairs of letters, that a text has in common with one that it may be,
# altered.
_ALIKE = 0.5
# "password: letmein" at the end of a line, or "the pw is now Spring26" with a digit or sign in it.
_PASSWORD = re.compile(
    r"\b(?:pass(?:word|code|phrase|wd)?|pwd?|pin)\b['\")]*(?:"
    r"\s*[:=]\s*\S{4,}[ \t\r]*$|"
    r"(?:\s*[:=]\s*|(?:\s+(?:is|was|set|to|now))*\s+)['\"(]*(?=\S*[\d@#$%&*])\S{4,})",
    re.IGNORECASE | re.MULTILINE,
)


def too_long(text: str) -> str | None:
    """Say by how much *text* is too long for a note, None if it is not.

    Autotask stores a line end as two characters, however it was typed.
    """
    number = _units(re.sub(r"\r\n?|\n", "\r\n", text))
    if number <= MAX_TEXT:
        return None
    how = "" if number == len(text) else " (line breaks and emoji count as two)"
    return f"the note has {number:,} characters{how}; Autotask takes {MAX_TEXT:,} at most"


def shows_password(text: str) -> bool:
    """Return whether *text* looks as if it held a password, or a PIN."""
    return _PASSWORD.search(text) is not None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def title_of(text: str, title: str = "") -> str:
    """Return the note's *title*, else its first line shortened between words."""
    if title:
        units = clean(title).encode("utf-16-le", "surrogatepass")[: 2 * MAX_TITLE]
        return units.decode("utf-16-le", "ignore")
    first = next((clean(line) for line in text.splitlines() if clean(line)), "Note")
    if len(first) <= _SHORT:
        return first
    return first[:_SHORT].rsplit(" ", 1)[0] + " ..."


def filled(template: str, *, me: str, ticket: str) -> str:
    """Fill in the note of a template."""
    return template.replace("{ticket}", ticket).replace("{me}", me)


def signed(text: str, author: str) -> str:
    """Put the *author*'s name under *text*, for a note that goes out as the API user's."""
    return f"{text}\n\n{author}" if author else text


def since_attempt(note: Note, attempted: datetime | None) -> bool:
    """Return whether *note* may stem from the attempt: not more than two minutes before it.

    One without a date may: it is never posted twice.
    """
    return attempted is None or note.dated is None or note.at >= attempted - _EARLIER


def same_text(found: str, text: str, author: str) -> bool:
    """Return whether *found* is *text*, with or without the signature.

    By letters and digits alone: Autotask changes line ends, blanks and some punctuation. A text
    without any is compared as it is, blanks aside.
    """
    fold = _letters if _letters(text) else _without_blanks
    return fold(found) in {fold(text), fold(signed(text, author))}


def alike(found: str, text: str) -> bool:
    """Return whether *found* may be *text*, altered or cut.

    Half of the words of the shorter are enough, or half of all pairs of letters: a few words may
    each lack an accent. One without any words may be anything, so only a person can say. So it is
    if *found* was written as HTML, or its bytes were read as Western European ones.
    """
    return any(_alike(reading, text) for reading in _readings(found))


def _readings(found: str) -> Iterator[str]:
    yield found
    yield unescape(unescape(found))
    for encoding in ("latin-1", "cp1252"):
        read = found.encode(encoding, "ignore")
        meant = read.decode("utf-8", "ignore")
        if len(read) > len(found) / 2 and _letters(meant):
            yield meant


def _alike(found: str, text: str) -> bool:
    ours, theirs = set(_words(text)), set(_words(found))
    if len(ours & theirs) >= min(len(ours), len(theirs)) * _ALIKE:
        return True
    pairs, others = _pairs(text), _pairs(found)
    return 2 * (pairs & others).total() >= (pairs.total() + others.total()) * _ALIKE


def _letters(text: str) -> str:
    return "".join(_words(text))


def _pairs(text: str) -> Counter[tuple[str, str]]:
    return Counter(pairwise(_letters(text)))


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
