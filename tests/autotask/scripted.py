"""A session over a scripted transport: each answer is written in the test that needs it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from webs import web

from mcdesk.autotask.connections import Connections
from mcdesk.autotask.entities import Condition, Entity, R
from mcdesk.autotask.reads import Reads
from mcdesk.autotask.session import Session
from mcdesk.autotask.wire import Login
from mcdesk.store.cache import DatabaseCache
from mcdesk.store.database import Database
from mcdesk.store.refusals import DatabaseRefusals

ZONE = "https://webservices5.autotask.net/ATServicesRest/"
WEB = "https://ww5.autotask.net/"
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Script(httpx.BaseTransport):
    """Answer with *replies* in turn, and keep the requests."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, httpx.Response) else reply(request)

    @property
    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]


class Bench:
    """A session, and what it did besides."""

    def __init__(
        self,
        folder: Path,
        connections: Connections | None = None,
        *,
        pause: Callable[[], object] = lambda: None,
    ) -> None:
        self.script = Script()
        self.slept: list[float] = []
        self._pause = pause
        self.traced: list[str] = []
        self._connections = connections or Connections(lambda: self.script, web(), at_once=1)
        self.path = folder / "mcdesk.db"
        self._database = database = Database(self.path)
        self.cache = DatabaseCache(database, tenant="api@example.com", now=lambda: NOW)
        self.refused = DatabaseRefusals(database, now=lambda: NOW)

    def fill_disk(self) -> None:
        """Let every row that is written from here on find the disk full, as SQLite says it."""
        with self._database.transaction() as db:
            for table in ("value", "named", "refused_login"):
                db.execute(
                    f"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} "
                    "BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END"
                )

    def session(
        self, *, zone_url: str = ZONE, web_url: str = WEB, secret: str = "s3cret"
    ) -> Session:
        login = Login("api@example.com", secret, "c0de")
        return Session(
            user_name=login.user_name,
            login=lambda: login,
            zone_url=zone_url,
            web_url=web_url,
            cache=self.cache,
            logins=self.refused,
            now=lambda: NOW,
            sleep=self._sleep,
            jitter=lambda: 0.0,
            trace=self.traced.append,
            connections=self._connections,
        )

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._pause()

    def rows(
        self, entity: Entity[R], *conditions: Condition, strays: bool = False, **changes: str
    ) -> list[R]:
        """Read rows over a session of their own."""
        return self.over(self.session(**changes), entity, *conditions, strays=strays)

    def over(
        self, session: Session, entity: Entity[R], *conditions: Condition, strays: bool = False
    ) -> list[R]:
        """Read rows over *session*."""
        reads = self.reads(session)
        return reads.one(reads.rows(entity, *conditions, strays=strays))

    def reads(self, session: Session | None = None) -> Reads:
        """Return what reads over *session*, or over one of its own."""
        return Reads(session or self.session())

    def close(self) -> None:
        self._connections.close()
        self._database.close()
