"""What Autotask's rows mean to mcdesk: tickets, people, notes and time entries, as frozen values.

They hold ids where Autotask does; labels and names are looked up beside them. No value here knows
how it travels.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

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


# Made by the ten thousand: a tuple takes a quarter of the time of a frozen dataclass.
class Ticket(NamedTuple):
    """A ticket as read; *created* is UTC, None stands for a field that is not set."""

    id: int
    number: str
    title: str
    created: datetime
    queue_id: int | None
    status_id: int | None
    priority_id: int | None
    company_id: int | None
    contact_id: int | None
    primary_resource_id: int | None
    role_id: int | None = None
    description: str = ""
    due: datetime | None = None


class ActionKind(Enum):
    """What somebody left on a ticket."""

    NOTE = "note"
    TIME_ENTRY = "time entry"


@dataclass(frozen=True, slots=True)
class Action:
    """Who left a note or time entry on which ticket, and when it was created (UTC).

    *by_contact* marks what the customer wrote; *note_type* is None for a time entry; *id* is that
    of Autotask's row.
    """

    kind: ActionKind
    ticket_id: int
    resource_id: int | None
    at: datetime
    note_type: int | None = None
    by_contact: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """The text of a note or time entry, with the action it is; *internal* is not for customers."""

    action: Action
    id: int
    title: str
    text: str
    internal: bool
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A resource: somebody (or an integration) with a login in our Autotask."""

    id: int
    first: str
    last: str
    email: str
    user_name: str
    active: bool
    license_type: int | None

    @property
    def name(self) -> str:
        """The name as people say it."""
        return f"{self.first} {self.last}".strip()

    @property
    def api_only(self) -> bool:
        """Whether this is an integration's login rather than somebody's."""
        return self.license_type == API_ONLY_LICENSE

    def answers_to(self, text: str) -> bool:
        """Tell whether *text* names this person: "First Last", "Last, First", user name, e-mail."""
        known = (self.name, f"{self.last}, {self.first}", self.user_name, self.email)
        return text.strip().casefold() in {name.casefold() for name in known if name}


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer's person, as far as a technician needs them on the phone."""

    name: str
    email: str
    phone: str
