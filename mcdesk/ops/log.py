"""Say what mcdesk did from here, and whether it still holds."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field, Names
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.references import Reference
from mcdesk.core.standing import Comparison, compare
from mcdesk.core.tenant import Need
from mcdesk.core.tickets import Secondary, Ticket
from mcdesk.errors import PermissionDenied
from mcdesk.ops.handoff import NEEDS
from mcdesk.store.operations import Operations


@dataclass(frozen=True, slots=True)
class Logged:
    """An operation; *comparison* is None if nobody could look, or a later one counts."""

    operation: Operation
    comparison: Comparison | None = None
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """What was found, the latest first, and how many *earlier* ones there are."""

    entries: Sequence[Logged]
    earlier: int
    checked: bool = False


def read_log(
    operations: Operations, *, since: datetime | None, about: Reference | None = None
) -> Log:
    """Read what was done since *since* (None: ever), about one ticket or about all."""
    every = operations.latest(about=about)
    shown = [each for each in every if since is None or each.at >= since]
    return Log(with_superseded(shown, every), len(every) - len(shown))


def with_superseded(shown: Iterable[Operation], every: Sequence[Operation]) -> list[Logged]:
    """Mark those of *shown* after which *every* knows a later change of the same ticket."""
    latest: dict[int | None, tuple[datetime, int]] = {}
    for each in every:  # the latest first
        if each.may_have_changed:
            latest.setdefault(each.ticket_id, (each.at, each.n))
    return [
        Logged(
            each,
            superseded=each.changes_ticket
            and (each.at, each.n) < latest.get(each.ticket_id, (each.at, each.n)),
        )
        for each in shown
    ]


def recent_handoffs(operations: Operations, since: datetime) -> list[Logged]:
    """Read the handoffs since *since* that may have changed their ticket, and count still."""
    every = operations.latest(since=since)
    return [
        each
        for each in with_superseded(every, every)
        if each.operation.kind is Kind.SEND
        and each.operation.may_have_changed
        and not each.superseded
    ]


def checked(entries: Sequence[Logged], autotask: Autotask) -> list[Logged]:
    """Read the tickets of *entries*, 500 a request, and compare each with what was last set.

    One about secondary resources costs a request more; a note alone is not compared, nor is a
    ticket whose row may be an unreadable one. The roles are asked for only if one has changed:
    without them it goes by its id.
    """
    compared = [each for each in entries if each.operation.changes_ticket and not each.superseded]
    wanted = {id for each in compared if (id := each.operation.ticket_id) is not None}
    if not wanted:
        return list(entries)
    tickets, gone = autotask.tickets.by_id(wanted)
    others = {
        id: autotask.tickets.secondaries(id)
        for each in compared
        if each.operation.secondaries and (id := each.operation.ticket_id) is not None
    }

    def looked_at(need: Need) -> list[Logged]:
        holders = {ticket.primary_resource_id for ticket in tickets.values()}
        names = autotask.with_people(autotask.tenant(need), holders).names()
        return [
            _compared(each, tickets, others, names)
            if each in compared and (gone or each.operation.ticket_id in tickets)
            else each
            for each in entries
        ]

    found = looked_at(Need.TICKETS | Need.PEOPLE)
    if any(_differs_in_role(each) for each in found):
        with suppress(PermissionDenied):
            found = looked_at(NEEDS)
    return found


def _compared(
    logged: Logged,
    tickets: Mapping[int, Ticket],
    others: Mapping[int, Sequence[Secondary]],
    names: Names,
) -> Logged:
    operation, id = logged.operation, logged.operation.ticket_id
    if id is None:
        return logged
    return Logged(operation, compare(operation, tickets.get(id), names, others.get(id, ())))


def _differs_in_role(logged: Logged) -> bool:
    differences = logged.comparison.differences if logged.comparison else ()
    return any(each.field is Field.ROLE for each in differences)
