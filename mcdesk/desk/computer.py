"""The computer that the desk stands on: its clock, chance, environment, browser and programs.

They are here and nowhere else; whoever needs one takes it as an argument.
"""

import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mcdesk.errors import SettingsProblem

if TYPE_CHECKING:
    import httpx

# Between these no calendar, time zone or POSIX time comes to its end.
_YEARS = range(1971, 9000)


class Computer:
    """What this computer and this call are like, as *environ* has it.

    *say* tells the technician something, *interactive* is whether one can answer. *transport*
    stands in for the network, in tests.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        demo: bool = False,
        verbose: bool = False,
        interactive: bool = False,
        say: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        self.environ = os.environ if environ is None else environ
        self.in_demo = demo or self.environ.get("MCDESK_DEMO", "") not in {"", "0"}
        self.verbose = verbose
        self.interactive = interactive
        self.say = say
        # Asks a yes-or-no question; None where nobody can answer.
        self.ask: Callable[[str], bool | None] = lambda _: None
        self.sleep = sleep
        self.jitter = jitter
        self.transport = transport
        self._open = ExitStack()
        # Secrets that were found or typed: no report of a bug may hold them.
        self.seen_secrets = set[str]()
        # Set before Autotask is first used: then nothing can be written, only rehearsed.
        self.dry_run = False
        # Stands in for the network to Slack, in tests.
        self.slack_transport: httpx.BaseTransport | None = None

    def close(self) -> None:
        """Close what was opened."""
        self._open.close()

    def now(self) -> datetime:
        """Tell the time in UTC: the computer's, or what MCDESK_NOW fixes it at."""
        return self.fixed_now or datetime.now(UTC)

    @cached_property
    def fixed_now(self) -> datetime | None:
        """The instant that MCDESK_NOW fixes the clock at (UTC); told outside the demo."""
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
        if not self.in_demo:
            self.say(f"warning: MCDESK_NOW fixes the clock at {text}")
        return moment.astimezone(UTC)

    @cached_property
    def app_folder(self) -> Path:
        """Where everything of mcdesk's is kept, the demo's folder included."""
        from mcdesk.settings import app_folder

        return app_folder(self.environ)

    def browse(self, url: str) -> bool:
        """Open *url* in the browser; the demo's pages are nowhere, and are not opened."""
        import webbrowser

        return not self.in_demo and webbrowser.open(url)

    def open_file(self, path: Path) -> None:
        """Open *path* with the program that this system has for it; the demo opens nothing."""
        if self.in_demo:
            return
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
