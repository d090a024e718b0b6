"""What happens at a bug: a report in the app folder, never a traceback on the screen."""

import platform
import sys
import traceback
from pathlib import Path

from mcdesk import __version__
from mcdesk.cli.call import Call
from mcdesk.errors import StoreProblem
from mcdesk.folders import denial, make_private

EXIT_BUG = 70


def report(bug: Exception, call: Call) -> int:
    """Write what is known of *bug* to a file, with every secret taken out, and say in which."""
    where, why = kept(bug, call)
    call.output.talk(f"error: a bug in mcdesk: {type(bug).__name__}{f'; {why}' if why else ''}")
    if where:
        call.output.talk(f"hint: the report is in {where}; send it to whoever maintains mcdesk")
    return EXIT_BUG


def kept(bug: Exception, call: Call) -> tuple[Path | None, str]:
    """Write what is known of *bug* to a file; return which, or None and why there is none."""
    facts = f"mcdesk {__version__}, Python {sys.version.split()[0]}, {platform.platform()}"
    text = f"{facts}\n\n{''.join(traceback.format_exception(bug))}"
    try:
        return _write(call.desk.redacted(text), call), ""
    except Exception as trouble:
        return None, _why(trouble, call)


def _why(trouble: Exception, call: Call) -> str:
    """Say why there is no report."""
    if not isinstance(trouble, OSError):
        return "it could not be logged"
    denied = denial(trouble, call.desk.home / "logs", StoreProblem)
    return f"it could not be logged: {denied.message if denied else trouble.strerror or trouble}"


def _write(text: str, call: Call) -> Path:
    folder = call.desk.home / "logs"
    make_private(folder)
    path = folder / f"bug-{call.desk.now():%Y%m%d-%H%M%S}.txt"
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:  # doctor may find two in a second
        file.write(text)
    return path
