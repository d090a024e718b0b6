"""Find out what went to the vendor, and what became of it, over the whole tenant.

Autotask keeps no list of that. It is what the vendor has now, what they wrote on since some day,
and what the journal of this computer says was sent.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any

from mcdesk.autotask.client import Autotask
from mcdesk.autotask.entities import MOST, Condition
from mcdesk.autotask.finding import open_ones
from mcdesk.autotask.worked import MOST_ROWS, Part
from mcdesk.core.operations import Kind, Operation, Progress
from mcdesk.core.report import Counts, Outcome, PriorityCounts, by_priority, counts_of
from mcdesk.core.safety import Judge
from mcdesk.core.tenant import Tenant
from mcdesk.core.tickets import Comment, Ticket
from mcdesk.errors import AutotaskProblem, PermissionDenied
from mcdesk.ops.clocks import Clocks, Sources, find_clocks, sent_at
from mcdesk.ops.finding import NEEDS, with_mc
from mcdesk.ops.safety import judge_of
from mcdesk.ops.staff import Vendor
from mcdesk.ops.stale import by_id
from mcdesk.settings.model import Settings

# Histories that one report asks for, a request each.
MOST_HISTORIES = 200
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reported:
    """A ticket of the report, with names for its ids; None if there is none."""

    ticket: Ticket
    company: str | None
    outcome: Outcome
    url: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What went to the vendor and what became of it *since* an instant, at *as_of* (UTC).

    The histories of so many tickets (*unasked*) were not looked up, being too many. *missing* says
    what could not be read.
    """

    as_of: datetime
    since: datetime
    counts: Counts
    by_priority: Sequence[PriorityCounts]
    tickets: Sequence[Reported]
    unasked: int
    missing: Sequence[str]


@dataclass(slots=True)
class _Found:
    """The tickets that the vendor has or worked on, their *words*, and what is *missing*.

    *heard* is whether the words are all.
    """

    tickets: list[Ticket] = field(default_factory=list)
    words: list[Comment] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    heard: bool = True

    def take(self, part: Part[Any], what: str) -> Sequence[Any]:
        """Return the rows of *part*, and note if it is not all of *what* it is of."""
        if part.problem:
            self.missing.append(f"{what} could not be read: {part.problem.message}")
        elif not part.whole:
            self.missing.append(f"there are more than {MOST_ROWS:,} of {what}: ask for less time")
        return part.rows


def read_report(
    autotask: Autotask,
    settings: Settings,
    sources: Sources,
    vendor: Vendor,
    *,
    since: datetime,
    now: datetime,
    expect: Callable[[int], None],
) -> Report:
    """Read what went to the vendor *since* an instant (UTC), and what became of it until *now*.

    *expect* is told how many requests come next. Raises what Autotask says if there is nothing to
    report without it.
    """
    tenant, held = autotask.resolved(NEEDS, lambda known: with_mc(judge_of(settings, known)))
    judge, journal = judge_of(settings, tenant), sources.operations.latest()
    sent = _sent(journal)
    lately = {id for id, at in sent.items() if at >= since}
    found = _find(autotask, judge, held, lately, since, expect)
    clocks = find_clocks(
        autotask,
        settings,
        tenant,
        sources,
        vendor,
        found.tickets,
        words=found.words,
        sent=_relied_on(sent, sent_at(sources.operations, found.tickets), found.tickets, judge),
        most=MOST_HISTORIES,
        expect=expect,
    )
    found.missing += _untold(autotask, clocks)
    tickets = _reported(autotask, settings, tenant, judge, found, clocks)
    outcomes = [each.outcome for each in tickets]
    order = tenant.picklist("priority").in_order()
    return Report(
        now,
        since,
        counts_of(outcomes),
        by_priority(outcomes, order, settings.mc.response_minutes),
        tickets,
        clocks.unasked,
        found.missing,
    )


def _find(
    autotask: Autotask,
    judge: Judge,
    held: Condition,
    sent: Collection[int],
    since: datetime,
    expect: Callable[[int], None],
) -> _Found:
    """Find the tickets that the vendor has (*held*), wrote on *since*, or that were *sent*.

    Those that they have come first, then those on which they wrote last.
    """
    found = _Found()
    theirs, notes, entries = autotask.worked.since(
        [open_ones(judge.closed_ids), held], judge.vendor_ids, since
    )
    found.tickets += found.take(theirs, f"the tickets with {judge.vendor}")
    found.words += found.take(notes, f"the notes by {judge.vendor}")
    found.words += found.take(entries, f"the time entries by {judge.vendor}")
    found.heard = all(part.whole and not part.problem for part in (notes, entries))
    known = {ticket.id for ticket in found.tickets}
    last = {each.ticket_id: each.at for each in sorted(found.words, key=lambda each: each.at)}
    others = sorted({*last, *sent} - known, key=lambda id: last.get(id, _BEGINNING), reverse=True)
    expect(ceil(len(others) / MOST))
    worked = autotask.worked.tickets(others)
    if theirs.problem and not worked.rows:
        raise theirs.problem
    found.tickets += found.take(worked, "some of the tickets on which they worked")
    before = {ticket.id for ticket in found.tickets if ticket.created < since}
    expect(2 * ceil(len(before) / MOST))
    try:
        found.words += autotask.finding.words_of(judge.vendor_ids, before)
    except (AutotaskProblem, PermissionDenied) as problem:
        found.heard = False
        found.missing.append(
            f"what {judge.vendor} wrote earlier could not be read: {problem.message}"
        )
    return found


def _sent(journal: Iterable[Operation]) -> Mapping[int, datetime]:
    """Return when tickets went to the vendor from here last, by their ids.

    *journal* has the latest operations first; what was undone never went.
    """
    verified = [each for each in journal if each.progress is Progress.DONE]
    undone = {each.undoes for each in verified if each.kind is Kind.UNDO}
    sent: dict[int, datetime] = {}
    for each in verified:
        fields = each.fields if each.kind is Kind.SEND and each.n not in undone else None
        if fields and each.ticket_id is not None:
            sent.setdefault(each.ticket_id, fields.attempted or fields.since)
    return sent


def _relied_on(
    sent: Mapping[int, datetime],
    counting: Mapping[int, datetime],
    tickets: Iterable[Ticket],
    judge: Judge,
) -> Mapping[int, datetime]:
    """Return when *tickets* were *sent*: those that the vendor has, if nothing came after.

    These are in *counting*. Whatever came after, they may have been sent again from elsewhere.
    """
    found = {each.id: (counting if judge.with_mc(each) else sent).get(each.id) for each in tickets}
    return {id: at for id, at in found.items() if at}


def _untold(autotask: Autotask, clocks: Clocks) -> list[str]:
    """Say why it is not known of some tickets since when the vendor had them."""
    if clocks.problem:
        return [f"some histories could not be read: {clocks.problem.message}"]
    return (
        []
        if autotask.tickets.tells_history
        else ["the histories of tickets may not be read: some are unknown since when"]
    )


def _reported(
    autotask: Autotask,
    settings: Settings,
    tenant: Tenant,
    judge: Judge,
    found: _Found,
    clocks: Clocks,
) -> list[Reported]:
    """Put names beside the ids of the tickets *found*: overdue ones first, then the latest."""
    companies: Mapping[int | None, str] = {}
    try:
        companies, _ = autotask.customers({ticket.company_id for ticket in found.tickets})
    except (AutotaskProblem, PermissionDenied) as problem:
        found.missing.append(f"the names of companies could not be read: {problem.message}")
    priority = by_id(tenant.picklist("priority").labels()).get
    returned = tenant.any_ids_of("status", settings.stale.returned_statuses)

    def outcome(ticket: Ticket) -> Outcome:
        nobodys = ticket.primary_resource_id is None and ticket.status_id in returned
        clock = clocks.by_id[ticket.id]
        return Outcome(
            priority=priority(ticket.priority_id),
            clock=clock,
            theirs=judge.with_mc(ticket),
            back=not judge.theirs(ticket) and (nobodys or clock.since is not None),
            open=not judge.closed(ticket),
            heard=found.heard,
        )

    reported = [
        Reported(
            ticket,
            companies.get(ticket.company_id) or None,
            outcome(ticket),
            autotask.ticket_page(ticket.id),
        )
        for ticket in found.tickets
    ]
    return sorted(reported, key=_place, reverse=True)


def _place(reported: Reported) -> tuple[bool, datetime, int]:
    outcome = reported.outcome
    return outcome.overdue, outcome.clock.since or _BEGINNING, reported.ticket.id
