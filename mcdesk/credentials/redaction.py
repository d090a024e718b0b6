"""Take secrets out of a text that somebody is to send around, in every form that they may have.

A traceback quotes headers, addresses, JSON and lists: there a secret is encoded, escaped, or
broken over lines.
"""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from urllib.parse import quote, quote_plus, unquote

_REPLACED = "[secret]"
# Shorter forms occur in every text by chance.
_SHORTEST = 5
# What may be between the pieces of a text that was broken or escaped; it may be part of it as well.
_SEAM = re.compile(r"(?:\\+[rn]|[\s\"'\\])+")
_IN_BASE64 = frozenset(f"{ascii_letters}{digits}+/=_-")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_HEADER = re.compile(r"\b(bearer|basic)(\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_LOGIN = re.compile(r"(?:[a-z0-9+.-]+:/*)?(.*)@", re.IGNORECASE | re.DOTALL)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return *text* without any of the *secrets*, in whatever form."""
    known = sorted(filter(None, secrets), key=len, reverse=True)  # one may hold another
    plain = {form for secret in known for form in _escaped(secret)}
    for form in (*known, *sorted(plain, key=len, reverse=True)):
        text = text.replace(form, _REPLACED)
    squeezed, places = _squeezed(text)

    def spans_of(forms: Iterable[str]) -> Iterator[tuple[int, int]]:
        for form in forms:
            for start, end in _found(_squeezed(form)[0], squeezed):
                yield places[start], places[end - 1] + 1

    encoded = {form for secret in known for form in _in_base64(secret)}
    spans = [*spans_of(plain), *(_whole_token(text, span) for span in spans_of(encoded))]
    for start, end in reversed(_merged(spans)):
        text = text[:start] + _REPLACED + text[end:]
    return _HEADER.sub(rf"\1\2{_REPLACED}", text)


def proxy_logins(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the logins and passwords in the proxy variables of *environ*, malformed ones too."""
    for name, value in environ.items():
        if name.casefold().endswith("_proxy") and (found := _LOGIN.match(value)):
            for part in (found[1], found[1].partition(":")[2]):
                yield from (part, unquote(part))


def _escaped(secret: str) -> set[str]:
    """Return *secret* as it appears in strings, JSON, addresses, pages and dumps."""
    raw = secret.encode("utf-8", "surrogatepass")
    once = [
        *(secret, escape(secret), quote(raw), quote(raw, safe=""), quote_plus(raw)),
        *(json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]),
        *(repr(secret)[1:-1], ascii(secret)[1:-1], repr(raw)[2:-1]),
        *(raw.hex(), raw.hex(" "), raw.hex(":")),
    ]
    twice = [quoted(form)[1:-1] for form in once for quoted in (json.dumps, repr)]
    return {form for form in (*once, *twice) if len(form) >= _SHORTEST}


def _in_base64(secret: str) -> set[str]:
    """Return what of *secret* is the same in base64 whatever comes before it, such as "name:"."""
    raw, forms = secret.encode("utf-8", "surrogatepass"), set()
    for before in range(3):
        # The groups at both ends hold bits of the neighbors as well.
        first, last = -(-before * 4 // 3), (before + len(raw)) * 4 // 3
        for encode in (b64encode, urlsafe_b64encode):
            forms.add(encode(b"\0" * before + raw).decode()[first:last])
    return forms


def _squeezed(text: str) -> tuple[str, Sequence[int]]:
    """Return *text* in small letters without its seams, and where each character stood."""
    places: list[int] = []
    at = 0
    for seam in _SEAM.finditer(text):
        places += range(at, seam.start())
        at = seam.end()
    places += range(at, len(text))
    return "".join(text[place] for place in places).translate(_LOWER), places


def _found(form: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where *form* begins and ends in *text*; one that is too short is not looked for."""
    at = text.find(form) if len(form) >= _SHORTEST else -1
    while at >= 0:
        yield at, at + len(form)
        at = text.find(form, at + 1)


def _whole_token(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return *span* with what is around it in the same piece of base64."""
    start, end = span
    while start > 0 and text[start - 1] in _IN_BASE64:
        start -= 1
    while end < len(text) and text[end] in _IN_BASE64:
        end += 1
    return start, end


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged
