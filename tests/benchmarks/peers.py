"""The programs from the package index that people would use instead, beside mcdesk.

They are installed once, into environments of their own in the user's cache folder. What cannot be
had, or does not do the same, is left out in words.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import platformdirs
from measuring import Failed, Program, Run, median_text
from serving import MCDESK, Served, Setting

from mcdesk.sandbox.people import HELP_DESK, INTEGRATION_CODE, SECRET, USERNAME

PAIRS = 5
# One of them needs this Python at least.
_OLDEST = (3, 12)
_FIGURES = ("wall", "processor", "memory")


@dataclass(frozen=True, slots=True)
class Peer:
    """A program: its package, what it is called, and how it is asked for the unclaimed tickets.

    *api* is what stands behind the host in the address that it is given. *does* says what the
    same question costs it besides, or not.
    """

    package: str
    command: str
    api: str
    listing: tuple[str, ...]
    does: str


PEERS = (
    Peer(
        "autotask-client",
        "autotask",
        "",
        (
            *("tickets", "list", "--limit", "1000000", "--status", "1"),
            *("--queue", str(HELP_DESK), "assignedResourceID__notExist="),
        ),
        "reads every field of the tickets; no notes, no time entries, no names, no waits",
    ),
    Peer(
        "py-autotask",
        "py-autotask",
        "/ATServicesRest",
        # It refuses `notExist`, which is how Autotask is asked for nobody's tickets.
        (
            *("export", "tickets", "--format", "json", "--output", "{out}", "--filters"),
            json.dumps(
                [
                    {"op": "eq", "field": "status", "value": 1},
                    {"op": "eq", "field": "queueID", "value": HELP_DESK},
                ]
            ),
        ),
        "cannot ask for nobody's tickets, reads every field; no notes, no names, no waits",
    ),
)


def compare(setting: Setting) -> None:
    """Print what mcdesk takes beside each of them, without a verdict."""
    installed = {peer: program for peer in PEERS if (program := _installed(setting, peer))}
    nowhere = setting.home("http://127.0.0.1:9/ATServicesRest/")
    for peer, program in installed.items():
        ours, theirs = Program([*MCDESK, "--help"], nowhere), Program([str(program), "--help"])
        _beside(setting, f"--help, {peer.package}", setting.bench.pairs(ours, theirs, times=PAIRS))
    with setting.served(setting.tickets, keep=True) as server:
        ours = Program([*MCDESK, "stale", "--json"], setting.home(server.url))
        setting.bench.run(ours)
        for peer, program in installed.items():
            try:
                _list(setting, server, ours, peer, program)
            except Failed as failure:
                setting.report.say(f"unclaimed, {peer.package}: skipped: {failure}")


def _list(setting: Setting, server: Served, ours: Program, peer: Peer, program: Path) -> None:
    """Compare asking for the unclaimed tickets, if *peer* gets all of them."""
    out = setting.new_folder() / "rows.json"
    words = [word.replace("{out}", str(out)) for word in peer.listing]
    url = server.url.removesuffix("/ATServicesRest/") + peer.api
    theirs = Program([str(program), *words], _login(url))
    server.counted()
    work = setting.bench.run(theirs, server.counted).work
    name = f"unclaimed, {peer.package}"
    said = out.read_text(encoding="utf-8") if out.exists() else setting.bench.output()
    if (got := _rows(said)) < setting.tickets:
        setting.report.say(f"{name}: skipped: {got:,} of {setting.tickets:,} rows; it {peer.does}")
        return
    setting.report.say(f"{name}: {work['requests']} requests; it {peer.does}")
    _beside(setting, name, setting.bench.pairs(ours, theirs, times=PAIRS))


def _rows(text: str) -> int:
    try:
        return len(json.loads(text))
    except ValueError:
        return 0


def _beside(setting: Setting, name: str, pairs: list[tuple[Run, Run]]) -> None:
    ours, theirs = zip(*pairs, strict=True)
    for figure in _FIGURES:
        ratio = median(getattr(a, figure) / getattr(b, figure) for a, b in pairs)
        medians = f"{median_text(ours, figure)} to {median_text(theirs, figure)}"
        setting.report.line(name, figure, f"{ratio:.2f}", f"no limit  ({medians})", verdict="")


def _login(url: str) -> Mapping[str, str]:
    return {
        "AUTOTASK_USERNAME": USERNAME,
        "AUTOTASK_SECRET": SECRET,
        "AUTOTASK_INTEGRATION_CODE": INTEGRATION_CODE,
        "AUTOTASK_API_URL": url,
    }


def _installed(setting: Setting, peer: Peer) -> Path | None:
    """Install *peer* unless it is there, and say in words which one it is, or that it is none."""
    folder = platformdirs.user_cache_path("mcdesk-benchmark") / peer.package
    python, program = folder / "bin" / "python", folder / "bin" / peer.command
    if not program.exists():
        newer = next(_new_pythons(), None)
        if newer is None:
            setting.report.say(f"{peer.package}: skipped, there is no Python {_OLDEST}")
            return None
        _quietly(newer, "-m", "venv", str(folder))
        failed = _quietly(str(python), "-m", "pip", "install", "--quiet", peer.package)
        if failed or not program.exists():
            setting.report.say(f"{peer.package}: skipped, it cannot be installed: {failed}")
            return None
    asking = f"import importlib.metadata as m, sys; print(m.version({peer.package!r}), sys.version)"
    found = subprocess.run([python, "-c", asking], capture_output=True, text=True, check=True)
    version, runtime, *_ = found.stdout.split()
    ours = sys.version.split()[0]
    setting.report.say(f"{peer.package} {version} on Python {runtime}; mcdesk on {ours}")
    return program


def _quietly(*argv: str) -> str:
    """Run *argv*, and return its last words if it failed."""
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return (done.stderr.strip().splitlines() or ["?"])[-1] if done.returncode else ""


def _new_pythons() -> Iterator[str]:
    """Find the interpreters that are new enough: ours, those on the path, those of pyenv."""
    names = [f"python3.{minor}" for minor in (13, 12, 14)]
    on_path = [found for name in names if (found := shutil.which(name))]
    of_pyenv = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"), reverse=True)
    asking = f"import sys; sys.exit(sys.version_info < {_OLDEST})"
    for each in (sys.executable, *on_path, *map(str, of_pyenv)):
        if not _quietly(each, "-c", asking):
            yield each
