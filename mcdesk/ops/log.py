"""Say what mcdesk did from here, and whether it still holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.references import Reference
from mcdesk.core.standing import Comparison, compare
from mcdesk.ops.handoff import NEEDS
from mcdesk.store.operations import Operations


@dataclass(frozen=True, slots=True)
class Logged:
    """An operation; *comparison* is None if nobody looked, or a later one counts."""

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
    """Read the hand-offs since *since* that may have changed their ticket, and count still."""
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

    One about secondary resources costs a request more; a note alone is not compared.
    """
    compared = [each for each in entries if each.operation.changes_ticket and not each.superseded]
    wanted = {id for each in compared if (id := each.operation.ticket_id) is not None}
    if not wanted:
        return list(entries)
    tickets = autotask.tickets(wanted)
    holders = {ticket.primary_resource_id for ticket in tickets.values()}
    names = autotask.with_people(autotask.tenant(NEEDS), holders).names()

    def looked_at(each: Logged) -> Logged:
        operation = each.operation
        if each not in compared or operation.ticket_id is None:
            return each
        secondaries = autotask.secondaries(operation.ticket_id) if operation.secondaries else []
        ticket = tickets.get(operation.ticket_id)
        return Logged(operation, compare(operation, ticket, names, secondaries))

    return [looked_at(each) for each in entries]
