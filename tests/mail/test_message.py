"""Emails as messages."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from msgspec.structs import replace

from mcdesk.core.emails import Email
from mcdesk.mail.message import message

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
EMAIL = Email(
    sender="Jane Doe <jane@example.com>",
    to="dispatch@example.net",
    reply_to="desk@example.com",
    subject="[T1] Société: Drücker \U0001f5a8 brennt, und zwar lichterloh und heute früh schon",
    text="Zeile eins\n.ein Punkt\n" + "lang " * 300 + "\n",
    ticket="T20261123.0007",
    message_id="<mcdesk.1@example.com>",
)


def test_it_survives_the_way() -> None:
    raw = message(EMAIL, NOW).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) < 999
    read = message_from_bytes(raw, policy=default)
    assert read["From"] == "Jane Doe <jane@example.com>"
    assert read["To"] == "dispatch@example.net"
    assert read["Reply-To"] == "desk@example.com"
    assert str(read["Subject"]).strip() == EMAIL.subject
    assert read["Date"].datetime == NOW
    assert read["Message-ID"] == "<mcdesk.1@example.com>"
    assert read["X-Autotask-Ticket"] == "T20261123.0007"
    assert read["Auto-Submitted"] is None
    assert read.get_content_type() == "text/plain"
    assert read.get_content().replace("\r\n", "\n") == EMAIL.text


def test_headers_of_strangers_stay_one_line() -> None:
    wicked = replace(EMAIL, subject="a\r\nBcc: x@example.com", ticket="T1\nX: y", reply_to="")
    read = message_from_bytes(message(wicked, NOW).as_bytes(), policy=default)
    assert read["Bcc"] is None
    assert read["X"] is None
    assert read["Reply-To"] is None
    assert str(read["Subject"]).strip() == "a Bcc: x@example.com"


# "Bcc: x" after a line end, as RFC 2047 writes it in two ways.
ENCODED = ("=?utf-8?q?=0d=0aBcc:_x?=", "=?utf-8?b?DQpCY2M6IHg=?=")


@pytest.mark.parametrize("word", ENCODED)
@pytest.mark.parametrize("field", ["subject", "ticket", "sender", "to", "reply_to"])
def test_what_looks_encoded_stands_for_itself(field: str, word: str) -> None:
    value = word if field in ("subject", "ticket") else f"{word} <jane@example.com>"
    raw = message(replace(EMAIL, **{field: value}), NOW).as_bytes()
    read = message_from_bytes(raw, policy=default)
    assert read["Bcc"] is None
    assert read.get_content().replace("\r\n", "\n") == EMAIL.text
