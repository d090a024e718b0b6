"""Every key of the board: what it does to the ticket, judged by the world afterwards."""

import re
from datetime import timedelta
from typing import Any

import pytest
from boards import Person, at_board, column
from offices import Office

from mcdesk.cli.board.model import Mode, View
from mcdesk.cli.terminal.output import Output
from mcdesk.sandbox.people import VENDOR

ME = 20
ONE, TWO, THREE = "T20261123.0001", "T20261123.0002", "T20261123.0003"


@pytest.fixture
def three(office: Office) -> list[int]:
    """Let three tickets wait, the longest first."""
    return [
        office.ticket(125, ticketNumber=ONE),
        office.ticket(65, ticketNumber=TWO, title="Scanner"),
        office.ticket(5, ticketNumber=THREE, title="Keyboard", priority=1),
    ]


def test_what_waits_stands_there_with_the_keys_that_work(office: Office, three: list[int]) -> None:
    async def scenario(person: Person) -> None:
        screen = await person.sees(ONE, TWO, THREE, "again 10:01:00 AM")
        assert screen[0] == "mcdesk watch  10:00:00 AM, again 10:01:00 AM"
        assert screen[1].startswith("[1 Waiting 3]  2 With MC")
        assert column(screen) == [ONE, TWO, THREE]
        assert screen[3].startswith(f"> {ONE}  Harbor Point Dental")
        assert "1h 00m, stale" in screen[3]
        assert "2 of 3 unclaimed have waited 1h or longer; the desk is open until 5:00 PM" in screen
        assert re.match(r"c claim +s send to MC +n note .* \? keys +q quit", person.keys)

    assert at_board(office, scenario) == 0


class TestClaim:
    def test_one_key_one_ticket_next(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("c")
            screen = await person.sees(f"Claim {ONE}, Harbor Point Dental, Printer offline?")
            assert screen[-1] == "y/Enter yes  n/Esc no"
            await person.press("enter")
            screen = await person.sees(f"{ONE} is yours (verified)")
            assert column(screen)[:2] == [TWO, THREE]
            assert person.model.current
            assert person.model.current.number == TWO

        at_board(office, scenario)
        assert office.holds(three[0])["primary"] == ME
        assert office.holds(three[1])["primary"] is None

    @pytest.mark.parametrize("key", ["n", "escape"])
    def test_a_no_changes_nothing(self, office: Office, three: list[int], key: str) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("c", key)
            await person.sees("not confirmed: nothing was changed")
            assert person.model.mode is Mode.LIST
            assert person.model.current
            assert person.model.current.number == ONE

        at_board(office, scenario)
        assert office.holds(three[0])["primary"] is None

    def test_a_key_that_was_typed_before_the_question_never_answers_it(
        self, office: Office, three: list[int]
    ) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.hurry("c", "enter", "y", "enter")
            await person.sees("y/Enter yes")
            assert person.model.mode is Mode.ASKED

        at_board(office, scenario)
        assert [office.holds(each)["primary"] for each in three] == [None, None, None]

    def test_somebody_was_faster(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("c")
            await person.sees("Claim")
            office.world.update("Tickets", three[0], assignedResourceID=21)
            await person.press("y")
            screen = await person.sees("has changed since it was shown")
            assert screen[-1] == "any key goes on"
            await person.press("j")
            assert person.model.mode is Mode.LIST

        at_board(office, scenario)
        assert office.holds(three[0])["primary"] == 21

    def test_a_safety_rule_takes_y_and_not_enter(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            office.world.update("Tickets", three[0], assignedResourceID=21)
            await person.press("c", "enter")
            screen = await person.sees("Take it over?")
            assert screen[-1] == "y yes  n/Esc no"
            await person.press("enter")
            assert person.model.mode is Mode.ASKED_TWICE
            await person.press("y")
            await person.sees("is yours (verified)")

        at_board(office, scenario)
        assert office.holds(three[0])["primary"] == ME

    def test_several_that_are_marked_after_one_question(
        self, office: Office, three: list[int]
    ) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("space", "space")
            screen = await person.sees("2 marked;")
            assert screen[3].startswith(f" *{ONE}")
            await person.press("c")
            await person.sees("Claim these 2 tickets?")
            await person.press("enter")
            await person.sees("2 claimed")
            assert person.model.marks == frozenset()

        at_board(office, scenario)
        assert [office.holds(each)["primary"] for each in three] == [ME, ME, None]


class TestSend:
    def test_to_the_vendor(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("s")
            await person.sees("New    -> Returned to MC", f"Send {ONE} to Mission Control?")
            await person.press("enter")
            await person.sees(f"{ONE} sent and verified in our Autotask", "2 With MC 3")

        at_board(office, scenario)
        assert office.holds(three[0])["primary"] == VENDOR

    def test_what_autotask_refuses_stands_there_until_a_key(
        self, office: Office, three: list[int]
    ) -> None:
        office.break_with("PATCH /Tickets refuse Not like this")

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("s", "enter")
            screen = await person.sees("error: Autotask refused: Not like this", "hint:")
            assert screen[-1] == "any key goes on"
            await person.press("x")
            assert "Not like this" not in "\n".join(person.screen())
            assert person.model.current
            assert person.model.current.number == ONE

        at_board(office, scenario)
        assert office.holds(three[0])["primary"] is None

    @pytest.mark.parametrize(
        ("key", "question", "verb", "said", "holder"),
        [
            ("s", "Send these 6 tickets to Mission Control?", "Send", "6 sent", VENDOR),
            ("c", "Claim these 6 tickets?", "Claim", "6 claimed", ME),
        ],
    )
    def test_more_than_one_go_takes_are_asked_about_twice(
        self, office: Office, key: str, question: str, verb: str, said: str, holder: int
    ) -> None:
        tickets = [office.ticket(70 + n, ticketNumber=f"T20261123.01{n:02}") for n in range(6)]

        async def scenario(person: Person) -> None:
            await person.sees("T20261123.0105")
            await person.press(*["space"] * 6, key)
            await person.sees(question)
            await person.press("enter")
            many = f"6 tickets are more than 5 in one go. {verb} all of them?"
            assert (await person.sees(many))[-1] == "y yes  n/Esc no"
            await person.press("enter", "y")
            await person.sees(said)
            assert not person.model.entries

        at_board(office, scenario)
        assert [office.holds(each)["primary"] for each in tickets] == [holder] * 6

    @pytest.mark.parametrize("key", ["s", "c"])
    def test_no_to_so_many_changes_none(self, office: Office, key: str) -> None:
        tickets = [office.ticket(70 + n, ticketNumber=f"T20261123.01{n:02}") for n in range(6)]

        async def scenario(person: Person) -> None:
            await person.sees("T20261123.0105")
            await person.press(*["space"] * 6, key, "enter", "n")
            await person.sees("not confirmed")

        at_board(office, scenario)
        assert [office.holds(each)["primary"] for each in tickets] == [None] * 6


class TestNote:
    def test_is_written_read_back_and_next(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("n")
            await person.sees(f"Note on {ONE}", "Internal: customers do not see it")
            await person.type("called, no answer")
            await person.press("ctrl+j")
            await person.type("again at 3")
            await person.press("enter")
            await person.sees(f"Note on {ONE}, Harbor Point Dental, Printer offline?")
            await person.press("enter")
            await person.sees(f"written on {ONE}")
            assert person.model.current
            assert person.model.current.number == TWO

        at_board(office, scenario)
        (note,) = office.notes(three[0])
        assert note["description"].startswith("called, no answer\r\nagain at 3")
        assert note["publish"] == 2
        assert list((office.home / "drafts").iterdir()) == []

    def test_letters_that_are_keys_elsewhere_are_letters_here(
        self, office: Office, three: list[int]
    ) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("n")
            await person.type("q?cs/")
            await person.press("enter", "enter")
            await person.sees("written on")

        at_board(office, scenario)
        (note,) = office.notes(three[0])
        assert note["description"].startswith("q?cs/")

    def test_escape_keeps_what_was_typed_as_a_draft(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("n")
            await person.type("half a")
            await person.press("escape")
            await person.sees("kept as a draft")
            await person.press("n", "escape")
            assert person.model.mode is Mode.LIST

        at_board(office, scenario)
        (draft,) = (office.home / "drafts").iterdir()
        assert draft.read_text(encoding="utf-8") == "half a"
        assert office.notes(three[0]) == []

    def test_a_no_keeps_the_text(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("n")
            await person.type("words")
            await person.press("enter", "n")
            await person.sees("not confirmed: nothing was sent", "your text is saved in")

        at_board(office, scenario)
        (draft,) = (office.home / "drafts").iterdir()
        assert draft.read_text(encoding="utf-8") == "words"

    def test_leaving_while_it_is_written_keeps_it(
        self, office: Office, three: list[int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("n")
            await person.type("half a")
            await person.press("ctrl+c")

        assert at_board(office, scenario) == 130
        (draft,) = (office.home / "drafts").iterdir()
        assert draft.read_text(encoding="utf-8") == "half a"
        assert f"is kept in {draft}" in capsys.readouterr().err

    def test_what_does_not_get_through_waits_in_the_outbox(
        self, office: Office, three: list[int]
    ) -> None:
        office.break_with("POST /Tickets/*/Notes lose-request")

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("n")
            await person.type("words")
            await person.press("enter", "enter")
            await person.sees("error:", "mcdesk outbox retry 1")

        at_board(office, scenario)
        assert "words" in office.run("outbox").out

    def test_dispatch_hears_of_it_too(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("N")
            await person.sees("Mission Control's dispatch gets it by mail")
            await person.type("words")
            await person.press("enter")
            await person.sees("and email dispatch?", "is not with Mission Control")
            await person.press("enter")
            await person.sees("Was the mail to ticketstatus@missioncontrolnoc.com sent?")
            await person.press("y")
            await person.sees("mailed to ticketstatus@missioncontrolnoc.com")

        at_board(office, scenario)
        assert len(office.notes(three[0])) == 1


def test_a_scheduling_link(office: Office, three: list[int]) -> None:
    office.add_settings(
        '[mail]\nfrom = "Noor Haddad <noor.haddad@demo.example>"\n'
        '[scheduling]\nlink = "https://book.example.com/?t={ticket}"\n'
        'status = "Scheduling Link Sent"\n'
    )

    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        await person.press("l")
        await person.sees("Email this link to")
        await person.press("enter")
        await person.sees("Was the mail to")
        await person.press("y")
        await person.sees("status of")
        assert office.holds(three[0])["status"] == 20
        await person.press("u")
        await person.sees(ONE, "Set the status back?")
        await person.press("enter")
        await person.sees(f"{ONE} undone (verified)")

    at_board(office, scenario)
    assert office.holds(three[0])["status"] == 1


class TestUndo:
    def test_takes_back_what_was_done_from_here(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            assert "undo" not in person.keys
            await person.press("c", "enter")
            await person.sees("is yours", "u undo")
            await person.press("u")
            await person.sees(ONE, "Undo this claim by Noor Haddad?")
            await person.press("enter")
            await person.sees(f"{ONE} undone (verified)")
            assert person.model.deeds == ()
            await person.until(lambda: len(person.model.entries) == 3)

        at_board(office, scenario)
        assert office.holds(three[0])["primary"] is None

    def test_not_what_was_done_elsewhere(self, office: Office, three: list[int]) -> None:
        assert office.run("claim", str(three[0]), "--yes").code == 0

        async def scenario(person: Person) -> None:
            await person.sees(TWO)
            await person.press("u")
            assert not person.model.busy

        at_board(office, scenario)
        assert office.holds(three[0])["primary"] == ME


class TestViews:
    @pytest.fixture
    def everywhere(self, office: Office, three: list[int]) -> list[int]:
        assert office.run("claim", str(three[2]), "--yes").code == 0
        assert office.run("send-to-mc", str(three[1]), "--yes").code == 0
        return three

    @pytest.mark.parametrize("keys", [("2", "3", "1"), ("tab", "tab", "tab")])
    def test_three_of_them(
        self, office: Office, everywhere: list[int], keys: tuple[str, str, str]
    ) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press(keys[0])
            screen = await person.sees("[2 With MC 3]", TWO)
            assert "due in" in "\n".join(screen)
            await person.press(keys[1])
            await person.sees("[3 Mine 5]", THREE)
            await person.press(keys[2])
            assert person.model.view is View.WAITING

        at_board(office, scenario)

    @pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 30)])
    def test_the_number_to_call_is_whole(
        self, office: Office, everywhere: list[int], size: tuple[int, int]
    ) -> None:
        office.now += timedelta(minutes=130)

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("2")
            await person.sees(TWO, "overdue, call (347) 308-6455")

        at_board(office, scenario, size=size)

    def test_a_view_that_cannot_be_read_says_why(self, office: Office, three: list[int]) -> None:
        office.configure(
            (office.home / "config.toml").read_text(encoding="utf-8").replace("\nme =", "\n#")
        )

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("3")
            await person.sees("autotask.me is not set", "mcdesk config set autotask.me")
            await person.press("1")
            await person.sees(ONE)

        at_board(office, scenario)


class TestMoving:
    @pytest.mark.parametrize(
        ("keys", "number"),
        [
            (["j"], TWO),
            (["down", "down"], THREE),
            (["down", "down", "down"], THREE),
            (["j", "k"], ONE),
            (["k"], ONE),
            (["end"], THREE),
            (["end", "up"], TWO),
            (["end", "home"], ONE),
        ],
        ids=" ".join,
    )
    def test_the_cursor(
        self, office: Office, three: list[int], keys: list[str], number: str
    ) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press(*keys)
            assert person.model.current
            assert person.model.current.number == number
            assert any(line.startswith(f"> {number}") for line in person.screen())

        at_board(office, scenario)

    def test_a_refresh_moves_nothing_under_it(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("j")
            office.ticket(600, ticketNumber="T20261123.0009")
            await person.press("r")
            await person.sees("[1 Waiting 4]")
            assert person.model.current
            assert person.model.current.number == TWO

        at_board(office, scenario)

    def test_of_a_long_list_it_stays_on_its_line(self, office: Office) -> None:
        for n in range(40):
            office.ticket(200 - n, ticketNumber=f"T20261123.{1000 + n}")

        async def scenario(person: Person) -> None:
            await person.sees("T20261123.1000")
            await person.press(*["j"] * 25)
            (line,) = [i for i, line in enumerate(person.screen()) if line.startswith("> ")]
            office.ticket(600, ticketNumber="T20261123.0009")
            office.ticket(500, ticketNumber="T20261123.0008")
            await person.press("r")
            screen = await person.sees("[1 Waiting 42]")
            assert screen[line].startswith("> T20261123.1025")

        at_board(office, scenario)


class TestDetails:
    @pytest.mark.parametrize(("size", "beside"), [((80, 24), False), ((140, 30), True)])
    def test_beside_or_below(
        self, office: Office, three: list[int], size: tuple[int, int], beside: bool
    ) -> None:
        office.note(three[0], 1, title="Call", description="No answer", creatorResourceID=None)

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("enter")
            screen = await person.sees("contact     ", "company     Harbor Point Dental")
            line = next(line for line in screen if "contact     " in line)
            assert line.startswith("contact") is not beside
            await person.press("pagedown")
            await person.sees("No answer")
            await person.press("j")
            await person.sees("Scanner", "company     Harbor Point Dental")
            assert "Esc close" in person.keys
            await person.press("escape")
            assert "company  " not in "\n".join(person.screen()[3:])

        at_board(office, scenario, size=size)

    def test_a_ticket_that_is_gone(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            office.break_with("POST /Tickets/query status 503 x9")
            await person.press("enter")
            await person.sees("error:")

        at_board(office, scenario)


class TestFilter:
    def test_as_you_type(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("/")
            await person.type("scan")
            screen = await person.sees("only with: scan_", "[1 Waiting 1]")
            assert column(screen) == [TWO]
            assert screen[-1].startswith("Enter keep the filter")
            await person.press("enter")
            await person.sees("only with: scan")
            assert person.model.mode is Mode.LIST
            await person.press("escape")
            await person.sees(ONE, TWO, THREE)
            assert person.model.current
            assert person.model.current.number == TWO

        at_board(office, scenario)

    def test_nothing_found(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("/")
            await person.type("zzz q")
            await person.sees("No ticket here holds: zzz q")
            await person.press("backspace", "backspace", "backspace", "backspace", "backspace")
            await person.sees(ONE)
            await person.press("escape")
            assert person.model.mode is Mode.LIST

        at_board(office, scenario)


def test_the_number_is_copied_and_the_page_opened(
    office: Office, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    copied: list[str] = []

    def opening(url: str) -> bool:
        opened.append(url)
        return True

    def copying(output: Output, text: str, _: object) -> None:
        copied.append(text)
        output.talk(f"copied: {text}")

    monkeypatch.setattr("mcdesk.desk.open_page", opening)
    monkeypatch.setattr("mcdesk.cli.terminal.clipboard.copy", copying)

    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        await person.press("y")
        await person.sees(f"copied: {ONE}")
        await person.press("o")
        await person.sees("opening https://ww99.autotask.net/")
        assert person.model.current
        assert person.model.current.number == ONE

    at_board(office, scenario)
    assert copied == [ONE]
    assert len(opened) == 1


def test_all_keys_and_the_list_again(office: Office, three: list[int]) -> None:
    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        await person.press("?")
        screen = await person.sees("All keys", "undo the last change", "mark several")
        assert screen[-1] == "any key goes on"
        await person.press("c")
        await person.sees(ONE)
        assert not person.model.busy

    at_board(office, scenario)


class TestLeaving:
    @pytest.mark.parametrize(("key", "code"), [("q", 0), ("ctrl+c", 130), ("ctrl+q", 130)])
    def test_at_once_if_nothing_is_under_way(
        self, office: Office, three: list[int], key: str, code: int
    ) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press(key)

        assert at_board(office, scenario) == code

    def test_a_question_is_answered_with_no(self, office: Office, three: list[int]) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("c")
            await person.sees("Claim")
            await person.press("ctrl+c")

        assert at_board(office, scenario) == 130
        assert office.holds(three[0])["primary"] is None

    @pytest.mark.parametrize(("key", "code"), [("q", 0), ("ctrl+c", 0)])
    def test_asks_while_something_is_under_way_and_says_what_became_of_it(
        self,
        office: Office,
        three: list[int],
        key: str,
        code: int,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        hold = Held(office)

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("c")
            hold.begin()
            await person.press("enter")
            await person.until(lambda: hold.reached.is_set())
            await person.press(key)
            screen = await person.sees(f"Claim {ONE} is under way. Quit once it is done?")
            assert screen[-1] == "y quit  n/Esc stay"
            await person.press("n")
            await person.sees("writing to Autotask")
            await person.press(key, "enter")
            assert person.model.mode is Mode.QUITTING
            await person.press("y")
            hold.end()

        assert at_board(office, scenario) == code
        assert f"{ONE} is yours (verified)" in capsys.readouterr().out
        assert office.holds(three[0])["primary"] == ME


class Held:
    """Holds the first write to Autotask up, until it is let go."""

    def __init__(self, office: Office) -> None:
        from threading import Event

        self._way, office.transport = office.transport, self  # type: ignore[assignment]
        self.reached, self._let_go = Event(), Event()
        self._let_go.set()

    def begin(self) -> None:
        self._let_go.clear()

    def end(self) -> None:
        self._let_go.set()

    def handle_request(self, request: Any) -> Any:
        if request.method == "PATCH":
            self.reached.set()
            assert self._let_go.wait(60)
        return self._way.handle_request(request)

    def close(self) -> None:
        self._way.close()


def test_no_second_action_begins_while_one_is_under_way(office: Office, three: list[int]) -> None:
    hold = Held(office)

    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        await person.press("c")
        hold.begin()
        await person.press("enter")
        await person.until(lambda: hold.reached.is_set())
        await person.press("j", "c", "s", "n", "l", "u")
        assert person.model.mode is Mode.LIST
        assert person.model.busy == f"Claim {ONE}"
        hold.end()
        await person.idle()
        await person.sees("is yours")

    at_board(office, scenario)
    assert [office.holds(each)["primary"] for each in three] == [ME, None, None]
