"""Assemble the program, run it, and turn what goes wrong into a message and an exit code.

Only the command that was called is built: two dozen of them would cost more than their work.
"""

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from importlib import import_module
from typing import Annotated

import typer

from mcdesk import __version__
from mcdesk.cli.call import Call, call_of
from mcdesk.cli.completing import INSTALLING, say_by_hand
from mcdesk.cli.terminal.console import is_terminal
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.signals import STOPPED
from mcdesk.cli.terminal.streams import OutputLost, sink
from mcdesk.desk import Desk
from mcdesk.desk.computer import forget_odd_sizes
from mcdesk.errors import DeskError, UsageProblem

# Every command: a function in the module of its name, or that module's `group` of commands.
COMMANDS = (
    *("stale", "list", "find", "show", "send-to-mc", "note", "callscript", "claim", "send-link"),
    *("watch", "outbox", "log", "undo", "report", "setup", "doctor", "config", "demo"),
)
_GROUPS = ("outbox", "config", "demo")
# Those that change something: what they say of it must not be lost.
_DEEDS = ("send-to-mc", "note", "claim", "send-link", "undo", "retry", "drop", "--triage")
_GLOBAL = ("--demo", "-v", "--verbose", "--version")


def run(argv: Sequence[str], *, desk: Desk | None = None) -> int:
    """Run the command in *argv* and return its exit code."""
    forget_odd_sizes()
    stdout, stderr = sink(sys.stdout), sink(sys.stderr, patient=True)
    if set(_DEEDS) & set(argv):
        stdout.keep()
    with redirect_stdout(stdout):  # Typer writes as well
        try:
            desk = desk or Desk(interactive=_is_somebody_there())
        except DeskError as problem:
            return _failed(Output(stdout, stderr, {}), problem)
        return _work(argv, Call(desk, Output(stdout, stderr, desk.environ)))


def _work(argv: Sequence[str], call: Call) -> int:
    """Let *call* ask and tell what its desk needs to, and run the command in *argv*."""
    desk = call.desk
    desk.say, desk.say_link = call.output.talk, call.output.talk_of
    desk.offer_link = call.output.offer
    if pending := call.output.say_what_is_asked():
        desk.asking = pending.asking
    if desk.interactive:
        desk.ask = call.confirm
    try:
        code = _perform(argv, call)
        _remind(call)
        return code
    finally:
        if pending:
            pending.clear()
        desk.close()


def _is_somebody_there() -> bool:
    """Find out whether somebody can read questions and type answers; make no typed byte fatal."""
    if sys.stdin is None or sys.stderr is None:
        return False
    if reconfigure := getattr(sys.stdin, "reconfigure", None):
        with suppress(ValueError, OSError):  # it was read from already
            reconfigure(errors="replace")
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def _perform(argv: Sequence[str], call: Call) -> int:
    """Run the command in *argv* for *call*, and return its exit code, and say what was not seen."""
    try:
        code = _carry_out(argv, call)
        call.output.flush()
    except OutputLost:
        code = 0
    return (code or 1) if call.output.say_lost() else code


def _carry_out(argv: Sequence[str], call: Call) -> int:
    """Run the command in *argv* for *call*, and return its exit code.

    Everything expected becomes a message, anything else a bug's report.
    """
    try:
        return _call(argv, call)
    except typer.TyperException as problem:
        return _failed(call.output, UsageProblem(problem.format_message(), hint=_usage_hint(argv)))
    except DeskError as problem:
        return _failed(call.output, problem)
    except (KeyboardInterrupt, typer.Abort):
        call.output.talk("stopped")
        return STOPPED
    except OutputLost:
        raise
    except Exception as bug:
        return _surprised(argv, bug, call)


def _call(argv: Sequence[str], call: Call) -> int:
    """Let Typer call the command in *argv*, and return its exit code."""
    try:
        argv = _meant(argv)
        code = build(argv)(list(argv), "mcdesk", standalone_mode=False, obj=call)
    except SystemExit as end:  # Typer's own, or a signal's
        code = end.code
    if code == STOPPED:  # Typer answers Ctrl-C by itself
        call.output.talk("stopped")
    if code and INSTALLING in argv:
        return say_by_hand(call.output, None)
    return code if isinstance(code, int) else 0


def _meant(argv: Sequence[str]) -> Sequence[str]:
    """Return *argv* as Typer takes it; raise UsageProblem for a command that there is not."""
    called = next((i for i, word in enumerate(argv) if not word.startswith("-")), None)
    if called is None:
        return argv or ["--help"]
    if argv[called] == "help":
        return _meant([*argv[:called], *argv[called + 1 :], "--help"])
    if argv[called] not in COMMANDS:
        near = _near(argv[called])
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise UsageProblem(f'there is no command "{argv[called]}"', hint=f"{hint}mcdesk --help")
    return argv


def _near(word: str) -> list[str]:
    """List the commands that *word* may mean; never only the one that mails a customer."""
    from difflib import get_close_matches

    word = word.casefold()
    near = {*get_close_matches(word, COMMANDS, n=4), *(each for each in COMMANDS if word in each)}
    if "send-link" in near:
        near.add("send-to-mc")
    return [each for each in COMMANDS if each in near]


def _surprised(argv: Sequence[str], bug: Exception, call: Call) -> int:
    """Say what *bug* is: one of our own, unless Typer wrote to a shell's files."""
    if INSTALLING in argv:
        return say_by_hand(call.output, bug)
    from mcdesk.cli.crash import report

    return report(bug, call)


def _remind(call: Call) -> None:
    """Say in one line on a terminal that the outbox holds something, if it does."""
    desk = call.desk
    if not desk.interactive:
        return
    with suppress(DeskError, OSError):
        if (desk.home / "mcdesk.db").exists() and (number := desk.operations.count_waiting()):
            did = "thing" if number == 1 else "things"
            call.output.talk(f"{number} {did} didn't go out: mcdesk outbox")


def _failed(output: Output, problem: DeskError) -> int:
    output.error(problem)
    return problem.exit_code


def build(argv: Sequence[str]) -> typer.Typer:
    """Build the program with the command that *argv* calls, or with all if none is known."""
    app = typer.Typer(
        name="mcdesk",
        help="Work Autotask help desk tickets and hand them off to Mission Control.",
        epilog="Help on one command: mcdesk help COMMAND. No account yet? mcdesk --demo stale",
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
        bool, typer.Option("--demo", help="Use a built-in Autotask; nothing leaves this computer.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Print each request to Autotask on stderr.")
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
    if desk.in_demo and ctx.invoked_subcommand != "demo":
        desk.say("demo: made-up tickets; nothing leaves this computer")
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
            return f"{word} goes after the command: {command} {word}"
    for word in argv[called:]:
        if word in _GLOBAL:
            return f"{word} goes before the command: mcdesk {word} {argv[called]} ..."
    return f"{command} --help"
