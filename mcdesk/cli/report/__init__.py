"""`mcdesk report`: what went to the vendor, and what became of it."""

from collections.abc import Callable
from typing import Annotated

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import JsonOption
from mcdesk.core.wording import parse_back
from mcdesk.errors import UsageProblem

# More requests than these are said before they are made: the whole team shares the tenant's hour.
_UNSAID = 50


def report(
    ctx: typer.Context,
    since: Annotated[str, typer.Option(metavar="TIME", help="How far back: 12h, 7d, 4w.")] = "30d",
    json: JsonOption = False,
    csv: Annotated[
        bool, typer.Option("--csv", help="Print the tickets for a spreadsheet.")
    ] = False,
) -> int:
    """Show what went to Mission Control, and what became of it.

    From any computer, as far as Autotask shows it.
    """
    from mcdesk.cli.report import view
    from mcdesk.ops.report import read_report

    if json and csv:
        raise UsageProblem("--json and --csv are two ways to print; choose one")
    call = call_of(ctx)
    desk, back = call.desk, parse_back(since)
    now = desk.now()
    found = read_report(
        desk.autotask,
        desk.settings,
        desk.sources(),
        desk.vendor(),
        since=now - back,
        now=now,
        expect=_announcing(call),
    )
    for each in found.missing:
        call.output.talk(f"warning: {each}")
    if json:
        call.output.json(view.as_json(found))
    elif csv:
        view.print_csv(call.output, found)
    else:
        view.draw(call.output, found, clock=desk.hours.clock, settings=desk.settings)
    return 1 if found.missing else 0


def _announcing(call: Call) -> Callable[[int], None]:
    """Return what says how many requests it takes, before they are more than a few."""

    def expect(more: int) -> None:
        total = call.desk.autotask.requests_sent + more
        if more and total > _UNSAID:
            call.output.talk(f"this takes some {total:,} requests to Autotask")

    return expect
