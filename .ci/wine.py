"""Wine, which runs Windows programs: its server, and what those that it starts find there."""

import fcntl
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOUND = {name: shutil.which(name) for name in ("wine", "wineserver")}


@contextmanager
def running(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Hold *folder* against other runs, with a Wine server in the foreground until the end.

    Started anew with each program, it would take seconds.
    """
    (folder / "prefix").mkdir(parents=True, exist_ok=True)  # else the server would not start
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(
            [str(FOUND["wineserver"]), "-f", "-p"],
            env=environ(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server:
            try:
                yield server
            finally:
                subprocess.run([str(FOUND["wineserver"]), "-k"], env=environ(folder), check=False)
                end_what_is_left(folder)
                server.wait()


def end_what_is_left(folder: Path) -> None:
    """End the programs of the Wine prefix in *folder* that did not end with its server."""
    ours = f"WINEPREFIX={folder / 'prefix'}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            started_with = (process / "environ").read_bytes().split(b"\0")
            if ours in started_with and b"wineserver" not in (process / "comm").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


def environ(folder: Path) -> dict[str, str]:
    """Return the environment of a Windows program, with nothing that is meant for a Python here."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "WINEPREFIX": str(folder / "prefix"),
        "WINEARCH": "win64",
        "WINEDEBUG": os.environ.get("WINEDEBUG", "-all"),
        "WINEDLLOVERRIDES": "winedbg.exe=d;mscoree,mshtml=",
        "LC_ALL": "C.UTF-8",
    }
