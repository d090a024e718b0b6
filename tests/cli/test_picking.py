"""A command that needs a ticket and got none lets one pick; short references mean this week's."""

import json
from datetime import timedelta

import pytest
from offices import CONFIG, Office

ME, COLLEAGUE, VENDOR, COMPLETE = 20, 21, 12, 5
LONG = "The label printer in the shipping office prints every second label upside down since Monday"


@pytest.fixture
def waiting(office: Office) -> list[int]:
    """Add a stale ticket and a fresh one, and leave nothing else to pick."""
    with office.world.transaction() as db:
        db.execute("DELETE FROM Tickets")
    return [office.ticket(70, title=LONG), office.ticket(10)]


class TestPicking:
    @pytest.mark.parametrize("command", ["show", "note", "claim", "send-to-mc", "send-link"])
    def test_without_a_terminal_a_ticket_is_needed(self, office: Office, command: str) -> None:
        done = office.run(command, *(["--file", __file__] if command == "note" else []))
        assert (done.code, done.out) == (2, "")
        assert f"mcdesk {command} " in done.err or "mcdesk send-link ID" in done.err
        assert office.requests() == []

    @pytest.mark.parametrize("command", ["show", "claim", "send-to-mc", "send-link"])
    def test_nothing_to_pick_is_nothing_to_do(self, office: Office, command: str) -> None:
        with office.world.transaction() as db:
            db.execute("DELETE FROM Tickets")
        done = office.run(command, answers=[])
        assert (done.code, done.out) == (0, "")
        assert f"Nothing is waiting: name a ticket, as in mcdesk {command} T2" in done.err

    def test_claim(self, office: Office, waiting: list[int]) -> None:
        done = office.run("claim", answers=["2", "y"])
        assert done.code == 0
        assert [office.holds(each)["primary"] for each in waiting] == [None, ME]

    def test_several_at_once(self, office: Office, waiting: list[int]) -> None:
        done = office.run("claim", answers=["all", "", ""])
        assert done.code == 0
        assert [office.holds(each)["primary"] for each in waiting] == [ME, ME]

    def test_show(self, office: Office, waiting: list[int]) -> None:
        done = office.run("show", answers=["1"])
        assert done.code == 0
        assert LONG in done.out

    def test_show_as_json_is_one_document(self, office: Office, waiting: list[int]) -> None:
        assert json.loads(office.run("show", "--json", answers=["2"]).out)["id"] == waiting[1]

    def test_send_link(self, office: Office, waiting: list[int]) -> None:
        office.add_settings(
            '[mail]\nfrom = "a@example.com"\n[scheduling]\nlink = '
            '"https://b.example.com/{ticket}"\n'
        )
        done = office.run("send-link", "--dry-run", answers=["2"])
        assert done.code == 0
        assert "T20261123.9100" in done.out

    def test_a_link_to_an_address_alone_asks_for_no_ticket(self, office: Office) -> None:
        office.add_settings(
            '[mail]\nfrom = "a@example.com"\n[scheduling]\nlink = "https://b.example.com/"\n'
        )
        done = office.run("send-link", "--to", "b@example.com", "--dry-run", answers=[])
        assert done.code == 0
        assert "Which one?" not in done.err

    def test_note(self, office: Office, waiting: list[int]) -> None:
        text = office.home / "note.txt"
        text.write_text("Called back", encoding="utf-8")
        done = office.run("note", "--file", str(text), answers=["1", "y"])
        assert done.code == 0
        *_, note = office.notes(waiting[0])
        assert note["description"].splitlines()[0] == "Called back"

    def test_what_is_typed_outlives_a_refused_choice(
        self, office: Office, waiting: list[int]
    ) -> None:
        text = office.home / "note.txt"
        text.write_text("Called back", encoding="utf-8")
        done = office.run("note", "--file", str(text), answers=[""])
        assert done.code == 3
        assert "your text is saved in" in done.err

    def test_wrong_numbers_are_asked_again(self, office: Office, waiting: list[int]) -> None:
        done = office.run("show", answers=["9", "x", "1-2", "2"])
        assert done.code == 0
        assert '"9" is not one of them: 1 to 2' in done.err
        assert '"x" is not one of them' in done.err
        assert "one ticket at a time, please" in done.err
        assert done.err.count("Which one?") == 4

    @pytest.mark.parametrize("answers", [[], [""], ["7", ""]])
    def test_none_is_no_failure_of_ours(
        self, office: Office, waiting: list[int], answers: list[str]
    ) -> None:
        done = office.run("show", answers=answers)
        assert (done.code, done.out) == (3, "")

    @pytest.mark.parametrize("columns", [40, 60, 80, 120])
    def test_titles_are_whole(
        self,
        office: Office,
        waiting: list[int],
        monkeypatch: pytest.MonkeyPatch,
        columns: int,
    ) -> None:
        monkeypatch.setattr("mcdesk.cli.terminal.page.Page.terminal", True)
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = office.run("show", answers=["1"]).err
        assert LONG in " ".join(shown.split())
        assert max(map(len, shown.split("Which")[0].splitlines())) <= columns

    def test_what_came_back_first_and_the_stale_ones_marked(
        self, office: Office, waiting: list[int]
    ) -> None:
        office.add_settings('[stale]\nreturned_statuses = ["Back from MC"]\n')
        office.ticket(5, status=33)
        rows = [line.split("  ") for line in office.run("claim", answers=[]).err.splitlines()]
        states = [row[-1] for row in rows if row[0] in ("1", "2", "3")]
        assert states == ["back, 5m", "1h 00m, stale", "10m"]

    def test_show_and_note_offer_mine_and_the_vendors_too(
        self, office: Office, waiting: list[int]
    ) -> None:
        office.ticket(50, assignedResourceID=ME, status=8, queueID=8)
        office.ticket(40, assignedResourceID=VENDOR)
        office.ticket(30, assignedResourceID=COLLEAGUE)
        rows = office.run("show", answers=[]).err.splitlines()
        states = [row.split("  ")[-1] for row in rows if row[:1].isdigit()]
        assert states == [
            *("1h 00m, stale", "10m"),
            *("yours, In Progress", "MC: sent before mcdesk was watching"),
        ]
        assert (
            len([r for r in office.run("claim", answers=[]).err.splitlines() if r[:1].isdigit()])
            == 2
        )

    def test_who_i_am_need_not_be_known(self, office: Office, waiting: list[int]) -> None:
        office.configure(CONFIG.replace('me = "noor.haddad@demo.example"\n', ""))
        assert office.run("show", answers=["1"]).code == 0
        office.configure(CONFIG.replace("noor.haddad", "nobody"))
        assert office.run("show", answers=["1"]).code == 0

    def test_a_hundred_and_more(self, office: Office, waiting: list[int]) -> None:
        for i in range(100):
            office.ticket(20 + i / 10, ticketNumber=f"T20261123.{i + 100}")
        done = office.run("claim", answers=["100", ""])
        assert "and 3 more: mcdesk stale --all lists them" in done.err
        assert '"100" is not one of them: 1 to 99' in done.err

    def test_mine_is_offered_however_much_waits(self, office: Office, waiting: list[int]) -> None:
        for i in range(100):
            office.ticket(20 + i / 10, ticketNumber=f"T20261123.{i + 100}")
        mine = office.ticket(5, assignedResourceID=ME)
        done = office.run("show", "--json", answers=["99"])
        assert json.loads(done.out)["id"] == mine
        assert "and 4 more" in done.err


class TestKeys:
    """What is typed after `mcdesk `, Enter included."""

    def typed(self, argv: list[str], answers: list[str]) -> int:
        return len(" ".join(argv)) + 1 + sum(len(answer) + 1 for answer in answers)

    def test_a_callers_ticket_is_found_and_sent(self, office: Office) -> None:
        ticket = office.ticket(70, ticketNumber="T20261123.0077")
        calls = [(["find", "lopez"], []), (["send-to-mc", ".77"], ["y"])]
        results = [office.run(*argv, answers=answers) for argv, answers in calls]
        assert "T20261123.0077" in results[0].out
        assert office.holds(ticket)["primary"] == VENDOR
        assert sum(self.typed(*call) for call in calls) <= 30

    def test_the_second_that_waits_is_claimed(self, office: Office, waiting: list[int]) -> None:
        assert office.run("claim", answers=["2", ""]).code == 0
        assert office.holds(waiting[1])["primary"] == ME
        assert self.typed(["claim"], ["2", ""]) <= 12


class TestShortReferences:
    @pytest.mark.parametrize("typed", [".77", ".0077"])
    @pytest.mark.parametrize("command", ["show", "claim", "send-to-mc", "send-link", "note"])
    def test_every_command_takes_them(self, office: Office, command: str, typed: str) -> None:
        office.add_settings(
            '[mail]\nfrom = "a@example.com"\n[scheduling]\nlink = '
            '"https://b.example.com/{ticket}"\n'
        )
        office.ticket(70, ticketNumber="T20261121.0077")
        argv = {"show": [], "note": ["hello", "--dry-run"]}.get(command, ["--yes", "--dry-run"])
        done = office.run(command, typed, *argv, "--json")
        assert done.code == 0, done.err
        assert "T20261121.0077" in done.out

    def test_undo(self, office: Office) -> None:
        ticket = office.ticket(70, ticketNumber="T20261121.0077")
        office.run("claim", ".77")
        assert office.holds(ticket)["primary"] == ME
        assert office.run("undo", ".77", "--yes").code == 0
        assert office.holds(ticket)["primary"] is None

    def test_callscript(self, office: Office) -> None:
        office.ticket(70, ticketNumber="T20261121.0077")
        assert "T20261121.0077" in office.run("callscript", ".77").out
        assert office.run("callscript", ".77", "--json").code == 0
        assert office.run("callscript", "0002", "--json").code == 2

    def test_the_open_one_is_meant(self, office: Office) -> None:
        office.ticket(10, ticketNumber="T20261123.0077", status=COMPLETE, completedDate=office.now)
        older = office.ticket(3000, ticketNumber="T20261121.0077")
        assert json.loads(office.run("show", ".77", "--json").out)["id"] == older

    def test_else_the_newest(self, office: Office) -> None:
        done = {"status": COMPLETE, "completedDate": office.now}
        newer = office.ticket(10, ticketNumber="T20261123.0077", **done)
        office.ticket(3000, ticketNumber="T20261121.0077", **done)
        assert json.loads(office.run("show", ".77", "--json").out)["id"] == newer

    def test_a_closed_status_of_ours_is_closed(self, office: Office) -> None:
        office.add_settings('[mc]\nclosed_statuses = ["In Progress"]\n')
        office.ticket(10, ticketNumber="T20261123.0077", status=8)
        older = office.ticket(3000, ticketNumber="T20261121.0077")
        assert json.loads(office.run("show", ".77", "--json").out)["id"] == older

    def test_of_the_last_seven_days(self, office: Office) -> None:
        office.ticket(7 * 24 * 60 + 1, ticketNumber="T20261116.0077")
        office.ticket(10, ticketNumber="T20261123.1077")
        done = office.run("show", ".77")
        assert (done.code, done.out) == (5, "")
        assert "no ticket from the last 7 days ends in .0077" in done.err

    def test_several_open_ones_are_named(self, office: Office) -> None:
        for day in (21, 22):
            office.ticket(100, ticketNumber=f"T202611{day}.0077")
        done = office.run("claim", ".77")
        assert (done.code, done.out) == (2, "")
        assert "2 open tickets from this week end in .0077" in done.err
        assert "T20261122.0077, T20261121.0077" in done.err

    def test_or_picked_on_a_terminal(self, office: Office) -> None:
        tickets = [office.ticket(100 + i, ticketNumber=f"T2026112{i}.0077") for i in (1, 2)]
        done = office.run("claim", ".77", answers=["2", "y"])
        assert done.code == 0
        assert [office.holds(each)["primary"] for each in tickets] == [None, ME]

    def test_digits_after_zeros_are_refused(self, office: Office) -> None:
        done = office.run("show", "0002")
        assert (done.code, done.out) == (2, "")
        assert "type 2 for the id, .2 for the ticket of this week" in done.err
        assert office.requests() == []

    def test_or_asked_about(self, office: Office) -> None:
        ticket = office.ticket(70, ticketNumber="T20261121.0077")
        done = office.run("show", "0077", "--json", answers=[""])
        assert json.loads(done.out)["id"] == ticket
        assert "Is 0077 this week's ticket that ends in .0077?" in done.err
        assert office.run("show", "0077", answers=["n"]).code == 2

    def test_what_was_typed_for_none_is_kept(self, office: Office) -> None:
        done = office.run("note", ".999", "hello", "world")
        assert done.code == 5
        assert "your text is saved in" in done.err
        (draft,) = (office.home / "drafts").glob("*.txt")
        assert "hello world" in draft.read_text(encoding="utf-8")

    def test_one_request_more(self, office: Office) -> None:
        office.ticket(70, ticketNumber="T20261121.0077")
        office.run("show", ".77")
        office.requests()
        office.run("show", ".77")
        assert office.requests()[0] == "POST Tickets/query"
        assert office.requests() == []


class TestSeveral:
    def test_each_is_claimed(self, office: Office) -> None:
        tickets = [office.ticket(70), office.ticket(80)]
        done = office.run("claim", *map(str, tickets), str(tickets[0]), "T20261123.9700")
        assert done.code == 0
        assert [office.holds(each)["primary"] for each in tickets] == [ME, ME]
        assert done.out.splitlines()[-1] == "2 claimed, 1 already there"

    def test_what_one_lacks_does_not_stop_the_others(self, office: Office) -> None:
        taken = office.ticket(70, assignedResourceID=COLLEAGUE, assignedResourceRoleID=29683581)
        free = office.ticket(80)
        done = office.run("claim", "999999", str(taken), str(free), "--json")
        assert done.code == 5
        outcomes = [each["outcome"] for each in json.loads(done.out)["results"]]
        assert outcomes == ["failed", "refused", "claimed"]
        assert office.holds(free)["primary"] == ME
        assert office.holds(taken)["primary"] == COLLEAGUE

    def test_each_is_asked_about(self, office: Office) -> None:
        tickets = [office.ticket(70), office.ticket(80)]
        done = office.run("claim", *map(str, tickets), answers=["n", "y"])
        assert done.code == 3
        assert [office.holds(each)["primary"] for each in tickets] == [None, ME]

    def test_what_the_settings_lack_is_said_once(self, office: Office) -> None:
        office.configure(CONFIG.replace('me = "noor.haddad@demo.example"\n', ""))
        done = office.run("claim", "1", "2")
        assert (done.code, done.out) == (4, "")
        assert done.err.count("autotask.me is not set") == 1

    def test_a_dry_run(self, office: Office) -> None:
        tickets = [office.ticket(70), office.ticket(80)]
        done = office.run("claim", *map(str, tickets), "--dry-run")
        assert done.code == 0
        assert done.out.count("would set primary resource and role") == 2
        assert [office.holds(each)["primary"] for each in tickets] == [None, None]


class TestNotes:
    def test_several_words_are_one_text(self, office: Office) -> None:
        ticket = office.ticket(70)
        assert office.run("note", str(ticket), "hello", "world").code == 0
        (note,) = office.notes(ticket)
        assert note["description"].splitlines()[0] == "hello world"

    def test_stdin_alone_is_stdin(self, office: Office) -> None:
        ticket = office.ticket(70)
        assert office.run("note", str(ticket), "-", piped=b"from a pipe").code == 0
        assert office.run("note", str(ticket), "-", "and", "words", piped=b"no").code == 0
        texts = [each["description"] for each in office.notes(ticket)]
        assert ["from a pipe" in texts[0], "- and words" in texts[1]] == [True, True]

    def test_a_week_later_it_is_still_about_the_same_ticket(self, office: Office) -> None:
        """What is waiting in the outbox names the ticket by its id: what .77 means changes."""
        ticket = office.ticket(70, ticketNumber="T20261121.0077")
        office.break_with(f"POST /Tickets/{ticket}/Notes 429")
        assert office.run("note", ".77", "hello").code == 8
        office.break_with()
        office.now += timedelta(days=30)
        assert office.run("outbox", "retry").code == 0
        assert "hello" in office.notes(ticket)[0]["description"]
