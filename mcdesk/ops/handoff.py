"""Hand tickets to the vendor: read, plan, and after the technician's word re-check and change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field, Plan
from mcdesk.core.handoff import Target, plan_handoff
from mcdesk.core.hours import OpeningHours
from mcdesk.core.operations import Kind
from mcdesk.core.preflight import Customer, Situation, Terms, codes, objections
from mcdesk.core.references import Reference
from mcdesk.core.safety import FORCE, Judge, Objection, SafetyRule, Weight, overruled, refusal
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import Secondary, Ticket
from mcdesk.errors import DeskError, Refused
from mcdesk.ops.results import Outcome, Result
from mcdesk.ops.safety import judge_of, terms_of
from mcdesk.settings.model import Settings, Template

# What every plan of a change names.
NEEDS = Need.TICKETS | Need.PEOPLE | Need.ROLES


@dataclass(frozen=True, slots=True)
class Prepared:
    """A handoff that was planned and not done: what technicians want to see of it.

    *age* is business time since the ticket was made, *holder* who has it now. *others* are the
    names of the secondary resources that nobody has decided about yet. *objections* stop it, or
    ask a second question; *told* are said before any question; *overruled* were set aside by
    --force.
    """

    plan: Plan
    tenant: Tenant
    secondaries: Sequence[Secondary]
    customer: Customer
    others: Sequence[str]
    objections: Sequence[Objection]
    told: Sequence[Objection]
    priority: str | None
    holder: str | None
    age: timedelta
    url: str | None
    overruled: Sequence[Objection] = ()

    @property
    def ticket(self) -> Ticket:
        """The ticket as it was read."""
        return self.plan.ticket

    @property
    def company(self) -> str | None:
        """The name of the ticket's company."""
        return self.customer.name

    @property
    def warnings(self) -> list[str]:
        """What is to be known before, in sentences; it is in the result as well."""
        return [*overruled(self.overruled), *(each.told for each in self._marked)]

    @property
    def codes(self) -> list[str]:
        """What scripts know the warnings by."""
        return codes(self.overruled, self._marked)

    @property
    def _marked(self) -> list[Objection]:
        return [each for each in (*self.objections, *self.told) if each.code]


@dataclass(frozen=True, slots=True)
class Handoff:
    """Handoffs by the template of one *name*, whose *target* is in the *tenant*.

    *secondaries* is "ask", "keep" or "remove", *judge* and *terms* what the safety rules go by.
    """

    name: str
    template: Template
    tenant: Tenant
    target: Target
    judge: Judge
    terms: Terms
    secondaries: str
    hours: OpeningHours

    def prepare(self, autotask: Autotask, reference: Reference, now: datetime) -> Prepared:
        """Read a ticket and plan its handoff; raise what Autotask says."""
        ticket, secondaries = autotask.tickets.with_secondaries(reference)
        shown = {ticket.primary_resource_id, *(each.resource_id for each in secondaries)}
        tenant = autotask.with_people(self.tenant, shown)
        holder = tenant.names().value(Field.PRIMARY_RESOURCE, ticket.primary_resource_id).label
        planned = Prepared(
            plan=Plan(ticket, ()),
            tenant=tenant,
            secondaries=secondaries,
            customer=Customer(),
            others=(),
            objections=(),
            told=(),
            priority=label_of(tenant, "priority", ticket.priority_id),
            holder=holder,
            age=self.hours.between(ticket.created, now),
            url=autotask.ticket_page(ticket.id),
        )
        if self._planned(planned).plan.empty:
            return self.again(replace(planned, customer=Customer(company_of(autotask, ticket))))
        return self.again(replace(planned, customer=autotask.whose.of(ticket, self.terms)))

    def again(self, prepared: Prepared, *, alone: bool = False) -> Prepared:
        """Plan the handoff of what was *prepared* anew, and judge it.

        *alone* takes the other secondary resources off as well.
        """
        prepared = self._planned(prepared, alone=alone)
        ticket, plan = prepared.ticket, prepared.plan
        names = prepared.tenant.names()
        leaving = {each.resource_id for each in plan.removals}
        staying = [
            names.value(Field.SECONDARY_RESOURCE, each.resource_id).label or ""
            for each in prepared.secondaries
            if each.resource_id not in leaving
        ]
        situation = Situation(
            ticket,
            prepared.customer,
            priority=prepared.priority or "none",
            chosen=Field.PRIORITY in self.target.values,
            staying=staying,
        )
        told = objections(situation, self.terms)
        if plan.empty:
            told = [each for each in told if each.rule is SafetyRule.OTHERS_KEPT]
        against = [each for each in told if each.weight is not Weight.WARNS]
        return replace(
            prepared,
            others=staying if plan.changes and self.secondaries == "ask" else (),
            objections=[*self.judge.objections(Kind.SEND, ticket, names), *against],
            told=[each for each in told if each.weight is Weight.WARNS],
        )

    def with_priority(self, label: str) -> "Handoff":
        """Return the same handoffs, which set the priority *label* as well; raise LabelProblem."""
        values = {**self.target.values, Field.PRIORITY: self.tenant.id_of("priority", label)}
        return replace(self, target=Target(values, self.target.accepted))

    def _planned(self, prepared: Prepared, *, alone: bool = False) -> Prepared:
        plan = plan_handoff(
            prepared.ticket,
            self.target,
            prepared.tenant.names(),
            secondaries=prepared.secondaries,
            alone=alone or self.secondaries == "remove",
        )
        return replace(prepared, plan=plan)


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
    template, plan_field = settings.templates[name], settings.mc.plan_field

    def resolve(tenant: Tenant) -> tuple[Target, Terms]:
        if me := settings.autotask.me:  # one that is nobody's is told before anything
            tenant.person(me)
        target = _target(tenant, template, priority or template.priority)
        return target, terms_of(settings, tenant)

    needs = NEEDS | Need.COMPANY_FIELDS if plan_field else NEEDS
    tenant, (target, terms) = autotask.resolved(needs, resolve)
    return Handoff(
        name=name,
        template=template,
        tenant=tenant,
        target=target,
        judge=judge_of(settings, tenant, template=name),
        terms=terms,
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
    return not_done(prepared, Refused(reason, hint=FORCE))


def not_done(prepared: Prepared, problem: DeskError) -> Result:
    """Return the result of a handoff that *problem* has stopped."""
    outcome = Outcome.REFUSED if isinstance(problem, Refused) else Outcome.FAILED
    stopped = Result(prepared.ticket.number, outcome, prepared.plan, error=problem)
    return with_warnings(stopped, prepared)


def forced(prepared: Prepared, others: Sequence[Objection] = ()) -> Prepared:
    """Set the objections to a handoff aside, and *others*, and say so."""
    return replace(prepared, objections=(), overruled=[*others, *prepared.objections])


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
        prepared.codes,
    )


def with_warnings(result: Result, prepared: Prepared) -> Result:
    """Put what was told before into the *result*, in front."""
    warnings = [*prepared.warnings, *result.warnings]
    return replace(result, warnings=warnings, codes=prepared.codes)


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
