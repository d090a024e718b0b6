"""What only one mcdesk on this computer does at a time."""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from sqlite3 import SQLITE_BUSY, DatabaseError, connect

from mcdesk.errors import Busy, StoreProblem
from mcdesk.folders import denial, make_private


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
            with self.held(patience=0.0):
                return True
        except Busy:
            return False

    @contextmanager
    def held(self, *, patience: float | None = None) -> Iterator[None]:
        """Hold the lock; raise Busy if another mcdesk keeps it longer than *patience* seconds.

        Raises StoreProblem if there can be no lock.
        """
        patience = self._patience if patience is None else patience
        with ExitStack() as stack:
            try:
                make_private(self._path.parent)
                self._path.touch(mode=0o600)
                db = connect(self._path, timeout=patience, isolation_level=None)
                stack.enter_context(closing(db))
                db.execute("BEGIN EXCLUSIVE")
            except (DatabaseError, OSError) as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF == SQLITE_BUSY:
                    raise Busy(f"another mcdesk is {self._doing}", hint=self._hint) from error
                raise denial(error, self._path, StoreProblem) or StoreProblem(
                    f"{self._path}: {error}", hint="move it away: mcdesk makes a new one"
                ) from error
            yield


class Locks:
    """The locks of operations, one file each in *folder*: nobody waits for another's slow mail."""

    # The files of so many are kept: another mcdesk may just be opening one.
    _MOST = 100

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, n: int) -> Lock:
        """Return the lock of operation *n*."""
        return Lock(
            self._folder / f"{n}.lock",
            doing=f"at number {n}",
            hint="`mcdesk outbox` shows how far it got",
            patience=60.0,
        )

    def tidy(self, needed: Callable[[], Collection[int]]) -> None:
        """Remove the files of the oldest operations, but for those that are *needed*."""
        names = [path.stem for path in self._folder.glob("*.lock")]
        known = sorted(int(name) for name in names if name.isascii() and name.isdigit())
        if len(known) <= self._MOST:
            return
        for n in set(known[: -self._MOST]) - set(needed()):
            with suppress(OSError):
                (self._folder / f"{n}.lock").unlink(missing_ok=True)
