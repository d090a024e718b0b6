"""Where the program starts, by its name or as `python -m mcdesk`."""

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mcdesk import __version__

if TYPE_CHECKING:
    from mcdesk.desk import Desk


def program() -> int:
    """Be a process of mcdesk's own: run what its arguments say, and return its exit code."""
    # Decoded rows hold no cycles: to look for some after every 700 of them would cost a tenth.
    gc.set_threshold(50_000)
    code = main()
    # What is left ends with the process: to look for cycles in it would cost a sixth of most runs.
    gc.freeze()
    return code


def main(argv: Sequence[str] | None = None, *, desk: "Desk | None" = None) -> int:
    """Run mcdesk with *argv* and return its exit code; a test has a *desk* of its own."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["--version"]:  # answered before Typer is imported
        if sys.stdout is not None:  # closed by whoever started us
            sys.stdout.write(f"mcdesk {__version__}\n")
        return 0
    from mcdesk.cli.main import run

    return run(argv, desk=desk)


if __name__ == "__main__":
    raise SystemExit(program())
