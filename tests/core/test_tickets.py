"""Rows as values: what Autotask leaves out, spells in its own way, or means by it."""

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
import pytest

from mcdesk.core.rows import UNDATED, Row
from mcdesk.core.tickets import Company, Contact, Note, Person, Ticket, TimeEntry

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
TICKET = {
    "id": 7,
    "ticketNumber": "T20261123.0007",
    "createDate": "2026-11-23T15:00:00Z",
    "queueID": 1,
    "status": 1,
    "assignedResourceID": None,
}
NOTE = {"id": 91, "ticketID": 7, "createDateTime": "2026-11-23T15:00:00Z"}
PERSON = {"id": 20, "firstName": "Noor", "lastName": "Haddad", "userName": "noor", "email": "n@x"}

R = TypeVar("R", bound=Row)


def read(kind: type[R], row: dict[str, Any], **more: Any) -> R:
    return msgspec.json.decode(msgspec.json.encode({**row, **more}), type=kind)


def test_a_text_that_is_null_or_left_out_is_empty() -> None:
    for more in ({}, {"title": None, "description": None}):
        ticket = read(Ticket, TICKET, **more)
        assert (ticket.title, ticket.description) == ("", "")
    assert read(Company, {"id": 0, "companyName": None}).name == ""
    assert read(Ticket, TICKET, title="t").title == "t"


@pytest.mark.parametrize(("flag", "active"), [(True, True), (1, True), (0, False), (None, False)])
def test_a_flag_may_be_a_number_or_null(flag: object, active: bool) -> None:
    assert read(Person, PERSON, isActive=flag).active is active


@pytest.mark.parametrize(
    "missing", ["id", "ticketNumber", "createDate", "queueID", "status", "assignedResourceID"]
)
def test_what_may_not_be_missing(missing: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=missing):
        read(Ticket, {key: value for key, value in TICKET.items() if key != missing})


def test_a_number_that_no_database_holds_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        read(Ticket, TICKET, id=2**63)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("2026-11-23T15:00:00Z", NOW, id="UTC"),
        pytest.param("2026-11-23T15:00:00", NOW, id="no zone is UTC"),
        pytest.param("2026-11-23T10:00:00-05:00", NOW, id="another zone"),
    ],
)
def test_instants(text: str, instant: datetime) -> None:
    ticket = read(Ticket, TICKET, createDate=text, dueDateTime=text)
    assert ticket.created == ticket.due == instant
    assert ticket.created.tzinfo is UTC
    assert read(Ticket, TICKET, dueDateTime=None).due is None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("0001-01-01T00:00:00", datetime(2000, 1, 1, tzinfo=UTC), id="none, early"),
        pytest.param("9999-12-31T23:59:59", datetime(9000, 1, 1, tzinfo=UTC), id="none, late"),
        pytest.param(
            "9999-12-31T23:59:59-12:00", datetime(9000, 1, 1, tzinfo=UTC), id="beyond the last"
        ),
    ],
)
def test_a_date_that_stands_for_none_is_no_date_of_a_row(text: str, instant: datetime) -> None:
    assert read(Ticket, TICKET, dueDateTime=text).due == instant
    with pytest.raises(msgspec.ValidationError):
        read(Ticket, TICKET, createDate=text)
    with pytest.raises(msgspec.ValidationError):
        read(Note, NOTE, createDateTime=text)


def test_zero_is_a_number_like_any_other() -> None:
    ticket = read(Ticket, TICKET, companyID=0, contactID=0, priority=0, queueID=0, status=0)
    assert (ticket.company_id, ticket.contact_id, ticket.priority_id) == (0, 0, 0)
    assert (ticket.queue_id, ticket.status_id) == (0, 0)
    assert read(TimeEntry, NOTE, resourceID=0, creatorUserID=21).resource_id == 0
    assert read(TimeEntry, NOTE, hoursWorked=0).title == "0 hours"
    assert read(Note, NOTE, createdByContactID=0).by_contact


@pytest.mark.parametrize(
    ("publish", "internal"), [(2, True), (1, False), (3, False), (None, False)]
)
def test_only_one_value_makes_a_note_internal(publish: int | None, internal: bool) -> None:
    assert read(Note, NOTE, publish=publish).internal == internal


def test_who_wrote_a_note() -> None:
    assert read(Note, NOTE, createdByContactID=300).by_contact
    ours = read(Note, NOTE, creatorResourceID=20)
    assert (ours.by_contact, ours.resource_id) == (False, 20)


def test_a_time_entry_is_by_who_did_the_work() -> None:
    assert read(TimeEntry, NOTE, resourceID=20, creatorUserID=21).resource_id == 20
    assert read(TimeEntry, NOTE, resourceID=None, creatorUserID=21).resource_id == 21


@pytest.mark.parametrize(
    ("summary", "notes", "parts"),
    [
        ("done", "by phone", [("done", False), ("by phone", True)]),
        ("done", None, [("done", False)]),
        ("done", "", [("done", False)]),
        ("done", " \r\n", [("done", False)]),
        (None, "by phone", [("by phone", True)]),
        (" ", "by phone", [("by phone", True)]),
        ("same", "same", [("same", False), ("same", True)]),
        (None, None, []),
    ],
)
def test_only_the_summary_of_a_time_entry_is_for_customers(
    summary: str | None, notes: str | None, parts: list[tuple[str, bool]]
) -> None:
    entry = read(TimeEntry, NOTE, summaryNotes=summary, internalNotes=notes)
    assert [(part.text, part.internal) for part in entry.parts] == parts


def test_a_note_is_one_part() -> None:
    for publish, internal in ((2, True), (1, False)):
        (part,) = read(Note, NOTE, publish=publish, description="hm").parts
        assert (part.text, part.internal) == ("hm", internal)


@pytest.mark.parametrize(
    ("hours", "title"), [(0.25, "0.25 hours"), (2.0, "2 hours"), (0.0, "0 hours"), (None, "")]
)
def test_a_time_entry_is_called_by_its_length(hours: float | None, title: str) -> None:
    assert read(TimeEntry, NOTE, hoursWorked=hours).title == title


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Noor Haddad", True),
        ("haddad, noor", True),
        (" NOOR ", True),
        ("n@x", True),
        ("Noor H", False),
        ("Haddad", False),
        ("", False),
    ],
)
def test_what_a_person_answers_to(text: str, named: bool) -> None:
    assert read(Person, PERSON).answers_to(text) == named


def test_nobody_answers_to_nothing() -> None:
    nameless = read(Person, {"id": 9})
    assert nameless.name == ""
    assert not nameless.answers_to("")


@pytest.mark.parametrize(
    ("more", "may"),
    [
        pytest.param({}, True, id="a person"),
        pytest.param({"isActive": False}, False, id="who has left"),
        pytest.param({"licenseType": 7}, False, id="an integration"),
        pytest.param({"id": 4}, False, id="the system account"),
    ],
)
def test_who_may_hold_tickets(more: dict[str, Any], may: bool) -> None:
    assert read(Person, PERSON, **more).may_hold_tickets == may


def test_a_contact_without_a_phone_has_their_mobile_phone() -> None:
    contact = {"id": 300, "firstName": "Jane", "lastName": None, "mobilePhone": "555-0100"}
    assert read(Contact, contact).phone == "555-0100"
    assert read(Contact, contact, phone="555-0199").phone == "555-0199"
    assert read(Contact, contact).name == "Jane"


@pytest.mark.parametrize("kind", [Note, TimeEntry])
def test_what_has_no_date_says_so(kind: type[Note | TimeEntry]) -> None:
    assert read(kind, NOTE).dated is not None
    assert msgspec.structs.replace(read(kind, NOTE), at=UNDATED).dated is None


def test_all_phones_of_a_contact_and_a_company() -> None:
    contact = {"id": 300, "firstName": "Jane", "mobilePhone": "2", "alternatePhone": "3"}
    assert read(Contact, contact, phone="1").phones == ("1", "2", "3")
    company = {"id": 1, "phone": "1", "alternatePhone1": "2", "alternatePhone2": None}
    assert read(Company, company).phones == ("1", "2", "")


@pytest.mark.parametrize(
    ("own", "value"),
    [
        pytest.param([{"name": "Help Desk Plan", "value": "Yes"}], "Yes", id="a text"),
        pytest.param([{"name": "HELP DESK  plan", "value": " Yes "}], "Yes", id="in any spelling"),
        pytest.param([{"name": "Plan", "value": "Yes"}], "", id="another field"),
        pytest.param([{"name": "Help Desk Plan", "value": None}], "", id="null"),
        pytest.param([{"name": "Help Desk Plan"}], "", id="no value"),
        pytest.param([{"name": "Help Desk Plan", "value": 17}], "17", id="a number"),
        pytest.param(["?", None], "", id="no fields at all"),
        pytest.param([], "", id="none"),
        pytest.param(None, "", id="null in place of all"),
        pytest.param("?", None, id="a text in place of all"),
        pytest.param({"name": "Help Desk Plan"}, None, id="no list"),
    ],
)
def test_what_stands_in_a_field_of_the_tenants_own(own: object, value: str | None) -> None:
    company = read(Company, {"id": 1}, userDefinedFields=own)
    assert company.value_in("Help Desk Plan") == value
    assert company.only_with("Help Desk Plan").value_in("Help Desk Plan") == value


def test_no_other_field_is_kept() -> None:
    own = [{"name": "Plan", "value": "Yes"}, {"name": "Firewall login", "value": "hunter2"}]
    company = read(Company, {"id": 1}, companyName="Harbor", userDefinedFields=own)
    assert "hunter2" not in str(company.only_with("plan"))
    assert company.only_with("plan").name == "Harbor"


@pytest.mark.parametrize(
    ("more", "reachable"),
    [
        ({}, False),
        ({"phone": "n/a", "emailAddress": "none"}, False),
        ({"phone": " ", "mobilePhone": "", "alternatePhone": None}, False),
        ({"phone": "(212) 555-0120"}, True),
        ({"mobilePhone": "ext. 7"}, True),
        ({"alternatePhone": "5550120"}, True),
        ({"emailAddress": "jane@x.example"}, True),
    ],
)
def test_how_a_contact_can_be_reached(more: dict[str, Any], reachable: bool) -> None:
    assert read(Contact, {"id": 300}, **more).reachable == reachable
