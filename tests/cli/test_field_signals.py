"""Signals at any instant: no traceback, the exit code that a shell expects, a tidy terminal."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# Sends a signal when a module is loaded, or when something dies that has a last will.
STRIKING = """
import signal, sys
number, module = int(sys.argv.pop(1)), sys.argv.pop(1)
class Striking:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == module:
            sys.meta_path.remove(Striking)
            signal.raise_signal(number)
class Will:
    def __del__(self):
        signal.raise_signal(number)
if module == "dying":
    from mcdesk.cli import main
    import time
    main.run = lambda *_, **__: (Will() and None, time.sleep(30))
sys.meta_path.insert(0, Striking)
from mcdesk.__main__ import program
raise SystemExit(program())
"""
LOADED_ON_THE_WAY = [
    *("mcdesk.cli.terminal.signals", "dying", "mcdesk.cli.main", "typer", "mcdesk.desk"),
    *("mcdesk.autotask.client", "sqlite3", "mcdesk.ops.stale"),
]


def struck(home: Path, number: int, module: str, *argv: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", STRIKING, str(number), module, *argv],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "MCDESK_HOME": str(home)},
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("module", LOADED_ON_THE_WAY)
def test_ctrl_c_while_something_is_loaded(app_folder: Path, module: str) -> None:
    code, err = struck(app_folder, signal.SIGINT, module, "--demo", "stale")
    assert code == 130
    assert err in ("", "stopped\n")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGQUIT", "SIGBREAK"])
@pytest.mark.parametrize("module", LOADED_ON_THE_WAY[1:4])
def test_other_ends(app_folder: Path, module: str, name: str) -> None:
    number = getattr(signal, name, None)
    if number is None:
        pytest.skip(f"{name} is not of this system")
    code, err = struck(app_folder, number, module, "--demo", "stale")
    assert code == (130 if name == "SIGBREAK" else 128 + number)
    assert err in ("", "stopped\n")


def test_the_version_too(app_folder: Path) -> None:
    module = "mcdesk.cli.terminal.streams"
    assert struck(app_folder, signal.SIGINT, module, "--version") == (130, "")


@pytest.mark.skipif(not hasattr(signal, "SIGTERM"), reason="no signal to switch off")
def test_what_is_switched_off_stays_off(app_folder: Path) -> None:
    """A program that is started with nohup, or in the background, is not to be stopped."""
    off = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    done = subprocess.run(
        [sys.executable, "-c", off + STRIKING, str(int(signal.SIGTERM)), "typer", "callscript"],
        capture_output=True,
        env={**os.environ, "MCDESK_HOME": str(app_folder)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_signal_at_the_very_end_is_no_traceback(app_folder: Path) -> None:
    late = "import atexit, signal; atexit.register(signal.raise_signal, signal.SIGINT)\n"
    done = subprocess.run(
        [sys.executable, "-c", late + STRIKING, "2", "nothing", "--version"],
        capture_output=True,
        env={**os.environ, "MCDESK_HOME": str(app_folder)},
        check=False,
    )
    assert done.returncode not in (0, 1)
    assert done.stderr == b""
