"""Taking secondary resources off the ticket, and putting them on."""

from collections.abc import Mapping
from typing import Any

from mcdesk.autotask.client import Autotask
from mcdesk.core.operations import Operation
from mcdesk.core.steps import SecondaryStep, State
from mcdesk.errors import DeskError, NotVerified
from mcdesk.ops.steps import Decide, Seen, StepKind
from mcdesk.ops.steps.ticket import DEFINITE, MAY_LAND, id_of, unseen, with_link


class SecondaryKind(StepKind):
    """Taking one secondary resource off the ticket, or putting one on."""

    unsent = State.FAILED

    def __init__(self, autotask: Autotask) -> None:
        self._autotask = autotask
        self.clock = autotask.now

    def attempt(self, operation: Operation, step: SecondaryStep) -> Mapping[str, Any]:
        """Make the request, once."""
        change, ticket_id = step.change, id_of(operation)
        if change.on:
            self._autotask.writes.add_secondary(ticket_id, change.resource_id, change.role_id)
        else:
            assert change.row_id is not None
            self._autotask.writes.remove_secondary(ticket_id, change.row_id)
        return {}

    def look(self, operation: Operation, step: SecondaryStep, problem: DeskError | None) -> Seen:
        """Read who is on the ticket; what was taken off is read back with the fields.

        What a lost request has not done may be tried once more: twice is no harm.
        """
        if problem is None and not step.change.on:
            return Seen(State.DONE)
        try:
            there = {
                each.resource_id for each in self._autotask.tickets.secondaries(id_of(operation))
            }
        except DeskError as blindness:
            return Seen(State.UNKNOWN, unseen(operation, problem or blindness))
        if (step.change.resource_id in there) == step.change.on:
            return Seen(State.DONE)
        if isinstance(problem, DEFINITE):
            return Seen(State.FAILED, with_link(self._autotask, operation, problem))
        return Seen(State.UNKNOWN, self._open(operation, step, problem), again=True)

    def revisit(self, operation: Operation, step: SecondaryStep, decide: Decide) -> Seen:
        """Leave it as it is: the ticket is looked at as a whole."""
        del decide
        return Seen(step.state, NotVerified(step.reason), step.reason)

    def _open(
        self, operation: Operation, step: SecondaryStep, problem: DeskError | None
    ) -> NotVerified:
        state = "not on it" if step.change.on else "still on it"
        why = f": {problem.message}" if problem else ""
        return NotVerified(
            f"{operation.number}: {step.change.name} is {state} as secondary resource{why}",
            hint=MAY_LAND,
        )
