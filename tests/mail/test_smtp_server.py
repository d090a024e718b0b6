"""Mail servers as they are: slow, silent, odd, on another port, and computers of any name."""

import _thread
import binascii
import smtplib
import socket
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
import pytest
from mailservers import Answer, Behaviour, mail_server, odd_server
from test_message import EMAIL
from test_smtp import NOW, Refused
from tlsservers import Authority

from mcdesk.certificates import trusted
from mcdesk.core.addresses import is_full_host_name
from mcdesk.errors import MailLost, MailNotSent, MailProblem, MailRefused
from mcdesk.mail.server import Waits
from mcdesk.mail.smtp import Smtp

# Nobody waits this long in a test that passes, nor is told of it.
LONG = replace(Waits(**{field.name: 30.0 for field in fields(Waits)}), farewell=0.5)


def smtp(port: int, waits: Waits = LONG, **more: Any) -> Smtp:
    given = {"security": "none", "user_name": "", "certificates": trusted("", ""), **more}
    return Smtp(
        host="127.0.0.1",
        port=port,
        password=lambda: "s3cret",
        refused=Refused(),
        waits=waits,
        **given,
    )


def named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Call this computer *name*, which nobody else knows."""

    def unknown(*_: object) -> str:
        raise UnicodeError("label empty or too long")

    monkeypatch.setattr(socket, "gethostname", lambda: name)
    monkeypatch.setattr(socket, "getfqdn", unknown)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pc-7.office.example", "pc-7.office.example"),
        ("müller-pc.local", "[127.0.0.1]"),
        ("xn--mller-pc-65a.local", "xn--mller-pc-65a.local"),
        ("jane pc.local", "[127.0.0.1]"),
        ("jane_pc.local", "[127.0.0.1]"),
        ("jane-pc", "[127.0.0.1]"),
        ("", "[127.0.0.1]"),
        ("a..b", "[127.0.0.1]"),
        ("pc.local\r\nMAIL FROM:<x@example.com>", "[127.0.0.1]"),
        ("pc.local\n", "[127.0.0.1]"),
        ("pc\udcff.local", "[127.0.0.1]"),
        ("-pc.local", "[127.0.0.1]"),
        ("192.0.2.7", "[127.0.0.1]"),
        ("x" * 64 + ".local", "[127.0.0.1]"),
        ("x." * 127 + "local", "[127.0.0.1]"),
    ],
)
def test_a_computer_of_any_name_sends_mail(
    name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(monkeypatch, name)
    with odd_server({}) as (port, heard):
        smtp(port).send(EMAIL, NOW)
    assert heard[0] == f"ehlo {said}"
    assert heard[-2:] == [".", "quit"]
    assert is_full_host_name(name) == (said == name)


def test_an_address_of_the_sixth_version_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "jane-pc")
    with odd_server({}) as (port, heard):
        monkeypatch.setattr(socket.socket, "getsockname", lambda _: ("fe80::1%eth0", 1, 0, 0))
        smtp(port).send(EMAIL, NOW)
    assert heard[0] == "ehlo [IPv6:fe80::1]"


CRAM = {"EHLO": b"250-mail.example.com\r\n250 AUTH CRAM-MD5"}


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({**CRAM, "AUTH": b"334 x"}, id="a challenge that is none"),
        pytest.param({**CRAM, "AUTH": b"334 \xff\xfe"}, id="a challenge that is no text"),
        pytest.param({**CRAM, "AUTH": b"334"}, id="a challenge that is missing"),
        pytest.param({**CRAM, "AUTH": b"334 " + b"A" * 9000}, id="a challenge without an end"),
        pytest.param({"EHLO": b"250-AUTH=\r\n250 AUTH \xff"}, id="ways that are none"),
        pytest.param({"EHLO": b"\xff"}, id="a greeting that is none"),
        pytest.param({"EHLO": b""}, id="nothing"),
        pytest.param({"MAIL": b"25"}, id="half a code"),
    ],
)
def test_an_answer_before_the_text_that_is_odd_sends_nothing(answers: dict[str, Answer]) -> None:
    user_name = "" if "MAIL" in answers else "jane"
    with odd_server(answers) as (port, heard), pytest.raises(MailProblem) as caught:
        smtp(port, user_name=user_name).send(EMAIL, NOW)
    assert type(caught.value) in (MailNotSent, MailRefused)
    assert "DATA" not in " ".join(heard).upper()
    assert "s3cret" not in str(vars(caught.value))


ODD = [AttributeError, UnicodeError, ValueError, binascii.Error, KeyError, RuntimeError, TypeError]


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("where", ["connect", "ehlo", "login", "mail", "rcpt", "docmd"])
def test_whatever_smtplib_trips_over_before_the_text_sends_nothing(
    where: str, kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(*_: object, **__: object) -> None:
        raise kind("tripped")

    behaviour = Behaviour()
    with mail_server(behaviour) as port, monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, where, trip)
        if where == "connect":
            patch.setattr("mcdesk.mail.server.Server.connect", trip)
        with pytest.raises(MailNotSent, match="tripped"):
            smtp(port, user_name="jane").send(EMAIL, NOW)
    assert behaviour.taken == []


@pytest.mark.parametrize(
    "changed",
    [
        {"to": "=?utf-8?q?Bob?=@customer.example"},
        {"to": ""},
        {"sender": ""},
        {"sender": "b\xf6b@example.com"},
        {"text": "half a character \udcff"},
    ],
)
def test_what_cannot_be_written_down_reaches_no_server(changed: dict[str, str]) -> None:
    with pytest.raises(MailNotSent, match=r"not an address|written down"):
        smtp(1).send(msgspec.structs.replace(EMAIL, **changed), NOW)


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("where", ["send", "getreply"])
def test_whatever_it_trips_over_from_the_text_on_leaves_it_unknown(
    where: str, kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    send = smtplib.SMTP.send

    def trip(server: smtplib.SMTP, text: Any) -> None:
        if b"Subject:" in (text if isinstance(text, bytes) else b""):
            if where == "send":
                raise kind("tripped")
            monkeypatch.setattr(smtplib.SMTP, "getreply", trip_reading)
        send(server, text)

    def trip_reading(_: smtplib.SMTP) -> None:
        raise kind("tripped")

    with odd_server({}) as (port, _):
        monkeypatch.setattr(smtplib.SMTP, "send", trip)
        with pytest.raises(MailLost, match="tripped"):
            smtp(port).send(EMAIL, NOW)


def test_the_waits_are_those_of_the_standard() -> None:
    """RFC 5321, 4.5.3.2: greeting, MAIL and RCPT 5 minutes, DATA 2, the end of the text 10."""
    waits = Waits()
    assert (waits.greeting, waits.command, waits.data, waits.answer) == (300, 300, 120, 600)


@pytest.mark.parametrize(
    ("silent", "wait", "kind"),
    [
        ("greeting", "greeting", MailNotSent),
        ("EHLO", "command", MailNotSent),
        ("MAIL", "command", MailNotSent),
        ("RCPT", "command", MailNotSent),
        ("DATA", "data", MailNotSent),
        ("text", "answer", MailLost),
        ("QUIT", "farewell", None),
    ],
)
def test_each_answer_has_a_time_of_its_own(
    silent: str, wait: str, kind: type[MailProblem] | None
) -> None:
    waits = replace(LONG, **{wait: 0.05})
    with odd_server({silent: None}) as (port, _):
        if kind is None:
            smtp(port, waits).send(EMAIL, NOW)
            return
        with pytest.raises(kind, match="within 0 seconds") as caught:
            smtp(port, waits).send(EMAIL, NOW)
    assert type(caught.value) is kind


def test_a_look_waits_no_longer_than_people_do() -> None:
    look = Waits().at_most(30)
    assert (look.greeting, look.command) == (30, 30)
    assert look.answer == Waits().answer


def test_a_server_that_drips_is_given_up() -> None:
    def drip() -> bytes:
        return b"250-x\r\n" * 1000 + b"250-"

    waits = replace(LONG, command=0.3)
    with odd_server({"MAIL": drip}) as (port, _), pytest.raises(MailNotSent, match="no answer"):
        smtp(port, waits).send(EMAIL, NOW)


def test_a_slow_answer_is_waited_for_and_told() -> None:
    said: list[str] = []
    told = Event()

    def say(text: str) -> None:
        said.append(text)
        if "has the text" in text:
            told.set()

    def slow() -> bytes:
        assert told.wait(60)
        return b"250 OK"

    waits = replace(Waits(), notice=0.05)
    with odd_server({"text": slow}) as (port, _):
        smtp(port, waits, say=say).send(EMAIL, NOW)
    assert said[-1] == (
        "the mail server has the text and has not answered yet; waiting up to 10 minutes"
    )


@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "text"])
def test_ctrl_c_ends_every_wait(stage: str) -> None:
    """As on Windows, where Ctrl-C does not reach who waits for a socket."""
    said: list[str] = []

    def stop() -> bytes:
        Event().wait(0.1)  # until somebody waits
        _thread.interrupt_main()
        return b"250-still at it"

    with odd_server({stage: stop}) as (port, _), pytest.raises(KeyboardInterrupt):
        smtp(port, say=said.append).send(EMAIL, NOW)
    assert [("nobody knows" in text) for text in said] == ([True] if stage == "text" else [])


EVERY_WAY = b"250-mail.example.com\r\n250 "


@pytest.mark.parametrize(
    ("security", "answers", "user_name", "said", "mend"),
    [
        pytest.param(
            *("tls", {}, "", "does not answer in TLS"),
            "mcdesk config set mail.smtp.security starttls",
            id="TLS where the server begins in plain text",
        ),
        pytest.param(
            *("starttls", {"greeting": None}, "", "did not greet within"),
            "mcdesk config set mail.smtp.security tls",
            id="STARTTLS where the server waits for TLS",
        ),
        pytest.param(
            *("starttls", {"greeting": b"\x15\x03\x01\x00\x02\x02\x16"}, "", "did not greet as"),
            "mcdesk config set mail.smtp.security tls",
            id="STARTTLS where the server answers in TLS",
        ),
        pytest.param(
            *("none", {"greeting": None}, "", "did not greet within"),
            "mcdesk config set mail.smtp.security tls",
            id="none where the server waits for TLS",
        ),
        pytest.param(
            *("starttls", {}, "", "STARTTLS"),
            "mcdesk config set mail.smtp.security tls` and `mcdesk config set mail.smtp.port 465",
            id="STARTTLS where there is none",
        ),
        pytest.param(
            *("none", {"MAIL": b"530 5.7.0 Must issue a STARTTLS command first"}, "", "STARTTLS"),
            "mcdesk config set mail.smtp.security starttls",
            id="none where TLS is wanted",
        ),
        pytest.param(
            *("none", {"MAIL": b"530 5.7.0 Authentication required"}, "", "required"),
            "mcdesk config set mail.smtp.username",
            id="no login where one is wanted",
        ),
        pytest.param(
            *("none", {"EHLO": EVERY_WAY + b"SIZE"}, "jane", "doesn't ask for a login"),
            "mcdesk config set mail.smtp.security starttls",
            id="a login before TLS",
        ),
        pytest.param(
            *("none", {"EHLO": EVERY_WAY + b"AUTH XOAUTH2"}, "jane", "a password, only XOAUTH2"),
            "mcdesk config set mail.transport graph",
            id="no password at all",
        ),
    ],
)
def test_what_does_not_fit_names_the_setting(
    security: str, answers: dict[str, Answer], user_name: str, said: str, mend: str
) -> None:
    waits = replace(LONG, greeting=0.2)
    with odd_server(answers) as (port, _), pytest.raises(MailProblem, match=said) as caught:
        smtp(port, waits, security=security, user_name=user_name).send(EMAIL, NOW)
    assert mend in (caught.value.hint or "")
    assert not isinstance(caught.value, MailLost)


@pytest.mark.parametrize(("port", "sure"), [(465, True), (587, False)])
def test_a_silent_port_465_is_known_for_what_it_is(
    port: int, sure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without five minutes of waiting for a greeting."""
    given: list[float] = []
    create = socket.create_connection

    def elsewhere(_: object, *more: Any) -> socket.socket:
        return create(("127.0.0.1", real), *more)

    def settimeout(sock: socket.socket, seconds: float | None) -> None:
        given.append(seconds or 0)
        set_timeout(sock, 0.05)

    set_timeout: Callable[..., None] = socket.socket.settimeout
    with odd_server({"greeting": None}) as (real, _):
        monkeypatch.setattr(socket, "create_connection", elsewhere)
        monkeypatch.setattr(socket.socket, "settimeout", settimeout)
        with pytest.raises(MailNotSent, match="did not greet") as caught:
            smtp(port, Waits(), security="starttls").send(EMAIL, NOW)
    assert given[-1] == (10 if sure else 300)
    assert (caught.value.hint or "").startswith(
        "port 465 speaks TLS from the start: " if sure else "if it speaks TLS from the start"
    )


def test_a_server_that_speaks_tls_from_the_start_is_told_by_starttls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificates = trusted(authority.file, "")
    with mail_server(Behaviour(), tls=authority.server("127.0.0.1")) as port:
        ask = partial(smtp, port, replace(LONG, greeting=0.3), certificates=certificates)
        with pytest.raises(MailNotSent) as caught:
            ask(security="starttls").send(EMAIL, NOW)
        assert "`mcdesk config set mail.smtp.security tls`" in (caught.value.hint or "")
        ask(security="tls").send(EMAIL, NOW)


def test_a_server_that_begins_without_is_told_by_tls(tmp_path: Path) -> None:
    authority, behaviour = Authority(tmp_path), Behaviour()
    certificates = trusted(authority.file, "")
    with mail_server(behaviour, tls=authority.server("127.0.0.1"), starttls=True) as port:
        ask = partial(smtp, port, certificates=certificates)
        with pytest.raises(MailNotSent) as caught:
            ask(security="tls").send(EMAIL, NOW)
        assert "`mcdesk config set mail.smtp.security starttls`" in (caught.value.hint or "")
        ask(security="starttls").send(EMAIL, NOW)
    assert len(behaviour.taken) == 1
