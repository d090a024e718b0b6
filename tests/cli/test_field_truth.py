"""Field cases C3 and C4: no answer is believed, and none is about another thing than asked."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from between import ANSWERS, Between, Unreachable
from mailservers import Behaviour, mail_server
from offices import Office

COLLEAGUE, ME = 23, 20
NOTE = ("POST", r"/Tickets/\d+/Notes$")
PATCH = ("PATCH", "/Tickets$")
OFF = ("DELETE", "/SecondaryResources/")
ON = ("POST", "/SecondaryResources$")
# After these a look decides for good: Autotask itself has refused.
REFUSED = {"in words": 1, "no permission": 4, "429": 8}
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
