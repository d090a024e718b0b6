"""Whose ticket it is, as far as a handoff depends on it: the company with its plan, the contact.

What was read today is believed as long as it speaks for the handoff: nobody is warned of what
somebody has put right meanwhile. What cannot be read stops nothing.
"""

from collections.abc import Callable

from mcdesk.autotask import entities as e
from mcdesk.autotask.reads import Reads
from mcdesk.autotask.remembered import Remembered
from mcdesk.autotask.strands import Read
from mcdesk.core.preflight import Customer, Terms
from mcdesk.core.tickets import Company, Contact, Ticket
from mcdesk.errors import AutotaskProblem, PermissionDenied


class Customers:
    """The customers of one tenant; *say* is told what could not be read."""

    def __init__(self, reads: Reads, remembered: Remembered, say: Callable[[str], None]) -> None:
        self._reads = reads
        self._remembered = remembered
        self._say = say

    def of(self, ticket: Ticket, terms: Terms) -> Customer:
        """Read whose *ticket* it is, with the company's plan if *terms* go by it."""
        id = ticket.company_id
        (company, name), (contact, known) = self._reads.together(
            self._with_plan(id, terms) if terms.plan_field else self._name(id),
            self._contact(ticket.contact_id),
        )
        return Customer(name, company, contact, known)

    def sample(self) -> Company | None:
        """Read any company with the tenant's own fields, None if there is none."""
        rows, _ = self._reads.one(
            self._reads.part(e.WHOLE_COMPANIES, e.where("id", "gte", 0), most=1, odd=[])
        )
        return next(iter(rows), None)

    def _name(self, id: int | None) -> Read[tuple[Company | None, str | None]]:
        found = yield from self._remembered.by_id(e.COMPANIES, [id])
        return None, next((each.name or None for each in found.values()), None)

    def _with_plan(self, id: int | None, terms: Terms) -> Read[tuple[Company | None, str | None]]:
        try:
            found = yield from self._remembered.by_id(
                e.WHOLE_COMPANIES,
                [id],
                believed=terms.serves,
                kept=lambda company: company.only_with(terms.plan_field),
            )
        except (AutotaskProblem, PermissionDenied) as problem:
            self._say(f"warning: the customer's plan could not be read: {problem.message}")
            return None, self._remembered.name_of_company(id)
        company = next(iter(found.values()), None)
        return company, (company and company.name) or None

    def _contact(self, id: int | None) -> Read[tuple[Contact | None, bool]]:
        try:
            found = yield from self._remembered.by_id(e.CONTACTS, [id], believed=_can_be_reached)
        except (AutotaskProblem, PermissionDenied) as problem:
            self._say(f"warning: the ticket's contact could not be read: {problem.message}")
            return None, False
        return next(iter(found.values()), None), True


def _can_be_reached(contact: Contact | None) -> bool:
    return contact is not None and contact.active and contact.reachable
