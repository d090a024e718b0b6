"""On a real console of Windows's: what is shown there, and what is answered by its keys."""

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from consoles import Console, console
from systems import windows_only

pytestmark = windows_only("its consoles")


def mcdesk(home: Path, *argv: str, columns: int = 100) -> AbstractContextManager[Console]:
    environ = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    environ |= {"MCDESK_HOME": str(home), "MCDESK_NOW": "2026-11-23T15:00:00Z"}
    return console([sys.executable, "-m", "mcdesk", "--demo", *argv], environ, columns)


@pytest.mark.parametrize(("columns", "wide"), [(80, False), (120, True)])
def test_what_is_shown(app_folder: Path, columns: int, wide: bool) -> None:
    with mcdesk(app_folder, "stale", columns=columns) as on:
        assert on.shows("The desk is open until")
        assert on.wait() == 0
    assert b"T20261123.0001" in on.seen
    assert (b"  title" in on.seen) is wide
    # Decoding is strict: all of it is UTF-8. Titles are cut where they stand in a column.
    assert ("\N{HORIZONTAL ELLIPSIS}" in on.seen.decode()) is wide


@pytest.mark.parametrize(("key", "code"), [(b"n", 3), (b"y", 0)])
def test_what_is_asked(app_folder: Path, key: bytes, code: int) -> None:
    with mcdesk(app_folder, "note", "1", "some words") as on:
        assert on.shows("[Y/n]"), on.seen
        on.press(key + b"\r")
        assert on.wait() == code
    assert b"Traceback" not in on.seen
