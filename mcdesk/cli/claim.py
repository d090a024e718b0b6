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
from mcdesk.errors import Refused

if TYPE_CHECKING:
    from mcdesk.ops.claim import Claim


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
    from mcdesk.cli.changing import operation_of, rehearse, stoppable
    from mcdesk.core.operations import Kind
    from mcdesk.ops.claim import looked_at_again, prepare_claim, told
    from mcdesk.ops.results import Outcome, Result, result_of

    call = call_of(ctx)
    desk = call.desk
    desk.dry_run = dry_run
    planned = prepare_claim(desk.autotask, desk.settings, reference_of(call, ticket))
    if _asked(call, planned, yes=yes, force=force):
        planned = looked_at_again(desk.autotask, planned)
    plan = planned.plan
    if plan.empty:
        result = Result(plan.ticket.number, Outcome.ALREADY_THERE, plan)
    elif dry_run:
        result = rehearse(desk, Kind.CLAIM, plan)
    else:
        operation = operation_of(desk, Kind.CLAIM, plan, company=planned.company)
        with stoppable(call, plan.ticket.number):
            run = desk.engine.run(desk.operations.add(operation))
        result = told(desk.autotask, planned, result_of(run, plan))
    changes.draw_alone(call, result, Kind.CLAIM, json=json)
    return result.exit_code


def _asked(call: Call, claim: "Claim", *, yes: bool, force: bool) -> bool:
    """Ask whether it is the right ticket, and whether it may be taken from whoever has it.

    Returns whether anything was asked. Raises Refused for a no, and for a safety rule that no
    question can overrule.
    """
    from mcdesk.cli.changes import one_line
    from mcdesk.core.handoff import SafetyRule

    can_ask = call.desk.interactive and not call.desk.dry_run
    objections = () if force or claim.plan.empty else claim.objections
    if any(not (can_ask and each.rule is SafetyRule.CLAIMED) for each in objections):
        reasons = "; ".join(each.reason for each in objections)
        raise Refused(reasons, hint="--force overrules it")
    questions = [(f"{each.reason}. Take it over?", False) for each in objections]
    if can_ask and not yes and not claim.plan.empty:
        questions.insert(0, (f"Claim {one_line(claim.ticket, claim.company)}?", True))
    for question, usually in questions:
        if not call.confirm(question, default=usually):
            raise Refused("not confirmed: nothing was changed")
    return bool(questions)
