"""Claiming: taking a ticket oneself, and whether somebody was faster.

Autotask knows no compare-and-swap: the last writer holds the ticket. So a claim is only as good as
what is read back after it.
"""

from mcdesk.core.changes import Field, Names, Plan, Values, differences, held, held_already
from mcdesk.core.tickets import Ticket


def plan_claim(ticket: Ticket, target: Values, names: Names) -> Plan:
    """Plan what makes *ticket* mine; a ticket that is mine already is left as it is."""
    mine = target[Field.PRIMARY_RESOURCE]
    if ticket.primary_resource_id == mine:
        return Plan(ticket, ())
    changes = differences(held(ticket), target, names)
    return Plan(ticket, changes, kept=held_already(ticket, target))


def overtaken_by(plan: Plan, found: Ticket) -> int | None:
    """Give the id of who took *found* in spite of *plan*.

    None where nobody did: it is mine, or still whose it was before.
    """
    holder = found.primary_resource_id
    expected = (plan.wanted[Field.PRIMARY_RESOURCE], plan.ticket.primary_resource_id)
    return None if holder in expected else holder
