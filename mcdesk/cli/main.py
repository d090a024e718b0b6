"""Assemble the program, run it, and turn what goes wrong into a message and an exit code.

Only the command that was called is built: two dozen of them would cost more than their work.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated, TextIO

import typer

from mcdesk import __version__
from mcdesk.cli.call import Call, call_of
from mcdesk.cli.terminal.output import Output
from mcdesk.desk import Desk
from mcdesk.errors import DeskError, UsageProblem

# Every command: a function in the module of its name, or that module's `group` of commands.
COMMANDS = (
    *(
        "stale",
        "list",
        "find",
        "show",
        "send-to-mc",
        "note",
        "callscript",
        "claim",
        "send-link",
        "watch",
    ),
    *("outbox", "log", "undo", "setup", "doctor", "config", "demo"),
)
_GROUPS = ("outbox", "config", "demo")
_STOPPED = 130
_GLOBAL = ("--demo", "-v", "--verbose", "--version")


def run(argv: Sequence[str], *, desk: Desk | None = None) -> int:
    """Run the command in *argv* and return its exit code."""
    stdout, stderr = _usable(sys.stdout), _usable(sys.stderr)
    desk = desk or Desk(
        interactive=sys.stdin is not None and sys.stdin.isatty() and stderr.isatty()
    )
    output = Output(stdout, stderr, desk.environ)
    desk.say = output.talk
    call = Call(desk, output)
    if desk.interactive:
        desk.ask = call.confirm
    try:
        code = _perform(argv, call)
        _remind(call)
        return code
    finally:
        desk.close()


def _perform(argv: Sequence[str], call: Call) -> int:
    """Run the command in *argv* for *call*, and return its exit code.

    Everything expected becomes a message, anything else a bug's report.
    """
    try:
        code = build(argv)(list(argv) or ["--help"], "mcdesk", standalone_mode=False, obj=call)
        if code == _STOPPED:  # Typer answers Ctrl-C by itself
            call.output.talk("stopped")
        call.output.flush()
    except typer.TyperException as problem:
        return _failed(call, UsageProblem(problem.format_message(), hint=_usage_hint(argv)))
    except DeskError as problem:
        return _failed(call, problem)
    except (KeyboardInterrupt, typer.Abort):
        call.output.talk("stopped")
        return _STOPPED
    except BrokenPipeError:
        sys.stdout = None  # nobody reads on: say nothing at exit
        return 1
    except Exception as bug:
        from mcdesk.cli.crash import report

        return report(bug, call)
    return code if isinstance(code, int) else 0


def _remind(call: Call) -> None:
    """Say in one line on a terminal that the outbox holds something, if it does."""
    desk = call.desk
    if not desk.interactive or not (desk.home / "mcdesk.db").exists():
        return
    with suppress(DeskError):
        if number := desk.operations.count_waiting():
            did = "thing" if number == 1 else "things"
            call.output.talk(f"{number} {did} did not get through: mcdesk outbox")


def _failed(call: Call, problem: DeskError) -> int:
    call.output.error(problem)
    return problem.exit_code


def build(argv: Sequence[str]) -> typer.Typer:
    """Build the program with the command that *argv* calls, or with all if none is known."""
    app = typer.Typer(
        name="mcdesk",
        help="Work Autotask help-desk tickets, and hand them to Mission Control.",
        epilog="To look around without an account: mcdesk --demo stale",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_globals)
    called = next((word for word in argv if not word.startswith("-")), "")
    for name in [called] if called in COMMANDS else COMMANDS:
        word = name.replace("-", "_")
        module = import_module(f"mcdesk.cli.{word}")
        if name in _GROUPS:
            app.add_typer(module.group, name=name)
        else:
            app.command(name)(getattr(module, word))
    return app


def _print_version(ctx: typer.Context, wanted: bool) -> None:
    if wanted:
        call_of(ctx).output.data(f"mcdesk {__version__}")
        raise typer.Exit


def _globals(
    ctx: typer.Context,
    demo: Annotated[
        bool, typer.Option("--demo", help="Work on an embedded Autotask; nothing leaves here.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Say each request to Autotask on stderr.")
    ] = False,
    _: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    desk = call_of(ctx).desk
    desk.in_demo |= demo or ctx.invoked_subcommand == "demo"
    desk.verbose |= verbose
    # A clock that is fixed, or wrong, is told before anything else.
    if desk.fixed_now and not desk.in_demo:
        desk.say(f"warning: MCDESK_NOW fixes the clock at {desk.environ['MCDESK_NOW']}")


def _usage_hint(argv: Sequence[str]) -> str:
    """Say on which side of the command an option belongs, or where to look."""
    called = next((i for i, word in enumerate(argv) if word in COMMANDS), len(argv))
    deeper = 2 if argv[called : called + 1] and argv[called] in _GROUPS else 1
    words = [word for word in argv[called : called + deeper] if not word.startswith("-")]
    command = " ".join(["mcdesk", *words])
    for word in argv[:called]:
        if word.startswith("-") and word not in _GLOBAL and called < len(argv):
            return f"{word} stands after the command: {command} {word}"
    for word in argv[called:]:
        if word in _GLOBAL:
            return f"{word} stands before the command: mcdesk {word} {argv[called]} ..."
    return f"{command} --help"


def _usable(stream: TextIO | None) -> TextIO:
    """Make *stream* one that never stops the program: closed, or lacking a character."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="replace")
    return stream
