"""Outputs that fail: a reader that went away, a full disk; no traceback, and no deed unsaid."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from errno import EINVAL, EIO, ENOSPC, EPIPE
from io import StringIO
from pathlib import Path

import pytest
from offices import NOTICE, Office

FULL = "error: stdout cannot be written: No space left on device"
READING = (["--version"], ["--help"], ["-h"], ["stale", "--help"], ["--demo", "callscript"])
LISTING = (["--demo", "stale"], ["--demo", "stale", "--json"], ["--demo", "config", "--json"])


class Failing(StringIO):
    """A stdout that takes nothing, from some write or flush on."""

    def __init__(self, number: int, *, at_flush: bool) -> None:
        super().__init__()
        self._failure = OSError(number, os.strerror(number))
        self._at_flush = at_flush

    def write(self, text: str) -> int:
        if not self._at_flush:
            raise self._failure
        return super().write(text)

    def flush(self) -> None:
        if self._at_flush:
            raise self._failure


@pytest.fixture(params=[False, True], ids=["at once", "at the end"])
def fail(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], Failing]:
    def fail(number: int) -> Failing:
        stdout = Failing(number, at_flush=request.param)
        monkeypatch.setattr(sys, "stdout", stdout)
        return stdout

    return fail


@pytest.mark.parametrize("number", [EPIPE, EINVAL], ids=["POSIX", "Windows"])
@pytest.mark.parametrize("argv", [["stale"], ["stale", "--json"], ["callscript"], ["--help"]])
def test_a_reader_that_went_away_is_no_trouble(
    office: Office, fail: Callable[[int], Failing], number: int, argv: list[str]
) -> None:
    office.ticket(70)
    fail(number)
    done = office.run(*argv)
    assert (done.code, done.err) == (1, "")
    assert not (office.home / "logs").exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [(ENOSPC, "No space left on device"), (EIO, os.strerror(EIO))],
    ids=["full", "broken"],
)
@pytest.mark.parametrize("argv", [["stale"], ["stale", "--json"], ["callscript"], ["--help"]])
def test_any_other_failure_is_said(
    office: Office, fail: Callable[[int], Failing], number: int, words: str, argv: list[str]
) -> None:
    fail(number)
    done = office.run(*argv)
    assert (done.code, done.err) == (1, f"error: stdout cannot be written: {words}")


@pytest.mark.parametrize("number", [EPIPE, EINVAL, ENOSPC], ids=["POSIX", "Windows", "full"])
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["words", "JSON"])
def test_a_deed_is_done_and_told(
    office: Office, fail: Callable[[int], Failing], number: int, form: list[str]
) -> None:
    first, second = office.ticket(30), office.ticket(40)
    fail(number)
    done = office.run("send-to-mc", str(first), str(second), "--yes", *form)
    assert done.code == 1
    for ticket in (first, second):
        assert office.holds(ticket)["primary"] == 12
    assert "the outcome could not be printed; it was:" in done.err
    assert "T20261123.9300" in done.err
    assert "T20261123.9400" in done.err
    assert (number == ENOSPC) == done.err.startswith(FULL)
    done = office.run("note", str(first), "my words", *form)
    assert done.code == 1
    assert len(office.notes(first)) == 1
    assert "the outcome could not be printed; it was:" in done.err
    assert f"{office.notes(first)[0]['id']}" in done.err


def test_a_stderr_that_fails_stops_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = office.ticket(30)
    office.add_settings('[mc]\nfone = "x"\n')
    monkeypatch.setattr(sys, "stderr", Failing(ENOSPC, at_flush=False))
    assert office.run("stale").code == 4
    (office.home / "config.toml").unlink()
    assert office.run("nonsense").code == 2
    assert office.holds(ticket)["primary"] is None


@pytest.fixture
def closed() -> Iterator[int]:
    """Return a pipe's end that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


def run(home: Path, argv: list[str], stdout: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "ignore", "-m", "mcdesk", *argv],
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "MCDESK_HOME": str(home)},
        check=False,
    )


@pytest.mark.parametrize("argv", [*READING, *LISTING], ids=" ".join)
def test_a_process_whose_reader_is_gone(app_folder: Path, closed: int, argv: list[str]) -> None:
    done = run(app_folder, argv, closed)
    assert (done.returncode, done.stderr.removeprefix(NOTICE)) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
@pytest.mark.parametrize("argv", [*READING, *LISTING], ids=" ".join)
def test_a_process_whose_disk_is_full(app_folder: Path, argv: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = run(app_folder, argv, full.fileno())
    assert (done.returncode, done.stderr.removeprefix(NOTICE)) == (1, f"{FULL}\n")
