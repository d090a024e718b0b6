"""Strangers' text on the way out: nothing in it may act on a terminal, or look like ours."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from offices import Office
from systems import PSEUDO_TERMINAL

HOSTILE = {
    "markup": "[bold red]red[/] [link=https://evil.example]click[/link] :bomb:",
    "ansi": "\x1b[31mred\x1b[0m \x1b[2J\x1b[1;1Hnothing stale",
    "osc": "\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "c1": "\x9b31mred \x9d0;owned\x9c",
    "bidi": "invoice \u202efdp.exe\u202c \u2066x\u2069",
    "lines": "one\r\ntwo\ntickets: none\rthree\u2028four\x85five",
    "long": "x" * 10_000,
    "tabs": "a\tb\x00c\x08d\x7f",
}
ACTING = "\x1b\x07\x08\x0d\x00\x7f\x85\x9b\x9c\x9d\u202a\u202e\u202c\u2066\u2069\u2028\u2029"


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_piped(office: Office, title: str) -> None:
    ticket = office.ticket(2000, title=title, contactID=None)
    office.world.update("Tickets", ticket, ticketNumber=f"T20261121.{ticket}")
    office.note(ticket, 30, title=title, description=title)
    # Found by what is not a stranger's, and by what is.
    listed = (["list"], ["find", f"T20261121.{ticket}"], ["find", title])
    for argv in (["stale", "--all"], ["show", str(ticket)], *listed):
        result = office.run(*argv)
        assert result.code == 0
        assert not set(result.out) & set(ACTING)
    table = office.run("stale", "--all").out.splitlines()
    assert len(table) == 2 + 1 + 3
    assert max(map(len, [table[0], *table[2:]])) < 250  # whole off a terminal, but nobody else pays
    document = json.loads(office.run("stale", "--all", "--json").out)
    assert document["tickets"][0]["title"] == title
    listed = json.loads(office.run("list", "--limit", "500", "--json").out)["tickets"]
    assert title in [each["title"] for each in listed]


def test_markup_is_shown_as_it_was_typed(office: Office) -> None:
    office.ticket(2000, title=HOSTILE["markup"])
    assert HOSTILE["markup"] in office.run("stale").out
    assert HOSTILE["markup"] in office.run("find", "[bold").out


def test_json_is_ascii(office: Office) -> None:
    office.ticket(2000, title=HOSTILE["bidi"] + HOSTILE["c1"])
    assert office.run("stale", "--json").out.isascii()
    assert office.run("list", "--json").out.isascii()


def test_names_labels_and_errors_are_cleaned_too(office: Office) -> None:
    hostile = HOSTILE["ansi"] + HOSTILE["bidi"]
    office.world.update("Companies", 174, companyName=hostile)
    office.world.update("Contacts", 300, firstName=hostile)
    ticket = office.ticket(2000, ticketNumber=f"T1{hostile}")
    commands = (["stale"], ["stale", "--ids"], ["list"], ["list", "--ids"], ["show", str(ticket)])
    for argv in commands:
        assert not set(office.run(*argv).out) & set(ACTING)
    assert not set(office.run("show", answers=[]).err) & set(ACTING)
    assert not set(office.run("find", hostile).err) & set(ACTING)
    office.world.add_choice("Tickets", "queueID", 777, hostile)
    assert not set(office.run("stale", "--queue", "none").err) & set(ACTING)
    office.break_with(f"POST /Tickets/query refuse {hostile}")
    result = office.run("stale")
    assert result.code == 1
    assert not set(result.err) & set(ACTING)


@PSEUDO_TERMINAL
@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("no_color", ["", "1"])
@pytest.mark.parametrize("argv", [("stale", "--all"), ("find", "urgent")], ids=" ".join)
def test_on_a_terminal(
    app_folder: Path, columns: int, no_color: str, argv: tuple[str, ...]
) -> None:
    """The demo has a hostile title; only our own colours and links may be in what is shown."""
    shown = on_terminal(app_folder, columns, no_color, "--demo", *argv)
    import re

    # Ours: colours (SGR), and links to tickets in the demo's Autotask.
    ours = re.compile(
        r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b\x07]*?;(https://ww99\.autotask\.net/\S*?)?\x1b\\"
    )
    assert bool(ours.search(shown)) == (not no_color)
    plain = ours.sub("", shown)
    assert not set(plain) & set(ACTING.replace("\r", ""))
    assert "[bold red]URGENT[/]" in plain
    assert "fdp.exe" in plain or columns == 120
    assert max(len(line) for line in plain.splitlines()) <= columns


def on_terminal(home: Path, columns: int, no_color: str, *argv: str) -> str:
    """Run mcdesk on a pseudo-terminal and give what it shows, line ends apart."""
    import pty

    controller, terminal = pty.openpty()
    environ = {
        **os.environ,
        "MCDESK_HOME": str(home),
        "MCDESK_NOW": "2026-11-23T15:00:00Z",
        "COLUMNS": str(columns),
        "LINES": "50",
        "TERM": "xterm-256color",
        "NO_COLOR": no_color,
    }
    program = [sys.executable, "-m", "mcdesk", *argv]
    with subprocess.Popen(program, stdout=terminal, stderr=subprocess.PIPE, env=environ) as child:
        os.close(terminal)
        pieces = []
        try:
            while piece := os.read(controller, 65536):
                pieces.append(piece)
        except OSError:  # the other end is closed
            pass
        os.close(controller)
    assert child.returncode == 0
    return b"".join(pieces).decode().replace("\r\n", "\n")


def test_a_console_that_lacks_a_character_does_not_stop_it(app_folder: Path) -> None:
    environ = {**os.environ, "MCDESK_HOME": str(app_folder), "PYTHONIOENCODING": "cp1252"}
    program = [sys.executable, "-m", "mcdesk", "--demo", "stale", "--all"]
    done = subprocess.run(program, capture_output=True, env=environ, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (0, 1)
    assert b"Outlook keeps asking" in done.stdout
