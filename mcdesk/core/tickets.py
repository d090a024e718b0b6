"""What Autotask's rows mean to mcdesk: tickets, people, notes and time entries, as frozen values.

Pages of answers decode straight into them. They hold ids where Autotask does; the names for those
are in the tenant. A row that lacks what a decision rests on is named as odd.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

import msgspec
from msgspec import field
from msgspec.structs import force_setattr, replace

from mcdesk.core.labels import bare, key
from mcdesk.core.rows import UNDATED, Flag, Instant, Number, Row, Text, TicketNumber

# "Autotask Administrator", the built-in account that workflow rules write as.
SYSTEM_RESOURCE_ID = 4
# Licence type of API-only users: integrations, never people (autotask help, Resources).
API_ONLY_LICENSE = 7
# Note types of the system: workflow rules, forwarding, merging, monitoring (autotask help,
# NoteTypes).
SYSTEM_NOTE_TYPES = frozenset({13, *range(91, 100)})
# Complete is one of the two statuses that no tenant can renumber.
STATUS_COMPLETE = 5
# `publish` of a note that customers never see. Never another one is written.
PUBLISH_INTERNAL = 2
# Of one that co-managed partners see as well.
PUBLISH_CO_MANAGED = 4


class Ticket(Row, frozen=True, kw_only=True):
    """A ticket as read; instants are UTC.

    Whether it has a primary resource may not be left out of an answer.
    """

    number: TicketNumber = field(name="ticketNumber")
    title: Text = ""
    created: Instant = field(name="createDate")
    queue_id: Number | None
    status_id: Number | None = field(name="status")
    priority_id: Number | None = field(name="priority", default=None)
    company_id: Number | None = None
    contact_id: Number | None = None
    primary_resource_id: Number | None = field(name="assignedResourceID")
    role_id: Number | None = field(name="assignedResourceRoleID", default=None)
    description: Text = ""
    due: Instant | None = field(name="dueDateTime", default=None)
    completed: Instant | None = field(name="completedDate", default=None)
    category_id: Number | None = field(name="ticketCategory", default=None)
    sub_issue_id: Number | None = field(name="subIssueType", default=None)
    # Autotask's own, which workflow rules move too: for show, never evidence.
    last_activity: Instant | None = field(name="lastActivityDate", default=None)
    # When a field of it was changed last, by whomever; notes do not count.
    modified: Instant | None = field(name="lastTrackedModificationDateTime", default=None)


class Odd(msgspec.Struct, frozen=True):
    """A row without what a decision rests on: its ticket's *id* and *number*, as far as known.

    One that is *lost* means nothing; of the others something was guessed.
    """

    id: int | None
    number: str
    lost: bool = False


class CommentKind(StrEnum):
    """What somebody left on a ticket."""

    NOTE = "note"
    TIME_ENTRY = "time entry"


class Part(msgspec.Struct, frozen=True):
    """A text that somebody left, and whether only we see it."""

    text: str
    internal: bool


class Dated(Row, frozen=True, kw_only=True):
    """What somebody left on a ticket *at* an instant (UTC)."""

    ticket_id: Number
    at: Instant = field(name="createDateTime")

    @property
    def dated(self) -> datetime | None:
        """When it was written, None if nobody knows."""
        return None if self.at == UNDATED else self.at


class Note(Dated, frozen=True, kw_only=True):
    """A note on a ticket, by a resource or a contact, written *at* an instant (UTC)."""

    kind: ClassVar = CommentKind.NOTE

    resource_id: Number | None = field(name="creatorResourceID", default=None)
    contact_id: Number | None = field(name="createdByContactID", default=None)
    note_type: Number | None = None
    title: Text = ""
    text: Text = field(name="description", default="")
    publish: Number | None = None

    @property
    def internal(self) -> bool:
        """Whether customers never see it: only one value of `publish` says so."""
        return self.publish == PUBLISH_INTERNAL

    @property
    def by_contact(self) -> bool:
        """Whether the customer wrote it."""
        return self.contact_id is not None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its text."""
        return (Part(self.text, self.internal),)


class TimeEntry(Dated, frozen=True, kw_only=True):
    """Time that a resource logged on a ticket, entered *at* an instant (UTC).

    The summary is the customer's, internal notes are ours.
    """

    kind: ClassVar = CommentKind.TIME_ENTRY
    by_contact: ClassVar = False
    contact_id: ClassVar = None
    note_type: ClassVar = None

    resource_id: Number | None = None
    entered_by: Number | None = field(name="creatorUserID", default=None)
    summary: Text = field(name="summaryNotes", default="")
    internal_notes: Text = ""
    hours: float | None = field(name="hoursWorked", default=None)

    def __post_init__(self) -> None:
        """Name who entered it if nobody is said to have done the work."""
        super().__post_init__()
        if self.resource_id is None:
            force_setattr(self, "resource_id", self.entered_by)

    @property
    def title(self) -> str:
        """How long it took."""
        return f"{self.hours:g} hours" if self.hours is not None else ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The customer's text and ours, as far as there are any."""
        found = (Part(self.summary, False), Part(self.internal_notes, True))
        return tuple(part for part in found if part.text.strip())


Comment = Note | TimeEntry


class Secondary(Row, frozen=True, kw_only=True):
    """A secondary resource of a ticket; *id* is that of the row."""

    ticket_id: Number
    resource_id: Number
    role_id: Number | None = None


class HistoryRow(Row, frozen=True, kw_only=True):
    """One change of a ticket, *at* an instant (UTC), as Autotask words it: strangers' words too."""

    ticket_id: Number
    at: Instant = field(name="date")
    detail: Text = ""


class Named(Row, frozen=True, kw_only=True):
    """Somebody with a name."""

    first: Text = field(name="firstName", default="")
    last: Text = field(name="lastName", default="")

    @property
    def name(self) -> str:
        """The name as people say it."""
        return " ".join(f"{self.first} {self.last}".split())


class Person(Named, frozen=True, kw_only=True):
    """A resource: somebody (or an integration) with a login in our Autotask."""

    email: Text = ""
    user_name: Text = ""
    active: Flag = field(name="isActive", default=True)
    license_type: Number | None = None

    @property
    def api_only(self) -> bool:
        """Whether this is an integration's login rather than somebody's."""
        return self.license_type == API_ONLY_LICENSE

    @property
    def may_hold_tickets(self) -> bool:
        """Whether this is an active person: neither an integration nor the system account.

        (autotask help, TicketsEntity)
        """
        return self.active and not self.api_only and self.id != SYSTEM_RESOURCE_ID

    def answers_to(self, text: str) -> bool:
        """Check if *text* names this person: "First Last", "Last, First", user name, email."""
        wanted = key(text)
        if not wanted:
            return False
        last, comma, first = (part.strip() for part in wanted.partition(","))
        turned = comma and last and (key(self.last), key(self.first)) == (last, first)
        return bool(turned) or wanted in map(key, (self.name, self.user_name, self.email))


class Company(Row, frozen=True, kw_only=True):
    """A company; id 0 is our own and a company like any other."""

    name: Text = field(name="companyName", default="")
    phone: Text = ""
    alternate_phone_1: Text = ""
    alternate_phone_2: Text = ""
    # The tenant's own fields with their values, as they came; nothing if nobody asked for them.
    own: Any = field(name="userDefinedFields", default=None)

    @property
    def phones(self) -> tuple[str, ...]:
        """All its phone numbers that were asked for."""
        return self.phone, self.alternate_phone_1, self.alternate_phone_2

    def value_in(self, name: str) -> str | None:
        """Return what stands in the tenant's own field *name*, "" for nothing.

        None if that makes no sense. A row may leave out what is empty (autotask help,
        UserdefinedFieldsUDFs).
        """
        if not isinstance(self.own, list | tuple | None):
            return None
        for each in self.own or ():
            if isinstance(each, dict) and key(str(each.get("name"))) == key(name):
                return bare("" if each.get("value") is None else str(each["value"]))
        return ""

    def only_with(self, name: str) -> "Company":
        """Return the company without the tenant's own fields but *name*: they may hold secrets."""
        value = self.value_in(name)
        return replace(self, own="?" if value is None else [{"name": name, "value": value}])


class Contact(Named, frozen=True, kw_only=True):
    """A customer's person, as far as a technician needs them on the phone."""

    email: Text = field(name="emailAddress", default="")
    phone: Text = ""
    mobile_phone: Text = ""
    alternate_phone: Text = ""
    active: Flag = field(name="isActive", default=True)

    @property
    def phones(self) -> tuple[str, ...]:
        """All their phone numbers that were asked for."""
        return self.phone, self.mobile_phone, self.alternate_phone

    @property
    def reachable(self) -> bool:
        """Whether there is a phone number or an email address."""
        return "@" in self.email or any(map(str.isdigit, "".join(self.phones)))

    def __post_init__(self) -> None:
        """Take the mobile phone for the phone if there is no other, and the address alone."""
        super().__post_init__()
        if not f"{self.email[:1]}{self.email[-1:]}".isalnum():
            force_setattr(self, "email", bare(self.email))
        if not self.phone:
            force_setattr(self, "phone", self.mobile_phone)
