"""The call script: what may be heard, the whole decision table, what customers read."""

from itertools import product
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.core.addresses import is_phone
from mcdesk.core.callscript import Words, e164, script
from mcdesk.core.customers import booking_link, names_vendor, own_name, without_vendor
from mcdesk.core.emails import Booking, Email, booking_email
from mcdesk.core.triage import TABLE, Action, Effort, Team, Urgency, advise
from mcdesk.errors import Refused

WORDS = Words("(347) 308-6455", "help desk team", "Mission Control", "dispatch@example.net")
VENDOR = (WORDS.vendor_name, WORDS.vendor_address)
names = st.text(min_size=1, max_size=40)


def test_what_is_said_and_what_is_not() -> None:
    lines = script(WORDS)
    assert any("help desk team" in line for line in lines.say)
    assert any("our help desk number is (347) 308-6455" in line for line in lines.say)
    assert any("Mission Control" in line for line in lines.know)
    assert any("direct line" in line for line in lines.know)
    assert [line.split("?")[0] for line in lines.factors] == [
        "How urgent",
        "How busy are we",
        "How complicated",
    ]


@given(customer_name=names, vendor_name=names, address=st.emails(), phone=st.just("555-0100"))
def test_no_customer_hears_the_vendors_name(
    customer_name: str, vendor_name: str, address: str, phone: str
) -> None:
    words = Words(phone, customer_name, vendor_name, address)
    try:
        said = script(words).say
    except Refused:
        return
    assert not any(names_vendor(line, (vendor_name, address)) for line in said)


def test_a_name_that_gives_the_vendor_away_is_refused() -> None:
    with pytest.raises(Refused):
        script(Words("555-0100", "mission-control people", "Mission Control", "d@example.net"))
    assert without_vendor("help desk", VENDOR) == "help desk"


@given(
    ticket=st.text(max_size=20),
    contact=names,
    company=names,
    template=st.sampled_from(
        [
            "https://book.example.com/?t={ticket}",
            "https://b.example.com/{company}/{contact}/{ticket}",
        ]
    ),
)
def test_no_booking_mail_holds_the_vendors_name_or_a_strangers_text(
    ticket: str, contact: str, company: str, template: str
) -> None:
    link = booking_link(template, {"ticket": ticket, "contact": contact, "company": company})
    assert link.isascii()
    assert not set(" \r\n<>\"'") & set(link)
    email = booked(Booking(link, ticket="T20261123.0007"))
    # But for the link, in which they are encoded, nothing of a stranger's is in it.
    bare = (email.subject + email.text).replace(link, "")
    assert bare == (
        "Pick a time for your support ticket T20261123.0007Hi there,\n\n"
        "Pick a time that works for you and we'll take care of ticket T20261123.0007 then:\n\n"
        "\n\nIf none of these times work, just reply to this email.\n"
    )
    try:
        without_vendor(email.text, VENDOR)
    except Refused:
        assert names_vendor(unquote(link), VENDOR) or names_vendor(link, VENDOR)
    else:
        assert not names_vendor(email.text, VENDOR)


@pytest.mark.parametrize(
    "name",
    [
        "Mission Control",
        "MISSION CONTROL, Inc.",
        "MissionControl",
        "Mission-Control L.L.C.",
        "Mission Control NOC",
        "Mission Control & Co. KG",
        "Missi\xf3n C\xf4ntrol",
        "\uff2dission\u00a0Control GmbH",
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "Mission Control team",
        "the missioncontrol people",
        "https://bookmissioncontrol.example/",
        "help@mission.control.example",
        "MISSION_CONTROL",
        "Mission\r\nControl",
        "Missi\u200bon Contr\xf6l",
        "mission%2520control",
        "Intermission Controls",
    ],
)
def test_a_name_is_compared_by_its_letters_alone(name: str, text: str) -> None:
    assert names_vendor(text, (name,)) == name


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Owl", "howl, owls and bowls", False),
        ("Owl", "an O.W.L. comes", True),
        ("Owl Inc.", "the owl", True),
        ("Owls 5", "howls 5", False),
        ("Owls 55", "howls 55", True),
        ("NOC", "our noc", True),
        ("NOC", "knock", False),
        ("Co", "the co", True),
        ("", "anything", False),
        ("--", "a -- b", False),
        ("a@b.example", "mail a@B.example now", True),
        ("dispatch@b.example", "postdispatch@b.example", False),
    ],
)
def test_a_short_name_is_found_as_whole_words(name: str, text: str, found: bool) -> None:
    assert (names_vendor(text, (name,)) == name) is (found and bool(name))


def test_what_is_the_recipients_own_is_not_held_against_them() -> None:
    text = "Hi Priya, Priya Control is you; priya@control.example too"
    assert names_vendor(text, ("Priya", "Control"), ["Priya Control"]) == "Priya"
    own = ["Priya Control", "priya@control.example", "Priya"]
    assert names_vendor(text, ("Priya", "Control"), own) is None
    # A name inside a word is no name, and cuts nothing out.
    assert names_vendor("Mission Control", ("Mission Control",), ["o", "n", "Miss"])


def test_a_company_that_is_called_like_the_vendor_is_refused() -> None:
    link = booking_link("https://b.example.com/?c={company}", {"company": "MISSION  control"})
    assert link == "https://b.example.com/?c=MISSION%20%20control"
    with pytest.raises(Refused, match="Mission Control"):
        without_vendor(link, VENDOR)


def test_links_are_filled_once_and_whole() -> None:
    link = booking_link("https://b.example.com/{ticket}?x={contact}", {"ticket": "{contact}/&?"})
    assert link == "https://b.example.com/%7Bcontact%7D%2F%26%3F?x="


@pytest.mark.parametrize("name", ["a\r\nb", "a\x1b[2J b", "a\u202e b", "a \ud800b"])
def test_a_link_has_nothing_that_ends_a_line_or_acts(name: str) -> None:
    link = booking_link("https://b.example.com/?o={company}", {"company": name})
    assert not {"%0D", "%0A", "%1B", "%E2%80%AE"} & {
        link[i : i + n] for i in range(99) for n in (3, 9)
    }


def test_without_a_ticket_there_is_no_number() -> None:
    email = booked(Booking("https://x"))
    assert email.subject == "Pick a time that works for you"
    assert "ticket" not in email.text
    own = booked(Booking("https://x", text="About {ticket}: {link}"))
    assert own.text == email.text


def test_a_customer_is_greeted_by_name_and_knows_who_writes() -> None:
    email = booked(
        Booking(
            "https://x",
            ticket="T20261123.0007",
            name="Priya",
            sender="Noor Haddad",
            sign_off="Lakeside IT\n555-0100",
        )
    )
    assert email.text == (
        "Hi Priya,\n\n"
        "Pick a time that works for you and we'll take care of ticket T20261123.0007 then:\n\n"
        "https://x\n\n"
        "If none of these times work, just reply to this email.\n\n"
        "Noor Haddad\nLakeside IT\n555-0100\n"
    )
    assert booked(Booking("https://x", sign_off="Lakeside IT")).text.endswith(
        "email.\n\nLakeside IT\n"
    )


def test_what_was_filled_in_is_no_template_again() -> None:
    text = "{name}, {sender}: {ticket} {link}"
    email = booked(Booking("https://x", "T1", name="{link}", sender="{ticket}", text=text))
    assert email.text == "{link}, {ticket}: T1 https://x\n"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Priya", "Priya"),
        ("  Mary   Ann ", "Mary Ann"),
        ("Jean-Luc", "Jean-Luc"),
        ("O\u2019Neil", "O\u2019Neil"),
        ("D'Arcy", "D'Arcy"),
        ("J. R.", "J. R."),
        ("Zo\u0065\u0308", "Zo\xeb"),
        ("\u0928\u093f\u0916\u093f\u0932", "\u0928\u093f\u0916\u093f\u0932"),
        ("", ""),
        ("   ", ""),
        (".", ""),
        ("-x", ""),
        ("evil.example", ""),
        ("https://evil.example", ""),
        ("Call 555-0100", ""),
        ("a@b", ""),
        ("{link}", ""),
        ("Pri\x1bya", ""),
        ("Pri\u202eya", ""),
        ("x" * 61, ""),
        ("x" * 60, "x" * 60),
    ],
)
def test_who_is_greeted(written: str, name: str) -> None:
    assert own_name(written) == name


def booked(words: Booking) -> Email:
    return booking_email(
        words,
        sender="desk@example.com",
        to="user@example.org",
        to_name="",
        reply_to="",
        message_id="<1@example.com>",
    )


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("(347) 308-6455", "+13473086455"),
        ("1-347-308-6455", "+13473086455"),
        ("+44 20 7946 0958", "+442079460958"),
        ("555-0100", "+5550100"),
    ],
)
def test_how_machines_dial_it(phone: str, dialled: str) -> None:
    assert e164(phone) == dialled


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(product(Urgency, Team, Effort))
    assert {advice.action for advice in TABLE.values()} == set(Action)
    assert all(advice.reason for advice in TABLE.values())


EXPECTED = """
NOW   FREE       TAKE TAKE
NOW   FREE_LATER FORWARD FORWARD
NOW   BUSY       FORWARD FORWARD
TODAY FREE       TAKE LINK
TODAY FREE_LATER LINK LINK
TODAY BUSY       FORWARD FORWARD
LATER FREE       TAKE TICKET
LATER FREE_LATER LINK TICKET
LATER BUSY       TICKET TICKET
"""


@pytest.mark.parametrize("row", EXPECTED.split("\n")[1:-1])
def test_the_table(row: str) -> None:
    urgency, team, quick, long = row.split()
    answers = [advise(Urgency[urgency], Team[team], effort).action for effort in Effort]
    assert answers == [Action[quick], Action[long]]


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("(555) 555-0123", True),
        ("+1 555.555.0123", True),
        ("555-012", False),
        ("5550123", True),
        ("+123456789012345", True),
        ("+1234567890123456", False),
        ("555-0123 ext. 4", False),
        ("", False),
    ],
)
def test_what_can_be_dialed(text: str, dialled: bool) -> None:
    assert is_phone(text) == dialled
