"""`mcdesk watch`: what waits, all day long, and the team told in time."""

from datetime import timedelta
from typing import Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import JsonOption


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("watch")(watch)


def watch(
    ctx: typer.Context,
    interval: Annotated[
        int, typer.Option(min=30, max=3600, metavar="SECONDS", help="How often to look.")
    ] = 60,
    slack: Annotated[
        bool, typer.Option("--slack", help="Tell the team on Slack what became stale.")
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", help="Look once: for cron, systemd and Task Scheduler.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Keep the tickets that wait on screen.

    With --slack, one message a round in opening hours: what became stale, what is stale at opening,
    and everything unclaimed a while before closing. Let one computer do that.
    """
    from mcdesk.cli.board import Board, as_json
    from mcdesk.cli.screen import shown
    from mcdesk.ops.rounds import Rounds, requests_an_hour

    call = call_of(ctx)
    desk = call.desk
    every = timedelta(seconds=interval)
    watching = desk.watch(slack=slack)
    board = Board(desk.hours, vendor=desk.settings.mc.name, slack=slack)
    if once:
        seen = watching.look()
        if seen.slack_problem:
            raise seen.slack_problem
        if json:
            call.output.json(as_json(seen))
        else:
            board.draw_once(call.output, seen)
        return 0
    call.output.talk(
        f"every {interval} s, about {requests_an_hour(every)} requests an hour to Autotask; "
        "Ctrl-C ends it"
    )
    with shown(call.output, board, json=json) as showing:
        rounds = Rounds(
            watching, interval=every, now=desk.now, sleep=desk.sleep, tick=showing.again_if_resized
        )
        for each in rounds:
            showing.show(each)
    raise AssertionError("the rounds do not end by themselves")
