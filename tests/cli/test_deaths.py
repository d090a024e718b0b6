"""Killed at every request and commit: no text is lost, none doubled, and nothing said wrong."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from typing import Any

import pytest
from boards import acted, line_of
from deaths import Died, Mortal, die, dying_at_commit
from mailservers import Behaviour, mail_server
from offices import Office
from sampling import EVERY, FIRST

from mcdesk.cli.board import actions
from mcdesk.cli.board.actions import Action
from mcdesk.cli.board.model import Entry
from mcdesk.sandbox.people import HELP_DESK_ROLE, RETURNED, VENDOR

pytestmark = pytest.mark.thorough
ME, COLLEAGUE, ADMIN = 20, 23, 26
ON_IT = {"Noor Haddad": ME, "Felix Brandt": COLLEAGUE, "Sunniva Dahl": ADMIN}
THEIRS = {
    "assignedResourceID": VENDOR,
    "assignedResourceRoleID": HELP_DESK_ROLE,
    "status": RETURNED,
}
SETTINGS = """
[claim]
secondary_from_mc = "Sunniva Dahl"
status = "In Progress"
[mail]
transport = "smtp"
from = "desk@demo.example"
[mail.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
"""


class Scene:
    """An office with a mail server, and the tickets that die in it."""

    def __init__(self, office: Office, mails: Behaviour) -> None:
        self.office = office
        self.mails = mails
        self.way = office.transport
        self.made = 0
        # Whether the text of the last call was typed before it died.
        self.typed = False
        self.ticket()
        ticket = self.ticket()
        office.run("send-to-mc", ticket, "--yes", "--note", "warm up", "--notify-dispatch")
        office.run("undo", ticket, "--yes")
        office.run("claim", ticket, "--yes")

    def ticket(self) -> str:
        self.made += 1
        ticket = self.office.ticket(10 + self.made)
        self.office.secondary(ticket, ME)
        self.office.secondary(ticket, COLLEAGUE)
        return str(ticket)

    def holds(self, ticket: str) -> dict[str, Any]:
        return self.office.holds(int(ticket))

    def notes(self, ticket: str, text: str) -> int:
        found = self.office.notes(int(ticket))
        return sum(note["description"].startswith(text) for note in found)

    def mailed(self, text: str) -> int:
        return sum(text.encode() in mail for mail in self.mails.taken)

    def entries(self, *argv: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.office.run(*argv, "--json").out)["entries"]
        return found

    def safe(self, text: str) -> bool:
        """Say whether a text is in the outbox or a draft."""
        waiting = {each.text for each in self.office.desk().operations.waiting()}
        drafts = self.office.home.glob("drafts/*.txt")
        return text in waiting or text in {path.read_text() for path in drafts}


@pytest.fixture
def scene(office: Office) -> Iterator[Scene]:
    mails = Behaviour()
    with mail_server(mails) as port:
        office.add_settings(SETTINGS.format(port=port))
        yield Scene(office, mails)


Call = Callable[[Scene, str, str], tuple[str, ...]]
CALLS: dict[str, Call] = {
    "claim": lambda scene, ticket, text: ("claim", ticket, "--yes"),
    "claim back": lambda scene, ticket, text: ("claim", ticket, "--force"),
    "send": lambda scene, ticket, text: (
        *("send-to-mc", ticket, "--yes", "--remove-secondaries"),
        *("--note", text, "--notify-dispatch"),
    ),
    "send by its keys": lambda scene, ticket, text: (
        *("send-to-mc", ticket, "--remove-secondaries"),
    ),
    "undo": lambda scene, ticket, text: ("undo", ticket, "--yes"),
}
# What the board's keys do, which asks in the same conversations.
KEYS: dict[str, Callable[[Entry, str, int], Action]] = {
    "claim, board": lambda entry, _, last: actions.claim([entry]),
    "claim back, board": lambda entry, _, last: actions.claim([entry]),
    "send, board": lambda entry, _, last: actions.send([entry]),
    "note, board": lambda entry, text, last: actions.note(entry, text, notify=True),
    "undo, board": lambda entry, _, last: actions.undo(last),
}
# Those with a text that must not be lost.
WRITING = ("send", "note, board")


def lives(scene: Scene, call: str, ticket: str, text: str) -> bool:
    """Do *call* to the end, and return whether all of it was done."""
    scene.typed = call in WRITING
    if call in CALLS:
        return by_command(scene, call, ticket, text)
    undoes = call.startswith("undo")
    last = scene.office.desk().operations.latest()[0].n if undoes else 0
    return acted(scene.office, KEYS[call](line_of(int(ticket)), text, last)) == 0


def by_command(scene: Scene, call: str, ticket: str, text: str) -> bool:
    """Do *call* as a command; by its keys, *text* is typed at the question."""

    def asked() -> None:
        scene.typed = True

    answers = ["c", text, "p", "1", "y"] if call == "send by its keys" else None
    argv = CALLS[call](scene, ticket, text)
    return scene.office.run(*argv, answers=answers, meanwhile=asked).code == 0


def begin(scene: Scene, call: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Make a ticket for *call*, and return what it held before all, and holds now."""
    ticket = scene.ticket()
    if call.startswith("claim back"):
        scene.office.world.update("Tickets", int(ticket), **THEIRS)
    before = scene.holds(ticket)
    if call.startswith("undo"):
        done = scene.office.run("send-to-mc", ticket, "--yes", "--remove-secondaries")
        assert done.code == 0
    return ticket, before, scene.holds(ticket)


def nothing_said_is_wrong(scene: Scene, call: str, ticket: str, started: dict[str, Any]) -> None:
    """Hold `log`, `log --check` and `outbox` against the world."""
    now, call = scene.holds(ticket), call.removesuffix(", board")
    sends = call.startswith("send")
    kind = "send-to-mc" if sends else {"claim back": "claim"}.get(call, call)
    for entry in scene.entries("log", ticket, "--check"):
        if entry["what"] != kind or entry["superseded"]:
            continue
        for name in entry["check"]["secondary_resources_absent"]:
            assert ON_IT[name] not in now["secondaries"]
        for name in entry["check"]["secondary_resources_present"]:
            assert ON_IT[name] in now["secondaries"]
        wanted = VENDOR if sends else {"undo": None}.get(call, ME)
        done = now["primary"] == wanted and now != started
        if call == "claim back":
            done = done and now["secondaries"] == {COLLEAGUE, ADMIN}
        if entry["check"]["holds"]:
            assert done
        if entry["check"]["standing"] == "as before":
            assert now["primary"] == started["primary"]
        assert (entry["state"] == "done") <= done
        assert (entry["state"] == "not done") <= (now == started)


def nothing_is_lost_or_doubled(scene: Scene, ticket: str, text: str, *, typed: bool) -> None:
    notes, mails = scene.notes(ticket, text), scene.mailed(text)
    assert notes <= 1
    assert mails <= 1
    if typed and not notes:
        assert scene.safe(text)
    listed = [each for each in scene.entries("outbox") if each["ticket"]["id"] == int(ticket)]
    for step in (step for entry in listed for step in entry["steps"]):
        there = notes if step["step"] == "note" else mails
        assert (step["state"] == "done") <= (there == 1)
        assert (step["state"] in ("waiting", "failed")) <= (there == 0)
        assert step["state"] != "sending"


def aftermath(scene: Scene, call: str, ticket: str, started: dict[str, Any], text: str) -> None:
    """Say nothing wrong, send nothing twice, and let an undo bring the ticket back."""
    office, typed = scene.office, scene.typed
    if "note" not in call:
        nothing_said_is_wrong(scene, call, ticket, started)
    nothing_is_lost_or_doubled(scene, ticket, text, typed=typed)
    for _ in range(2):
        office.now += timedelta(minutes=6)
        office.run("outbox", "retry")
        nothing_is_lost_or_doubled(scene, ticket, text, typed=typed)
    if typed and (scene.holds(ticket)["primary"] == VENDOR or "note" in call):
        assert scene.notes(ticket, text) == 1 or scene.safe(text)


def undone(scene: Scene, call: str, ticket: str, before: dict[str, Any]) -> None:
    """Take it back, in as many goes as a dead undo leaves."""
    for _ in range(2 if call.startswith("undo") else 1):
        scene.office.run("undo", ticket, "--yes")
    assert scene.holds(ticket) == before


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", [*CALLS, *KEYS])
def test_killed_at_every_request(scene: Scene, call: str, moment: str) -> None:
    nth, lived = 1 + FIRST, False
    while not lived:
        text = f"words number {nth:03}"
        ticket, before, started = begin(scene, call)
        scene.office.transport = Mortal(scene.way, nth, **{moment: die})
        try:
            lived = lives(scene, call, ticket, text)
        except Died:
            nth += EVERY
        scene.office.transport = scene.way
        aftermath(scene, call, ticket, started, text)
        undone(scene, call, ticket, before)
    assert nth > (3 if "note" in call else 6)


@pytest.mark.parametrize("before_it", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("call", [*CALLS, *KEYS])
def test_killed_at_every_commit(scene: Scene, call: str, before_it: bool) -> None:
    nth, lived = 1 + FIRST, False
    while not lived:
        text = f"words number {nth:03}"
        ticket, before, started = begin(scene, call)
        with dying_at_commit(nth, before=before_it, only="mcdesk.db"):
            try:
                lived = lives(scene, call, ticket, text)
            except Died:
                nth += EVERY
        aftermath(scene, call, ticket, started, text)
        undone(scene, call, ticket, before)
    assert nth > 5


class TestReport:
    """Killed while it reads histories: what the next one tells is what this one would have."""

    @pytest.fixture
    def reported(self, office: Office) -> dict[str, Any]:
        for number in range(4):
            at = {"createDate": office.now - timedelta(hours=3 + number)}
            office.change(office.ticket(50 + number, **at), **THEIRS)
        return report(office)

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_at_every_request(self, office: Office, reported: dict[str, Any], moment: str) -> None:
        way, nth, lived = office.transport, 1, False
        while not lived:
            forget(office)
            office.transport = Mortal(way, nth, **{moment: die})
            with suppress(Died):
                lived = office.run("report").code == 0
            office.transport = way
            assert report(office) == reported
            nth += 1
        assert nth > 8

    @pytest.mark.parametrize("before_it", [True, False], ids=["before", "after"])
    def test_at_every_commit(
        self, office: Office, reported: dict[str, Any], before_it: bool
    ) -> None:
        nth, lived = 1, False
        while not lived:
            forget(office)
            with dying_at_commit(nth, before=before_it, only="mcdesk.db"), suppress(Died):
                lived = office.run("report").code == 0
            assert report(office) == reported
            nth += 1
        assert nth > 3


def report(office: Office) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(office.run("report", "--json").out)
    assert document["counts"]["unknown_since"] < document["counts"]["sent"]
    return document


def forget(office: Office) -> None:
    """Let no history be remembered."""
    with closing(sqlite3.connect(office.home / "mcdesk.db")) as db, db:
        assert db.execute("DELETE FROM arrival").rowcount > 0
