"""Reads side by side come to the same as one after the other: what is said, and what is so."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from faultpage import FAULTS
from offices import Captures, Office, Result

from mcdesk.autotask.connections import AT_ONCE

COMMANDS = (
    ("stale", "--all"),
    ("list", "--mine"),
    ("list", "--with-mc", "--json"),
    ("find", "maria", "printer"),
    ("show", "{}"),
    ("show", "{}", "--json"),
    ("send-to-mc", "{}", "--yes", "--remove-secondaries"),
    ("claim", "{}"),
    ("log", "--check"),
)
ENTITIES = (
    *("Tickets", "TicketNotes", "TimeEntries", "TicketSecondaryResources"),
    *("Companies", "Contacts", "Resources", "Roles"),
)
COLLEAGUE = 21


@pytest.fixture
def prepared(tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return the folder of an office that is set up once, in which nothing may be changed."""
    folder = tmp_path_factory.getbasetemp() / "side-by-side"
    if not folder.exists():
        folder.mkdir()
        (folder / "ticket").write_text(str(set_up(folder, capsys)), encoding="utf-8")
    return folder


def set_up(folder: Path, capsys: Captures) -> int:
    """Make an office with a ticket that has all that is read, and remember nothing of it."""
    office = Office(folder / "mcdesk", capsys)
    ticket = office.ticket(90)
    office.secondary(ticket, COLLEAGUE)
    office.note(ticket, 30)
    done = office.run("send-to-mc", "1", "--yes", "--force")
    assert done.code == 0, done.err
    return ticket


def come_to(
    prepared: Path, copy: Path, capsys: Captures, argv: Sequence[str], fault: str, *, at_once: int
) -> tuple[Result, Any]:
    """Run *argv* in a copy of an office, and return what was said, and what is so then."""
    shutil.copytree(prepared, copy)
    ticket = (copy / "ticket").read_text(encoding="utf-8")
    office = Office(copy / "mcdesk", capsys)
    office.at_once = at_once
    office.break_with(*([fault] if fault else []))
    done = office.run(*(word.format(ticket) for word in argv))
    said = Result(done.code, done.out, re.sub(r"\d+ ms", "", done.err).replace(str(copy), ""))
    return said, [office.world.rows(each) for each in ENTITIES[:4]]


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("entity", ["nothing", *ENTITIES])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_side_by_side_is_as_one_after_the_other(
    prepared: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    entity: str,
    kind: str,
) -> None:
    fault = "" if entity == "nothing" else f"POST /{entity}/query {FAULTS[kind]}"
    one, three = (
        come_to(prepared, tmp_path / str(number), capsys, command, fault, at_once=number)
        for number in (1, AT_ONCE)
    )
    assert three == one


def test_the_trace_is_in_the_same_order(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, three = (
        come_to(prepared, tmp_path / str(number), capsys, ("-v", "show", "{}"), "", at_once=number)
        for number in (1, AT_ONCE)
    )
    assert three == one
    assert "TimeEntries" in one[0].err
