"""Hand tickets to the vendor: read, plan, and after the technician's word re-check and change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field, Plan
from mcdesk.core.handoff import Target, plan_handoff
from mcdesk.core.hours import OpeningHours
from mcdesk.core.operations import Kind
from mcdesk.core.references import Reference
from mcdesk.core.safety import FORCE, Judge, Objection, Weight, overruled, refusal
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import Secondary, Ticket
from mcdesk.errors import Refused
from mcdesk.ops.results import Outcome, Result
from mcdesk.ops.safety import judge_of
from mcdesk.settings.model import Settings, Template

# What every plan of a change names.
NEEDS = Need.TICKETS | Need.PEOPLE | Need.ROLES


@dataclass(frozen=True, slots=True)
class Prepared:
    """A handoff that was planned and not done: what technicians want to see of it.

    *age* is business time since the ticket was made, *holder* who has it now. *others* are the
    names of the secondary resources that nobody has decided about yet. *warnings* are told before
    any question, and are in the result.
    """

    plan: Plan
    secondaries: Sequence[Secondary]
    others: Sequence[str]
    objections: Sequence[Objection]
    warnings: Sequence[str]
    company: str | None
    priority: str | None
    holder: str | None
    age: timedelta
    url: str | None

    @property
    def ticket(self) -> Ticket:
        """The ticket as it was read."""
        return self.plan.ticket


@dataclass(frozen=True, slots=True)
class Handoff:
    """Handoffs by the template of one *name*, whose *target* is in the *tenant*.

    *secondaries* is "ask", "keep" or "remove", *judge* what the safety rules go by.
    """

    name: str
    template: Template
    tenant: Tenant
    target: Target
    judge: Judge
    secondaries: str
    hours: OpeningHours

    def prepare(self, autotask: Autotask, reference: Reference, now: datetime) -> Prepared:
        """Read a ticket and plan its handoff; raise what Autotask says."""
        ticket, secondaries = autotask.with_secondaries(reference)
        shown = {ticket.primary_resource_id, *(each.resource_id for each in secondaries)}
        tenant = autotask.with_people(self.tenant, shown)
        names = tenant.names()
        plan = plan_handoff(
            ticket,
            self.target,
            names,
            secondaries=secondaries,
            alone=self.secondaries == "remove",
        )
        leaving = {each.resource_id for each in plan.removals}
        staying = [
            names.value(Field.SECONDARY_RESOURCE, each.resource_id).label or ""
            for each in secondaries
            if each.resource_id not in leaving
        ]
        holder = names.value(Field.PRIMARY_RESOURCE, ticket.primary_resource_id).label
        return Prepared(
            plan=plan,
            secondaries=secondaries,
            others=staying if plan.changes and self.secondaries == "ask" else (),
            objections=self.judge.objections(Kind.SEND, ticket, names),
            warnings=self._kept(staying),
            company=company_of(autotask, ticket),
            priority=label_of(tenant, "priority", ticket.priority_id),
            holder=holder,
            age=self.hours.between(ticket.created, now),
            url=autotask.ticket_page(ticket.id),
        )

    def without_others(self, prepared: Prepared) -> Prepared:
        """Plan to take the other secondary resources off as well."""
        plan = plan_handoff(
            prepared.ticket,
            self.target,
            self.tenant.names(),
            secondaries=prepared.secondaries,
            alone=True,
        )
        return replace(prepared, plan=plan, others=(), warnings=())

    def _kept(self, staying: Sequence[str]) -> list[str]:
        """Say why it matters that *staying* are still on the ticket."""
        if not staying:
            return []
        return [
            f"{self.judge.vendor} may not see a ticket that others are on; kept as secondary "
            f"resource: {', '.join(staying)} (--remove-secondaries removes them)"
        ]


def load_handoff(
    autotask: Autotask,
    settings: Settings,
    hours: OpeningHours,
    *,
    name: str,
    priority: str = "",
    secondaries: str = "",
) -> Handoff:
    """Read the tenant, and resolve in it the template *name*; raise LabelProblem.

    *priority* is the label of another priority to set, *secondaries* what becomes of the other
    secondary resources, "" for what the template says.
    """
    template = settings.templates[name]

    def resolve(tenant: Tenant) -> Target:
        if me := settings.autotask.me:  # one that is nobody's is told before anything
            tenant.person(me)
        return _target(tenant, template, priority or template.priority)

    tenant, target = autotask.resolved(NEEDS, resolve)
    return Handoff(
        name=name,
        template=template,
        tenant=tenant,
        target=target,
        judge=judge_of(settings, tenant, template=name),
        secondaries=secondaries or template.secondary_resources,
        hours=hours,
    )


def company_of(autotask: Autotask, ticket: Ticket) -> str | None:
    """Read the name of the ticket's company; id 0 is our own and a company like any other."""
    companies, _ = autotask.customers([ticket.company_id])
    return companies.get(ticket.company_id) or None


def label_of(tenant: Tenant, field: str, id: int | None) -> str | None:
    """Return what people call *id* of API field *field*, None for none."""
    return None if id is None else tenant.picklist(field).labels().get(id)


def refused(prepared: Prepared, *, can_ask: bool) -> Result | None:
    """Return the refusal if a safety rule says no that no question can set right, else None."""
    reason = refusal(prepared.objections, can_ask=can_ask)
    if not reason:
        return None
    error = Refused(reason, hint=FORCE)
    return Result(prepared.ticket.number, Outcome.REFUSED, prepared.plan, error=error)


def forced(prepared: Prepared, others: Sequence[Objection] = ()) -> Prepared:
    """Set the objections to a handoff aside, and *others*, and say so."""
    said = overruled([*others, *prepared.objections])
    return replace(prepared, objections=(), warnings=[*said, *prepared.warnings])


def already_there(prepared: Prepared) -> Result | None:
    """Return the result of a ticket that needs nothing, None for one that does."""
    if not prepared.plan.empty:
        return None
    closed = [each.reason for each in prepared.objections if each.weight is Weight.REFUSES]
    return Result(
        prepared.ticket.number,
        Outcome.ALREADY_THERE,
        prepared.plan,
        [*closed, *prepared.warnings],
    )


def with_warnings(result: Result, prepared: Prepared) -> Result:
    """Put what was told before into the *result*, in front."""
    return replace(result, warnings=[*prepared.warnings, *result.warnings])


def _target(tenant: Tenant, template: Template, priority: str) -> Target:
    """Resolve the template's labels and names; raise LabelProblem with the candidates."""
    resource = tenant.person(template.primary_resource)
    values: dict[Field, int | None] = {
        Field.PRIMARY_RESOURCE: resource.id,
        Field.ROLE: tenant.role(resource, template.role).id,
        Field.STATUS: tenant.id_of("status", template.status),
        Field.QUEUE: tenant.id_of("queueID", template.queue),
    }
    if priority:
        values[Field.PRIORITY] = tenant.id_of("priority", priority)
    if template.category:
        values[Field.CATEGORY] = tenant.id_of("ticketCategory", template.category)
    return Target(values, tenant.ids_of("status", template.accept_status_after))
