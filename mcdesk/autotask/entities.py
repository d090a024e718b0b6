"""Autotask's rows as they stand in JSON, and the core values that they become.

The only file that spells the API's field names. A row decodes strictly: a field of another type, or
a missing one that a decision rests on, makes the whole answer not understood.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from mcdesk.autotask.wire import PageDetails
from mcdesk.core.changes import Field, Secondary, Values
from mcdesk.core.tickets import (
    PUBLISH_INTERNAL,
    Action,
    ActionKind,
    Contact,
    Person,
    Remark,
    Ticket,
)

# What Autotask's numbers are, and what a database can hold.
Number = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
# A flag may be 0 or 1, as Contacts have it, or null, which is no.
Flag = bool | Number | None
# A date beyond these is a mistake, or stands for "none": Autotask is younger.
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)


class Identified(msgspec.Struct, kw_only=True):
    """What every row has, and what rows are ordered by."""

    id: Number


Row = TypeVar("Row", bound=Identified)


class Page(msgspec.Struct, Generic[Row], rename="camel"):
    """One page of rows."""

    items: list[Row]
    page_details: PageDetails


class TicketRow(Identified, kw_only=True):
    """A ticket as lists ask for it; whether it has a primary resource may not be left out."""

    ticketNumber: str
    title: str | None = None
    createDate: datetime
    queueID: Number | None
    status: Number | None
    priority: Number | None = None
    companyID: Number | None = None
    contactID: Number | None = None
    assignedResourceID: Number | None
    assignedResourceRoleID: Number | None = None


class TicketDetailRow(TicketRow, kw_only=True):
    """A ticket with what `show` adds."""

    description: str | None = None
    dueDateTime: datetime | None = None


class NoteRow(Identified, kw_only=True):
    """Who wrote a ticket note, and when."""

    ticketID: Number
    noteType: Number | None = None
    creatorResourceID: Number | None = None
    createdByContactID: Number | None = None
    createDateTime: datetime


class NoteTextRow(NoteRow, kw_only=True):
    """A ticket note with its text."""

    title: str | None = None
    description: str | None = None
    publish: Number | None = None


class TimeEntryRow(Identified, kw_only=True):
    """Who logged time on a ticket, and when."""

    ticketID: Number | None = None
    resourceID: Number | None = None
    creatorUserID: Number | None = None
    createDateTime: datetime


class TimeEntryTextRow(TimeEntryRow, kw_only=True):
    """A time entry with its texts: the summary is the customer's, internal notes are ours."""

    summaryNotes: str | None = None
    internalNotes: str | None = None
    hoursWorked: float | None = None


class ResourceRow(Identified, kw_only=True):
    """A resource: a person, the vendor's login, or an integration."""

    firstName: str | None = None
    lastName: str | None = None
    email: str | None = None
    userName: str | None = None
    isActive: Flag = True
    licenseType: Number | None = None


class DeskRoleRow(Identified, kw_only=True):
    """A role that a resource may use on tickets (autotask help, TicketsEntity)."""

    resourceID: Number
    roleID: Number
    isActive: Flag
    isDefault: Flag


class QueueMemberRow(Identified, kw_only=True):
    """A resource's membership of a queue."""

    resourceID: Number
    queueID: Number


class LocationRow(Identified, kw_only=True):
    """Business hours of a location; each time is a date-time of which the time of day counts."""

    name: str | None = None
    isDefault: Flag = False
    holidaySetID: Number | None = None
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


class HolidayRow(Identified, kw_only=True):
    """A day off of a holiday set."""

    holidayDate: datetime
    holidaySetID: Number


class RoleRow(Identified, kw_only=True):
    """A role by name."""

    name: str | None = None
    isActive: Flag = True


class SecondaryRow(Identified, kw_only=True):
    """A secondary resource of a ticket."""

    ticketID: Number
    resourceID: Number
    roleID: Number | None = None


class CompanyRow(Identified, kw_only=True):
    """A company; id 0 is our own and valid."""

    companyName: str | None = None


class ContactRow(Identified, kw_only=True):
    """A customer's person."""

    firstName: str | None = None
    lastName: str | None = None
    emailAddress: str | None = None
    phone: str | None = None
    mobilePhone: str | None = None


class PicklistValueRow(msgspec.Struct, kw_only=True):
    """One choice of a picklist: its value is a string here and an int in rows."""

    value: Annotated[str, msgspec.Meta(pattern=r"^-?\d+$")]
    label: str | None = None
    isActive: Flag = True
    isSystem: Flag = False
    sortOrder: Number | None = None


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
class Entity(Generic[Row]):
    """Where rows of one shape are queried; its fields are those of the row."""

    path: str
    row: type[Row]
    page: Any

    @property
    def fields(self) -> tuple[str, ...]:
        """The API's names of the fields, in the row's order."""
        return tuple(self.row.__struct_fields__)


TICKETS = Entity("Tickets", TicketRow, Page[TicketRow])
TICKET_DETAILS = Entity("Tickets", TicketDetailRow, Page[TicketDetailRow])
NOTES = Entity("TicketNotes", NoteRow, Page[NoteRow])
NOTE_TEXTS = Entity("TicketNotes", NoteTextRow, Page[NoteTextRow])
TIME_ENTRIES = Entity("TimeEntries", TimeEntryRow, Page[TimeEntryRow])
TIME_ENTRY_TEXTS = Entity("TimeEntries", TimeEntryTextRow, Page[TimeEntryTextRow])
RESOURCES = Entity("Resources", ResourceRow, Page[ResourceRow])
LOCATIONS = Entity("InternalLocationWithBusinessHours", LocationRow, Page[LocationRow])
HOLIDAYS = Entity("Holidays", HolidayRow, Page[HolidayRow])
QUEUE_MEMBERS = Entity("ResourceRoleQueues", QueueMemberRow, Page[QueueMemberRow])
DESK_ROLES = Entity("ResourceServiceDeskRoles", DeskRoleRow, Page[DeskRoleRow])
ROLES = Entity("Roles", RoleRow, Page[RoleRow])
SECONDARIES = Entity("TicketSecondaryResources", SecondaryRow, Page[SecondaryRow])
COMPANIES = Entity("Companies", CompanyRow, Page[CompanyRow])
CONTACTS = Entity("Contacts", ContactRow, Page[ContactRow])

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


def to_ticket(row: TicketRow) -> Ticket:
    """Turn *row* into a ticket."""
    ticket = Ticket(
        row.id,
        row.ticketNumber,
        row.title or "",
        to_instant(row.createDate),
        row.queueID,
        row.status,
        row.priority,
        row.companyID,
        row.contactID,
        row.assignedResourceID,
        row.assignedResourceRoleID,
    )
    if not isinstance(row, TicketDetailRow):
        return ticket
    due = to_instant(row.dueDateTime) if row.dueDateTime else None
    return ticket._replace(description=row.description or "", due=due)


def ticket_changes(values: Values) -> dict[str, int | None]:
    """Spell *values* for a PATCH."""
    return {_TICKET_FIELDS[field]: value for field, value in values.items()}


def to_secondary(row: SecondaryRow, names: Mapping[int, str]) -> Secondary:
    """Turn *row* into a secondary resource; *names* are those of resources."""
    name = names.get(row.resourceID) or f"resource {row.resourceID}"
    return Secondary(row.id, row.resourceID, row.roleID, name)


def to_instant(moment: datetime) -> datetime:
    """Read *moment* as UTC, which Autotask means where it leaves the zone out."""
    instant = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not _EARLIEST <= instant <= _LATEST:
        return _EARLIEST if instant < _EARLIEST else _LATEST
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def note_action(row: NoteRow) -> Action:
    """Say who wrote the note *row*."""
    return Action(
        kind=ActionKind.NOTE,
        ticket_id=row.ticketID,
        resource_id=row.creatorResourceID,
        at=to_instant(row.createDateTime),
        note_type=row.noteType,
        by_contact=row.createdByContactID is not None,
        id=row.id,
    )


def time_entry_action(row: TimeEntryRow) -> Action:
    """Say who did the work of time entry *row*: its resource, else who entered it."""
    return Action(
        kind=ActionKind.TIME_ENTRY,
        ticket_id=row.ticketID or 0,
        resource_id=row.creatorUserID if row.resourceID is None else row.resourceID,
        at=to_instant(row.createDateTime),
        id=row.id,
    )


def note_remark(row: NoteTextRow) -> Remark:
    """Turn the note *row* into what people read; only `publish` 2 counts as internal."""
    return Remark(
        action=note_action(row),
        id=row.id,
        title=row.title or "",
        text=row.description or "",
        internal=row.publish == PUBLISH_INTERNAL,
        contact_id=row.createdByContactID,
    )


def time_entry_remark(row: TimeEntryTextRow) -> Remark:
    """Turn the time entry *row* into what people read; internal unless it has a summary."""
    texts = (row.summaryNotes, row.internalNotes)
    return Remark(
        action=time_entry_action(row),
        id=row.id,
        title=f"{row.hoursWorked:g} hours" if row.hoursWorked is not None else "",
        text="\n".join(text for text in texts if text),
        internal=not row.summaryNotes,
    )


@dataclass(frozen=True, slots=True)
class Location:
    """A location's hours: weekday to start and end as "HH:MM", None where that cannot be read."""

    name: str
    default: bool
    holiday_set: int | None
    days: Mapping[str, tuple[str | None, str | None]]


def to_location(row: LocationRow) -> Location:
    """Turn *row* into a location's hours."""
    days = {
        day: (
            _time_of_day(getattr(row, f"{day}BusinessHoursStartTime")),
            _time_of_day(getattr(row, f"{day}BusinessHoursEndTime")),
        )
        for day in _WEEKDAYS
    }
    return Location(row.name or "", bool(row.isDefault), row.holidaySetID, days)


def _time_of_day(text: str | None) -> str | None:
    """Take HH:MM out of a date-time or a time alone; its zone is the location's own."""
    found = _CLOCK.search(text or "")
    return found[1] if found else None


def to_person(row: ResourceRow) -> Person:
    """Turn *row* into a person."""
    return Person(
        id=row.id,
        first=row.firstName or "",
        last=row.lastName or "",
        email=row.email or "",
        user_name=row.userName or "",
        active=bool(row.isActive),
        license_type=row.licenseType,
    )


def to_contact(row: ContactRow) -> Contact:
    """Turn *row* into a contact."""
    return Contact(
        name=f"{row.firstName or ''} {row.lastName or ''}".strip(),
        email=row.emailAddress or "",
        phone=row.phone or row.mobilePhone or "",
    )
