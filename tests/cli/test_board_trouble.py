"""The board when things go wrong around it: no network, a full disk, little room, a no, haste."""

from pathlib import Path
from typing import Any

import pytest
from between import Unreachable
from boards import Person, at_board
from deaths import full_disk
from offices import Office

from mcdesk.cli.board.model import Mode
from mcdesk.sandbox.people import HELP_DESK_ROLE

ONE, TWO = "T20261123.0001", "T20261123.0002"
LINK = """
[mail]
from = "desk@demo.example"
[scheduling]
link = "https://book.example.com/?t={ticket}"
"""


@pytest.fixture
def ticket(office: Office) -> int:
    office.add_settings(LINK)
    first = office.ticket(125, ticketNumber=ONE)
    office.ticket(65, ticketNumber=TWO)
    return first


class TestWithoutANetwork:
    def test_from_the_start(self, office: Office, ticket: int) -> None:
        way, office.transport = office.transport, Unreachable(office.transport, "")
        relent = office.transport

        async def scenario(person: Person) -> None:
            for view in "123":
                await person.press(*view if view != "1" else ())
                screen = await person.sees("This round failed, 1 in a row", "hint: check the netw")
                assert "looking..." not in screen
            relent.handle_request = way.handle_request  # type: ignore[method-assign]
            await person.press("r", "1")
            await person.sees(ONE, TWO)

        at_board(office, scenario)

    def test_lost_on_the_way(self, office: Office, ticket: int) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            office.break_with("POST /*/query lose-request")
            await person.press("c")
            await person.sees("hung up; nothing was changed")
            await person.press("x", "n")
            await person.type("words")
            await person.press("enter")
            await person.sees(f"the note on {ONE} is waiting in the outbox")
            await person.press("x", "r")
            await person.sees("This round failed, 1 in a row", "What follows is from", ONE)

        at_board(office, scenario)
        office.break_with()
        assert office.holds(ticket)["primary"] is None
        assert office.run("outbox", "retry", "1").code == 0
        assert len(office.notes(ticket)) == 1


class TestAFullDisk:
    """What is typed for a note has no place but the screen, and is shown there."""

    @pytest.fixture(autouse=True)
    def no_drafts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        write = Path.write_text

        def full(self: Path, data: str, **more: Any) -> int:
            if self.parent.name == "drafts":
                raise OSError(28, "No space left on device")
            return write(self, data, **more)

        monkeypatch.setattr(Path, "write_text", full)

    def test_a_note_that_is_given_up(self, office: Office, ticket: int) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("n")
            await person.type("my words")
            await person.press("escape")
            screen = await person.sees("your text could not be saved; it was:", "my words")
            assert screen[-1] == "any key goes on"

        at_board(office, scenario)

    def test_a_board_that_is_left(
        self, office: Office, ticket: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.press("n")
            await person.type("my words")
            await person.press("ctrl+c")

        assert at_board(office, scenario) == 130
        assert "it was:\nmy words\n" in capsys.readouterr().err

    def test_nothing_can_be_stored(self, office: Office, ticket: int) -> None:
        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            seen[0] = full
            for key in "csl":
                await person.press(key)
                await person.settled()
                while person.app.session.question:
                    await person.press("y")
                    await person.settled()
                await person.sees("database or disk is full", "any key goes on")
                await person.press("x")
            await person.press("n")
            await person.type("my words")
            await person.press("enter")
            await person.sees("it was:", "my words", "database or disk is full")

        before, full = office.holds(ticket), 10**6
        with full_disk(full, only="mcdesk.db", words=["INSERT", "UPDATE", "COMMIT"]) as seen:
            at_board(office, scenario)
        assert office.holds(ticket) == before
        assert office.notes(ticket) == []
        assert not list(office.home.glob("drafts/*.eml"))


def test_what_a_view_lacks_is_said_in_it(office: Office, ticket: int) -> None:
    for n in range(60):
        office.ticket(200 + n, assignedResourceID=20, assignedResourceRoleID=HELP_DESK_ROLE)
    office.break_with("POST /TicketHistory/query refuse Not now")

    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        await person.press("3")
        await person.sees("[3 Mine 50]", "these are 50 of 64")
        await person.press("2")
        screen = await person.sees("can't tell when some tickets went to Mission Control: Autotask")
        assert "these are" not in "\n".join(screen)

    at_board(office, scenario)


QUESTIONS = {
    "claim": ["c"],
    "claim of a colleague's": ["c", "y"],
    "send": ["s"],
    "note": ["n", "w", "enter"],
    "link": ["l"],
    "link that may have gone": ["l", "y"],
    "several": ["space", "space", "c"],
}


@pytest.mark.parametrize("no", ["escape", "ctrl+c"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_no_to_every_question_in_twelve_lines(
    office: Office, ticket: int, name: str, no: str
) -> None:
    """The question and its keys are to be seen whole, whatever is open; a no changes nothing."""

    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        if "colleague" in name:
            office.world.update("Tickets", ticket, assignedResourceID=23)
        await person.press("enter")
        await person.settled()
        for key in QUESTIONS[name]:
            await person.press(key)
            await person.settled()
        assert person.app.session.question
        screen = person.screen()
        assert not person.app.query_one("#details").display
        assert screen[-2].endswith("?")
        assert screen[-1] in ("y/Enter yes  n/Esc no", "y yes  n/Esc no")
        await person.press(no)
        if no != "ctrl+c":
            await person.settled()
            assert person.model.mode is Mode.LIST
            assert person.app.query_one("#details").display

    code = at_board(office, scenario, size=(80, 12))
    assert code == (130 if no == "ctrl+c" else 0)
    assert office.holds(ticket)["primary"] in (None, 23)
    assert office.notes(ticket) == []
    assert [each.progress for each in office.desk().operations.latest() if each.fields] == []


def test_letters_typed_before_the_box_is_there_are_in_it(office: Office, ticket: int) -> None:
    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        await person.hurry("n", "c", "a", "l", "l")
        await person.sees("Internal: customers do not see it")
        await person.type("ed")
        await person.press("enter", "enter")
        await person.sees(f"written on {ONE}")

    at_board(office, scenario)
    (note,) = office.notes(ticket)
    assert note["description"].startswith("called")
