"""A disk that fills at any write: before the attempt it stops, after it the truth is said."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deaths import full_disk
from mailservers import Behaviour, mail_server
from offices import Office, Result
from sampling import EVERY, FIRST
from test_deaths import ADMIN, CALLS, SETTINGS, Call, Scene, begin, nothing_said_is_wrong, undone

pytestmark = pytest.mark.thorough
WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")
TYPED = ("send", "note")
NOTING: dict[str, Call] = {
    **{name: call for name, call in CALLS.items() if name != "send by its keys"},
    "note": lambda scene, ticket, text: ("note", ticket, text, "--notify-dispatch"),
}


@pytest.fixture
def scene(office: Office) -> Iterator[Scene]:
    mails = Behaviour()
    with mail_server(mails) as port:
        office.add_settings(SETTINGS.format(port=port))
        yield Scene(office, mails)


@pytest.mark.parametrize(
    ("words", "lasting"),
    [(WRITES, True), (WRITES, False), (("BEGIN",), False)],
    ids=["full", "full for once", "locked once"],
)
@pytest.mark.parametrize("call", NOTING)
def test_a_disk_that_fills(scene: Scene, call: str, words: tuple[str, ...], lasting: bool) -> None:
    nth, struck = 1 + FIRST, True
    while struck:
        text = f"words number {nth:03}"
        ticket, before, started = begin(scene, call)
        argv = NOTING[call](scene, ticket, text)
        with full_disk(nth, only="mcdesk.db", words=words, lasting=lasting) as seen:
            done = scene.office.run(*argv, "--json")
        struck = seen[0] >= nth
        said_what_is_so(scene, call, ticket, started, text, done)
        if call != "note":
            nothing_said_is_wrong(scene, call, ticket, started)
        for _ in range(2):
            scene.office.now += timedelta(minutes=6)
            scene.office.run("outbox", "retry")
        assert scene.notes(ticket, text) <= 1
        assert scene.mailed(text) <= 1
        assert call not in TYPED or kept(scene, ticket, text, done)
        if call != "note":
            undone(scene, call, ticket, before)
        nth += EVERY
    assert nth > 8


def kept(scene: Scene, ticket: str, text: str, done: Result) -> bool:
    return bool(scene.notes(ticket, text)) or scene.safe(text) or text in done.err


def said_what_is_so(
    scene: Scene, call: str, ticket: str, started: dict[str, Any], text: str, done: Result
) -> None:
    assert "Traceback" not in done.err
    assert done.code in (0, 1, 4, 8), done
    now, notes = scene.holds(ticket), scene.notes(ticket, text)
    assert call not in TYPED or kept(scene, ticket, text, done)
    if not done.out:
        assert (now, notes) == (started, 0), done
        return
    said = json.loads(done.out)
    note = said
    if call != "note":
        (said,) = said["results"]
        assert said["verified"] <= (now != started), done
        if said["outcome"] in ("failed", "refused"):
            assert now == started or "could not be put back" in said["error"], done
        if call == "claim back" and said["outcome"] == "claimed":
            named = any("Sunniva Dahl" in each for each in said["warnings"])
            assert (ADMIN in now["secondaries"]) == (done.code == 0) == (not named), done
        note = said.get("note")
    if note:
        assert (note["outcome"] == "sent") <= (notes == 1), done
        assert (note["outcome"] in ("waiting", "failed")) <= (notes == 0), done
        assert (note["dispatch"]["outcome"] == "sent") <= (scene.mailed(text) == 1), done


@pytest.mark.parametrize("call", ["send", "note"])
def test_no_draft_and_no_database(scene: Scene, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is printed back: there is no other place."""
    write = Path.write_text

    def full(self: Path, data: str, **more: Any) -> int:
        if self.parent.name == "drafts":
            raise OSError(28, "No space left on device")
        return write(self, data, **more)

    ticket, _, started = begin(scene, call)
    monkeypatch.setattr(Path, "write_text", full)
    with full_disk(1, only="mcdesk.db", words=WRITES):
        done = scene.office.run(*NOTING[call](scene, ticket, "my words"))
    assert done.code == 1
    assert "my words" in done.err
    assert scene.holds(ticket) == started
    assert scene.notes(ticket, "my words") == 0
