"""Staleness: whether a help-desk ticket has waited too long for somebody to take it.

A ticket is *unclaimed* without a primary resource, in the queues and statuses of the help desk. It
has waited, in business time, since it was created or since a person last acted on it. Autotask's
own `lastActivityDate` is no evidence: workflow rules move it too. One that came *back* from the
vendor is stale at once.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from mcdesk.core.hours import OpeningHours, Timeline
from mcdesk.core.tickets import SYSTEM_NOTE_TYPES, SYSTEM_RESOURCE_ID, Comment, Person, Ticket

_MINUTE = timedelta(minutes=1)


class Watched(msgspec.Struct, frozen=True):
    """Where the help desk looks: the ids of its queues and of the statuses of unclaimed tickets.

    In those of *returned_ids*, which are among the latter, tickets come back from the vendor.
    """

    queue_ids: frozenset[int]
    status_ids: frozenset[int]
    returned_ids: frozenset[int] = frozenset()

    def holds(self, ticket: Ticket) -> bool:
        """Check if *ticket* is unclaimed: open, nobody's, in one of the queues and statuses."""
        return (
            ticket.primary_resource_id is None
            and ticket.completed is None
            and ticket.queue_id in self.queue_ids
            and ticket.status_id in self.status_ids
        )


class Staff(msgspec.Struct, frozen=True):
    """Whose actions count: the *resources* known, the vendor's ids, and mcdesk's own API user.

    Of the last only notes of *own_note_types* do; of nobody do notes of *machine_note_types*.
    """

    resources: Mapping[int, Person]
    vendor_ids: Collection[int] = ()
    own_user_name: str = ""
    own_note_types: Collection[int] = ()
    machine_note_types: Collection[int] = SYSTEM_NOTE_TYPES

    def acted(self, action: Comment) -> bool:
        """Check if *action* is a person's: the vendor's count, the system's do not.

        Contacts, the system account, note types of machines and other integrations' API-only users
        do not count. A resource that Autotask does not show any more was a person once.
        """
        if action.by_contact or action.note_type in self.machine_note_types:
            return False
        if action.resource_id is None or action.resource_id == SYSTEM_RESOURCE_ID:
            return False
        person = self.resources.get(action.resource_id)
        if action.resource_id in self.vendor_ids or person is None or not person.api_only:
            return True
        # Other tools may work as our API user too: what mcdesk writes is of one note type.
        return action.note_type in self.own_note_types and self.is_own(action)

    def is_own(self, action: Comment) -> bool:
        """Check if *action* is our API user's, and no machine's by its type."""
        person = self.resources.get(action.resource_id or 0)
        return (
            action.note_type not in self.machine_note_types
            and person is not None
            and person.api_only
            and person.answers_to(self.own_user_name)
        )


# Made by the ten thousand, and no part of a circle: so the collector need not look at them.
class Wait(msgspec.Struct, frozen=True, gc=False):
    """How long *ticket* has waited (*waiting*, business time) and *since* when (UTC).

    *back* is whether it came back from the vendor, *theirs* when they were last known to have it
    (UTC), None if nobody knows.
    """

    ticket: Ticket
    since: datetime
    waiting: timedelta
    stale: bool
    back: bool = False
    theirs: datetime | None = None

    @property
    def minutes(self) -> int:
        """Whole minutes of business time."""
        return self.waiting // _MINUTE


class WaitMeter:
    """Measure the waits of many tickets at one *now*, by the desk's opening hours.

    Statuses of *returned_ids* say that a ticket came back from the vendor; so does *theirs*, which
    is when the vendor was last known to have what nobody is known to have had since (UTC).
    """

    def __init__(
        self,
        hours: OpeningHours,
        *,
        now: datetime,
        earliest: datetime,
        after: timedelta,
        returned_ids: Collection[int] = (),
        theirs: Mapping[int, datetime],
    ) -> None:
        self._after = after
        self._returned_ids = returned_ids
        self._theirs = theirs
        self._timeline = Timeline(hours, earliest, now)

    def wait(self, ticket: Ticket, last_action: datetime | None = None) -> Wait:
        """Judge an unclaimed *ticket*, on which a person acted last at *last_action* (or never)."""
        since = max(ticket.created, last_action) if last_action else ticket.created
        waiting = self._timeline.from_then(since)
        theirs = self._theirs.get(ticket.id)
        back = theirs is not None or ticket.status_id in self._returned_ids
        return Wait(ticket, since, waiting, back or waiting >= self._after, back, theirs)


def last_actions(actions: Iterable[Comment], staff: Staff) -> dict[int, datetime]:
    """Find, for each ticket id, when a person of *staff* last acted."""
    latest: dict[int, datetime] = {}
    for action in actions:
        if staff.acted(action):
            known = latest.get(action.ticket_id)
            latest[action.ticket_id] = max(known, action.at) if known else action.at
    return latest
