"""An office to test in: an embedded Autotask behind a real desk, and what a call comes to."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import httpx
from worlds import OpenWorld, World

from mcdesk.__main__ import main
from mcdesk.autotask.connections import Connections, InProcess
from mcdesk.desk import Desk
from mcdesk.sandbox.faults import Faults
from mcdesk.sandbox.history import note_history
from mcdesk.sandbox.people import HELP_DESK_ROLE, INTEGRATION_CODE, SECRET
from mcdesk.sandbox.rest import Autotask
from mcdesk.sandbox.world import stored_instant

# A Monday, ten in the morning in New York: the desk opened an hour ago.
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HELP_DESK, NEW = 29682833, 1
ZONE_URL = "https://webservices99.autotask.net/ATServicesRest/"
CONFIG = f"""
[autotask]
username = "api@demo.example"
zone_url = "{ZONE_URL}"
web_url = "https://ww99.autotask.net/"
me = "noor.haddad@demo.example"
[note]
note_type = "Int note added by a Resource"
[hours]
timezone = "America/New_York"
"""
SECRETS = {
    "MCDESK_AUTOTASK_SECRET": SECRET,
    "MCDESK_AUTOTASK_INTEGRATION_CODE": INTEGRATION_CODE,
}


# What every command says in the demo, on stderr.
NOTICE = "demo: made-up tickets; nothing leaves this computer\n"
# What no output, file or database may hold: every secret that tests use, and a webhook's path.
SECRET_TEXTS = (*SECRETS.values(), "s3cret", "hunter2")


@dataclass(frozen=True, slots=True)
class Result:
    """What one call of mcdesk came to."""

    code: int
    out: str
    err: str


class Captures(Protocol):
    """What knows what was written to stdout and stderr since the last time."""

    def readouterr(self) -> tuple[str, str]:
        """Return both."""


@cache
def seeded() -> bytes:
    """Return the file of a world that is new: seeding one for each test would cost more."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "world.db"
        world = World.open(path)
        world.seed(now=NOW, waiting=[])
        # Here every priority was chosen; tests of that set it.
        world.set_usual("Tickets", "priority", None)
        return path.read_bytes()


def with_secrets(folder: Path) -> list[Path]:
    """Find the files that hold a secret; a world.db is the demo's Autotask, which has to know."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name != "world.db"
        if any(secret.encode() in path.read_bytes() for secret in SECRET_TEXTS)
    ]


class _Typed(StringIO):
    """A terminal's input: *lines*, of which the first is typed once *meanwhile* has happened."""

    def __init__(self, lines: Sequence[str], meanwhile: Callable[[], Any]) -> None:
        super().__init__("".join(f"{line}\n" for line in lines))
        self._meanwhile = meanwhile

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override] # text, as StringIO's
        meanwhile, self._meanwhile = self._meanwhile, lambda: None
        meanwhile()
        return super().readline(size)


class Office:
    """A world without unclaimed tickets, and mcdesk with settings for it; each made if missing."""

    def __init__(self, home: Path, capsys: Captures) -> None:
        self.home = home
        self.now = NOW
        self.slept: list[float] = []
        # How many requests may be under way; else one after the other, as in one process.
        self.at_once = 1
        self.environ = {**SECRETS, "MCDESK_HOME": str(home)}
        world = home.parent / "world.db"
        if not world.exists():
            world.write_bytes(seeded())
        self.world = OpenWorld.open(world)
        self.app = Autotask(
            self.world, now=lambda: self.now, sleep=self.slept.append, zone_url=ZONE_URL
        )
        self.transport: httpx.BaseTransport = InProcess(self.app, sleep=self.slept.append)
        self._capsys = capsys
        if not (home / "config.toml").exists():
            self.configure(CONFIG)

    def configure(self, text: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "config.toml").write_text(text, encoding="utf-8")

    def break_with(self, *faults: str) -> None:
        self.app.faults = Faults.parse(faults)

    def desk(self, *, interactive: bool = False) -> Desk:
        """Make a desk here, as a new process would."""
        desk = Desk(
            environ={**self.environ, "MCDESK_NOW": self.now.isoformat()},
            interactive=interactive,
            sleep=self.slept.append,
            jitter=lambda: 0.0,
            transport=self.transport,
        )
        if self.at_once > 1:
            desk.connections = Connections(
                lambda: self.transport, desk.web, at_once=self.at_once, worth_a_thread=0
            )
            desk.at_close(desk.connections.close)
        return desk

    def run(
        self,
        *argv: str,
        answers: Sequence[str] | None = None,
        meanwhile: Callable[[], Any] = lambda: None,
        piped: bytes | None = None,
    ) -> Result:
        """Call mcdesk; with *answers* at a terminal, at which those lines are typed.

        *meanwhile* happens while the first question stands there. *piped* is what stdin holds.
        """
        desk = self.desk(interactive=answers is not None)
        typed, sys.stdin = sys.stdin, _Typed(answers or (), meanwhile)
        if piped is not None:
            sys.stdin = TextIOWrapper(BytesIO(piped), encoding="ascii")
        try:
            code = main(argv, desk=desk)
        finally:  # what one that died has said is not the next one's
            sys.stdin = typed
            out, err = self._capsys.readouterr()
        assert not [secret for secret in SECRET_TEXTS if secret in out + err]
        lines = [line for line in err.splitlines() if not line.startswith("warning: MCDESK_NOW")]
        return Result(code, out, "\n".join(lines))

    def said_so_far(self) -> str:
        """Return what stdout has of a call that is under way; its Result lacks that."""
        return self._capsys.readouterr()[0]

    def ticket(self, waited: float, **fields: Any) -> int:
        """Add an unclaimed ticket made *waited* minutes ago."""
        values = {
            "title": "Printer offline",
            "description": "It prints nothing since this morning.",
            "companyID": 174,
            "contactID": 300,
            "priority": 2,
            "status": NEW,
            "queueID": HELP_DESK,
            "createDate": self.now - timedelta(minutes=waited),
            "lastTrackedModificationDateTime": self.now - timedelta(minutes=waited),
            "ticketNumber": f"T20261123.{9000 + int(waited * 10)}",
        }
        return self.world.insert("Tickets", **{**values, **fields})

    def change(self, ticket: int, *, by: int = 21, **fields: Any) -> None:
        """Change a ticket as somebody in Autotask does: its history tells of it."""
        before, at = self.world.row("Tickets", ticket), stored_instant(self.now)
        assert before is not None
        self.world.update("Tickets", ticket, lastTrackedModificationDateTime=self.now, **fields)
        with self.world.transaction() as db:
            note_history(db, before, fields, resource=by, at=at)

    def secondary(self, ticket: int, resource: int, role: int = HELP_DESK_ROLE) -> int:
        """Put a secondary resource on a ticket."""
        return self.world.insert(
            "TicketSecondaryResources", ticketID=ticket, resourceID=resource, roleID=role
        )

    def holds(self, ticket: int) -> dict[str, Any]:
        """Return what the world holds of a ticket: primary, role, status, queue, secondaries."""
        row = self.world.row("Tickets", ticket)
        assert row is not None
        others = self.world.rows("TicketSecondaryResources")
        return {
            "primary": row["assignedResourceID"],
            "role": row["assignedResourceRoleID"],
            "status": row["status"],
            "queue": row["queueID"],
            "priority": row["priority"],
            "secondaries": {each["resourceID"] for each in others if each["ticketID"] == ticket},
        }

    def notes(self, ticket: int) -> list[dict[str, Any]]:
        """Return the notes on a ticket."""
        return self.world.rows("TicketNotes", ticketID=ticket)

    def go_over(self, url: str) -> None:
        """Reach the Autotask over a socket from now on, in this process and in others."""
        path = self.home / "config.toml"
        config = path.read_text(encoding="utf-8")
        path.write_text(config.replace(ZONE_URL, url), encoding="utf-8")
        self.transport = httpx.HTTPTransport()

    def add_settings(self, text: str) -> None:
        """Put more into config.toml."""
        path = self.home / "config.toml"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def note(self, ticket: int, minutes_ago: float, **fields: Any) -> int:
        at = self.now - timedelta(minutes=minutes_ago)
        values = {
            "ticketID": ticket,
            "title": "t",
            "description": "d",
            "noteType": 3,
            "publish": 2,
            "creatorResourceID": 21,
            "createDateTime": at,
        }
        return self.world.insert("TicketNotes", **{**values, **fields})

    def requests(self) -> list[str]:
        """Return the API requests so far, as "POST Tickets/query", and forget them."""
        made = self.world.requests()
        with self.world.transaction() as db:
            db.execute("DELETE FROM request")
        return [f"{each.method} {each.path[len('/ATServicesRest/V1.0/') :]}" for each in made]
