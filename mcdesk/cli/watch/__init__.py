"""`mcdesk watch`: what waits, all day long, and the team told in time."""

from datetime import timedelta
from typing import Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import JsonOption


def watch(
    ctx: typer.Context,
    interval: Annotated[
        int, typer.Option(min=30, max=3600, metavar="SECONDS", help="How often to refresh.")
    ] = 60,
    slack: Annotated[
        bool, typer.Option("--slack", help="Tell the team on Slack about stale tickets.")
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", help="Look once: for cron, systemd and Task Scheduler.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Keep waiting tickets on screen.

    With --slack, one message per round in opening hours: what became stale, what is stale at
    opening, and everything unclaimed a while before closing. Let one computer do that.
    """
    from mcdesk.cli.watch.board import Board
    from mcdesk.cli.watch.rounds import look_on, look_once, make_watch, warn_of_missed_calls

    call = call_of(ctx)
    watching = make_watch(call.desk, slack=slack)
    desk = call.desk
    mc = desk.settings.mc
    board = Board(desk.hours, vendor=mc.name, phone=mc.phone, demo=desk.in_demo)
    if once:
        look_once(call.output, watching, board, json=json)
    else:
        if slack:
            warn_of_missed_calls(call, every=timedelta(seconds=interval))
        look_on(call, watching, board, every=timedelta(seconds=interval), json=json)
    return 0
