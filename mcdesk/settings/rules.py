"""What values of settings must be: checks, each to be joined with the words that an error needs.

A check only accepts or refuses; it never repairs what somebody wrote.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from string import digits
from typing import Any

from mcdesk.core.hosts import is_private_url

# RFC 5322, 3.2.3 and 3.4.1: a dot-atom at a domain; and, as mail headers have it, a name before it.
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{_DOMAIN}"
_NAME = r"\"[^\"\\]+\"|[^\W_][\w .'&/+-]*"
_MAILBOX = re.compile(rf"(?:{_NAME}) *<(?a:{_ADDRESS})>|(?a:{_ADDRESS})", re.I)
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"

is_address = re.compile(_ADDRESS, re.I | re.A).fullmatch
is_span = re.compile(rf"{_CLOCK}-(?:{_CLOCK}|24:00)", re.A).fullmatch
is_host = re.compile(rf"{_DOMAIN}|[0-9a-f]*:[0-9a-f:.]+", re.I | re.A).fullmatch
is_guid = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I | re.A).fullmatch
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value of the right type must be: *words* for the error, *holds* for the check."""

    words: str
    holds: Callable[[Any], object]

    def or_empty(self) -> "Rule":
        """Give the same rule for a text that may also stay empty."""
        return Rule(f'{self.words}, or ""', lambda text: text == "" or self.holds(text))


def placeholders(text: str) -> list[str]:
    """List the names in {braces} in *text*, in order."""
    return _PLACEHOLDER.findall(text)


def blanked(text: str, *, by: str) -> str:
    """Put *by* in the place of every {placeholder} of *text*."""
    return _PLACEHOLDER.sub(lambda _: by, text)


def foreign(text: str, allowed: Iterable[str]) -> list[str]:
    """List what *text* has in braces, or as a lone brace, that is not *allowed*."""
    lone = [char for char in blanked(text, by="") if char in "{}"]
    return [f"{{{name}}}" for name in placeholders(text) if name not in allowed] + lone


def is_line(text: str) -> bool:
    """Tell whether *text* is one line that no blank begins or ends; "" is one."""
    return text.isprintable() and text == text.strip()


def is_name(text: str) -> bool:
    """Tell whether *text* is one line with something on it."""
    return bool(text) and is_line(text)


def are_names(texts: Iterable[str]) -> bool:
    """Tell whether each of *texts* is one line with something on it."""
    return all(map(is_name, texts))


def is_block(text: str) -> bool:
    """Tell whether *text* is free of control characters but for line ends and tabs."""
    return all(char.isprintable() or char in "\n\t" for char in text)


def is_mailbox(text: str) -> bool:
    """Tell whether *text* is one mailbox that every mail library reads alike (RFC 5322, 3.4)."""
    return text.isprintable() and _MAILBOX.fullmatch(text) is not None


def is_command(argv: tuple[str, ...]) -> bool:
    """Tell whether *argv* can be run; no command at all is fine."""
    return not argv or (bool(argv[0].strip()) and not any("\0" in word for word in argv))


def is_phone(text: str) -> bool:
    """Tell whether *text* can be dialled: E.164 has up to 15 digits, extensions set aside."""
    return set(text) <= set(digits + "+()-./ ") and 7 <= sum(map(str.isdigit, text)) <= 15


def is_link(text: str) -> bool:
    """Tell whether *text* is a safe web address; no placeholder can stand in its host."""
    return text.isprintable() and is_private_url(text)


def within(least: int, most: int) -> Callable[[int], bool]:
    """Make the check that a number lies from *least* to *most*, both included."""
    return lambda number: least <= number <= most
