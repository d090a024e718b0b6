"""Where the program starts, by its name or as `python -m mcdesk`.

What it needs is loaded in its functions, so that no signal finds it at that unprepared.
"""

import sys

TYPE_CHECKING = False  # typing takes a while to load
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcdesk.desk import Desk


def program() -> int:
    """Be a process of mcdesk's own: run what its arguments say, and return its exit code."""
    try:
        from mcdesk.cli.terminal import signals

        signals.heed()
        code = _undisturbed()
        signals.let_go()
    except KeyboardInterrupt:
        return 130
    return code


def _undisturbed() -> int:
    """Run what the arguments say without a look for cycles, and return the exit code."""
    import gc

    # Decoded rows hold no cycles: to look for some after every 700 of them would cost a tenth.
    gc.set_threshold(100_000)
    code = main()
    # What is left ends with the process: to look for cycles in it would cost a sixth of most runs.
    gc.freeze()
    return code


def main(argv: "Sequence[str] | None" = None, *, desk: "Desk | None" = None) -> int:
    """Run mcdesk with *argv* and return its exit code; a test has a *desk* of its own."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["--version"]:  # answered before Typer is imported
        from mcdesk import __version__
        from mcdesk.cli.terminal.streams import write_alone

        return write_alone(f"mcdesk {__version__}")
    from mcdesk.cli.main import run

    return run(argv, desk=desk)


if __name__ == "__main__":
    raise SystemExit(program())
