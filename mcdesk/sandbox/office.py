"""The office before its first ticket: choices, people, customers, calendar.

What other clients ask for first, and mcdesk never does, has a row or two.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from mcdesk.sandbox import people, schema, udfs
from mcdesk.sandbox.entities import Entity
from mcdesk.sandbox.world import add_choice, insert

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
# When the office took up its customers, long before anything that is told here.
_FOUNDED = datetime(2019, 5, 6, 13, 0, tzinfo=UTC)


def furnish(db: sqlite3.Connection, now: datetime) -> None:
    """Fill empty tables with all that tickets refer to, and the holidays of the year of *now*."""
    _picklists(db)
    _people(db)
    _customers(db)
    _plans(db)
    _back_office(db)
    _calendar(db, now)


def _picklists(db: sqlite3.Connection) -> None:
    for path, name, choices, system in _PICKLISTS:
        for value, label in choices:
            usual = name == "priority" and value == people.USUAL_PRIORITY
            add_choice(db, path, name, (value, label, True, value in system), usual=usual)
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
        alone = contact_id == people.UNREACHABLE
        _add(
            db,
            schema.CONTACTS,
            id=contact_id,
            companyID=customer,
            firstName=first,
            lastName=last,
            emailAddress=None if alone else f"{first}.{last}@{domain}.example".lower(),
            phone=None if alone else f"(212) 555-01{20 + number:02}",
            isActive=contact_id != people.GONE,
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
        udfs.set_values(db, schema.COMPANIES, company_id, {people.PLAN: served})


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
        db,
        schema.LOCATION_HOURS,
        id=1,
        name="Main office",
        isDefault=True,
        holidaySetID=1,
        **hours,
    )


def _add(db: sqlite3.Connection, entity: Entity, **values: Any) -> None:
    insert(db, entity, values)
