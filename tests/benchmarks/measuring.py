"""Programs run in turn, what they took, and a line for every figure."""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LAUNCHER = (sys.executable, "-I", "-S", str(HERE / "launcher.py"))
# In bytes; Linux counts in kilobytes, macOS in bytes.
_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Program:
    """What is run, and what is set in its environment besides."""

    argv: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds of wall and of processor time, and at most so many bytes.

    *work* is what a server counted of it.
    """

    wall: float
    processor: float
    memory: float
    work: Any = None

    def text(self, figure: str) -> str:
        """Say *figure* with its unit."""
        value: float = getattr(self, figure)
        return f"{value / 1e6:.0f} MB" if figure == "memory" else f"{value * 1000:.0f} ms"


class Failed(SystemExit):
    """A program that was to be measured failed, or did not do what it is compared by."""


class Report:
    """The lines that are printed, and whether one of them broke its limit."""

    def __init__(self) -> None:
        self.broken = 0

    def say(self, text: str) -> None:
        """Print words without a verdict."""
        print(text, flush=True)

    def line(self, name: str, figure: str, value: str, about: str, *, verdict: str) -> None:
        """Print one figure."""
        self.say(f"{name:<36} {figure:<12} {value:>8}  {about:<62} {verdict}".rstrip())

    def judge(
        self,
        name: str,
        figure: str,
        value: float,
        limit: float,
        *,
        places: int = 2,
        unit: str = "",
        more: str = "",
    ) -> None:
        """Print *value* against *limit*, which it may reach; *more* is said of it besides."""
        fine = value <= limit
        self.broken += not fine
        about = f"at most {limit:.{places}f}{unit}" + (f"  ({more})" if more else "")
        shown = f"{value:.{places}f}{unit}"
        self.line(name, figure, shown, about, verdict="ok" if fine else "TOO MUCH")

    def prove(self, name: str, fine: bool, about: str) -> None:
        """Print whether what was promised of *name* holds."""
        self.broken += not fine
        self.line(name, "", "", about, verdict="ok" if fine else "FAILED")


class Bench:
    """Runs programs through the launcher, in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._out = folder / "out"
        # Python may keep what it compiles, as it does for what is installed.
        left_out = ("MCDESK_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: it for name, it in os.environ.items() if not name.startswith(left_out)}
        self._environ = {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}

    def run(self, program: Program, work: Callable[[], Any] = lambda: None) -> Run:
        """Run *program* to its end, its output into a file; *work* counts what it did.

        Raises Failed if it ends with anything but 0.
        """
        done = subprocess.run(
            [*LAUNCHER, str(self._out), *program.argv],
            env={**self._environ, **program.environ},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"{program.argv} ended with {done.returncode}: {done.stderr.strip()}")
        wall, processor, memory = map(float, done.stdout.split())
        return Run(wall, processor, memory * _MEMORY_UNIT, work())

    def output(self) -> str:
        """Return what the last program printed."""
        return self._out.read_text(encoding="utf-8")

    def pairs(
        self, ours: Program, other: Program, *, times: int, work: Callable[[], Any] = lambda: None
    ) -> list[tuple[Run, Run]]:
        """Run both in turn, the first one first every other time; one pair to warm up is left out.

        Raises Failed if one does, or they do not do the same work.
        """
        pairs = []
        for turn in range(times + 1):
            order = (ours, other) if turn % 2 else (other, ours)
            first, second = (self.run(each, work) for each in order)
            pairs.append((first, second) if turn % 2 else (second, first))
            if pairs[-1][0].work != pairs[-1][1].work:
                raise Failed(f"not the same work: {pairs[-1][0].work} against {pairs[-1][1].work}")
        return pairs[1:]


def median_text(runs: Sequence[Run], figure: str) -> str:
    """Say the median of *figure* over *runs*."""
    middle = statistics.median_low(getattr(run, figure) for run in runs)
    return next(run.text(figure) for run in runs if getattr(run, figure) == middle)


def judge_pairs(
    report: Report, name: str, pairs: Sequence[tuple[Run, Run]], limits: Mapping[str, float]
) -> None:
    """Hold the median of the ratios, pair by pair, against the limit of each figure."""
    ours, others = zip(*pairs, strict=True)
    for figure, limit in limits.items():
        ratios = [getattr(a, figure) / getattr(b, figure) for a, b in pairs]
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        medians = f"{median_text(ours, figure)} to {median_text(others, figure)}"
        report.judge(name, figure, statistics.median(ratios), limit, more=f"{spread}; {medians}")
