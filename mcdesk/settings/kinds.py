"""The kinds of values that settings have: a type, and what a value must be besides.

A check only accepts or refuses; it never repairs what somebody wrote.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any

from msgspec import Struct

from mcdesk.core.addresses import ADDRESS, DOMAIN, is_address, is_phone
from mcdesk.core.hosts import ZONE_WORDS, is_private_url, is_zone_url
from mcdesk.core.wording import is_line, is_name

_NAME = r"\"[^\"\\]+\"|[^\W_][\w .'&/+-]*"
_MAILBOX = rf"(?:{_NAME}) *<(?a:{ADDRESS})>|(?a:{ADDRESS})"
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"

# Each compiled when a file first says such a value.
is_span = partial(re.fullmatch, rf"{_CLOCK}-(?:{_CLOCK}|24:00)", flags=re.A)
is_host = partial(re.fullmatch, rf"{DOMAIN}|[0-9a-f]*:[0-9a-f:.]+", flags=re.I | re.A)
is_locale = partial(re.fullmatch, r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", flags=re.I | re.A)
is_guid = partial(re.fullmatch, r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", flags=re.I | re.A)


class Demand(Struct, frozen=True):
    """What a value of the right type must be: *words* for the error, *holds* for the check."""

    words: str
    holds: Callable[[Any], object]


def _optional(words: str, holds: Callable[[str], object]) -> Demand:
    """Build the demand on a text that may also stay empty."""
    return Demand(f'{words}, or ""', lambda text: text == "" or holds(text))


def is_block(text: str) -> bool:
    """Find out whether *text* is free of control characters but for line ends and tabs."""
    return all(char.isprintable() or char in "\n\t" for char in text)


def is_mailbox(text: str) -> bool:
    """Find out whether *text* is a mailbox that all mail libraries read alike (RFC 5322, 3.4)."""
    return text.isprintable() and re.fullmatch(_MAILBOX, text, re.I) is not None


def is_command(argv: tuple[str, ...]) -> bool:
    """Find out whether *argv* can be run; no command at all is fine."""
    return not argv or (bool(argv[0].strip()) and not any("\0" in word for word in argv))


def is_link(text: str) -> bool:
    """Find out whether *text* is a safe web address; no placeholder can stand in its host."""
    return text.isprintable() and is_private_url(text)


_LINE = Demand("text on one line, without spaces around it", is_line)
_NAMES = Demand(
    "a list of texts, none empty or with spaces around it", lambda texts: all(map(is_name, texts))
)
_MAIL_WORDS = "an email address such as jane@example.com"
_AT_LEAST_1 = Demand("a whole number of at least 1", lambda number: number >= 1)
# Longer than this no calendar of opening hours looks back.
_A_YEAR = Demand("at most 525600 minutes (a year)", lambda number: number <= 525_600)

Line = Annotated[str, _LINE]
Name = Annotated[str, Demand("text on one line, not empty, no spaces around it", is_name)]
Block = Annotated[str, Demand("text without control characters", is_block)]
Names = Annotated[tuple[str, ...], _NAMES]
SomeNames = Annotated[tuple[str, ...], _NAMES, Demand("a list of at least one text", len)]
Command = Annotated[
    tuple[str, ...], Demand("a list of texts: a program and its arguments", is_command)
]
Flag = Annotated[bool, Demand("true or false", lambda _: True)]
Count = Annotated[int, _AT_LEAST_1]
Minutes = Annotated[int, _AT_LEAST_1, _A_YEAR]
DayMinutes = Annotated[
    int, Demand("a whole number from 0 to 1440 (a day)", lambda number: 0 <= number <= 1440)
]
Port = Annotated[int, Demand("a whole number from 1 to 65535", lambda number: 1 <= number <= 65535)]
Spans = Annotated[
    tuple[str, ...],
    Demand(
        'a list of times such as ["09:00-12:30", "13:00-24:00"]',
        lambda texts: all(map(is_span, texts)),
    ),
]
Dates = Annotated[
    tuple[date, ...], Demand("a list of dates such as [2026-12-24], unquoted", lambda _: True)
]
Address = Annotated[str, Demand(_MAIL_WORDS, is_address)]
OptionalAddress = Annotated[str, _optional(_MAIL_WORDS, is_address)]
OptionalMailbox = Annotated[
    str, _optional('"Name <name@example.com>" or name@example.com', is_mailbox)
]
Phone = Annotated[str, Demand("a phone number of 7 to 15 digits", is_phone)]
OptionalZoneUrl = Annotated[str, _optional(ZONE_WORDS, is_zone_url)]
OptionalLink = Annotated[str, _optional("an https address (http only on this computer)", is_link)]
OptionalHost = Annotated[str, _optional("the name or address of a host", is_host)]
OptionalTenant = Annotated[str, _optional("a tenant's domain or id", is_host)]
OptionalLocale = Annotated[str, _optional("a language and country such as en-US", is_locale)]
OptionalGuid = Annotated[
    str, _optional("an id such as 00000000-0000-0000-0000-000000000000", is_guid)
]
