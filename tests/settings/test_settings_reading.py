"""config.toml read: every key, every default, and errors that name the key and what it may be."""

import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.errors import SettingsProblem
from mcdesk.settings.model import Settings
from mcdesk.settings.reading import load, parsed, read
from mcdesk.settings.spot import Spot

FILE = Spot(Path("config.toml"))

NINE_TO_FIVE = ("09:00-17:00",)

EVERY_KEY = """\
[autotask]
username = "robot@msp.example"
zone_url = "https://webservices14.autotask.net/ATServicesRest/"
web_url = "https://ww14.autotask.net/"
me = "amal@msp.example"
role = "Tier 1"
impersonate = "never"
secret_command = ["vault", "read", "mcdesk"]

[mc]
name = "Night Owls"
phone = "+1 555 010 0200"
dispatch_email = "desk@owls.example"
dispatch_subject = "{number} ({priority}) {company}: {title}"
reply_to = "desk@msp.example"
template = "urgent"
resources = ["Owl One", "Owl Two"]
response_minutes = {critical = 15, Urgent = 20}
closed_statuses = ["Cancelled"]
plan_field = "Help Desk Support Type"
plan_values = ["Yes", "Full"]
out_of_scope = ["Incoming spam", "Software / User changes"]
customer_name = "support desk"
max_batch = 3

[templates.return-to-mc]
label = "Back to the owls"
primary_resource = "Owl One"
status = "With Owls"
queue = "Owls"
role = "Tier 2"
priority = "Low"
secondary_resources = "ask"
category = "Outside help"
accept_status_after = ["Accepted"]
note = "{me} hands {ticket} over"

[templates.urgent]
priority = "Critical"

[stale]
queues = ["Help Desk", "Triage"]
statuses = ["New", "Reopened"]
returned_statuses = ["Back from owls"]
after_minutes = 45

[hours]
timezone = "Europe/Berlin"
locale = "en-GB"
monday = ["00:00-24:00"]
tuesday = []
wednesday = ["08:00-12:00"]
thursday = ["08:00-12:00", "12:00-16:30"]
friday = ["09:00-09:01"]
saturday = ["10:00-12:00"]
sunday = ["23:00-24:00"]
holidays = "de-by"
closed = [2026-11-27, 2026-12-28]
open = [2026-10-03]

[hours.special]
2026-12-24 = ["09:00-12:00"]
2026-12-29 = []

[note]
note_type = "Internal"

[claim]
status = "In Progress"
secondary_from_mc = "Office, Olive"

[mail]
transport = "smtp"
from = "Amal Haddad <amal@msp.example>"

[mail.smtp]
host = "127.0.0.1"
port = 2525
security = "none"
username = "amal"

[mail.graph]
tenant = "msp.example"
client_id = "12345678-90ab-cdef-1234-567890abcdef"
sender = "shared@msp.example"
login = "client_secret"

[scheduling]
link = "https://book.msp.example/?t={ticket}&c={contact}&o={company}"
from = '"Haddad, Amal" <book@msp.example>'
reply_to = "Booking <book@msp.example>"
status = "Waiting Customer"
text = "Hi {name}, {link}"
sign_off = "Lakeside IT\\n555-0100"

[slack]
cooldown_minutes = 90
last_call_minutes = 0
tell_handoffs = true
"""


def parse(text: str) -> Settings:
    return read(parsed(text, FILE), FILE)


def plain(settings: Settings) -> dict[str, Any]:
    """Return *settings* as tables, keys spelt as in the file."""
    tables: dict[str, Any] = msgspec.to_builtins(settings, builtin_types=(date,), enc_hook=dict)
    return tables


def test_every_key_is_read() -> None:
    assert plain(parse(EVERY_KEY)) == {
        "autotask": {
            "username": "robot@msp.example",
            "zone_url": "https://webservices14.autotask.net/ATServicesRest/",
            "web_url": "https://ww14.autotask.net/",
            "me": "amal@msp.example",
            "role": "Tier 1",
            "impersonate": "never",
            "secret_command": ("vault", "read", "mcdesk"),
        },
        "mc": {
            "name": "Night Owls",
            "phone": "+1 555 010 0200",
            "dispatch_email": "desk@owls.example",
            "dispatch_subject": "{number} ({priority}) {company}: {title}",
            "reply_to": "desk@msp.example",
            "template": "urgent",
            "resources": ("Owl One", "Owl Two"),
            "response_minutes": {
                "High": 60,
                "Medium": 120,
                "Low": 1440,
                "critical": 15,
                "Urgent": 20,
            },
            "closed_statuses": ("Cancelled",),
            "plan_field": "Help Desk Support Type",
            "plan_values": ("Yes", "Full"),
            "out_of_scope": ("Incoming spam", "Software / User changes"),
            "customer_name": "support desk",
            "max_batch": 3,
        },
        "templates": {
            "return-to-mc": {
                "label": "Back to the owls",
                "primary_resource": "Owl One",
                "status": "With Owls",
                "queue": "Owls",
                "role": "Tier 2",
                "priority": "Low",
                "category": "Outside help",
                "secondary_resources": "ask",
                "accept_status_after": ("Accepted",),
                "note": "{me} hands {ticket} over",
            },
            "urgent": {
                "label": "urgent",
                "primary_resource": "Help Desk Support",
                "status": "Returned to MC",
                "queue": "Help Desk",
                "role": "",
                "priority": "Critical",
                "category": "",
                "secondary_resources": "remove",
                "accept_status_after": (),
                "note": "",
            },
        },
        "stale": {
            "queues": ("Help Desk", "Triage"),
            "statuses": ("New", "Reopened"),
            "returned_statuses": ("Back from owls",),
            "after_minutes": 45,
        },
        "hours": {
            "locale": "en-GB",
            "timezone": "Europe/Berlin",
            "monday": ("00:00-24:00",),
            "tuesday": (),
            "wednesday": ("08:00-12:00",),
            "thursday": ("08:00-12:00", "12:00-16:30"),
            "friday": ("09:00-09:01",),
            "saturday": ("10:00-12:00",),
            "sunday": ("23:00-24:00",),
            "holidays": "de-by",
            "closed": (date(2026, 11, 27), date(2026, 12, 28)),
            "open": (date(2026, 10, 3),),
            "special": {date(2026, 12, 24): ("09:00-12:00",), date(2026, 12, 29): ()},
        },
        "note": {"note_type": "Internal"},
        "claim": {"status": "In Progress", "secondary_from_mc": "Office, Olive"},
        "mail": {
            "transport": "smtp",
            "from": "Amal Haddad <amal@msp.example>",
            "smtp": {"host": "127.0.0.1", "port": 2525, "security": "none", "username": "amal"},
            "graph": {
                "tenant": "msp.example",
                "client_id": "12345678-90ab-cdef-1234-567890abcdef",
                "sender": "shared@msp.example",
                "login": "client_secret",
            },
        },
        "scheduling": {
            "link": "https://book.msp.example/?t={ticket}&c={contact}&o={company}",
            "from": '"Haddad, Amal" <book@msp.example>',
            "reply_to": "Booking <book@msp.example>",
            "status": "Waiting Customer",
            "text": "Hi {name}, {link}",
            "sign_off": "Lakeside IT\n555-0100",
        },
        "slack": {"cooldown_minutes": 90, "last_call_minutes": 0, "tell_handoffs": True},
    }


@pytest.mark.parametrize(
    ("key", "last", "beyond"),
    [
        pytest.param("mail.smtp.port", "1", "0", id="the first port"),
        pytest.param("mail.smtp.port", "65535", "65536", id="the last port"),
        pytest.param("slack.last_call_minutes", "0", "-1", id="no last call"),
        pytest.param("slack.last_call_minutes", "1440", "1441", id="a day"),
        pytest.param("slack.cooldown_minutes", "525600", "525601", id="a year"),
        pytest.param("mc.max_batch", "1", "0", id="one ticket"),
        pytest.param("mc.phone", '"555-0100"', '"55-0100"', id="a local number"),
        pytest.param("mc.phone", f'"{"1" * 15}"', f'"{"1" * 16}"', id="the longest number"),
        pytest.param("autotask.secret_command", "['a b']", r'["a\u0000"]', id="a program"),
        pytest.param("autotask.secret_command", "['a', '']", "[' ', 'a']", id="a program's name"),
    ],
)
def test_up_to_the_edge_and_no_further(key: str, last: str, beyond: str) -> None:
    parse(f"{key} = {last}")
    with pytest.raises(SettingsProblem, match=f"^config.toml: {re.escape(key)} must be "):
        parse(f"{key} = {beyond}")


@pytest.mark.parametrize("char", ["\\r", "\\u001b", "\\u202e"])
def test_a_note_holds_no_control_characters(char: str) -> None:
    with pytest.raises(SettingsProblem, match="note must be text without control characters"):
        parse(f'templates.return-to-mc.note = "a{char}b"')


def test_every_default(tmp_path: Path) -> None:
    assert plain(load(tmp_path / "none.toml")) == {
        "autotask": {
            "username": "",
            "zone_url": "",
            "web_url": "",
            "me": "",
            "role": "",
            "impersonate": "auto",
            "secret_command": (),
        },
        "mc": {
            "name": "Mission Control",
            "phone": "(347) 308-6455",
            "dispatch_email": "ticketstatus@missioncontrolnoc.com",
            "dispatch_subject": "[{number}] {company}: {title}",
            "reply_to": "",
            "template": "return-to-mc",
            "resources": ("Help Desk Support",),
            "response_minutes": {"Critical": 30, "High": 60, "Medium": 120, "Low": 1440},
            "closed_statuses": (),
            "plan_field": "",
            "plan_values": ("Yes",),
            "out_of_scope": (),
            "customer_name": "help desk team",
            "max_batch": 5,
        },
        "templates": {
            "return-to-mc": {
                "label": "[Mission Control] return to MC",
                "primary_resource": "Help Desk Support",
                "status": "Returned to MC",
                "queue": "Help Desk",
                "role": "",
                "priority": "",
                "category": "",
                "secondary_resources": "remove",
                "accept_status_after": (),
                "note": "",
            }
        },
        "stale": {
            "queues": ("Help Desk",),
            "statuses": ("New",),
            "returned_statuses": (),
            "after_minutes": 60,
        },
        "hours": {
            "locale": "",
            "timezone": "",
            "monday": NINE_TO_FIVE,
            "tuesday": NINE_TO_FIVE,
            "wednesday": NINE_TO_FIVE,
            "thursday": NINE_TO_FIVE,
            "friday": NINE_TO_FIVE,
            "saturday": (),
            "sunday": (),
            "holidays": "",
            "closed": (),
            "open": (),
            "special": {},
        },
        "note": {"note_type": ""},
        "claim": {"status": "", "secondary_from_mc": ""},
        "mail": {
            "transport": "manual",
            "from": "",
            "smtp": {"host": "", "port": 587, "security": "starttls", "username": ""},
            "graph": {"tenant": "", "client_id": "", "sender": "", "login": "device"},
        },
        "scheduling": {
            "link": "",
            "from": "",
            "reply_to": "",
            "status": "",
            "text": "",
            "sign_off": "",
        },
        "slack": {"cooldown_minutes": 60, "last_call_minutes": 30, "tell_handoffs": False},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            '[stale]\nafter_minutes = "sixty"',
            'stale.after_minutes must be a whole number of at least 1, not "sixty"',
            id="text for a number",
        ),
        pytest.param(
            "stale.after_minutes = true",
            "stale.after_minutes must be a whole number of at least 1, not true",
            id="bool for a number",
        ),
        pytest.param(
            "stale.after_minutes = 0",
            "stale.after_minutes must be a whole number of at least 1, not 0",
            id="no minutes",
        ),
        pytest.param(
            "stale.after_minutes = 525601",
            "stale.after_minutes must be at most 525600 minutes (a year), not 525601",
            id="more than a year",
        ),
        pytest.param(
            "stale.queues = []", "stale.queues must be a list of at least one text, not []", id="[]"
        ),
        pytest.param(
            'stale.queues = "Help Desk"',
            "stale.queues must be a list of texts, none empty or with spaces around it, "
            'not "Help Desk"',
            id="text for a list",
        ),
        pytest.param(
            'mc.resources = ["a", "b", "c", ""]',
            "mc.resources must be a list of texts, none empty or with spaces around it, "
            'not ["a", "b", "c", ...]',
            id="an empty name",
        ),
        pytest.param(
            "mc.max_batch = 0",
            "mc.max_batch must be a whole number of at least 1, not 0",
            id="batch",
        ),
        pytest.param(
            'mc.phone = "call us"',
            'mc.phone must be a phone number of 7 to 15 digits, not "call us"',
            id="phone without digits",
        ),
        pytest.param(
            'mc.dispatch_email = ""',
            'mc.dispatch_email must be an email address such as jane@example.com, not ""',
            id="needed address",
        ),
        pytest.param(
            'autotask.me = "jane@@example.com"',
            'autotask.me must be an email address such as jane@example.com, or "", '
            'not "jane@@example.com"',
            id="address",
        ),
        pytest.param(
            'autotask.zone_url = "https://evil.example/"',
            "autotask.zone_url must be an https address under autotask.net, or an address of this "
            'computer, or "", not "https://evil.example/"',
            id="foreign zone",
        ),
        pytest.param(
            'autotask.web_url = "http://ww5.autotask.net/"',
            "autotask.web_url must be an https address under autotask.net, or an address of this "
            'computer, or "", not "http://ww5.autotask.net/"',
            id="unencrypted web address",
        ),
        pytest.param(
            'autotask.impersonate = "sometimes"',
            'autotask.impersonate must be "auto", "always" or "never", not "sometimes"',
            id="choice",
        ),
        pytest.param(
            'autotask.secret_command = "op read"',
            "autotask.secret_command must be a list of texts: a program and its arguments, "
            'not "op read"',
            id="command as one text",
        ),
        pytest.param(
            'autotask.secret_command = [" "]',
            "autotask.secret_command must be a list of texts: a program and its arguments, "
            'not [" "]',
            id="blank program",
        ),
        pytest.param(
            "[templates.return-to-mc]\nstatus = 8",
            "templates.return-to-mc.status must be text on one line, not empty, no spaces around "
            "it, not 8",
            id="which template",
        ),
        pytest.param(
            '[templates."on call"]\nsecondary_resources = []',
            'templates."on call".secondary_resources must be "ask", "keep" or "remove", not []',
            id="template with a blank",
        ),
        pytest.param(
            '[templates.""]',
            'templates."" is not a name; it must be text on one line, not empty, '
            "no spaces around it",
            id="nameless template",
        ),
        pytest.param("templates = 1", "templates must be a table, not 1", id="no templates"),
        pytest.param("mail = 2026-01-01", "mail must be a table, not 2026-01-01", id="no table"),
        pytest.param(
            "mail.smtp.port = 65536",
            "mail.smtp.port must be a whole number from 1 to 65535, not 65536",
            id="port",
        ),
        pytest.param(
            'mail.smtp.host = "smtp example"',
            'mail.smtp.host must be the name or address of a host, or "", not "smtp example"',
            id="host",
        ),
        pytest.param(
            'mail.from = "Jane\\r\\nBcc: x@evil.example <jane@example.com>"',
            'mail.from must be "Name <name@example.com>" or name@example.com, or "", '
            'not "Jane\\r\\nBcc: x@evil.example <jane@example.com>"',
            id="header injection",
        ),
        pytest.param(
            'mail.graph.client_id = "123"',
            "mail.graph.client_id must be an id such as 00000000-0000-0000-0000-000000000000, "
            'or "", not "123"',
            id="client id",
        ),
        pytest.param(
            'mail.graph.tenant = "../common"',
            'mail.graph.tenant must be a tenant\'s domain or id, or "", not "../common"',
            id="tenant",
        ),
        pytest.param(
            'scheduling.link = "http://book.example.com/"',
            "scheduling.link must be an https address (http only on this computer), "
            'or "", not "http://book.example.com/"',
            id="unencrypted link",
        ),
        pytest.param(
            '[slack]\ntell_handoffs = "yes"',
            'slack.tell_handoffs must be true or false, not "yes"',
            id="no flag",
        ),
        pytest.param(
            "slack.last_call_minutes = -1",
            "slack.last_call_minutes must be a whole number from 0 to 1440 (a day), not -1",
            id="negative",
        ),
        pytest.param(
            "slack.cooldown_minutes = 1.5",
            "slack.cooldown_minutes must be a whole number of at least 1, not 1.5",
            id="fraction",
        ),
        pytest.param(
            'claim.status = "two\\nlines"',
            'claim.status must be text on one line, without spaces around it, not "two\\nlines"',
            id="two lines",
        ),
        pytest.param(
            'templates.x.note = "\\u001b[31m"',
            'templates.x.note must be text without control characters, not "\\u001b[31m"',
            id="escape sequence",
        ),
        pytest.param(
            "hours.closed = [2026-12-24T00:00:00]",
            "hours.closed must be a list of dates such as [2026-12-24], unquoted, "
            "not [2026-12-24T00:00:00]",
            id="datetime for a date",
        ),
        pytest.param(
            'hours.open = ["2026-12-24"]',
            'hours.open must be a list of dates such as [2026-12-24], unquoted, not ["2026-12-24"]',
            id="text for a date",
        ),
        pytest.param(
            "note.note_type = {a = 1}",
            "note.note_type must be text on one line, without spaces around it, not a table",
            id="table for text",
        ),
        pytest.param(
            "[stale]\nafter_minute = 5",
            'stale.after_minute is not a setting (did you mean "after_minutes"?); '
            "[stale] may hold queues, statuses, returned_statuses, after_minutes",
            id="misspelt key",
        ),
        pytest.param(
            "[mail.smtp]\npassword = 'x'",
            "mail.smtp.password is not a setting; "
            "[mail.smtp] may hold host, port, security, username",
            id="unknown key",
        ),
        pytest.param(
            "[mail]\nsender = 'a@b'",
            "mail.sender is not a setting; [mail] may hold transport, from, smtp, graph",
            id="our own name for a key",
        ),
        pytest.param(
            "[Stale]",
            'Stale is not a setting (did you mean "stale"?); the file may hold autotask, mc, '
            "templates, stale, hours, note, claim, mail, scheduling, slack",
            id="unknown table",
        ),
        pytest.param(
            "[stale]\nafter_minutes = = 5",
            "line 2, column 17: Invalid value",
            id="syntax",
        ),
        pytest.param(
            "[stale]\r\nqueues = [",
            "line 2, column 11: Invalid value",
            id="syntax at the end",
        ),
        pytest.param("a = " + 9000 * "[", "is nested too deeply", id="nested"),
    ],
)
def test_error_names_file_key_and_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(SettingsProblem) as caught:
        parse(text)
    assert caught.value.message == f"config.toml: {message}"
    assert caught.value.hint == "edit config.toml"


def test_endless_number_is_refused() -> None:
    with pytest.raises(SettingsProblem, match=r"^config\.toml: is not TOML: Exceeds the limit"):
        parse("mc.max_batch = " + 5000 * "9")


def test_hint_names_the_whole_path(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("x = 1", encoding="utf-8")
    with pytest.raises(SettingsProblem) as caught:
        load(path)
    assert caught.value.hint == f"edit {path}"


def test_long_value_is_shortened() -> None:
    with pytest.raises(SettingsProblem, match=r'not "a{60}\.\.\."$'):
        parse(f'mc.phone = "{70 * "a"}"')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfea\x00", "config.toml: is not UTF-8 text (at byte 1); save it as UTF-8"),
        (b"[mc]\nname = '\xe9'", "config.toml: is not UTF-8 text (at byte 14); save it as UTF-8"),
    ],
    ids=["utf-16", "latin-1"],
)
def test_other_encodings_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsProblem) as caught:
        load(path)
    assert caught.value.message == message


def test_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match=r": cannot be read: "):
        load(tmp_path)


def test_file_as_notepad_saves_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[mc]\r\nmax_batch = 7\r\n")
    assert load(path).mc.max_batch == 7


def test_user_name_of_the_environment_outranks_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('autotask.username = "file@msp.example"', encoding="utf-8")
    variable = "MCDESK_AUTOTASK_USERNAME"
    assert load(path, environ={variable: "env@msp.example"}).autotask.username == "env@msp.example"
    assert load(path, environ={variable: ""}).autotask.username == "file@msp.example"
    with pytest.raises(SettingsProblem, match=f"^{variable} must be one line"):
        load(path, environ={variable: "a\nb"})


def test_table_under_the_file_holds_where_the_file_is_silent(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("mc.max_batch = 7\nslack = {cooldown_minutes = 9}", encoding="utf-8")
    under = {"mc": {"max_batch": 2, "name": "Demo"}, "claim": {"status": "Mine"}}
    settings = load(path, under=under)
    assert (settings.mc.max_batch, settings.mc.name, settings.claim.status) == (7, "Demo", "Mine")
    assert settings.slack.cooldown_minutes == 9


def test_partial_template_overrides_only_its_keys() -> None:
    template = parse('[templates.return-to-mc]\nqueue = "Elsewhere"').templates["return-to-mc"]
    assert template.queue == "Elsewhere"
    assert template.label == "[Mission Control] return to MC"


def test_label_of_another_template_is_its_name_unless_given() -> None:
    templates = parse('[templates.a]\n[templates.b]\nlabel = "B!"').templates
    assert {name: template.label for name, template in templates.items()} == {
        "return-to-mc": "[Mission Control] return to MC",
        "a": "a",
        "b": "B!",
    }


def test_settings_are_frozen() -> None:
    settings = parse("")
    with pytest.raises(AttributeError):
        settings.stale.after_minutes = 1  # type: ignore[misc]
    assert isinstance(settings.templates, MappingProxyType)


def test_addresses_that_default_to_others() -> None:
    settings = parse('autotask.me = "me@msp.example"\nmail.from = "Me <me@msp.example>"')
    assert settings.dispatch_reply_to == "me@msp.example"
    assert settings.scheduling_sender == "Me <me@msp.example>"


KEYS = st.sampled_from(
    ["autotask.me", "mc.phone", "templates.x", "hours.special", "stale", "mail.smtp.port"]
)
VALUES = st.sampled_from(["1", '"x"', "true", "[]", "{}", "{a=1}", "2026-01-01", "nan", "07:00:00"])
LINES = st.builds("{} = {}".format, KEYS, VALUES) | st.text(max_size=20)


@given(st.lists(LINES, max_size=4).map("\n".join))
def test_no_text_raises_anything_but_settings_problem(text: str) -> None:
    with suppress(SettingsProblem):
        parse(text)
