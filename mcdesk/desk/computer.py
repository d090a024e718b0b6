"""The computer that a desk stands on: its clock, chance, environment, browser and programs.

They are here and nowhere else; whoever needs one takes it as an argument.
"""

import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from mcdesk.errors import SettingsProblem

# Between these no calendar, time zone or POSIX time comes to its end.
_YEARS = range(1971, 9000)


class Computer:
    """This computer with the environment *environ* (None: its own).

    *sleep* waits seconds, *jitter* returns 0 to 1.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.environ = os.environ if environ is None else environ
        self.sleep = sleep
        self.jitter = jitter

    def now(self) -> datetime:
        """Return the time in UTC: the computer's, or what MCDESK_NOW fixes it at."""
        return self.fixed_now or datetime.now(UTC)

    @cached_property
    def fixed_now(self) -> datetime | None:
        """The instant that MCDESK_NOW fixes the clock at (UTC)."""
        text = self.environ.get("MCDESK_NOW")
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise SettingsProblem(
                f'MCDESK_NOW must be an instant such as 2026-11-23T15:04:05Z, not "{text}"'
            ) from error
        if moment.year not in _YEARS:
            raise SettingsProblem(
                f"MCDESK_NOW must lie in the years {_YEARS.start} to {_YEARS.stop - 1}, not {text}"
            )
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)

    @cached_property
    def app_folder(self) -> Path:
        """Where everything of mcdesk's is kept, the demo's folder included."""
        from mcdesk.settings import app_folder

        return app_folder(self.environ)

    def browse(self, url: str) -> bool:
        """Open *url* in the browser; return whether there is one."""
        import webbrowser

        return webbrowser.open(url)

    def open_file(self, path: Path) -> None:
        """Open *path* with the program that this system has for it, if any."""
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606 - our own file, by the system's own program
            return
        import subprocess

        name = "open" if sys.platform == "darwin" else "xdg-open"
        if program := shutil.which(name, path=self.environ.get("PATH", "")):
            # Our own file, by the system's own program.
            subprocess.Popen(  # noqa: S603
                [program, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
