"""The system that a test runs on, and why some tests are not for each."""

import ctypes
import os
import shlex
import sys
from pathlib import Path

import pytest

ON_WINDOWS = sys.platform == "win32"
if sys.platform == "win32":
    ON_WINE = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
else:
    ON_WINE = False


def posix_only(what: str) -> pytest.MarkDecorator:
    """Return the mark of a test about *what* Windows has not."""
    return pytest.mark.skipif(os.name != "posix", reason=f"POSIX's: {what}")


def windows_only(what: str) -> pytest.MarkDecorator:
    """Return the mark of a test about *what* other systems have not."""
    return pytest.mark.skipif(not ON_WINDOWS, reason=f"Windows's: {what}")


PERMISSION_BITS = posix_only("permission bits")
PSEUDO_TERMINAL = posix_only("a pseudo-terminal to test on")

_EDITOR = """
import sys
from pathlib import Path
file = Path(sys.argv[1])
"""


def editor(folder: Path, script: str) -> str:
    """Make an editor of the Python *script*, which does something to its *file*; return a command.

    It is in a *folder* of its own, whose name has a blank in it.
    """
    (folder / "my editor").mkdir(exist_ok=True)
    program = folder / "my editor" / "editor.py"
    program.write_text(_EDITOR + script, encoding="utf-8")
    quote = '"{}"'.format if ON_WINDOWS else shlex.quote
    return f"{quote(sys.executable)} {quote(str(program))}"
