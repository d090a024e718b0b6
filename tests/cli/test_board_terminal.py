"""The board on a pseudo-terminal: sizes, signals, a closed window, keys that come too fast."""

import signal
from pathlib import Path

import pytest
from deaths import served
from offices import SECRETS, Office
from systems import PSEUDO_TERMINAL
from terminals import Terminal, terminal

pytestmark = PSEUDO_TERMINAL
NOW = {"MCDESK_NOW": "2026-11-23T15:00:00Z"}
FIRST = "T20261123.0038"
ENTER, LEAVE, CURSOR = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25h"


def test_it_comes_and_goes_and_leaves_nothing_behind(app_folder: Path) -> None:
    with terminal(app_folder, "--demo", "watch", environ=NOW) as board:
        board.until(FIRST)
        assert ENTER in board.raw
        board.press("q")
        assert board.end() == 0
        assert LEAVE in board.raw
        assert CURSOR in board.raw
        assert b"Traceback" not in board.raw


def test_the_demo_says_so_in_its_head(app_folder: Path) -> None:
    with terminal(app_folder, "--demo", "watch", environ=NOW) as board:
        board.until(r"mcdesk watch \(demo\)  3:00:00 PM, again 3:01:00 PM")


@pytest.mark.parametrize("argv", [("--plain",), ("--json",)], ids=str)
def test_lines_where_they_are_wanted(app_folder: Path, argv: tuple[str, ...]) -> None:
    with terminal(app_folder, "--demo", "watch", *argv, environ=NOW) as lines:
        lines.until("unclaimed")
        assert ENTER not in lines.raw
        lines.press("\x03")
        assert lines.end() == 130


def test_lines_where_the_terminal_can_show_no_more(app_folder: Path) -> None:
    with terminal(app_folder, "--demo", "watch", environ={**NOW, "TERM": "dumb"}) as lines:
        lines.until("unclaimed")
        assert ENTER not in lines.raw


def test_another_size_at_any_time(app_folder: Path) -> None:
    with terminal(app_folder, "--demo", "watch", environ=NOW) as board:
        board.until(rf"> {FIRST}.*back, 33m")
        board.resize(60, 16)
        board.until(r"Old mail archive does not open")
        board.resize(30, 8)
        board.until("Too small: 40x10 at least")
        board.resize(120, 40)
        board.until(rf"> {FIRST} .*Old mail archive does not open .*back, 33m")
        board.press("c")
        board.until(rf"Claim {FIRST}, [\s\S]*\?")
        board.resize(80, 24)
        board.until(rf"Claim {FIRST}, [\s\S]*\?")
        board.press("\r")
        board.until(rf"{FIRST} is yours")


def test_no_color_where_none_is_wanted(app_folder: Path) -> None:
    with terminal(app_folder, "--demo", "watch", environ={**NOW, "NO_COLOR": "1"}) as board:
        board.until(FIRST)
        assert b"38;5;" not in board.raw
    with terminal(app_folder, "--demo", "watch", environ={**NOW, "NO_COLOR": ""}) as board:
        board.until(FIRST)
        assert b"38;5;" in board.raw


def test_text_of_strangers_is_text(app_folder: Path) -> None:
    with terminal(app_folder, "--demo", "watch", environ=NOW, size=(140, 40)) as board:
        board.until(r"\[bold red\]URGENT\[/\]")


def test_keys_that_come_faster_than_it_draws(app_folder: Path) -> None:
    """Those before the question answer nothing, however many, and claim nothing."""
    with terminal(app_folder, "--demo", "watch", environ=NOW) as board:
        board.until(FIRST)
        board.press("c\ry\r\ry\r")
        board.until("y/Enter yes")
        board.press("\x1b")
        board.until("not confirmed: nothing was changed")


def test_keys_before_anything_is_there(app_folder: Path) -> None:
    with terminal(app_folder, "--demo", "watch", environ=NOW) as board:
        board.press("ccjj\r\ry\x1b")
        board.until(rf"[> ] {FIRST}")
        board.until(r"\[1 Waiting \d+\]")
        board.press("q")
        assert board.end() == 0
        assert b"is yours" not in board.raw


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGQUIT", 131), ("SIGINT", 130)])
def test_signals_leave_the_terminal_as_it_was(app_folder: Path, name: str, code: int) -> None:
    with terminal(app_folder, "--demo", "watch", environ=NOW) as board:
        board.until(FIRST)
        board.press("c")
        board.until("y/Enter yes")
        board.process.send_signal(getattr(signal, name))
        assert board.end() == code
        assert LEAVE in board.raw
        assert b"Traceback" not in board.raw


@pytest.mark.parametrize("how", ["SIGTERM", "closed"])
def test_a_note_that_is_being_written_is_kept(app_folder: Path, how: str) -> None:
    with terminal(app_folder, "--demo", "watch", environ=NOW) as board:
        board.until(FIRST)
        board.press("n")
        board.until("Internal: customers do not see it")
        board.press("half a note")
        board.until("half a note")
        if how == "closed":
            board.hang_up()
        else:
            board.process.terminate()
        assert board.end() == (143 if how == "SIGTERM" else -1)
    (draft,) = (app_folder / "demo" / "drafts").iterdir()
    assert draft.read_text(encoding="utf-8") == "half a note"


def test_two_boards_race_for_one_ticket(office: Office, tmp_path: Path) -> None:
    """Whoever was slower is told, and Autotask and both journals agree."""
    ticket = office.ticket(125, ticketNumber="T20261123.0001")
    with served(office) as url:
        office.go_over(url)
        other = tmp_path / "other"
        other.mkdir()
        config = (office.home / "config.toml").read_text(encoding="utf-8")
        (other / "config.toml").write_text(config.replace("noor.haddad", "owen.pritchard"), "utf-8")
        environ = {**SECRETS, **NOW}
        with (
            terminal(office.home, "watch", environ=environ) as mine,
            terminal(other, "watch", environ=environ) as theirs,
        ):
            for board in (mine, theirs):
                board.until("T20261123.0001")
                board.press("c")
            for board in (mine, theirs):
                board.until("y/Enter yes")
            for board in (mine, theirs):
                board.press("\r")
            said = [outcome(board) for board in (mine, theirs)]
    holder = office.holds(ticket)["primary"]
    assert sorted(said) in (["is yours", "was faster"], ["changed since", "is yours"])
    assert holder in (20, 21, 22, 23, 24, 25, 26, 27)


def outcome(board: Terminal) -> str:
    return board.until("is yours", "was faster", "changed since")
