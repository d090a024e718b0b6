"""Tab: the tickets of the last `stale`, `list` or `find`, never from the network."""

import os
import subprocess
import sys

import pytest
from offices import Office

from mcdesk.cli.completing import remember


def offered(office: Office, line: str, shell: str = "bash") -> list[str]:
    """Ask as a shell does, in a process of its own, to which no network is left."""
    environ = {
        **os.environ,
        "MCDESK_HOME": str(office.home),
        "MCDESK_NOW": office.now.isoformat(),
        "_MCDESK_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": line,
    }
    done = subprocess.run(
        [sys.executable, "-m", "mcdesk"], env=environ, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.stdout.strip().splitlines()


@pytest.mark.parametrize("command", ["show", "claim", "send-to-mc", "note", "send-link"])
def test_offers_what_stale_found(office: Office, command: str) -> None:
    office.ticket(70)
    office.ticket(80, title="[b]odd\x1b[31m title")
    office.run("stale")
    office.requests()
    assert sorted(offered(office, f"mcdesk {command} T2026")) == [
        "T20261123.9700",
        "T20261123.9800",
    ]
    assert sorted(offered(office, f"mcdesk {command} 20261123.98")) == ["20261123.9800"]
    assert office.requests() == []


@pytest.mark.parametrize(
    ("argv", "numbers"),
    [
        (["stale"], ["T20261123.9700"]),
        (["list", "--mine"], ["T20261123.9100"]),
        (["find", "quarry"], ["T20261123.9200"]),
    ],
)
def test_offers_what_was_listed_last(office: Office, argv: list[str], numbers: list[str]) -> None:
    with office.world.transaction() as db:
        db.execute("DELETE FROM Tickets")
    office.ticket(70)
    office.ticket(10, assignedResourceID=20)
    office.ticket(20, companyID=175)
    for each in (["stale", "--all"], ["list"], argv):
        office.run(*each)
    assert offered(office, "mcdesk show T2026") == numbers


def test_with_titles_where_the_shell_shows_them(office: Office) -> None:
    office.ticket(80, title="odd\x1b[31m title")
    office.run("stale")
    lines = "\n".join(offered(office, "mcdesk show ", "zsh"))
    assert "T20261123.9800" in lines
    assert "odd title" in lines
    assert "\x1b" not in lines


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (r"\$(touch ran)", "(touch ran)"),
        (r"\`touch ran\`", "touch ran"),
        ("$(touch ran)`touch ran`", "(touch ran) touch ran"),
        ('"; touch ran; "', "; touch ran;"),
        ("it's [/b] done", "it s /b done"),
    ],
)
def test_no_title_is_run_by_the_shell(office: Office, title: str, shown: str) -> None:
    # What zsh evaluates (typer, ZshComplete): nothing but Typer's own quotes acts in it.
    office.ticket(80, title=title)
    office.run("stale")
    lines = "\n".join(offered(office, "mcdesk show ", "zsh"))
    assert f': {shown}"' in lines
    assert [char for char in "\\`$" if char in lines.replace(r"\\:", ":")] == []
    assert lines.count('"') == 4


def test_only_what_is_a_number_is_offered(office: Office) -> None:
    desk = office.desk()
    remember(desk, [("T20261123.0001", "", "one"), ('T"; touch ran; "', "", "two")])
    desk.close()
    assert offered(office, "mcdesk show T") == ["T20261123.0001"]


def test_offers_nothing_where_nothing_is_known(office: Office) -> None:
    assert offered(office, "mcdesk show T") == []
    office.configure("[broken")
    assert offered(office, "mcdesk show T") == []


def test_commands_are_offered_too(office: Office) -> None:
    assert offered(office, "mcdesk sen") == ["send-to-mc", "send-link"]
