"""Fill the world: a believable MSP around the present time, with some tickets that wait."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

from mcdesk.sandbox import people, schema, udfs
from mcdesk.sandbox.entities import Entity
from mcdesk.sandbox.rules import COMPLETE, hours_of, note_history
from mcdesk.sandbox.stories import HANDOFFS, OTHERS, WAITING, Case, Handoff, Story
from mcdesk.sandbox.world import (
    Values,
    World,
    add_choice,
    insert,
    make_tables,
    row,
    set_meta,
    stored_instant,
    update,
)

_PICKLISTS: tuple[tuple[str, str, Sequence[tuple[int, str]], Sequence[int]], ...] = (
    ("Tickets", "queueID", people.QUEUES, ()),
    ("Tickets", "status", people.STATUSES, people.SYSTEM_STATUSES),
    ("Tickets", "priority", people.PRIORITIES, ()),
    ("Tickets", "source", people.SOURCES, ()),
    ("Tickets", "ticketType", people.TICKET_TYPES, ()),
    ("Tickets", "issueType", people.ISSUE_TYPES, ()),
    ("Tickets", "ticketCategory", people.CATEGORIES, ()),
    ("TicketNotes", "noteType", people.NOTE_TYPES, people.SYSTEM_NOTE_TYPES),
    ("TicketNotes", "publish", people.PUBLISH, ()),
    ("Tickets", "apiVendorID", people.API_VENDORS, (1,)),
    ("Resources", "licenseType", people.LICENSES, ()),
    ("Companies", "companyType", people.COMPANY_TYPES, (1, 2, 3, 4, 6, 7)),
    ("Companies", "apiVendorID", people.API_VENDORS, (1,)),
    ("Contacts", "apiVendorID", people.API_VENDORS, (1,)),
    ("ConfigurationItems", "apiVendorID", people.API_VENDORS, (1,)),
    ("TimeEntries", "timeEntryType", people.TIME_ENTRY_TYPES, (2, 6, 10)),
    ("TicketAttachments", "publish", people.PUBLISH, ()),
    ("BillingCodes", "billingCodeType", people.BILLING_CODE_TYPES, (0, 1, 2)),
    ("BillingCodes", "useType", people.USE_TYPES, (1, 2, 3, 4)),
    ("Contracts", "status", people.CONTRACT_STATUSES, (0, 1)),
    ("Contracts", "contractType", people.CONTRACT_TYPES, (1, 3, 7)),
    ("Projects", "status", people.PROJECT_STATUSES, (1, 5)),
    ("Projects", "projectType", people.PROJECT_TYPES, (3, 4, 5, 6)),
    ("ProjectNotes", "noteType", people.NOTE_TYPES, people.SYSTEM_NOTE_TYPES),
    ("Tasks", "status", people.STATUSES, people.SYSTEM_STATUSES),
    ("Tasks", "taskType", people.TASK_TYPES, (1, 2)),
    ("Tasks", "taskCategoryID", people.TASK_CATEGORIES, ()),
    ("TaskNotes", "noteType", people.NOTE_TYPES, people.SYSTEM_NOTE_TYPES),
    ("ServiceCalls", "status", people.SERVICE_CALL_STATUSES, (1, 2)),
    ("UserDefinedFieldDefinitions", "udfType", udfs.UDF_TYPES, (1,)),
    ("UserDefinedFieldDefinitions", "dataType", udfs.DATA_TYPES, ()),
)
_MINUTE = timedelta(minutes=1)
# Waiting tickets that have the first ids; more than these come after all others.
_NAMED = 9
_DISPATCHER = 26
# When the office took up its customers, long before anything that is told here.
_FOUNDED = datetime(2019, 5, 6, 13, 0, tzinfo=UTC)


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
    _picklists(db)
    _people(db)
    _customers(db)
    _plans(db)
    _back_office(db)
    _calendar(db, now)
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
            "contactID": contact_id,
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
        """Add a ticket that a technician sent to the vendor, with its history."""
        sent, answered, back = (
            None if minutes is None else self._now - minutes * _MINUTE for minutes in handoff[1:]
        )
        assert sent is not None
        ticket = self.add(handoff.story, sent - 50 * _MINUTE, contact=handoff.story.contact)
        before = row(self._db, schema.TICKETS, ticket) or {}
        theirs = {
            "assignedResourceID": people.VENDOR,
            "assignedResourceRoleID": people.HELP_DESK_ROLE,
            "status": people.RETURNED,
        }
        before = self._change(before, theirs, 21, sent)
        if answered:
            note = _note("Update", "Looking into it with the user.", people.INTERNAL_NOTE, 2)
            self.add_note(ticket, people.VENDOR, answered, note)
        if back:
            note = _note("Back to you", "Needs somebody with admin rights.", 3, 2)
            self.add_note(ticket, people.VENDOR, back, note)
            nobodys = dict.fromkeys(("assignedResourceID", "assignedResourceRoleID"))
            self._change(before, {**nobodys, "status": people.BACK}, people.VENDOR, back)

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

    def _change(self, before: Values, changes: Values, resource: int, at: datetime) -> Values:
        """Let *resource* change a ticket at that time, and return what it is now."""
        moved = {
            "lastActivityDate": at,
            "lastTrackedModificationDateTime": at,
            "lastActivityResourceID": resource,
        }
        update(self._db, schema.TICKETS, before["id"], {**changes, **moved})
        note_history(self._db, before, changes, resource=resource, at=stored_instant(at))
        return {**before, **changes}

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


def _picklists(db: sqlite3.Connection) -> None:
    for path, name, choices, system in _PICKLISTS:
        for value, label in choices:
            add_choice(db, path, name, (value, label, True, value in system))
    for value, issue, label in people.SUB_ISSUE_TYPES:
        add_choice(db, "Tickets", "subIssueType", (value, label, True, False), parent=issue)
    for text in people.PLAN_VALUES:
        add_choice(db, "Companies", people.PLAN, (text, text, True, False))
    value, label = people.RETIRED_STATUS
    add_choice(db, "Tickets", "status", (value, label, False, False))


def _people(db: sqlite3.Connection) -> None:
    for role_id, name in people.ROLES:
        _add(db, schema.ROLES, id=role_id, name=name, isActive=True, isSystemRole=False)
    for each in people.STAFF:
        _add(
            db,
            schema.RESOURCES,
            id=each.id,
            firstName=each.first,
            lastName=each.last,
            email=each.email,
            userName=each.email if each.license == 7 else each.email.split("@")[0],
            isActive=each.active,
            licenseType=each.license,
            locationID=1,
            userType=1,
            defaultServiceDeskRoleID=each.roles[0] if each.roles else None,
        )
        for role_id in each.roles:
            pair = {"resourceID": each.id, "roleID": role_id, "isActive": True}
            _add(db, schema.DESK_ROLES, isDefault=role_id == each.roles[0], **pair)
            _add(db, schema.RESOURCE_ROLES, queueID=people.HELP_DESK, **pair)
        if each.roles:
            _add(db, schema.ROLE_QUEUES, queueID=people.HELP_DESK, resourceID=each.id)
    for value, name in people.CATEGORIES:
        api_only = name == "API Only"
        _add(db, schema.CATEGORIES, id=value, name=name, isActive=True, isApiOnly=api_only)


def _customers(db: sqlite3.Connection) -> None:
    for number, (company_id, name) in enumerate(people.COMPANIES):
        _add(
            db,
            schema.COMPANIES,
            id=company_id,
            companyName=name,
            phone=f"(212) 555-01{number:02}",
            city="New York",
            state="NY",
            createDate=_FOUNDED,
            lastActivityDate=_FOUNDED,
            companyType=1,
            isActive=True,
            ownerResourceID=26,
        )
    for number, (contact_id, customer, name) in enumerate(people.CONTACTS):
        first, last = name.split(" ")
        domain = dict(people.COMPANIES)[customer].split(" ")[0]
        _add(
            db,
            schema.CONTACTS,
            id=contact_id,
            companyID=customer,
            firstName=first,
            lastName=last,
            emailAddress=f"{first}.{last}@{domain}.example".lower(),
            phone=f"(212) 555-01{20 + number:02}",
            isActive=1,
            createDate=_FOUNDED,
            lastActivityDate=_FOUNDED,
            primaryContact=number < 11,
        )


def _plans(db: sqlite3.Connection) -> None:
    """Add the companies' own field that says whether the vendor serves them."""
    definition = {
        "id": 1,
        "name": people.PLAN,
        "description": "Whether the outside help desk serves this customer",
        "udfType": 1,
        "dataType": udfs.LIST,
        "sortOrder": 1,
        "createDate": _FOUNDED,
    }
    _add(db, schema.UDF_DEFINITIONS, isActive=True, isRequired=False, **definition)
    for company_id, _ in people.COMPANIES:
        served = people.PLAN_VALUES[company_id in people.WITHOUT_PLAN]
        udfs.set_values(db, schema.COMPANIES, company_id, [{"name": people.PLAN, "value": served}])


def _back_office(db: sqlite3.Connection) -> None:
    """Add one or two rows of what other clients ask for, and mcdesk never does."""
    by_path = schema.BY_PATH
    for number, name in people.DEPARTMENTS:
        _add(db, by_path["departments"], id=number, name=name, primaryLocationID=1)
    for number, name in people.WORK_TYPES:
        work = {"billingCodeType": 0, "useType": 1, "isActive": True}
        _add(db, by_path["billingcodes"], id=number, name=name, **work)
    for number, (company_id, name) in enumerate(people.COMPANIES[1:], start=1):
        place = {"name": "Main office", "city": "New York", "state": "NY", "isActive": True}
        where = {"companyID": company_id, "isPrimary": True}
        _add(db, by_path["companylocations"], id=number, **place, **where)
        agreement = {"contractName": f"Managed services: {name}", "status": 1, "contractType": 7}
        _add(db, by_path["contracts"], id=number, companyID=company_id, **agreement)


def _calendar(db: sqlite3.Connection, now: datetime) -> None:
    """Add the office with its hours and holidays; the times carry a day that means nothing."""
    _add(db, schema.HOLIDAY_SETS, id=1, holidaySetName="Office holidays")
    for month, day, name in (
        (1, 1, "New Year's Day"),
        (7, 4, "Independence Day"),
        (12, 25, "Christmas"),
    ):
        date = datetime(now.year, month, day, tzinfo=UTC)
        _add(db, schema.HOLIDAYS, holidaySetID=1, holidayDate=date, holidayName=name)
    _add(
        db,
        schema.LOCATIONS,
        id=1,
        name="Main office",
        isDefault=True,
        holidaySetId=1,
        timeZone="(GMT-05:00) Eastern Time (US & Canada)",
    )
    hours = {
        f"{day}BusinessHours{edge}Time": datetime(1900, 1, 1, hour, tzinfo=UTC)
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
        for edge, hour in (("Start", 9), ("End", 17))
    }
    _add(
        db, schema.LOCATION_HOURS, id=1, name="Main office", isDefault=True, holidaySetID=1, **hours
    )


def _add(db: sqlite3.Connection, entity: Entity, **values: Any) -> None:
    insert(db, entity, values)
