"""Carrying a plan out, for every command that changes a ticket."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mcdesk.cli.call import Call
from mcdesk.core.changes import Plan
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.steps import steps_of
from mcdesk.desk import Desk
from mcdesk.errors import AutotaskProblem, DeskError
from mcdesk.ops.results import UNCHANGED, Outcome, Result
from mcdesk.ops.staff import find_me


@contextmanager
def before_anything() -> Iterator[None]:
    """Say of a problem with Autotask that nothing was changed: the block writes nothing."""
    try:
        yield
    except AutotaskProblem as problem:
        problem.message += UNCHANGED
        raise


@contextmanager
def stoppable(call: Call, number: str) -> Iterator[None]:
    """Say where to look if somebody stops mcdesk while ticket *number* is changed."""
    try:
        yield
    except KeyboardInterrupt:
        call.output.talk(f"{number} may have been changed: run `mcdesk log --check`")
        raise


def rehearse(desk: Desk, kind: Kind, plan: Plan) -> Result:
    """Make the requests of *plan* on a way that only keeps them."""
    desk.engine.rehearse(operation_of(desk, kind, plan))
    return Result(plan.ticket.number, Outcome.PLANNED, plan)


def operation_of(
    desk: Desk,
    kind: Kind,
    plan: Plan,
    *,
    company: str | None = None,
    template: str = "",
    undoes: int | None = None,
) -> Operation:
    """Make the operation that carries *plan* out."""
    ticket, at = plan.ticket, desk.now()
    return Operation(
        kind=kind,
        at=at,
        by=desk.origin,
        reference=str(ticket.id),
        ticket_id=ticket.id,
        number=ticket.number,
        title=ticket.title,
        company=company or "",
        author=my_name(desk),
        template=template,
        undoes=undoes,
        steps=steps_of(plan, at),
    )


def my_name(desk: Desk) -> str:
    """Return what the technician is called, "" if that is not known: no change depends on it."""
    with suppress(DeskError):
        me = find_me(desk.autotask, desk.settings)
        return me.name if me else ""
    return ""
