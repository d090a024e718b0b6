"""Show one ticket: what it is, who has it, and what was said last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.hours import OpeningHours
from mcdesk.core.references import Reference
from mcdesk.core.staleness import Clock, Wait, Watched, last_actions
from mcdesk.core.tickets import Contact, Remark, Ticket
from mcdesk.errors import LabelProblem
from mcdesk.ops.names import People, lookup
from mcdesk.ops.staff import Vendor, staff_of
from mcdesk.ops.stale import Search


@dataclass(frozen=True, slots=True)
class Said:
    """A note or time entry, and by whom."""

    remark: Remark
    author: str


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with names for its ids; *wait* is None when somebody has it or it is elsewhere.

    *said* is everything said on it, the latest first.
    """

    ticket: Ticket
    queue: str | None
    status: str | None
    priority: str | None
    company: str | None
    contact: Contact | None
    primary_resource: str | None
    secondary_resources: Sequence[str]
    wait: Wait | None
    said: Sequence[Said]
    url: str | None


def show_ticket(
    autotask: Autotask,
    reference: Reference,
    *,
    search: Search,
    hours: OpeningHours,
    vendor: Vendor,
    now: datetime,
) -> TicketView:
    """Read the ticket that *reference* means; raise NoSuchTicket.

    *search* says where and after how long an unclaimed ticket counts as stale.
    """
    ticket = autotask.ticket(reference)
    remarks = autotask.remarks(ticket.id)
    secondaries = autotask.secondaries(ticket.id)
    actions = [remark.action for remark in remarks]
    staff = staff_of(autotask, actions, vendor)
    names = {id: person.name for id, person in staff.resources.items()}
    holder = ticket.primary_resource_id
    clock = Clock(hours, now=now, earliest=ticket.created, after=search.after)
    last_action = last_actions(actions, staff).get(ticket.id)
    labels = [autotask.picklist(field).labels() for field in ("queueID", "status", "priority")]
    companies = autotask.directory.companies(_one(ticket.company_id))
    contacts = autotask.directory.contacts(_one(ticket.contact_id))
    return TicketView(
        ticket=ticket,
        queue=lookup(labels[0], ticket.queue_id),
        status=lookup(labels[1], ticket.status_id),
        priority=lookup(labels[2], ticket.priority_id),
        company=lookup(companies, ticket.company_id),
        contact=lookup(contacts, ticket.contact_id),
        primary_resource=None if holder is None else People(autotask.directory)[holder],
        secondary_resources=[each.name for each in secondaries],
        wait=clock.wait(ticket, last_action) if _is_unclaimed(autotask, ticket, search) else None,
        said=_with_authors(autotask, remarks, names),
        url=autotask.ticket_page(ticket.id),
    )


def _is_unclaimed(autotask: Autotask, ticket: Ticket, search: Search) -> bool:
    """Tell whether `stale` would count *ticket*; with labels that do not exist, it counts none."""
    try:
        watched = Watched(
            autotask.ids_of("queueID", search.queues), autotask.ids_of("status", search.statuses)
        )
    except LabelProblem:
        return False
    return watched.holds(ticket)


def _with_authors(
    autotask: Autotask, remarks: Sequence[Remark], names: dict[int, str]
) -> list[Said]:
    contact_ids = {remark.contact_id for remark in remarks if remark.contact_id is not None}
    contacts = autotask.directory.contacts(contact_ids)

    def author(remark: Remark) -> str:
        contact = lookup(contacts, remark.contact_id)
        return contact.name if contact else lookup(names, remark.action.resource_id) or "unknown"

    return [Said(remark, author(remark)) for remark in remarks]


def _one(id: int | None) -> list[int]:
    return [] if id is None else [id]
