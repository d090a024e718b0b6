"""`mcdesk watch`: one look, a log, a board; the team told once, in time, in words that hold."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from offices import CONFIG, NOW, Office, Result
from slackserver import SlackServer, slack_server

from mcdesk.__main__ import main
from mcdesk.cli.watch.rounds import make_watch
from mcdesk.desk import Desk
from mcdesk.store import operations


@pytest.fixture
def slack(office: Office) -> Iterator[SlackServer]:
    """Make a channel, and give the webhook for it to the office."""
    with slack_server() as server:
        office.environ["MCDESK_SLACK_WEBHOOK"] = server.url
        yield server


def numbers(post: dict[str, Any]) -> list[str]:
    """Return the ticket numbers of a digest, in its order."""
    sections = [each["text"]["text"] for each in post["blocks"] if each["type"] == "section"]
    return [text.split("|")[1].split(">")[0] for text in sections]


class Timed(Desk):
    """A desk at which time passes only while it sleeps."""

    def __init__(self, office: Office, **more: Any) -> None:
        super().__init__(
            environ=office.environ,
            sleep=self.pass_time,
            jitter=lambda: 0.0,
            transport=office.transport,
            **more,
        )
        self.office = office
        self.events: list[tuple[datetime, Callable[[], None]]] = []

    def now(self) -> datetime:
        return self.office.now

    def pass_time(self, seconds: float) -> None:
        self.office.now += timedelta(seconds=seconds)
        while self.events and self.events[0][0] <= self.office.now:
            self.events.pop(0)[1]()

    def at(self, moment: datetime, do: Callable[[], None]) -> None:
        self.events = sorted([*self.events, (moment, do)], key=lambda event: event[0])


def stop() -> None:
    raise KeyboardInterrupt


def watch(desk: Timed, *argv: str, until: datetime) -> int:
    """Let it run until that moment."""
    desk.at(until, stop)
    return main(["watch", *argv], desk=desk)


class TestOnce:
    def test_what_waits_and_how_soon_it_is_stale(self, office: Office) -> None:
        office.ticket(125, ticketNumber="T20261123.0001")
        office.ticket(35, ticketNumber="T20261123.0002", title="Scanner")
        office.note(office.ticket(50, ticketNumber="T20261123.0003"), 20)
        result = office.run("watch", "--once")
        assert result.code == 0
        assert result.out.splitlines()[:4] == [
            "ticket          company              title            priority  waiting  stale",
            "T20261123.0001  Harbor Point Dental  Printer offline  Medium     1h 00m  yes",
            "T20261123.0002  Harbor Point Dental  Scanner          Medium        35m  in 25m",
            "T20261123.0003  Harbor Point Dental  Printer offline  Medium        20m  in 40m",
        ]
        assert "1 of 3 unclaimed have waited 1h or longer" in result.out
        assert "The desk is open until 5:00 PM" in result.out
        assert "team" not in result.out

    @pytest.mark.parametrize(
        ("now", "waited", "when"),
        [
            pytest.param(
                NOW + timedelta(hours=6, minutes=40), 10, "Tue Nov 24, 9:30 AM", id="late"
            ),
            pytest.param(NOW + timedelta(hours=10), 10, "Tue Nov 24, 10:00 AM", id="closed"),
        ],
    )
    def test_stale_tomorrow(self, office: Office, now: datetime, waited: int, when: str) -> None:
        office.now = now
        office.ticket(waited)
        assert when in office.run("watch", "--once").out

    def test_costs_six_requests_warm(self, office: Office) -> None:
        office.ticket(125)
        office.run("watch", "--once")
        office.requests()
        office.run("watch", "--once")
        said = ["POST TicketNotes/query", "POST TimeEntries/query"]
        held, waiting = "POST Tickets/query", ["POST Tickets/query", *said]
        assert office.requests() == [held, *waiting, *said]

    def test_json(self, office: Office, slack: SlackServer) -> None:
        office.ticket(125, ticketNumber="T20261123.0001")
        made = json.loads(office.run("watch", "--once", "--slack", "--json").out)
        assert made["schema"] == "mcdesk.watch/1"
        assert [each["number"] for each in made["tickets"]] == ["T20261123.0001"]
        assert made["counts"] == {"unclaimed": 1, "stale": 1}
        assert made["digest"] == {"occasion": "opening", "tickets": ["T20261123.0001"]}
        assert made["digest_error"] is made["error"] is made["next"] is None
        assert (made["handoffs"], made["outbox"]) == ([], 0)

    def test_a_handoff_that_holds_no_longer(self, office: Office) -> None:
        ticket, other = office.ticket(125), office.ticket(30)
        assert office.run("send-to-mc", str(ticket), str(other), "--yes").code == 0
        office.now += timedelta(minutes=4)
        assert "2 handoffs of the last hour: all hold" in office.run("watch", "--once").out
        office.world.update("Tickets", ticket, status=1, assignedResourceID=None)
        shown = office.run("watch", "--once").out
        assert "sent at 10:00:00 AM, changed since: primary resource nobody, status New" in shown
        (lost,) = json.loads(office.run("watch", "--once", "--json").out)["handoffs"]
        assert (lost["ticket"]["id"], lost["standing"]) == (ticket, "changed since")
        office.now += timedelta(minutes=60)
        assert "sent at" not in office.run("watch", "--once").out

    def test_handoffs_that_could_not_be_checked_hide_nothing_else(
        self, office: Office, slack: SlackServer
    ) -> None:
        sent = office.ticket(125)
        office.ticket(65, ticketNumber="T1")
        office.run("send-to-mc", str(sent), "--yes")
        office.break_with("POST /Tickets/query refuse Not just now @3")
        result = office.run("watch", "--once", "--slack")
        assert result.code == 1
        assert "Told the team just now (opening): T1" in result.out
        assert "Handoffs were not checked: Autotask refused: Not just now" in result.out
        assert result.err == (
            "error: handoffs were not checked: Autotask refused: Not just now\n"
            "hint: `mcdesk log --since 1h --check` looks again"
        )
        office.break_with("POST /Tickets/query refuse Not just now @3")
        made = json.loads(office.run("watch", "--once", "--slack", "--json").out)
        assert made["handoffs_error"] == "Autotask refused: Not just now"
        assert made["error"] is None
        office.break_with()
        assert json.loads(office.run("watch", "--once", "--json").out)["handoffs_error"] is None

    def test_what_waits_in_the_outbox(self, office: Office) -> None:
        ticket = office.ticket(10)
        office.break_with("POST /Tickets/*/Notes lose-request")
        assert office.run("note", str(ticket), "my words").code == 8
        assert "1 thing didn't go out: mcdesk outbox" in office.run("watch", "--once").out

    @pytest.mark.parametrize(
        ("fault", "code"), [("POST /Tickets/query 401", 4), ("POST /Tickets/query status 503", 1)]
    )
    def test_failures_are_errors(self, office: Office, fault: str, code: int) -> None:
        office.break_with(fault)
        result = office.run("watch", "--once")
        assert (result.code, result.out) == (code, "")
        assert result.err.startswith("error: ")


class TestDigests:
    def once(self, office: Office) -> Result:
        return office.run("watch", "--once", "--slack")

    def test_once_and_not_again_before_the_cool_down(
        self, office: Office, slack: SlackServer
    ) -> None:
        office.ticket(125, ticketNumber="T1")
        assert "Told the team just now (opening): T1" in self.once(office).out
        office.now += timedelta(minutes=5)
        assert "The team was told last at 10:00 AM" in self.once(office).out
        office.ticket(65, ticketNumber="T2")
        assert "(stale): T2" in self.once(office).out
        office.now += timedelta(minutes=55)
        assert "(stale): T1" in self.once(office).out
        assert [numbers(post) for post in slack.posts] == [["T1"], ["T2"], ["T1"]]

    @pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
    def test_a_desk_that_never_closes(self, office: Office, slack: SlackServer, zone: str) -> None:
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        always = "".join(f'{day} = ["00:00-24:00"]\n' for day in days)
        office.configure(CONFIG.replace("America/New_York", zone) + always)
        office.ticket(125, ticketNumber="T1")
        assert "(opening): T1" in self.once(office).out
        office.now += timedelta(minutes=60)
        assert "(stale): T1" in self.once(office).out

    def test_many_are_all_told_and_some_of_them_named_on_the_board(
        self, office: Office, slack: SlackServer
    ) -> None:
        for n in range(60):
            office.ticket(200 - n, ticketNumber=f"T20261123.{1000 + n}")
        out = self.once(office).out
        first = ", ".join(f"T20261123.{1000 + n}" for n in range(5))
        assert f"Told the team just now (opening): {first} and 55 more\n" in out
        post = json.dumps(slack.posts[0]["blocks"])
        assert all(f"T20261123.{1000 + n}" in post for n in range(60))
        office.now += timedelta(minutes=60)
        said = json.loads(office.run("watch", "--once", "--slack", "--json").out)
        assert len(said["digest"]["tickets"]) == 60

    def test_not_at_night(self, office: Office, slack: SlackServer) -> None:
        office.ticket(500)
        office.now += timedelta(hours=9)
        assert "it is told in opening hours" in self.once(office).out
        assert slack.asked == 0

    def test_nothing_to_tell_is_not_told(self, office: Office, slack: SlackServer) -> None:
        office.ticket(10)
        assert "The team was not told yet" in self.once(office).out
        assert slack.asked == 0

    @pytest.mark.parametrize(
        ("says", "code", "words"),
        [
            ((404, "no_service", {}), 4, "removed"),
            ((410, "channel_is_archived", {}), 4, "archived"),
            ((403, "invalid_token", {}), 4, "revoked"),
            ((429, "", {"Retry-After": "30"}), 1, "any more right now"),
            ((500, "rollup_error", {}), 1, "500"),
        ],
    )
    def test_what_slack_refuses_is_said_and_tried_again(
        self,
        office: Office,
        slack: SlackServer,
        says: tuple[int, str, dict[str, str]],
        code: int,
        words: str,
    ) -> None:
        office.ticket(125, ticketNumber="T1")
        slack.says = [says]
        failed = self.once(office)
        assert (failed.code, failed.out) == (code, "")
        assert words in failed.err
        assert "s3cret" not in failed.err
        assert self.once(office).code == 0
        assert [numbers(post) for post in slack.posts] == [["T1"]]

    @pytest.mark.parametrize(
        ("says", "words"),
        [
            ((200, '{"ok":true}', {}), "a method of Slack's API"),
            ((200, "no_text", {}), "something else"),
            ((204, "", {}), "a webhook of Discord"),
        ],
    )
    def test_a_look_alike_of_slack_is_posted_to_once(
        self, office: Office, slack: SlackServer, says: tuple[int, str, dict[str, str]], words: str
    ) -> None:
        """However often a schedule runs; until an hour is over, or doctor looks."""
        office.ticket(125, ticketNumber="T1")
        slack.says = [says] * 9
        assert watch(Timed(office), "--slack", until=NOW + timedelta(minutes=5)) == 4
        assert slack.asked == 1
        for _ in range(3):
            office.now += timedelta(minutes=5)
            done = self.once(office)
            assert (done.code, done.out) == (4, "")
            assert "the webhook is not Slack's" in done.err
        assert slack.asked == 1
        assert office.run("doctor", "--send-test").code == 4
        assert slack.asked == 2
        office.now += timedelta(minutes=61)
        done = self.once(office)
        assert done.code == 4
        assert words in done.err
        assert slack.asked == 3
        slack.says = []
        assert office.run("doctor", "--send-test").code in (0, 4)
        assert self.once(office).code == 0
        assert [numbers(post) for post in slack.posts[1:]] == [["T1"]]

    def test_blocks_that_slack_refuses_reach_the_team_as_text(
        self, office: Office, slack: SlackServer
    ) -> None:
        office.ticket(125, ticketNumber="T1")
        slack.says = [(400, "invalid_blocks", {})]
        assert "Told the team just now (opening): T1" in self.once(office).out
        (post,) = slack.posts
        assert "blocks" not in post
        assert "T1" in post["text"]
        self.once(office)
        assert slack.asked == 2

    def test_a_digest_that_slack_refuses_for_good_ends_the_watch(
        self, office: Office, slack: SlackServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        office.ticket(125)
        slack.says = [(400, "invalid_payload", {})] * 2
        assert watch(Timed(office), "--slack", until=NOW + timedelta(minutes=5)) == 4
        assert "not even plain text (400: invalid_payload)" in capsys.readouterr().err
        assert slack.asked == 2

    def test_no_webhook(self, office: Office) -> None:
        result = self.once(office)
        assert result.code == 4
        assert "MCDESK_SLACK_WEBHOOK" in result.err

    @pytest.mark.parametrize("url", ["http://hooks.example.com/x", "ftp://127.0.0.1/x", "hello"])
    def test_a_webhook_that_is_none(self, office: Office, url: str) -> None:
        office.environ["MCDESK_SLACK_WEBHOOK"] = url
        result = self.once(office)
        assert result.code == 4
        assert "neither https nor" in result.err

    def test_another_watch_is_telling_the_team(self, office: Office, slack: SlackServer) -> None:
        office.ticket(125)
        with office.desk().alert_lock.held():
            result = self.once(office)
        assert result.code == 0
        assert "Another mcdesk on this computer is telling the team" in result.out
        assert slack.asked == 0
        self.once(office)
        assert slack.asked == 1

    def test_another_watch_that_does_not_come_to_an_end_is_an_error(
        self, office: Office, slack: SlackServer
    ) -> None:
        office.ticket(125)
        other = office.desk()
        with other.alert_lock.held():
            other.alerts.begin_post(office.now)
            office.now += timedelta(seconds=30)
            assert self.once(office).code == 0
            office.now += timedelta(seconds=1)
            result = self.once(office)
            office.now -= timedelta(hours=1)
            assert self.once(office).code == 1
        assert result.code == 1
        assert "another mcdesk has been telling the team since 10:00 AM and has not" in result.err
        assert "end it; then the next round tells the team" in result.err
        assert slack.asked == 0

    def test_what_a_killed_watch_left_holds_nobody_up(
        self, office: Office, slack: SlackServer
    ) -> None:
        office.ticket(125)
        office.desk().alerts.begin_post(office.now)
        office.now += timedelta(hours=1)
        assert "Told the team just now" in self.once(office).out
        assert office.desk().alerts.posting_since() is None

    def test_the_mark_of_who_is_posting_is_there_while_it_posts(
        self, office: Office, slack: SlackServer
    ) -> None:
        office.ticket(125)
        marks: list[datetime | None] = []
        slack.heard = lambda _: marks.append(office.desk().alerts.posting_since())
        self.once(office)
        assert marks == [NOW]

    def test_the_board_shows_that_another_hangs_and_goes_on(
        self, office: Office, slack: SlackServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        office.ticket(125)
        desk, other, hanging = Timed(office), office.desk(), ExitStack()
        hanging.enter_context(other.alert_lock.held())
        other.alerts.begin_post(NOW - timedelta(minutes=5))
        desk.at(NOW + timedelta(seconds=90), hanging.close)
        assert watch(desk, "--slack", until=NOW + timedelta(minutes=3)) == 130
        lines = capsys.readouterr().out.splitlines()
        assert "The team was not told: another mcdesk has been telling the team since" in lines[0]
        assert lines[0].endswith("since 9:55 AM and has not finished")
        assert lines[1].startswith("10:02:00 AM")
        assert "Told the team just now" in lines[1]

    def test_one_that_took_long_to_look_does_not_tell_what_another_told_since(
        self, office: Office, slack: SlackServer
    ) -> None:
        office.ticket(125)
        self.once(office)
        office.now += timedelta(minutes=60)

        def meanwhile() -> None:
            office.now += timedelta(minutes=5)
            office.transport = way
            assert "Told the team just now (stale)" in self.once(office).out

        way = office.transport
        office.transport = Before(way, "/TimeEntries/query", meanwhile)
        assert main(["watch", "--once", "--slack"], desk=Timed(office)) == 0
        assert len(slack.posts) == 2

    def test_a_death_between_post_and_memory_tells_twice_rather_than_never(
        self, office: Office, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office.ticket(125)
        with monkeypatch.context() as patched:
            patched.setattr("mcdesk.store.alerts.Alerts.write", lambda *_: stop())
            assert self.once(office).code == 130
        self.once(office)
        self.once(office)
        assert len(slack.posts) == 2

    def test_the_demos_posts_land_in_its_inbox(self, office: Office) -> None:
        assert office.run("--demo", "watch", "--once", "--slack").code == 0
        shown = office.run("demo", "inbox").out
        assert "Slack post 1 of 1" in shown
        assert "T20261123.0001 Harbor Point Dental: Outlook keeps asking for a password" in shown


class TestRounds:
    def test_a_line_where_something_is_new(
        self, office: Office, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk = Timed(office)
        desk.at(NOW + timedelta(seconds=90), lambda: arrive(office))
        assert watch(desk, until=NOW + timedelta(minutes=5)) == 130
        out, err = capsys.readouterr()
        assert out.splitlines() == [
            "10:00:00 AM Nothing is stale: no unclaimed ticket in Help Desk / New",
            "10:02:00 AM 1 of 1 unclaimed have waited 1h or longer",
        ]
        assert "every 60 s, about 276 requests an hour" in err

    def test_a_document_a_round(self, office: Office, capsys: pytest.CaptureFixture[str]) -> None:
        office.ticket(125)
        assert watch(Timed(office), "--json", until=NOW + timedelta(seconds=110)) == 130
        rounds = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [each["as_of"] for each in rounds] == [
            "2026-11-23T15:00:00Z",
            "2026-11-23T15:01:00Z",
        ]
        assert rounds[0]["next"] == "2026-11-23T15:01:00Z"

    def test_no_network_for_a_while(
        self, office: Office, capsys: pytest.CaptureFixture[str]
    ) -> None:
        office.ticket(125)
        way = Cut(office.transport)
        office.transport = way
        desk = Timed(office)
        desk.at(NOW + timedelta(seconds=30), way.cut)
        desk.at(NOW + timedelta(minutes=6), way.mend)
        watch(desk, until=NOW + timedelta(minutes=9))
        lines = capsys.readouterr().out.splitlines()
        looks = [line[:11] for line in lines]
        # A round a minute, then 1, 2 and 4 minutes apart; each failed one asks for 1 to 3 seconds.
        assert looks[0] == "10:00:00 AM"
        assert [each[:5] for each in looks] == ["10:00", "10:01", "10:02", "10:04", "10:08"]
        assert all("cannot be reached" in line for line in lines[1:4])
        assert "1 of 1 unclaimed" in lines[4]

    def test_what_was_told_is_not_told_again_by_a_round_that_failed(
        self, office: Office, slack: SlackServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        office.ticket(125)
        way = Cut(office.transport)
        office.transport = way
        desk = Timed(office)
        desk.at(NOW + timedelta(seconds=30), way.cut)
        watch(desk, "--slack", "--json", until=NOW + timedelta(seconds=100))
        first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
        assert first["digest"]["occasion"] == "opening"
        assert second["digest"] is None
        assert "cannot be reached" in second["error"]

    def test_retry_after_is_obeyed(
        self, office: Office, capsys: pytest.CaptureFixture[str]
    ) -> None:
        office.ticket(125)
        asked: list[datetime] = []

        def busy(request: httpx.Request) -> httpx.Response:
            asked.append(office.now)
            return httpx.Response(429, headers={"Retry-After": "600"})

        office.transport = httpx.MockTransport(busy)
        watch(Timed(office), until=NOW + timedelta(minutes=19))
        assert [(at - NOW) // timedelta(minutes=1) for at in asked] == [0, 10]

    @pytest.mark.parametrize(
        ("jump", "said"),
        [
            pytest.param(timedelta(hours=2), "12:00", id="the computer slept"),
            pytest.param(-timedelta(minutes=30), "9:30", id="the clock was set back"),
        ],
    )
    def test_looks_at_once_when_the_clock_jumps(
        self, office: Office, capsys: pytest.CaptureFixture[str], jump: timedelta, said: str
    ) -> None:
        desk = Timed(office)

        def leap() -> None:
            office.now += jump
            office.ticket(5)
            desk.at(office.now + timedelta(seconds=10), stop)

        desk.at(NOW + timedelta(seconds=30), leap)
        assert main(["watch"], desk=desk) == 130
        lines = capsys.readouterr().out.splitlines()
        assert lines[1].startswith(said)

    @pytest.mark.parametrize(("used", "seconds"), [(2_000, 60), (5_100, 120), (7_600, 300)])
    def test_slows_down_for_the_others(
        self, office: Office, capsys: pytest.CaptureFixture[str], used: int, seconds: int
    ) -> None:
        office.app.threshold = 10_000
        office.transport = Used(office.transport, used)
        watch(Timed(office), "--json", until=NOW + timedelta(seconds=2))
        (first,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        after = datetime.fromisoformat(first["next"]) - datetime.fromisoformat(first["as_of"])
        assert after == timedelta(seconds=seconds)

    def test_a_budget_that_autotask_does_not_tell_is_the_one_it_told_last(
        self, office: Office, capsys: pytest.CaptureFixture[str]
    ) -> None:
        office.app.threshold = 10_000
        way = Used(office.transport, 7_600)
        office.transport = way
        desk = Timed(office)
        desk.at(NOW + timedelta(seconds=30), way.say_no_more)
        watch(desk, "--json", until=NOW + timedelta(minutes=6))
        rounds = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [each["as_of"][11:16] for each in rounds] == ["15:00", "15:05"]
        assert rounds[1]["next"] == "2026-11-23T15:10:00Z"

    def test_autotask_is_left_alone_as_long_as_it_asks_where_handoffs_are_not_checked(
        self, office: Office, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ticket = office.ticket(125)
        office.run("send-to-mc", str(ticket), "--yes")
        office.break_with("POST /Tickets/query 429 600 @3")
        watch(Timed(office), "--json", until=NOW + timedelta(minutes=1))
        (first,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert first["next"] == "2026-11-23T15:10:00Z"
        assert first["handoffs_error"]

    def test_slack_is_left_alone_as_long_as_it_asks(
        self, office: Office, slack: SlackServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        office.ticket(125)
        slack.says = [(429, "", {"Retry-After": "150"})]
        watch(Timed(office), "--slack", until=NOW + timedelta(minutes=5))
        lines = capsys.readouterr().out.splitlines()
        assert "The team was not told: Slack isn't taking any more right now" in lines[0]
        assert "Slack asked for a pause" in lines[1]
        assert lines[2].startswith("10:03:00 AM")
        assert "Told the team" in lines[2]
        assert slack.asked == 2

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            pytest.param("86400", "1 day", id="a day"),
            pytest.param("999999", "11 days", id="for ever"),
            pytest.param("Tue, 24 Nov 2026 03:00:00 GMT", "12 hours", id="a date"),
        ],
    )
    def test_a_long_pause_is_cut_and_told(
        self,
        office: Office,
        slack: SlackServer,
        capsys: pytest.CaptureFixture[str],
        asked: str,
        told: str,
    ) -> None:
        office.ticket(125)
        slack.says = [(429, "", {"Retry-After": asked})]
        cut = f"; mcdesk waits 15 minutes, not {told}"
        watch(Timed(office), "--slack", until=NOW + timedelta(minutes=17))
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith("10:00:00")
        assert cut in lines[0]
        assert lines[2].startswith("10:15:00")
        assert "Told the team" in lines[2]
        transport = office.transport
        office.now, heard = NOW, list[datetime]()

        def busy(request: httpx.Request) -> httpx.Response:
            heard.append(office.now)
            return httpx.Response(429, headers={"Retry-After": asked})

        office.transport = httpx.MockTransport(busy)
        watch(Timed(office), until=NOW + timedelta(minutes=17))
        office.transport = transport
        assert [(at - NOW) // timedelta(minutes=1) for at in heard] == [0, 15]
        assert cut in capsys.readouterr().out

    @pytest.mark.parametrize(
        "back",
        [
            pytest.param(timedelta(minutes=30), id="set back"),
            pytest.param(timedelta(0), id="stands still"),
        ],
    )
    def test_a_pause_of_slack_ends_with_the_clock_that_it_was_measured_by(
        self, office: Office, slack: SlackServer, back: timedelta
    ) -> None:
        office.ticket(5000)
        slack.says = [(429, "", {"Retry-After": "86400"})]
        watching = make_watch(Timed(office), slack=True)
        first = watching.look().alerted
        office.now -= back
        second = watching.look().alerted
        assert first
        assert first.problem
        assert second
        assert second.alert
        assert slack.asked == 2

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ("POST /Tickets/query 401 @2", "refused"),
            (
                "POST /Tickets/query refuse You do not have the required permissions to query @2",
                "permission",
            ),
        ],
    )
    def test_ends_for_what_no_waiting_mends(
        self, office: Office, capsys: pytest.CaptureFixture[str], fault: str, words: str
    ) -> None:
        office.break_with(fault)
        assert watch(Timed(office), until=NOW + timedelta(minutes=5)) == 4
        assert words in capsys.readouterr().err

    def test_ends_where_the_webhook_is_gone(self, office: Office, slack: SlackServer) -> None:
        office.ticket(125)
        slack.says = [(403, "invalid_token", {})]
        assert watch(Timed(office), "--slack", until=NOW + timedelta(minutes=5)) == 4

    def test_two_watches_tell_the_team_once(self, office: Office, slack: SlackServer) -> None:
        office.ticket(125)
        watch(Timed(office), "--slack", until=NOW + timedelta(minutes=5))
        office.now = NOW + timedelta(minutes=6)
        watch(Timed(office), "--slack", until=NOW + timedelta(minutes=9))
        assert len(slack.posts) == 1

    @pytest.mark.parametrize("seconds", ["29", "0", "-1", "soon", "3601"])
    def test_impossible_intervals(self, office: Office, seconds: str) -> None:
        assert office.run("watch", "--interval", seconds).code == 2


def arrive(office: Office) -> None:
    office.ticket(70)


class Cut(httpx.BaseTransport):
    """A way that is cut for a while."""

    def __init__(self, way: httpx.BaseTransport) -> None:
        self._way = way
        self._cut = False

    def cut(self) -> None:
        self._cut = True

    def mend(self) -> None:
        self._cut = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._cut:
            raise httpx.ConnectError("no route to host", request=request)
        return self._way.handle_request(request)


class Before(httpx.BaseTransport):
    """A way on which something happens before the first request to *path* goes on."""

    def __init__(self, way: httpx.BaseTransport, path: str, happens: Callable[[], None]) -> None:
        self._way = way
        self._path = path
        self._happens = [happens]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._happens and request.url.path.endswith(self._path):
            self._happens.pop()()
        return self._way.handle_request(request)


class Used(httpx.BaseTransport):
    """A tenant whose other tools have used so much of its hour."""

    def __init__(self, way: httpx.BaseTransport, used: int) -> None:
        self._way = way
        self._used = used
        self._status = 200

    def say_no_more(self) -> None:
        self._status = 500

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/ThresholdInformation"):
            return httpx.Response(
                self._status,
                json={
                    "externalRequestThreshold": 10_000,
                    "requestThresholdTimeframe": 60,
                    "currentTimeframeRequestCount": self._used,
                },
            )
        return self._way.handle_request(request)


def test_a_round_decodes_only_the_rows_that_it_needs(
    office: Office, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal of years: its rows are counted in the database, and left there."""
    ticket = office.ticket(70)
    assert office.run("send-to-mc", str(ticket), "--yes", "--note", "words").code == 0
    office.now += timedelta(minutes=5)
    old = "2026-10-01T15:00:00Z"
    with closing(sqlite3.connect(office.home / "mcdesk.db")) as db, db:
        for column in ("kind", "ticket_id", "number", "note_id", "waits", "has_text", "draft"):
            assert db.execute(f"SELECT {column} FROM operation").fetchone()
        db.execute(
            "WITH RECURSIVE many(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM many WHERE i < 3000)"
            " INSERT INTO operation SELECT i, ?, kind, ticket_id, number, note_id, waits, 0, draft,"
            " ?, body FROM many, operation",
            (old, old),
        )
    sound, decoded = operations._sound, list[int]()

    def counting(n: int, body: bytes) -> Any:
        decoded.append(n)
        return sound(n, body)

    monkeypatch.setattr(operations, "_sound", counting)
    desk = Timed(office)
    watch = make_watch(desk, slack=True)
    for _ in range(3):
        seen = watch.look()
        assert seen.handoffs.number == 1
        assert set(decoded) == {1}
        decoded.clear()
        office.now += timedelta(minutes=1)
    desk.close()
