"""Hand tickets to the vendor: read, plan, and after the technician's word re-check and change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field, Plan, differences, held, in_words
from mcdesk.core.handoff import (
    Objection,
    SafetyRule,
    Target,
    batch_objection,
    objections,
    plan_handoff,
)
from mcdesk.core.hours import OpeningHours
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import Secondary, Ticket
from mcdesk.errors import Refused
from mcdesk.ops.results import Outcome, Result
from mcdesk.settings.model import Settings, Template

_FORCE = "--force overrules it"
# What every plan of a change names.
NEEDS = Need.TICKETS | Need.PEOPLE | Need.ROLES


@dataclass(frozen=True, slots=True)
class Prepared:
    """A hand-off that was planned and not done: what technicians want to see of it.

    *age* is business time since the ticket was made, *holder* who has it now. *others* are the
    names of the secondary resources that nobody has decided about yet.
    """

    plan: Plan
    secondaries: Sequence[Secondary]
    others: Sequence[str]
    objections: Sequence[Objection]
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
    """Hand-offs by the template of one *name*, whose *target* stands in the *tenant*.

    *free_ids* are the resources that a ticket may be taken from unasked: mine and the vendor's.
    *secondaries* is "ask", "keep" or "remove".
    """

    name: str
    template: Template
    tenant: Tenant
    target: Target
    free_ids: frozenset[int]
    secondaries: str
    hours: OpeningHours

    def prepare(self, autotask: Autotask, reference: Reference, now: datetime) -> Prepared:
        """Read a ticket and plan its hand-off; raise what Autotask says."""
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
        undecided = [
            names.value(Field.SECONDARY_RESOURCE, each.resource_id).label or ""
            for each in secondaries
            if each.resource_id not in leaving
        ]
        holder = names.value(Field.PRIMARY_RESOURCE, ticket.primary_resource_id).label
        return Prepared(
            plan=plan,
            secondaries=secondaries,
            others=undecided if plan.changes and self.secondaries == "ask" else (),
            objections=objections(ticket, claimant=holder or "", free_ids=self.free_ids),
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
        return replace(prepared, plan=plan, others=())


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

    def resolve(tenant: Tenant) -> tuple[Target, frozenset[int]]:
        target = _target(tenant, template, priority or template.priority)
        me = settings.autotask.me
        mine = {tenant.person(me).id} if me else set()
        vendor = tenant.vendor_ids(settings.mc.resources)
        primary = target.values[Field.PRIMARY_RESOURCE]
        return target, vendor | mine | ({primary} if primary is not None else set())

    tenant, (target, free_ids) = autotask.resolved(NEEDS, resolve)
    return Handoff(
        name=name,
        template=template,
        tenant=tenant,
        target=target,
        free_ids=free_ids,
        secondaries=secondaries or template.secondary_resources,
        hours=hours,
    )


def refuse_if_changed(autotask: Autotask, shown: Ticket, tenant: Tenant) -> None:
    """Read the ticket that was *shown* again, and raise Refused if it has changed since."""
    now = autotask.ticket(TicketById(shown.id))
    tenant = autotask.with_people(tenant, {now.primary_resource_id})
    if changed := differences(held(shown), held(now), tenant.names()):
        raise Refused(
            f"{shown.number} has changed since it was shown: {in_words(changed)}",
            hint="nothing was written; run it again to see the new plan",
        )


def company_of(autotask: Autotask, ticket: Ticket) -> str | None:
    """Read the name of the ticket's company; id 0 is our own and a company like any other."""
    companies, _ = autotask.customers([ticket.company_id])
    return companies.get(ticket.company_id) or None


def label_of(tenant: Tenant, field: str, id: int | None) -> str | None:
    """Return what people call *id* of API field *field*, None for none."""
    return None if id is None else tenant.picklist(field).labels().get(id)


def refuse_too_many(number: int, most: int) -> None:
    """Raise Refused if *number* tickets are more than *most* in one go."""
    if objection := batch_objection(number, most):
        raise Refused(objection.reason, hint=_FORCE)


def refused(prepared: Prepared) -> Result | None:
    """Return the refusal if a safety rule says no, None if none does."""
    if not prepared.objections:
        return None
    reason = "; ".join(objection.reason for objection in prepared.objections)
    return Result(
        prepared.ticket.number, Outcome.REFUSED, prepared.plan, error=Refused(reason, hint=_FORCE)
    )


def overruled(prepared: Prepared, *rules: SafetyRule) -> Prepared:
    """Set the objections of *rules* aside."""
    left = [each for each in prepared.objections if each.rule not in rules]
    return replace(prepared, objections=left)


def already_there(prepared: Prepared) -> Result | None:
    """Return the result of a ticket that needs nothing, None for one that does."""
    if not prepared.plan.empty:
        return None
    return Result(prepared.ticket.number, Outcome.ALREADY_THERE, prepared.plan)


def with_others_told(result: Result, prepared: Prepared) -> Result:
    """Say who was kept on the ticket though nobody has decided about them."""
    if not prepared.others:
        return result
    names = ", ".join(prepared.others)
    kept = f"kept as secondary resource: {names} (--remove-secondaries takes them off)"
    return replace(result, warnings=[kept, *result.warnings])


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
    return Target(values, tenant.ids_of("status", template.accept_status_after))
