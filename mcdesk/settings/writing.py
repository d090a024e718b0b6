"""Writing config.toml: checked first, replaced at one stroke, the former ones kept.

Nothing that `load` would refuse ever takes the file's place.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mcdesk.settings.hours import check_holidays
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
    check_holidays(read(table, at).hours, at / "hours")


def save_text(path: Path, text: str) -> str:
    """Write *text* as the settings file *path*, for its user only; return the former text.

    That is kept as a backup. Raises SettingsProblem when a value is not allowed or the file cannot
    be written; the former file then stays as it is.
    """
    at = Spot(path)
    check_to_write(parsed(text, at), at)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        former = _back_up(path)
        _replace(Path(os.path.realpath(path)), text.encode())  # a link stays one
    except OSError as error:
        raise at.file_problem(f"cannot be written: {error.strerror or error}") from error
    return former.decode("utf-8", "replace")


def has_comments(text: str) -> bool:
    """Find out whether the TOML *text* holds a comment, which saving would lose."""
    return any(match["comment"] for match in _STRING_OR_COMMENT.finditer(text))


def _back_up(path: Path) -> bytes:
    """Copy the file *path* to its newest backup, after moving the others on; return its content."""
    if not path.is_file():
        return b""
    for number in range(BACKUPS - 1, 0, -1):
        if (older := _backup(path, number)).exists():
            older.replace(_backup(path, number + 1))
    content = path.read_bytes()
    _replace(_backup(path, 1), content)
    return content


def _backup(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _replace(path: Path, content: bytes) -> None:
    """Put *content* in the place of *path* so that a reader sees all of the old or of the new."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
