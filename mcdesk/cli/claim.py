"""`mcdesk claim`: take a ticket oneself."""

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import (
    DryRunOption,
    ForceOption,
    JsonOption,
    TicketArgument,
    YesOption,
    reference_of,
)
from mcdesk.core.handoff import Rule
from mcdesk.errors import Refused
from mcdesk.ops.changing import Result
from mcdesk.ops.claim import Claim, Claiming


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("claim")(claim)


def claim(
    ctx: typer.Context,
    ticket: TicketArgument,
    yes: YesOption = False,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Take a ticket yourself.

    Only if nobody has it; and says so if somebody was faster.
    """
    from mcdesk.cli import change_view
    from mcdesk.core.journal import Deed

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    reference = reference_of(call, ticket)
    claims = call.desk.claim()
    claiming = claims.prepare(reference)
    result = _claimed(call, claims, claiming, yes=yes, force=force)
    if json:
        results = change_view.as_json([result], Deed.CLAIM)
        call.output.json({"schema": "mcdesk.claim/1", "results": results})
        if result.error:
            call.output.error(result.error)
    else:
        change_view.draw_result(call.output, result, Deed.CLAIM, shown=False)
    if dry_run:
        change_view.draw_rehearsal(call.output.aside if json else call.output, call.desk)
    return result.exit_code


def _claimed(call: Call, claims: Claim, claiming: Claiming, *, yes: bool, force: bool) -> Result:
    """Ask what has to be asked, and take it."""
    if claiming.plan.empty:
        return claims.carry_out(claiming, asked=False)
    objections = () if force else claiming.objections
    can_ask = call.desk.interactive and not call.desk.dry_run
    if any(not (can_ask and each.rule is Rule.CLAIMED) for each in objections):
        reasons = "; ".join(each.reason for each in objections)
        raise Refused(reasons, hint="--force overrules it")
    if call.desk.dry_run:
        return claims.rehearse(claiming)
    asks = call.desk.interactive and not yes
    if asks:
        _ask(call, claiming)
    for objection in objections:
        asks = True
        if not call.confirm(f"{objection.reason}. Take it over?"):
            raise Refused("not confirmed: nothing was changed")
    return _stoppable(call, claims, claiming, asked=asks)


def _ask(call: Call, claiming: Claiming) -> None:
    from mcdesk.cli.change_view import one_line

    question = f"Claim {one_line(claiming.ticket, claiming.company)}?"
    if not call.confirm(question, default=True):
        raise Refused("not confirmed: nothing was changed")


def _stoppable(call: Call, claims: Claim, claiming: Claiming, *, asked: bool) -> Result:
    try:
        return claims.carry_out(claiming, asked=asked)
    except KeyboardInterrupt:
        number = claiming.ticket.number
        call.output.talk(f"{number} may have been changed: mcdesk log --check looks")
        raise
