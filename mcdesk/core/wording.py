"""Text from strangers made harmless, and times in a technician's words.

Ticket titles, notes, names and addresses come out of strangers' emails: no control character,
escape sequence or bidirectional override of theirs may reach a terminal.
"""

import codecs
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from mcdesk.errors import UsageProblem

# ECMA-48: OSC, DCS, SOS, PM and APC strings up to their end (or the line's), CSI sequences, and
# the two-character escapes; each with the one-character C1 form of its introducer.
_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c|$)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
)
_ODD = re.compile(r"[^ -~]")
# Format characters that words of some scripts and emoji need: joiner and non-joiner.
_NEEDED = {"\u200c", "\u200d"}
_DURATION = re.compile(r"(?:(\d{1,6})h)?\s*(?:(\d{1,6})m?)?", re.IGNORECASE | re.ASCII)
_BACK = re.compile(r"(\d{1,4})([wdhm])", re.IGNORECASE | re.ASCII)
_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
}


def clean(text: str) -> str:
    """Make *text* one harmless line: no escapes, no control or bidi characters, blanks folded."""
    return " ".join(harmless(text).split())


def plain(text: str) -> str:
    """Return *text* without case, width and accents, to be compared."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in apart if not unicodedata.combining(char))


def gist(text: str, most: int) -> str:
    """Make *text* one harmless line of at most *most* characters, cut between words if it can."""
    line = clean(text)
    if len(line) <= most:
        return line
    cut = line[: most - 3]
    return f"{cut.rpartition(' ')[0] or cut}..."


def clean_block(text: str) -> str:
    """Make *text* harmless but keep its lines, without the blank ones at the ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(harmless(line).rstrip() for line in lines).strip("\n")


def harmless(text: str) -> str:
    """Take out of *text* what could act on a terminal, and turn line ends and tabs into blanks."""
    if text.isascii() and text.isprintable():
        return text
    return _ODD.sub(lambda odd: _character(odd[0]), _ESCAPES.sub("", text))


def writable(text: str) -> str:
    """Make *text* one that every file and request can hold: no NUL, and whole characters only.

    What a shell passed on in another encoding comes as halves (surrogates); they become U+FFFD.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")


def decoded(raw: bytes, *, likely: str) -> str:
    """Read *raw* as UTF-16 if its mark says so, else as UTF-8, else as *likely*.

    Shells and editors on Windows write all three; what is none of them becomes U+FFFD.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode(likely, "replace")


def is_line(text: str) -> bool:
    """Find out whether *text* is one line that no blank begins or ends; "" is one."""
    return text.isprintable() and text == text.strip()


def is_name(text: str) -> bool:
    """Find out whether *text* is one line with something on it."""
    return bool(text) and is_line(text)


def _character(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else " "
    category = unicodedata.category(char)
    if category in {"Zl", "Zp", "Cc"}:
        return " "
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category == "Cf" and char not in _NEEDED else char


def span(amount: timedelta) -> str:
    """Write *amount* as hours and whole minutes: "1h 35m", "12m"."""
    hours, minutes = divmod(amount // timedelta(minutes=1), 60)
    return f"{hours}h {minutes:02}m" if hours else f"{minutes}m"


def age(amount: timedelta) -> str:
    """Write how old something is, in its largest unit: "8 days", "3 hours", "5 minutes"."""
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if amount >= length:
            return counted(amount // length, unit)
    return counted(amount // timedelta(minutes=1), "minute")


def short_age(amount: timedelta) -> str:
    """Write how old something is in a few cells: "8d", "3h", "5m"."""
    for unit in "dh":
        if amount >= _UNITS[unit]:
            return f"{amount // _UNITS[unit]}{unit}"
    return f"{max(amount, timedelta(0)) // _UNITS['m']}m"


def counted(number: int, noun: str) -> str:
    """Write *number* of *noun*: "1 ticket", "2,000 tickets"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def parse_span(text: str) -> timedelta:
    """Read a length of time such as "90m", "1h30m", "2h" or "90" (minutes)."""
    match = _DURATION.fullmatch(text.strip())
    if not text.strip() or not match:
        raise UsageProblem(f'"{text}" is not a length of time', hint="write it as 90m, 2h or 1h30m")
    return timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))


def parse_back(text: str) -> timedelta:
    """Read how far to look back: "7d", "12h", "90m", "4w"."""
    match = _BACK.fullmatch(text.strip())
    if not match:
        raise UsageProblem(f'"{text}" is not a length of time', hint="write it as 7d, 12h or 4w")
    return int(match[1]) * _UNITS[match[2].lower()]


def whole_second(moment: datetime) -> datetime:
    """Return *moment* without the part of a second.

    Told of ten thousands: that is a third of what `replace` takes.
    """
    return moment - _part_of_a_second(moment.microsecond)


@lru_cache(1000)
def _part_of_a_second(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


def instant(moment: datetime) -> str:
    """Write *moment* for scripts: RFC 3339 in UTC, whole seconds."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat()[:19] + "Z"
