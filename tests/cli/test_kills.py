"""Killed at random instants, by the system itself: each text at most once, none unaccounted for.

MCDESK_KILLS sets how often; a handful always runs.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from deaths import served
from mailservers import Behaviour, mail_server
from offices import Office
from systems import ON_WINDOWS

from mcdesk.core.steps import State
from mcdesk.sandbox.people import HELP_DESK_ROLE, VENDOR

KILLS = int(os.environ.get("MCDESK_KILLS", "12"))
# Milliseconds that a warm call takes at the most, on a slow machine.
LONGEST = 250.0
WARM = Path(__file__).parent.parent / "warm.py"
# Windows cannot fork: there each call is a process, which ends itself at one of its instants.
INSTANTS = Path(__file__).parent.parent / "instants.py"
LAST_INSTANT = 40
ME, LINK_SENT = 20, 20
SETTINGS = """
[mail]
transport = "smtp"
from = "desk@demo.example"
[mail.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
[scheduling]
link = "https://book.example.com/?t={{ticket}}"
status = "Scheduling Link Sent"
"""
KINDS = ("note", "send-to-mc", "claim", "send-link")


@dataclass(frozen=True)
class Victim:
    """A call that is killed: what *kind*, on which *ticket* that held *before*, with which text."""

    kind: str
    ticket: int
    text: str
    before: dict[str, Any]

    @property
    def argv(self) -> list[str]:
        ticket = str(self.ticket)
        return {
            "note": ["note", ticket, self.text, "--notify-dispatch"],
            "send-to-mc": [
                *("send-to-mc", ticket, "--yes", "--remove-secondaries"),
                *("--note", self.text, "--notify-dispatch"),
            ],
            "claim": ["claim", ticket, "--yes"],
            "send-link": ["send-link", ticket, "--yes"],
        }[self.kind]


def victim(office: Office, kind: str, number: int) -> Victim:
    """Make a ticket for a call; each has a colleague or me on it as well."""
    mine = {"assignedResourceID": VENDOR, "assignedResourceRoleID": HELP_DESK_ROLE, "status": 32}
    fields = mine if kind == "note" else {}
    ticket = office.ticket(30 + number, ticketNumber=f"T20261122.{number:04}", **fields)
    office.secondary(ticket, ME if kind == "claim" else 23)
    text = (
        f"words number {number:04}" if kind != "send-link" else "A scheduling link was emailed to"
    )
    return Victim(kind, ticket, "" if kind == "claim" else text, office.holds(ticket))


def test_killed_at_random_instants(office: Office) -> None:
    chance = random.Random(KILLS)
    behaviour = Behaviour()
    with served(office) as url, mail_server(behaviour) as port:
        office.add_settings(SETTINGS.format(port=port))
        for number, kind in enumerate(KINDS, start=9000):
            assert office.run(*victim(office, kind, number).argv).code == 0
        office.go_over(url)
        victims = [victim(office, KINDS[n % len(KINDS)], n) for n in range(KILLS)]
        killed = _kill(office, victims, chance)
        _hold(office, behaviour, victims)
        for _ in range(2):
            office.now += timedelta(minutes=6)
            office.run("outbox", "retry")
            _hold(office, behaviour, victims)
        _account_for(office, victims)
        for each in victims:
            if each.kind != "note":
                office.run("undo", str(each.ticket), "--yes")
                assert office.holds(each.ticket) == each.before, each
    assert killed > KILLS // 4


def _kill(office: Office, victims: list[Victim], chance: random.Random) -> int:
    environ = {**os.environ, **office.environ, "MCDESK_NOW": office.now.isoformat()}
    kill = _at_an_instant if ON_WINDOWS else _at_a_moment
    return kill([each.argv for each in victims], environ, chance)


def _at_an_instant(calls: list[list[str]], environ: dict[str, str], chance: random.Random) -> int:
    killed = 0
    for argv in calls:
        nth = str(chance.randint(1, LAST_INSTANT))
        call = [sys.executable, str(INSTANTS), nth, *argv]
        done = subprocess.run(call, env=environ, capture_output=True, check=False)
        killed += done.returncode == signal.SIGTERM
    return killed


def _at_a_moment(calls: list[list[str]], environ: dict[str, str], chance: random.Random) -> int:
    killed = 0
    with subprocess.Popen(
        [sys.executable, str(WARM)],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as warm:
        assert warm.stdin
        assert warm.stdout
        for argv in calls:
            after = chance.random() ** 2 * LONGEST
            warm.stdin.write(json.dumps({"argv": argv, "after": after}) + "\n")
            warm.stdin.flush()
            killed += warm.stdout.readline() == "killed\n"
        warm.stdin.close()
    return killed


def _mails(behaviour: Behaviour, each: Victim, office: Office) -> int:
    row = office.world.row("Tickets", each.ticket)
    assert row
    number = row["ticketNumber"].encode()
    return sum(b"X-Autotask-Ticket: " + number in mail for mail in behaviour.taken)


def _written(office: Office, each: Victim) -> int:
    notes = office.notes(each.ticket)
    return sum(note["description"].startswith(each.text) for note in notes if each.text)


def _hold(office: Office, behaviour: Behaviour, victims: list[Victim]) -> None:
    """Each text and mail at most once, and what is missing is shown, or was never begun."""
    ids = Counter(re.findall(rb"Message-ID:\s*(<[^>]+>)", b"".join(behaviour.taken)))
    assert max(ids.values()) == 1
    operations = office.desk().operations
    shown = {entry.ticket_id for entry in operations.waiting()} | {None}
    known = {entry.ticket_id or entry.reference for entry in operations.latest()}
    drafts = {path.read_text(encoding="utf-8") for path in office.home.glob("drafts/*.txt")}
    for each in victims:
        notes, mails = _written(office, each), _mails(behaviour, each, office)
        assert notes <= 1
        assert mails <= 1
        if each.kind == "claim":
            continue
        if each.ticket in known and not (notes and mails):
            assert each.ticket in shown, each
        if each.ticket not in known:
            assert not mails
            assert not notes
        if each.kind != "send-link" and not notes and each.ticket in known:
            waiting = {entry.text for entry in operations.waiting()}
            assert each.text in waiting | drafts
    _log_is_true(office, victims)


def _log_is_true(office: Office, victims: list[Victim]) -> None:
    """Hold what `log --check` says of handoffs and claims against the world."""
    document = json.loads(office.run("log", "--check", "--json").out)
    entries = {entry["ticket"]["id"]: entry for entry in document["entries"]}
    for each in victims:
        now, entry = office.holds(each.ticket), entries.get(each.ticket)
        if each.kind not in ("send-to-mc", "claim"):
            continue
        if entry is None:
            assert now == each.before
            continue
        there = now["primary"] == (VENDOR if each.kind == "send-to-mc" else ME)
        assert entry["check"]["holds"] == there
        assert (entry["state"] == "done") <= there
        assert (entry["state"] == "not done") <= (now == each.before)


def _account_for(office: Office, victims: list[Victim]) -> None:
    """Nothing is left but a mail that may have arrived, or a handoff that was not made."""
    entries = {entry.ticket_id: entry for entry in office.desk().operations.latest()}
    for each in victims:
        entry = entries.get(each.ticket)
        if entry is None or each.kind == "claim":
            continue
        states = [step.state for step in entry.deliveries]
        if each.kind == "send-to-mc" and office.holds(each.ticket)["primary"] != VENDOR:
            assert set(states) == {State.WAITING}
            assert _written(office, each) == 0
            continue
        if each.kind != "send-link":
            assert _written(office, each) == 1
        # Only a mail that may have arrived is left to a person.
        assert set(states) <= {State.DONE, State.UNKNOWN} or states[0] is State.UNKNOWN
