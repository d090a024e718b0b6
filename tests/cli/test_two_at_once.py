"""Two of mcdesk at one ticket, at every request of the first: both tell what is so."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from deaths import Mortal
from mailservers import Behaviour, mail_server
from offices import CONFIG, Captures, Office, Result
from test_deaths import COLLEAGUE, ME, SETTINGS, Scene

from mcdesk.sandbox.people import VENDOR
from mcdesk.store.lock import Lock

pytestmark = pytest.mark.thorough
OTHER = 21


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is in this very process: to wait for it would be for nothing."""
    held = Lock.held
    monkeypatch.setattr(Lock, "held", lambda self, **_: held(self, patience=0.01))


@pytest.fixture
def scene(office: Office) -> Iterator[Scene]:
    mails = Behaviour()
    with mail_server(mails) as port:
        office.add_settings(SETTINGS.format(port=port))
        yield Scene(office, mails)


@dataclass(frozen=True)
class Met:
    """A call that was met by another before its *nth* request, of which there were so many."""

    ticket: str
    done: Result
    nth: int
    requests: int


def meanwhile(scene: Scene, argv: tuple[str, ...], then: Callable[[], Any]) -> Iterator[Met]:
    """Run *argv* on ever new tickets; *then* happens before its first request, its second, ..."""
    for nth in range(1, 13):
        ticket = scene.ticket()
        scene.office.transport = mortal = Mortal(scene.way, nth)
        mortal._before = partial(_aside, scene, mortal, then)
        done = scene.office.run(*(ticket if word == "{}" else word for word in argv))
        scene.office.transport = scene.way
        yield Met(ticket, done, nth, mortal.seen)


def _aside(scene: Scene, mortal: Mortal, then: Callable[[], Any]) -> None:
    scene.office.transport = scene.way
    then()
    scene.office.transport = mortal


class TestDuringASend:
    TEXT = "my words"
    SEND = (
        *("send-to-mc", "{}", "--yes", "--remove-secondaries", "--json"),
        *("--note", TEXT, "--notify-dispatch"),
    )

    def test_a_retry_and_a_drop(self, scene: Scene) -> None:
        """What is on its way can neither be sent by another nor given up."""
        office = scene.office
        dropped: list[int] = []

        def drop() -> None:
            n = max(each.n for each in office.desk().operations.waiting())
            office.run("outbox", "retry")
            dropped.append(office.run("outbox", "drop", str(n), "--yes").code)

        for met in meanwhile(scene, self.SEND, drop):
            ticket, done = met.ticket, met.done
            said: dict[str, Any] = {"outcome": "refused"}
            if done.out:
                (said,) = json.loads(done.out)["results"]
            with_mc = scene.holds(ticket)["primary"] == VENDOR
            assert (said["outcome"] == "sent") == with_mc, done
            notes = scene.notes(ticket, self.TEXT)
            assert notes <= 1
            if not notes:
                assert scene.safe(self.TEXT), done
            if said["outcome"] == "sent" and said["note"]:
                assert (said["note"]["outcome"] == "sent") == (notes == 1)
            else:
                assert notes == 0
        assert scene.mailed(self.TEXT) == sum(
            scene.notes(str(each["id"]), self.TEXT) for each in office.world.rows("Tickets")
        )
        assert set(dropped) <= {0, 2, 8}

    def test_an_undo(self, scene: Scene) -> None:
        """The undo does nothing to what is on its way, or the handoff says what became of it."""
        said: list[Result] = []

        def undo() -> None:
            ticket = str(max(each["id"] for each in scene.office.world.rows("Tickets")))
            said.append(scene.office.run("undo", ticket, "--yes", "--json"))

        for met in meanwhile(scene, self.SEND, undo):
            ticket, done = met.ticket, met.done
            (sent,) = json.loads(done.out)["results"] if done.out else [{"outcome": "refused"}]
            now = scene.holds(ticket)
            there = now["primary"] == VENDOR and not now["secondaries"]
            taken_back = '"undone"' in said[-1].out  # only once the handoff was verified
            assert (sent["outcome"] == "sent") == (there or taken_back), (done, said[-1])
            assert said[-1].code in (0, 3, 8)
            assert ("is changing" in said[-1].err) == (said[-1].code == 8)
            scene.office.run("undo", ticket, "--yes")
            now = scene.holds(ticket)
            assert (now["primary"], now["secondaries"]) == (None, {ME, COLLEAGUE}), (done, said[-1])


@pytest.fixture
def other(office: Office, tmp_path: Path, capsys: Captures) -> Office:
    """Make the office of another technician, on another computer, with the same Autotask."""
    other = Office(tmp_path / "other", capsys)
    other.app, other.transport, other.world = office.app, office.transport, office.world
    other.configure(CONFIG.replace("noor.haddad", "tomasz.wilk"))
    other.run("claim", str(office.ticket(3)), "--dry-run")
    return other


@pytest.mark.parametrize("force", [[], ["--force"]], ids=["", "force"])
def test_two_claims_of_two_technicians(scene: Scene, other: Office, force: list[str]) -> None:
    """The last writer has it; the first is told as soon as it can be seen."""
    theirs: list[Result] = []

    def claim() -> None:
        ticket = str(max(each["id"] for each in scene.office.world.rows("Tickets")))
        theirs.append(other.run("claim", ticket, "--yes", "--json", *force))

    argv = ("claim", "{}", "--yes", "--json", *force)
    for met in meanwhile(scene, argv, claim):
        mine, holder = met.done, scene.holds(met.ticket)["primary"]
        assert holder in (ME, OTHER)
        won = json.loads(mine.out)["results"][0]["outcome"] == "claimed" if mine.out else False
        assert (mine.code == 0) == won
        if met.nth == met.requests:  # the ticket was read back before
            assert won
            continue
        assert won == (holder == ME), (mine, theirs[-1])
        if not won:
            assert mine.code == 3
            assert "Tomasz Wilk" in mine.err
