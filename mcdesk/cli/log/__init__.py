"""`mcdesk log`: what mcdesk did from here."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import JsonOption, OptionalTicketArgument, optional_reference_of
from mcdesk.core.wording import parse_back

_WEEK = timedelta(days=7)


def log(
    ctx: typer.Context,
    ticket: OptionalTicketArgument = None,
    since: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="How far back: 12h, 7d, 4w. Default: a week; for one ticket, everything.",
        ),
    ] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Check if the tickets still hold the change.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Show what mcdesk changed from this computer."""
    from mcdesk.cli.log import view
    from mcdesk.cli.outbox.view import tell_damaged
    from mcdesk.ops.log import checked, read_log

    call = call_of(ctx)
    desk = call.desk
    reference = optional_reference_of(call, ticket)
    back = parse_back(since) if since else None if reference else _WEEK
    earliest = None if back is None else desk.now() - back
    found = read_log(desk.operations, since=earliest, about=reference)
    if check:
        found = replace(found, entries=checked(found.entries, desk.autotask), checked=True)
    if json:
        call.output.json(view.as_json(found))
    else:
        clock, now = desk.hours.clock, desk.now()
        of_ticket = reference is not None
        view.draw(
            call.output, found, clock=clock, now=now, since=since or "7d", of_ticket=of_ticket
        )
    tell_damaged(call.output, desk.operations.damaged)
    return 0
