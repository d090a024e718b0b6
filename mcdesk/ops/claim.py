"""Take a ticket oneself, and say so if somebody was faster."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mcdesk.core.changes import Field, Names, Plan, Values
from mcdesk.core.claim import overtaken_by, plan_claim
from mcdesk.core.handoff import Objection, objections
from mcdesk.core.journal import Deed
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import Person, Ticket
from mcdesk.errors import Overtaken, Rejected
from mcdesk.ops.changing import Changer, Errand, Outcome, Result
from mcdesk.ops.names import by_id, secondaries_of


@dataclass(frozen=True, slots=True)
class Claiming:
    """A claim that was planned, and what speaks against it."""

    plan: Plan
    company: str | None
    objections: Sequence[Objection]

    @property
    def ticket(self) -> Ticket:
        """The ticket as it was read."""
        return self.plan.ticket


class Claim:
    """Claims of *me*, in service desk role *role* ("" for the default one).

    *status* is the label that a claimed ticket gets, "" for none.
    """

    def __init__(self, changer: Changer, me: Person, *, role: str, status: str) -> None:
        self._changer = changer
        self._me = me
        self._target = changer.autotask.resolved(
            Need.TICKETS | Need.ROLES, lambda tenant: _target(tenant, me, role, status)
        )[1]

    def prepare(self, reference: Reference) -> Claiming:
        """Read a ticket and plan to take it; raise what Autotask says."""
        autotask = self._changer.autotask
        ticket = autotask.ticket(reference)
        companies = autotask.companies([ticket.company_id])
        plan = plan_claim(ticket, self._target, self._names)
        against = () if plan.empty else self._objections(ticket)
        return Claiming(plan, by_id(companies).get(ticket.company_id) or None, against)

    def carry_out(self, claiming: Claiming, *, asked: bool) -> Result:
        """Take the ticket; where somebody was *asked*, only if nobody took it meanwhile.

        Raises Overtaken when somebody did, and StoreProblem or what Autotask says before any write.
        """
        if asked and not claiming.plan.empty:
            claiming = self._look_again(claiming)
        if claiming.plan.empty:
            return Result(claiming.ticket.number, Outcome.ALREADY_THERE, claiming.plan)
        errand = Errand(Deed.CLAIM, company=claiming.company or "")
        result = self._changer.make(claiming.plan, errand)
        if isinstance(result.error, Rejected) and (freed := self._off_the_secondaries(claiming)):
            result = self._changer.make(freed, errand)
        return self._told(result)

    def rehearse(self, claiming: Claiming) -> Result:
        """Make the requests on a way that only keeps them."""
        self._changer.rehearse(claiming.plan)
        return Result(claiming.ticket.number, Outcome.PLANNED, claiming.plan)

    def _look_again(self, claiming: Claiming) -> Claiming:
        """Read the ticket again; raise for an objection that nobody was asked about."""
        now = self._changer.autotask.ticket(TicketById(claiming.ticket.id))
        plan = plan_claim(now, self._target, self._names)
        for objection in () if plan.empty else self._objections(now):
            if objection not in claiming.objections:
                raise Overtaken(f"{objection.reason} by now; nothing was changed")
        return replace(claiming, plan=plan)

    def _off_the_secondaries(self, claiming: Claiming) -> Plan | None:
        """Plan to take me off the secondary resources first, where that is what Autotask meant.

        It refuses a primary resource that is a secondary one (autotask help, TicketsEntity); the
        text is not known, so the ticket is asked.
        """
        mine = [
            each
            for each in secondaries_of(self._changer.autotask, claiming.ticket.id)
            if each.resource_id == self._me.id
        ]
        return replace(claiming.plan, removals=mine) if mine else None

    def _told(self, result: Result) -> Result:
        """Say it in so many words where somebody was faster."""
        if result.plan is None or result.found is None or result.outcome is not Outcome.UNVERIFIED:
            return result
        holder = overtaken_by(result.plan, result.found)
        if holder is None:
            return result
        name = self._names.value(Field.PRIMARY_RESOURCE, holder).label
        return replace(
            result,
            error=Overtaken(
                f"{name} was faster and has {result.reference}",
                hint=f"mcdesk show {result.reference}",
            ),
        )

    def _objections(self, ticket: Ticket) -> list[Objection]:
        holder = self._names.value(Field.PRIMARY_RESOURCE, ticket.primary_resource_id).label
        return objections(ticket, claimant=holder or "", free_ids={self._me.id})

    @property
    def _names(self) -> Names:
        return self._changer.names


def _target(tenant: Tenant, me: Person, role: str, status: str) -> Values:
    return {
        Field.PRIMARY_RESOURCE: me.id,
        Field.ROLE: tenant.role(me, role).id,
        **({Field.STATUS: tenant.id_of("status", status)} if status else {}),
    }
