"""`mcdesk outbox`: what did not get through, trying it again, giving it up."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer

from mcdesk.cli.call import Call, call_of, worst
from mcdesk.cli.options import DryRunOption, JsonOption, YesOption
from mcdesk.errors import Busy, Refused, Undelivered, UsageProblem

if TYPE_CHECKING:
    from mcdesk.core.operations import Operation

_Number = Annotated[int, typer.Argument(metavar="N", help="An entry's number.")]
_OptionalNumber = Annotated[
    int | None,
    typer.Argument(
        metavar="[N]", help="An entry's number. Leave it out for all.", show_default=False
    ),
]

group = typer.Typer(rich_markup_mode=None, invoke_without_command=True)


@group.callback()
def listed(ctx: typer.Context, json: JsonOption = False) -> int:
    """Show what didn't go out; retry or drop it."""
    from mcdesk.cli.outbox import view

    call = call_of(ctx)
    if ctx.invoked_subcommand:
        if json:
            raise UsageProblem(f"--json goes after {ctx.invoked_subcommand}")
        return 0
    operations = _as_they_read(call)
    if json:
        call.output.json(view.as_json(operations))
    else:
        view.draw(
            call.output,
            operations,
            now=call.desk.now(),
            computer=call.desk.computer,
            more=bool(_damaged(call)),
        )
    view.tell_damaged(call.output, _damaged(call))
    return Undelivered.exit_code if operations or _damaged(call) else 0


@group.command()
def retry(
    ctx: typer.Context,
    n: _OptionalNumber = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="Resend emails that may have arrived already.")
    ] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Retry what didn't go out."""
    from mcdesk.cli.outbox import view
    from mcdesk.cli.outbox.retrying import rehearse, retried

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    operations = [_one(call, n)] if n is not None else call.desk.operations.waiting()
    damaged = _damaged(call) if n is None else ()
    if dry_run:
        rehearse(call, operations, json=json)
        code = 0
    else:
        named = n is not None
        codes = [
            retried(call, each, named=named, resend=resend, yes=yes, json=json)
            for each in operations
        ]
        code = worst([*codes, Undelivered.exit_code if damaged else 0])
    if json:
        call.output.json(view.as_json(_as_they_read(call)))
    elif not operations and not damaged:
        call.output.talk(view.EMPTY)
    view.tell_damaged(call.output, damaged)
    return code


@group.command()
def drop(
    ctx: typer.Context, n: _Number, yes: YesOption = False, dry_run: DryRunOption = False
) -> int:
    """Drop an entry: mcdesk won't try it again."""
    call = call_of(ctx)
    if row := call.desk.operations.damaged_row(n):
        text, about = "", f"number {n}, which is damaged, so its text cannot be read"
    else:
        operation = _one(call, n)
        about = f"number {n}, about {operation.number or operation.reference or operation.to}"
        if computer := operation.elsewhere(call.desk.computer):
            about += f", typed on {computer}"
        text = operation.text
    if dry_run:
        call.output.talk(f"would drop {about}")
        return 0
    if not yes:
        call.need_answers()
        call.output.aside.text(text)
        if not call.confirm(f"Drop {about}?"):
            raise Refused("nothing was dropped")
    _drop_damaged(call, n, *row) if row else _drop(call, n)
    return 0


def _drop_damaged(call: Call, n: int, body: bytes, draft: str) -> None:
    """Move what is left of row *n* into a file, and say where that and its *draft* are."""
    desk = call.desk
    with desk.locks.of(n).held(patience=0.0):
        path = desk.drafts.keep(body, about=f"damaged-{n}", at=desk.now())
        desk.operations.forget_damaged(n)
    call.output.talk(f"dropped; what is left of it is in {path}")
    if desk.drafts.has(draft):
        call.output.talk(f"its text is saved in {desk.drafts.at(draft)}")


def _drop(call: Call, n: int) -> None:
    """Leave what is open of operation *n*, its text safe, and say what may have arrived."""
    from mcdesk.core.operations import Kind
    from mcdesk.core.steps import State

    desk = call.desk
    with desk.locks.of(n).held(patience=0.0):
        operation = _one(call, n).as_read(desk.now())
        kept = (
            ""
            if operation.kind is Kind.LINK
            else f"; its text is saved in {_draft(call, operation)}"
        )
        desk.operations.leave(n, desk.now())
    call.output.talk(f"dropped{kept}")
    for step in operation.deliveries:
        if step.state is State.UNKNOWN:
            call.output.talk(f"the {step.name} may have arrived anyway")


def _draft(call: Call, operation: "Operation") -> str:
    """Make sure that a draft holds the text, and return where; raise StoreProblem otherwise."""
    drafts, draft = call.desk.drafts, operation.draft
    shared = call.desk.operations.names_draft(draft, but=[operation.n])
    if drafts.has(draft) and not shared:
        return str(drafts.at(draft))
    about = operation.number or "note"
    return str(drafts.keep(operation.text, about=about, at=call.desk.now()))


def _one(call: Call, n: int) -> "Operation":
    found = {each.n: each for each in call.desk.operations.waiting()}
    if n in _damaged(call):
        raise Undelivered(
            f"number {n} is damaged and cannot be read", hint=f"mcdesk outbox drop {n} drops it"
        )
    if n not in found:
        raise UsageProblem(f"the outbox has no number {n}", hint="`mcdesk outbox` lists them")
    return found[n]


def _damaged(call: Call) -> Collection[int]:
    """Return the numbers of what waits, as far as it was read, and cannot be read."""
    return call.desk.operations.damaged


def _as_they_read(call: Call) -> "list[Operation]":
    """Return what waits; a step that is being sent while nobody holds its lock is unknown.

    No lock tells whether another computer is at it.
    """
    return [_as_it_reads(call, each) for each in call.desk.operations.waiting()]


def _as_it_reads(call: Call, operation: "Operation") -> "Operation":
    from mcdesk.core.steps import State

    sending = any(step.state is State.SENDING for step in operation.steps)
    if not sending or operation.elsewhere(call.desk.computer):
        return operation
    try:
        with call.desk.locks.of(operation.n).held(patience=0.0):
            return _one(call, operation.n).as_read(call.desk.now())
    except (Busy, UsageProblem):  # it is being sent, or has got through just now
        return operation
