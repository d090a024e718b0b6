"""`mcdesk claim`: take a ticket oneself."""

from typing import TYPE_CHECKING

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
from mcdesk.core.handoff import SafetyRule
from mcdesk.core.operations import Kind
from mcdesk.errors import Refused

if TYPE_CHECKING:
    from mcdesk.ops.claim import Claim
    from mcdesk.ops.results import Result


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
    from mcdesk.cli import changes
    from mcdesk.ops.claim import prepare_claim

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    reference = reference_of(call, ticket)
    planned = prepare_claim(call.desk.autotask, call.desk.settings, reference)
    result = _claimed(call, planned, yes=yes, force=force)
    changes.draw_alone(call, result, Kind.CLAIM, json=json)
    return result.exit_code


def _claimed(call: Call, claim: "Claim", *, yes: bool, force: bool) -> "Result":
    """Ask what has to be asked, read the ticket again if that took time, and take it."""
    from mcdesk.cli.changing import carry_out, operation_of, rehearse
    from mcdesk.ops.claim import looked_at_again, told
    from mcdesk.ops.results import Outcome, Result

    desk = call.desk
    objections = () if force or claim.plan.empty else claim.objections
    can_ask = desk.interactive and not desk.dry_run
    if any(not (can_ask and each.rule is SafetyRule.CLAIMED) for each in objections):
        reasons = "; ".join(each.reason for each in objections)
        raise Refused(reasons, hint="--force overrules it")
    if not claim.plan.empty and not desk.dry_run and _asked(call, claim, yes=yes, force=force):
        claim = looked_at_again(desk.autotask, claim)
    if claim.plan.empty:
        return Result(claim.ticket.number, Outcome.ALREADY_THERE, claim.plan)
    if desk.dry_run:
        return rehearse(desk, Kind.CLAIM, claim.plan)
    operation = operation_of(desk, Kind.CLAIM, claim.plan, company=claim.company)
    return told(desk.autotask, claim, carry_out(call, operation, claim.plan))


def _asked(call: Call, claim: "Claim", *, yes: bool, force: bool) -> bool:
    """Ask whether it is the right ticket, and whether it may be taken from whoever has it.

    Returns whether anything was asked; raises Refused for a no.
    """
    from mcdesk.cli.changes import one_line

    questions = []
    if call.desk.interactive and not yes:
        questions.append((f"Claim {one_line(claim.ticket, claim.company)}?", True))
    if not force:
        questions += [(f"{each.reason}. Take it over?", False) for each in claim.objections]
    for question, usually in questions:
        if not call.confirm(question, default=usually):
            raise Refused("not confirmed: nothing was changed")
    return bool(questions)
