"""Field cases C3 and C4: no answer is believed, and none is about another thing than asked."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from between import ANSWERS, Between, Unreachable
from mailservers import Behaviour, mail_server
from offices import Office

from mcdesk.sandbox.people import VENDOR

pytestmark = pytest.mark.thorough
COLLEAGUE, ME, LINK_SENT = 23, 20, 20
NOTE = ("POST", r"/Tickets/\d+/Notes$")
PATCH = ("PATCH", "/Tickets$")
OFF = ("DELETE", "/SecondaryResources/")
ON = ("POST", "/SecondaryResources$")
# After these a look decides for good: Autotask itself has refused.
REFUSED = {"in words": 1, "no permission": 4, "429": 8}
# The same of a change of a ticket: it has failed if it was looked at, and is as before.
DEFINITE = {*REFUSED, "403", "401", "moved"}
# Seconds after which the write lands all the same; None: never.
LATE = (0.0, 1.0, 3.0, 120.0, 240.0, None)

every_answer = pytest.mark.parametrize("answer", ANSWERS)
however_late = pytest.mark.parametrize("late", LATE)


def warm(office: Office) -> None:
    """Let nothing but what a command is about be asked for."""
    office.run("send-to-mc", str(office.ticket(5)), "--dry-run", "--note", "words")
    office.run("claim", str(office.ticket(6)), "--dry-run")


def between(
    office: Office, what: tuple[str, str], answer: str, late: float | None, **more: Any
) -> Between:
    office.transport = layer = Between(office, *what, ANSWERS[answer], late=late, **more)
    return layer


def texts(office: Office, ticket: int) -> list[str]:
    return [note["description"].split("\r\n")[0] for note in office.notes(ticket)]


def cron(office: Office, layer: Between, *, minutes: int = 12) -> None:
    """Retry every minute, as nobody's cron job does, with health restored."""
    layer.relent()
    office.desk().refused_logins.forget()
    for _ in range(minutes):
        office.now += timedelta(minutes=1)
        office.run("outbox", "retry")
    layer.land()


class TestNote:
    @pytest.mark.exhaustive
    @every_answer
    @however_late
    @pytest.mark.parametrize("named", [False, True], ids=["any", "in my name only"])
    def test_what_is_said_is_so_and_it_is_written_once(
        self, office: Office, answer: str, late: float | None, named: bool
    ) -> None:
        if answer == "no permission" and late:
            pytest.skip("the look says no, and the technician's name is left out at once")
        warm(office)
        ticket = office.ticket(20)
        layer = between(office, NOTE, answer, late, named=named)
        done = office.run("note", str(ticket), "my words", "--json")
        assert layer.struck
        assert "Traceback" not in done.err
        said, there = json.loads(done.out), texts(office, ticket).count("my words")
        assert (said["outcome"] == "sent") <= (there == 1)
        assert (said["outcome"] in ("failed", "waiting")) <= (there == 0)
        if late == 0.0 and answer != "401":  # a login that was refused is not sent to look
            assert (said["outcome"], done.code) == ("sent", 0)
        elif said["outcome"] in ("failed", "waiting"):
            assert answer in REFUSED
            assert done.code == REFUSED[answer]
        if answer in REFUSED and late:
            office.now += timedelta(seconds=late)  # a refusal is believed once somebody looked
        cron(office, layer)
        assert texts(office, ticket).count("my words") == 1
        assert json.loads(office.run("outbox", "--json").out)["entries"] == []

    @pytest.mark.parametrize("answer", ["no permission", "403", "403 page"])
    @pytest.mark.parametrize("blind", ["status 503", "429", "lose-request", "401", "status 404"])
    def test_nothing_is_called_unwritten_without_a_look(
        self, office: Office, answer: str, blind: str
    ) -> None:
        warm(office)
        ticket = office.ticket(20)
        layer = between(office, NOTE, answer, 0.0, named=True)
        office.break_with(f"POST /TicketNotes/query {blind}")
        done = office.run("note", str(ticket), "my words", "--json")
        assert json.loads(done.out)["outcome"] == "unknown"
        office.break_with()
        cron(office, layer)
        assert texts(office, ticket) == ["my words"]

    def test_nor_if_the_look_finds_no_way(self, office: Office) -> None:
        """What never left is the look, not the note."""
        warm(office)
        ticket = office.ticket(20)
        layer = between(office, NOTE, "no permission", 0.0, named=True)
        office.transport = Unreachable(layer, "/TicketNotes/query")
        done = office.run("note", str(ticket), "my words", "--json")
        assert json.loads(done.out)["outcome"] == "unknown"
        office.transport = layer
        cron(office, layer)
        assert texts(office, ticket) == ["my words"]

    @pytest.mark.parametrize("landed", [0.0, None])
    def test_another_id_than_the_notes(self, office: Office, landed: float | None) -> None:
        warm(office)
        ticket = office.ticket(20)
        assert office.run("note", str(ticket), "my words").code == 0
        (first,) = office.notes(ticket)
        office.now += timedelta(seconds=30)
        import httpx

        way = office.transport
        layer = office.transport = Between(
            office, *NOTE, lambda: httpx.Response(200, json={"itemId": first["id"]}), late=landed
        )
        said = json.loads(office.run("note", str(ticket), "my words", "--json").out)
        assert (said["outcome"] == "sent") <= (len(office.notes(ticket)) == 2)
        assert said["outcome"] in ("sent", "unknown")
        assert said["note_id"] != first["id"]
        cron(office, layer)
        assert texts(office, ticket) == ["my words", "my words"]
        office.transport = way
        ids = {each.note.row for each in office.desk().operations.latest() if each.note}
        assert ids == {note["id"] for note in office.notes(ticket)}


@pytest.fixture
def mails(office: Office) -> Iterator[Behaviour]:
    """Let the office's mail go to a server."""
    behaviour = Behaviour()
    with mail_server(behaviour) as port:
        office.add_settings(
            '[mail]\ntransport = "smtp"\nfrom = "desk@demo.example"\n'
            f'[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
            '[scheduling]\nlink = "https://book.example.com/?t={ticket}"\n'
            'status = "Scheduling Link Sent"\n'
        )
        yield behaviour


WORDS = {"send-to-mc": "sent", "claim": "claimed", "undo": "undone"}


def change(office: Office, command: str, ticket: int) -> dict[str, Any]:
    options = ("--remove-secondaries",) if command == "send-to-mc" else ()
    done = office.run(command, str(ticket), "--yes", *options, "--json")
    assert "Traceback" not in done.err
    (said,) = json.loads(done.out)["results"]
    assert (done.code == 0) == (said["outcome"] in (WORDS[command], "already_there")), done
    assert done.code in (0, 1, 4)
    return said  # type: ignore[no-any-return]


def check(office: Office, ticket: int) -> dict[str, Any]:
    document = json.loads(office.run("log", str(ticket), "--check", "--json").out)
    entry: dict[str, Any] = document["entries"][0]
    return entry


class TestChanges:
    """send-to-mc, claim and undo: their PATCH, and the secondary resources."""

    @pytest.mark.exhaustive
    @every_answer
    @pytest.mark.parametrize(
        ("command", "what"),
        [
            ("send-to-mc", PATCH),
            ("send-to-mc", OFF),
            ("claim", PATCH),
            ("claim", OFF),
            ("undo", PATCH),
            ("undo", ON),
        ],
        ids=["send", "send, taking off", "claim", "claim, taking off", "undo", "undo, putting on"],
    )
    def test_what_is_said_is_so_and_an_undo_brings_it_back(
        self, office: Office, command: str, what: tuple[str, str], answer: str
    ) -> None:
        warm(office)
        wanted = self._as_it_becomes(office, command)
        way = office.transport
        for minute, late in enumerate((0.0, 1.0, 240.0, None)):
            ticket = self._ticket(office, 20 + minute, command)
            before = office.holds(ticket)
            if command == "undo":
                assert change(office, "send-to-mc", ticket)["outcome"] == "sent"
            started = office.holds(ticket)
            layer = between(office, what, answer, late)
            said = change(office, command, ticket)
            assert layer.struck
            assert said["verified"] <= (office.holds(ticket) == wanted)
            if said["outcome"] == "failed":
                put_back = "could not be put back" not in said["error"]
                assert (office.holds(ticket) == started) == put_back
                assert answer in DEFINITE
            if late == 0.0 and answer != "401":  # a login that was refused is not sent to look
                assert said["verified"]
            layer.relent()
            office.desk().refused_logins.forget()
            office.now += timedelta(seconds=late or 0)
            layer.land()
            entry, now = check(office, ticket), office.holds(ticket)
            assert entry["check"]["holds"] == (now == wanted)
            if late and answer in DEFINITE and what in (OFF, ON):
                continue  # refused, seen not to be so, and done all the same
            office.run("undo", str(ticket), "--yes")
            assert office.holds(ticket) == before
            office.transport = way

    def _ticket(self, office: Office, waited: float, command: str) -> int:
        ticket = office.ticket(waited)
        office.secondary(ticket, ME if command == "claim" else COLLEAGUE)
        return ticket

    def _as_it_becomes(self, office: Office, command: str) -> dict[str, Any]:
        ticket = self._ticket(office, 99, command)
        before = office.holds(ticket)
        if command == "undo":
            return before
        assert change(office, command, ticket)["verified"]
        return office.holds(ticket)

    @pytest.mark.parametrize("answer", ["no permission", "403", "403 page", "429", "in words"])
    @pytest.mark.parametrize("late", [0.0, None])
    def test_so_if_only_my_name_is_refused(
        self, office: Office, answer: str, late: float | None
    ) -> None:
        warm(office)
        ticket = office.ticket(20)
        before = office.holds(ticket)
        layer = between(office, PATCH, answer, late, named=True)
        said = change(office, "claim", ticket)
        assert layer.struck == 1
        landed = late is not None or answer == "no permission"
        assert (office.holds(ticket)["primary"] == ME) == landed == said["verified"]
        layer.relent()
        assert change(office, "undo", ticket)["verified"] if landed else True
        assert office.holds(ticket) == before

    @pytest.mark.parametrize("command", ["claim", "send-to-mc"])
    @pytest.mark.parametrize("blind", ["status 503", "429", "lose-request", "status 404"])
    def test_nothing_has_failed_without_a_look(
        self, office: Office, command: str, blind: str
    ) -> None:
        warm(office)
        ticket = office.ticket(20)
        layer = between(office, PATCH, "no permission", 0.0, named=True)
        office.break_with(f"POST /Tickets/query {blind} @2")
        assert change(office, command, ticket)["outcome"] == "unverified"
        office.break_with()
        assert check(office, ticket)["check"]["holds"]
        assert layer.struck == 1

    @pytest.mark.parametrize("command", ["claim", "send-to-mc"])
    def test_nor_if_the_look_finds_no_way(self, office: Office, command: str) -> None:
        warm(office)
        ticket = office.ticket(20)
        layer = between(office, PATCH, "no permission", 0.0, named=True)
        office.transport = Unreachable(layer, "/Tickets/query", after=1)
        assert change(office, command, ticket)["outcome"] == "unverified"
        office.transport = layer
        assert check(office, ticket)["check"]["holds"]


@every_answer
def test_the_status_of_a_link(office: Office, mails: Behaviour, answer: str) -> None:
    warm(office)
    way = office.transport
    for minute, late in enumerate((0.0, 1.0, 240.0, None)):
        ticket = office.ticket(20 + minute)
        before = office.holds(ticket)
        layer = between(office, PATCH, answer, late)
        done = office.run("send-link", str(ticket), "--yes", "--json")
        said = json.loads(done.out)
        assert layer.struck
        has_it = office.holds(ticket)["status"] == LINK_SENT
        assert (said["outcome"], said["note"]) == ("sent", "sent")
        assert (said["status"] == "sent") <= has_it
        assert (said["status"] in ("failed", "waiting")) <= (not has_it)
        assert (done.code == 0) == (said["status"] == "sent")
        if late == 0.0 and answer != "401":
            assert said["status"] == "sent"
        cron(office, layer)
        assert json.loads(office.run("outbox", "--json").out)["entries"] == []
        assert office.holds(ticket) == {**before, "status": LINK_SENT}
        assert len(office.notes(ticket)) == 1
        assert len(mails.taken) == minute + 1
        assert office.run("undo", str(ticket), "--yes").code == 0
        assert office.holds(ticket) == before
        office.transport = way


@every_answer
def test_a_handoff_with_its_note_and_mail(office: Office, mails: Behaviour, answer: str) -> None:
    """The note goes out only after the handoff is known to be made, and once."""
    warm(office)
    way = office.transport
    for minute, late in enumerate((0.0, 1.0, 240.0, None)):
        ticket, text = office.ticket(20 + minute), f"words number {minute}"
        layer = between(office, PATCH, answer, late)
        argv = ("send-to-mc", str(ticket), "--yes", "--note", text, "--notify-dispatch", "--json")
        done = office.run(*argv)
        said = json.loads(done.out)["results"][0]
        assert layer.struck
        with_mc = office.holds(ticket)["primary"] == VENDOR
        assert (said["outcome"] == "sent") <= with_mc
        assert (texts(office, ticket) == [text]) == (said["outcome"] == "sent")
        assert "Traceback" not in done.err
        cron(office, layer)
        with_mc = office.holds(ticket)["primary"] == VENDOR
        if said["outcome"] == "failed":
            (kept,) = [p for p in (office.home / "drafts").iterdir() if text in p.read_text()]
            assert kept.name in done.err
            assert texts(office, ticket) == []
        else:
            assert texts(office, ticket) == [text] * with_mc
            listed = json.loads(office.run("outbox", "--json").out)["entries"]
            assert [each["ticket"]["id"] for each in listed] == [ticket] * (not with_mc)
            assert sum(text.encode() in mail for mail in mails.taken) == with_mc
            if not with_mc:
                office.run("outbox", "drop", str(listed[0]["n"]), "--yes")
                assert [p for p in (office.home / "drafts").iterdir() if text in p.read_text()]
        office.transport = way
