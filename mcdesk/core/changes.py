"""Changes of a ticket: what it holds, what it should hold, and whether that stuck.

Values as Autotask holds them (ids), each beside the words that people read. What may be changed,
and whether somebody wants it, is decided elsewhere.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field

from mcdesk.core.tickets import Secondary, Ticket


class Field(StrEnum):
    """What a change is about, in the words of scripts."""

    PRIMARY_RESOURCE = "primary_resource"
    ROLE = "role"
    STATUS = "status"
    QUEUE = "queue"
    PRIORITY = "priority"
    CATEGORY = "category"
    SECONDARY_RESOURCE = "secondary_resource"

    @property
    def words(self) -> str:
        """What technicians call it."""
        return self.value.replace("_", " ")


# What people call a field that holds nothing.
_EMPTY = {Field.PRIMARY_RESOURCE: "nobody", Field.SECONDARY_RESOURCE: "not on it"}
_PEOPLE = frozenset({Field.PRIMARY_RESOURCE, Field.SECONDARY_RESOURCE})
_PAIR = frozenset({Field.PRIMARY_RESOURCE, Field.ROLE})
# What a ticket holds of the fields that mcdesk changes: ids, None if nothing is set.
Values = Mapping[Field, int | None]


def held(ticket: Ticket) -> dict[Field, int | None]:
    """Return what *ticket* holds of them."""
    return {
        Field.PRIMARY_RESOURCE: ticket.primary_resource_id,
        Field.ROLE: ticket.role_id,
        Field.STATUS: ticket.status_id,
        Field.QUEUE: ticket.queue_id,
        Field.PRIORITY: ticket.priority_id,
        Field.CATEGORY: ticket.category_id,
    }


class Value(Struct, frozen=True):
    """The id that a field holds and what people call it; both None if nothing is set."""

    id: int | None
    label: str | None


NOTHING = Value(None, None)


class Names:
    """What the ids of each field stand for."""

    def __init__(self, labels: Mapping[Field, Mapping[int, str]]) -> None:
        self._labels = labels

    def value(self, field: Field, id: int | None) -> Value:
        """Put a name to *id*; an id that nobody knows is its own name."""
        if id is None:
            return NOTHING
        word = "resource" if field in _PEOPLE else field.words
        return Value(id, self._labels.get(field, {}).get(id) or f"{word} {id}")


class Change(Struct, frozen=True):
    """One field from *before* to *after*."""

    field: Field
    before: Value
    after: Value

    @property
    def was(self) -> str:
        """What was there, in words."""
        return self._said(self.before)

    @property
    def becomes(self) -> str:
        """What should be there, in words."""
        return self._said(self.after)

    def _said(self, value: Value) -> str:
        return _EMPTY.get(self.field, "none") if value.label is None else value.label


class SecondaryChange(Struct, frozen=True):
    """A secondary resource to put *on* the ticket, or to take off: then *row_id* is its row."""

    resource_id: int
    role_id: int | None
    name: str
    on: bool
    row_id: int | None = None


def taking_off(secondary: Secondary, names: Names) -> SecondaryChange:
    """Return what takes *secondary* off its ticket."""
    name = names.value(Field.SECONDARY_RESOURCE, secondary.resource_id).label or ""
    return SecondaryChange(
        secondary.resource_id, secondary.role_id, name, on=False, row_id=secondary.id
    )


class Plan(Struct, frozen=True):
    """What to do to *ticket*: fields to set, secondary resources to take off or put on.

    *accepted* are statuses that a workflow rule may rightly move the ticket on to at once. *kept*
    are fields that are right already: they are not written, but have to be right afterwards.
    """

    ticket: Ticket
    changes: Sequence[Change]
    removals: Sequence[SecondaryChange] = ()
    additions: Sequence[SecondaryChange] = ()
    accepted: frozenset[int] = frozenset()
    kept: Values = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.changes or self.removals or self.additions)

    @property
    def wanted(self) -> dict[Field, int | None]:
        """What the changed fields should hold."""
        return {change.field: change.after.id for change in self.changes}

    @property
    def patch(self) -> dict[Field, int | None]:
        """What goes out: the changed fields; a resource and its role only together.

        (autotask help, TicketsEntity)
        """
        values = self.wanted
        if values.keys() & _PAIR:
            values |= {field: held(self.ticket)[field] for field in _PAIR - values.keys()}
        return values

    @property
    def all_changes(self) -> list[Change]:
        """The changes of fields, then those of secondary resources."""
        return [*self.changes, *map(_as_change, (*self.removals, *self.additions))]


def _as_change(secondary: SecondaryChange) -> Change:
    named = Value(secondary.resource_id, secondary.name)
    before, after = (NOTHING, named) if secondary.on else (named, NOTHING)
    return Change(Field.SECONDARY_RESOURCE, before, after)


def differences(before: Values, after: Values, names: Names) -> list[Change]:
    """List the fields of *after* that *before* does not hold so, in the order of Field."""
    return [
        Change(field, names.value(field, before.get(field)), names.value(field, after[field]))
        for field in Field
        if field in after and before.get(field) != after[field]
    ]


def within(values: Values, now: Values) -> bool:
    """Check if all of *values* is what is there *now*."""
    return all(now.get(field) == id for field, id in values.items())


def held_already(ticket: Ticket, target: Values) -> dict[Field, int | None]:
    """Return those fields of *target* that *ticket* holds so."""
    now = held(ticket)
    return {field: id for field, id in target.items() if now[field] == id}


def not_stuck(
    expected: Values, accepted: Collection[int], before: Values, found: Values, names: Names
) -> list[Change]:
    """List what *found*, read back, does not hold as *expected*: from the expected to the found.

    An *accepted* status is as good as the one that was set, unless the ticket had it *before*: then
    nothing has moved.
    """
    wrong = differences(expected, {field: found[field] for field in expected}, names)
    return [
        change
        for change in wrong
        if not (
            change.field is Field.STATUS
            and change.after.id in accepted
            and change.after.id != before.get(Field.STATUS)
        )
    ]


def in_words(changes: Sequence[Change]) -> str:
    """Say *changes* in one line: "status New -> Returned to MC, queue Level I -> Help Desk"."""
    return ", ".join(f"{each.field.words} {each.was} -> {each.becomes}" for each in changes)
