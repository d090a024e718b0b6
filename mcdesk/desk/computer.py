"""What a desk asks of the computer it runs on: a fixed clock, and programs for files."""

import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from mcdesk.core.wording import gist
from mcdesk.errors import SettingsProblem

# Between these no calendar, time zone or POSIX time comes to its end.
_YEARS = range(1971, 9000)
# POSIX, "Internationalization Variables": the first that is set holds.
_LOCALE = ("LC_ALL", "LC_TIME", "LANG")
# Digits of the columns or lines that a terminal may have.
_MOST_DIGITS = 4


def fixed_now(environ: Mapping[str, str]) -> datetime | None:
    """Read the instant that MCDESK_NOW in *environ* fixes the clock at (UTC), None for none.

    Raises SettingsProblem for what is no instant, or too far away.
    """
    text = environ.get("MCDESK_NOW")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsProblem(
            f'MCDESK_NOW must be an instant such as 2026-11-23T15:04:05Z, not "{gist(text, 60)}"'
        ) from error
    if moment.year not in _YEARS:
        raise SettingsProblem(
            f"MCDESK_NOW must be in the years {_YEARS.start} to {_YEARS.stop - 1}, not {text}"
        )
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def locale_of(environ: Mapping[str, str]) -> str:
    """Return the locale of this computer's dates, "" for none."""
    if sys.platform == "win32":
        import ctypes

        name = ctypes.create_unicode_buffer(85)  # LOCALE_NAME_MAX_LENGTH
        length = ctypes.windll.kernel32.GetUserDefaultLocaleName(name, len(name))
        return name.value if length else ""
    return next((value for key in _LOCALE if (value := environ.get(key))), "")


def demo_is_wanted(environ: Mapping[str, str]) -> bool:
    """Find out whether MCDESK_DEMO in *environ* asks for the demo.

    Raises SettingsProblem for what is neither a yes nor a no.
    """
    word = environ.get("MCDESK_DEMO", "").strip().casefold()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"", "0", "false", "no", "off"}:
        return False
    raise SettingsProblem(f'MCDESK_DEMO must be 1 or 0, not "{environ["MCDESK_DEMO"]}"')


def forget_odd_sizes() -> None:
    """Take out of the environment what draws would believe: a size that no terminal has.

    And a NO_COLOR that is empty, which asks for nothing (no-color.org).
    """
    if not os.environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)
    for name in ("COLUMNS", "LINES"):
        size = os.environ.get(name, "")
        if not size.isdecimal() or len(size) > _MOST_DIGITS or not int(size):
            os.environ.pop(name, None)


def open_file(path: Path, environ: Mapping[str, str]) -> bool:
    """Open *path* with the program that this system has for it on the way in *environ*, if any.

    Returns whether one was started: whatever keeps it from starting is nobody's fault here.
    """
    try:
        return _start(path, environ)
    except Exception:  # no program for such files, one that cannot be run, a policy
        return False


def open_page(url: str) -> bool:
    """Open *url* in the browser; return False if none could be started.

    True is no proof: most programs that open pages fail after they have begun.
    """
    import webbrowser

    try:
        return webbrowser.open(url)
    except Exception:  # such as a BROWSER that is no command
        return False


def _start(path: Path, environ: Mapping[str, str]) -> bool:
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - our own file, by the system's own program
        return True
    import subprocess

    name = "open" if sys.platform == "darwin" else "xdg-open"
    program = shutil.which(name, path=environ.get("PATH", ""))
    if program is None:
        return False
    # Our own file, by the system's own program, which must not read what is typed to us.
    nowhere = subprocess.DEVNULL
    subprocess.Popen([program, str(path)], stdin=nowhere, stdout=nowhere, stderr=nowhere)  # noqa: S603
    return True
