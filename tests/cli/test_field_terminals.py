"""Terminals as they are: odd sizes, stray bytes, wide characters, no browser to open."""

import os
import sys
import textwrap
import webbrowser
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from offices import NOW, Office
from rich.cells import cell_len
from systems import PSEUDO_TERMINAL
from terminals import CONTROL, terminal
from test_completion import offered
from test_watch import Timed, watch

from mcdesk.__main__ import main
from mcdesk.cli.call import Call
from mcdesk.cli.changes import draw_changes
from mcdesk.cli.terminal import console
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.streams import Sink
from mcdesk.cli.terminal.tables import wrapped
from mcdesk.core.changes import Change, Field, Value

ODD = ["0", "-5", "000", "99999999999", "9" * 5000, "wide", "", "1e3", "\N{SUPERSCRIPT TWO}"]
NUMBER = "T20261123.9700"


class Screen(StringIO):
    """A terminal that keeps what was drawn on it."""

    def isatty(self) -> bool:
        return True


class TestSizes:
    """COLUMNS and LINES that no terminal has count as not known: 80 cells."""

    @pytest.fixture(autouse=True)
    def sizes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("TERM", "xterm-256color")

    @pytest.fixture(params=ODD, ids=[each[:20] for each in ODD])
    def make_screen(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[], Screen]:
        def make_screen() -> Screen:
            screen = Screen()
            monkeypatch.setenv("COLUMNS", request.param)
            monkeypatch.setenv("LINES", request.param)
            monkeypatch.setattr(sys, "stdout", screen)
            return screen

        return make_screen

    def test_tables_and_tickets(self, office: Office, make_screen: Callable[[], Screen]) -> None:
        ticket, screen = office.ticket(70), make_screen()
        assert office.run("stale").code == 0
        assert office.run("show", str(ticket)).code == 0
        assert screen.getvalue().count(NUMBER) == 2
        assert screen.getvalue().count("Printer offline") == 2

    def test_the_plan_before_a_question(
        self,
        office: Office,
        make_screen: Callable[[], Screen],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        ticket, asking = office.ticket(70), Screen()
        make_screen()
        monkeypatch.setattr(sys, "stderr", asking)
        assert office.run("send-to-mc", str(ticket), answers=["y"]).code == 0
        assert "Help Desk Support" in asking.getvalue()

    @PSEUDO_TERMINAL
    @pytest.mark.parametrize("size", ["0", "-5", "99999999999"])
    def test_the_board(self, app_folder: Path, size: str) -> None:
        odd = {"COLUMNS": size, "LINES": size}
        with terminal(app_folder, "--demo", "watch", environ=odd) as board:
            board.until("quit")
            board.press("q")
            assert board.end() == 0

    @pytest.mark.parametrize("size", ["0", "-5", "99999999999"])
    def test_help_and_completion(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, size: str
    ) -> None:
        office.ticket(70)
        office.run("stale")
        monkeypatch.setenv("COLUMNS", size)
        shown = "\n".join(offered(office, "mcdesk show ", "zsh"))
        assert NUMBER in shown
        assert "Printer offline" in shown
        assert "--interval" in office.run("watch", "--help").out

    def test_a_terminal_that_says_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("COLUMNS")
        none = os.terminal_size((0, 0))
        monkeypatch.setattr(os, "get_terminal_size", lambda *_: none)
        monkeypatch.setattr(Screen, "fileno", lambda _: 1)
        monkeypatch.setattr("mcdesk.cli.terminal.console._mode", lambda _: None)
        assert Page(Screen(), plain=True).width == 80

    def test_each_stream_has_its_own_width(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is asked stands on stderr, while stdout may be a pipe."""
        monkeypatch.delenv("COLUMNS")

        def size(number: int) -> os.terminal_size:
            if number != 77:
                raise OSError
            return os.terminal_size((55, 24))

        monkeypatch.setattr(os, "get_terminal_size", size)
        monkeypatch.setattr(Screen, "fileno", lambda _: 77)
        assert Page(Screen(), plain=True).width == 55

    def test_an_old_console_has_a_cell_less(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr(console, "_mode", lambda _: 3)
        assert Page(Screen(), plain=True).width == 99
        monkeypatch.setattr(console, "_mode", lambda _: 7)
        assert Page(Screen(), plain=True).width == 100

    def test_nul_is_no_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert console.is_terminal(Screen())
        monkeypatch.setattr(console, "_mode", lambda _: -1)
        assert not console.is_terminal(Screen())
        assert not console.is_old_console(Screen())

    def test_the_null_device_of_this_system(self) -> None:
        with Path(os.devnull).open("w", encoding="utf-8") as null:
            assert not console.is_terminal(null)


class Bytes(TextIOWrapper):
    """A terminal on which bytes are typed, such as no UTF-8 holds."""

    def isatty(self) -> bool:
        return True


class TestStrayBytes:
    STRAY = (b"\xc3", b"y\xc3", b"\xff", b"y\xe9s")

    def typed(self, monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", Bytes(BytesIO(raw), encoding="utf-8"))
        monkeypatch.setattr(sys, "stderr", Screen())

    def said(self) -> str:
        assert isinstance(sys.stderr, Screen)
        return sys.stderr.getvalue()

    @pytest.mark.parametrize("stray", STRAY, ids=repr)
    def test_are_no_yes(
        self, office: Office, app_folder: Path, monkeypatch: pytest.MonkeyPatch, stray: bytes
    ) -> None:
        self.typed(monkeypatch, stray + b"\n")
        monkeypatch.setenv("MCDESK_HOME", str(app_folder))
        assert main(["--demo", "demo", "reset"]) == 3

    @pytest.mark.parametrize("stray", STRAY, ids=repr)
    def test_are_no_answer_either(
        self, monkeypatch: pytest.MonkeyPatch, app_folder: Path, stray: bytes
    ) -> None:
        self.typed(monkeypatch, stray + b"\n\n")
        assert main(["--demo", "send-to-mc"]) == 3
        assert "that was not understood" in self.said()
        assert not (app_folder / "logs").exists()

    @pytest.mark.parametrize(
        "odd", ["hun\ufffdter", "\x16", UnicodeDecodeError("x", b"", 0, 1, "")]
    )
    def test_in_a_secret_are_asked_again(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, odd: str | Exception
    ) -> None:
        """A Windows console takes Ctrl+V for a character of the secret."""
        answers = [odd, "right"]

        def getpass(_: str, stream: object = None) -> str:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr("getpass.getpass", getpass)
        monkeypatch.setattr(sys, "stdin", Screen())
        output = Output(Sink(StringIO()), Sink(StringIO()), {})
        assert Call(office.desk(interactive=True), output).secret("Secret?") == "right"


WIDE = {
    "Chinese": "\u6253\u5370\u673a\u79bb\u7ebf " * 30,
    "no blanks": "\u6253\u5370\u673a\u79bb\u7ebf" * 30,
    "combining": "e\u0301a\u0308" * 90,
    "family": "\U0001f469\u200d\U0001f469\u200d\U0001f467 and " * 20,
    "flags and hearts": "\u2764\ufe0f ok " * 30,
    "mixed": "Printer \u6253\u5370\u673a is off-line, e\u0301tage 3 " * 8,
}


@pytest.mark.parametrize("width", [40, 41, 60, 80, 133])
@pytest.mark.parametrize("text", WIDE.values(), ids=WIDE)
class TestWideCharacters:
    def test_lines_end_at_the_last_cell(self, text: str, width: int) -> None:
        lines = wrapped(text, width)
        assert max(map(cell_len, lines)) <= width
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert min(map(cell_len, lines[:-1])) > width / 2
        assert not [line for line in lines if line[0] in "\u0301\u0308\u200d\ufe0f"]

    def test_on_every_page(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, text: str, width: int
    ) -> None:
        ticket = office.ticket(70, title=text, description=text)
        office.note(ticket, 65, description=text)
        monkeypatch.setenv("COLUMNS", str(width))
        screen = Screen()
        monkeypatch.setattr(sys, "stdout", screen)
        office.run("stale")
        office.run("show", str(ticket))
        shown = CONTROL.sub("", screen.getvalue()).splitlines()
        # A row keeps its columns' least widths, and the line on top is the ticket's, whole.
        theirs = [line for line in shown if not line.isascii() and not line.startswith(NUMBER)]
        assert len(theirs) > 3
        assert max(map(cell_len, theirs)) <= width


@pytest.mark.parametrize("columns", [40, 50, 60])
@pytest.mark.parametrize("command", ["stale", "watch --once", "log --check", "report", "outbox"])
def test_no_row_is_wider_than_a_narrow_window(
    office: Office, monkeypatch: pytest.MonkeyPatch, command: str, columns: int
) -> None:
    """What has no room beside the others stands below them, and is all there."""
    ticket, other = office.ticket(70, ticketNumber="T20261123.0001"), office.ticket(5)
    office.run("send-to-mc", str(other), "--yes")
    office.break_with("POST /Tickets/*/Notes 429 x1")
    office.run("note", str(ticket), "call back before noon")
    monkeypatch.setattr("mcdesk.cli.terminal.page.Page.terminal", True)
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = office.run(*command.split()).out
    assert max(map(cell_len, shown.splitlines())) <= columns
    if columns == 40 and command != "report":
        assert "Harbor Point Dental" in " ".join(shown.split())


def test_what_changes_stands_below_each_other() -> None:
    page = StringIO()
    labels = [("\u65b0\u5efa", "New"), ("Help Desk", "\u6253\u5370\u673a"), ("e\u0301", "x")]
    changes = [
        Change(field, Value(1, before), Value(2, after))
        for field, (before, after) in zip(Field, labels, strict=False)
    ]
    draw_changes(Page(page, plain=True), changes)
    assert len({cell_len(line.split(" -> ")[0]) for line in page.getvalue().splitlines()}) == 1


@pytest.mark.parametrize("text", ["  two  words ", "off-line " * 20, "x" * 200, "a\tb", ""])
def test_other_text_is_broken_at_blanks(text: str) -> None:
    wrap = partial(textwrap.wrap, break_on_hyphens=False)
    mark = "\u00e9"  # one cell, but not ASCII
    assert wrapped(text + mark, 40) == wrap(text + mark, 40)
    assert wrapped(text, 40) == (wrap(text, 40) or [""])


class TestBrowser:
    LINK = "https://ww99.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx"

    @pytest.mark.parametrize(
        "answer", [False, OSError("no display"), webbrowser.Error("none"), ValueError("quotes")]
    )
    @pytest.mark.parametrize("argv", [["show", "1", "--web"], ["callscript", "--triage"]])
    def test_none_can_be_started(
        self,
        office: Office,
        monkeypatch: pytest.MonkeyPatch,
        answer: bool | Exception,
        argv: list[str],
    ) -> None:
        def browse(_: str) -> bool:
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(webbrowser, "open", browse)
        done = office.run(*argv, answers=["3", "3", "1", ""])
        assert done.code == 0
        assert self.LINK in done.out
        assert "couldn't open a browser; the link:" in done.err

    @pytest.mark.parametrize("argv", [["show", "1", "--web"], ["callscript", "--triage"]])
    def test_one_that_began_may_still_fail(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, argv: list[str]
    ) -> None:
        monkeypatch.setattr(webbrowser, "open", lambda _: True)
        done = office.run(*argv, answers=["3", "3", "1", ""])
        assert f"opening {self.LINK}" in done.err


class TestDemoVariable:
    @pytest.mark.parametrize("word", ["1", "true", "YES", "On", " 1 "])
    def test_yes(self, office: Office, word: str) -> None:
        office.environ["MCDESK_DEMO"] = word
        assert office.desk().in_demo

    @pytest.mark.parametrize("word", ["0", "false", "No", "OFF", ""])
    def test_no(self, office: Office, word: str) -> None:
        office.environ["MCDESK_DEMO"] = word
        assert not office.desk().in_demo
        assert office.run("--demo", "stale").code == 0

    @pytest.mark.parametrize("word", ["2", "maybe", "ja", "-1", "demo"])
    def test_anything_else_is_an_error(
        self,
        monkeypatch: pytest.MonkeyPatch,
        app_folder: Path,
        capsys: pytest.CaptureFixture[str],
        word: str,
    ) -> None:
        monkeypatch.setenv("MCDESK_DEMO", word)
        for argv in (["stale"], ["--demo", "stale"], ["config"]):
            assert main(argv) == 4
            said = f'error: MCDESK_DEMO must be 1 or 0, not "{word}"\n'
            assert capsys.readouterr() == ("", said)


class TestIntervals:
    @pytest.mark.parametrize(
        ("interval", "minutes", "warned"),
        [(3600, 30, True), (1801, 30, True), (1800, 30, False), (61, 1, True), (3600, 0, False)],
    )
    def test_one_that_misses_the_last_call(
        self,
        office: Office,
        capsys: pytest.CaptureFixture[str],
        interval: int,
        minutes: int,
        warned: bool,
    ) -> None:
        office.add_settings(f"[slack]\nlast_call_minutes = {minutes}\n")
        office.environ["MCDESK_SLACK_WEBHOOK"] = "https://hooks.slack.com/services/T0/B0/x"
        until = NOW + timedelta(seconds=30)
        watch(Timed(office), "--slack", "--interval", str(interval), until=until)
        said = capsys.readouterr().err
        assert ("may miss the last call" in said) == warned
        assert (f"--interval {minutes * 60} or less" in said) == warned

    def test_without_slack_there_is_no_call(
        self, office: Office, capsys: pytest.CaptureFixture[str]
    ) -> None:
        watch(Timed(office), "--interval", "3600", until=NOW + timedelta(seconds=30))
        assert "last call" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["call (347) 308-6455 now", "\u00e9 (347) 308-6455", "a (347) 308-6455"]
)
def test_a_phone_number_is_one_word(text: str) -> None:
    for width in range(14, 40):
        lines = wrapped(f"{'words ' * 7}{text}", width)
        assert any("(347) 308-6455" in line for line in lines), width
        assert "\N{NO-BREAK SPACE}" not in "".join(lines)
