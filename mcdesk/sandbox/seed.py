"""Fill the world: a believable MSP around the present time, with some tickets that wait."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

from mcdesk.sandbox import people, schema
from mcdesk.sandbox.history import note_history
from mcdesk.sandbox.office import furnish
from mcdesk.sandbox.rules import hours_of
from mcdesk.sandbox.stories import HANDOFFS, OTHERS, WAITING, Case, Handoff, Story
from mcdesk.sandbox.vendor import Vendor
from mcdesk.sandbox.world import (
    Values,
    World,
    insert,
    make_tables,
    row,
    set_meta,
    stored_instant,
    update,
)
from mcdesk.sandbox.writer import COMPLETE

_MINUTE = timedelta(minutes=1)
# Waiting tickets that have the first ids; more than these come after all others.
_NAMED = 9
_DISPATCHER = 26
# In minutes: by then, a technician has completed what the vendor has not.
_LONG_AGO = 26 * 60


def fill(
    db: sqlite3.Connection, *, now: datetime, waiting: Sequence[datetime], fixed_now: str | None
) -> None:
    """Empty the world and fill it around *now*, within a transaction of the caller's.

    For each instant in *waiting* there is one unclaimed help-desk ticket made at that time, on
    which no person has acted. *fixed_now* is remembered as it is.
    """
    make_tables(db)
    set_meta(db, "seeded_at", stored_instant(now))
    set_meta(db, "fixed_now", fixed_now)
    set_meta(db, "secret", people.SECRET)
    set_meta(db, "integration_code", people.INTEGRATION_CODE)
    furnish(db, now)
    tickets = _Tickets(db, now)
    stories = list(zip(cycle(WAITING), waiting, strict=False))
    for story, created in stories[:_NAMED]:
        tickets.add_waiting(story, created)
    for index, case in enumerate(OTHERS):
        tickets.add_other(case, index)
    for story, created in stories[_NAMED:]:
        tickets.add_waiting(story, created)


def add_handoffs(db: sqlite3.Connection, *, now: datetime) -> None:
    """Add tickets that are with the vendor, and some that came back and are nobody's."""
    tickets = _Tickets(db, now)
    for handoff in HANDOFFS:
        tickets.add_handoff(handoff)


def add_unclaimed(world: World, *, count: int, now: datetime) -> None:
    """Add *count* unclaimed help-desk tickets made over the ten days before *now*.

    Every fifth has a technician's note. For measurements, with thousands of them.
    """
    with world.transaction() as db:
        tickets = _Tickets(db, now)
        for index in range(count):
            story = WAITING[index % len(WAITING)]
            created = now - timedelta(days=10) * (index + 1) / count
            ticket = tickets.add(story, created, contact=index)
            if index % 5 == 0:
                note = _note("Looked at it", "Called back, no answer.", people.INTERNAL_NOTE, 2)
                tickets.add_note(ticket, 21, created + 30 * _MINUTE, note)


class _Tickets:
    """Makes tickets with their numbers, one sequence a day, in one transaction."""

    def __init__(self, db: sqlite3.Connection, now: datetime) -> None:
        self._db = db
        self._now = now
        found = db.execute(
            "SELECT substr(ticketNumber, 2, 8), max(substr(ticketNumber, 11)) FROM Tickets"
            " GROUP BY 1"
        )
        self._numbers = {day: int(number) for day, number in found}

    def add(self, story: Story, created: datetime, *, contact: int, **changes: Any) -> int:
        contact_id, company_id, *_ = people.CONTACTS[contact % len(people.CONTACTS)]
        values: Values = {
            "title": story.title,
            "description": story.text,
            "priority": story.priority,
            "companyID": company_id,
            "contactID": None if story.anonymous else contact_id,
            "queueID": people.HELP_DESK,
            "status": 1,
            "source": 4,
            "ticketType": 1,
            "ticketCategory": 3,
            "ticketNumber": self._number(created),
            "createDate": created,
            "dueDateTime": created + timedelta(hours=8),
            "creatorResourceID": people.API_USER,
            "creatorType": 1,
            "lastActivityDate": created + _MINUTE,
            "lastTrackedModificationDateTime": created + _MINUTE,
            "lastActivityResourceID": 4,
            "lastActivityPersonType": 1,
            "issueType": people.ISSUE_OF[story.sub_issue],
            "subIssueType": story.sub_issue,
        }
        return insert(self._db, schema.TICKETS, {**values, **changes})

    def add_waiting(self, story: Story, created: datetime) -> None:
        """Add a ticket on which only machines and the customer have written."""
        ticket = self.add(story, created, contact=story.contact)
        workflow = _note("Workflow Rule", "Notification sent via Workflow Rule.", 13, 2)
        self.add_note(ticket, 4, created + _MINUTE, workflow)
        if story.priority == 1:
            scan = _note("Device check", "Agent online, no alerts.", 3, 2)
            self.add_note(ticket, people.RMM_USER, created + _MINUTE, scan)
        if story.priority == 4:
            contact = people.CONTACTS[story.contact][0]
            more = _note("Reply", "It is rather urgent now, please.", 18, 1)
            self.add_note(ticket, None, created + _MINUTE, more | {"createdByContactID": contact})

    def add_other(self, case: Case, index: int) -> None:
        """Add a ticket that somebody has, or that is elsewhere, with what was done on it."""
        created = self._now - timedelta(hours=case.hours, minutes=7 * index % 60)
        roles = next((each.roles for each in people.STAFF if each.id == case.resource), ())
        done, alert = case.status == COMPLETE, case.queue == 8
        text = f"{case.title}. Thank you for having a look."
        ticket = self.add(
            Story(case.title, text, case.priority, index, case.sub_issue),
            created,
            contact=index,
            assignedResourceID=case.resource,
            assignedResourceRoleID=roles[0] if roles else None,
            status=case.status,
            queueID=case.queue,
            source=8 if alert else 4,
            apiVendorID=people.RMM_VENDOR if alert else None,
            rmmAlertID=f"alert-{index}" if alert else None,
            completedDate=created + timedelta(hours=2) if done else None,
            completedByResourceID=case.resource if done else None,
        )
        if case.resource is not None:
            self._assign(ticket, case, roles[0], created + 30 * _MINUTE)
            note = _note("Update", "Called the user and started on it.", people.INTERNAL_NOTE, 2)
            self.add_note(ticket, case.resource, created + 40 * _MINUTE, note)
        if case.resource and index % 3 == 0:
            self._add_time(ticket, case.resource, roles[0], created + 50 * _MINUTE)
        if index in (1, 6):
            second = {"ticketID": ticket, "resourceID": 25, "roleID": people.HELP_DESK_ROLE}
            insert(self._db, schema.SECONDARIES, second)

    def add_handoff(self, handoff: Handoff) -> None:
        """Add a ticket that a technician sent to the vendor, and what became of it until now."""
        sent = self._now - handoff.sent * _MINUTE
        ticket = self.add(handoff.story, sent - 50 * _MINUTE, contact=handoff.story.contact)
        theirs = {
            "assignedResourceID": people.VENDOR,
            "assignedResourceRoleID": people.HELP_DESK_ROLE,
            "status": people.RETURNED,
        }
        self._change(ticket, theirs, 21, sent)
        Vendor().work(self._db, ticket, handoff.plan, self._now)
        if handoff.sent > _LONG_AGO and self._row(ticket)["status"] != COMPLETE:
            mine = {"assignedResourceID": 21, "assignedResourceRoleID": people.HELP_DESK_ROLE}
            done = sent + _LONG_AGO * _MINUTE
            closed = {"status": COMPLETE, "completedDate": done, "completedByResourceID": 21}
            self._change(ticket, {**mine, **closed}, 21, done)

    def _assign(self, ticket: int, case: Case, role: int, at: datetime) -> None:
        """Write into the history how a *ticket* that was new came to be what *case* says."""
        new = {"id": ticket, "status": 1, "queueID": people.HELP_DESK, "priority": case.priority}
        nobodys = dict.fromkeys(("assignedResourceID", "assignedResourceRoleID"))
        now = {
            "assignedResourceID": case.resource,
            "assignedResourceRoleID": role,
            "status": people.IN_PROGRESS if case.status == COMPLETE else case.status,
            "queueID": case.queue,
        }
        note_history(self._db, {**new, **nobodys}, now, resource=_DISPATCHER, at=stored_instant(at))
        if case.status == COMPLETE and case.resource:
            done = stored_instant(at + 90 * _MINUTE)
            after = {**new, **now}
            note_history(self._db, after, {"status": COMPLETE}, resource=case.resource, at=done)

    def _change(self, ticket: int, changes: Values, resource: int, at: datetime) -> None:
        """Let *resource* change a ticket at that time."""
        moved = {
            "lastActivityDate": at,
            "lastTrackedModificationDateTime": at,
            "lastActivityResourceID": resource,
        }
        before = self._row(ticket)
        update(self._db, schema.TICKETS, ticket, {**changes, **moved})
        note_history(self._db, before, changes, resource=resource, at=stored_instant(at))

    def _row(self, ticket: int) -> Values:
        return row(self._db, schema.TICKETS, ticket) or {}

    def add_note(self, ticket: int, resource: int | None, at: datetime, note: Values) -> None:
        values = {
            "ticketID": ticket,
            "creatorResourceID": resource,
            "createDateTime": at,
            "lastActivityDate": at,
        }
        insert(self._db, schema.NOTES, {**note, **values})

    def _add_time(self, ticket: int, resource: int, role: int, start: datetime) -> None:
        entry = {
            "ticketID": ticket,
            "resourceID": resource,
            "roleID": role,
            "creatorUserID": resource,
            "dateWorked": start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
            "startDateTime": start,
            "endDateTime": start + 30 * _MINUTE,
            "summaryNotes": "Worked on the problem by remote session.",
            "internalNotes": "Tried the usual things first.",
            "createDateTime": start + 31 * _MINUTE,
            "lastModifiedDateTime": start + 31 * _MINUTE,
        }
        insert(self._db, schema.TIME_ENTRIES, {**entry, **hours_of(entry)})

    def _number(self, created: datetime) -> str:
        day = f"{created:%Y%m%d}"
        self._numbers[day] = self._numbers.get(day, 0) + 1
        return f"T{day}.{self._numbers[day]:04}"


def _note(title: str, text: str, note_type: int, publish: int) -> Values:
    return {"title": title, "description": text, "noteType": note_type, "publish": publish}
