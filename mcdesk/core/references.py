"""Which ticket somebody means: an id, a ticket number, or a link pasted from the browser.

Anything else is refused with what is accepted; no id is ever guessed from another page's link.
Which ticket of the last week a short reference (.7) means, Autotask has to be asked.
"""

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlsplit

from mcdesk.core.hosts import is_autotask_host
from mcdesk.errors import UsageProblem

ACCEPTED = (
    "use a ticket's id (7841), number (T20261123.0007) or Autotask link; .7 is this week's ticket "
    "that ends in .0007"
)
# Tenants may choose another prefix letter; a third part belongs to tickets of a series.
_NUMBER = re.compile(r"([A-Z]*)(\d{8}\.\d{3,}(?:\.\d+)?)", re.IGNORECASE | re.ASCII)
_ID = re.compile(r"\d{1,18}", re.ASCII)
_SHORT = re.compile(r"\.0*([1-9]\d{0,5})", re.ASCII)
_ZEROS = re.compile(r"0+([1-9]\d{0,5})", re.ASCII)
_LINK = re.compile(r"https?:|[^/\s]+\.autotask\.net(:|/|$)", re.IGNORECASE)
_PAGES = ("/executecommand.aspx", "/ticketdetail.mvc")


class TicketById(NamedTuple):
    """A ticket by Autotask's own id."""

    id: int

    def __str__(self) -> str:
        """Write it as the technician typed it."""
        return str(self.id)


class TicketByNumber(NamedTuple):
    """A ticket by the number people quote; *spellings* are how Autotask may write it."""

    spellings: tuple[str, ...]

    def __str__(self) -> str:
        """Return the usual spelling."""
        return self.spellings[0]


Reference = TicketById | TicketByNumber


def parse_reference(text: str) -> Reference:
    """Read *text* as a ticket reference; raise UsageProblem saying what is accepted."""
    text = text.strip()
    if (meant := without_zeros(text)) is not None:
        raise UsageProblem(
            f'"{text}" may be the id {meant} or the number that ends in {ending(meant)}',
            hint=f"type {meant} for the id, .{meant} for the ticket of this week",
        )
    return _from_link(text) if _LINK.match(text) else _from_word(text)


def parse_short(text: str) -> int | None:
    """Read *text* as a short reference, .7 or .0007; None for anything else."""
    match = _SHORT.fullmatch(text.strip())
    return int(match[1]) if match else None


def without_zeros(text: str) -> int | None:
    """Return what *text* may mean that is digits after zeros; None for anything else.

    Nobody types an id like that: it is the end of a ticket number, more likely.
    """
    match = _ZEROS.fullmatch(text.strip())
    return int(match[1]) if match else None


def ending(short: int) -> str:
    """Return what the numbers that the reference *short* means end in: ".0007" for 7."""
    return f".{short:04}"


def number_part(text: str) -> str:
    """Return the part of a ticket number that *text* is, the letters in front left out; or ""."""
    if (short := parse_short(text)) is not None:
        return ending(short)
    match = _NUMBER.fullmatch(text)
    return match[2] if match else ""


def host_of(text: str) -> str | None:
    """Return the host of a link to a ticket, in lower case; None for an id or a number."""
    text = text.strip()
    return _address(text).hostname if _LINK.match(text) else None


def is_number(text: str) -> bool:
    """Find out whether *text* is a ticket number, letters in front included, and nothing else."""
    return _NUMBER.fullmatch(text) is not None


def _from_word(text: str) -> Reference:
    if _ID.fullmatch(text):
        return TicketById(int(text))
    if match := _NUMBER.fullmatch(text):
        prefix, digits = match[1].upper(), match[2]
        return TicketByNumber((prefix + digits,) if prefix else ("T" + digits, digits))
    raise UsageProblem(f'"{text}" is not a ticket', hint=ACCEPTED)


def _from_link(text: str) -> Reference:
    """Read either link form of the Autotask help, UsingExecuteCommandAPI, or the ticket page's."""
    link = _address(text)
    if not is_autotask_host(link.hostname or ""):
        raise UsageProblem(f'"{text}" is not a link to Autotask', hint=ACCEPTED)
    query = {name.casefold(): value for name, value in parse_qsl(link.query)}
    is_ticket_page = link.path.casefold().endswith(_PAGES)
    if not is_ticket_page or query.get("code", "openticketdetail").casefold() != "openticketdetail":
        raise UsageProblem("that link opens another Autotask page, not a ticket", hint=ACCEPTED)
    reference = query.get("ticketid") or query.get("ticketnumber")
    if not reference:
        raise UsageProblem(
            "that link lost its ticket id",
            hint="put the link in quotes: otherwise the shell cuts it off at & or ?",
        )
    return _from_word(reference.strip())


def _address(text: str) -> SplitResult:
    """Split a link, which browsers show without the https."""
    link = text if "//" in text else f"https://{text}"
    try:
        return urlsplit(link)
    except ValueError as error:
        raise UsageProblem(f'"{link}" is not a link', hint=ACCEPTED) from error
