"""The board killed in the midst of a write: nothing is lost, doubled, or told wrongly."""

import json
from threading import Event
from typing import Any

import pytest
from deaths import served
from mailservers import Behaviour, mail_server
from offices import NOW, SECRETS, Office
from systems import PSEUDO_TERMINAL
from terminals import terminal
from test_send_link import SETTINGS

pytestmark = PSEUDO_TERMINAL
ONE = "T20261123.0001"


class Gate:
    """Holds up what writes, before or after it is *done*, until the test is through."""

    def __init__(self, office: Office, path: str, *, done: bool) -> None:
        self._app, office.app = office.app, self  # type: ignore[assignment]
        self._path, self._done = path, done
        self.reached, self.open = Event(), Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        mine = environ["REQUEST_METHOD"] in ("PATCH", "POST") and environ["PATH_INFO"].endswith(
            self._path
        )
        if not mine or self.open.is_set():
            return self._app(environ, start_response)
        answer = list(self._app(environ, start_response)) if self._done else []
        self.reached.set()
        self.open.wait(30)
        if self._done:
            return answer
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)


@pytest.mark.parametrize("done", [True, False], ids=["it arrived", "it did not"])
@pytest.mark.parametrize("key", ["n", "c", "s", "l"])
def test_killed_while_it_writes(office: Office, key: str, done: bool) -> None:
    ticket = office.ticket(125, ticketNumber=ONE)
    way, behaviour = office.transport, Behaviour()
    gate = Gate(office, "/Notes" if key in "nl" else "/Tickets", done=done)
    with served(office) as url, mail_server(behaviour) as port:
        office.add_settings(SETTINGS.format(port=port))
        config = (office.home / "config.toml").read_text(encoding="utf-8")
        office.go_over(url)
        with terminal(
            office.home, "watch", environ={**SECRETS, "MCDESK_NOW": NOW.isoformat()}
        ) as board:
            board.until(ONE)
            board.press(key)
            if key == "n":
                board.until("Internal")
                board.press("my words\r")
            board.until("y/Enter yes")
            board.press("\r")
            assert gate.reached.wait(30)
            board.process.kill()
            board.process.wait()
        gate.open.set()
    assert len(behaviour.taken) == (key == "l")
    office.configure(config)
    office.transport = way
    told_truly(office, ticket, key, done=done)


def told_truly(office: Office, ticket: int, key: str, *, done: bool) -> None:
    if key in "nl":
        (entry,) = json.loads(office.run("outbox", "--json").out)["entries"]
        states = {step["step"]: step["state"] for step in entry["steps"]}
        assert states["note"] == "unknown"
        assert key == "n" or (states["mail"], states["status"]) == ("done", "waiting")
        retried = office.run("outbox", "retry")
        assert len(office.notes(ticket)) == (1 if done else 0)
        assert retried.code == (0 if done else 8)
        return
    held = office.holds(ticket)["primary"] is not None
    assert held is done
    said = office.run("log", "--check").out
    assert ONE in said
    assert ("holds" in said) is done
