"""Taking a change back: what restores the ticket, and when it is somebody else's by now.

Policy only. It never restores over what somebody has changed, noted or logged since.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from mcdesk.core.changes import (
    Field,
    Names,
    Plan,
    SecondaryChange,
    Values,
    differences,
    held,
    in_words,
    taking_off,
    within,
)
from mcdesk.core.operations import Kind, Operation, Progress
from mcdesk.core.staleness import Staff
from mcdesk.core.steps import State, TicketStep
from mcdesk.core.tenant import PICKLISTS, Tenant
from mcdesk.core.tickets import Comment, Secondary, Ticket
from mcdesk.errors import LabelProblem

# What Autotask lets nobody empty (a queue: without a holder), and what is said of that.
_NOT_EMPTIED = {
    Field.QUEUE: (
        "it was in no queue, which Autotask doesn't allow for an unassigned ticket: it stays in"
    ),
    Field.PRIORITY: "it had no priority, which Autotask doesn't allow: it stays",
}


def undoable(operations: Iterable[Operation]) -> Operation | None:
    """Find what an undo is about in *operations*, latest first; None if there is nothing.

    An undo is never undone, and ends the search: so that a second one does not take back what was
    done earlier. One that was not finished is taken up again. Notes alone are passed over: nothing
    takes them back.
    """
    every = list(operations)
    latest = next((each for each in every if each.may_have_changed), None)
    if latest is None or latest.kind is not Kind.UNDO:
        return latest
    if latest.progress is Progress.DONE:
        return None
    return next((each for each in every if each.n == latest.undoes), None)


def tried(operations: Iterable[Operation]) -> Operation | None:
    """Find what was tried last of *operations*, latest first, and was seen to have changed nothing.

    It may have landed after that was seen.
    """
    return next((each for each in operations if each.changes_ticket and not each.untouched), None)


class Former(Struct, frozen=True):
    """What a ticket gets back of what it held: *values*, and what is not quite as before (*said*).

    *gone* are the ids of people who cannot be on a ticket any more.
    """

    values: Values
    said: Sequence[str] = ()
    gone: frozenset[int] = frozenset()


def former(operation: Operation, ticket: Ticket, tenant: Tenant) -> Former:
    """Find what can be written of what *ticket* held before *operation*.

    Autotask takes no resource without a role, and no ticket without both resource and queue
    (autotask help, TicketsEntity). Raises LabelProblem naming each field that cannot go back.
    """
    step, now = operation.fields, held(ticket)
    values, said = dict(step.before if step else {}), list[str]()
    after = {**now, **values}
    holder, names = after[Field.PRIMARY_RESOURCE], tenant.names()
    for field, words in _NOT_EMPTIED.items():
        if field in values and values[field] is None and not (holder and field is Field.QUEUE):
            values[field] = now[field]
            said.append(f"{words} {names.value(field, now[field]).label}")
    person = tenant.people.get(holder or 0)
    if person and after[Field.ROLE] is None and Field.ROLE in values:
        role = tenant.role(person)
        values[Field.ROLE] = role.id
        said.append(
            f"{person.name} had no role on it, which Autotask doesn't allow: now {role.name}"
        )
    changing = {field: id for field, id in values.items() if now[field] != id}
    if hindered := _hindered(changing, {**now, **values}, tenant):
        raise LabelProblem("; ".join(hindered))
    gone = _gone(operation, tenant)
    said += [f"{tenant.people[id].name} is inactive, so not put back" for id in sorted(gone)]
    return Former(values, said, gone)


def _hindered(changing: Values, after: Values, tenant: Tenant) -> list[str]:
    """Say which fields of *changing* cannot go back, and why."""
    names = tenant.names()
    found = [
        f"{field.words} cannot go back to {names.value(field, changing[field]).label}, which is "
        "retired"
        for field, picklist in PICKLISTS.items()
        if changing.get(field) is not None
        and changing[field] not in {each.id for each in tenant.picklist(picklist).active}
    ]
    holder, role = after[Field.PRIMARY_RESOURCE], after[Field.ROLE]
    if holder is None or not changing.keys() & {Field.PRIMARY_RESOURCE, Field.ROLE}:
        return found
    who = names.value(Field.PRIMARY_RESOURCE, holder).label
    if holder not in {each.id for each in tenant.holders()}:
        return [*found, f"primary resource cannot go back to {who}, who is inactive"]
    if role not in {each.id for each in tenant.roles_of(tenant.people[holder])}:
        label = names.value(Field.ROLE, role).label
        return [*found, f"role cannot go back to {label}, which {who} no longer has"]
    return found


def _gone(operation: Operation, tenant: Tenant) -> frozenset[int]:
    """Find the secondary resources that were taken off and have left since."""
    off = {step.change.resource_id for step in operation.secondaries if not step.change.on}
    return frozenset(id for id in off & tenant.people.keys() if not tenant.people[id].active)


def plan_undo(
    operation: Operation,
    ticket: Ticket,
    secondaries: Sequence[Secondary],
    names: Names,
    former: Former,
) -> Plan | str:
    """Plan what restores *ticket* to *former*, before *operation*, or say why that may not be.

    Who gets it back may be one of its *secondaries* by now: then that row goes first, as do those
    of whom the operation put on. If the ticket holds the former values already, only secondary
    resources are planned: so an undo that died half way can be repeated.
    """
    now, step = held(ticket), operation.fields
    joined = put_on(operation)
    missing = [
        each for each in _missing(operation, secondaries) if each.resource_id not in former.gone
    ]
    if step is None or (step.before and within(former.values, now)):
        return Plan(ticket, (), _off(secondaries, joined, names), missing)
    if taker := _taken_by_another(step):
        return f"{names.value(Field.PRIMARY_RESOURCE, taker).label} was faster and had it"
    left = _left_behind(step)
    if not within(left, now):
        changes = differences(left, {field: now[field] for field in left}, names)
        return f"it has changed since: {in_words(changes)}"
    holder = former.values.get(Field.PRIMARY_RESOURCE)
    changes = differences(now, former.values, names)
    return Plan(ticket, changes, _off(secondaries, {holder, *joined}, names), missing)


def put_on(operation: Operation) -> Mapping[int, str]:
    """Find whom it put on the ticket, or may have before it died: their names by their ids."""
    return {
        step.change.resource_id: step.change.name
        for step in operation.secondaries
        if step.change.on and step.state not in (State.WAITING, State.FAILED)
    }


def _off(
    secondaries: Sequence[Secondary], who: Collection[int | None], names: Names
) -> list[SecondaryChange]:
    return [taking_off(each, names) for each in secondaries if each.resource_id in who]


def _left_behind(step: TicketStep) -> Values:
    """Return what the ticket holds if nobody went on: what was read back, or what landed later."""
    if step.found is None:
        return step.wanted
    landed = not within(step.before, step.found)
    return step.found if landed else {**step.found, **step.wanted}


def _taken_by_another(step: TicketStep) -> int | None:
    """Find who held the ticket when it was read back, if neither as set nor as before."""
    if step.found is None or Field.PRIMARY_RESOURCE not in step.wanted:
        return None
    holder = step.found[Field.PRIMARY_RESOURCE]
    ours = (step.wanted[Field.PRIMARY_RESOURCE], step.before[Field.PRIMARY_RESOURCE])
    return None if holder in ours else holder


def _missing(operation: Operation, secondaries: Sequence[Secondary]) -> list[SecondaryChange]:
    """List those that it took off, or may have before it died, and that are not there.

    One that could not be taken off, or was put back, is missing through somebody else.
    """
    there = {each.resource_id for each in secondaries}
    return [
        replace(step.change, on=True, row_id=None)
        for step in operation.secondaries
        if not step.change.on
        and step.state is not State.FAILED
        and not operation.restored(step)
        and step.change.resource_id not in there
    ]


def by_others(
    comments: Iterable[Comment],
    *,
    since: datetime | None,
    staff: Staff,
    me: int | None,
    own: Collection[int],
) -> list[Comment]:
    """List the notes and time entries that somebody else left at *since* or later, latest first.

    The customer counts, for MC may be answering them; so do notes of our API user, which any
    colleague may have written, unless *own* has their id. Workflow rules and other integrations do
    not count.
    """
    found = [
        comment
        for comment in comments
        if (since is None or comment.at >= since)
        and (comment.by_contact or staff.acted(comment) or staff.is_own(comment))
        and (me is None or comment.resource_id != me)
        and comment.id not in own
    ]
    return sorted(found, key=lambda comment: comment.at, reverse=True)
