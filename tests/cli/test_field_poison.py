"""An entry of the outbox that cannot be sent hinders no other, whatever is wrong with it."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailservers import Behaviour, mail_server
from msgspec.structs import replace
from offices import NOW, Office
from test_send_link import SETTINGS

from mcdesk.core.addresses import is_address
from mcdesk.core.emails import Email
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.steps import MailStep, State
from mcdesk.errors import MailNotSent
from mcdesk.mail.message import mailbox, message
from mcdesk.ops.steps.mail import MailKind

POISON = [
    "=?utf-8?q?Bob?=@customer.example",
    "=?utf-8?b?Qm9iDQpCY2M6IHg=?=@customer.example",
    "bob=?utf-8?q?x?=@customer.example",
    '"bob smith"@customer.example',
    "bob@customer.example, eve@example.com",
    "bob@customer.example; eve@example.com",
    "bob@customer.example\r\nBcc: eve@example.com",
    "bob@@customer.example",
    "@customer.example",
    "bob@",
    "b\xf6b@customer.example",
    "bob@m\xfcller.example",
    "b" * 300 + "@customer.example",
    "bob@" + "c" * 300 + ".example",
    "bob(comment)@customer.example",
    "bob@[192.0.2.1]",
]


@pytest.fixture
def behaviour(office: Office) -> Iterator[Behaviour]:
    behaviour = Behaviour()
    with mail_server(behaviour) as port:
        office.add_settings(SETTINGS.format(port=port))
        yield behaviour


@pytest.mark.parametrize(
    "address",
    ["bob\udcff@customer.example", "", " ", "bob", '"bob" <bob@customer.example>', "<b@c.example>"],
)
def test_an_address_that_is_typed_is_looked_at_first(office: Office, address: str) -> None:
    done = office.run("send-link", "--to", address, "--yes")
    assert done.code == 2
    assert "is not an address that email can be sent to" in done.err


@pytest.mark.parametrize("address", POISON)
def test_it_is_refused_in_words_at_send_link(
    office: Office, behaviour: Behaviour, address: str
) -> None:
    contact = office.world.insert(
        "Contacts", companyID=174, firstName="Bob", lastName="Ray", isActive=1, emailAddress=address
    )
    id = str(office.ticket(30, contactID=contact))
    done = office.run("send-link", id, "--yes")
    assert done.code == 3
    assert "email can't be sent to the address of" in done.err
    assert "--to" in done.err
    typed = office.run("send-link", id, "--to", address, "--yes")
    assert typed.code == 2
    assert "is not an address that email can be sent to" in typed.err
    assert behaviour.taken == []
    assert json.loads(office.run("outbox", "--json").out)["entries"] == []


def entry(to: str, *, state: State = State.WAITING) -> Operation:
    """Make an entry as an earlier mcdesk may have stored it."""
    email = Email(
        sender="desk@example.com",
        to=to,
        reply_to="",
        subject="Pick a time",
        text=f"Hello {to}",
        ticket="",
        message_id=f"<{abs(hash(to)):032x}@example.com>",
    )
    step = MailStep(since=NOW, message_id=email.message_id, email=email, state=state)
    return Operation(kind=Kind.LINK, at=NOW, to=to, steps=(step,))


@pytest.mark.parametrize("state", [State.WAITING, State.UNKNOWN, State.FAILED, State.SENDING])
@pytest.mark.parametrize("resend", [(), ("--resend",)])
def test_an_address_that_is_none_stops_no_other_entry(
    office: Office, behaviour: Behaviour, state: State, resend: tuple[str, ...]
) -> None:
    operations = office.desk().operations
    for address in POISON:
        operations.add(entry(address, state=state))
    operations.add(entry("jane@customer.example"))
    for argv in ((), ("--dry-run",)):
        done = office.run("outbox", "retry", *resend, *argv)
        assert "Traceback" not in done.err
        assert done.code == (0 if argv else 8)
    assert len(behaviour.taken) == 1
    left = json.loads(office.run("outbox", "--json").out)["entries"]
    assert len(left) == len(POISON)
    for each in left:
        assert office.run("outbox", "drop", str(each["n"]), "--yes").code == 0
    assert office.run("outbox").code == 0


@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError, AssertionError, OSError])
@pytest.mark.parametrize("where", ["prepare", "attempt", "revisit", "look"])
@pytest.mark.parametrize("resend", [(), ("--resend",)])
def test_whatever_an_entry_raises_the_others_go_out(
    office: Office,
    behaviour: Behaviour,
    where: str,
    kind: type[Exception],
    resend: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    operations = office.desk().operations
    state = State.FAILED if where == "revisit" else State.WAITING
    bad = operations.add(entry("bad@customer.example", state=state))
    for n in range(3):
        operations.add(entry(f"jane{n}@customer.example"))
    original = getattr(MailKind, where)

    def raising(self: MailKind, operation: Operation, *more: object) -> object:
        if operation.n == bad.n:
            raise kind("poison")
        return original(self, operation, *more)

    monkeypatch.setattr(MailKind, where, raising)
    done = office.run("outbox", "retry", *resend)
    assert done.code == 70
    assert f"number {bad.n} cannot be sent" in done.err
    assert "Traceback" not in done.err
    assert len(behaviour.taken) == (4 if where == "look" else 3)
    assert [each.n for each in office.desk().operations.waiting()] == [bad.n]


ANY = st.text(max_size=80) | st.sampled_from(POISON)


@given(text=ANY)
def test_what_counts_as_an_address_can_be_written_to(text: str) -> None:
    if is_address(text):
        assert mailbox(text).addr_spec == text
        assert mailbox(f"Bob <{text}>").addr_spec == text
    else:
        try:
            found = mailbox(text).addr_spec
        except MailNotSent:
            return
        assert is_address(found)


@given(subject=ANY, text=ANY, ticket=ANY)
def test_every_mail_can_be_written_down(subject: str, text: str, ticket: str) -> None:
    email = entry("jane@customer.example").mail
    assert email
    assert email.email
    words = text.encode("utf-8", "replace").decode("utf-8")  # as texts are when they are composed
    mail = replace(email.email, subject=subject, ticket=ticket, text=words)
    raw = message(mail, datetime.fromisoformat("2026-11-23T15:00:00Z")).as_bytes()
    assert raw.isascii()
    assert b"\nBcc" not in raw.partition(b"\r\n\r\n")[0]
