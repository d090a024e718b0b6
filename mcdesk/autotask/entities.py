"""Where Autotask's rows are queried, and the answers that are no rows of the core's.

A row decodes strictly: a field of another type, or a missing one that a decision rests on, makes
the whole answer not understood.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import field

from mcdesk.autotask.wire import PageDetails
from mcdesk.core.changes import Field, Values
from mcdesk.core.tenant import DeskRole, HeldRole
from mcdesk.core.tickets import (
    Company,
    Contact,
    Flag,
    Note,
    Number,
    Person,
    Row,
    Secondary,
    Text,
    Ticket,
    TimeEntry,
)

R = TypeVar("R", bound=Row)


class Page(msgspec.Struct, Generic[R], rename="camel"):
    """One page of rows."""

    items: list[R]
    page_details: PageDetails


class QueueMember(Row, frozen=True, kw_only=True):
    """A resource's membership of a queue."""

    resource_id: Number
    queue_id: Number


class BusinessHours(Row, frozen=True, kw_only=True):
    """Business hours of a location; each time is a date-time of which the time of day counts."""

    texts = ("name",)
    flags = ("default",)

    name: Text = ""
    default: Flag = field(name="isDefault", default=False)
    holiday_set_id: Number | None = None
    mondayBusinessHoursStartTime: str | None = None
    mondayBusinessHoursEndTime: str | None = None
    tuesdayBusinessHoursStartTime: str | None = None
    tuesdayBusinessHoursEndTime: str | None = None
    wednesdayBusinessHoursStartTime: str | None = None
    wednesdayBusinessHoursEndTime: str | None = None
    thursdayBusinessHoursStartTime: str | None = None
    thursdayBusinessHoursEndTime: str | None = None
    fridayBusinessHoursStartTime: str | None = None
    fridayBusinessHoursEndTime: str | None = None
    saturdayBusinessHoursStartTime: str | None = None
    saturdayBusinessHoursEndTime: str | None = None
    sundayBusinessHoursStartTime: str | None = None
    sundayBusinessHoursEndTime: str | None = None

    @property
    def days(self) -> dict[str, tuple[str | None, str | None]]:
        """Weekday to start and end as "HH:MM", None for what cannot be read."""
        return {
            day: (
                _time_of_day(getattr(self, f"{day}BusinessHoursStartTime")),
                _time_of_day(getattr(self, f"{day}BusinessHoursEndTime")),
            )
            for day in _WEEKDAYS
        }


class Holiday(Row, frozen=True, kw_only=True):
    """A day off of a holiday set; its date comes as midnight in UTC, and is no instant."""

    on: datetime = field(name="holidayDate")
    holiday_set_id: Number


class FieldRow(msgspec.Struct, kw_only=True):
    """One field of an entity; the values of its picklist wait until somebody asks for them.

    A tenant has odd ones in picklists that mcdesk never reads.
    """

    name: str
    picklistValues: msgspec.Raw = msgspec.Raw(b"null")


class FieldsAnswer(msgspec.Struct):
    """The answer of entityInformation/fields."""

    fields: list[FieldRow]


class ZoneAnswer(msgspec.Struct):
    """The answer of zoneInformation (autotask help, GetZoneInfoCall)."""

    url: str
    webUrl: str | None = None


class ThresholdAnswer(msgspec.Struct):
    """The answer of ThresholdInformation."""

    externalRequestThreshold: Number
    currentTimeframeRequestCount: Number


class WrittenAnswer(msgspec.Struct):
    """What every write answers."""

    itemId: Number


@dataclass(frozen=True, slots=True)
class Entity(Generic[R]):
    """Where rows of one kind are queried; *word* is what a row is called in messages.

    Of the row's fields, *left_out* are not asked for.
    """

    path: str
    word: str
    row: type[R]
    page: Any
    left_out: Collection[str] = ()

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of a row that are asked for, by the API's names for them, in order."""
        names = zip(self.row.__struct_encode_fields__, self.row.__struct_fields__, strict=True)
        return {field: name for field, name in names if name not in self.left_out}


TICKETS = Entity("Tickets", "ticket", Ticket, Page[Ticket], left_out={"description", "due"})
TICKET_DETAILS = Entity("Tickets", "ticket", Ticket, Page[Ticket])
NOTES = Entity("TicketNotes", "note", Note, Page[Note], left_out={"title", "text", "publish"})
NOTE_TEXTS = Entity("TicketNotes", "note", Note, Page[Note])
TIME_ENTRIES = Entity(
    "TimeEntries",
    "time entry",
    TimeEntry,
    Page[TimeEntry],
    left_out={"summary", "internal_notes", "hours"},
)
TIME_ENTRY_TEXTS = Entity("TimeEntries", "time entry", TimeEntry, Page[TimeEntry])
SECONDARIES = Entity("TicketSecondaryResources", "secondary resource", Secondary, Page[Secondary])
PEOPLE = Entity("Resources", "resource", Person, Page[Person])
ROLES = Entity("Roles", "role", DeskRole, Page[DeskRole])
HELD_ROLES = Entity("ResourceServiceDeskRoles", "role", HeldRole, Page[HeldRole])
QUEUE_MEMBERS = Entity("ResourceRoleQueues", "queue", QueueMember, Page[QueueMember])
COMPANIES = Entity("Companies", "company", Company, Page[Company])
CONTACTS = Entity("Contacts", "contact", Contact, Page[Contact])
BUSINESS_HOURS = Entity(
    "InternalLocationWithBusinessHours", "location", BusinessHours, Page[BusinessHours]
)
HOLIDAYS = Entity("Holidays", "holiday", Holiday, Page[Holiday])

_WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_CLOCK = re.compile(r"(?:^|T| )([01]\d:[0-5]\d|2[0-3]:[0-5]\d)")
_TICKET_FIELDS = {
    Field.PRIMARY_RESOURCE: "assignedResourceID",
    Field.ROLE: "assignedResourceRoleID",
    Field.STATUS: "status",
    Field.QUEUE: "queueID",
    Field.PRIORITY: "priority",
}


def ticket_changes(values: Values) -> dict[str, int | None]:
    """Spell *values* for a PATCH."""
    return {_TICKET_FIELDS[field]: value for field, value in values.items()}


def _time_of_day(text: str | None) -> str | None:
    """Take HH:MM out of a date-time or a time alone; its zone is the location's own."""
    found = _CLOCK.search(text or "")
    return found[1] if found else None
