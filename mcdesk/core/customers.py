"""What customers hear and read: templates filled from settings, and the check that ends them.

Never the vendor's name or address, a note, a title or another stranger's text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote, unquote_plus

from mcdesk.errors import Refused

_PLACEHOLDER = re.compile(r"\{(ticket|contact|company)\}")


def names_vendor(text: str, vendor: Iterable[str]) -> str | None:
    """Find the first of the *vendor*'s names that stands in *text* as whole words.

    Case, width, URL encoding and what separates the words make no difference. Words that are run
    together, as in a domain, may have more behind them.
    """
    readings = [_folded(each) for each in _decoded(text)]
    named = [(name, re.findall(r"[^\W_]+", _folded(name))) for name in vendor]
    for pattern in (_apart, _together):
        for name, words in named:
            if words and any(map(pattern(words).search, readings)):
                return name
    return None


def without_vendor(text: str, vendor: Iterable[str]) -> str:
    """Return *text*, which a customer hears or reads; raise Refused if it names the *vendor*."""
    if name := names_vendor(text, vendor):
        raise Refused(
            f'what the customer would read names "{name}"; nothing was sent',
            hint="look at scheduling.link, scheduling.from and mail.from in config.toml",
        )
    return text


def booking_link(template: str, values: Mapping[str, str]) -> str:
    """Fill ticket, contact and company into the link *template*, each URL-encoded whole."""
    return _PLACEHOLDER.sub(lambda match: quote(values.get(match[1], ""), safe=""), template)


def _apart(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])" + r"[\W_]+".join(words) + r"(?![^\W_])")


def _together(words: Sequence[str]) -> re.Pattern[str]:
    """Find the words without anything between them; a word alone only as it is."""
    return re.compile(r"(?<![^\W_])" + "".join(words)) if len(words) > 1 else _apart(words)


def _decoded(text: str) -> Iterator[str]:
    """Yield *text* as it is, and as it reads once its URL encoding is taken off, also twice."""
    for _ in range(3):
        yield text
        text = unquote_plus(text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
