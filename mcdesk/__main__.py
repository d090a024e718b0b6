"""Where the program starts, by its name or as `python -m mcdesk`."""

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mcdesk import __version__

if TYPE_CHECKING:
    from mcdesk.desk import Desk


def main(argv: Sequence[str] | None = None, *, desk: "Desk | None" = None) -> int:
    """Run mcdesk with *argv* and give its exit code; *desk* stands in for the real one in tests."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["--version"]:  # answered before Typer is imported
        if sys.stdout is not None:  # closed by whoever started us
            sys.stdout.write(f"mcdesk {__version__}\n")
        return 0
    # Decoded rows hold no cycles: to look for some after every 700 of them would cost a tenth.
    gc.set_threshold(50_000)
    from mcdesk.cli.main import run

    return run(argv, desk=desk)


if __name__ == "__main__":
    raise SystemExit(main())
