"""`mcdesk setup`: from nothing to working, each answer proved before it is kept."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mcdesk.cli.call import call_of

Section = Literal["autotask", "template", "mail", "slack", "hours"]


def setup(
    ctx: typer.Context,
    section: Annotated[
        Section | None,
        typer.Argument(help="Set up only this part. Leave it out for all that's needed."),
    ] = None,
    answers: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Answer in advance; can be repeated."),
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Start from this team file.")
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a team file: no personal values, no secrets."),
    ] = None,
    from_autotask: Annotated[
        bool, typer.Option("--hours-from-autotask", help="Take hours and holidays from Autotask.")
    ] = False,
) -> int:
    """Set up mcdesk. Each answer is checked right away.

    Asks on a terminal; without one, answers come from --set and the environment.
    """
    from mcdesk.cli.setup.answers import Answers
    from mcdesk.cli.setup.conversation import set_up

    call = call_of(ctx)
    given = Answers(call, answers or [], start)
    if not export:
        return set_up(call, given, section, from_autotask=from_autotask)
    given.draft.shared().save(export)
    call.output.talk(f"written: {export}; it holds no personal values and no secrets")
    return 0
