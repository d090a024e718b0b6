"""Crash reports: no secret is left in any form that a traceback may quote it in."""

import base64
import json
import pprint
from collections.abc import Callable
from html import escape
from textwrap import fill
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.credentials.redaction import proxy_logins, redacted

SECRETS = [
    "hunter2",
    "p$'\"~\\x",
    "c$#~*d wörd",
    "Zm9v/bar+baz==",
    "-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END",
    "https://hooks.slack.example/services/T0/B0/abcDEF",
    "".join(chr(48 + i * i % 75) for i in range(200)),
    "日本語の秘密",
    "tab\there\x7f",
]
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON as it is": lambda secret: json.dumps(secret, ensure_ascii=False),
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "repr": repr,
    "repr of repr": lambda secret: repr(repr(secret)),
    "ascii": ascii,
    "bytes": lambda secret: repr(secret.encode()),
    "URL": quote,
    "URL whole": lambda secret: quote(secret, safe=""),
    "URL in small letters": lambda secret: quote(secret, safe="").replace("%2F", "%2f"),
    "form": quote_plus,
    "HTML": escape,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 of URLs": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "Basic": lambda secret: base64.b64encode(f"api@x:{secret}".encode()).decode(),
    "Basic, another": lambda secret: base64.b64encode(f"me:{secret}".encode()).decode(),
    "AUTH PLAIN": lambda secret: base64.b64encode(f"\0jane\0{secret}".encode()).decode(),
    "in a longer text": lambda secret: base64.b64encode(f"x{secret}yz".encode()).decode(),
    "hex": lambda secret: secret.encode().hex(),
    "HEX": lambda secret: secret.encode().hex().upper(),
    "hex of a dump": lambda secret: secret.encode().hex(" "),
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("form", FORMS)
def test_no_form_is_left(form: str, secret: str) -> None:
    written = FORMS[form](secret)
    text = f"it broke with {written} at the end"
    left = redacted(text, [secret, "another"])
    assert "[secret]" in left
    assert left.startswith("it broke with ")
    assert left.endswith("at the end")
    for size in (6, 8):
        for start in range(0, max(1, len(written) - size), size):
            piece = written[start : start + size]
            assert len(piece) < size or piece not in left or piece in "it broke with  at the end"


# One that is mostly quotation marks is found whole alone.
@pytest.mark.parametrize(
    "secret", [secret for secret in SECRETS if " " not in secret and "'" not in secret]
)
def test_nor_one_that_is_broken_over_lines(secret: str) -> None:
    for width in (6, 11):
        cut = [secret[i : i + width] for i in range(0, len(secret), width)]
        for seam in ("\n", "\r\n", "\n    ", '"\n    "', "' '", "\\n", "\\\n"):
            left = redacted(f"<<{seam.join(cut)}>>", [secret])
            assert left == "<<[secret]>>", (seam, left)


def test_nor_one_that_python_prints_in_pieces() -> None:
    secret = " ".join(f"word{n}" for n in range(60))
    left = redacted(pprint.pformat({"a": secret}, width=40), [secret])
    assert "word" not in left
    assert "word" not in redacted(fill(secret, 40), [secret])


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=6, max_size=40))
def test_whatever_the_secret_is(secret: str) -> None:
    for form in ("JSON", "repr", "URL whole", "bytes"):
        assert FORMS[form](secret) not in redacted(f"x {FORMS[form](secret)} y", [secret])


def test_what_is_no_secret_stays() -> None:
    text = 'File "mcdesk/slack.py", line 7, in post\n  basic facts of bearer tokens\nKeyError: 5'
    assert redacted(text, ["hunter2", "s3cret", ""]) == text


def test_tokens_of_headers_that_nobody_has_told_us() -> None:
    token = "eyJ0eXAiOiJKV1Qi.abc.def"
    assert redacted(f"{{'Authorization': 'Bearer {token}'}}", []) == (
        "{'Authorization': 'Bearer [secret]'}"
    )


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "Http_Proxy"])
@pytest.mark.parametrize(
    "value",
    [
        "http://jane:hunter2@proxy.example:3128",
        "socks5h://jane:hunter2@proxy.example",
        "jane:hunter2@proxy.example:3128",
        "http:/jane:hunter2@proxy.example",
        "http://jane:hunt%65r2@proxy.example",
        "http://msp\\jane:hunter2@[::1",
        "http://jane:hunter2@proxy example/",
    ],
)
def test_passwords_of_proxies(name: str, value: str) -> None:
    environ = {name: value, "PATH": "/usr/bin:/x@y"}
    left = redacted(f"Invalid URL: {value!r}, password hunter2", proxy_logins(environ))
    assert "hunter2" not in left
    assert "hunt%65r2" not in left
    assert "password" in left


def test_a_proxy_without_a_login_hides_nothing() -> None:
    assert not [*filter(None, proxy_logins({"HTTPS_PROXY": "http://proxy.example:3128"}))]
