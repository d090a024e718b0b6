"""What is asked of Autotask: where its rows are, the queries for them, and its other answers.

A row decodes strictly: one with a field of another type, or a missing one that a decision rests
on, is odd, and `oddrows` makes the best of it. Autotask answers an unknown operator by ignoring the
condition, and `eq null` by matching nothing; both would turn "nobody's tickets" into something
else. Such a query is refused here, as a bug.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import field

from mcdesk.core.changes import Field, Values
from mcdesk.core.rows import Number, Row
from mcdesk.core.tenant import PICKLISTS, DeskRole, HeldRole
from mcdesk.core.tickets import (
    Company,
    Contact,
    HistoryRow,
    Note,
    Person,
    Secondary,
    Ticket,
    TimeEntry,
)
from mcdesk.core.wording import instant

R = TypeVar("R", bound=Row)
Value = str | int | float | bool | datetime
Condition = dict[str, Any]
# autotask help, REST_Advanced_Query_Features: rows of a page, and 'OR' conditions of a query.
MOST = 500
# autotask help, REST_Basic_Query_Calls: the documented operators, in their documented case.
_WITH_VALUE = frozenset(
    {"eq", "noteq", "gt", "gte", "lt", "lte", "beginsWith", "endsWith", "contains"}
)
_WITH_LIST = frozenset({"in", "notIn"})
_WITHOUT_VALUE = frozenset({"exist", "notExist"})
# Returned with tickets but not queryable (autotask help, TicketsEntity).
_NOT_QUERYABLE = frozenset({"creatorType", "lastActivityPersonType"})
CHANGED_FIELDS = {
    Field.PRIMARY_RESOURCE: "assignedResourceID",
    Field.ROLE: "assignedResourceRoleID",
    **PICKLISTS,
}


def where(name: str, op: str, value: Value | Collection[Value] | None = None) -> Condition:
    """Build one condition on field *name*; raise ValueError for what Autotask would ignore."""
    if name in _NOT_QUERYABLE:
        raise ValueError(f"{name} cannot be queried: filter it after reading")
    if op in _WITHOUT_VALUE and value is None:
        return {"op": op, "field": name}
    is_list = isinstance(value, (list, tuple, set, frozenset))
    if op in _WITH_LIST and is_list:
        return {"op": op, "field": name, "value": _listed(value)}
    if op in _WITH_VALUE and value is not None and not is_list:
        return {"op": op, "field": name, "value": _plain(value)}
    raise ValueError(f"Autotask does not know the condition {name} {op} {value!r}")


def _listed(value: Any) -> list[Any]:
    """Order *value* so that equal queries are equal texts; Autotask allows 500 values."""
    if not 0 < len(value) <= MOST:
        raise ValueError(f"a list of {len(value)} values: 1 to {MOST} are possible")
    ordered = sorted(value)
    return [*map(_plain, ordered)] if isinstance(ordered[0], datetime) else ordered


def _plain(value: Any) -> str | int | float | bool:
    return instant(value) if isinstance(value, datetime) else value


class PageDetails(msgspec.Struct, rename="camel"):
    """How a page of rows goes on (autotask help, REST_Basic_Query_Calls)."""

    count: int
    next_page_url: str | None


class Page(msgspec.Struct, Generic[R], rename="camel"):
    """One page of rows."""

    items: list[R]
    page_details: PageDetails


class Links(msgspec.Struct, rename="camel"):
    """The end of a page."""

    page_details: PageDetails


class QueueMember(Row, frozen=True, kw_only=True):
    """A resource's membership of a queue."""

    resource_id: Number
    queue_id: Number


class Standing(Row, frozen=True, kw_only=True):
    """Where a ticket is; *completed* is when it was closed, None if it was not."""

    queue_id: Number | None
    status_id: Number | None = field(name="status")
    primary_resource_id: Number | None = field(name="assignedResourceID")
    # However it is spelled: whether there is one is all that counts.
    completed: Any = field(name="completedDate")


class FieldRow(msgspec.Struct, kw_only=True):
    """One field of an entity; the values of its picklist wait until somebody asks for them.

    A tenant has odd ones in picklists that mcdesk never reads.
    """

    name: str
    picklistValues: msgspec.Raw = msgspec.Raw(b"null")


class FieldsAnswer(msgspec.Struct):
    """The answer of entityInformation/fields: rows of fields, of which some may be odd."""

    fields: list[msgspec.Raw]


class OwnChoice(msgspec.Struct):
    """One value of the list of a tenant's own field."""

    value: str | int
    label: str | None = None


class ZoneAnswer(msgspec.Struct):
    """The answer of zoneInformation (autotask help, GetZoneInfoCall)."""

    url: str
    webUrl: str | None = None


class ThresholdAnswer(msgspec.Struct):
    """The answer of ThresholdInformation."""

    externalRequestThreshold: Number
    currentTimeframeRequestCount: Number


class CountAnswer(msgspec.Struct):
    """The answer of query/count."""

    queryCount: Annotated[int, msgspec.Meta(ge=0)]


class WrittenAnswer(msgspec.Struct):
    """What every write answers."""

    itemId: Number


class Entity(msgspec.Struct, Generic[R], frozen=True):
    """Where rows of one kind are queried; *word* is what a row is called in messages.

    Of the row's fields, *left_out* are not asked for. *whole* asks for all that Autotask has, so
    that the tenant's own fields are surely among them.
    """

    path: str
    word: str
    row: type[R]
    left_out: Collection[str] = ()
    whole: bool = False

    @property
    def page(self) -> Any:
        """What an answer decodes as."""
        return Page[self.row]  # type: ignore[name-defined] # known when it runs

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of a row that are asked for, by the API's names for them, in order."""
        names = zip(self.row.__struct_encode_fields__, self.row.__struct_fields__, strict=True)
        return {field: name for field, name in names if name not in self.left_out}

    def query(self, conditions: Sequence[Condition], *, size: int = MOST) -> dict[str, Any]:
        """Write the query for the rows that meet all *conditions* as Autotask reads it.

        Pages have *size* rows. Raises ValueError for no condition, and for one on a field that is
        not asked for.
        """
        fields = list(self.attributes)
        if not conditions or _fields_of(conditions) - set(fields):
            raise ValueError(f"a query of {self.path} needs conditions, on fields that it has")
        wanted = {} if self.whole else {"IncludeFields": fields}
        return {"filter": list(conditions), **wanted, "MaxRecords": size}


def _fields_of(conditions: Iterable[Condition]) -> set[str]:
    """Return the fields that *conditions* are on, those within groups included."""
    found: set[str] = set()
    for each in conditions:
        found |= _fields_of(each["items"]) if "items" in each else {each["field"]}
    return found


# What only one ticket is asked for.
_OF_ONE = {"description", "due", "sub_issue_id"}
TICKETS = Entity(
    "Tickets",
    "ticket",
    Ticket,
    left_out={*_OF_ONE, "category_id", "last_activity", "modified"},
)
TICKET_FIELDS = Entity(
    "Tickets", "ticket", Ticket, left_out={*_OF_ONE, "last_activity", "modified"}
)
TICKET_DETAILS = Entity("Tickets", "ticket", Ticket, left_out={"last_activity"})
# What lists show, and all that they are searched by.
LISTED = Entity("Tickets", "ticket", Ticket, left_out={*_OF_ONE, "category_id"})
HISTORY = Entity("TicketHistory", "history row", HistoryRow)
STANDINGS = Entity("Tickets", "ticket", Standing)
NOTES = Entity("TicketNotes", "note", Note, left_out={"title", "text", "publish"})
NOTE_TEXTS = Entity("TicketNotes", "note", Note)
TIME_ENTRIES = Entity(
    "TimeEntries", "time entry", TimeEntry, left_out={"summary", "internal_notes", "hours"}
)
TIME_ENTRY_TEXTS = Entity("TimeEntries", "time entry", TimeEntry)
SECONDARIES = Entity("TicketSecondaryResources", "secondary resource", Secondary)
PEOPLE = Entity("Resources", "resource", Person)
ROLES = Entity("Roles", "role", DeskRole)
HELD_ROLES = Entity("ResourceServiceDeskRoles", "role", HeldRole)
QUEUE_MEMBERS = Entity("ResourceRoleQueues", "queue", QueueMember)
COMPANIES = Entity(
    "Companies",
    "company",
    Company,
    left_out={"phone", "alternate_phone_1", "alternate_phone_2", "own"},
)
# With all that they are searched by.
CALLING_COMPANIES = Entity("Companies", "company", Company, left_out={"own"})
# With the tenant's own fields.
WHOLE_COMPANIES = Entity("Companies", "company", Company, whole=True)
CONTACTS = Entity("Contacts", "contact", Contact)


def ticket_changes(values: Values) -> dict[str, int | None]:
    """Spell *values* for a PATCH."""
    return {CHANGED_FIELDS[field]: value for field, value in values.items()}
