"""What one setting says about another, and what customers must never read."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.core.addresses import is_address
from mcdesk.core.customers import names_vendor
from mcdesk.errors import SettingsProblem
from mcdesk.settings.kinds import is_mailbox
from mcdesk.settings.reading import parsed, read
from mcdesk.settings.spot import Spot

FILE = Spot(Path("config.toml"))


def complaint(text: str) -> str:
    with pytest.raises(SettingsProblem) as caught:
        read(parsed(text, FILE), FILE)
    return caught.value.message.removeprefix("config.toml: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            'mc.template = "retrun-to-mc"',
            'mc.template must name a template: "return-to-mc", not "retrun-to-mc" '
            '(did you mean "return-to-mc"?)',
            id="no such template",
        ),
        pytest.param(
            'mc.template = "x"\n[templates.a]\n[templates.b]',
            'mc.template must name a template: "return-to-mc", "a" or "b", not "x"',
            id="all templates are listed",
        ),
        *(
            pytest.param(
                f'stale.statuses = ["New", "Again"]\nstale.returned_statuses = ["Back", "{label}"]',
                'stale.returned_statuses and stale.statuses both hold "Again"; take it out of one',
                id=f"waits and came back: {label!a}",
            )
            for label in ("Again", "again", "AGAIN", "\uff21gain")
        ),
        pytest.param(
            'stale.returned_statuses = ["New"]',
            'stale.returned_statuses and stale.statuses both hold "New"; take it out of one',
            id="waits by default, and came back",
        ),
        pytest.param(
            'stale.returned_statuses = ["returned  to MC"]',
            "stale.returned_statuses and templates.return-to-mc.status both hold "
            '"Returned to MC"; take it out of one',
            id="with the vendor and back",
        ),
        pytest.param(
            'templates.urgent.status = "Urgent there"\nstale.returned_statuses = ["Urgent there"]',
            "stale.returned_statuses and templates.urgent.status both hold "
            '"Urgent there"; take it out of one',
            id="with the vendor by any template, and back",
        ),
        pytest.param(
            'mail.smtp = {host = "smtp.example.com", security = "none"}',
            'mail.smtp.security may be "none" only when mail.smtp.host is this computer '
            "(localhost, 127.0.0.1, ::1)",
            id="unprotected mail",
        ),
        pytest.param(
            'scheduling.link = "https://b.example/{tickt}/{contact}/{0}"',
            "scheduling.link cannot fill in {tickt}, {0}; it may hold {ticket}, {contact}, "
            "{company}",
            id="placeholder of the link",
        ),
        pytest.param(
            'scheduling.text = "Hi {first}, {link}"',
            "scheduling.text cannot fill in {first}; it may hold {name}, {ticket}, {link}, "
            "{sender}",
            id="placeholder of the scheduling mail",
        ),
        pytest.param(
            'scheduling.text = "Hi {name}, call us"',
            "scheduling.text must hold {link}, where customers pick a time",
            id="a scheduling mail without its link",
        ),
        pytest.param(
            'mc.dispatch_subject = "{number} }{"',
            "mc.dispatch_subject cannot fill in }, {; it may hold {number}, {company}, {title}, "
            "{priority}",
            id="lone braces",
        ),
        pytest.param(
            'templates.urgent.note = "{{ticket}} by {technician}"',
            "templates.urgent.note cannot fill in {technician}, {, }; it may hold {me}, {ticket}",
            id="placeholder of a note",
        ),
        pytest.param(
            'mc.customer_name = "our friends at MISSION  control"',
            'mc.customer_name is shown to customers and must not hold "Mission Control"',
            id="customer name",
        ),
        pytest.param(
            'scheduling.link = "https://b.example/mission-control/"',
            'scheduling.link is shown to customers and must not hold "Mission Control"',
            id="link",
        ),
        pytest.param(
            'scheduling.link = "https://b.example/?q=mission%20control"',
            'scheduling.link is shown to customers and must not hold "Mission Control"',
            id="encoded link",
        ),
        pytest.param(
            'scheduling.link = "https://b.example/mission{ticket}control"',
            'scheduling.link is shown to customers and must not hold "Mission Control"',
            id="placeholder between",
        ),
        pytest.param(
            'scheduling.link = "https://b.example/miss{ticket}ion/control"',
            'scheduling.link is shown to customers and must not hold "Mission Control"',
            id="placeholder within",
        ),
        pytest.param(
            'mc.name = "Big Owl"\nscheduling.link = '
            '"https://b.example/a{ticket}big{ticket}owl{ticket}s"',
            'scheduling.link is shown to customers and must not hold "Big Owl"',
            id="placeholders around and between",
        ),
        pytest.param(
            'scheduling.from = "Mission Control <help@msp.example>"',
            'scheduling.from is shown to customers and must not hold "Mission Control"',
            id="sender's name",
        ),
        pytest.param(
            'mail.from = "Mission Control <help@msp.example>"',
            'mail.from is shown to customers and must not hold "Mission Control"',
            id="sender by default",
        ),
        pytest.param(
            'mc.name = "Owls"\nscheduling.reply_to = "TicketStatus@MissionControlNOC.com"',
            "scheduling.reply_to is shown to customers and must not hold "
            '"ticketstatus@missioncontrolnoc.com"',
            id="address",
        ),
        pytest.param(
            'mc.name = "Owls"\nmc.customer_name = "the owls"',
            'mc.customer_name is shown to customers and must not hold "Owls"',
            id="another vendor",
        ),
        pytest.param(
            'mail.transport = "graph"\nmail.graph.sender = "ticketstatus@missioncontrolnoc.com"',
            'mail.graph.sender is shown to customers and must not hold "Mission Control"',
            id="mailbox",
        ),
    ],
)
def test_contradiction(text: str, message: str) -> None:
    assert complaint(text) == message


@pytest.mark.parametrize(
    "text",
    [
        'mail.smtp = {host = "::1", security = "none"}',
        'mail.smtp = {host = "smtp.example.com", security = "tls"}',
        'mc.name = "Owl"\nmc.customer_name = "Howlers, owls"',
        'scheduling.from = "Us <us@b.example>"\nmail.from = "Mission Control <help@b.example>"',
        'scheduling.link = "http://localhost:8000/{company}"',
        'mc.dispatch_subject = "{number} {company} {title} {priority}"',
        'templates.x.note = "{me}:\\n\\t{ticket}"',
    ],
)
def test_no_contradiction(text: str) -> None:
    read(parsed(text, FILE), FILE)


@pytest.mark.parametrize(
    "name", ["Mission Control, Inc.", "MissionControl", "Mission Control NOC", "Missi\xf3n-Control"]
)
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mc.customer_name", "Mission Control team"),
        ("mc.customer_name", "the missioncontrollers"),
        ("scheduling.link", "https://bookmissioncontrol.example"),
        ("scheduling.from", "MISSION-CONTROL <desk@example.com>"),
        ("scheduling.reply_to", "mission.control@example.com"),
        ("mail.from", "desk@missioncontrol.example"),
    ],
)
def test_the_vendor_is_heard_in_no_setting_whatever_it_is_called(
    name: str, key: str, value: str
) -> None:
    said = complaint(f'mc.name = "{name}"\n{key} = "{value}"')
    assert said == f'{key} is shown to customers and must not hold "{name}"'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ask mission control!", "Mission Control"),
        ("\uff2dission Control", "Mission Control"),
        ("mission_control", "Mission Control"),
        ("permission controls", "Mission Control"),
        ("permission to control", None),
        ("missions control", None),
        ("https://missioncontrolnoc.example/", "Mission Control"),
        ("permissioncontrol", "Mission Control"),
        ("M.i.s.s.i.o.n C\xf3ntrol!", "Mission Control"),
        ("mission%2520control", "Mission Control"),
        ("mail A@B.example now", "a@b.example"),
        ("ba@b.example", None),
    ],
)
def test_vendor_is_found_by_letters_alone(text: str, found: str | None) -> None:
    assert names_vendor(text, ("Mission Control", "a@b.example", "--")) == found


@pytest.mark.parametrize(
    "text",
    [
        "jane@example.com",
        "jane.o'doe+x@mail.example.com",
        "Jane Doe <jane@example.com>",
        '"Doe, Jane" <jane@example.com>',
        "Zoë O'Neill-Smith <zoe@example.com>",
    ],
)
def test_mailbox(text: str) -> None:
    assert is_mailbox(text)


@pytest.mark.parametrize(
    "text",
    [
        "jane",
        "jane@",
        "jane@example..com",
        "jane@-example.com",
        ".jane@example.com",
        "a@b.example, c@d.example",
        "Doe, Jane <jane@example.com>",
        "Jane <jane@example.com> x",
        "Jane <jane@example.com",
        '"Jane\nBcc: x" <jane@example.com>',
        "=?utf-8?q?x?= <jane@example.com>",
        "jäne@example.com",
    ],
)
def test_no_mailbox(text: str) -> None:
    assert not is_mailbox(text)
    assert not is_address(text)


@given(st.text(st.sampled_from("aB9é .@<>\"',;:()\\-+=?_%\n\t"), max_size=30))
def test_mail_library_reads_every_mailbox_as_one_address(text: str) -> None:
    for mailbox in filter(is_mailbox, (text, f"{text}@example.com", f"{text} <jane@example.com>")):
        message = EmailMessage()
        message["From"] = mailbox
        (address,) = message["From"].addresses
        assert is_address(address.addr_spec)
        assert mailbox.rstrip(">").endswith(address.addr_spec)
