"""What a stream is connected to: a terminal or not, of which kind, read in which encoding.

Most of it is Windows: elsewhere `isatty` says it all.
"""

import os
import stat
import sys
from contextlib import suppress
from typing import Any

_USUAL = 80  # cells
_VIRTUAL_TERMINAL = 4  # ENABLE_VIRTUAL_TERMINAL_PROCESSING of SetConsoleMode


def is_terminal(stream: Any) -> bool:
    """Find out whether somebody is at *stream*; to Windows, NUL is a terminal too."""
    return bool(stream.isatty()) and _mode(stream) != -1


def is_old_console(stream: Any) -> bool:
    """Find out whether *stream* is a Windows console that does not know escape sequences."""
    mode = _mode(stream)
    return mode is not None and mode != -1 and not mode & _VIRTUAL_TERMINAL


def columns_of(stream: Any) -> int:
    """Return how many cells a line on the terminal *stream* may have: COLUMNS, or what it says.

    80 if nobody says. A line that fills an old console would be followed by a blank one.
    """
    from shutil import get_terminal_size

    here = 0
    with suppress(OSError, ValueError):  # what replaces a terminal
        here = os.get_terminal_size(stream.fileno()).columns
    return get_terminal_size((here or _USUAL, 0)).columns - is_old_console(stream)


def encoding_of(stream: Any) -> str | None:
    """Return what readers of the pipe *stream* take it for, None for what it has already.

    On Windows, `more` and PowerShell read what their console would show, Python writes cp1252.
    """
    if not _is_pipe(stream):
        return None
    from locale import getencoding

    from mcdesk.encodings import of_console

    chosen = stream.encoding != getencoding()  # by PYTHONUTF8 or PYTHONIOENCODING
    return None if chosen else of_console()


def _mode(stream: Any) -> int | None:
    """Return the mode of a Windows console, -1 for what is none, None where there are none."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        try:
            handle = ctypes.c_void_p(msvcrt.get_osfhandle(stream.fileno()))
        except (OSError, ValueError):  # a stream in memory
            return None
        mode = ctypes.c_ulong()
        found = ctypes.windll.kernel32.GetConsoleMode(handle, ctypes.byref(mode))
        return mode.value if found else -1
    return None


def _is_pipe(stream: Any) -> bool:
    """Find out whether *stream* is a pipe on Windows."""
    try:
        return sys.platform == "win32" and stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # a stream in memory
        return False
