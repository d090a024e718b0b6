"""`mcdesk claim`: take a ticket oneself."""

from dataclasses import replace

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import (
    DryRunOption,
    ForceOption,
    JsonOption,
    TicketArgument,
    YesOption,
    reference_of,
)


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
    from mcdesk.cli.safety import ask, refuse
    from mcdesk.core.operations import Kind
    from mcdesk.core.safety import overruled
    from mcdesk.ops.claim import looked_at_again, prepare_claim, told
    from mcdesk.ops.results import Outcome, Result, result_of

    call = call_of(ctx)
    desk = call.desk
    desk.dry_run = dry_run
    planned = prepare_claim(desk.autotask, desk.settings, reference_of(call, ticket))
    objections = planned.objections
    question = f"Claim {changes.one_line(planned.ticket, planned.company)}?"
    plainly = yes or planned.plan.empty
    refuse(call, objections, force=force)
    if ask(call, question, "Take it over?", objections, yes=plainly, force=force, default=True):
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
    if force and objections:
        result = replace(result, warnings=[*overruled(objections), *result.warnings])
    changes.draw_alone(call, result, Kind.CLAIM, json=json)
    return result.exit_code
