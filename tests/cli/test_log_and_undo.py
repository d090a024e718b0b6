"""`log` and `undo`: what was done from here, whether it holds, and taking it back."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from deaths import Died, Mortal, die
from offices import Office

from mcdesk.sandbox.people import API_USER, HELP_DESK_ROLE, RMM_USER, VENDOR

ME, COLLEAGUE, SYSTEM = 20, 23, 4
ME_AS_WRITTEN = "noor.haddad@demo.example"


def sent(office: Office, **fields: Any) -> tuple[int, dict[str, Any]]:
    """Hand a ticket on that somebody had, with a vendor login and a colleague as secondaries."""
    values = {"assignedResourceID": ME, "assignedResourceRoleID": HELP_DESK_ROLE, **fields}
    ticket = office.ticket(95, **values)
    office.secondary(ticket, VENDOR)
    office.secondary(ticket, COLLEAGUE)
    before = office.holds(ticket)
    assert office.run("send-to-mc", str(ticket), "--yes", "--remove-secondaries").code == 0
    assert office.holds(ticket) != before
    return ticket, before


def entries(office: Office, *argv: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(office.run("log", "--json", *argv).out)["entries"]
    return found


class TestUndo:
    def test_restores_everything(self, office: Office) -> None:
        ticket, before = sent(office)
        done = office.run("undo", "--yes", "--json")
        assert done.code == 0
        (said,) = json.loads(done.out)["results"]
        assert json.loads(done.out)["schema"] == "mcdesk.undo/1"
        assert said["outcome"] == "undone"
        assert {"field": "secondary_resource", "before": None, "after": "Felix Brandt"} in said[
            "changes"
        ]
        assert office.holds(ticket) == before

    def test_is_safe_to_repeat(self, office: Office) -> None:
        first, _ = sent(office)
        office.now += timedelta(minutes=1)
        second, before = sent(office, ticketNumber="T20261123.8000")
        assert office.run("undo", "--yes").code == 0
        assert office.holds(second) == before
        again = office.run("undo", "--yes")
        assert (again.code, again.out) == (0, "")
        assert "was already undone" in again.err
        assert office.holds(first)["primary"] == VENDOR
        assert office.run("undo", str(first), "--yes").code == 0
        assert office.holds(first)["primary"] == ME
        assert office.run("undo", str(first), "--yes").code == 0
        assert json.loads(office.run("undo", str(first), "--yes", "--json").out)["results"] == []

    def test_asks_and_fails_closed(self, office: Office) -> None:
        ticket, _ = sent(office)
        assert office.run("undo").code == 3
        done = office.run("undo", str(ticket), answers=["n"])
        assert done.code == 3
        assert "Undo this handoff by Noor Haddad?" in done.err
        assert office.holds(ticket)["primary"] == VENDOR
        assert office.run("undo", "T20261123.9950", answers=["y"]).code == 0
        assert office.holds(ticket)["primary"] == ME

    def test_a_dry_run_sends_nothing(self, office: Office) -> None:
        ticket, _ = sent(office)
        done = office.run("undo", "--dry-run")
        assert done.code == 0
        assert "would set primary resource, role and status" in done.out
        assert done.out.count("would add a secondary resource") == 2
        assert office.holds(ticket)["primary"] == VENDOR

    @pytest.mark.parametrize("field", ["status", "priority", "queueID"])
    def test_refused_after_somebody_changed_it(self, office: Office, field: str) -> None:
        ticket, _ = sent(office)
        office.world.update(
            "Tickets", ticket, **{field: {"queueID": 5}.get(field, 3 + 4 * (field == "status"))}
        )
        held = office.holds(ticket)
        done = office.run("undo", "--yes")
        assert (done.code, done.out) == (3, "")
        assert "has changed since" in done.err
        assert "hint: call Mission Control: (347) 308-6455" in done.err
        assert office.holds(ticket) == held

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            pytest.param({"creatorResourceID": COLLEAGUE}, 3, id="a colleague"),
            pytest.param({"creatorResourceID": VENDOR}, 3, id="the vendor"),
            pytest.param({"creatorResourceID": None, "createdByContactID": 300}, 3, id="customer"),
            pytest.param({"creatorResourceID": API_USER}, 3, id="our API user: any colleague"),
            pytest.param({"creatorResourceID": ME}, 0, id="me"),
            pytest.param({"creatorResourceID": SYSTEM}, 0, id="the system"),
            pytest.param({"creatorResourceID": COLLEAGUE, "noteType": 13}, 0, id="a rule's note"),
            pytest.param({"creatorResourceID": RMM_USER}, 0, id="another integration"),
        ],
    )
    def test_notes_since(self, office: Office, fields: dict[str, Any], code: int) -> None:
        ticket, before = sent(office)
        office.now += timedelta(minutes=2)
        office.note(ticket, 1, **fields)
        done = office.run("undo", "--yes")
        assert done.code == code
        assert (office.holds(ticket) == before) == (code == 0)
        if code:
            assert "added a note to it since" in done.err

    def test_time_logged_since(self, office: Office) -> None:
        ticket, _ = sent(office)
        office.now += timedelta(minutes=2)
        office.world.insert(
            "TimeEntries",
            ticketID=ticket,
            resourceID=COLLEAGUE,
            roleID=HELP_DESK_ROLE,
            createDateTime=office.now,
            hoursWorked=1,
        )
        done = office.run("undo", "--yes")
        assert done.code == 3
        assert "Felix Brandt added a time entry to it since" in done.err

    def test_notes_before_do_not_matter(self, office: Office) -> None:
        ticket, before = sent(office)
        office.note(ticket, 5)
        assert office.run("undo", "--yes").code == 0
        assert office.holds(ticket) == before

    def test_our_clock_may_be_wrong(self, office: Office) -> None:
        # Ours is ten minutes ahead: a note that Autotask dates after the handoff counts.
        ours = office.now + timedelta(minutes=10)
        office.app.now = lambda: ours - timedelta(minutes=10)
        office.now = ours
        ticket, _ = sent(office)
        office.note(ticket, 10)
        assert office.run("undo", "--yes").code == 3

    def test_changed_while_the_question_stood(self, office: Office) -> None:
        ticket, _ = sent(office)

        def move() -> None:
            office.world.update("Tickets", ticket, status=8)

        # Ticket, secondary resources, notes, time entries; then the second look.
        office.transport = Mortal(office.transport, 5, before=move)
        assert office.run("undo", answers=["y"]).code == 3
        assert office.holds(ticket)["status"] == 8

    def test_nothing_to_undo(self, office: Office) -> None:
        done = office.run("undo", "--yes")
        assert (done.code, done.out) == (0, "")
        assert "nothing was changed from this computer" in done.err
        assert "nothing was changed on 77" in office.run("undo", "77", "--yes").err

    @pytest.mark.parametrize("command", [["undo", "--yes"], ["log"]], ids=["undo", "log"])
    def test_an_empty_reference_is_not_every_ticket(
        self, office: Office, command: list[str]
    ) -> None:
        ticket, _ = sent(office)
        held = office.holds(ticket)
        done = office.run(*command, "")
        assert (done.code, done.out) == (2, "")
        assert office.holds(ticket) == held

    @pytest.mark.parametrize("zone", ["ww5", "WW99"])
    @pytest.mark.parametrize(
        "command",
        [["show"], ["claim", "--dry-run"], ["send-to-mc", "--dry-run"], ["log"], ["undo", "--yes"]],
        ids=lambda command: command[0],
    )
    def test_a_link_of_another_zone_is_told(
        self, office: Office, command: list[str], zone: str
    ) -> None:
        page = f"https://{zone}.autotask.net/Mvc/ServiceDesk/TicketDetail.mvc"
        done = office.run(*command, f"{page}?ticketId={office.ticket(20)}")
        assert done.code == 0
        told = "warning: that link is of ww5.autotask.net, not of ww99.autotask.net"
        assert (told in done.err) == (zone == "ww5")
        assert ("that link" in done.err) == (zone == "ww5")

    def test_what_was_refused_was_not_taken_back(self, office: Office) -> None:
        ticket = office.ticket(20)
        office.break_with("PATCH /Tickets refuse no")
        office.run("send-to-mc", str(ticket), "--yes")
        for argv in ([], [str(ticket)]):
            done = office.run("undo", *argv, "--yes")
            assert (done.code, done.out) == (0, "")
            assert "the last attempt changed nothing" in done.err

    def test_a_request_that_landed_late_can_be_undone(self, office: Office) -> None:
        ticket = office.ticket(20)
        before = office.holds(ticket)
        office.break_with("PATCH /Tickets lose-request")
        assert office.run("send-to-mc", str(ticket), "--yes").code == 1
        early = office.run("undo", "--yes")
        assert (early.code, "is already as it was before" in early.out) == (0, True)
        assert "a lost request may still change it" in early.err
        office.world.update(
            "Tickets",
            ticket,
            assignedResourceID=VENDOR,
            assignedResourceRoleID=HELP_DESK_ROLE,
            status=32,
        )
        assert "was made and still holds" in office.run("log", "--check").out
        office.break_with()
        done = office.run("undo", "--yes")
        assert (done.code, done.err) == (0, "")
        assert office.holds(ticket) == before

    @pytest.mark.parametrize("command", ["claim", "send-to-mc"])
    def test_whoever_was_faster_keeps_the_ticket(self, office: Office, command: str) -> None:
        ticket = office.ticket(20)
        office.break_with("PATCH /Tickets workflow assignedResourceID=23 x1")
        assert office.run(command, str(ticket), "--yes").code != 0
        done = office.run("undo", "--yes")
        assert done.code == 3
        assert "Felix Brandt was faster and had it" in done.err
        assert office.holds(ticket)["primary"] == COLLEAGUE

    def test_a_secondary_that_may_be_gone_comes_back(self, office: Office) -> None:
        ticket = office.ticket(20)
        office.secondary(ticket, VENDOR)
        before = office.holds(ticket)
        office.run("send-to-mc", str(ticket), "--dry-run")
        office.break_with(
            "DELETE /Tickets/*/SecondaryResources/* lose-answer x1",
            "POST /TicketSecondaryResources/query status 400 x1 @2",
        )
        done = office.run("send-to-mc", str(ticket), "--yes")
        assert done.code == 1
        assert "nobody knows yet if T20261123.9200 was changed" in done.err
        assert office.holds(ticket) == {**before, "secondaries": set()}
        assert office.run("undo", str(ticket), "--yes").code == 0
        assert office.holds(ticket) == before

    def test_a_failed_handoff_is_passed_over(self, office: Office) -> None:
        ticket, before = sent(office)
        other = office.ticket(20)
        office.break_with("PATCH /Tickets refuse no")
        assert office.run("send-to-mc", str(other), "--yes").code == 1
        office.break_with()
        assert office.run("undo", "--yes").code == 0
        assert office.holds(ticket) == before

    def test_an_undo_that_died_is_taken_up_again(self, office: Office) -> None:
        ticket, before = sent(office)
        way = office.transport
        requests = 4 + 2 + 2  # four looks, PATCH and read-back, two put back
        for nth in range(1, requests + 1):
            office.transport = Mortal(way, nth, after=die)
            with pytest.raises(Died):
                office.run("undo", "--yes")
            office.transport = way
            assert office.run("undo", "--yes").code == 0
            assert office.holds(ticket) == before, nth
            office.now += timedelta(minutes=1)
            office.run("send-to-mc", str(ticket), "--yes", "--remove-secondaries", "--force")
            office.now += timedelta(minutes=1)

    def test_a_secondary_that_cannot_come_back_is_said_and_tried_again(
        self, office: Office
    ) -> None:
        ticket, before = sent(office)
        office.break_with("POST /Tickets/*/SecondaryResources refuse no x1")
        done = office.run("undo", "--yes")
        assert done.code == 1
        assert "has its old values back, but Help Desk Support could not be put back" in done.err
        assert office.run("undo", "--yes").code == 0
        assert office.holds(ticket) == before

    def test_the_ticket_is_gone(self, office: Office) -> None:
        ticket, _ = sent(office)
        office.world.delete("Tickets", ticket)
        assert office.run("undo", "--yes").code == 5
        assert "now: the ticket is gone" in office.run("log", "--check").out

    def test_interrupted_says_where_to_look(self, office: Office) -> None:
        sent(office)

        def interrupt() -> None:
            raise KeyboardInterrupt

        office.transport = Mortal(office.transport, 9, after=interrupt)
        done = office.run("undo", "--yes")
        assert done.code == 130
        assert "mcdesk log --check" in done.err


class TestLog:
    def test_says_who_did_what_and_how_it_looked(self, office: Office) -> None:
        office.environ["USERNAME"] = "noor"
        ticket, _ = sent(office)
        (entry,) = entries(office)
        assert entry == {
            "n": 1,
            "at": "2026-11-23T15:00:00Z",
            "who": "noor.haddad@demo.example / noor",
            "what": "send-to-mc",
            "template": "return-to-mc",
            "ticket": {"id": ticket, "number": "T20261123.9950"},
            "title": "Printer offline",
            "company": "Harbor Point Dental",
            "changes": [
                {
                    "field": "primary_resource",
                    "before": "Noor Haddad",
                    "after": "Help Desk Support",
                },
                {"field": "status", "before": "New", "after": "Returned to MC"},
            ],
            "secondary_resources": [
                {"name": "Help Desk Support", "change": "off", "state": "done"},
                {"name": "Felix Brandt", "change": "off", "state": "done"},
            ],
            "steps": [],
            "state": "done",
            "error": None,
            "undoes": None,
            "superseded": False,
            "check": None,
        }

    def test_to_read(self, office: Office) -> None:
        sent(office)
        office.run("undo", "--yes")
        done = office.run("log", "--check")
        undo, about, undone, by, send, _, handed, _ = done.out.splitlines()[1:9]
        assert undo.split()[2:] == ["undo", "T20261123.9950", "verified", "holds"]
        assert about.strip() == "Printer offline, Harbor Point Dental"
        assert by.strip() == "by Noor Haddad"
        assert undo.startswith("10:00 AM")
        assert undone.strip() == (
            "primary resource Help Desk Support -> Noor Haddad, status Returned to MC -> New; "
            "Help Desk Support back on; "
            "Felix Brandt back on"
        )
        assert "verified  replaced" in send
        assert handed.strip() == (
            "primary resource Noor Haddad -> Help Desk Support, status New -> Returned to MC; "
            "Help Desk Support off; "
            "Felix Brandt off"
        )
        assert done.out.endswith("\n2 changes\n")

    def test_how_far_back(self, office: Office) -> None:
        ticket, _ = sent(office)
        office.now += timedelta(days=30)
        done = office.run("log")
        assert done.out == "Nothing was changed from this computer; 1 earlier than 7d\n"
        assert office.run("log", "--since", "0d").out.endswith("1 earlier than 0d\n")
        assert entries(office, "--since", "5w")[0]["ticket"]["id"] == ticket
        other = office.run("log", str(office.ticket(30)))
        assert other.out == "Nothing was changed on that ticket from this computer\n"
        assert entries(office, str(ticket))[0]["ticket"]["id"] == ticket
        assert entries(office, "20261123.9950")[0]["ticket"]["id"] == ticket
        assert entries(office, "1") == []
        wrong = office.run("log", "--since", "long")
        assert (wrong.code, wrong.out) == (2, "")

    def test_checks_hundreds_with_one_request(self, office: Office) -> None:
        for i in range(3):
            office.run("send-to-mc", str(office.ticket(10 + i)), "--yes")
        office.requests()
        office.run("log", "--check")
        assert office.requests() == ["POST Tickets/query"]

    def test_without_check_no_request_is_made(self, office: Office) -> None:
        sent(office)
        office.requests()
        office.run("log")
        assert office.requests() == []

    def test_holds_no_note_text_and_no_secret(self, office: Office) -> None:
        ticket = office.ticket(95, description="my private words")
        office.run("send-to-mc", str(ticket), "--yes")
        stored = (office.home / "mcdesk.db").read_bytes()
        assert b"my private words" not in stored
        for secret in ("demo-only-Secret$1", "DEMOCODE"):
            assert secret.encode() not in stored

    def test_a_database_that_takes_nothing_stops_the_handoff_before_it_starts(
        self, office: Office
    ) -> None:
        ticket = office.ticket(95)
        office.run("send-to-mc", str(ticket), "--dry-run")
        with closing(sqlite3.connect(office.home / "mcdesk.db")) as db:
            db.execute("ALTER TABLE operation RENAME TO gone")
        done = office.run("send-to-mc", str(ticket), "--yes")
        assert done.code == 1
        assert "no such table" in done.err
        assert office.holds(ticket)["primary"] is None


class TestWhatWasLostOrCameBetween:
    def test_a_lost_removal_of_a_secondary_resource_can_be_taken_back(self, office: Office) -> None:
        ticket = office.ticket(95)
        row = office.secondary(ticket, COLLEAGUE)
        before = office.holds(ticket)
        office.break_with("DELETE /Tickets/*/SecondaryResources/* lose-request")
        done = office.run("send-to-mc", str(ticket), "--yes", "--remove-secondaries")
        assert done.code == 1
        assert "a lost request may still go through: run `mcdesk log --check`" in done.err
        assert office.holds(ticket) == before
        office.break_with()
        office.world.delete("TicketSecondaryResources", row)  # now it has landed
        assert office.run("undo", "--yes").code == 0
        assert office.holds(ticket) == before

    def test_a_refusal_that_was_answered_is_not_called_lost(self, office: Office) -> None:
        ticket = office.ticket(95)
        office.break_with("PATCH /Tickets status 400")
        done = office.run("send-to-mc", str(ticket), "--yes")
        assert done.code == 1
        assert "may still go through" not in done.err
        assert "not done" in office.run("log").out

    def test_a_note_that_came_while_an_undo_asked_stops_it(self, office: Office) -> None:
        ticket, _ = sent(office)
        office.now += timedelta(minutes=1)
        done = office.run(
            "undo",
            answers=["y"],
            meanwhile=lambda: office.note(ticket, 0, creatorResourceID=COLLEAGUE),
        )
        assert done.code == 3
        assert "Felix Brandt added a note to it since" in done.err
        assert office.holds(ticket)["primary"] == VENDOR


class TestWhoJoinedToday:
    def test_is_named(self, office: Office) -> None:
        office.run("send-to-mc", str(office.ticket(90)), "--dry-run")  # everybody is known
        new = office.world.insert(
            "Resources",
            firstName="Ida",
            lastName="Ng",
            userName="ida.ng",
            email="ida.ng@demo.example",
            isActive=True,
            licenseType=1,
        )
        held = {"assignedResourceID": new, "assignedResourceRoleID": HELP_DESK_ROLE}
        ticket = office.ticket(95, **held)
        shown = json.loads(office.run("show", str(ticket), "--json").out)
        assert shown["primary_resource"] == "Ida Ng"
        assert "Ida Ng has" in office.run("send-to-mc", str(ticket), "--yes").err
        assert "Ida Ng has" in office.run("claim", str(ticket)).err
        unknown = office.ticket(96, **{**held, "assignedResourceID": 99999})
        shown = json.loads(office.run("show", str(unknown), "--json").out)
        assert shown["primary_resource"] == "resource 99999"

    def test_may_have_been_given_a_role(self, office: Office) -> None:
        ticket = office.ticket(95)
        (role,) = office.world.rows("ResourceServiceDeskRoles", resourceID=VENDOR)
        office.world.delete("ResourceServiceDeskRoles", role["id"])
        assert office.run("send-to-mc", str(ticket), "--yes").code == 4
        office.world.insert("ResourceServiceDeskRoles", **role)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
