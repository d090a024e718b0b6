"""The demo: an Autotask of its own in the app folder, seeded around the current time.

Part of the desk, like it the only place that knows the embedded Autotask. Nothing here reads real
settings or secrets, or opens a connection.
"""

import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from errno import EADDRINUSE
from functools import cached_property
from pathlib import Path
from typing import Any

from mcdesk.autotask.connections import InProcess
from mcdesk.core.emails import Email
from mcdesk.core.hours import OpeningHours
from mcdesk.core.wording import age, instant
from mcdesk.errors import StoreProblem, UsageProblem
from mcdesk.folders import denial, make_private
from mcdesk.mail.message import message
from mcdesk.sandbox import people, seed
from mcdesk.sandbox.faults import Faults
from mcdesk.sandbox.inbox import Inbox
from mcdesk.sandbox.rest import Autotask
from mcdesk.sandbox.vendor import Vendor
from mcdesk.sandbox.world import VERSION, State, World, state_of
from mcdesk.store.database import Database

# Minutes of business time that the demo's unclaimed tickets have waited: four are stale.
_WAITS = (
    *(205, 128, 95, 71, 52, 38, 21, 9, 2),
    *(51, 49, 47, 45, 43, 41, 36, 33, 30, 27, 24, 18, 15, 12, 7, 4),
)
_STALE_WORLD = timedelta(hours=12)
# A name that no zone has: the demo's requests never leave the process.
_ZONE_URL = "https://webservices99.autotask.net/ATServicesRest/"
_WEB_URL = "https://ww99.autotask.net/"
_LOOPBACK = "127.0.0.1"


class ToInbox:
    """Compose emails as for real, and deliver them to *inbox*."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def send(self, email: Email, at: datetime) -> None:
        """Deliver *email*, dated *at*."""
        try:
            self._inbox.put(message(email, at).as_bytes())
        except OSError as error:
            raise StoreProblem(f"the demo's inbox: {error}") from error

    def post(self, payload: Mapping[str, Any]) -> None:
        """Take in a post to Slack."""
        try:
            self._inbox.post(payload)
        except OSError as error:
            raise StoreProblem(f"the demo's inbox: {error}") from error

    def check(self) -> None:
        """Find nothing to check."""

    def was_sent(self, email: Email) -> bool | None:
        """Look for *email* in the inbox."""
        return any(email.message_id == mail["Message-ID"] for mail in self._inbox.messages())


def _unusable(port: int, error: OSError) -> UsageProblem:
    taken = error.errno == EADDRINUSE
    why = "is taken: another program listens there" if taken else "cannot be used: "
    said = f"port {port} {why}{'' if taken else error.strerror or error}"
    return UsageProblem(said, hint="--port 0 picks any free port")


class Demo:
    """The demo in *folder*, at the time that *now* tells.

    *fixed_now* is MCDESK_NOW as it was given: an untouched world that was seeded for another
    instant is made again. *hours* are asked for only when a world is seeded.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime],
        fixed_now: str | None,
        hours: Callable[[], OpeningHours],
        sleep: Callable[[float], None],
        say: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._now = now
        self._fixed_now = fixed_now or None
        self._hours = hours
        self._sleep = sleep
        self._say = say

    def close(self) -> None:
        """Close what was opened."""
        self._database.close()

    @property
    def settings(self) -> Mapping[str, Any]:
        """The demo's own values for what real settings have no default for."""
        return {
            "autotask": {
                "username": people.USERNAME,
                "zone_url": _ZONE_URL,
                "web_url": _WEB_URL,
                "me": people.TECHNICIAN,
            },
            "mc": {
                "plan_field": people.PLAN,
                "plan_values": [people.PLAN_VALUES[0]],
                "out_of_scope": list(people.OUT_OF_SCOPE),
            },
            "stale": {"returned_statuses": list(people.RETURNED_STATUSES)},
            "claim": {"secondary_from_mc": people.OFFICE_ADMIN},
            "hours": {"holidays": "US"},
            "note": {"note_type": "Int note added by a Resource"},
            "mail": {"from": people.TECHNICIAN},
            "scheduling": {
                "link": "https://book.example.com/?t={ticket}",
                "status": "Scheduling Link Sent",
                "sign_off": f"{people.MSP}\n555-0100",
            },
        }

    @property
    def login(self) -> tuple[str, str, str]:
        """The user name, secret and integration code of the demo's API user."""
        return people.USERNAME, people.SECRET, people.INTEGRATION_CODE

    @cached_property
    def world(self) -> World:
        """The demo's world: made, made again when it is old and untouched, else as it was left.

        Whether to seed is decided in the transaction that does it: another mcdesk may have seeded
        the world, and written to it, a moment ago.
        """
        path = self._folder / "world.db"
        try:
            make_private(self._folder)
            world = World.open(path)
            with world.transaction() as db:
                if self._is_outdated(state_of(db)):
                    self._forget_former_world()
                    self._seed(db)
        except (sqlite3.Error, OSError) as error:
            raise denial(error, path, StoreProblem) or StoreProblem(
                f"{path}: {error}", hint="mcdesk demo reset --yes"
            ) from error
        return world

    @property
    def database(self) -> Database:
        """The desk's database in the demo, once there is the world that it is about.

        In the other order, making a world would drop what was kept just before.
        """
        assert self.world is not None
        return self._database

    @cached_property
    def inbox(self) -> Inbox:
        """Where the demo's mail arrives."""
        return Inbox(self._folder / "inbox")

    @cached_property
    def mailer(self) -> "ToInbox":
        """The demo's way for mail."""
        return ToInbox(self.inbox)

    def transport(self) -> InProcess:
        """Build the way to the embedded Autotask, in this process."""
        return InProcess(self._application(Faults(), zone_url=_ZONE_URL), sleep=self._sleep)

    def files(self) -> list[Path]:
        """List what a reset throws away."""
        return sorted(self._folder.iterdir()) if self._folder.is_dir() else []

    def reset(self) -> None:
        """Forget the demo's settings, cache and world, and seed a new one.

        Raises StoreProblem for a file that another mcdesk keeps open, as on Windows; if that is the
        world, nothing is changed.
        """
        self.__dict__.pop("world", None)
        try:
            (self._folder / "world.db").unlink(missing_ok=True)
            with suppress(StoreProblem):  # another mcdesk that has it open has to forget too
                self._database.forget_everything()
            self._database.close()
            for path in self.files():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError as error:
            hint = "close other mcdesk windows, including `mcdesk demo serve`"
            raise StoreProblem(f"{error}", hint=hint) from error
        assert self.world is not None

    def serve(
        self,
        *,
        port: int,
        faults: Sequence[str],
        extra: int,
        started: Callable[[Mapping[str, str]], None],
        log: Callable[[str], None] | None,
    ) -> None:
        """Serve the embedded Autotask on 127.0.0.1 until Ctrl-C; *started* is told how to reach it.

        *faults* are scripted ones; *extra* more unclaimed tickets are added first, for
        measurements. Raises UsageProblem for a fault that is not understood or a taken port.
        """
        from mcdesk.sandbox.server import make_server

        if port not in range(65536):
            raise UsageProblem("a port is a number up to 65535, or 0 for any free one")
        try:
            scripted = Faults.parse(faults)
        except ValueError as error:
            raise UsageProblem(str(error)) from error
        if extra:
            seed.add_unclaimed(self.world, count=extra, now=self._now())
        try:
            server = make_server(self._application(scripted), port, log=log)
        except OSError as error:
            raise _unusable(port, error) from error
        login = zip(("username", "secret", "integration_code"), self.login, strict=True)
        started({"url": f"http://{_LOOPBACK}:{server.port}/ATServicesRest/", **dict(login)})
        server.serve_forever()

    def _application(self, faults: Faults, *, zone_url: str = "") -> Autotask:
        """Make the embedded Autotask, a WSGI application."""
        return Autotask(
            self.world,
            now=self._now,
            sleep=self._sleep,
            faults=faults,
            vendor=Vendor(),
            zone_url=zone_url,
            web_url=_WEB_URL,
        )

    @cached_property
    def _database(self) -> Database:
        return Database(self._folder / "mcdesk.db")

    def _is_outdated(self, state: State) -> bool:
        """Find out whether a world in *state* has to be made again: never if somebody has used it.

        What was done from here, or waits in the outbox, counts as use. One of another version
        cannot be kept.
        """
        if state.seeded_at is None:
            return True
        if state.version != VERSION:
            self._say("demo: another version of mcdesk made this demo; starting a fresh one")
            return True
        another = not self._is_our_clock(state.fixed_now)
        since = self._now() - state.seeded_at
        if not another and timedelta(0) <= since <= _STALE_WORLD:
            return False
        if not state.touched_at and not self._database.holds_deeds():
            return True
        old = f"from {instant(state.seeded_at)}" if another else f"{age(since)} old"
        self._say(
            f"demo: this demo is {old} and keeps what you did in it; `mcdesk demo reset` starts a "
            "fresh one"
        )
        return False

    def _is_our_clock(self, fixed_now: str | None) -> bool:
        """Find out whether a world seeded for *fixed_now* has our clock, in whatever spelling."""
        if not (fixed_now and self._fixed_now):
            return fixed_now == self._fixed_now
        seeded_for = datetime.fromisoformat(fixed_now)
        if not seeded_for.tzinfo:
            seeded_for = seeded_for.replace(tzinfo=UTC)
        return seeded_for == self._now()

    def _forget_former_world(self) -> None:
        """Keep nothing that tells of tickets which the new world does not have."""
        self._database.forget_everything()
        shutil.rmtree(self._folder / "inbox", ignore_errors=True)

    def _seed(self, db: sqlite3.Connection) -> None:
        """Fill the world so that some tickets are stale whatever the hour and the day."""
        now, hours = self._now().astimezone(UTC), self._hours()
        created = []
        for minutes in _WAITS:
            created.append(now - timedelta(minutes=minutes))
            with suppress(ValueError):  # a desk that never opens: then nothing is stale
                created[-1] = hours.before(now, timedelta(minutes=minutes))
        seed.fill(db, now=now, waiting=created, fixed_now=self._fixed_now)
        seed.add_handoffs(db, now=now)
