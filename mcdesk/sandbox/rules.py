"""Autotask's rules for writing: what it refuses, in its own words, and what it does besides.

Sources: the developer help's TicketsEntity, TicketNotesEntity, TimeEntriesEntity and
REST_Updating_Data pages, and the texts that clients have seen.
"""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from mcdesk.sandbox import schema
from mcdesk.sandbox.answers import errors, message
from mcdesk.sandbox.checks import (
    NO_SUCH_PAIR,
    check_category,
    check_fields,
    check_reference,
    check_ticket,
    holds_role,
    writable,
)
from mcdesk.sandbox.entities import Entity
from mcdesk.sandbox.history import SYSTEM, note_history
from mcdesk.sandbox.udfs import ANY_TEXT, set_values
from mcdesk.sandbox.values import folded, to_stored
from mcdesk.sandbox.world import Values, insert, row, rows, update
from mcdesk.sandbox.writer import Writer

# Kinds of time entries (TimeEntriesEntity).
_TICKET_TIME, _OTHER_TIME = 2, 10
_MOST_SECONDARIES = 50  # TicketsEntity


def create(by: Writer, entity: Entity, given: Mapping[str, Any], parent: int | None) -> int:
    """Make a row of *entity*, below the row *parent* of another if it is made there.

    Returns its id.
    """
    values = writable(entity, given)
    if parent is not None:
        check_reference(by.db, entity.fields[entity.link.casefold()], parent)
        values[entity.link] = parent
    how: dict[str, Callable[[Writer, Values], int]] = {
        "Tickets": _create_ticket,
        "TicketNotes": _create_note,
        "TimeEntries": _create_time_entry,
        "TicketSecondaryResources": _create_secondary,
        "Companies": partial(_create_customer, schema.COMPANIES),
        "Contacts": partial(_create_customer, schema.CONTACTS),
    }
    made = how[entity.path](by, values)
    set_values(by.db, entity, made, _user_defined(given))
    return made


def change(
    by: Writer, entity: Entity, given: Mapping[str, Any], *, whole: bool, parent: int | None = None
) -> int:
    """Change the row that *given* names by its id; *whole* empties the fields left out (PUT).

    Unknown and read-only fields are ignored without a word.
    """
    row_id = folded(given).get("id")
    before = row(by.db, entity, to_stored(entity.fields["id"], row_id))
    if before is None or (parent is not None and before[entity.link] != parent):
        raise errors(f"No matching records found for {entity.singular} with id {row_id}.")
    values = writable(entity, given)
    if whole:
        values = {**writable(entity, dict.fromkeys(entity.fields)), **values}
    how: dict[str, Callable[[Writer, Values, Values], None]] = {
        "Tickets": _change_ticket,
        "TicketNotes": _change_note,
        "TimeEntries": _change_time_entry,
        "Companies": partial(_change_customer, schema.COMPANIES),
        "Contacts": partial(_change_customer, schema.CONTACTS),
    }
    how[entity.path](by, before, values)
    set_values(by.db, entity, before["id"], _user_defined(given))
    return int(before["id"])


def _user_defined(given: Mapping[str, Any]) -> dict[str, str | None]:
    """Read the values of user-defined fields by their names; an empty one is none."""
    pairs = folded(given).get("userdefinedfields") or []
    if not isinstance(pairs, list) or not all(isinstance(pair, dict) for pair in pairs):
        raise message(400, "The request is invalid.")
    named = map(folded, pairs)
    return {
        str(to_stored(ANY_TEXT, pair.get("name"))): to_stored(ANY_TEXT, pair.get("value")) or None
        for pair in named
    }


def delete(by: Writer, entity: Entity, row_id: int, *, parent: int | None) -> None:
    """Remove a row, which has to belong to the row *parent* of another if one is given."""
    found = row(by.db, entity, row_id)
    if not found or (parent is not None and found[entity.link] != parent):
        raise errors(
            "No message. No matching records found. The logged in Resource may not have the "
            "required permissions to delete the data."
        )
    by.db.execute(f"DELETE FROM {entity.path} WHERE id = ?", (row_id,))


def apply_workflow(db: sqlite3.Connection, ticket: int, name: str, value: Any, at: str) -> None:
    """Let a workflow rule set a field, as resource 4 does, and leave its note."""
    before = row(db, schema.TICKETS, ticket) or {}
    touched = dict.fromkeys(("lastActivityDate", "lastTrackedModificationDateTime"), at)
    changes = {name: value, **touched, "lastActivityResourceID": SYSTEM}
    update(db, schema.TICKETS, ticket, changes)
    note_history(db, before, {name: value}, resource=SYSTEM, at=at)
    note = {
        "ticketID": ticket,
        "title": "Workflow Rule",
        "description": f"Set {name} to {value}.",
        "noteType": 13,
        "publish": 2,
        "creatorResourceID": SYSTEM,
        "createDateTime": at,
        "lastActivityDate": at,
    }
    insert(db, schema.NOTES, note)


def _create_ticket(by: Writer, values: Values) -> int:
    entity = schema.TICKETS
    values = {"ticketCategory": 3, **values}
    check_fields(by.db, entity, values, {})
    check_category(by.db, values)
    check_ticket(by.db, values, ticket_id=None)
    return insert(
        by.db,
        entity,
        {
            **values,
            **by.making,
            "ticketNumber": _next_number(by),
            "createDate": by.stamp,
            "creatorType": 1,
            **by.completing(values, {}),
            **by.touching,
        },
    )


def _change_ticket(by: Writer, before: Values, values: Values) -> None:
    entity = schema.TICKETS
    after = {**before, **values}
    check_fields(by.db, entity, values, before)
    check_ticket(by.db, after, ticket_id=before["id"])
    update(by.db, entity, before["id"], {**values, **by.completing(values, before), **by.touching})
    note_history(by.db, before, values, resource=by.author, at=by.stamp)


def _create_note(by: Writer, values: Values) -> int:
    check_fields(by.db, schema.NOTES, values, {})
    values.pop("createdByContactID", None)  # writable by the description, ignored in fact
    made = insert(by.db, schema.NOTES, {**values, **by.making})
    update(by.db, schema.TICKETS, values["ticketID"], by.touching)
    return made


def _change_note(by: Writer, before: Values, values: Values) -> None:
    for name in ("noteType", "publish"):  # both have to be said again
        if values.get(name) is None:
            raise errors(f"Missing Required Field: {name}")
    check_fields(by.db, schema.NOTES, values, before)
    changed = {"lastActivityDate": by.stamp, "impersonatorUpdaterResourceID": by.impersonator}
    update(by.db, schema.NOTES, before["id"], {**values, **changed})


def _create_time_entry(by: Writer, values: Values) -> int:
    if values.get("ticketID") is not None:
        check_reference(by.db, schema.TIME_ENTRIES.fields["ticketid"], values["ticketID"])
        if values.get("roleID") is None:
            raise errors("TimeEntries for Tickets must have a roleID.")
        if not values.get("startDateTime") or not values.get("endDateTime"):
            raise errors("TimeEntries for Service tickets require a start and stop time.")
    check_fields(by.db, schema.TIME_ENTRIES, values, {})
    if not holds_role(by.db, values["resourceID"], values.get("roleID")):
        raise errors("There is no row at position 0.")
    return insert(by.db, schema.TIME_ENTRIES, {**by.making, **values, **hours_of(values)})


def _change_time_entry(by: Writer, before: Values, values: Values) -> None:
    check_fields(by.db, schema.TIME_ENTRIES, values, before)
    changed = {"lastModifiedDateTime": by.stamp, "lastModifiedUserID": by.author}
    worked = hours_of({**before, **values})
    update(by.db, schema.TIME_ENTRIES, before["id"], {**values, **worked, **changed})


def hours_of(entry: Mapping[str, Any]) -> Values:
    """Work out what a time *entry* says beside what was given: its hours, its kind, its flags.

    The hours to bill are those worked and those offset, whatever a client says.
    """
    worked, on_ticket = entry.get("hoursWorked"), entry.get("ticketID") is not None
    if on_ticket and worked is None:
        start, end = (_instant(entry[name]) for name in ("startDateTime", "endDateTime"))
        worked = round((end - start).total_seconds() / 3600, 4)
    offset = entry.get("offsetHours") or 0
    return {
        "hoursWorked": worked,
        "offsetHours": offset,
        "hoursToBill": (worked or 0) + offset,
        "timeEntryType": _TICKET_TIME if on_ticket else _OTHER_TIME,
        "isNonBillable": bool(entry.get("isNonBillable")),
        "showOnInvoice": entry.get("showOnInvoice") != 0,
    }


def _instant(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _create_customer(entity: Entity, by: Writer, values: Values) -> int:
    check_fields(by.db, entity, values, {})
    return insert(by.db, entity, {**values, **by.making, **by.modifying, "createDate": by.stamp})


def _change_customer(entity: Entity, by: Writer, before: Values, values: Values) -> None:
    check_fields(by.db, entity, values, before)
    update(by.db, entity, before["id"], {**values, **by.modifying})


def _create_secondary(by: Writer, values: Values) -> int:
    check_fields(by.db, schema.SECONDARIES, values, {})
    ticket = row(by.db, schema.TICKETS, values["ticketID"]) or {}
    if ticket.get("assignedResourceID") == values["resourceID"]:
        raise errors("The primary resource cannot be a secondary resource as well.")
    others = rows(by.db, schema.SECONDARIES, ticketID=values["ticketID"])
    if any(each["resourceID"] == values["resourceID"] for each in others):
        raise errors("The resource is already a secondary resource of this ticket.")
    if len(others) >= _MOST_SECONDARIES:
        raise errors("A ticket cannot have more than 50 secondary resources.")
    if not holds_role(by.db, values["resourceID"], values["roleID"]):
        raise errors(NO_SUCH_PAIR)
    return insert(by.db, schema.SECONDARIES, values)


def _next_number(by: Writer) -> str:
    day = f"T{by.now:%Y%m%d}."
    numbers = by.db.execute(
        "SELECT max(ticketNumber) FROM Tickets WHERE ticketNumber LIKE ?", (f"{day}%",)
    ).fetchone()[0]
    return f"{day}{int(numbers.split('.')[1]) + 1 if numbers else 1:04}"
