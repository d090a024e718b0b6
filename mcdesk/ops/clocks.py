"""Find out how tickets stand with the vendor: since when they have them, and what they said.

Where a ticket went to them is in our journal, unless it was changed since; else in what is
remembered of its history, until it is changed again; else in that history, a request a ticket.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.arrivals import Signs
from mcdesk.core.operations import Kind, Progress
from mcdesk.core.promise import WithVendor, moved_on, since_when, with_vendor
from mcdesk.core.tenant import Tenant
from mcdesk.core.tickets import Comment, Ticket
from mcdesk.core.wording import counted
from mcdesk.errors import AutotaskProblem
from mcdesk.ops.safety import judge_of
from mcdesk.ops.staff import Vendor, staff_of
from mcdesk.ops.stale import by_id
from mcdesk.settings.model import Settings
from mcdesk.store.arrivals import Arrivals
from mcdesk.store.operations import Operations

# Histories that one look at some tickets may ask for.
MOST_HISTORIES = 20


@dataclass(frozen=True, slots=True)
class Sources:
    """What is known here of when tickets went to the vendor: our journal, and told histories."""

    operations: Operations
    arrivals: Arrivals


@dataclass(frozen=True, slots=True)
class Clocks:
    """How tickets stand with the vendor, by their ids.

    The histories of so many (*unasked*) were not looked up, being too many; *problem* is why some
    could not be.
    """

    by_id: Mapping[int, WithVendor]
    unasked: int = 0
    problem: AutotaskProblem | None = None


def find_clocks(
    autotask: Autotask,
    settings: Settings,
    tenant: Tenant,
    sources: Sources,
    vendor: Vendor,
    tickets: Sequence[Ticket],
    *,
    words: Collection[Comment] | None = None,
    sent: Mapping[int, datetime] | None = None,
    most: int = MOST_HISTORIES,
    expect: Callable[[int], None] = lambda _: None,
) -> Clocks:
    """Find out how each of *tickets* stands with the vendor, whether or not they have it now.

    *words* are the notes and time entries on them; None: they are asked for. *sent* is when they
    went there from here; None: as the journal says. Of histories, *most* are asked for; how many
    it will be, *expect* is told before. *tenant* holds labels of tickets and people.
    """
    if not tickets:
        return Clocks({})
    theirs = judge_of(settings, tenant).vendor_ids
    if words is None:
        words = autotask.finding.words_of(theirs, {ticket.id for ticket in tickets})
    said = _said(autotask, tenant, vendor, [each for each in words if each.resource_id in theirs])
    if sent is None:
        sent = sent_at(sources.operations, tickets)
    told, unasked, problem = _told(
        autotask,
        signs_of(settings, tenant),
        sources.arrivals,
        _doubtful(tickets, sent),
        most,
        expect,
    )
    priority, now = by_id(tenant.picklist("priority").labels()).get, autotask.now()
    clocks = {
        each.id: with_vendor(
            since_when(sent.get(each.id), each.modified, told.get(each.id)),
            said.get(each.id, ()),
            priority(each.priority_id),
            settings.mc.response_minutes,
            now=now,
        )
        for each in tickets
    }
    return Clocks(clocks, unasked, problem)


def unknown_since(clocks: Clocks, vendor: str) -> list[str]:
    """Say that it is not known when some tickets went to *vendor*, and why."""
    said = []
    if clocks.problem:
        said.append(
            f"mcdesk can't tell when some tickets went to {vendor}: {clocks.problem.message}"
        )
    if clocks.unasked:
        tickets = counted(clocks.unasked, "more ticket")
        said.append(
            f"mcdesk didn't look up when {tickets} went to {vendor}; run it again for those"
        )
    return said


def sent_at(operations: Operations, tickets: Iterable[Ticket]) -> Mapping[int, datetime]:
    """Return when *tickets* went to the vendor from here, by their ids, if nothing came after.

    The instants are Autotask's.
    """
    changes = operations.last_changes(ticket.id for ticket in tickets)
    sent = {
        id: each.fields
        for id, each in changes.items()
        if each.kind is Kind.SEND and each.progress is Progress.DONE
    }
    return {id: step.attempted or step.since for id, step in sent.items() if step}


def signs_of(settings: Settings, tenant: Tenant) -> Signs:
    """Return what in a history shows that a ticket went to the vendor, by whatever template.

    A status in which tickets wait for us shows nothing.
    """
    templates = settings.templates.values()
    names = [*settings.mc.resources, *(each.primary_resource for each in templates)]
    ours = tenant.any_ids_of("status", settings.stale.statuses)
    labels = tenant.picklist("status").labels()
    theirs = tenant.any_ids_of("status", [each.status for each in templates]) - ours
    return Signs(
        [tenant.people[id] for id in tenant.vendor_ids(names)],
        [labels[id] for id in theirs],
        list(labels.values()),
    )


def _said(
    autotask: Autotask, tenant: Tenant, vendor: Vendor, words: Collection[Comment]
) -> Mapping[int, Sequence[datetime]]:
    """Return when the vendor wrote on tickets, by the ids of these.

    What machines wrote does not count, and what has no date says nothing of when.
    """
    said: dict[int, list[datetime]] = {}
    if words:
        staff = staff_of(autotask, tenant, words, vendor)
        for each in words:
            if each.dated and staff.acted(each):
                said.setdefault(each.ticket_id, []).append(each.dated)
    return said


def _doubtful(tickets: Iterable[Ticket], sent: Mapping[int, datetime]) -> list[Ticket]:
    """Return those of *tickets* of which it takes more than our journal to know."""
    return [t for t in tickets if t.id not in sent or moved_on(sent[t.id], t.modified)]


def _told(
    autotask: Autotask,
    signs: Signs,
    arrivals: Arrivals,
    tickets: Sequence[Ticket],
    most: int,
    expect: Callable[[int], None],
) -> tuple[Mapping[int, datetime | None], int, AutotaskProblem | None]:
    """Find what their histories tell of *tickets*, asking for *most* that are not remembered.

    Returns as well for how many nobody asked, and what was in the way.
    """
    known = dict(arrivals.of(tickets)) if tickets else {}
    unknown = [ticket for ticket in tickets if ticket.id not in known]
    expect(len(unknown[:most]))
    told, problem = _ask(autotask, signs, unknown[:most])
    if told:
        arrivals.keep(told, autotask.now())
    return known | {ticket.id: at for ticket, at in told}, len(unknown[most:]), problem


def _ask(
    autotask: Autotask, signs: Signs, tickets: Iterable[Ticket]
) -> tuple[list[tuple[Ticket, datetime | None]], AutotaskProblem | None]:
    """Ask for the histories of *tickets*, until something is in the way."""
    told: list[tuple[Ticket, datetime | None]] = []
    for ticket in tickets:
        try:
            history = autotask.tickets.history(ticket.id)
        except AutotaskProblem as problem:
            return told, problem
        if history is None:  # it may not be read, and that was said
            break
        told.append((ticket, signs.arrival(history)))
    return told, None
