"""The handoff: what a template makes of a ticket."""

from collections.abc import Sequence

from msgspec import Struct

from mcdesk.core.changes import (
    Field,
    Names,
    Plan,
    Values,
    differences,
    held,
    held_already,
    taking_off,
)
from mcdesk.core.tickets import Secondary, Ticket


class Target(Struct, frozen=True):
    """What a ticket should hold; *accepted* are statuses a workflow rule may move it on to."""

    values: Values
    accepted: frozenset[int] = frozenset()


def plan_handoff(
    ticket: Ticket,
    target: Target,
    names: Names,
    *,
    secondaries: Sequence[Secondary] = (),
    alone: bool = False,
) -> Plan:
    """Plan what makes *ticket* hold *target*.

    The new primary resource may not be a secondary one as well (autotask help, TicketsEntity), so
    that row goes; the others go too if it is to be *alone* on the ticket. A ticket that a workflow
    rule has moved on to an accepted status, and that holds all else, is there already.
    """
    changes = differences(held(ticket), target.values, names)
    moved_on = [each.field for each in changes] == [Field.STATUS]
    if moved_on and ticket.status_id in target.accepted:
        changes = []
    primary = target.values.get(Field.PRIMARY_RESOURCE)
    removals = [
        taking_off(each, names)
        for each in secondaries
        if alone or (primary is not None and each.resource_id == primary)
    ]
    kept = held_already(ticket, target.values)
    return Plan(ticket, changes, removals, accepted=target.accepted, kept=kept)
