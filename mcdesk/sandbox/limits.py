"""The limits of use: three requests at once for an entity, and the tenant's rolling hour.

Sources: the developer help's ThreadLimiting and REST_Thresholds_Limits.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from mcdesk.sandbox.answers import message, too_many_threads
from mcdesk.sandbox.world import stored_instant

_THREADS = 3
_TIMEFRAME = timedelta(minutes=60)
# Share of the hour's requests that are used -> seconds that every further one waits.
_LATENCY = ((0.75, 1.0), (0.5, 0.5))


class Threads:
    """Counts the requests under way, endpoint by endpoint."""

    def __init__(self) -> None:
        self._under_way: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def one(self, endpoint: str) -> Iterator[None]:
        """Hold one of the endpoint's threads, or refuse with 429."""
        with self._lock:
            if self._under_way[endpoint] >= _THREADS:
                raise too_many_threads()
            self._under_way[endpoint] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[endpoint] -= 1


def used(db: sqlite3.Connection, now: datetime) -> int:
    """Count the requests of the last hour."""
    since = stored_instant(now - _TIMEFRAME)
    return int(db.execute("SELECT count(*) FROM request WHERE at > ?", (since,)).fetchone()[0])


def latency(used_now: int, threshold: int) -> float:
    """Look up how many seconds a request has to wait; refuse it beyond the threshold."""
    if used_now >= threshold:
        raise message(
            429,
            f"The external request threshold of {threshold} requests in 60 minutes has been "
            "exceeded.",
        )
    share = used_now / threshold
    return next((seconds for least, seconds in _LATENCY if share >= least), 0.0)
