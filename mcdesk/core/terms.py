"""What somebody looks for: words, phone numbers and ticket numbers, and where they are found.

Autotask is asked for what may match; whether it does is decided here: words without case and
accents, phone numbers by their digits.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec import Struct

from mcdesk.core.references import number_part
from mcdesk.core.wording import clean, plain, writable
from mcdesk.errors import UsageProblem

# Shorter runs of digits are in every number.
_FEWEST_DIGITS = 3
# From so many digits on it is a whole phone number, of which the last seven to ten decide.
_LOCAL, _NATIONAL, _LONGEST = 7, 10, 15
# How the numbers are asked for: what stands between the last digits of one, nobody knows.
_ASKED_DIGITS = 4
_PHONE = re.compile(r"[\d\s()+./-]+", re.ASCII)
_EXTENSION = re.compile(r"(?:x|ext|#).*", re.IGNORECASE)
_DAY_AND_NUMBER = re.compile(r"(20\d{6})(\d{4})", re.ASCII)


class Term(Struct, frozen=True):
    """One thing that has to be found: a *word*, and what it is if it is a number as well.

    *digits* are those of a phone number, *number* a part of a ticket number; "" for none.
    """

    word: str
    digits: str = ""
    number: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """How the word may be written in Autotask: as it was typed, and without accents."""
        return tuple(dict.fromkeys((self.word, plain(self.word))))[: 1 + (not self.word.isascii())]

    @property
    def last_digits(self) -> str:
        """The digits that phone numbers are asked for by, "" for none."""
        return self.digits[-_ASKED_DIGITS:]

    def in_texts(self, *texts: str) -> bool:
        """Check if the word is in one of *texts*, whatever their case and accents."""
        wanted = plain(self.word)
        return any(wanted in plain(text) for text in texts)

    def in_phones(self, *phones: str) -> bool:
        """Check if one of *phones*, however they are written, has the digits."""
        return bool(self.digits) and any(_rings(self.digits, phone) for phone in phones)


def terms_of(words: Iterable[str]) -> list[Term]:
    """Read the *words* of a search, each once; raise UsageProblem for none.

    Digits that are written apart are one phone number if it begins with + or a bracket, or if
    nothing else is looked for.
    """
    typed = [word for word in clean(writable(" ".join(words))).split() if _says_something(word)]
    if not typed:
        raise UsageProblem(
            "what are you looking for?", hint="mcdesk find NAME, COMPANY, PHONE or words"
        )
    found: list[Term] = []
    for numeric, run in groupby(typed, _is_phone):
        several = list(run)
        if numeric and _is_one_phone(several, alone=len(several) == len(typed)):
            several = [" ".join(several)]
        found += map(_term, several)
    return list(dict.fromkeys(found))


def _term(word: str) -> Term:
    if number := number_part(word):
        return Term(word, number=number)
    digits = _digits(word) if _is_phone(word) else ""
    if len(digits) < _FEWEST_DIGITS:
        return Term(word)
    return Term(word, digits, _DAY_AND_NUMBER.sub(r"\1.\2", digits))


def _says_something(word: str) -> bool:
    return any(map(str.isalnum, word))


def _is_phone(word: str) -> bool:
    """Find out whether *word* may be a phone number, or a part of one."""
    return _PHONE.fullmatch(word) is not None and not number_part(word)


def _is_one_phone(parts: Sequence[str], *, alone: bool) -> bool:
    begun = parts[0].startswith(("+", "("))
    return (begun or alone) and _LOCAL <= len(_digits("".join(parts))) <= _LONGEST


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text, flags=re.ASCII)


def _rings(typed: str, phone: str) -> bool:
    """Check if the digits *typed* are a part of *phone*, or all that decides of a whole one."""
    if len(typed) < _LOCAL:
        return typed in _digits(phone)
    wanted, known = (_national(each) for each in (typed, _digits(_EXTENSION.sub("", phone))))
    length = min(len(wanted), len(known), _NATIONAL)
    return length >= _LOCAL and wanted[-length:] == known[-length:]


def _national(digits: str) -> str:
    """Return *digits* without the 1 before a number of North America."""
    return digits[1:] if len(digits) == _NATIONAL + 1 and digits.startswith("1") else digits
