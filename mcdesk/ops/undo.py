"""Take back what mcdesk did last, or last to one ticket, if nobody has gone on from there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field, Plan, differences, held, in_words
from mcdesk.core.operations import Operation
from mcdesk.core.references import TicketById
from mcdesk.core.steps import State, may_land_until
from mcdesk.core.tenant import Tenant
from mcdesk.core.tickets import Ticket
from mcdesk.core.undo import Former, by_others, former, plan_undo, put_on
from mcdesk.errors import LabelProblem, Refused
from mcdesk.ops.handoff import NEEDS
from mcdesk.ops.staff import Vendor, staff_of
from mcdesk.settings.model import Settings

_LOST = "a lost request may still change it: run `mcdesk log --check` in five minutes"


@dataclass(frozen=True, slots=True)
class Undo:
    """An undo of *operation* that was planned; *warnings* say what is not quite as before."""

    operation: Operation
    plan: Plan
    tenant: Tenant
    warnings: Sequence[str] = ()

    @property
    def ticket(self) -> Ticket:
        """The ticket as it was read."""
        return self.plan.ticket


@dataclass(frozen=True, slots=True)
class UndoRules:
    """Who counts as somebody else; *own_notes* are the ids of mine."""

    settings: Settings
    vendor: Vendor
    own_notes: Collection[int] = ()

    def prepare(self, autotask: Autotask, operation: Operation) -> Undo:
        """Read the ticket of *operation*, and plan to restore it; raise Refused if too late."""
        assert operation.ticket_id is not None
        ticket, secondaries = autotask.tickets.with_secondaries(TicketById(operation.ticket_id))
        tenant, back = self._former(autotask, operation, ticket)
        plan = plan_undo(operation, ticket, secondaries, tenant.names(), back)
        if isinstance(plan, str):
            raise self._too_late(ticket, plan)
        if not plan.empty:
            self._refuse_if_others_acted(autotask, tenant, operation, ticket)
        unseen = () if autotask.tickets.tells_secondaries else put_on(operation).values()
        stay = [f"{name} may still be on it as secondary resource" for name in unseen]
        as_before = not plan.changes
        lost = [_LOST] if as_before and _may_land(operation, autotask.now()) else []
        return Undo(operation, plan, tenant, [*back.said, *stay, *lost])

    def _former(
        self, autotask: Autotask, operation: Operation, ticket: Ticket
    ) -> tuple[Tenant, Former]:
        """Find what the ticket can get back; raise Refused naming each field that cannot.

        Labels, people and roles are asked for: one that has gone today cannot come back.
        """
        step = operation.fields
        shown = {ticket.primary_resource_id}
        if step:
            shown.add(step.before.get(Field.PRIMARY_RESOURCE))

        autotask.forget(NEEDS)
        tenant = autotask.with_people(autotask.tenant(NEEDS), shown)
        try:
            return tenant, former(operation, ticket, tenant)
        except LabelProblem as problem:
            page = autotask.ticket_page(ticket.id)
            raise self._too_late(ticket, problem.message, page=page) from problem

    def look_again(self, autotask: Autotask, undo: Undo) -> None:
        """Raise Refused if the ticket is not as it was shown any more, or somebody went on."""
        now = autotask.tickets.read(TicketById(undo.ticket.id))
        tenant = autotask.with_people(undo.tenant, {now.primary_resource_id})
        if changed := differences(held(undo.ticket), held(now), tenant.names()):
            raise self._too_late(undo.ticket, f"it has changed since: {in_words(changed)}")
        self._refuse_if_others_acted(autotask, tenant, undo.operation, undo.ticket)

    def _refuse_if_others_acted(
        self, autotask: Autotask, tenant: Tenant, operation: Operation, ticket: Ticket
    ) -> None:
        comments, *_ = autotask.waiting.actions([ticket.id])
        staff = staff_of(autotask, tenant, comments, self.vendor)
        name = self.settings.autotask.me
        me = tenant.person(name).id if name else None
        others = by_others(comments, since=operation.since, staff=staff, me=me, own=self.own_notes)
        if not others:
            return
        latest = others[0]
        person = staff.resources.get(latest.resource_id or 0)
        who = "the customer" if latest.by_contact else person.name if person else "somebody"
        raise self._too_late(ticket, f"{who} added a {latest.kind.value} to it since")

    def _too_late(self, ticket: Ticket, reason: str, *, page: str | None = None) -> Refused:
        by_hand = f"change it in Autotask: {page}, or " if page else ""
        return Refused(
            f"{ticket.number} was not undone: {reason}", hint=f"{by_hand}{self.call_them}"
        )

    @property
    def call_them(self) -> str:
        """What helps when nothing else does."""
        mc = self.settings.mc
        return f"call {mc.name}: {mc.phone}"


def _may_land(operation: Operation, now: datetime) -> bool:
    """Return whether the request of *operation* was lost, and may still land."""
    step = operation.fields
    return bool(step and step.state is State.UNKNOWN and may_land_until(step, now))
