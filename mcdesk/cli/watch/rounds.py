"""One round of `watch`, or rounds for ever as lines of a log."""

from collections.abc import Iterable
from datetime import timedelta

from mcdesk.cli.call import Call
from mcdesk.cli.looking import listed, unclaimed
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.watch.view import RoundView, as_json
from mcdesk.core.alerts import Rules
from mcdesk.core.wording import span
from mcdesk.desk import Desk
from mcdesk.errors import DeskError, SetupProblem
from mcdesk.ops.alerting import Alerting
from mcdesk.ops.finding import Searched, tickets_with_vendor
from mcdesk.ops.rounds import Round, Rounds, requests_an_hour
from mcdesk.ops.watch import Watch
from mcdesk.ops.with_mc import MOST_WITH_MC, VendorWatch


def make_watch(desk: Desk, *, slack: bool) -> Watch:
    """Build the watch; with *slack*, it tells the team: raises SecretsMissing for no webhook."""
    search, theirs = desk.search().over_everything(), Searched(with_mc=True)
    return Watch(
        lambda: desk.autotask,
        lambda: unclaimed(desk, search),
        VendorWatch(
            lambda: tickets_with_vendor(desk.autotask, desk.settings),
            lambda held: listed(desk, theirs, limit=MOST_WITH_MC, held=held),
        ),
        desk.operations,
        desk.bounces,
        _alerting(desk) if slack else None,
        now=desk.now,
    )


def _alerting(desk: Desk) -> Alerting:
    minutes, phone = desk.settings.slack, desk.settings.mc.phone
    rules = Rules(
        cooldown=timedelta(minutes=minutes.cooldown_minutes),
        last_call=timedelta(minutes=minutes.last_call_minutes),
    )
    return Alerting(desk.alerts, desk.alert_lock, desk.slack, rules, desk.hours, phone=phone)


def warn_of_missed_calls(call: Call, *, every: timedelta) -> None:
    """Say so if looking *every* so often may miss the last call before closing."""
    minutes = call.desk.settings.slack.last_call_minutes
    if minutes and every > timedelta(minutes=minutes):
        call.output.talk(
            f"warning: looking every {span(every)} may miss the last call, {minutes} minutes "
            f"before closing; use --interval {minutes * 60} or less",
            style="late",
        )


def say_how_often(call: Call, *, every: timedelta) -> None:
    """Say how many requests looking *every* so often takes."""
    call.output.talk(
        f"every {every // timedelta(seconds=1)} s, about {requests_an_hour(every)} requests an "
        "hour to Autotask; Ctrl-C stops it"
    )


def look_once(output: Output, watching: Watch, view: RoundView, *, json: bool) -> None:
    """Show one round; raise why the team was not told, and after it, what is not known and why."""
    seen = watching.look()
    if seen.alerted and seen.alerted.problem:
        raise seen.alerted.problem
    if json:
        output.json(as_json(seen))
    else:
        view.draw_once(output, seen)
    for problem, what, again in (
        (
            seen.handoffs.problem,
            "handoffs were not checked",
            "`mcdesk log --since 1h --check` looks again",
        ),
        (
            seen.with_mc.problem,
            f"{view.vendor}'s tickets were not checked",
            "`mcdesk list --with-mc` looks again",
        ),
    ):
        if isinstance(problem, SetupProblem):  # nothing that the next round could make up for
            if json:
                output.talk(f"{what}: {problem.message}")
        elif problem:
            raise DeskError(f"{what}: {problem.message}", hint=problem.hint or again) from problem


def look_on(call: Call, watching: Watch, view: RoundView, *, every: timedelta, json: bool) -> None:
    """Write a round *every* so often, as a document or, if it is news, as a line."""
    desk, output = call.desk, call.output
    rounds = Rounds(watching, interval=every, now=desk.now, sleep=desk.sleep)
    if json:
        for now in rounds:
            output.json(as_json(now.seen, now), compact=True)
    else:
        _write(output, view, rounds)


def _write(output: Output, view: RoundView, rounds: Iterable[Round]) -> None:
    """Write a line for each of *rounds* that is not what the last one was."""
    last = ""
    for now in rounds:
        sentence = view.sentence(now)
        if sentence != last:
            output.data(f"{view.clock(now.at)} {sentence}")
            output.flush()
        last = sentence
