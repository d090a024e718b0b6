"""What only one mcdesk on this computer does at a time."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import OperationalError, connect

from mcdesk.errors import Busy


class Lock:
    """A lock at *path* that dies with its process, on every system: an open SQLite transaction.

    Who does not get it within *patience* seconds hears what the other one is *doing*.
    """

    def __init__(self, path: Path, *, doing: str, hint: str, patience: float) -> None:
        self._path = path
        self._doing = doing
        self._hint = hint
        self._patience = patience

    @property
    def free(self) -> bool:
        """Whether nobody holds it just now."""
        try:
            with self._held(patience=0.0):
                return True
        except Busy:
            return False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; raise Busy where another mcdesk keeps it."""
        with self._held(patience=self._patience):
            yield

    @contextmanager
    def _held(self, *, patience: float) -> Iterator[None]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(connect(self._path, timeout=patience, isolation_level=None)) as db:
            try:
                db.execute("BEGIN EXCLUSIVE")
            except OperationalError as error:
                raise Busy(f"another mcdesk is {self._doing}", hint=self._hint) from error
            yield
