"""`mcdesk claim`: take tickets oneself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from mcdesk.cli.call import Call, call_of, worst
from mcdesk.cli.options import (
    DryRunOption,
    ForceOption,
    JsonOption,
    PickedTicketsArgument,
    YesOption,
    references_of,
)
from mcdesk.errors import DeskError, Refused, SetupProblem

if TYPE_CHECKING:
    from mcdesk.core.references import Reference
    from mcdesk.ops.claim import Claim
    from mcdesk.ops.results import Result


def claim(
    ctx: typer.Context,
    tickets: PickedTicketsArgument = None,
    yes: YesOption = False,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Take tickets yourself.

    Only tickets nobody has. If somebody was faster, it says so.
    """
    from mcdesk.cli import changes
    from mcdesk.cli.picking import pick
    from mcdesk.core.operations import Kind

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    references = references_of(call, tickets or ()) or pick(call, "claim", several=True)
    if len(references) == 1:
        result = claimed(call, references[0], yes=yes, force=force)
        changes.draw_alone(call, result, Kind.CLAIM, json=json)
        return result.exit_code
    return _claim_each(call, references, yes=yes, force=force, json=json)


def _claim_each(
    call: Call, references: "Sequence[Reference]", *, yes: bool, force: bool, json: bool
) -> int:
    from mcdesk.cli import changes
    from mcdesk.core.operations import Kind

    results = claimed_each(call, references, yes=yes, force=force)
    if json:
        call.output.json(changes.document(results, Kind.CLAIM))
    if results:
        page = call.output.aside if json else call.output
        changes.draw_results(call.output, results, Kind.CLAIM, page=page)
    if call.desk.dry_run:
        changes.draw_rehearsal(call.output.aside if json else call.output, call.desk)
    return worst(result.exit_code for result in results)


def claimed_each(
    call: Call, references: "Sequence[Reference]", *, yes: bool, force: bool = False
) -> "list[Result]":
    """Claim one ticket after the other; what one of them lacks does not stop the others."""
    from mcdesk.ops.results import Outcome, Result

    results: list[Result] = []
    for reference in references:
        try:
            results.append(claimed(call, reference, yes=yes, force=force))
        except SetupProblem:
            raise
        except DeskError as problem:
            outcome = Outcome.REFUSED if isinstance(problem, Refused) else Outcome.FAILED
            results.append(Result(str(reference), outcome, error=problem))
    return results


def claimed(call: Call, reference: "Reference", *, yes: bool, force: bool = False) -> "Result":
    """Read and plan, ask, look again, and claim one ticket."""
    from mcdesk.cli import changes
    from mcdesk.cli.changing import before_anything
    from mcdesk.cli.safety import ask, refuse
    from mcdesk.core.safety import overruled
    from mcdesk.ops.claim import looked_at_again, prepare_claim

    desk = call.desk
    with before_anything():
        planned = prepare_claim(
            desk.autotask, desk.settings, reference, search=desk.search(), bounces=desk.bounces
        )
    objections = planned.objections
    also = "".join(
        f", and add {each.name} as secondary resource" for each in planned.plan.additions
    )
    question = f"Claim {changes.one_line(planned.ticket, planned.company)}{also}?"
    plainly = yes or planned.plan.empty
    refuse(call, objections, force=force)
    if ask(call, question, "Take it over?", objections, yes=plainly, force=force, default=True):
        planned = looked_at_again(desk.autotask, planned)
    result = _carried_out(call, planned)
    if force and objections:
        return replace(result, warnings=[*overruled(objections), *result.warnings])
    return result


def _carried_out(call: Call, planned: "Claim") -> "Result":
    from mcdesk.cli.changing import operation_of, rehearse, stoppable
    from mcdesk.core.operations import Kind
    from mcdesk.ops.claim import told
    from mcdesk.ops.results import Outcome, Result, result_of

    desk, plan = call.desk, planned.plan
    if plan.empty:
        return Result(plan.ticket.number, Outcome.ALREADY_THERE, plan)
    if desk.dry_run:
        return rehearse(desk, Kind.CLAIM, plan)
    operation = operation_of(desk, Kind.CLAIM, plan, company=planned.company)
    with stoppable(call, plan.ticket.number):
        run = desk.engine.run(desk.operations.add(operation))
    return told(desk.autotask, planned, result_of(run, plan))
