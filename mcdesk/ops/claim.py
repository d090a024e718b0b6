"""Take a ticket oneself, and say so if somebody was faster."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field, Plan, SecondaryChange, Values
from mcdesk.core.claim import overtaken_by, plan_claim
from mcdesk.core.operations import Kind
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.safety import Judge, Objection
from mcdesk.core.tenant import Tenant
from mcdesk.core.tickets import Secondary, Ticket
from mcdesk.errors import Overtaken
from mcdesk.ops.bounces import Bounces
from mcdesk.ops.handoff import NEEDS, company_of
from mcdesk.ops.results import Outcome, Result
from mcdesk.ops.safety import judge_of, refuse_unless_same
from mcdesk.ops.staff import me_of
from mcdesk.ops.stale import Search
from mcdesk.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that was planned: what I get (*target*), and what speaks against it (by *judge*).

    *joins* finds who is put on as secondary resource if a ticket is claimed back from the vendor.
    """

    tenant: Tenant
    judge: Judge
    target: Values
    joins: Callable[[Ticket], SecondaryChange | None]
    plan: Plan
    secondaries: Sequence[Secondary]
    company: str | None
    objections: Sequence[Objection]

    @property
    def ticket(self) -> Ticket:
        """The ticket as it was read."""
        return self.plan.ticket


def prepare_claim(
    autotask: Autotask,
    settings: Settings,
    reference: Reference,
    *,
    search: Search,
    bounces: Bounces,
) -> Claim:
    """Read a ticket and plan to take it; raise what Autotask says.

    *search* and *bounces* say whether it came back from the vendor. Raises SettingsProblem if the
    settings do not say who I am.
    """
    me_of(settings, "who claims the ticket")
    tenant, target = autotask.resolved(NEEDS, lambda tenant: _target(tenant, settings))
    ticket, secondaries = autotask.tickets.with_secondaries(reference)
    company, judge = company_of(autotask, ticket), judge_of(settings, tenant)
    plan, name, watched = Plan(ticket, ()), settings.claim.secondary_from_mc, search.known(tenant)

    def joins(ticket: Ticket) -> SecondaryChange | None:
        mine = ticket.primary_resource_id == target[Field.PRIMARY_RESOURCE]
        if mine or not name:
            return None
        if not (judge.with_mc(ticket) or bounces.came_back([ticket], watched)):
            return None
        return autotask.resolved(NEEDS, lambda tenant: putting_on(tenant, name))[1]

    return _planned(autotask, Claim(tenant, judge, target, joins, plan, secondaries, company, ()))


def putting_on(tenant: Tenant, name: str) -> SecondaryChange:
    """Find what puts the person called *name* on a ticket, in their usual role.

    Raises LabelProblem for none or several.
    """
    person = tenant.person(name)
    return SecondaryChange(person.id, tenant.role(person).id, person.name, on=True)


def looked_at_again(autotask: Autotask, claim: Claim) -> Claim:
    """Read the ticket again; raise Refused if it has changed since it was shown.

    One that has become mine meanwhile is no problem.
    """
    ticket = autotask.tickets.read(TicketById(claim.ticket.id))
    now = _planned(autotask, replace(claim, plan=Plan(ticket, ())))
    if not now.plan.empty:
        refuse_unless_same(autotask, claim.ticket, ticket, claim.tenant)
    return now


def told(autotask: Autotask, claim: Claim, result: Result) -> Result:
    """Say it in so many words if somebody was faster."""
    if result.found is None or result.outcome is not Outcome.UNVERIFIED:
        return result
    holder = overtaken_by(claim.plan, result.found)
    if holder is None:
        return result
    names = autotask.with_people(claim.tenant, [holder]).names()
    name = names.value(Field.PRIMARY_RESOURCE, holder).label
    return replace(
        result,
        error=Overtaken(
            f"{name} was faster and has {result.reference}", hint=f"mcdesk show {result.reference}"
        ),
    )


def _planned(autotask: Autotask, claim: Claim) -> Claim:
    """Plan *claim* for its ticket, and list what speaks against it."""
    ticket = claim.ticket
    names = autotask.with_people(claim.tenant, [ticket.primary_resource_id]).names()
    plan = plan_claim(
        ticket, claim.target, names, secondaries=claim.secondaries, joining=claim.joins(ticket)
    )
    against = () if plan.empty else claim.judge.objections(Kind.CLAIM, ticket, names)
    return replace(claim, plan=plan, objections=against)


def _target(tenant: Tenant, settings: Settings) -> Values:
    me, status = tenant.person(settings.autotask.me), settings.claim.status
    return {
        Field.PRIMARY_RESOURCE: me.id,
        Field.ROLE: tenant.role(me, settings.autotask.role).id,
        **({Field.STATUS: tenant.id_of("status", status)} if status else {}),
    }
