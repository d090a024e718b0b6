"""Measure every promised number: ratios against plain programs, requests, kills and faults.

Run it by hand: `python tests/benchmarks/run.py [TICKETS]`. It starts embedded Autotasks of its
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

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))

from worlds import World  # noqa: E402 - the tests' own, found by the line above

RUNS = 7


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: seconds of wall time, peak memory in the system's units."""

    seconds: float
    memory: int


def run(argv: Sequence[str], environ: Mapping[str, str], out: Path) -> Run:
    with out.open("wb") as file:
        started = time.perf_counter()
        child = subprocess.Popen(argv, stdout=file, env={**_compiled(out.parent), **environ})
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{argv} ended with {child.returncode}")
    return Run(seconds, usage.ru_maxrss)


def _compiled(folder: Path) -> dict[str, str]:
    """Let Python keep what it compiles, as it does for an installed mcdesk."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


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


def count_requests(folder: Path) -> None:
    """Count what each command asks of Autotask once it remembers the day's names and labels."""
    with served(0, folder) as access:
        world = World.open(folder / "server" / "demo" / "world.db")
        environ = {**os.environ, **configure(folder / "counting", access)}

        def mcdesk(*argv: str) -> int:
            before = len(world.requests())
            done = subprocess.run(
                [sys.executable, "-m", "mcdesk", *argv],
                env=environ,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode not in (0, 3):
                raise SystemExit(f"{argv} ended with {done.returncode}: {done.stderr}")
            return len(world.requests()) - before

        # A dry run asks for everything that is remembered for a day, and writes nothing.
        for warming in (
            ("stale", "--all"),
            ("send-to-mc", "T20261123.0001", "--dry-run"),
            ("claim", "T20261123.0001", "--dry-run"),
            ("note", "T20261123.0001", "words", "--dry-run"),
        ):
            mcdesk(*(_number(world, word) for word in warming))
        for most, argv in (
            (3, ("stale",)),
            (0, ("callscript",)),
            (4, ("send-to-mc", "T20261123.0001", "--yes")),
            (3, ("note", "T20261123.0001", "words")),
            (4, ("claim", "T20261123.0002")),
        ):
            made = mcdesk(*(_number(world, word) for word in argv))
            verdict = "ok" if made <= most else "TOO MANY"
            print(f"mcdesk {argv[0]:<27} requests {made:5}  (at most {most})  {verdict}")


def _number(world: World, word: str) -> str:
    """Return the ticket number of today's world that *word* means, or *word*."""
    if not word.startswith("T2026"):
        return word
    row = world.row("Tickets", int(word[-4:]))
    assert row is not None
    return str(row["ticketNumber"])


def prove(name: str, test: str, **environ: str) -> None:
    """Run the test that holds a promise, and print what it came to."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--numprocesses=0", str(HERE.parent / test)],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:<34} {done.stdout.strip().splitlines()[-1].strip('= ')}  {verdict}")


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


def configure(home: Path, access: Mapping[str, str]) -> dict[str, str]:
    """Set mcdesk up in *home* for a served Autotask, and return the environment for it."""
    home.mkdir()
    (home / "config.toml").write_text(
        f'[autotask]\nusername = "{access["username"]}"\nzone_url = "{access["url"]}"\n'
        'me = "noor.haddad@demo.example"\n'
        '[note]\nnote_type = "Int note added by a Resource"\n',
        encoding="utf-8",
    )
    return {
        "MCDESK_HOME": str(home),
        "MCDESK_AUTOTASK_SECRET": access["secret"],
        "MCDESK_AUTOTASK_INTEGRATION_CODE": access["integration_code"],
        "BENCHMARK_URL": access["url"],
    }


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
            environ = configure(folder / "home", access)
            compare(
                f"stale --json, {tickets:,} unclaimed",
                [python, "-m", "mcdesk", "stale", "--json"],
                [python, str(HERE / "bare.py")],
                limits={"seconds": 1.25, "memory": 1.5},
                environ=environ,
                folder=folder,
                runs=RUNS,
            )
        (folder / "small").mkdir()
        count_requests(folder / "small")
    prove("killed 200 times", "cli/test_kills.py", MCDESK_KILLS="200")
    prove("killed at every request, commit", "cli/test_handoff_truth.py")
    prove("every fault, at every 5th request", "cli/test_fault_matrix.py")


if __name__ == "__main__":
    main()
