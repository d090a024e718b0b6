"""Show one ticket: what it is, who has it, and what was said last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field
from mcdesk.core.hours import OpeningHours
from mcdesk.core.promise import WithVendor
from mcdesk.core.references import Reference
from mcdesk.core.staleness import Wait, WaitMeter, Watched, last_actions
from mcdesk.core.tenant import Need
from mcdesk.core.tickets import Comment, Contact, Person, Ticket
from mcdesk.errors import LabelProblem
from mcdesk.ops.bounces import Bounces
from mcdesk.ops.clocks import Sources, find_clocks, unknown_since
from mcdesk.ops.handoff import label_of
from mcdesk.ops.safety import judge_of
from mcdesk.ops.staff import Vendor, staff_of
from mcdesk.ops.stale import Search
from mcdesk.settings.model import Settings


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with names for its ids."""

    ticket: Ticket
    queue: str | None
    status: str | None
    priority: str | None
    company: str | None
    contact: Contact | None
    primary_resource: str | None
    secondary_resources: Sequence[str]
    # None if somebody has it or it is elsewhere.
    wait: Wait | None
    # The latest first.
    comments: Sequence[Comment]
    # Who wrote them, by id.
    people: Mapping[int, Person]
    contacts: Mapping[int | None, Contact]
    url: str | None
    # How it stands with the vendor, None if it is not there; *remarks* say why some is not known.
    mc: WithVendor | None = None
    remarks: Sequence[str] = ()

    def author(self, comment: Comment) -> str:
        """Name who wrote *comment*."""
        contact = self.contacts.get(comment.contact_id)
        writer = contact or self.people.get(comment.resource_id or 0)
        return writer.name if writer else "unknown"


def show_ticket(
    autotask: Autotask,
    settings: Settings,
    sources: Sources,
    reference: Reference,
    *,
    search: Search,
    hours: OpeningHours,
    vendor: Vendor,
    bounces: Bounces,
    now: datetime,
) -> TicketView:
    """Read the ticket that *reference* means; raise NoSuchTicket.

    *search* says where and after how long an unclaimed ticket counts as stale, *bounces* whether it
    was with the vendor, *sources* since when one is there.
    """
    ticket, comments, others = autotask.tickets.whole(reference)
    secondaries = [each.resource_id for each in others]
    tenant = autotask.tenant(Need.TICKETS | Need.PEOPLE)
    tenant = autotask.with_people(tenant, [ticket.primary_resource_id, *secondaries])
    staff = staff_of(autotask, tenant, comments, vendor)
    companies, contacts = autotask.customers(
        [ticket.company_id], {ticket.contact_id, *(comment.contact_id for comment in comments)}
    )
    names = tenant.names()
    watched = _watched(autotask, search)
    meter = WaitMeter(
        hours,
        now=now,
        earliest=ticket.created,
        after=search.after,
        returned_ids=watched.returned_ids,
        theirs=bounces.last_with_vendor([ticket.id]),
    )
    last_action = last_actions(comments, staff).get(ticket.id)
    judge = judge_of(settings, tenant)
    clocks = find_clocks(
        autotask,
        settings,
        tenant,
        sources,
        vendor,
        [ticket] if judge.with_mc(ticket) else [],
        words=comments,
    )
    return TicketView(
        ticket=ticket,
        queue=label_of(tenant, "queueID", ticket.queue_id),
        status=label_of(tenant, "status", ticket.status_id),
        priority=label_of(tenant, "priority", ticket.priority_id),
        company=companies.get(ticket.company_id),
        contact=contacts.get(ticket.contact_id),
        primary_resource=names.value(Field.PRIMARY_RESOURCE, ticket.primary_resource_id).label,
        secondary_resources=[
            names.value(Field.SECONDARY_RESOURCE, id).label or "" for id in secondaries
        ],
        wait=meter.wait(ticket, last_action) if watched.holds(ticket) else None,
        comments=comments,
        people=staff.resources,
        contacts=contacts,
        url=autotask.ticket_page(ticket.id),
        mc=clocks.by_id.get(ticket.id),
        remarks=unknown_since(clocks, judge.vendor),
    )


def _watched(autotask: Autotask, search: Search) -> Watched:
    """Find out where `stale` looks: nowhere, with labels that do not exist."""
    try:
        return autotask.resolved(Need.TICKETS, search.watched)[1]
    except LabelProblem:
        return Watched(frozenset(), frozenset())
