"""Servers in processes of their own, and mcdesk set up for them."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from measuring import Bench, Program, Report, Run

from mcdesk.sandbox.people import INTEGRATION_CODE, SECRET, TECHNICIAN, USERNAME

HERE = Path(__file__).parent
_INSTALLED = Path(sys.executable).with_name("mcdesk")
# As people start it.
MCDESK = (str(_INSTALLED),) if _INSTALLED.exists() else (sys.executable, "-m", "mcdesk")
# Dry runs ask for everything that is remembered for a day, and write nothing.
_WARMING = (
    ("stale", "--all"),
    ("list", "--mine"),
    ("list", "--with-mc"),
    ("send-to-mc", "{number}", "--dry-run"),
    ("claim", "{number}", "--dry-run"),
    ("note", "{number}", "words", "--dry-run"),
)


@dataclass(frozen=True, slots=True)
class Served:
    """A running server, and the tickets of it that nobody has touched yet."""

    url: str
    untouched: Iterator[tuple[int, str]]

    def counted(self) -> dict[str, Any]:
        """Return what was asked of it since the last time."""
        with urlopen(self.url.removesuffix("ATServicesRest/") + "counted") as answer:
            counted: dict[str, Any] = json.load(answer)
        return counted


@dataclass(frozen=True, slots=True)
class Setting:
    """What every section is run with: *tickets* is how many of them are many."""

    bench: Bench
    report: Report
    folder: Path
    tickets: int
    _numbers: Iterator[int] = field(default_factory=count)

    def new_folder(self) -> Path:
        """Make a folder."""
        folder = self.folder / str(next(self._numbers))
        folder.mkdir()
        return folder

    @contextmanager
    def served(self, tickets: int, *, delay: float = 0, keep: bool = False) -> Iterator[Served]:
        """Serve *tickets* unclaimed ones; see `server.py`."""
        options = [str(tickets), str(delay), *(["keep"] if keep else [])]
        argv = [sys.executable, str(HERE / "server.py"), str(self.new_folder()), *options]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout
            try:
                started = json.loads(child.stdout.readline())
                yield Served(started["url"], map(tuple, started["unclaimed"]))
            finally:
                child.terminate()

    def home(self, url: str) -> dict[str, str]:
        """Set mcdesk up for the server at *url*, and return the environment for it."""
        home = self.new_folder()
        (home / "config.toml").write_text(
            f'[autotask]\nusername = "{USERNAME}"\nzone_url = "{url}"\nme = "{TECHNICIAN}"\n'
            '[note]\nnote_type = "Int note added by a Resource"\n',
            encoding="utf-8",
        )
        return {
            "MCDESK_HOME": str(home),
            "MCDESK_AUTOTASK_SECRET": SECRET,
            "MCDESK_AUTOTASK_INTEGRATION_CODE": INTEGRATION_CODE,
        }

    @contextmanager
    def warm(self, *, delay: float = 0) -> Iterator[Callable[..., Run]]:
        """Serve a few tickets, and lend a mcdesk that remembers the day's names and labels.

        Of its words, {id} and {number} stand for a ticket that nobody has touched.
        """
        with self.served(80, delay=delay) as server:
            home = self.home(server.url)

            def mcdesk(*argv: str) -> Run:
                ticket, number = next(server.untouched)
                words = [word.format(id=ticket, number=number) for word in argv]
                server.counted()
                return self.bench.run(Program([*MCDESK, *words], home), server.counted)

            for words in _WARMING:
                mcdesk(*words)
            yield mcdesk
