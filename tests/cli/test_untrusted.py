"""Strangers' text on the way out: nothing in it may act on a terminal, or look like ours."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from offices import CONFIG, Office
from slackserver import SlackServer, slack_server
from systems import PSEUDO_TERMINAL

from mcdesk.sandbox.people import BACK, HELP_DESK_ROLE, PLAN, RETURNED, VENDOR

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
# Whatever ends a line somewhere, and what would then stand at the beginning of one of its own.
FORGED = "".join(f"x{end}FORGED: " for end in ("\n", "\r\n", "\r", "\v", "\f", "\x1c", "\u2028"))
MENTIONS = "<!channel> <@U012AB3CD> <https://evil.example|T20261123.0007> @here *b* &lt;!here&gt;"
HEADER = (
    "x\r\nBcc: thief@example.com\r\n\r\n{ticket} {contact} %s =?utf-8?q?=0ABcc:_e@example.com?="
)
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


COLLEAGUE, ME, MEDIUM, LEVEL_I, PRINTER, WAITING = 23, 20, 2, 29682969, 102, 7
EVERYWHERE = f"""{CONFIG}
[mc]
dispatch_email = "dispatch@mc.example"
plan_field = "{PLAN}"
plan_values = ["yes"]
out_of_scope = ["On-Site Repair"]
[claim]
secondary_from_mc = "Sunniva Dahl"
[slack]
tell_handoffs = true
[stale]
returned_statuses = ["Back from MC"]
[mail]
from = "desk@demo.example"
[scheduling]
link = "https://book.example.com/?t={{ticket}}&c={{contact}}&o={{company}}"
"""


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


def poisoned(office: Office, slack: SlackServer, text: str) -> dict[str, str]:
    """Let strangers write *text* wherever they can, and return tickets, by who has them."""
    office.configure(EVERYWHERE)
    office.environ["MCDESK_SLACK_WEBHOOK"] = slack.url
    office.world.update("Companies", 174, companyName=text, phone=text)
    office.world.update("Contacts", 300, firstName=text, lastName=text, phone=text)
    for resource in (COLLEAGUE, ME):
        office.world.update("Resources", resource, firstName=text, lastName=text)
    labels = {"priority": MEDIUM, "subIssueType": PRINTER, "queueID": LEVEL_I, "status": WAITING}
    with office.world.transaction() as db:
        for field, value in labels.items():
            where = "UPDATE picklist SET label = ? WHERE field = ? AND value = ?"
            db.execute(where, (text, field, value))
        db.execute("UPDATE udf SET value = ? WHERE row_id = 174", (text,))
    holders: dict[str, dict[str, Any]] = {
        "nobody": {},
        "vendor": {"assignedResourceID": VENDOR, "status": RETURNED},
        "colleague": {"assignedResourceID": COLLEAGUE, "status": WAITING, "queueID": LEVEL_I},
        "came back": {"status": BACK},
    }
    return {
        who: str(_written_on(office, text, 100 + 50 * n, fields))
        for n, (who, fields) in enumerate(holders.items())
    }


def _written_on(office: Office, text: str, ago: int, fields: dict[str, Any]) -> int:
    role = HELP_DESK_ROLE if "assignedResourceID" in fields else None
    about = {"title": text, "description": text, "subIssueType": PRINTER}
    ticket = office.ticket(ago, assignedResourceRoleID=role, **about, **fields)
    office.note(ticket, ago - 10, title=text, description=text, creatorResourceID=COLLEAGUE)
    office.secondary(ticket, COLLEAGUE)
    detail = f"status changed from {text} to {text}"
    history = {"action": "Edited", "date": office.now, "detail": detail, "resourceID": COLLEAGUE}
    office.world.insert("TicketHistory", ticketID=ticket, **history)
    return ticket


def _calls(tickets: dict[str, str]) -> Iterator[tuple[list[str], Sequence[str] | None]]:
    """Yield commands in which that is seen, with what is typed, None if nobody is there."""
    nobodys, theirs, colleagues, back = tickets.values()
    for argv in (
        ["list"],
        ["list", "--with-mc"],
        ["list", "--mine"],
        ["find", "printer"],
        ["find", "T2026"],
        ["report"],
        ["report", "--csv"],
        ["stale", "--all"],
        ["show", theirs],
        ["show", colleagues],
        ["callscript", theirs],
        ["send-to-mc", nobodys, colleagues, "--dry-run"],
        ["send-to-mc", nobodys, "--force", "--dry-run"],
        ["send-to-mc", nobodys, back, "--force", "--dry-run"],
        ["claim", theirs, "--force", "--dry-run"],
        ["watch", "--once", "--slack"],
    ):
        yield argv, None
    yield ["send-to-mc", nobodys], ["p", "1", "c", "call after three", "y", "y", "y"]
    yield ["send-to-mc", colleagues, "--keep-secondaries"], ["y", "n"]
    yield ["send-to-mc"], ["1", "n"]
    yield ["claim", theirs], ["y", "n"]
    yield ["claim", colleagues], ["y", "n"]
    yield ["claim"], ["1", "n"]
    yield ["send-link", back, "--to", "jane@customer.example"], ["n"]
    for argv in (
        ["send-link", back, "--to", "jane@customer.example", "--yes"],
        ["note", theirs, "words", "--notify-dispatch"],
        ["send-to-mc", nobodys, back, "--yes", "--force"],
        ["claim", theirs, "--force"],
        ["log", "--check"],
        ["undo", theirs, "--dry-run"],
        ["outbox"],
        ["outbox", "retry", "--dry-run"],
        ["doctor"],
    ):
        yield argv, None
    yield ["undo", theirs], ["n"]


@pytest.mark.parametrize("columns", ["60", "120"])
@pytest.mark.parametrize(
    "text",
    [FORGED, MENTIONS, HEADER, *(HOSTILE[name] for name in ("markup", "osc", "bidi", "tabs"))],
    ids=["forged", "mentions", "header", "markup", "osc", "bidi", "tabs"],
)
def test_wherever_they_write_it(
    office: Office, slack: SlackServer, monkeypatch: pytest.MonkeyPatch, text: str, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    seen = 0
    for argv, answers in _calls(poisoned(office, slack, text)):
        done = office.run(*argv, answers=answers)
        assert done.code in (0, 3, 8), (argv, done)
        said = done.out + done.err
        assert not set(said) & set(ACTING)
        seen += "FORGED: " in said
        if argv[0] not in ("show", "callscript"):  # in which texts have their lines
            assert not re.search(r"^\W*FORGED", said, re.MULTILINE), (argv, said)
    assert seen > 20 or text != FORGED
    assert slack.posts
    for each in _texts(slack.posts):
        ours = re.sub(r"<https://ww99\.autotask\.net/[^<>|]*\|[\w.]*>", "", each)
        assert not set(ours) & {"<", ">", *ACTING}, each
    for mail in office.home.rglob("*.eml"):
        head, _, _ = mail.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
        assert b"\nBcc" not in head


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a JSON *value*."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


@PSEUDO_TERMINAL
@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("no_color", ["", "1"])
@pytest.mark.parametrize("argv", [("stale", "--all"), ("find", "urgent")], ids=" ".join)
def test_on_a_terminal(
    app_folder: Path, columns: int, no_color: str, argv: tuple[str, ...]
) -> None:
    """The demo has a hostile title; only our own colours and links may be in what is shown."""
    shown = on_terminal(app_folder, columns, no_color, "--demo", *argv)
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
