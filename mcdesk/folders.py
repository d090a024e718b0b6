"""Folders for the user alone, and what is said of files that are somebody else's."""

import os
from collections.abc import Callable
from contextlib import suppress
from errno import EACCES, EPERM, EROFS
from pathlib import Path
from typing import TypeVar

E = TypeVar("E", bound=Exception)
_DENIED = {EACCES, EPERM, EROFS}
# SQLITE_PERM, READONLY, CANTOPEN and AUTH (sqlite.org/rescode.html).
_SQLITE_DENIED = {3, 8, 14, 23}
_ELSEWHERE = "set MCDESK_HOME to a folder of your own"


def make_private(folder: Path) -> None:
    """Make *folder* and what is missing above it, for the user only; raise OSError.

    `mkdir` with `parents` would leave all but the last open to others.
    """
    if not folder.parent.exists():
        make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def file_in_the_way(folder: Path) -> Path | None:
    """Find the file that stands where *folder*, or one above it, should be."""
    with suppress(OSError):  # what we may not look at is told by whoever uses it
        if not folder.is_dir():
            return next((place for place in (folder, *folder.parents) if place.is_file()), None)
    return None


def denial(error: Exception, path: Path, kind: Callable[..., E]) -> E | None:
    """Build the *kind* of error that names what keeps us from *path*, and whose it is.

    None if *error* says anything else than that it is not ours to use.
    """
    by_sqlite = getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE_DENIED
    if not by_sqlite and getattr(error, "errno", None) not in _DENIED:
        return None
    culprit = _closed(path)
    if culprit is None:  # another reason, such as a program of Windows' that has it open
        return None
    owner = _owner(culprit)
    if owner in ("", _ourselves()):
        mend = "let your user read and write it"
        return kind(f"{culprit}: permission denied", hint=f"{mend}, or {_ELSEWHERE}")
    return kind(
        f"{culprit}: permission denied; it belongs to {owner}",
        hint=f"run mcdesk as {owner}, or {_ELSEWHERE}",
    )


def _closed(path: Path) -> Path | None:
    """Find the first folder on the way to *path*, or that itself, which is closed to us."""
    for folder in reversed(path.parents):
        if _is_there(folder) and not os.access(folder, os.X_OK):
            return folder
    if _is_there(path) and not os.access(path, os.R_OK | os.W_OK):
        return path
    # Where a journal, a backup or the file itself has to be made.
    above = next(folder for folder in path.parents if _is_there(folder))
    return None if os.access(above, os.W_OK) else above


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _owner(path: Path) -> str:
    """Return who owns *path*, "" where the system does not tell, as Windows does not."""
    try:
        return path.owner()
    except (OSError, KeyError, NotImplementedError):
        return ""


def _ourselves() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # no such variable, and no list of users to look in
        return ""
