"""What a desk asks of the computer that it stands on: a fixed clock, and programs for files."""

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
            f"MCDESK_NOW must lie in the years {_YEARS.start} to {_YEARS.stop - 1}, not {text}"
        )
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def open_file(path: Path, environ: Mapping[str, str]) -> None:
    """Open *path* with the program that this system has for it on the way in *environ*, if any."""
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - our own file, by the system's own program
        return
    import subprocess

    name = "open" if sys.platform == "darwin" else "xdg-open"
    if program := shutil.which(name, path=environ.get("PATH", "")):
        # Our own file, by the system's own program.
        subprocess.Popen(  # noqa: S603
            [program, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
