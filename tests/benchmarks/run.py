"""Measure everything that is promised in numbers, and hold it against its limit.

`python tests/benchmarks/run.py [TICKETS] [SECTION...]`, with nothing else busy on the computer;
all sections of `SECTIONS` if none is named. A ratio is the median of pairs that ran in turn. It
exits with 1 if a limit is broken. Not on Windows.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, median_low
from typing import Any

import morning
import peers
from measuring import Bench, Program, Report, judge_pairs
from serving import HERE, MCDESK, Served, Setting

PYTHON = sys.executable
START_PAIRS, PAIRS, TIMES = 15, 7, 5


@dataclass(frozen=True, slots=True)
class Asking:
    """A command, and how often it may ask; then it may *pause* (seconds) before it looks again."""

    argv: Sequence[str]
    limit: int
    pause: float = 0.0

    @property
    def name(self) -> str:
        """How it is typed."""
        return " ".join(("mcdesk", *self.argv)).format(id="ID", number="NUMBER")


# The limits. A command without a server, what it is held against, and times its wall and processor.
STARTS = (
    (("--version",), "import typer", 1.0),
    (("callscript",), "import typer, rich.console", 1.2),
    (("stale", "--help"), "import typer, rich.console", 1.2),
    (("outbox",), "import typer, rich.console", 1.2),
    (("--help",), "import typer, rich.console", 1.2),
)
# `stale --json` over many tickets, times a bare loop.
STALE = {"wall": 1.15, "processor": 1.25, "memory": 1.25}
# Answers in a row that people wait for, and the pause before a change is read back.
SETTLE = 1.5
TRIPS = (
    Asking(("stale",), 2),
    Asking(("list",), 2),
    Asking(("list", "--mine"), 2),
    Asking(("list", "--with-mc"), 3),
    Asking(("find", "lopez"), 3),
    Asking(("show", "{id}"), 2),
    Asking(("claim", "{id}"), 3, pause=SETTLE),
    Asking(("send-to-mc", "{id}", "--yes"), 3, pause=SETTLE),
    Asking(("note", "{id}", "words"), 3),
)
# Seconds that each of those answers takes, and that all else may take.
DELAY, ALL_ELSE = 0.3, 0.5
# Requests under way: in all, of one endpoint (Autotask counts by that), and while one writes.
AT_ONCE = {"at_once": 3, "at_once_of_one": 1, "beside_a_write": 0}
# Requests, with the day's names and labels known.
REQUESTS = (
    Asking(("stale",), 4),
    Asking(("list",), 6),
    Asking(("list", "--mine"), 6),
    Asking(("list", "--with-mc"), 6),
    Asking(("find", "lopez"), 8),
    Asking(("callscript",), 0),
    Asking(("send-to-mc", "{number}", "--yes"), 4),
    Asking(("note", "{number}", "words"), 3),
    Asking(("claim", "{number}"), 4),
)
# The tests that hold what cannot be said as a figure.
PROOFS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("killed 200 times", "cli/test_kills.py", {"MCDESK_KILLS": "200"}),
    ("killed at every request, commit", "cli/test_handoff_truth.py", {}),
    ("every fault, at every 5th request", "cli/test_fault_matrix.py", {}),
)


def startup(setting: Setting) -> None:
    """Hold the start of commands that ask nobody against that of what they are made with."""
    floor = setting.bench.run(Program(["/bin/true"]))
    setting.report.say(
        f"The least that can be measured: {floor.text('memory')}, {floor.text('wall')} (true)"
    )
    home = setting.home("http://127.0.0.1:9/ATServicesRest/")
    for argv, plain, limit in STARTS:
        pairs = setting.bench.pairs(
            Program([*MCDESK, *argv], home), Program([PYTHON, "-c", plain]), times=START_PAIRS
        )
        limits = {"wall": limit, "processor": limit}
        judge_pairs(setting.report, f"mcdesk {' '.join(argv)}", pairs, limits)


def stale(setting: Setting) -> None:
    """Hold `stale --json` against a bare loop of the same requests, on a server that is faster."""
    with setting.served(setting.tickets, keep=True) as server:
        ours = Program([*MCDESK, "stale", "--json"], setting.home(server.url))
        for _ in range(2):  # now names and labels are known, and every answer is kept
            setting.bench.run(ours)
        server.counted()
        warm = setting.bench.run(ours, server.counted).work
        listed = json.loads(setting.bench.output())["counts"]["stale"]
        setting.report.say(
            f"stale --json lists {listed:,} of {setting.tickets:,}: {warm['requests']} requests "
            f"for {warm['rows']:,} rows cost the server {warm['busy'] * 1000:.0f} ms"
        )
        bare = Program([PYTHON, str(HERE / "bare.py"), server.url, str(warm["counts"])])
        pairs = setting.bench.pairs(ours, bare, times=PAIRS, work=_same(server))
        judge_pairs(setting.report, "mcdesk stale --json, bare loop", pairs, STALE)


def _same(server: Served) -> Callable[[], Any]:
    """Return what reads the part of a server's count that has to be equal."""

    def counted() -> Any:
        found = server.counted()
        return found["by_endpoint"], found["rows"]

    return counted


def trips(setting: Setting) -> None:
    """Count the answers in a row that people wait for, and time them on a slow server."""
    most = dict.fromkeys(AT_ONCE, 0)
    with setting.warm(delay=DELAY) as mcdesk:
        for command in TRIPS:
            runs = [mcdesk(*command.argv) for _ in range(TIMES)]
            rows, walls = [run.work["in_a_row"] for run in runs], [run.wall for run in runs]
            setting.report.judge(
                command.name, "in a row", median_low(rows), command.limit, places=0
            )
            limit = command.limit * DELAY + command.pause + ALL_ELSE
            spread = f"{min(walls):.2f} to {max(walls):.2f}"
            setting.report.judge(command.name, "wall", median(walls), limit, unit=" s", more=spread)
            most = {name: max(most[name], *(run.work[name] for run in runs)) for name in most}
    for name, limit in AT_ONCE.items():
        figure = name.replace("_", " ")
        setting.report.judge("requests under way", figure, most[name], limit, places=0)


def requests(setting: Setting) -> None:
    """Count what each command asks."""
    with setting.warm() as mcdesk:
        for command in REQUESTS:
            made = mcdesk(*command.argv).work["requests"]
            setting.report.judge(command.name, "requests", made, command.limit, places=0)


def proofs(setting: Setting) -> None:
    """Run the tests that hold the promises about deaths and faults."""
    for name, test, environ in PROOFS:
        done = subprocess.run(
            [PYTHON, "-m", "pytest", "-q", "--numprocesses=0", str(HERE.parent / test)],
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout.strip().splitlines()[-1].strip("= ")
        setting.report.prove(name, done.returncode == 0, said)


SECTIONS: Mapping[str, Callable[[Setting], None]] = {
    "startup": startup,
    "stale": stale,
    "trips": trips,
    "requests": requests,
    "board": morning.board,
    "peers": peers.compare,
    "proofs": proofs,
}


def main(*words: str) -> int:
    """Run the sections that *words* name, and return 1 if a limit was broken."""
    chosen = [word for word in words if not word.isdigit()] or list(SECTIONS)
    tickets = next((int(word) for word in words if word.isdigit()), 20_000)
    if unknown := set(chosen) - set(SECTIONS):
        raise SystemExit(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(Bench(Path(folder)), report, Path(folder), tickets)
        for name in chosen:
            report.say(f"\n{name}")
            SECTIONS[name](setting)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
