"""Mail by hand on every computer: with no program for it, with one that fails, in any window."""

import os
import sys
import webbrowser
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from offices import Office
from test_note import outbox, with_mc

from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.streams import Sink
from mcdesk.desk import computer
from mcdesk.desk.computer import open_file, open_page
from mcdesk.sandbox.people import VENDOR

OBSTACLES = [
    OSError("no application"),
    PermissionError(13, "no"),
    ValueError("null"),
    KeyError("x"),
]


def no_program(monkeypatch: pytest.MonkeyPatch, platform: str, problem: Exception) -> None:
    """Let this be a computer of *platform* on which starting a program fails."""

    def fail(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(computer, "sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr(os, "startfile", fail, raising=False)
    monkeypatch.setattr("subprocess.Popen", fail)
    monkeypatch.setattr("shutil.which", lambda *_, **__: "/there/it/is")


@pytest.mark.parametrize("platform", ["win32", "darwin", "linux"])
@pytest.mark.parametrize("problem", OBSTACLES, ids=lambda problem: type(problem).__name__)
def test_a_program_that_cannot_be_started_is_no_crash(
    office: Office, platform: str, problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_program(monkeypatch, platform, problem)
    assert not open_file(Path("x.eml"), {"PATH": "."})
    ticket = with_mc(office)
    done = office.run("note", str(ticket), "x", "--notify-dispatch", answers=["", "n"])
    assert done.code == 8
    (draft,) = (office.home / "drafts").glob("*.eml")
    assert f"an email to send by hand: {draft}" in done.err
    assert "open the file yourself" in done.err
    assert "Was the mail to ticketstatus@missioncontrolnoc.com sent? [y/N]" in done.err
    (entry,) = outbox(office)
    assert [step["state"] for step in entry["steps"]] == ["done", "waiting"]
    assert office.run("outbox", "retry", answers=["n"]).code == 8
    assert office.run("outbox", "retry", answers=["y"]).code == 0
    assert outbox(office) == []


def test_what_is_done_is_said_before_the_question_about_the_mail(office: Office) -> None:
    office.environ["PATH"] = os.devnull
    tickets = [office.ticket(90), office.ticket(91)]
    told = list[str]()

    def look() -> None:
        told.append(office.said_so_far())
        assert [office.holds(ticket)["primary"] for ticket in tickets] == [VENDOR] * 2

    numbers = [str(ticket) for ticket in tickets]
    call = ["send-to-mc", *numbers, "--yes", "--note", "x", "--notify-dispatch"]
    done = office.run(*call, answers=["y", "n"], meanwhile=look)
    assert done.code == 8
    assert "2 sent" in told[0]
    assert "internal note" in told[0]
    assert "mailed" not in told[0]
    assert done.out.splitlines()[0].startswith("emailed to ")
    assert [len(office.notes(ticket)) for ticket in tickets] == [1, 1]
    (entry,) = outbox(office)
    assert [step["state"] for step in entry["steps"]] == ["done", "waiting"]


def test_a_computer_without_such_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computer, "sys", SimpleNamespace(platform="linux"))
    assert not open_file(Path("x.eml"), {"PATH": os.devnull})


@pytest.mark.skipif(sys.platform == "win32", reason="its programs are no scripts")
def test_the_program_reads_nothing_that_is_typed_to_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, object]] = []
    monkeypatch.setattr("subprocess.Popen", lambda _, **more: given.append(more))
    program = tmp_path / ("open" if sys.platform == "darwin" else "xdg-open")
    program.touch(mode=0o700)
    assert open_file(Path("x.eml"), {"PATH": str(tmp_path)})
    import subprocess

    assert given == [dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)]


@pytest.mark.parametrize("problem", [*OBSTACLES, webbrowser.Error("none")])
def test_a_browser_that_cannot_be_started_is_no_crash(
    office: Office, problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> bool:
        raise problem

    monkeypatch.setattr(webbrowser, "open", fail)
    assert not open_page("https://example.com")
    done = office.run("show", str(office.ticket(30)), "--web")
    assert done.code == 0
    assert done.out.startswith("https://ww99.autotask.net/")


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Callable[[Office], None]:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(Page, "terminal", True)
    return lambda office: office.environ.update(NO_COLOR="1")


def test_where_the_mail_is_stands_in_one_line_however_narrow_the_window(
    office: Office, narrow: Callable[[Office], None]
) -> None:
    narrow(office)
    office.environ["PATH"] = os.devnull
    ticket = with_mc(office)
    text = "words " * 60
    done = office.run("note", str(ticket), text, "--notify-dispatch", answers=["", "y"])
    assert "%20" not in done.err
    assert ".eml" in next(line for line in done.err.splitlines() if "by hand:" in line)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_that_can_gets_a_link_to_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("rich.console.detect_legacy_windows", lambda: False)
    link, screen = "mailto:jane@example.com?body=" + "x%20" * 300, Terminal()
    output = Output(Sink(Terminal()), Sink(screen), {"TERM": "xterm-256color"})
    output.ask("Send it?")
    output.offer("or write it in your mail program", link)
    asked, line = screen.getvalue().split("\n")[:2]
    assert asked.startswith("Send it?")
    assert line.count(link) == 1
    assert "\x1b]8;" in line
    output = Output(Sink(Terminal()), Sink(plain := Terminal()), {"NO_COLOR": "1"})
    output.offer("or write it in your mail program", link)
    assert plain.getvalue() == ""
