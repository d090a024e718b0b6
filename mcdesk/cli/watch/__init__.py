"""`mcdesk watch`: what waits, all day long, and the team told in time."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import JsonOption
from mcdesk.errors import DeskError

if TYPE_CHECKING:
    from mcdesk.cli.terminal.output import Output
    from mcdesk.cli.watch.board import Board
    from mcdesk.desk import Desk
    from mcdesk.ops.watch import Watch


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
    from mcdesk.cli.watch.board import Board
    from mcdesk.cli.watch.screen import shown
    from mcdesk.ops.rounds import Rounds, requests_an_hour

    call = call_of(ctx)
    desk = call.desk
    every = timedelta(seconds=interval)
    watching = make_watch(desk, slack=slack)
    board = Board(desk.hours, vendor=desk.settings.mc.name)
    if once:
        return _look_once(call.output, watching, board, json=json)
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


def make_watch(desk: "Desk", *, slack: bool) -> "Watch":
    """Build the watch; with *slack*, it tells the team: raises SecretsMissing for no webhook."""
    from mcdesk.core.alerts import Rules
    from mcdesk.ops.alerting import Alerting
    from mcdesk.ops.watch import Watch

    minutes = desk.settings.slack
    rules = Rules(
        cooldown=timedelta(minutes=minutes.cooldown_minutes),
        last_call=timedelta(minutes=minutes.last_call_minutes),
    )
    alerting = (
        Alerting(desk.alerts, desk.alert_lock, desk.slack, rules, desk.hours) if slack else None
    )
    return Watch(
        lambda: desk.autotask,
        desk.search(),
        desk.vendor(),
        desk.operations,
        alerting,
        hours=desk.hours,
        now=desk.now,
    )


def _look_once(output: "Output", watching: "Watch", board: "Board", *, json: bool) -> int:
    """Show one round; raise why the team was not told, and after it, why hand-offs are unknown."""
    from mcdesk.cli.watch.board import as_json

    seen = watching.look()
    if seen.alerted and seen.alerted.problem:
        raise seen.alerted.problem
    if json:
        output.json(as_json(seen))
    else:
        board.draw_once(output, seen)
    if problem := seen.handoffs.problem:
        again = "`mcdesk log --since 1h --check` looks again"
        raise DeskError(
            f"hand-offs were not checked: {problem.message}", hint=problem.hint or again
        ) from problem
    return 0
