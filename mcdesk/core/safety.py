"""The safety rules: which tickets no command changes unasked, in one table for all commands.

Policy only: what speaks against it, and with which weight. Whether it is overruled is for the
technician to say; a plain yes, typed or by --yes, overrules nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from msgspec import Struct

from mcdesk.core.changes import Field, Names, differences, held, in_words
from mcdesk.core.operations import Kind
from mcdesk.core.tickets import STATUS_COMPLETE, Ticket
from mcdesk.core.wording import counted

FORCE = "--force overrules it"


class SafetyRule(Enum):
    """What may say no."""

    CLOSED = "closed"
    COLLEAGUES = "a colleague's"
    WITH_MC = "with the vendor"
    BATCH = "too many in one go"
    NOT_ON_PLAN = "not_on_plan"
    PLAN_UNKNOWN = "plan_unknown"
    OUT_OF_SCOPE = "out_of_scope"
    CONTACT_MISSING = "contact_missing"
    CONTACT_INACTIVE = "contact_inactive"
    CONTACT_UNREACHABLE = "contact_unreachable"
    DESCRIPTION_EMPTY = "description_empty"
    PRIORITY_DEFAULT = "priority_default"
    OTHERS_KEPT = "others_kept"


class Weight(Enum):
    """How much a rule weighs: without --force it refuses, or asks a second question, or is told.

    If nobody can answer, a rule that asks refuses as well, and one that is told does not. A rule
    that warns never asks: it is told before the one question.
    """

    REFUSES = "refuses"
    ASKS = "asks"
    TELLS = "tells"
    WARNS = "warns"


_TAKES_OVER = {
    SafetyRule.CLOSED: Weight.REFUSES,
    SafetyRule.COLLEAGUES: Weight.ASKS,
    SafetyRule.WITH_MC: Weight.ASKS,
}
# What is missing here does not count for that command; undo has rules of its own (core/undo.py).
RULES: Mapping[Kind, Mapping[SafetyRule, Weight]] = {
    Kind.SEND: {
        SafetyRule.CLOSED: Weight.REFUSES,
        SafetyRule.COLLEAGUES: Weight.ASKS,
        SafetyRule.BATCH: Weight.REFUSES,
        # From here on by core/preflight.py.
        SafetyRule.NOT_ON_PLAN: Weight.ASKS,
        SafetyRule.PLAN_UNKNOWN: Weight.ASKS,
        SafetyRule.OUT_OF_SCOPE: Weight.ASKS,
        SafetyRule.CONTACT_MISSING: Weight.WARNS,
        SafetyRule.CONTACT_INACTIVE: Weight.WARNS,
        SafetyRule.CONTACT_UNREACHABLE: Weight.WARNS,
        SafetyRule.DESCRIPTION_EMPTY: Weight.WARNS,
        SafetyRule.PRIORITY_DEFAULT: Weight.WARNS,
        SafetyRule.OTHERS_KEPT: Weight.WARNS,
    },
    Kind.CLAIM: _TAKES_OVER,
    Kind.LINK: _TAKES_OVER,
    Kind.NOTE: {SafetyRule.CLOSED: Weight.TELLS},
    Kind.UNDO: {},
}


class Objection(Struct, frozen=True):
    """A safety rule that says no, its *weight*, its *reason* in a sentence, and what *mends* it.

    *code* is what scripts know it by, "" for a rule that they only see overruled.
    """

    rule: SafetyRule
    weight: Weight
    reason: str
    mend: str = ""
    code: str = ""

    @property
    def told(self) -> str:
        """Its reason and its mend, for who has to know before a handoff."""
        return f"{self.reason} ({self.mend})" if self.mend else self.reason


class Judge(Struct, frozen=True):
    """What tickets are judged by: ids of statuses and resources, and what the *vendor* is called.

    *vendor_status_ids* are those that a ticket has with the vendor alone, *mine* those of the
    technician.
    """

    closed_ids: frozenset[int]
    vendor_ids: frozenset[int]
    vendor_status_ids: frozenset[int]
    mine: frozenset[int]
    vendor: str

    def closed(self, ticket: Ticket) -> bool:
        """Return whether *ticket* is closed: complete, completed once, or in a closed status."""
        return (
            ticket.status_id == STATUS_COMPLETE
            or ticket.completed is not None
            or ticket.status_id in self.closed_ids
        )

    def with_mc(self, ticket: Ticket) -> bool:
        """Return whether the vendor has *ticket*, and it is not closed."""
        return not self.closed(ticket) and self.theirs(ticket)

    def theirs(self, ticket: Ticket) -> bool:
        """Return whether *ticket* is the vendor's, by its primary resource or its status."""
        return (
            ticket.primary_resource_id in self.vendor_ids
            or ticket.status_id in self.vendor_status_ids
        )

    def objections(self, kind: Kind, ticket: Ticket, names: Names) -> list[Objection]:
        """List what speaks against doing *kind* to *ticket*."""
        weights = RULES[kind]
        return [
            Objection(rule, weights[rule], reason)
            for rule, reason in self._reasons(ticket, names).items()
            if rule in weights
        ]

    def _reasons(self, ticket: Ticket, names: Names) -> dict[SafetyRule, str]:
        """Say which rules *ticket* meets, and how; a colleague who has it comes before MC."""
        found = {}
        holder, number = ticket.primary_resource_id, ticket.number
        status = names.value(Field.STATUS, ticket.status_id).label
        claimant = names.value(Field.PRIMARY_RESOURCE, holder).label
        if self.closed(ticket):
            found[SafetyRule.CLOSED] = f"{number} is closed (status {status})"
        if holder is not None and holder not in self.vendor_ids | self.mine:
            found[SafetyRule.COLLEAGUES] = f"{claimant} has {number}"
        elif self.with_mc(ticket):
            theirs = holder in self.vendor_ids
            found[SafetyRule.WITH_MC] = (
                f"{claimant} has {number}"
                if theirs
                else f"{number} is with {self.vendor} (status {status})"
            )
        return found


def batch_objection(number: int, most: int) -> Objection | None:
    """Return the objection if *number* tickets are too many for one go."""
    if number <= most:
        return None
    return Objection(
        SafetyRule.BATCH,
        RULES[Kind.SEND][SafetyRule.BATCH],
        f"{counted(number, 'ticket')} are more than {most} in one go",
    )


def refusal(objections: Sequence[Objection], *, can_ask: bool) -> str:
    """Say why *objections* refuse, "" if a question could set all of them right."""
    stopping = {Weight.REFUSES} if can_ask else {Weight.REFUSES, Weight.ASKS}
    if not stopping & {each.weight for each in objections}:
        return ""
    return "; ".join(each.reason for each in objections)


def overruled(objections: Iterable[Objection]) -> list[str]:
    """Say what --force has overruled."""
    return [f"overruled by --force: {each.reason}" for each in objections]


def changed(shown: Ticket, now: Ticket, names: Names) -> str:
    """Say what of a ticket has changed since it was *shown*, "" for nothing that matters."""
    said = in_words(differences(held(shown), held(now), names))
    if now.completed and not shown.completed:
        return ", ".join(part for part in (said, "completed") if part)
    return said
