"""Measure what product numbers promise, as ratios against plain programs that do the same work.

Run it by hand: `python tests/benchmarks/run.py [TICKETS]`. It starts an embedded Autotask of its
own, repeats each pair in turn, and prints medians with a verdict. It uses os.wait4, so not on
Windows.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RUNS = 7
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: seconds of wall time, peak memory in the system's units."""

    seconds: float
    memory: int


def run(argv: Sequence[str], environ: Mapping[str, str], out: Path) -> Run:
    with out.open("wb") as file:
        started = time.perf_counter()
        child = subprocess.Popen(argv, stdout=file, env={**os.environ, **environ})
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{argv} ended with {child.returncode}")
    return Run(seconds, usage.ru_maxrss)


def compare(
    name: str,
    ours: Sequence[str],
    plain: Sequence[str],
    *,
    limits: Mapping[str, float],
    environ: Mapping[str, str],
    folder: Path,
    runs: int = RUNS,
) -> None:
    """Run *ours* and *plain* in turn and print the median of the ratios, pair by pair."""
    pairs = []
    for _ in range(runs + 1):
        pair = [run(argv, environ, folder / f"{i}.out") for i, argv in enumerate((ours, plain))]
        pairs.append(pair)
    for figure, limit in limits.items():
        ratios = [getattr(a, figure) / getattr(b, figure) for a, b in pairs[1:]]
        ratio = statistics.median(ratios)
        verdict = "ok" if ratio <= limit else "TOO MUCH"
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"{name:<34} {figure:<8} {ratio:5.2f}  (at most {limit:.2f}; {spread})  {verdict}")


@contextmanager
def served(tickets: int, folder: Path) -> Iterator[dict[str, str]]:
    """Serve an embedded Autotask with *tickets* more unclaimed tickets."""
    argv = [sys.executable, "-m", "mcdesk", "demo", "serve", "--port", "0", "--json"]
    environ = {**os.environ, "MCDESK_HOME": str(folder / "server")}
    child = subprocess.Popen(
        [*argv, "--extra", str(tickets)], stdout=subprocess.PIPE, text=True, env=environ
    )
    assert child.stdout
    try:
        yield json.loads(child.stdout.readline())
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


def main() -> None:
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    python = sys.executable
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compare(
            "mcdesk --version",
            [python, "-m", "mcdesk", "--version"],
            [python, "-c", "import typer"],
            limits={"seconds": 1.0},
            environ={},
            folder=folder,
            runs=15,
        )
        compare(
            "mcdesk callscript",
            [python, "-m", "mcdesk", "callscript"],
            [python, "-c", "import typer, rich.console"],
            limits={"seconds": 1.3},
            environ={"MCDESK_HOME": str(folder / "nothing")},
            folder=folder,
            runs=15,
        )
        with served(tickets, folder) as access:
            home = folder / "home"
            home.mkdir()
            (home / "config.toml").write_text(
                f'[autotask]\nusername = "{access["username"]}"\nzone_url = "{access["url"]}"\n',
                encoding="utf-8",
            )
            environ = {
                "MCDESK_HOME": str(home),
                "MCDESK_AUTOTASK_SECRET": access["secret"],
                "MCDESK_AUTOTASK_INTEGRATION_CODE": access["integration_code"],
                "BENCHMARK_URL": access["url"],
            }
            compare(
                f"stale --json, {tickets:,} unclaimed",
                [python, "-m", "mcdesk", "stale", "--json"],
                [python, str(HERE / "bare.py")],
                limits={"seconds": 1.25, "memory": 1.5},
                environ=environ,
                folder=folder,
                runs=3,
            )


if __name__ == "__main__":
    main()
