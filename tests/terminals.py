"""A pseudo-terminal on which mcdesk runs, as people see it: keys go in, a screen comes out."""

import os
import re
import select
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

CONTROL = re.compile(r"\x1b\[[?>=<0-9;$]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>78]")
# Nobody waits for so long but for what never comes.
_SECONDS = 120.0


class Terminal:
    """The other end of the terminal of *process*."""

    def __init__(self, controller: int, process: "subprocess.Popen[bytes]") -> None:
        self.controller, self.process = controller, process
        self.raw = b""
        self._read_to = 0

    def shown(self) -> str:
        """Return what was shown since the last time that something was waited for."""
        return CONTROL.sub("", self.raw[self._read_to :].decode(errors="replace"))

    def all(self) -> str:
        """Return all that was ever shown."""
        return CONTROL.sub("", self.raw.decode(errors="replace"))

    def until(self, *patterns: str) -> str:
        """Wait until one of *patterns* is shown, and return which; what was before is past."""
        end = monotonic() + _SECONDS
        while True:
            shown = self.shown()
            for each in patterns:
                if re.search(each, shown):
                    self._read_to = len(self.raw)
                    return each
            assert monotonic() < end, shown[-3000:]
            assert self.read() or re.search("|".join(patterns), self.shown()), shown[-3000:]

    def read(self) -> bool:
        """Read what is there within a moment; return False at the end."""
        if not select.select([self.controller], [], [], 0.1)[0]:
            return True
        try:
            piece = os.read(self.controller, 65536)
        except OSError:
            return False
        self.raw += piece
        return bool(piece)

    def press(self, keys: str) -> None:
        os.write(self.controller, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        import fcntl
        import termios

        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.controller, termios.TIOCSWINSZ, size)

    def hang_up(self) -> None:
        """Close the terminal, as a window is closed."""
        os.close(self.controller)
        self.controller = -1

    def end(self) -> int:
        """Return the exit code, once all was shown."""
        end = monotonic() + _SECONDS
        while self.controller >= 0 and self.read():
            assert monotonic() < end, self.shown()[-3000:]
            if self.process.poll() is not None and not self._more():
                break
        return self.process.wait(_SECONDS)

    def _more(self) -> bool:
        return bool(select.select([self.controller], [], [], 0.2)[0])


# Takes the terminal for its own, as a login does: else no signal comes when it is closed.
_OWNING = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
_MCDESK = (sys.executable, "-m", "mcdesk")


@contextmanager
def terminal(
    home: Path,
    *argv: str,
    size: tuple[int, int] = (80, 24),
    environ: Mapping[str, str] | None = None,
    program: Sequence[str] = _MCDESK,
) -> Iterator[Terminal]:
    """Run *program* on a terminal of *size*, columns and lines, until the block ends."""
    import pty

    controller, theirs = pty.openpty()
    inherited = {key: text for key, text in os.environ.items() if key not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-c", _OWNING, *program, *argv],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**inherited, "MCDESK_HOME": str(home), "TERM": "xterm-256color", **(environ or {})},
    )
    os.close(theirs)
    it = Terminal(controller, process)
    it.resize(*size)
    try:
        yield it
    finally:
        process.kill()
        process.wait()
        if it.controller >= 0:
            os.close(it.controller)
