"""An mcdesk that ends at one instant of a call, as if it was killed: `instants.py NTH ARGUMENTS`.

Instants are counted from 1: before and after each request, and each commit to mcdesk.db.
"""

import os
import signal
import sqlite3
import sys
from typing import Any

import httpcore

from mcdesk.__main__ import main

# What Windows ends a process by at once, and other systems never let it know of.
AT_ONCE = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL
nth = int(sys.argv[1])


def instant() -> None:
    """Pass an instant, or end in it."""
    global nth
    nth -= 1
    if nth == 0:
        os.kill(os.getpid(), AT_ONCE)


class Connection(sqlite3.Connection):
    """A connection whose commits are instants."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Run *sql*."""
        if sql != "COMMIT":
            return super().execute(sql, *parameters)
        instant()
        done = super().execute(sql, *parameters)
        instant()
        return done


connect: Any = sqlite3.connect
handle = httpcore.ConnectionPool.handle_request


def connecting(path: Any, *args: Any, **more: Any) -> Any:
    """Open the database at *path*."""
    if str(path).endswith("mcdesk.db"):
        more["factory"] = Connection
    return connect(path, *args, **more)


def handling(self: httpcore.ConnectionPool, request: httpcore.Request) -> httpcore.Response:
    """Send *request*."""
    instant()
    response = handle(self, request)
    instant()
    return response


if __name__ == "__main__":
    sqlite3.connect = connecting  # type: ignore[assignment]
    httpcore.ConnectionPool.handle_request = handling  # type: ignore[method-assign]
    sys.exit(main(sys.argv[2:]))
