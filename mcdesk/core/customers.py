"""What customers hear and read: templates filled from settings, and the check that ends them.

Never the vendor's name or address, a note, a title or another stranger's text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote_plus

from mcdesk.core.wording import harmless, plain
from mcdesk.errors import Refused

_PLACEHOLDER = re.compile(r"\{(ticket|contact|company)\}")
# At the end of a company's name: its legal form, or what every desk of its kind is called.
_FORM = re.compile(
    "ab|ag|aps|as|asa|bv|co|company|corp|corporation|gmbh|inc|incorporated|kg|limited|llc|llp|lp|"
    "ltd|noc|nv|oy|pc|plc|pllc|pty|sa|sarl|soc|spa|srl|"
)
# A shorter name is found as whole words only: it occurs by chance in too many others.
_LONG = 6
_LONGEST_NAME = 60
# What may be between the letters of a name: no period in front of another letter.
_BETWEEN = re.compile(r"[ '\u2019-]|\.(?= |$)")


def names_vendor(text: str, vendor: Iterable[str], own: Iterable[str] = ()) -> str | None:
    """Find the first of the *vendor*'s names that is in *text*, by letters and digits alone.

    Case, width, accents, blanks, punctuation, company forms and URL encoding make no difference. A
    name of six letters or more is found inside words too; a shorter one, and an address, as whole
    words. The recipient's *own* names are not held against it.
    """
    allowed = [_whole(each) for each in map(_letters, own) if each]
    parts = [part for each in _decoded(text) for part in _without(allowed, plain(each))]
    for name in vendor:
        letters = _letters(_core(name))
        if "@" in name or len(letters) < _LONG:
            found = bool(letters) and any(map(_whole(letters).search, parts))
        else:
            found = any(letters in _letters(part) for part in parts)
        if found:
            return name
    return None


def without_vendor(text: str, vendor: Iterable[str], own: Iterable[str] = ()) -> str:
    """Return *text*, which a customer hears or reads; raise Refused if it names the *vendor*.

    The recipient's *own* names are not held against it.
    """
    if name := names_vendor(text, vendor, own):
        raise Refused(
            f'what the customer would read names "{name}"; nothing was sent',
            hint="check scheduling.link, scheduling.from and mail.from in config.toml",
        )
    return text


def own_name(text: str) -> str:
    """Return *text* if it can be somebody's name in a mail to them, else "".

    It comes from strangers: letters, and nothing that a mail program would make a link of.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    letters = all(unicodedata.category(char)[0] in "LM" for char in _BETWEEN.sub("", name))
    return name if letters and name[:1].isalpha() and len(name) <= _LONGEST_NAME else ""


def booking_link(template: str, values: Mapping[str, str]) -> str:
    """Fill ticket, contact and company into the link *template*, each one line, URL-encoded."""
    return _PLACEHOLDER.sub(
        lambda match: quote(harmless(values.get(match[1], "")), safe=""), template
    )


def _core(name: str) -> str:
    """Return *name* without the company forms at its end, unless it is nothing else."""
    words = name.split()
    while len(words) > 1 and _FORM.fullmatch(_letters(words[-1])):
        words.pop()
    return " ".join(words)


def _whole(letters: str) -> re.Pattern[str]:
    """Find *letters* as whole words, whatever is between them."""
    return re.compile(r"(?<![^\W_])" + r"[\W_]*".join(letters) + r"(?![^\W_])")


def _without(patterns: Iterable[re.Pattern[str]], text: str) -> list[str]:
    """Cut out of *text* what the *patterns* find, and return what is left on either side."""
    parts = [text]
    for pattern in patterns:
        parts = [rest for part in parts for rest in pattern.split(part)]
    return parts


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", plain(text)))


def _decoded(text: str) -> Iterator[str]:
    """Yield *text* as it is, and as it reads once its URL encoding is taken off, also twice."""
    for _ in range(3):
        yield text
        text = unquote_plus(text)
