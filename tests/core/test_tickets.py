"""Rows as they become values: what null, odd dates and odd flags mean."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from mcdesk.core.tickets import Contact, Note, Person, Ticket, TimeEntry

TICKET = {
    "id": 7,
    "ticketNumber": "T20261123.0007",
    "createDate": "2026-11-23T12:00:00Z",
    "queueID": 5,
    "status": 1,
    "assignedResourceID": None,
}
COMMENT = {"id": 9, "ticketID": 7, "createDateTime": "2026-11-23T12:00:00Z"}


def read(kind: Any, row: dict[str, Any], **fields: Any) -> Any:
    return msgspec.json.decode(json.dumps({**row, **fields}), type=kind)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-23T12:00:00Z", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("2026-11-23T12:00:00", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("2026-11-23T14:00:00+02:00", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", datetime(2000, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime(9000, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_instant_is_utc_and_in_reach(text: str, instant: datetime) -> None:
    ticket = read(Ticket, TICKET, createDate=text, dueDateTime=text)
    assert (ticket.created, ticket.due) == (instant, instant)
    assert ticket.created.tzinfo is UTC


def test_a_text_that_is_null_is_empty() -> None:
    ticket = read(Ticket, TICKET, title=None, description=None, dueDateTime=None)
    assert (ticket.title, ticket.description, ticket.due) == ("", "", None)


@pytest.mark.parametrize(
    ("publish", "internal"), [(2, True), (1, False), (4, False), (None, False)]
)
def test_only_one_value_of_publish_is_internal(publish: int | None, internal: bool) -> None:
    note = read(Note, COMMENT, publish=publish, description="words", title=None)
    assert (note.internal, note.text, note.title) == (internal, "words", "")


@pytest.mark.parametrize(
    ("fields", "resource", "title", "text", "internal"),
    [
        ({}, None, "", "", True),
        ({"resourceID": 20, "creatorUserID": 4}, 20, "", "", True),
        ({"resourceID": None, "creatorUserID": 20}, 20, "", "", True),
        ({"hoursWorked": 0, "internalNotes": "ours"}, None, "0 hours", "ours", True),
        ({"hoursWorked": 1.5, "summaryNotes": "theirs"}, None, "1.5 hours", "theirs", False),
        ({"summaryNotes": "theirs", "internalNotes": "ours"}, None, "", "theirs\nours", False),
    ],
)
def test_a_time_entry(
    fields: dict[str, Any], resource: int | None, title: str, text: str, internal: bool
) -> None:
    entry = read(TimeEntry, COMMENT, **fields)
    assert (entry.resource_id, entry.title, entry.text, entry.internal) == (
        *(resource, title, text),
        internal,
    )
    assert not entry.by_contact


@pytest.mark.parametrize(
    ("phones", "phone"),
    [
        ({"phone": "1", "mobilePhone": "2"}, "1"),
        ({"phone": None, "mobilePhone": "2"}, "2"),
        ({"phone": "", "mobilePhone": "2"}, "2"),
        ({"mobilePhone": None}, ""),
    ],
)
def test_how_a_contact_is_reached(phones: dict[str, Any], phone: str) -> None:
    contact = read(Contact, {"id": 300, "firstName": "Maria", "lastName": None}, **phones)
    assert (contact.name, contact.phone, contact.email) == ("Maria", phone, "")


@pytest.mark.parametrize("value", [Person(id=7, first="Ada"), Contact(id=7, mobile_phone="2")])
def test_what_is_remembered_reads_the_same(value: msgspec.Struct) -> None:
    assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value
