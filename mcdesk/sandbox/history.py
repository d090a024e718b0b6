"""The history of tickets: a line for each change of who has it, its status, queue and priority."""

import sqlite3
from typing import Any

from mcdesk.sandbox import schema
from mcdesk.sandbox.world import Values, insert, row

SYSTEM = 4  # "Autotask Administrator"
_TRACKED = ("assignedResourceID", "assignedResourceRoleID", "status", "queueID", "priority")


def note_history(
    db: sqlite3.Connection, before: Values, changes: Values, *, resource: int, at: str
) -> None:
    """Write down which of a ticket's tracked fields *resource* has changed, and from what.

    The system writes as well that the ticket was touched: such noise is much of a real history.
    """
    changed = [name for name in _TRACKED if name in changes and changes[name] != before[name]]
    if changed:
        _write(db, before, "lastActivityDate", before.get("lastActivityDate"), at, (SYSTEM, at))
    for name in changed:
        was, now = (_said(db, name, value) for value in (before[name], changes[name]))
        _write(db, before, name, was, now, (resource, at))


def _write(
    db: sqlite3.Connection, ticket: Values, name: str, was: Any, now: str, by: tuple[int, str]
) -> None:
    resource, at = by
    entry = {
        "action": "Edited",
        "date": at,
        "detail": f"{name} changed from {was} to {now}",
        "resourceID": resource,
        "ticketID": ticket["id"],
    }
    insert(db, schema.HISTORY, entry)


def _said(db: sqlite3.Connection, name: str, value: Any) -> str:
    """Write the *value* of a tracked field as people see it: a label or a name."""
    if value is None:
        return "(none)"
    if name == "assignedResourceID":
        person = row(db, schema.RESOURCES, value) or {}
        return f"{person.get('firstName')} {person.get('lastName')}"
    if name == "assignedResourceRoleID":
        return str((row(db, schema.ROLES, value) or {}).get("name"))
    label = db.execute(
        "SELECT label FROM picklist WHERE entity = 'Tickets' AND field = ? AND value = ?",
        (name, value),
    ).fetchone()
    return str(label[0] if label else value)
