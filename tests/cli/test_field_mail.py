"""Mail from the field: what becomes of it in the outbox, and that what a hint names mends it."""

import _thread
import json
import re
import shlex
import socket
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from mailservers import Answer, Behaviour, mail_server, odd_server
from offices import CONFIG, Office
from tlsservers import Authority

from mcdesk.mail.server import Waits
from mcdesk.mail.smtp import Smtp


def configure(office: Office, port: int, security: str = "none", user_name: str = "") -> None:
    office.environ["MCDESK_SMTP_PASSWORD"] = "hunter2"
    office.configure(
        f'{CONFIG}[mail]\ntransport = "smtp"\nfrom = "noor.haddad@demo.example"\n[mail.smtp]\n'
        f'host = "127.0.0.1"\nport = {port}\nsecurity = "{security}"\nusername = "{user_name}"\n'
    )


def steps(office: Office) -> dict[str, str]:
    """Return the states of the one entry of the outbox."""
    entries: list[dict[str, Any]] = json.loads(office.run("outbox", "--json").out)["entries"]
    return {step["step"]: step["state"] for entry in entries for step in entry["steps"]}


CRAM = b"250-mail.example.com\r\n250 AUTH CRAM-MD5"


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("müller-pc.local", {"EHLO": b"250 AUTH PLAIN", "AUTH": None}),
        ("jane-pc", {"EHLO": CRAM, "AUTH": b"334 x"}),
        ("pc\n.local", {"greeting": b"\xff\xff\xff"}),
    ],
)
def test_what_fails_before_the_text_waits(
    office: Office, name: str, answers: dict[str, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: name)
    if None in answers.values():
        answers["AUTH"] = b"454 4.7.0 not now"
    id = office.ticket(30)
    with odd_server(answers) as (port, heard):
        configure(office, port, user_name="noor")
        done = office.run("note", str(id), "Call back", "--notify-dispatch")
    assert done.code == 8
    assert "DATA" not in heard
    assert steps(office) == {"note": "done", "mail": "waiting"}


@pytest.mark.parametrize("name", ["müller-pc.local", "", "pc\n.local", "pc\udcff", "a b_c"])
def test_a_computer_of_any_name_does_everything(
    office: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: name)
    monkeypatch.setattr("platform.node", lambda: name)
    ids = [str(office.ticket(30 + n)) for n in range(2)]
    behaviour = Behaviour()
    with mail_server(behaviour) as port:
        configure(office, port, user_name="noor")
        assert office.run("note", ids[0], "Call back", "--notify-dispatch").code == 0
        assert office.run("send-to-mc", ids[1], "--yes").code == 0
    assert len(behaviour.taken) == 1
    assert office.run("log", "--check").code == 0
    assert office.run("undo", ids[1], "--yes").code == 0


@pytest.mark.parametrize(
    ("stage", "has_text"), [("greeting", False), ("RCPT", False), ("text", True)]
)
@pytest.mark.parametrize("command", ["note", "send-to-mc", "send-link"])
def test_ctrl_c_while_the_server_takes_its_time(
    office: Office, command: str, stage: str, has_text: bool
) -> None:
    def stop() -> bytes:
        Event().wait(0.1)  # until somebody waits
        _thread.interrupt_main()
        return b"250-a moment"

    more = {
        "note": ["Call back", "--notify-dispatch"],
        "send-to-mc": ["--note", "Call back", "--notify-dispatch", "--yes"],
        "send-link": ["--yes"],
    }
    id = str(office.ticket(30))
    with odd_server({stage: stop}) as (port, _):
        configure(office, port)
        office.add_settings('[scheduling]\nlink = "https://book.example.com/"\n')
        done = office.run(command, id, *more[command])
    assert done.code == 130
    assert "Traceback" not in done.err
    assert ("nobody knows if the server took it: mcdesk outbox" in done.err) == has_text
    assert "mcdesk outbox" in done.err or command == "send-to-mc"
    assert steps(office)["mail"] == "unknown"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_setting_that_the_hint_names_mends_it(
    office: Office, security: str, tmp_path: Path
) -> None:
    """The server speaks the other one."""
    authority, behaviour = Authority(tmp_path), Behaviour()
    office.environ["SSL_CERT_FILE"] = authority.file
    id = office.ticket(30)
    tls = authority.server("127.0.0.1")
    with mail_server(behaviour, tls=tls, starttls=security == "tls") as port:
        configure(office, port, security)
        with pytest.MonkeyPatch.context() as patch:
            if security == "starttls":  # for a greeting that never comes
                usual = Smtp.__init__.__kwdefaults__ or {}
                patch.setattr(
                    Smtp.__init__, "__kwdefaults__", {**usual, "waits": Waits(greeting=0.3)}
                )
            done = office.run("note", str(id), "Call back", "--notify-dispatch")
        assert done.code == 8
        command = re.search(r"`(mcdesk config set mail\.smtp\.security \w+)`", done.err)
        assert command
        assert office.run(*shlex.split(command[1])[1:]).code == 0
        assert office.run("outbox", "retry").code == 0
    assert len(behaviour.taken) == 1


@pytest.mark.parametrize(
    ("offered", "command"),
    [(b"AUTH XOAUTH2", "mcdesk config set mail.transport graph"), (b"SIZE", 'username ""')],
)
def test_a_server_without_passwords_names_a_setting_that_can_be_set(
    office: Office, offered: bytes, command: str
) -> None:
    id = office.ticket(30)
    with odd_server({"EHLO": b"250-mail.example.com\r\n250 " + offered}) as (port, _):
        configure(office, port, user_name="noor")
        done = office.run("note", str(id), "Call back", "--notify-dispatch")
    assert (done.code, steps(office)["mail"]) == (8, "waiting")
    named = [each for each in re.findall("`(mcdesk config .*?)`", done.err) if command in each]
    assert named
    assert office.run(*shlex.split(named[0])[1:]).code == 0
