"""Signals at any instant: no traceback, the exit code that a shell expects, a tidy terminal."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from offices import NOTICE

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
    assert err.removeprefix(NOTICE) in ("", "stopped\n")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGQUIT", "SIGBREAK"])
@pytest.mark.parametrize("module", LOADED_ON_THE_WAY[1:4])
def test_other_ends(app_folder: Path, module: str, name: str) -> None:
    number = getattr(signal, name, None)
    if number is None:
        pytest.skip(f"{name} is not of this system")
    code, err = struck(app_folder, number, module, "--demo", "stale")
    assert code == (130 if name == "SIGBREAK" else 128 + number)
    assert err.removeprefix(NOTICE) in ("", "stopped\n")


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


# A shell in small: it starts a job on its terminal, and puts it in the foreground again when asked.
SHELL = """
import os, signal, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if not job:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, "-m", "mcdesk", *sys.argv[1:]])
while True:
    _, status = os.waitpid(job, os.WUNTRACED)
    os.tcsetpgrp(0, os.getpgrp())
    if not os.WIFSTOPPED(status):
        print("ended", os.waitstatus_to_exitcode(status), flush=True)
        break
    print("stopped; press Enter", flush=True)
    os.read(0, 100)
    os.tcsetpgrp(0, job)
    os.kill(job, signal.SIGCONT)
"""
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
SHOW_CURSOR = b"\x1b[?25h"


class Terminal:
    """A pseudo-terminal on which a shell runs mcdesk."""

    def __init__(self, home: Path, *argv: str) -> None:
        import pty

        pid, self._fd = pty.fork()
        if not pid:
            environ = {**os.environ, "MCDESK_HOME": str(home), "TERM": "xterm-256color"}
            environ.update(COLUMNS="80", LINES="24", MCDESK_NOW="2026-11-23T15:00:00Z")
            os.execve(sys.executable, [sys.executable, "-c", SHELL, *argv], environ)
        self._pid = pid

    def until(self, text: bytes) -> bytes:
        """Return what is shown up to *text*."""
        shown = b""
        while text not in shown:
            shown += os.read(self._fd, 65536)
        return shown

    def type(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def job(self) -> int:
        return os.tcgetpgrp(self._fd)

    def modes(self) -> list[object]:
        import termios

        return list(termios.tcgetattr(self._fd))

    def close(self) -> None:
        os.waitpid(self._pid, 0)
        os.close(self._fd)


on_a_terminal = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal to test on")
BOARD = b"? keys"


@on_a_terminal
@pytest.mark.parametrize(
    ("how", "code"), [(b"\x03", 130), (b"\x1c", 131), (signal.SIGTERM, 143)], ids=str
)
def test_the_board_leaves_the_terminal_as_it_was(
    app_folder: Path, how: bytes | int, code: int
) -> None:
    terminal = Terminal(app_folder, "--demo", "watch")
    assert ENTER in terminal.until(BOARD)
    terminal.type(how) if isinstance(how, bytes) else os.kill(terminal.job(), how)
    rest = terminal.until(b"ended %d" % code)
    terminal.close()
    assert LEAVE in rest
    assert SHOW_CURSOR in rest
    assert b"Traceback" not in rest


@on_a_terminal
def test_ctrl_z_leaves_it_too_and_fg_draws_the_board_again(app_folder: Path) -> None:
    terminal = Terminal(app_folder, "--demo", "watch")
    terminal.until(BOARD)
    for _ in range(2):
        terminal.type(b"\x1a")
        left = terminal.until(b"stopped; press Enter")
        assert LEAVE in left
        assert SHOW_CURSOR in left
        terminal.type(b"\n")
        again = terminal.until(BOARD)
        assert ENTER in again
        assert b"T20261123.0001" in again
    terminal.type(b"\x03")
    rest = terminal.until(b"ended 130")
    terminal.close()
    assert LEAVE in rest


@on_a_terminal
@pytest.mark.parametrize(("how", "code"), [(b"\x1c", 131), (signal.SIGTERM, 143)], ids=str)
def test_a_hidden_question_leaves_the_terminal_with_its_echo(
    app_folder: Path, how: bytes | int, code: int
) -> None:
    import termios

    terminal = Terminal(app_folder, "setup", "slack")
    terminal.until(b"hook")
    while terminal.modes()[3] & termios.ECHO:  # type: ignore[operator] # a number there
        time.sleep(0.01)
    terminal.type(how) if isinstance(how, bytes) else os.kill(terminal.job(), how)
    terminal.until(b"ended %d" % code)
    assert terminal.modes()[3] & termios.ECHO  # type: ignore[operator]
    terminal.close()
