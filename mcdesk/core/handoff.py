"""The hand-off: what a template makes of a ticket, and when it must not.

Policy only: a plan, and objections with their reasons. Whether an objection is overruled is for the
technician to say.
"""

from collections.abc import Collection, Sequence
from enum import Enum

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
from mcdesk.core.tickets import STATUS_COMPLETE, Secondary, Ticket
from mcdesk.core.wording import counted


class Target(Struct, frozen=True):
    """What a ticket is to hold; *accepted* are statuses a workflow rule may move it on to."""

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


class SafetyRule(Enum):
    """What may say no; only a question that names the person overrules CLAIMED, and --force all."""

    COMPLETE = "complete"
    CLAIMED = "claimed"
    BATCH = "batch"


class Objection(Struct, frozen=True):
    """A safety rule that says no, and its *reason* in a sentence."""

    rule: SafetyRule
    reason: str


def objections(
    ticket: Ticket, *, claimant: str, free_ids: Collection[int | None]
) -> list[Objection]:
    """List what speaks against handing *ticket* on.

    *free_ids* are the resources it may be taken from unasked: mine and the vendor's. *claimant* is
    the name of its primary resource.
    """
    found = []
    if ticket.status_id == STATUS_COMPLETE:
        found.append(Objection(SafetyRule.COMPLETE, f"{ticket.number} is complete"))
    if ticket.primary_resource_id is not None and ticket.primary_resource_id not in free_ids:
        found.append(Objection(SafetyRule.CLAIMED, f"{claimant} has {ticket.number}"))
    return found


def batch_objection(number: int, most: int) -> Objection | None:
    """Return the objection if *number* tickets are too many for one go."""
    if number <= most:
        return None
    return Objection(
        SafetyRule.BATCH, f"{counted(number, 'ticket')} are more than {most} in one go"
    )
