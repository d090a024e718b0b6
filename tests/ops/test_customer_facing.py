"""Whatever the settings say and strangers are called: no customer reads the vendor's name."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mcdesk.core.callscript import Words, script
from mcdesk.core.emails import Email, TicketFacts
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.steps import MailStep
from mcdesk.errors import DeskError, Refused
from mcdesk.mail.customers import for_customers, new_message_id
from mcdesk.mail.message import message
from mcdesk.ops.link import with_booking
from mcdesk.settings.reading import parsed, read
from mcdesk.settings.spot import Spot

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
WORDS = st.sampled_from(
    [
        "Mission",
        "Control",
        "mission-control",
        "Help",
        "Desk",
        "Acme",
        "IT",
        "MC",
        "Ticket",
        "X Autotask",
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
STRANGERS = st.one_of(NAMES, st.text(max_size=30))


@given(
    vendor=NAMES,
    customer_name=NAMES,
    sender=NAMES,
    link=st.sampled_from(
        [
            "https://b.example.com/{ticket}",
            "https://b.example.com/mission-control?{company}{contact}",
        ]
    ),
    company=STRANGERS,
    contact=STRANGERS,
    note=STRANGERS,
    title=STRANGERS,
)
def test_no_customer_reads_or_hears_what_is_not_for_them(
    vendor: str,
    customer_name: str,
    sender: str,
    link: str,
    company: str,
    contact: str,
    note: str,
    title: str,
) -> None:
    text = "".join(
        f"[{table}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
        for table, keys in {
            "mc": {"name": vendor, "customer_name": customer_name},
            "mail": {"from": f'"{sender}" <desk@example.com>'},
            "scheduling": {"link": link},
        }.items()
    )
    try:
        at = Spot(Path("config.toml"))
        settings = read(parsed(text, at), at)
        said = script(
            Words(
                settings.mc.phone,
                settings.mc.customer_name,
                settings.mc.name,
                settings.mc.dispatch_email,
            )
        ).say
        facts = TicketFacts(
            "T20261123.0007", f"a stranger's {title}", company, "High", contact, "https://x"
        )
        operation = _operation(f"a stranger's {note}", f"a stranger's {title}")
        mail = with_booking(operation, settings, facts).mail
    except DeskError:
        return  # refused, by the settings or by the last look
    assert mail
    assert mail.email
    raw = message(mail.email, NOW).as_bytes()
    for each in [*said, *as_read(raw)]:
        assert not heard(vendor, each)
        assert "a stranger's" not in each
    assert b"mcdesk" not in raw.lower().partition(b"\r\n\r\n")[0]


def heard(name: str, text: str) -> bool:
    """Check if *text* names the vendor, by other means than the guard's: letter by letter."""
    letters, said = bare(name), bare(unquote_plus(text))
    if len(letters) >= 6:
        return letters in said
    words = [bare(word) for word in re.split(r"[\W_]+", text)]
    runs = range(1, len(letters) + 1)
    return any(
        "".join(words[start : start + run]) == letters
        for start in range(len(words))
        for run in runs
    )


def bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def as_read(raw: bytes) -> Iterator[str]:
    """Yield what a customer reads of a mail, but for their own address and what chance made."""
    mail = message_from_bytes(raw, policy=default)
    yield mail.get_content()
    for name, value in mail.items():
        if name == "Message-ID":
            yield value.partition("@")[2]
        elif name in ("From", "Reply-To", "Subject"):
            yield value
        elif name != "To":
            yield f"{name}: {value}"


EMAIL = Email(
    sender="Acme Desk <desk@example.com>",
    to="user@example.org",
    reply_to="",
    subject="Choose a time",
    text="Hello",
    ticket="T20261123.0007",
    message_id=f"<{'0a' * 16}@example.com>",
)


@pytest.mark.parametrize(
    "vendor",
    [
        *("MC Desk", "mcdesk", "M.C. Desk Inc.", "Message Version", "Mission Control"),
        *("Message-ID", "Reply-To", "UTF-8", "MIME", "Plain Text", "7bit", "Sat", "2000", "GMT"),
        *("0a0a0a", "0a" * 16),
    ],
)
def test_a_vendor_that_is_named_like_mcdesk_or_a_standard_hinders_no_mail(vendor: str) -> None:
    assert for_customers(EMAIL, (vendor,)) == EMAIL
    own = replace(EMAIL, to="Mission Control <mission.control@mcdesk.example>")
    assert for_customers(own, (vendor,)) == own


@pytest.mark.parametrize(
    ("to", "text"),
    [
        ("Priya Shah <priya@customer.example>", "Hi Priya, pick a time"),
        ("Priya Shah <priya@customer.example>", "Dear Priya  Shah: PRIYA@customer.example"),
        ("priya@customer.example", "We write to priya@customer.example"),
    ],
)
def test_the_recipients_own_name_and_address_are_not_held_against_them(to: str, text: str) -> None:
    email = replace(EMAIL, to=to, text=text)
    for vendor in ("Priya", "Priya Shah", "Customer Example", "priya@customer.example"):
        assert for_customers(email, (vendor,)) == email
    named = replace(email, text=f"{text}\n\nMission Control")
    with pytest.raises(Refused):
        for_customers(named, ("Mission Control",))


@pytest.mark.parametrize("vendor", ["MC Desk", "Autotask", "X Autotask Ticket"])
def test_no_header_names_the_product_or_the_vendor(vendor: str) -> None:
    id = new_message_id(EMAIL.sender, (vendor,), lambda: "0a" * 16)
    raw = message(for_customers(replace(EMAIL, message_id=id), (vendor,)), NOW).as_bytes()
    head = bare(raw.decode("ascii").partition("\r\n\r\n")[0])
    assert "mcdesk" not in head
    assert bare(vendor) not in head


def test_our_header_is_left_out_for_a_vendor_that_is_named_like_it() -> None:
    assert "X-Autotask" not in str(message(for_customers(EMAIL, ("Autotask",)), NOW))


@pytest.mark.parametrize(
    "changed",
    [
        {"sender": "Mission Control <desk@example.com>"},
        {"sender": "\N{FULLWIDTH LATIN CAPITAL LETTER M}ission Control <desk@example.com>"},
        {"sender": "desk@mission-control.example"},
        {"reply_to": "mission.control@example.com"},
        {"subject": "Mission  Control has time"},
        {"text": "\xe9 Mission\nControl"},
        {"text": "Book at https://bookmissioncontrol.example/"},
        {"text": "x" * 70 + " Mission " + "\xe9" * 70 + "\nMissi\xf3n-Contr\xf4l"},
        {"subject": "Interm\xedssion Controls " + "\xe9" * 80},
        {"sender": "Missi\xf3n C\xf3ntrol <desk@example.com>"},
        {"ticket": "mission_control"},
        {"message_id": "<mission.control.0a@example.com>"},
        {"message_id": f"<{'0a' * 16}@mission-control.example>"},
    ],
)
def test_whatever_names_the_vendor_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(Refused, match="Mission Control"):
        for_customers(replace(EMAIL, **changed), ("Mission Control",))


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("Jane Doe <jane@example.com>", "example.com"),
        ("jane@example.com", "example.com"),
        ("jane", "mail.invalid"),
        ("", "mail.invalid"),
        ("jane@m\xfcller.example", "mail.invalid"),
    ],
)
def test_a_message_id_is_chance_and_the_senders_domain(sender: str, domain: str) -> None:
    chances = iter(["facade" + "0" * 26, "0" * 26 + "facade", "1" * 32])
    made = new_message_id(sender, ("Fac Ade, Inc.", ""), lambda: next(chances))
    assert made == f"<{'1' * 32}@{domain}>"


def _operation(note: str, title: str) -> Operation:
    return Operation(
        kind=Kind.LINK,
        at=NOW,
        reference="7",
        author="Noor",
        note_title=title,
        text=note,
        steps=(MailStep(since=NOW, message_id=f"<{'0a' * 16}@example.com>"),),
        to="user@example.org",
    )
