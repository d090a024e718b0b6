"""What comes back from the vendor in a status in which tickets wait: known, on top, told once."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from deaths import Mortal
from offices import Office
from slackserver import SlackServer, slack_server

from mcdesk.sandbox.people import HELP_DESK_ROLE, VENDOR

ME, COLLEAGUE = 20, 23
NEW, RETURNED, IN_PROGRESS = 1, 32, 8
MINUTE = timedelta(minutes=1)


@pytest.fixture
def slack(office: Office) -> Iterator[SlackServer]:
    with slack_server() as server:
        office.environ["MCDESK_SLACK_WEBHOOK"] = server.url
        yield server


def give(office: Office, ticket: int, who: int | None, status: int = NEW) -> None:
    """Let somebody hand the ticket on in Autotask, where mcdesk does not see it."""
    role = HELP_DESK_ROLE if who else None
    fields = {"assignedResourceID": who, "assignedResourceRoleID": role, "status": status}
    office.world.update("Tickets", ticket, **fields)


def to_vendor(office: Office, ticket: int) -> None:
    give(office, ticket, VENDOR, RETURNED)


def back(office: Office, *argv: str) -> list[int]:
    """Return which tickets came back, in the order of the list, and that they are stale."""
    tickets = json.loads(office.run(*argv, "--json").out)["tickets"]
    return [each["id"] for each in tickets if each["back_from_mc"]]


def look(office: Office, *argv: str) -> dict[str, Any]:
    """Let a watch that starts anew look once, a minute later."""
    office.now += MINUTE
    done = office.run("watch", "--once", "--json", *argv)
    assert done.code == 0, done.err
    document: dict[str, Any] = json.loads(done.out)
    return document


def told(office: Office) -> list[str]:
    digest = look(office, "--slack")["digest"]
    return list(digest["tickets"]) if digest else []


@pytest.fixture
def sent(office: Office) -> int:
    """Add a ticket that went to the vendor from here, and came back as if it were new."""
    ticket = office.ticket(40, priority=3)
    assert office.run("send-to-mc", str(ticket), "--yes").code == 0
    office.now += 5 * MINUTE
    give(office, ticket, None)
    return ticket


class TestByTheJournal:
    def test_it_is_on_top_and_stale_at_once(self, office: Office, sent: int) -> None:
        late = office.ticket(125, priority=4)
        for argv in (["stale"], ["stale", "--sort", "priority"], ["stale", "--all"]):
            tickets = json.loads(office.run(*argv, "--json").out)["tickets"]
            assert [each["id"] for each in tickets] == [sent, late]
            assert [each["back_from_mc"] for each in tickets] == [True, False]
            assert all(each["stale"] for each in tickets)
        shown = office.run("stale").out
        assert "1 of 2 unclaimed came back, 1 more have waited 1h or longer" in shown
        assert "back, 45m" in shown

    @pytest.mark.parametrize("argv", [["list"], ["list", "--unclaimed"], ["find", "printer"]])
    def test_it_is_on_top_of_other_lists(self, office: Office, sent: int, argv: list[str]) -> None:
        newer = [office.ticket(minutes) for minutes in (3, 2, 1)]
        tickets = json.loads(office.run(*argv, "--limit", "2", "--json").out)["tickets"]
        assert [each["id"] for each in tickets] == [sent, newer[-1]]
        shown = office.run(*argv, "--limit", "4").out
        assert "nobody (back)" in shown
        assert "those that came back first, then the newest" in shown

    def test_it_is_so_where_one_picks_and_shows_and_on_the_board(
        self, office: Office, sent: int
    ) -> None:
        office.ticket(1)
        rows = [row.split("  ") for row in office.run("claim", answers=[]).err.splitlines()]
        assert [row[-1] for row in rows if row[0] in ("1", "2")] == ["back, 45m", "1m"]
        assert "45m of business time, came back" in office.run("show", str(sent)).out
        assert json.loads(office.run("show", str(sent), "--json").out)["back_from_mc"] is True
        assert "back, 45m" in office.run("watch", "--once").out
        assert look(office)["tickets"][0]["back_from_mc"] is True

    @pytest.mark.parametrize("command", ["claim", "undo"])
    def test_what_was_mine_since_is_a_ticket_like_any_other(
        self, office: Office, sent: int, command: str
    ) -> None:
        assert back(office, "stale", "--all") == [sent]
        if command == "undo":
            to_vendor(office, sent)
        assert office.run(command, str(sent), "--yes").code == 0
        give(office, sent, None)
        assert back(office, "stale", "--all") == []
        office.now += MINUTE
        assert office.run("send-to-mc", str(sent), "--yes").code == 0
        give(office, sent, None)
        assert back(office, "stale") == [sent]

    def test_what_nobody_saw_arrive_is_not_said_to_be_back(self, office: Office) -> None:
        ticket = office.ticket(30)
        office.break_with("PATCH /Tickets lose-request")
        assert office.run("send-to-mc", str(ticket), "--yes").code == 1
        office.break_with()
        assert back(office, "stale", "--all") == []
        assert back(office, "list") == []

    @pytest.mark.parametrize("fields", [{"status": 12}, {"queueID": 8}, {"status": 5}])
    def test_only_where_tickets_wait(
        self, office: Office, sent: int, fields: dict[str, int]
    ) -> None:
        office.world.update("Tickets", sent, **fields)
        assert back(office, "stale", "--all") == []
        assert json.loads(office.run("show", str(sent), "--json").out)["back_from_mc"] is False
        assert back(office, "find", "printer", "--all") == []

    def test_a_note_leaves_it_so(self, office: Office, sent: int) -> None:
        assert office.run("note", str(sent), "Called back").code == 0
        assert back(office, "stale") == [sent]


class TestByTheWatch:
    """A colleague sent it, at another computer."""

    def test_what_a_watch_saw_with_them_is_known_after_a_restart(self, office: Office) -> None:
        ticket, other = office.ticket(40), office.ticket(20)
        to_vendor(office, ticket)
        assert back(office, "stale", "--all") == []
        look(office)
        give(office, ticket, None)
        assert back(office, "stale") == [ticket]
        assert [each["id"] for each in look(office)["tickets"]] == [ticket, other]
        office.now += timedelta(days=2)
        assert back(office, "stale")[0] == ticket

    def test_what_was_a_colleagues_since_is_a_ticket_like_any_other(self, office: Office) -> None:
        ticket = office.ticket(40)
        to_vendor(office, ticket)
        look(office)
        give(office, ticket, COLLEAGUE, IN_PROGRESS)
        look(office)
        give(office, ticket, None)
        assert back(office, "stale", "--all") == []
        to_vendor(office, ticket)
        look(office)
        give(office, ticket, None)
        assert back(office, "stale") == [ticket]

    def test_a_colleague_had_since_what_i_had_sent(self, office: Office, sent: int) -> None:
        to_vendor(office, sent)
        look(office)
        give(office, sent, COLLEAGUE, IN_PROGRESS)
        look(office)
        give(office, sent, None)
        assert back(office, "stale", "--all") == []

    def test_what_comes_back_between_two_reads_of_a_round_is_known(self, office: Office) -> None:
        ticket = office.ticket(40)
        to_vendor(office, ticket)
        office.run("list")  # the day's names
        way = office.transport
        office.transport = Mortal(way, 2, before=lambda: give(office, ticket, None))
        seen = look(office)
        assert [each["id"] for each in seen["tickets"]] == [ticket]
        office.transport = way
        assert look(office)["tickets"][0]["back_from_mc"] is True

    def test_a_full_disk_hides_nothing_else(self, office: Office, slack: SlackServer) -> None:
        late, ticket = office.ticket(70), office.ticket(20)
        to_vendor(office, ticket)
        look(office)
        with closing(sqlite3.connect(office.home / "mcdesk.db")) as db, db:
            db.execute(
                "CREATE TRIGGER full BEFORE INSERT ON sighting BEGIN SELECT RAISE(FAIL, 'x'); END"
            )
        assert [each["id"] for each in look(office, "--slack")["tickets"]] == [late]
        assert len(slack.posts) == 1


class TestTelling:
    def test_at_once_and_once_through_restarts_and_again_the_next_time(
        self, office: Office, slack: SlackServer
    ) -> None:
        ticket = office.ticket(10, ticketNumber="T20261123.0001")
        office.ticket(20)
        assert told(office) == []
        to_vendor(office, ticket)
        assert told(office) == []
        give(office, ticket, None)
        assert told(office) == ["T20261123.0001"]
        assert slack.posts[-1]["text"].startswith("1 ticket came back\n")
        assert told(office) == told(office) == []
        to_vendor(office, ticket)
        assert told(office) == []
        give(office, ticket, None)
        assert told(office) == ["T20261123.0001"]
        assert told(office) == []
        assert len(slack.posts) == 2

    def test_what_i_sent_again_is_told_again(
        self, office: Office, slack: SlackServer, sent: int
    ) -> None:
        assert len(told(office)) == 1
        assert told(office) == []
        assert office.run("send-to-mc", str(sent), "--yes").code == 0
        give(office, sent, None)
        assert len(told(office)) == 1
        assert told(office) == []

    def test_so_is_what_comes_back_a_second_time_in_a_status_of_its_own(
        self, office: Office, slack: SlackServer
    ) -> None:
        office.add_settings('[stale]\nreturned_statuses = ["Back from MC"]\n')
        ticket = office.ticket(10)
        to_vendor(office, ticket)
        assert told(office) == []
        for _ in range(2):
            give(office, ticket, None, 33)
            assert len(told(office)) == 1
            assert told(office) == []
            to_vendor(office, ticket)
            assert told(office) == []

    def test_a_closed_desk_is_told_at_opening(self, office: Office, slack: SlackServer) -> None:
        office.now += timedelta(hours=9)
        ticket = office.ticket(10)
        to_vendor(office, ticket)
        look(office)
        give(office, ticket, None)
        assert told(office) == []
        office.now += timedelta(hours=14)
        assert len(told(office)) == 1
        assert slack.posts[0]["text"].startswith("The desk is open: 1 ticket came back")

    def test_a_message_that_slack_did_not_take_is_told_in_the_next_round(
        self, office: Office, slack: SlackServer, sent: int
    ) -> None:
        slack.says = [(503, "down", {})]
        office.now += MINUTE
        assert office.run("watch", "--once", "--slack").code == 1
        assert len(told(office)) == 1
        assert told(office) == []
