"""`mcdesk outbox`: what did not get through, trying it again, giving it up."""

from typing import Annotated

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.exits import worst
from mcdesk.cli.options import JsonOption, YesOption
from mcdesk.core.outbox import Entry, State
from mcdesk.errors import DeskError, Refused, Undelivered, UsageProblem

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
    json: JsonOption = False,
) -> int:
    """Try again what did not get through."""
    from mcdesk.cli import outbox_view
    from mcdesk.ops.delivery import Delivered

    call = call_of(ctx)
    desk, output = call.desk, call.output
    entries = [_one(call, n)] if n is not None else desk.outbox.open()
    codes = []

    def may_resend(entry: Entry) -> bool:
        if resend or not desk.interactive:
            return resend
        whom = entry.letter.to if entry.letter else "dispatch"
        return call.confirm(
            f"The mail to {whom} about {entry.number} may have arrived. Send it again?"
        )

    for entry in entries:
        if not entry.released and n is None:
            output.talk(f"{entry.n} was never confirmed: mcdesk outbox retry {entry.n} sends it")
            codes.append(Undelivered.exit_code)
            continue
        try:
            delivered = desk.delivery.deliver(_released(call, entry), resend=may_resend)
        except DeskError as problem:
            delivered = Delivered(entry, problem)
            output.error(problem)
        outbox_view.draw_delivered(output, delivered, phone=desk.settings.mc.phone, json=json)
        codes.append(delivered.exit_code)
    if json:
        output.json(outbox_view.as_json(_as_they_read(call)))
    elif not entries:
        output.talk("The outbox is empty: everything got through")
    return worst(codes)


def drop(ctx: typer.Context, n: _Number, yes: YesOption = False) -> int:
    """Give an entry up: nothing of it is tried again."""
    call = call_of(ctx)
    entry = _one(call, n)
    if not yes:
        call.need_answers()
        call.output.aside.block(entry.text)
        if not call.confirm(f"Give up number {n}, about {entry.number or entry.reference}?"):
            raise Refused("nothing was dropped")
    path = call.desk.drafts.keep(entry.text, about=entry.number or "note", at=call.desk.now())
    call.desk.outbox.drop(n)
    call.output.talk(f"dropped; its text is kept in {path}")
    return 0


def _one(call: Call, n: int) -> Entry:
    found = {entry.n: entry for entry in call.desk.outbox.open()}
    if n not in found:
        raise UsageProblem(f"the outbox has no number {n}", hint="`mcdesk outbox` lists them")
    return found[n]


def _released(call: Call, entry: Entry) -> Entry:
    """Let an entry go that was named, after a look at which ticket it is about."""
    from dataclasses import replace

    if entry.released:
        return entry
    desk = call.desk
    if entry.ticket_id is None:
        entry, _ = desk.delivery.look_up(entry)
    if desk.interactive and not call.confirm(
        f"Note on {entry.number}, {entry.company}, {entry.ticket_title}?", default=True
    ):
        raise Refused(f"number {entry.n} was not sent")
    entry = replace(entry, released=True)
    desk.outbox.update(entry, desk.now())
    return entry


def _as_they_read(call: Call) -> list[Entry]:
    """Give the open entries; what was being sent when its process died is unknown."""
    desk = call.desk
    entries = desk.outbox.open()
    sending = any(step.state is State.SENDING for entry in entries for step in entry.steps)
    if sending and desk.delivery_lock.free:
        return [entry.left_alone(desk.now()) for entry in entries]
    return entries
