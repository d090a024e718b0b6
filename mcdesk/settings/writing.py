"""Writing config.toml: checked first, replaced at one stroke, the former ones kept.

Nothing that `load` would refuse ever takes the file's place.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from mcdesk.errors import SettingsProblem
from mcdesk.folders import denial, make_private
from mcdesk.settings.holidays import calendar
from mcdesk.settings.reading import parsed, read
from mcdesk.settings.spot import Spot

BACKUPS = 5  # config.toml.1 is the newest

# The four strings of TOML 1.0 (a multi-line one may end in up to five quotes), and a comment.
_STRING_OR_COMMENT = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|(?P<comment>\#)",
    re.DOTALL,
)


def check_to_write(table: Mapping[str, Any], at: Spot) -> None:
    """Raise SettingsProblem if *table* breaks a rule; holidays take a sixth of a second."""
    calendar(read(table, at).hours.holidays, at / "hours" / "holidays")


def save_text(path: Path, text: str) -> str:
    """Write *text* as the settings file *path*, for its user only; return the former text.

    That is kept as a backup. Raises SettingsProblem when a value is not allowed or the file cannot
    be written; the former file and its backups then stay as they are.
    """
    at = Spot(path)
    check_to_write(parsed(text, at), at)
    try:
        make_private(path.parent)
        return _exchange(path, text.encode()).decode("utf-8", "replace")
    except OSError as error:
        said = f"cannot be written: {error.strerror or error}"
        raise denial(error, path, SettingsProblem) or at.file_problem(said) from error


def has_comments(text: str) -> bool:
    """Find out whether the TOML *text* holds a comment, which saving would lose."""
    return any(match["comment"] for match in _STRING_OR_COMMENT.finditer(text))


def _exchange(path: Path, content: bytes) -> bytes:
    """Put *content* in the place of the file *path*, that among its backups; return the former."""
    real = Path(os.path.realpath(path))  # a link stays one
    with ExitStack() as stack:
        former = path.read_bytes() if path.is_file() else None
        # Both are on the disk, and the file has taken its new content, before a backup moves.
        new = stack.enter_context(_beside(real, content))
        kept = None if former is None else stack.enter_context(_beside(path, former))
        new.replace(real)
        if kept:
            _move_backups_on(path)
            kept.replace(_backup(path, 1))
    return former or b""


def _move_backups_on(path: Path) -> None:
    for number in range(BACKUPS - 1, 0, -1):
        if (older := _backup(path, number)).exists():
            older.replace(_backup(path, number + 1))


def _backup(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """Write *content* into a file beside *path*, which is removed unless it is moved on."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
