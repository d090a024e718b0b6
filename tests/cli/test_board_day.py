"""A day at the board: rounds, news, lost networks, the team told; and eight hours of it."""

import gc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from boards import Person, at_board, column
from offices import NOW, Office
from slackserver import slack_server
from systems import posix_only
from test_watch import Cut, Timed

from mcdesk.cli.board.model import Mode, View
from mcdesk.errors import CredentialsRefused

VENDOR = 12
ONE, TWO = "T20261123.0001", "T20261123.0002"


def bells(person: Person) -> list[int]:
    """Count the bells from now on."""
    rung = [0]

    def ring() -> None:
        rung[0] += 1

    person.app.bell = ring  # type: ignore[method-assign]
    return rung


class TestNews:
    def test_what_is_newly_stale_rings_once(self, office: Office) -> None:
        office.ticket(125, ticketNumber=ONE)

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            rung = bells(person)
            await person.press("r")
            await person.sees("[1 Waiting 1]")
            office.ticket(100, ticketNumber=TWO)
            await person.press("r")
            await person.sees("[1 Waiting 2]")
            await person.press("r", "j", "k")
            await person.sees(ONE, TWO)
            assert rung == [1]

        at_board(office, scenario)

    def test_never_where_it_is_to_be_quiet(self, office: Office) -> None:
        async def scenario(person: Person) -> None:
            await person.sees("Nothing waits.")
            rung = bells(person)
            office.ticket(100, ticketNumber=TWO)
            await person.press("r")
            await person.sees(TWO)
            assert rung == [0]

        at_board(office, scenario, quiet=True)

    def test_a_network_that_is_lost_leaves_what_was_known(self, office: Office) -> None:
        office.ticket(125, ticketNumber=ONE)
        way = Cut(office.transport)
        office.transport = way

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            way.cut()
            await person.press("r")
            screen = await person.sees("This round failed, 1 in a row", "What follows is from")
            assert column(screen) == [ONE]
            await person.press("c")
            await person.sees("error:", "any key goes on")
            await person.press("x")
            way.mend()
            await person.press("r")
            await person.until(lambda: "failed" not in "\n".join(person.screen()))

        at_board(office, scenario)

    def test_a_login_that_is_refused_ends_it(self, office: Office) -> None:
        office.ticket(125, ticketNumber=ONE)

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            office.break_with("POST /Tickets/query 401")
            await person.press("r")
            await person.until(lambda: person.app.session.leaving is not None)

        with pytest.raises(CredentialsRefused):
            at_board(office, scenario)

    def test_the_team_is_told_from_the_board_too(self, office: Office) -> None:
        office.ticket(125, ticketNumber=ONE)
        with slack_server() as server:
            office.environ["MCDESK_SLACK_WEBHOOK"] = server.url

            async def scenario(person: Person) -> None:
                await person.sees("Told the team just now (opening): T20261123.0001")

            at_board(office, scenario, slack=True, size=(120, 40))
            assert len(server.posts) == 1

    def test_it_is_told_while_a_question_stands(self, office: Office) -> None:
        office.ticket(125, ticketNumber=ONE)
        with slack_server() as server:
            office.environ["MCDESK_SLACK_WEBHOOK"] = server.url
            desk = Timed(office, interactive=True)
            going: list[bool] = []

            def wait(seconds: float) -> None:
                sleep(0.001)
                if going:
                    desk.pass_time(seconds)

            async def scenario(person: Person) -> None:
                await person.sees(ONE)
                await person.press("c")
                await person.sees("y/Enter yes")
                office.ticket(70, ticketNumber=TWO)
                going.append(True)
                await person.until(lambda: len(server.posts) == 2)
                assert person.model.mode is Mode.ASKED

            at_board(office, scenario, slack=True, desk=desk, wait=wait)


def slowly(desk: Timed) -> Callable[[float], None]:
    """Return what lets time pass at *desk* in place of waiting, and leaves others their turn."""

    def wait(seconds: float) -> None:
        sleep(0.0005)
        desk.pass_time(seconds)

    return wait


@posix_only("a folder of the files that a process has open")
def test_eight_hours_take_no_memory_and_no_file(office: Office) -> None:
    for n in range(20):
        office.ticket(30 + n, ticketNumber=f"T20261123.{1000 + n}")
    desk = Timed(office, interactive=True)
    used: list[tuple[int, int]] = []

    async def scenario(person: Person) -> None:
        await person.sees("T20261123.1019")
        for hour in (1, 8):
            end = NOW + timedelta(hours=hour)
            await person.until(lambda end=end: office.now >= end)  # type: ignore[misc]
            await person.press("j", "k", "tab", "1")
            gc.collect()
            used.append((len(gc.get_objects()), len(list(Path("/proc/self/fd").iterdir()))))

    at_board(office, scenario, desk=desk, wait=slowly(desk), every=timedelta(minutes=3))
    (objects, files), (objects_then, files_then) = used
    assert files_then <= files
    assert objects_then < objects + 2_000
    assert office.now >= NOW + timedelta(hours=8)


def test_looking_now_is_at_all_that_the_vendor_has(office: Office) -> None:
    with office.world.transaction() as db:
        db.execute("DELETE FROM Tickets")

    async def scenario(person: Person) -> None:
        await person.sees("2 With MC 0")
        office.ticket(95, assignedResourceID=VENDOR, ticketNumber=ONE)
        await person.press("r")
        await person.sees("2 With MC 1")

    at_board(office, scenario)


def test_views_are_read_only_while_they_are_looked_at(office: Office) -> None:
    office.ticket(125, ticketNumber=ONE)

    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        office.requests()
        await person.press("r")
        await person.until(lambda: bool(office.requests()))
        await person.press("3")
        await person.sees("[3 Mine 4]")
        assert person.model.view is View.MINE

    at_board(office, scenario)


def test_a_bug_is_reported_and_no_traceback_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.ticket(125, ticketNumber=ONE)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        monkeypatch.setattr("mcdesk.cli.board.actions.claimed", broken)
        await person.press("c")
        await person.until(lambda: person.app.session.leaving is not None)

    with pytest.raises(ZeroDivisionError):
        at_board(office, scenario)


class TestSizes:
    @pytest.mark.parametrize(
        "size", [(40, 10), (60, 16), (80, 24), (109, 24), (110, 24), (200, 60)]
    )
    def test_nothing_is_wider_and_the_keys_are_there(
        self, office: Office, size: tuple[int, int]
    ) -> None:
        for n in range(30):
            office.ticket(125 + n, ticketNumber=f"T20261123.{1000 + n}", title="Long " * 30)

        async def scenario(person: Person) -> None:
            await person.sees("T20261123.1000")
            await person.press("enter")
            await person.press("c")
            screen = await person.sees("y/Enter yes")
            assert max(map(len, screen)) <= size[0]
            assert len(screen) == size[1]
            await person.press("escape")
            await person.sees("not confirmed")
            assert "q quit" in person.keys

        at_board(office, scenario, size=size)

    def test_too_small_says_so_and_is_there_again(self, office: Office) -> None:
        office.ticket(125, ticketNumber=ONE)

        async def scenario(person: Person) -> None:
            await person.sees(ONE)
            await person.resize(39, 24)
            screen = await person.sees("Too small: 40x10 at least")
            assert ONE not in "\n".join(screen)
            await person.resize(80, 24)
            await person.sees(ONE)

        at_board(office, scenario)


def test_text_of_strangers_acts_on_nothing(office: Office) -> None:
    office.ticket(
        125,
        ticketNumber=ONE,
        title="[bold red]x[/] \x1b[2J \x07 \u202e evil \x9b31m",
        description="\x1b]0;owned\x07 [link=x]y[/link]",
    )

    async def scenario(person: Person) -> None:
        await person.sees(ONE)
        await person.press("enter")
        await person.sees("created  ")
        await person.press("pagedown")
        screen = "\n".join(await person.sees("[link=x]y[/link]"))
        assert "[bold red]x[/]" in screen
        assert not any(char in screen for char in "\x1b\x07\u202e\x9b")

    at_board(office, scenario)
