"""Nothing waits hidden: whoever typed it, whatever is damaged beside it."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from deaths import Died, Mortal, die
from offices import CONFIG, NEW, Office
from test_note import ours, outbox, with_mc

from mcdesk.sandbox.people import HELP_DESK_ROLE, RETURNED, VENDOR

OTHER = CONFIG.replace("api@demo.example", "former@demo.example")


def waits_for(office: Office, ticket: int, text: str = "my words") -> str:
    """Leave a note in the outbox, and return its number."""
    office.break_with("POST /Tickets/*/Notes 429")
    assert office.run("note", str(ticket), text).code == 8
    office.break_with()
    return str(outbox(office)[-1]["n"])


def typed_as(office: Office, user_name: str) -> None:
    """Let all that waits have been typed as *user_name*."""
    with closing(sqlite3.connect(office.home / "mcdesk.db")) as db, db:
        db.execute(
            "UPDATE operation SET body = CAST(replace(CAST(body AS TEXT), 'api@demo.example', ?)"
            " AS BLOB)",
            (user_name,),
        )


class TestAnotherUser:
    def test_is_shown_and_left_alone_without_a_terminal(self, office: Office) -> None:
        ticket = office.ticket(30)
        n = waits_for(office, ticket)
        typed_as(office, "former@demo.example")
        shown = office.run("outbox")
        assert shown.code == 8
        assert "my words" in shown.out
        assert [str(entry["n"]) for entry in outbox(office)] == [n]
        reminded = office.run("stale", answers=[])
        assert reminded.err.endswith("1 thing didn't go out: mcdesk outbox")
        board = json.loads(office.run("watch", "--once", "--json").out)
        assert board["outbox"] == 1, board
        for argv in ((), ("--yes",), (n,), ("--resend",)):
            left = office.run("outbox", "retry", *argv)
            assert left.code == 8
            assert "former@demo.example" in left.err
            assert "api@demo.example" in left.err
            assert ours(office, ticket) == []
        assert office.run("outbox", "retry", n, "--yes").code == 0
        assert ours(office, ticket) == ["my words"]

    @pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 8)])
    def test_is_asked_about_on_a_terminal(self, office: Office, answer: str, code: int) -> None:
        ticket = office.ticket(30)
        waits_for(office, ticket)
        typed_as(office, "former@demo.example")
        done = office.run("outbox", "retry", answers=[answer])
        assert done.code == code
        assert "typed as former@demo.example" in done.err
        assert len(ours(office, ticket)) == (answer == "y")

    @pytest.mark.parametrize("name", ["API@Demo.Example", "api@demo.example", ""])
    def test_another_case_is_the_same_user(self, office: Office, name: str) -> None:
        ticket = office.ticket(30)
        waits_for(office, ticket)
        typed_as(office, name)
        done = office.run("outbox", "retry")
        assert (done.code, ours(office, ticket)) == (0, ["my words"])
        assert "typed as" not in done.err

    def test_named_in_the_environment(self, office: Office) -> None:
        ticket = office.ticket(30)
        n = waits_for(office, ticket)
        office.environ["MCDESK_AUTOTASK_USERNAME"] = "other@demo.example"
        assert [str(entry["n"]) for entry in outbox(office)] == [n]
        left = office.run("outbox", "retry")
        assert left.code == 8
        assert "typed as api@demo.example, not as other@demo.example" in left.err

    def test_what_they_changed_is_in_the_log_and_can_be_undone(self, office: Office) -> None:
        ticket = office.ticket(30)
        before = office.holds(ticket)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        typed_as(office, "former@demo.example")
        entries = json.loads(office.run("log", "--json").out)["entries"]
        assert [entry["ticket"]["id"] for entry in entries] == [ticket]
        assert office.run("undo", str(ticket), "--yes").code == 0
        assert office.holds(ticket) == before


def damage(office: Office, n: str, body: object = b'{"kind": "wh\xff') -> None:
    with closing(sqlite3.connect(office.home / "mcdesk.db")) as db, db:
        db.execute("UPDATE operation SET body = ? WHERE n = ?", (body, n))


class TestDamagedRows:
    @pytest.mark.parametrize("body", [b'{"kind": "wh\xff', "a text", None, 7], ids=str)
    def test_are_named_and_hide_no_others(self, office: Office, body: object) -> None:
        odd, honest = office.ticket(30), office.ticket(31)
        n = waits_for(office, odd)
        waits_for(office, honest, "honest words")
        damage(office, n, body)
        shown = office.run("outbox")
        assert shown.code == 8
        assert "honest words" in shown.out
        assert f"warning: number {n} is damaged" in shown.err
        assert f"warning: number {n} is damaged" in office.run("outbox", "--json").err
        assert f"warning: number {n} is damaged" in office.run("log").err
        retried = office.run("outbox", "retry")
        assert retried.code == 8
        assert ours(office, honest) == ["honest words"]
        assert f"warning: number {n} is damaged" in retried.err
        reminded = office.run("stale", answers=[])
        assert reminded.err.endswith("1 thing didn't go out: mcdesk outbox")

    def test_alone_are_not_everything_got_through(self, office: Office) -> None:
        n = waits_for(office, office.ticket(30))
        damage(office, n)
        for argv in ((), ("retry",), ("retry", "--json"), ("retry", "--dry-run")):
            done = office.run("outbox", *argv)
            assert "outbox is empty" not in done.out + done.err
            assert f"number {n} is damaged" in done.err
            assert done.code == (0 if "--dry-run" in argv else 8)
        named = office.run("outbox", "retry", n)
        assert named.code == 8
        assert f"mcdesk outbox drop {n} drops it" in named.err

    def test_can_be_dropped_and_nothing_of_them_is_lost(self, office: Office) -> None:
        n = waits_for(office, office.ticket(30))
        damage(office, n)
        assert office.run("outbox", "drop", n).code == 3
        assert office.run("outbox", "drop", n, answers=["n"]).code == 3
        would = office.run("outbox", "drop", n, "--dry-run")
        assert (would.code, "damaged" in would.err) == (0, True)
        assert office.run("outbox").code == 8
        done = office.run("outbox", "drop", n, answers=["y"])
        assert done.code == 0
        assert "its text cannot be read" in done.err
        kept = sorted((office.home / "drafts").iterdir())
        assert all(str(path) in done.err for path in kept)
        assert [path.read_bytes() for path in kept] == [b'{"kind": "wh\xff', b"my words"]
        shown = office.run("outbox")
        assert (shown.code, shown.err) == (0, "")
        assert office.run("outbox", "drop", n, "--yes").code == 2

    def test_stay_if_nothing_can_be_kept_of_them(self, office: Office) -> None:
        n = waits_for(office, office.ticket(30))
        damage(office, n)
        for path in (office.home / "drafts").iterdir():
            path.unlink()
        (office.home / "drafts").rmdir()
        (office.home / "drafts").touch()
        assert office.run("outbox", "drop", n, "--yes").code == 1
        assert office.run("outbox").code == 8

    def test_that_are_done_can_be_dropped_too(self, office: Office) -> None:
        ticket = office.ticket(30)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        damage(office, "1")
        logged = office.run("log")
        assert (logged.code, "number 1 is damaged" in logged.err) == (0, True)
        assert "Nothing to undo" in office.run("undo", "--yes").err
        assert office.run("outbox", "drop", "1", "--yes").code == 0
        assert "damaged" not in office.run("log").err


class TestANoteBehindAHandoff:
    """What becomes of the note when the handoff is not simply done."""

    def handed(self, office: Office, fault: str, *more: str) -> tuple[int, int]:
        ticket = office.ticket(30)
        office.run("send-to-mc", str(office.ticket(5)), "--dry-run")
        office.break_with(fault)
        code = office.run("send-to-mc", str(ticket), "--yes", "--note", "my words", *more).code
        office.break_with()
        return ticket, code

    def test_as_planned_by_now(self, office: Office) -> None:
        ticket, code = self.handed(office, "PATCH /Tickets lose-request")
        assert (code, ours(office, ticket)) == (1, [])
        office.world.update(
            "Tickets",
            ticket,
            assignedResourceID=VENDOR,
            assignedResourceRoleID=HELP_DESK_ROLE,
            status=RETURNED,
        )
        office.requests()
        done = office.run("outbox", "retry")
        assert (done.code, ours(office, ticket)) == (0, ["my words"])
        assert [each for each in office.requests() if "PATCH" in each] == []
        (entry,) = json.loads(office.run("log", "--json").out)["entries"]
        assert entry["state"] == "done"
        assert "verified" in office.run("log").out

    @pytest.mark.parametrize("minutes", [1, 6])
    def test_as_before(self, office: Office, minutes: int) -> None:
        ticket, code = self.handed(office, "PATCH /Tickets lose-request")
        assert code == 1
        office.now += timedelta(minutes=minutes)
        office.requests()
        left = office.run("outbox", "retry")
        assert (left.code, ours(office, ticket)) == (8, [])
        assert office.run("outbox", "retry", answers=["n"]).code == 8
        asked = office.run("outbox", "retry", answers=["y"])
        assert "Send the note anyway?" in asked.err
        assert (asked.code, ours(office, ticket)) == (0, ["my words"])
        assert [each for each in office.requests() if "PATCH" in each] == []
        assert office.holds(ticket)["status"] == NEW
        assert outbox(office) == []
        assert list((office.home / "drafts").iterdir()) == []

    def test_dropped(self, office: Office) -> None:
        ticket, _ = self.handed(office, "PATCH /Tickets lose-request")
        n = str(outbox(office)[0]["n"])
        done = office.run("outbox", "drop", n, "--yes")
        (draft,) = (office.home / "drafts").iterdir()
        assert str(draft) in done.err
        assert outbox(office) == []
        (entry,) = json.loads(office.run("log", str(ticket), "--json").out)["entries"]
        assert entry["state"] == "unverified"
        assert office.run("outbox", "retry").code == 0
        assert ours(office, ticket) == []

    def test_died_before_it_was_planned(self, office: Office) -> None:
        office.add_settings('[templates.return-to-mc]\nnote = "sent {ticket}"\n')
        ticket = office.ticket(30)
        way = office.transport
        office.transport = Mortal(way, 1, before=die)
        with pytest.raises(Died):
            office.run("send-to-mc", str(ticket), "--yes", "--note", "my words")
        office.transport = way
        shown = office.run("outbox")
        assert shown.code == 8
        unnamed = office.run("outbox", "retry")
        assert (unnamed.code, ours(office, ticket)) == (8, [])
        n = str(outbox(office)[0]["n"])
        asked = office.run("outbox", "retry", n, answers=["n"])
        assert asked.code == 3
        assert "Not sent to Mission Control. Write the note anyway on T20261123.9300" in asked.err
        assert ours(office, ticket) == []
        assert office.run("outbox", "retry", n, answers=["y"]).code == 0
        assert ours(office, ticket) != []
        assert office.run("claim", str(ticket), "--yes").code == 0
        claimed, noted = json.loads(office.run("log", "--check", "--json").out)["entries"]
        assert (noted["what"], noted["superseded"]) == ("note", False)
        assert claimed["what"] == "claim"

    def test_already_there(self, office: Office) -> None:
        ticket = with_mc(office)
        office.break_with("POST /Tickets/*/Notes 429")
        done = office.run("send-to-mc", str(ticket), "--yes", "--note", "my words")
        assert done.code == 8
        office.break_with()
        assert office.run("outbox", "retry").code == 0
        assert ours(office, ticket) == ["my words"]
