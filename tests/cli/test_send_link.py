"""`send-link`: mail, then note, then status, and nothing that a customer must not read."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from boards import acted, line_of
from deaths import Died, Mortal, die, dying_at_commit
from mailservers import Behaviour, mail_server
from offices import Office, Result
from sampling import EVERY, FIRST

from mcdesk.cli.board import actions

SENT_STATUS, IN_PROGRESS = 20, 8
SETTINGS = """
[mail]
transport = "smtp"
from = "Lakeside IT <desk@demo.example>"
[mail.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
[scheduling]
link = "https://book.example.com/?t={{ticket}}&c={{company}}"
reply_to = "answers@demo.example"
status = "Scheduling Link Sent"
"""


class Shop:
    """An office that sends links, and its mail server."""

    def __init__(self, office: Office, behaviour: Behaviour) -> None:
        self.office = office
        self.behaviour = behaviour
        self.made = 0

    def ticket(self, **fields: Any) -> int:
        self.made += 1
        return self.office.ticket(10 + self.made, **fields)

    def holds(self, ticket: int) -> tuple[int, int, bool]:
        """Count the mails and notes of a ticket, and tell whether it has the status."""
        row = self.office.world.row("Tickets", ticket)
        assert row
        number = row["ticketNumber"].encode()
        mails = sum(b"X-Autotask-Ticket: " + number in mail for mail in self.behaviour.taken)
        return mails, len(self.office.notes(ticket)), row["status"] == SENT_STATUS

    def open_states(self) -> list[list[str]]:
        entries = json.loads(self.office.run("outbox", "--json").out)["entries"]
        assert all(entry["what"] == "send-link" for entry in entries)
        return [[step["state"] for step in entry["steps"]] for entry in entries]


@pytest.fixture
def shop(office: Office) -> Iterator[Shop]:
    behaviour = Behaviour()
    with mail_server(behaviour) as port:
        office.add_settings(SETTINGS.format(port=port))
        yield Shop(office, behaviour)


def document(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.out)
    assert found["schema"] == "mcdesk.link/1"
    return found


def test_mail_note_and_status(shop: Shop) -> None:
    ticket = shop.ticket()
    done = shop.office.run("send-link", str(ticket), "--yes", "--json")
    assert (done.code, done.err) == (0, "")
    said = document(done)
    assert said["to"] == "maria.lopez@harbor.example"
    assert (said["outcome"], said["note"], said["status"]) == ("sent", "sent", "sent")
    assert shop.holds(ticket) == (1, 1, True)
    mail = message_from_bytes(shop.behaviour.taken[0], policy=default)
    assert mail["From"] == "Lakeside IT <desk@demo.example>"
    assert mail["Reply-To"] == "answers@demo.example"
    assert mail["To"] == "Maria Lopez <maria.lopez@harbor.example>"
    text = mail.get_content().replace("\r\n", "\n")
    assert text.startswith("Hi Maria,\n\nPick a time")
    assert text.endswith("reply to this email.\n\nLakeside IT\n")
    assert "https://book.example.com/?t=T20261123.9110&c=Harbor%20Point%20Dental" in text
    for secret in ("Printer", "Mission", "missioncontrol", "Noor"):
        assert secret not in str(mail)
    (note,) = shop.office.notes(ticket)
    assert note["publish"] == 2
    assert note["title"] == "Scheduling link sent"
    assert "maria.lopez@harbor.example" in note["description"]


def test_says_it_to_people_and_asks(shop: Shop) -> None:
    ticket = shop.ticket()
    assert shop.office.run("send-link", str(ticket)).code == 3
    done = shop.office.run("send-link", str(ticket), answers=["n"])
    assert (done.code, done.out) == (3, "")
    assert shop.holds(ticket) == (0, 0, False)
    done = shop.office.run("send-link", str(ticket), answers=["y"])
    assert done.code == 0
    assert "To: maria.lopez@harbor.example" in done.err
    assert "about T20261123.9110, Printer offline? [y/N]" in done.err
    assert done.out.splitlines() == [
        "emailed to maria.lopez@harbor.example",
        f"internal note {shop.office.notes(ticket)[0]['id']} written on T20261123.9110",
        "status of T20261123.9110 set to Scheduling Link Sent",
    ]


def test_to_another_address_and_without_a_ticket(shop: Shop) -> None:
    ticket = shop.ticket()
    done = shop.office.run("send-link", str(ticket), "--to", "boss@example.com", "--yes")
    assert done.err.splitlines()[0] == (
        "warning: boss@example.com is not the contact on T20261123.9110: that is Maria Lopez "
        "(maria.lopez@harbor.example)"
    )
    assert b"To: boss@example.com\r\n" in shop.behaviour.taken[0]
    assert b"\r\n\r\nHi there,\r\n" in shop.behaviour.taken[0]
    shop.office.requests()
    done = shop.office.run("send-link", "--to", "new@example.com", "--yes", "--json")
    assert done.code == 0
    assert document(done)["ticket"] == {"id": None, "number": None}
    assert document(done)["note"] == "not_requested"
    assert shop.office.requests() == []
    assert b"ticket" not in shop.behaviour.taken[1].lower().split(b"\r\n\r\n", 1)[1]


def test_the_contacts_own_address_is_no_other(shop: Shop) -> None:
    ticket = shop.ticket()
    to = "Maria.Lopez@Harbor.example"
    done = shop.office.run("send-link", str(ticket), "--to", to, "--yes")
    assert "warning" not in done.err
    assert b"\r\n\r\nHi Maria,\r\n" in shop.behaviour.taken[0]


def test_a_contacts_name_that_is_none_greets_nobody(shop: Shop) -> None:
    shop.office.world.update("Contacts", 300, firstName="Win www.evil.example", lastName="=?x?=")
    shop.office.run("send-link", str(shop.ticket()), "--yes")
    (mail,) = shop.behaviour.taken
    assert b"\r\n\r\nHi there,\r\n" in mail
    assert b"To: maria.lopez@harbor.example\r\n" in mail
    assert b"evil" not in mail


@pytest.mark.parametrize(
    ("argv", "code"),
    [([], 2), (["--to", "nobody"], 2), (["--to", "a@b\r\nBcc: c@d"], 2), (["999999"], 5)],
)
def test_what_cannot_be_meant(shop: Shop, argv: list[str], code: int) -> None:
    done = shop.office.run("send-link", *argv, "--yes")
    assert (done.code, done.out) == (code, "")
    assert shop.behaviour.taken == []


def test_a_ticket_without_an_address_is_refused(shop: Shop) -> None:
    for ticket in (shop.ticket(contactID=None), shop.ticket()):
        shop.office.world.update("Contacts", 300, emailAddress="")
        done = shop.office.run("send-link", str(ticket), "--yes")
        assert (done.code, done.out) == (3, "")
        assert "hint: use --to ADDRESS" in done.err
    assert shop.behaviour.taken == []


def test_a_company_that_is_called_like_the_vendor_stops_it(shop: Shop) -> None:
    shop.office.world.update("Companies", 174, companyName="Mission  CONTROL Bakery")
    ticket = shop.ticket()
    done = shop.office.run("send-link", str(ticket), "--yes")
    assert (done.code, done.out) == (3, "")
    assert shop.holds(ticket) == (0, 0, False)


@pytest.mark.parametrize("state", ["waiting", "failed", "unknown"])
@pytest.mark.parametrize(
    "vendor", ["Lakeside", "LAKE-SIDE, Inc.", "Lakeside IT NOC", "Book Example"]
)
def test_a_letter_that_waited_is_held_against_the_vendors_name_of_today(
    shop: Shop, state: str, vendor: str
) -> None:
    """It was written before the settings called the vendor so."""
    ticket = shop.ticket()
    answers = {"waiting": "451 later", "failed": "550 no", "unknown": "what?"}
    shop.behaviour.answers["DATA"] = answers[state]
    assert shop.office.run("send-link", str(ticket), "--yes").code == 8
    assert shop.open_states() == [[state, "waiting", "waiting"]]
    shop.behaviour.answers.clear()
    path = shop.office.home / "config.toml"
    before = path.read_text(encoding="utf-8")
    after = before.replace("Lakeside IT <desk@demo", "Desk <desk@demo")
    after = after.replace("book.example.com", "times.example.com")
    path.write_text(f'{after}\n[mc]\nname = "{vendor}"\n', encoding="utf-8")
    done = shop.office.run("outbox", "retry", "--resend")
    assert done.code == 8
    assert f'names "{vendor}"' in done.err
    assert shop.holds(ticket) == (0, 0, False)
    assert shop.open_states() == [[state, "waiting", "waiting"]]
    path.write_text(before, encoding="utf-8")
    assert shop.office.run("outbox", "retry", "--resend").code == 0
    assert shop.holds(ticket) == (1, 1, True)


def test_without_a_link_or_a_status(shop: Shop) -> None:
    config = (shop.office.home / "config.toml").read_text(encoding="utf-8")
    shop.office.configure(config.replace('status = "Scheduling Link Sent"', ""))
    ticket = shop.ticket()
    done = shop.office.run("send-link", str(ticket), "--yes", "--json")
    assert document(done)["status"] == "not_requested"
    assert shop.holds(ticket) == (1, 1, False)
    shop.office.configure("\n".join(line for line in config.split("\n") if "link =" not in line))
    done = shop.office.run("send-link", str(ticket), "--yes")
    assert done.code == 4
    assert "scheduling.link is not set" in done.err


def test_one_that_went_out_before_is_told_with_when_and_by_whom(shop: Shop) -> None:
    ticket = shop.ticket()
    shop.office.run("send-link", str(ticket), "--yes")
    done = shop.office.run("send-link", str(ticket), answers=["n"])
    assert "warning: Noor Haddad has sent one already, 10:00 AM" in done.err
    assert shop.holds(ticket)[0] == 1


def test_a_note_that_customers_read_is_no_link_of_ours(shop: Shop) -> None:
    ticket = shop.ticket()
    shop.office.note(ticket, 5, title="Scheduling link sent", publish=1)
    assert "one already" not in shop.office.run("send-link", str(ticket), answers=["n"]).err
    shop.office.note(ticket, 5, title="Scheduling link sent", publish=2)
    assert "one already" in shop.office.run("send-link", str(ticket), answers=["n"]).err


def test_a_dry_run(shop: Shop) -> None:
    ticket = shop.ticket()
    done = shop.office.run("send-link", str(ticket), "--dry-run")
    assert done.code == 0
    assert "https://book.example.com/?t=T20261123.9110" in done.out
    assert "would write an internal note" in done.out
    assert "would set status" in done.out
    assert shop.holds(ticket) == (0, 0, False)
    assert shop.open_states() == []
    done = shop.office.run("send-link", str(ticket), "--dry-run", "--json")
    assert document(done)["outcome"] == "planned"
    done = shop.office.run("send-link", "--to", "jo@example.com", "--dry-run")
    assert done.out.splitlines()[-2:] == [
        "Dry run: nothing was sent.",
        "  would email jo@example.com",
    ]
    assert shop.behaviour.taken == []


def test_an_unknown_mail_holds_the_other_two(shop: Shop) -> None:
    ticket = shop.ticket()
    shop.behaviour.hangs_up = "DATA"
    done = shop.office.run("send-link", str(ticket), "--yes", "--json")
    assert done.code == 8
    assert document(done)["outcome"] == "unknown"
    assert shop.open_states() == [["unknown", "waiting", "waiting"]]
    assert shop.holds(ticket)[1:] == (0, False)
    shop.behaviour.hangs_up = ""
    done = shop.office.run("outbox", "retry")
    assert (done.code, "calling is faster" in done.err) == (8, False)
    assert shop.office.run("outbox", "retry", answers=["y"]).code == 0
    assert shop.holds(ticket) == (2, 1, True)


def test_scripts_are_told_that_a_status_was_left_alone(shop: Shop) -> None:
    ticket = shop.ticket()
    # The read back of the note comes just before the status is looked at.
    way = shop.office.transport
    shop.office.transport = Mortal(
        way, 8, before=lambda: shop.office.world.update("Tickets", ticket, status=IN_PROGRESS)
    )
    said = json.loads(shop.office.run("send-link", str(ticket), "--yes", "--json").out)
    assert (said["outcome"], said["note"], said["status"]) == ("sent", "sent", "left_alone")


def test_a_ticket_that_moved_on_keeps_its_status(shop: Shop) -> None:
    ticket = shop.ticket()
    shop.behaviour.answers["DATA"] = "451 later"
    assert shop.office.run("send-link", str(ticket), "--yes").code == 8
    shop.behaviour.answers.clear()
    shop.office.world.update("Tickets", ticket, status=IN_PROGRESS)
    done = shop.office.run("outbox", "retry")
    assert done.code == 0
    said = "status of T20261123.9110 left alone: somebody changed it since"
    assert said in done.out.splitlines()
    row = shop.office.world.row("Tickets", ticket)
    assert row
    assert row["status"] == IN_PROGRESS


@pytest.mark.parametrize(
    "fault",
    ["refuse Data violation: no", "lose-request", "lose-answer", "status 503", "429", "truncate"],
)
@pytest.mark.parametrize("request_", ["POST /Tickets/*/Notes", "PATCH /Tickets"])
def test_faults_after_the_mail_are_made_good_by_a_retry(
    shop: Shop, request_: str, fault: str
) -> None:
    ticket = shop.ticket()
    shop.office.break_with(f"{request_} {fault} x1")
    done = shop.office.run("send-link", str(ticket), "--yes", "--json")
    said = document(done)
    mails, notes, status = shop.holds(ticket)
    assert mails == 1
    assert (said["note"] == "sent") <= (notes == 1)
    assert (said["status"] == "sent") <= status
    assert (done.code == 0) == (shop.open_states() == [])
    shop.office.break_with()
    shop.office.now += timedelta(minutes=6)
    assert shop.office.run("outbox", "retry").code == 0
    assert shop.holds(ticket) == (1, 1, True)


# By the command, and by the key of the board.
SENDINGS: dict[str, Callable[[Office, int], int]] = {
    "command": lambda office, ticket: office.run("send-link", str(ticket), "--yes").code,
    "board": lambda office, ticket: acted(office, actions.link(line_of(ticket))),
}


@pytest.mark.parametrize("how", SENDINGS)
def test_killed_at_every_request(shop: Shop, how: str) -> None:
    office, way = shop.office, shop.office.transport
    office.run("send-link", str(shop.ticket()), "--yes")
    (nth, step), lived = _instants(how), False
    while not lived:
        for moment in ("before", "after"):
            ticket = shop.ticket()
            office.transport = Mortal(way, nth, **{moment: die})
            with suppress(Died):
                lived = SENDINGS[how](office, ticket) == 0
            office.transport = way
            _made_good(shop, ticket)
        nth += step
    assert nth > 7


@pytest.mark.thorough
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("how", SENDINGS)
def test_killed_at_every_commit(shop: Shop, how: str, before: bool) -> None:
    office = shop.office
    office.run("send-link", str(shop.ticket()), "--yes")
    (nth, step), lived = _instants(how), False
    while not lived:
        ticket = shop.ticket()
        with dying_at_commit(nth, before=before, only="mcdesk.db"), suppress(Died):
            lived = SENDINGS[how](office, ticket) == 0
        _made_good(shop, ticket)
        nth += step
    assert nth > 8


def _instants(how: str) -> tuple[int, int]:
    """Return the first instant and the step: the board, which asks as the command, is sampled."""
    return (1 + FIRST, EVERY) if how == "board" else (1, 1)


def _made_good(shop: Shop, ticket: int) -> None:
    """Retry as a patient technician would; then each is there once, or nothing was begun."""
    for _ in range(3):
        mails, notes, _status = shop.holds(ticket)
        assert mails <= 1
        assert notes <= 1
        shop.office.now += timedelta(minutes=6)
        shop.office.run("outbox", "retry")
    open_states = shop.open_states()
    if open_states:
        # Only a mail that may have arrived waits for a person's word, and holds the rest.
        assert open_states == [["unknown", "waiting", "waiting"]]
        assert shop.holds(ticket)[1:] == (0, False)
        shop.office.run("outbox", "retry", "--resend")
        assert shop.holds(ticket)[1:] == (1, True)
    else:
        assert shop.holds(ticket) in ((1, 1, True), (0, 0, False))
    assert shop.open_states() == []


@pytest.mark.parametrize(
    ("hangs_up", "answers", "how"),
    [
        pytest.param("DATA", {}, "may have sent one already", id="unknown"),
        pytest.param("", {"RCPT": "451 later"}, "has one waiting in the outbox", id="waiting"),
    ],
)
def test_one_that_is_not_done_is_told_before_another(
    shop: Shop, hangs_up: str, answers: dict[str, str], how: str
) -> None:
    ticket = shop.ticket()
    shop.behaviour.hangs_up, shop.behaviour.answers = hangs_up, answers
    shop.office.run("send-link", str(ticket), "--yes")
    shop.behaviour.hangs_up, shop.behaviour.answers = "", {}
    done = shop.office.run("send-link", str(ticket), answers=["n"])
    assert f"warning: Noor Haddad {how}" in done.err
    assert "warning" not in shop.office.run("send-link", str(shop.ticket()), answers=["n"]).err


def test_one_whose_note_was_refused_is_told_all_the_same(shop: Shop) -> None:
    ticket = shop.ticket()
    shop.office.break_with('POST /Tickets/*/Notes refuse "no"')
    assert shop.office.run("send-link", str(ticket), "--yes").code == 1
    shop.office.break_with()
    done = shop.office.run("send-link", str(ticket), answers=["n"])
    assert "warning: Noor Haddad has sent one already" in done.err


def test_its_letter_is_erased_with_the_texts(shop: Shop) -> None:
    shop.office.run("send-link", "--to", "kim@customer.example", "--yes")
    shop.office.now += timedelta(days=31)
    (kept,) = shop.office.desk().operations.latest()
    assert kept.mail
    assert kept.mail.email is None
