"""The standard streams as they are: closed, full, left by their reader, or lacking a character.

Nothing here needs Typer or the rest of the program: `--version` is written by it.
"""

import os
import sys
from contextlib import contextmanager, suppress
from errno import EINVAL, EPIPE, ESHUTDOWN
from typing import TYPE_CHECKING, Any, TextIO

from mcdesk.cli.terminal.console import encoding_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcdesk.cli.terminal.pending import Pending

# A reader that went away; Windows calls that an invalid argument.
_GONE = {EPIPE, EINVAL, ESHUTDOWN}
# Characters that are kept of what a command has to say of its deed.
_MOST_KEPT = 20_000


class OutputLost(Exception):
    """Nothing more can be written to stdout; no command should take it for its own failure."""


class Sink:
    """*stream* to write to, and nothing more after its first failure, which raises OutputLost.

    One that is *patient* raises nothing: what was begun goes on to its end.
    """

    def __init__(self, stream: TextIO, *, patient: bool = False) -> None:
        self._stream = stream
        self._patient = patient
        self._keeps = False
        self.kept = ""
        self.failure: OSError | None = None
        self.pending: Pending | None = None

    def keep(self) -> None:
        """Be patient from now on, and keep the last of what is written: it tells of a deed."""
        self._patient = self._keeps = True

    @property
    def gone(self) -> bool:
        """Whether the reader went away, which is not worth mentioning."""
        return self.failure is not None and self.failure.errno in _GONE

    def write(self, text: str) -> int:
        """Write *text*."""
        if self._keeps:
            self.kept = (self.kept + text)[-_MOST_KEPT:]
        if self._goes_on():
            try:
                with self._alone():
                    self._stream.write(text)
            except OSError as failure:
                self._fail(failure)
        return len(text)

    def flush(self) -> None:
        """Let what was written be seen."""
        if self._goes_on():
            try:
                with self._alone():
                    self._stream.flush()
            except OSError as failure:
                self._fail(failure)

    def in_passing(self, text: str) -> None:
        """Write *text* at once, which is shown only for a while."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()

    @contextmanager
    def _alone(self) -> "Iterator[None]":
        """Take away what is only said in passing, and let nothing of it come between."""
        if self.pending is None:
            yield
            return
        with self.pending.lock:
            self.pending.clear()
            yield

    def _goes_on(self) -> bool:
        if self.failure and not self._patient:
            raise OutputLost from self.failure
        return self.failure is None

    def _fail(self, failure: OSError) -> None:
        self.failure = failure
        _let_go(self._stream)
        self._goes_on()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def sink(stream: TextIO | None, *, patient: bool = False) -> Sink:
    """Make a sink of *stream*, which may be closed; no character that it lacks stops it."""
    stream = stream or _nowhere()
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(encoding=encoding_of(stream), errors="replace")
    return Sink(stream, patient=patient)


def complaint(out: Sink) -> str:
    """Say why *out* could not be written, "" if there is no need to."""
    if out.failure is None or out.gone:
        return ""
    return f"stdout cannot be written: {out.failure.strerror or out.failure}"


def write_alone(text: str) -> int:
    """Write one line to stdout without anything else of the program, and return the exit code."""
    out = sink(sys.stdout, patient=True)
    out.write(f"{text}\n")
    out.flush()
    if said := complaint(out):
        sink(sys.stderr, patient=True).write(f"error: {said}\n")
    return 1 if out.failure else 0


def _nowhere() -> TextIO:
    from pathlib import Path

    return Path(os.devnull).open("w", encoding="utf-8")


def _let_go(stream: TextIO) -> None:
    """Let what *stream* still holds go nowhere: else it fails again when the process ends."""
    with suppress(OSError, ValueError):  # a stream in memory has no number
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
