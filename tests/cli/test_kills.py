"""Killed at random instants, by the system itself: each text at most once, none unaccounted for.

MCDESK_KILLS sets how often; a handful always runs.
"""

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from deaths import served
from mailservers import Behaviour, mail_server
from offices import Office

from mcdesk.core.operations import State
from mcdesk.sandbox.people import HELP_DESK_ROLE, VENDOR

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
KILLS = int(os.environ.get("MCDESK_KILLS", "12"))
# Milliseconds that a warm call takes at the most, on a slow machine.
LONGEST = 250.0
WARM = Path(__file__).parent.parent / "warm.py"


def test_notes_killed_at_random_instants(office: Office) -> None:
    chance = random.Random(KILLS)
    behaviour = Behaviour()
    ticket = office.ticket(
        30, assignedResourceID=VENDOR, assignedResourceRoleID=HELP_DESK_ROLE, status=32
    )
    with served(office) as url, mail_server(behaviour) as port:
        office.add_settings(
            '[mail]\ntransport = "smtp"\n'
            f'[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        )
        office.run("note", str(ticket), "warm up", "--notify-dispatch")
        office.go_over(url)
        texts = [f"words number {number:04}" for number in range(KILLS)]
        killed = _kill(office, ticket, texts, chance)
        _holds(office, behaviour, ticket, texts)
        for _ in range(2):
            office.now += timedelta(minutes=6)
            office.run("outbox", "retry")
            _holds(office, behaviour, ticket, texts)
    entries = {entry.text: entry for entry in office.desk().operations.latest()}
    written = _texts(office, ticket)
    for text in texts:
        if text not in entries:  # killed before it was stored, and nothing was sent
            assert written[text] == 0
            continue
        # Only a mail that may have arrived is left to a person.
        assert written[text] == 1
        assert {step.state for step in entries[text].steps} <= {State.DONE, State.UNKNOWN}
    assert killed > KILLS // 4


def _kill(office: Office, ticket: int, texts: list[str], chance: random.Random) -> int:
    environ = {**os.environ, **office.environ, "MCDESK_NOW": office.now.isoformat()}
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
        for text in texts:
            argv = ["note", str(ticket), text, "--notify-dispatch"]
            after = chance.random() ** 2 * LONGEST
            warm.stdin.write(json.dumps({"argv": argv, "after": after}) + "\n")
            warm.stdin.flush()
            killed += warm.stdout.readline() == "killed\n"
        warm.stdin.close()
    return killed


def _texts(office: Office, ticket: int) -> Counter[str]:
    return Counter(note["description"].split("\r\n")[0] for note in office.notes(ticket))


def _holds(office: Office, behaviour: Behaviour, ticket: int, texts: list[str]) -> None:
    """Each text on the ticket at most once, each Message-ID once, the missing ones shown."""
    written = _texts(office, ticket)
    mailed = Counter(re.findall(r"words number \d{4}", b"".join(behaviour.taken).decode()))
    ids = Counter(re.findall(rb"Message-ID:\s*(<[^>]+>)", b"".join(behaviour.taken)))
    assert max(ids.values()) == 1
    shown = {entry.text for entry in office.desk().operations.waiting()}
    known = {entry.text for entry in office.desk().operations.latest()}
    for text in texts:
        assert written[text] <= 1
        assert mailed[text] <= 1
        if text in known and not (written[text] and mailed[text]):
            assert text in shown, text
        if text not in known:
            assert not written[text]
            assert not mailed[text]
