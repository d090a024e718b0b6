"""How long the vendor has had a ticket and what they owe: in lists, on a ticket, on the watch."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from offices import NOW, Office, Result
from slackserver import SlackServer, slack_server
from test_watch import Timed, numbers, watch

from mcdesk.core.tickets import Ticket
from mcdesk.ops.finding import Searched, TicketList
from mcdesk.ops.with_mc import VendorWatch

ME, COLLEAGUE, VENDOR = 20, 21, 12
NEW, RETURNED = 1, 32
CRITICAL, HIGH, MEDIUM, LOW = 4, 1, 2, 3
PROMISED = {CRITICAL: 30, HIGH: 60, MEDIUM: 120, LOW: 1440}
PHONE = "(347) 308-6455"


@pytest.fixture(autouse=True)
def nothing_yet(office: Office) -> None:
    with office.world.transaction() as db:
        for entity in ("Tickets", "TicketNotes", "TimeEntries", "TicketHistory"):
            db.execute(f"DELETE FROM {entity}")


@pytest.fixture
def slack(office: Office) -> Iterator[SlackServer]:
    with slack_server() as server:
        office.environ["MCDESK_SLACK_WEBHOOK"] = server.url
        yield server


def sent(office: Office, ticket: int, by: int = COLLEAGUE) -> None:
    """Let a colleague send a ticket in Autotask itself."""
    office.change(ticket, by=by, assignedResourceID=VENDOR, status=RETURNED)


def clock(office: Office, ticket: int) -> dict[str, Any]:
    """Return what a list and the ticket itself say, which is the same."""
    done = office.run("list", "--with-mc", "--json", "--limit", "500")
    assert done.code == 0, done.err
    listed = {each["id"]: each["mc"] for each in json.loads(done.out)["tickets"]}
    shown = json.loads(office.run("show", str(ticket), "--json").out)["mc"]
    assert shown == listed[ticket]
    mc: dict[str, Any] = shown
    return mc


def since(office: Office, ticket: int) -> tuple[str | None, str | None]:
    mc = clock(office, ticket)
    return mc["since"], mc["since_from"]


def histories(office: Office) -> int:
    """Count the histories that were asked for since the last time."""
    return office.requests().count("POST TicketHistory/query")


class TestSince:
    def test_a_ticket_that_is_not_there_has_no_clock(self, office: Office) -> None:
        done = office.run("show", str(office.ticket(95)), "--json")
        assert json.loads(done.out)["mc"] is None

    def test_what_a_colleague_sent(self, office: Office) -> None:
        ticket = office.ticket(95, priority=HIGH)
        sent(office, ticket)
        office.now += timedelta(minutes=75)
        assert clock(office, ticket) == {
            "since": "2026-11-23T15:00:00Z",
            "since_from": "history",
            "last_word": None,
            "due": "2026-11-23T16:00:00Z",
            "overdue_minutes": 15,
        }
        said = f"MC: 15m overdue, call {PHONE}"
        assert said in office.run("list", "--with-mc").out
        assert f"{said} (with them since 10:00 AM)" in office.run("show", str(ticket)).out

    def test_by_another_template_of_the_settings(self, office: Office) -> None:
        office.add_settings(
            '[templates.night]\nprimary_resource = "Ravi Menon"\nstatus = "Waiting Vendor"\n'
            '[templates.by-category]\nstatus = "New"\n'
        )
        ticket = office.ticket(95, assignedResourceID=VENDOR, status=RETURNED)
        office.change(ticket, status=12)
        office.now += timedelta(minutes=5)
        office.change(ticket, status=NEW)
        office.now += timedelta(minutes=5)
        assert since(office, ticket) == ("2026-11-23T15:00:00Z", "history")

    def test_two_handoffs(self, office: Office) -> None:
        """Ours, taken back and sent again by others; then by us once more."""
        ticket = office.ticket(95)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        assert since(office, ticket) == ("2026-11-23T15:00:00Z", "journal")
        office.now += timedelta(minutes=30)
        office.note(ticket, 0, creatorResourceID=VENDOR)
        office.change(ticket, assignedResourceID=COLLEAGUE, status=8)
        office.now += timedelta(minutes=30)
        sent(office, ticket)
        office.now += timedelta(minutes=5)
        mc = clock(office, ticket)
        assert (mc["since"], mc["since_from"]) == ("2026-11-23T16:00:00Z", "history")
        assert mc["last_word"] is None
        office.change(ticket, assignedResourceID=None, status=NEW)
        office.now += timedelta(minutes=5)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        assert since(office, ticket) == ("2026-11-23T16:10:00Z", "journal")

    def test_what_else_was_changed_moves_no_clock(self, office: Office) -> None:
        ticket = office.ticket(95, priority=MEDIUM)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        office.now += timedelta(minutes=45)
        office.change(ticket, priority=CRITICAL)
        mc = clock(office, ticket)
        assert (mc["since"], mc["since_from"]) == ("2026-11-23T15:00:00Z", "journal")
        assert (mc["due"], mc["overdue_minutes"]) == ("2026-11-23T15:30:00Z", 15)
        office.change(ticket, priority=LOW)
        mc = clock(office, ticket)
        assert (mc["due"], mc["overdue_minutes"]) == ("2026-11-24T15:00:00Z", 0)

    def test_a_priority_without_a_promise(self, office: Office) -> None:
        ticket = office.ticket(95, priority=None)
        sent(office, ticket)
        mc = clock(office, ticket)
        assert (mc["since"], mc["due"]) == ("2026-11-23T15:00:00Z", None)
        assert "MC: no promise for this priority" in office.run("show", str(ticket)).out

    def test_promises_of_ones_own(self, office: Office) -> None:
        office.add_settings("[mc]\nresponse_minutes = {High = 45}\n")
        high, low = office.ticket(95, priority=HIGH), office.ticket(90, priority=LOW)
        sent(office, high)
        sent(office, low)
        assert clock(office, high)["due"] == "2026-11-23T15:45:00Z"
        assert clock(office, low)["due"] == "2026-11-24T15:00:00Z"

    def test_what_strangers_write_into_a_history(self, office: Office) -> None:
        ticket = office.ticket(95)
        sent(office, ticket)
        for i, detail in enumerate(
            [
                "title changed from Printer to status changed from New to Returned to MC",
                "title changed from \x1b[2J to Help Desk Support",
                "title changed from a\nassignedResourceID changed from x to Help Desk Support",
                "lastActivityDate changed from x to y",
            ]
        ):
            office.world.insert(
                "TicketHistory",
                ticketID=ticket,
                detail=detail,
                date=office.now + timedelta(minutes=i),
                resourceID=4,
            )
        assert since(office, ticket) == ("2026-11-23T15:00:00Z", "history")

    def test_a_row_without_a_date_hides_when_it_was(self, office: Office) -> None:
        ticket = office.ticket(95)
        sent(office, ticket)
        with office.world.transaction() as db:
            db.execute("UPDATE TicketHistory SET date = NULL WHERE detail LIKE 'status%'")
        assert since(office, ticket) == (None, None)

    def test_a_note_without_a_date_is_no_word_of_26_years_ago(self, office: Office) -> None:
        ticket = office.ticket(95, assignedResourceID=VENDOR)
        office.note(ticket, 5, creatorResourceID=VENDOR, createDateTime=None)
        assert clock(office, ticket)["last_word"] is None
        office.note(ticket, 5, creatorResourceID=VENDOR)
        assert clock(office, ticket)["last_word"] == "2026-11-23T14:55:00Z"

    def test_the_time_is_autotasks(self, office: Office) -> None:
        """Whatever the computer's clock says: here it is an hour behind."""
        ours, theirs = office.ticket(95, priority=HIGH), office.ticket(90, priority=HIGH)
        computers = office.now
        office.now += timedelta(hours=1)
        sent(office, theirs)
        office.app.now = lambda: office.now + timedelta(hours=1)
        office.now = computers
        assert office.run("send-to-mc", str(ours), "--yes").code == 0
        for ticket in (ours, theirs):
            mc = clock(office, ticket)
            assert (mc["since"], mc["due"]) == ("2026-11-23T16:00:00Z", "2026-11-23T17:00:00Z")
        office.now += timedelta(minutes=75)
        assert [clock(office, each)["overdue_minutes"] for each in (ours, theirs)] == [15, 15]
        said = office.now + timedelta(minutes=55)
        office.world.insert("TimeEntries", ticketID=ours, resourceID=VENDOR, createDateTime=said)
        assert clock(office, ours)["overdue_minutes"] == 0


class TestRequests:
    def test_a_history_is_asked_for_once_until_the_ticket_changes(self, office: Office) -> None:
        ticket = office.ticket(95)
        sent(office, ticket)
        unknown = office.ticket(90, assignedResourceID=VENDOR)
        clock(office, ticket)
        assert histories(office) == 2
        clock(office, ticket)
        clock(office, unknown)
        assert histories(office) == 0
        office.now += timedelta(minutes=5)
        office.change(unknown, priority=HIGH)
        assert since(office, ticket) == ("2026-11-23T15:00:00Z", "history")
        assert histories(office) == 1

    def test_none_is_asked_for_what_we_sent(self, office: Office) -> None:
        ticket = office.ticket(95)
        office.run("send-to-mc", str(ticket), "--yes")
        office.note(ticket, 0, creatorResourceID=VENDOR)
        clock(office, ticket)
        assert histories(office) == 0

    def test_twenty_at_a_time(self, office: Office) -> None:
        tickets = [office.ticket(95 - i) for i in range(45)]
        for ticket in tickets:
            sent(office, ticket)
        for known, more in ((20, 25), (40, 5), (45, 0)):
            done = office.run("list", "--with-mc", "--json")
            listed = json.loads(done.out)["tickets"]
            assert sum(each["mc"]["since"] is not None for each in listed) == known
            assert (
                f"didn't look up when {more} more tickets went to Mission Control" in done.err
            ) is bool(more)
            assert histories(office) == (20 if known < 45 else 5)
        assert office.run("list", "--with-mc", "--json").err == ""
        assert histories(office) == 0

    def test_an_outage_costs_only_what_it_hides(self, office: Office) -> None:
        ticket = office.ticket(95)
        sent(office, ticket)
        office.break_with("POST /TicketHistory/query status 503 x9")
        for argv in (["list", "--with-mc"], ["show", str(ticket)]):
            done = office.run(*argv)
            assert done.code == 0
            assert "MC: sent before mcdesk was watching" in done.out
            assert "mcdesk can't tell when some tickets went to Mission Control: " in done.err
        office.break_with()
        assert since(office, ticket) == ("2026-11-23T15:00:00Z", "history")


class TestWatch:
    def once(self, office: Office, *argv: str) -> Result:
        return office.run("watch", "--once", "--slack", *argv)

    def test_each_overdue_ticket_is_told_once(self, office: Office, slack: SlackServer) -> None:
        ticket = office.ticket(95, priority=HIGH, ticketNumber="T1")
        sent(office, ticket)
        assert "Mission Control has 1 ticket, none overdue" in self.once(office).out
        office.now += timedelta(minutes=75)
        shown = self.once(office).out
        assert "Mission Control has 1 ticket, 1 overdue\n" in shown
        assert f"T1 MC: 15m overdue, call {PHONE}\n" in shown
        assert "Told the team just now (overdue): T1" in shown
        assert f"MC: 15m overdue, call {PHONE}" in slack.posts[0]["text"]
        office.now += timedelta(minutes=75)
        assert "The team was told last at 11:15 AM" in self.once(office).out
        office.change(ticket, assignedResourceID=None, status=NEW)
        sent(office, ticket)
        office.now += timedelta(minutes=61)
        assert "Told the team just now (overdue): T1" in self.once(office).out
        assert [numbers(post) for post in slack.posts] == [["T1"], ["T1"]]

    def test_a_digest_that_failed_is_tried_again(self, office: Office, slack: SlackServer) -> None:
        sent(office, office.ticket(95, priority=HIGH, ticketNumber="T1"))
        office.now += timedelta(minutes=75)
        slack.says = [(500, "rollup_error", {})]
        assert self.once(office).code == 1
        assert self.once(office).code == 0
        assert [numbers(post) for post in slack.posts] == [["T1"]]

    def test_not_at_night_but_at_opening(self, office: Office, slack: SlackServer) -> None:
        office.now = datetime(2026, 11, 23, 21, 45, tzinfo=UTC)
        self.once(office)
        sent(office, office.ticket(0, priority=HIGH, ticketNumber="T1"))
        office.now += timedelta(minutes=75)
        assert "1 overdue" in self.once(office).out
        assert slack.posts == []
        office.now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
        assert "Told the team just now (opening): T1" in self.once(office).out
        assert slack.posts[0]["text"].startswith("The desk is open: 1 ticket overdue at MC\n")

    def test_json(self, office: Office, slack: SlackServer) -> None:
        late = office.ticket(95, priority=HIGH, ticketNumber="T1")
        answered = office.ticket(90, priority=HIGH)
        for ticket in (late, answered):
            sent(office, ticket)
        office.ticket(85, assignedResourceID=VENDOR)
        office.now += timedelta(minutes=75)
        office.note(answered, 5, creatorResourceID=VENDOR)
        made = json.loads(self.once(office, "--json").out)
        assert made["mc_error"] is None
        assert made["mc"]["counts"] == {
            "with_mc": 3,
            "answered": 1,
            "overdue": 1,
            "unknown_since": 1,
        }
        assert made["mc"]["overdue"] == [
            {
                "id": late,
                "number": "T1",
                "title": "Printer offline",
                "company": "Harbor Point Dental",
                "priority": "High",
                "url": made["mc"]["overdue"][0]["url"],
                "since": "2026-11-23T15:00:00Z",
                "since_from": "history",
                "last_word": None,
                "due": "2026-11-23T16:00:00Z",
                "overdue_minutes": 15,
            }
        ]
        assert made["digest"] == {"occasion": "opening", "tickets": ["T1"]}

    def test_what_cannot_be_looked_at_hides_nothing_else(
        self, office: Office, slack: SlackServer
    ) -> None:
        office.ticket(125, ticketNumber="T1")
        office.ticket(85, assignedResourceID=VENDOR)
        office.break_with("POST /TimeEntries/query refuse Not just now @2")
        done = self.once(office)
        assert done.code == 1
        assert "Told the team just now (opening): T1" in done.out
        assert "Mission Control's tickets were not checked: Autotask refused: Not just" in done.out
        assert "error: Mission Control's tickets were not checked: Autotask refused" in done.err
        office.break_with("POST /TimeEntries/query refuse Not just now @2")
        made = json.loads(self.once(office, "--json").out)
        assert (made["mc"], made["mc_error"]) == (None, "Autotask refused: Not just now")

    def test_it_looks_every_five_minutes_and_when_an_answer_becomes_late(
        self, office: Office, slack: SlackServer
    ) -> None:
        """So no round is false: not when they answer in the last minute, nor by minutes."""
        late = office.ticket(95, priority=HIGH, ticketNumber="T1")
        answered = office.ticket(90, priority=HIGH, ticketNumber="T2")
        for ticket in (late, answered):
            sent(office, ticket)
        start = office.now = office.now + timedelta(minutes=38)
        told: list[timedelta] = []
        slack.heard = lambda _: told.append(office.now - start)
        desk = Timed(office)
        answers = timedelta(minutes=21, seconds=30)

        def answer() -> None:
            office.note(answered, 0, creatorResourceID=VENDOR)

        desk.at(start + answers, answer)
        assert watch(desk, "--slack", until=start + timedelta(minutes=40)) == 130
        assert [numbers(post) for post in slack.posts] == [["T1"]]
        assert told == [timedelta(minutes=23)]
        # Each round asks after what waits as well, of which there is nothing.
        looks = office.requests().count("POST TimeEntries/query")
        assert looks == 1 + 40 // 5

    def test_a_clock_that_is_set_back_makes_it_look_again(self, office: Office) -> None:
        found: list[datetime] = []

        def judge(_: Sequence[Ticket]) -> TicketList:
            found.append(office.now)
            return TicketList(office.now, Searched(with_mc=True), 0, [])

        vendor = VendorWatch(tuple, judge)
        for minutes in (0, 4, 5, 9, -60, -56):
            office.now = NOW + timedelta(minutes=minutes)
            vendor.at(office.now)
        assert found == [NOW + timedelta(minutes=minutes) for minutes in (0, 5, -60)]

    def test_a_vendor_that_nobody_knows(self, office: Office, slack: SlackServer) -> None:
        office.add_settings(
            '[mc]\nresources = ["Nobody"]\n'
            '[templates.return-to-mc]\nprimary_resource = "Nobody"\nstatus = "Nothing"\n'
        )
        office.ticket(125, ticketNumber="T1")
        done = self.once(office)
        assert (done.code, done.err) == (0, "")
        assert "Mission Control's tickets were not checked: Autotask knows neither" in done.out


@dataclass
class Case:
    """A ticket of the week, as we know it independently: since when it is with them, and words."""

    id: int
    priority: int
    since: datetime | None = None
    words: list[datetime] = field(default_factory=list)

    def overdue(self, now: datetime) -> bool:
        if self.since is None or any(word > self.since for word in self.words):
            return False
        return now >= self.since + timedelta(minutes=PROMISED[self.priority] + 1)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_week_in_which_the_clocks_change(office: Office, seed: int) -> None:
    """Sent by us and by others, taken back, sent again, answered, changed half way: no error."""
    luck = random.Random(seed)
    office.now = datetime(2026, 10, 29, 13, 0, tzinfo=UTC)
    cases = [
        Case(office.ticket(30 + i, priority=priority, ticketNumber=f"T20261029.{i:04}"), priority)
        for i, priority in enumerate([CRITICAL, HIGH, MEDIUM, LOW] * 3)
    ]
    judged = {"late": 0, "in time": 0}
    while office.now < datetime(2026, 11, 4, 13, 0, tzinfo=UTC):
        office.now += timedelta(minutes=luck.choice([7, 29, 31, 61, 121, 480]))
        for case in luck.sample(cases, 3):
            _happens(office, case, luck.choice(["ours", "others", "back", "word", "priority"]))
        office.now += timedelta(minutes=luck.choice([2, 29, 31, 58, 125]))
        listed = json.loads(office.run("list", "--with-mc", "--json").out)["tickets"]
        late = {each["id"] for each in listed if each["mc"]["overdue_minutes"]}
        assert late == {case.id for case in cases if case.overdue(office.now)}
        assert {each["id"] for each in listed} == {case.id for case in cases if case.since}
        judged["late"] += len(late)
        judged["in time"] += len(listed) - len(late)
    assert min(judged.values()) > 50


def _happens(office: Office, case: Case, what: str) -> None:
    if what == "ours" and case.since is None:
        assert office.run("send-to-mc", str(case.id), "--yes").code == 0
        case.since = office.now
    elif what == "others" and case.since is None:
        sent(office, case.id)
        case.since = office.now
    elif what == "back" and case.since:
        office.change(case.id, by=VENDOR, assignedResourceID=None, status=NEW)
        case.since = None
    elif what == "word":
        office.note(case.id, 0, creatorResourceID=VENDOR)
        case.words.append(office.now)
    elif what == "priority":
        case.priority = {CRITICAL: LOW, LOW: HIGH, HIGH: MEDIUM, MEDIUM: CRITICAL}[case.priority]
        office.change(case.id, priority=case.priority)
