"""`mcdesk outbox`: what did not get through, trying it again, giving it up."""

from typing import Annotated

import typer

from mcdesk.cli.call import Call, call_of, worst
from mcdesk.cli.options import DryRunOption, JsonOption, YesOption
from mcdesk.core.outbox import Entry, State, What
from mcdesk.errors import Busy, Refused, Undelivered, UsageProblem

_Number = Annotated[int, typer.Argument(metavar="N", help="An entry's number.")]
_OptionalNumber = Annotated[
    int | None,
    typer.Argument(metavar="[N]", help="An entry's number; none: all.", show_default=False),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    outbox = typer.Typer(
        help="Say what did not get through; try it again, or give it up.",
        rich_markup_mode=None,
        invoke_without_command=True,
    )
    outbox.callback()(listed)
    outbox.command("retry")(retry)
    outbox.command("drop")(drop)
    app.add_typer(outbox, name="outbox")


def listed(ctx: typer.Context, json: JsonOption = False) -> int:
    """Say what did not get through; try it again, or give it up."""
    from mcdesk.cli import outbox_view

    call = call_of(ctx)
    if ctx.invoked_subcommand:
        if json:
            raise UsageProblem(f"--json stands after {ctx.invoked_subcommand}")
        return 0
    entries = _as_they_read(call)
    if json:
        call.output.json(outbox_view.as_json(entries))
    else:
        outbox_view.draw(call.output, entries, now=call.desk.now())
    return Undelivered.exit_code if entries else 0


def retry(
    ctx: typer.Context,
    n: _OptionalNumber = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="Send mails again that may have arrived already.")
    ] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Try again what did not get through."""
    from mcdesk.cli import outbox_view
    from mcdesk.cli.retrying import Retrying

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    entries = [_one(call, n)] if n is not None else call.desk.outbox.open()
    retrying = Retrying(call, named=n is not None, resend=resend, yes=yes, json=json)
    if dry_run:
        retrying.rehearse(entries)
        code = 0
    else:
        code = worst(retrying.take(entry) for entry in entries)
    if json:
        call.output.json(outbox_view.as_json(_as_they_read(call)))
    elif not entries:
        call.output.talk("The outbox is empty: everything got through")
    return code


def drop(
    ctx: typer.Context, n: _Number, yes: YesOption = False, dry_run: DryRunOption = False
) -> int:
    """Give an entry up: nothing of it is tried again."""
    call = call_of(ctx)
    entry = _one(call, n)
    about = f"number {n}, about {entry.number or entry.reference or entry.to}"
    if dry_run:
        call.output.talk(f"would give up {about}")
        return 0
    if not yes:
        call.need_answers()
        call.output.aside.block(entry.text)
        if not call.confirm(f"Give up {about}?"):
            raise Refused("nothing was dropped")
    with call.desk.delivery_lock.held(patience=0.0):
        entry = _one(call, n).left_alone(call.desk.now())
        _keep_typed(call, entry)
        call.desk.outbox.drop(n)
    for step in entry.steps:
        if step.state is State.UNKNOWN:
            call.output.talk(f"the {step.name} may have arrived all the same")
    return 0


def _keep_typed(call: Call, entry: Entry) -> None:
    if entry.what is What.NOTE:
        about, at = entry.number or "note", call.desk.now()
        kept = f"; its text is kept in {call.desk.drafts.keep(entry.text, about=about, at=at)}"
    else:
        kept = ""
    call.output.talk(f"dropped{kept}")


def _one(call: Call, n: int) -> Entry:
    found = {entry.n: entry for entry in call.desk.outbox.open()}
    if n not in found:
        raise UsageProblem(f"the outbox has no number {n}", hint="`mcdesk outbox` lists them")
    return found[n]


def _as_they_read(call: Call) -> list[Entry]:
    """Give the open entries; what was being sent when its process died is unknown.

    Read while nobody delivers: a step that is "sending" then has nobody who sends it.
    """
    desk = call.desk
    entries = desk.outbox.open()
    if not any(step.state is State.SENDING for entry in entries for step in entry.steps):
        return entries
    try:
        with desk.delivery_lock.held(patience=0.0):
            return [entry.left_alone(desk.now()) for entry in desk.outbox.open()]
    except Busy:
        return entries
