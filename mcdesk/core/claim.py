"""Claiming: taking a ticket oneself, and whether somebody was faster.

Autotask knows no compare-and-swap: the last writer holds the ticket. So a claim is only as good as
what is read back after it.
"""

from collections.abc import Sequence

from mcdesk.core.changes import (
    Field,
    Names,
    Plan,
    SecondaryChange,
    Values,
    differences,
    held,
    held_already,
    taking_off,
)
from mcdesk.core.tickets import Secondary, Ticket


def plan_claim(
    ticket: Ticket,
    target: Values,
    names: Names,
    *,
    secondaries: Sequence[Secondary] = (),
    joining: SecondaryChange | None = None,
) -> Plan:
    """Plan what makes *ticket* mine; a ticket that is mine already is left as it is.

    If I am one of its *secondaries*, that row goes first: Autotask refuses otherwise (autotask
    help, TicketsEntity). Who is *joining* is put on last, unless that is me, or they are there.
    """
    mine = target[Field.PRIMARY_RESOURCE]
    if ticket.primary_resource_id == mine:
        return Plan(ticket, ())
    changes = differences(held(ticket), target, names)
    removals = [taking_off(each, names) for each in secondaries if each.resource_id == mine]
    there = {mine, *(each.resource_id for each in secondaries)}
    additions = [joining] if joining and joining.resource_id not in there else []
    return Plan(ticket, changes, removals, additions, kept=held_already(ticket, target))


def overtaken_by(plan: Plan, found: Ticket) -> int | None:
    """Return the id of who took *found* in spite of *plan*.

    None if nobody did: it is mine, or still whose it was before.
    """
    holder = found.primary_resource_id
    expected = (plan.wanted[Field.PRIMARY_RESOURCE], plan.ticket.primary_resource_id)
    return None if holder in expected else holder
