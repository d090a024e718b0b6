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
    plain: Annotated[
        bool, typer.Option("--plain", help="Print lines in place of the board with keys.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Never ring the bell on the board.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Keep waiting tickets on screen; work them with single keys.

    The last line names the keys; ? shows all. With --slack, one message per round in opening hours:
    what became stale, what is stale at opening, and everything unclaimed a while before closing.
    Let one computer do that.
    """
    from mcdesk.cli.watch.rounds import (
        look_on,
        look_once,
        make_watch,
        say_how_often,
        warn_of_missed_calls,
    )
    from mcdesk.cli.watch.view import RoundView

    call = call_of(ctx)
    watching = make_watch(call.desk, slack=slack)
    mc = call.desk.settings.mc
    view = RoundView(call.desk.hours, vendor=mc.name, phone=mc.phone)
    every = timedelta(seconds=interval)
    if once:
        look_once(call.output, watching, view, json=json)
        return 0
    if slack:
        warn_of_missed_calls(call, every=every)
    # A board is for somebody who can press keys, on a terminal that can be drawn on.
    if json or plain or not (call.desk.interactive and call.output.leave_screen()):
        say_how_often(call, every=every)
        look_on(call, watching, view, every=every, json=json)
        return 0
    from mcdesk.cli.board import work

    say_how_often(call, every=every)
    return work(call, watching, view, every=every, quiet=quiet)
