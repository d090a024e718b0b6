"""Hand tickets to the vendor: read, plan, and after the technician's word re-check and change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcdesk.core.changes import Field, Plan, Secondary, differences, held, in_words
from mcdesk.core.handoff import (
    Objection,
    Others,
    Rule,
    Target,
    batch_objection,
    objections,
    plan_handoff,
)
from mcdesk.core.hours import OpeningHours
from mcdesk.core.journal import Deed
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import Person, Ticket
from mcdesk.errors import Refused
from mcdesk.ops.changing import Changer, Errand, Outcome, Result
from mcdesk.ops.names import by_id, secondaries_of
from mcdesk.settings import Template

_FORCE = "--force overrules it"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A hand-off that was planned and not done: what technicians want to see of it.

    *age* is business time since the ticket was made, *holder* who has it now. *others* are the
    secondary resources that nobody has decided about yet.
    """

    plan: Plan
    secondaries: Sequence[Secondary]
    others: Sequence[Secondary]
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


class Handoff:
    """Hand-offs by one template.

    *me* is the technician, if known; *vendor_ids* are the vendor's logins. *priority* is the label
    of another priority to set, "" for the template's. *secondaries* is "ask", "keep" or "remove".
    """

    def __init__(
        self,
        changer: Changer,
        template: Template,
        name: str,
        *,
        secondaries: str,
        priority: str,
        me: Person | None,
        vendor_ids: frozenset[int],
        hours: OpeningHours,
    ) -> None:
        self.template = template
        self.name = name
        self._changer = changer
        self._secondaries = secondaries
        self._hours = hours
        self._target = changer.autotask.resolved(
            Need.TICKETS | Need.PEOPLE | Need.ROLES,
            lambda tenant: _target(tenant, template, priority or template.priority),
        )[1]
        resource = self._target.values[Field.PRIMARY_RESOURCE]
        self._free_ids = vendor_ids | {me.id if me else resource, resource}

    def prepare(self, reference: Reference, now: datetime) -> Prepared:
        """Read a ticket and plan its hand-off; raise what Autotask says."""
        autotask, names = self._changer.autotask, self._changer.names
        ticket = autotask.ticket(reference)
        secondaries = secondaries_of(autotask, ticket.id)
        others = Others.REMOVE if self._secondaries == "remove" else Others.KEEP
        plan = plan_handoff(ticket, self._target, names, secondaries=secondaries, others=others)
        undecided = [each for each in secondaries if each not in plan.removals]
        holder = names.value(Field.PRIMARY_RESOURCE, ticket.primary_resource_id).label
        priorities = autotask.tenant(Need.TICKETS).picklist("priority").labels()
        companies = autotask.companies([ticket.company_id])
        return Prepared(
            plan=plan,
            secondaries=secondaries,
            others=undecided if plan.changes and self._secondaries == "ask" else (),
            objections=objections(ticket, claimant=holder or "", free_ids=self._free_ids),
            company=by_id(companies).get(ticket.company_id) or None,
            priority=by_id(priorities).get(ticket.priority_id),
            holder=holder,
            age=self._hours.between(ticket.created, now),
            url=autotask.ticket_page(ticket.id),
        )

    def without_others(self, prepared: Prepared) -> Prepared:
        """Plan to take the other secondary resources off as well."""
        plan = plan_handoff(
            prepared.ticket,
            self._target,
            self._changer.names,
            secondaries=prepared.secondaries,
            others=Others.REMOVE,
        )
        return replace(prepared, plan=plan, others=())

    def carry_out(self, prepared: Prepared, *, asked: bool) -> Result:
        """Do what was planned; where somebody was *asked*, only if the ticket is still as shown.

        Raises Refused when it is not, and StoreProblem or what Autotask says before any write.
        """
        if asked:
            self._look_again(prepared.ticket)
        errand = Errand(Deed.SEND, company=prepared.company or "", template=self.name)
        return _with_warnings(self._changer.make(prepared.plan, errand), prepared)

    def rehearse(self, prepared: Prepared) -> Result:
        """Make the requests on a way that only keeps them."""
        self._changer.rehearse(prepared.plan)
        result = Result(prepared.ticket.number, Outcome.PLANNED, prepared.plan)
        return _with_warnings(result, prepared)

    def _look_again(self, shown: Ticket) -> None:
        now = self._changer.autotask.ticket(TicketById(shown.id))
        if changed := differences(held(shown), held(now), self._changer.names):
            raise Refused(
                f"{shown.number} has changed since it was shown: {in_words(changed)}",
                hint="nothing was written; run it again to see the new plan",
            )


def refuse_too_many(number: int, most: int) -> None:
    """Raise Refused if *number* tickets are more than *most* in one go."""
    if objection := batch_objection(number, most):
        raise Refused(objection.reason, hint=_FORCE)


def refused(prepared: Prepared) -> Result | None:
    """Give the refusal where a safety rule says no, None where none does."""
    if not prepared.objections:
        return None
    reason = "; ".join(objection.reason for objection in prepared.objections)
    return Result(
        prepared.ticket.number, Outcome.REFUSED, prepared.plan, error=Refused(reason, hint=_FORCE)
    )


def overruled(prepared: Prepared, *rules: Rule) -> Prepared:
    """Set the objections of *rules* aside."""
    left = [each for each in prepared.objections if each.rule not in rules]
    return replace(prepared, objections=left)


def already_there(prepared: Prepared) -> Result | None:
    """Give the result of a ticket that needs nothing, None for one that does."""
    if not prepared.plan.empty:
        return None
    return Result(prepared.ticket.number, Outcome.ALREADY_THERE, prepared.plan)


def _with_warnings(result: Result, prepared: Prepared) -> Result:
    if not prepared.others:
        return result
    names = ", ".join(each.name for each in prepared.others)
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
