"""Deaths at chosen points: at the Nth request, before or after it, and at the Nth commit."""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import httpx
import pytest
from offices import Office

from mcdesk.sandbox.server import make_server


class Died(BaseException):
    """The process is gone: no `except Exception` of its own can see this."""


class Mortal(httpx.BaseTransport):
    """A way to Autotask on which something happens around the *nth* request (from 1)."""

    def __init__(
        self,
        way: httpx.BaseTransport,
        nth: int,
        *,
        before: Callable[[], None] = lambda: None,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        self._way = way
        self._nth = nth
        self._before, self._after = before, after
        self.seen = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen += 1
        mine = self.seen == self._nth
        if mine:
            self._before()
        response = self._way.handle_request(request)
        if mine:
            self._after()
        return response


def die() -> None:
    raise Died


@contextmanager
def dying_at_commit(nth: int, *, before: bool, only: str) -> Iterator[list[int]]:
    """Let the *nth* COMMIT to the database file whose name ends with *only* be the last thing.

    *before* it, or just after. The list holds how many there were.
    """
    connect: Any = sqlite3.connect
    seen = [0]

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            if sql != "COMMIT":
                return super().execute(sql, *parameters)
            seen[0] += 1
            if seen[0] == nth and before:
                raise Died
            done = super().execute(sql, *parameters)
            if seen[0] == nth:
                raise Died
            return done

    def connecting(path: Any, *args: Any, **kwargs: Any) -> Any:
        if str(path).endswith(only):
            kwargs["factory"] = Connection
        return connect(path, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connecting)
        yield seen


@contextmanager
def served(office: Office) -> Iterator[str]:
    """Serve the office's Autotask on a socket, from a thread that ends with the block."""
    server = make_server(office.app, 0)
    office.app.zone_url = ""
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/ATServicesRest/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def full_disk(
    nth: int, *, only: str, words: Collection[str], lasting: bool = True
) -> Iterator[list[int]]:
    """Let no statement that begins with one of *words* work, from the *nth* on to the file *only*.

    If not *lasting*, only that one. A COMMIT of what was only read is none. The list holds how many
    there were.
    """
    connect: Any = sqlite3.connect
    seen = [0]

    class Connection(sqlite3.Connection):
        committed = 0

        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            idle = sql == "COMMIT" and self.total_changes == self.committed
            if sql == "COMMIT":
                self.committed = self.total_changes
            if sql.split()[0] in words and not idle:
                seen[0] += 1
                if seen[0] == nth or (lasting and seen[0] > nth):
                    if self.in_transaction:
                        super().execute("ROLLBACK")  # as SQLite does by itself
                    raise sqlite3.OperationalError("database or disk is full")
            return super().execute(sql, *parameters)

    def connecting(path: Any, *args: Any, **kwargs: Any) -> Any:
        if str(path).endswith(only):
            kwargs["factory"] = Connection
        return connect(path, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connecting)
        yield seen
