"""Autotask's checks of what is written: fields, picklists, references, and who may hold a ticket.

The first that fails is what Autotask answers, in its own words. Sources: the developer help's
TicketsEntity and API_only_Ticket_Categories, and the texts that clients have seen.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from mcdesk.sandbox import schema
from mcdesk.sandbox.answers import errors
from mcdesk.sandbox.entities import Entity, Field
from mcdesk.sandbox.schema import BY_SINGULAR
from mcdesk.sandbox.values import to_stored
from mcdesk.sandbox.world import Values, row, rows

API_ONLY = 7  # licence type


def check_fields(
    db: sqlite3.Connection, entity: Entity, values: Values, before: Mapping[str, Any]
) -> None:
    """Check what the field information promises: values that exist, lengths, required fields."""
    fields = [
        entity.fields[name.casefold()]
        for name, value in values.items()
        if name not in before or before[name] != value
    ]
    after = {**before, **values}
    for field in fields:
        _check_picklist(db, entity, field, after)
    for field in fields:
        check_reference(db, field, values[field.name])
    for field in entity.fields.values():
        if field.required and after.get(field.name) in (None, ""):
            raise errors(f"Missing Required Field: {field.name}")
    for field in fields:
        text = values[field.name]
        if field.length and isinstance(text, str) and _length(text) > field.length:
            raise errors(f"{field.name} is longer than the {field.length} characters allowed.")


def _length(text: str) -> int:
    """Count the UTF-16 units of a stored *text* as they were sent: a line end is one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 - text.count("\r\n")


def _check_picklist(
    db: sqlite3.Connection, entity: Entity, field: Field, after: Mapping[str, Any]
) -> None:
    """Values of a retired choice are refused as well, unless the row has them already.

    A sub-issue belongs to its issue.
    """
    value = after[field.name]
    if not field.picklist or value is None:
        return
    found = db.execute(
        "SELECT parentValue FROM picklist WHERE entity = ? AND field = ? AND value = ?"
        " AND isActive = 1",
        (entity.path, field.name, value),
    ).fetchone()
    if field.name == "subIssueType":
        if not found or found["parentValue"] != str(after.get("issueType")):
            raise errors("Value does not exist for child picklist: subIssueType")
    elif not found:
        raise errors(
            f"Picklist value [{value}] does not exist for {field.name}. ; on record number [1]."
        )


def check_reference(db: sqlite3.Connection, field: Field, value: Any) -> None:
    """Refuse an id in *field* that is of nothing."""
    if not field.refers_to or value is None:
        return
    if isinstance(value, int) and row(db, BY_SINGULAR[field.refers_to], value):
        return
    if field.refers_to == "Role":
        raise errors("Role does not exist or is invalid")
    raise errors(
        f"Reference value on field: {field.name} of type: {field.refers_to} does not exist or is "
        "invalid."
    )


def check_category(db: sqlite3.Connection, values: Values) -> None:
    """API_only_Ticket_Categories: monitoring's category wants more than the metadata says."""
    category = row(db, schema.CATEGORIES, values.get("ticketCategory") or 0)
    if category and "RMM" in category["name"]:
        for name in ("queueID", "dueDateTime"):
            if values.get(name) is None:
                raise errors(f"{name} is required")


_NO_PAIR = (
    "Data violation: When assigning a Resource, you must assign both a assignedResourceID and "
    "assignedResourceRoleID."
)
NO_SUCH_PAIR = (
    "Data violation: The specified assignedResourceID and AssignedRoleID combination is not "
    "currently defined."
)


def check_ticket(db: sqlite3.Connection, after: Values, *, ticket_id: int | None) -> None:
    """TicketsEntity: resource and role go together, and the pair has to exist."""
    resource, role = after.get("assignedResourceID"), after.get("assignedResourceRoleID")
    if (resource is None) != (role is None):
        raise errors(_NO_PAIR)
    if resource is not None and not _may_hold_tickets(db, resource, role):
        raise errors(NO_SUCH_PAIR)
    if resource is None and after.get("queueID") is None:
        raise errors(
            "assignedResourceID, assignedResourceRoleID, and queueID cannot all be empty. Supply a "
            "queueID or both an assignedResourceID and assignedResourceRoleID."
        )
    if rows(db, schema.SECONDARIES, ticketID=ticket_id, resourceID=resource):
        raise errors(
            "The assigned resource is already a secondary resource of this ticket and cannot be "
            "its primary resource."
        )
    _check_contact(db, after)


def _check_contact(db: sqlite3.Connection, after: Values) -> None:
    contact = row(db, schema.CONTACTS, after.get("contactID"))
    company = row(db, schema.COMPANIES, after.get("companyID")) or {}
    theirs = (company.get("id"), company.get("parentCompanyID"))
    if contact and contact["companyID"] not in theirs:
        raise errors("contactID is not associated to the companyID or its Parent Company")


def _may_hold_tickets(db: sqlite3.Connection, resource: int, role: Any) -> bool:
    """TicketsEntity: a licensed resource with that role, in one service desk queue at least."""
    person = row(db, schema.RESOURCES, resource)
    return bool(
        person
        and person["isActive"]
        and person["licenseType"] != API_ONLY
        and rows(db, schema.ROLE_QUEUES, resourceID=resource)
        and holds_role(db, resource, role)
    )


def holds_role(db: sqlite3.Connection, resource: Any, role: Any) -> bool:
    """Find out whether the *resource* may use the *role* on tickets."""
    return bool(rows(db, schema.DESK_ROLES, resourceID=resource, roleID=role, isActive=True))


def writable(entity: Entity, given: Mapping[str, Any]) -> Values:
    """Keep the fields that exist and can be written; the others are ignored without a word."""
    values = {}
    for name, value in given.items():
        field = entity.field(str(name))
        if field and not field.read_only:
            values[field.name] = to_stored(field, value)
    return values
