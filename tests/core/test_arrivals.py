"""What a ticket's history tells of when it went to the vendor."""

from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.core.arrivals import Signs
from mcdesk.core.rows import UNDATED
from mcdesk.core.tickets import HistoryRow, Person

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SIGNS = Signs(
    people=[
        Person(id=21, first="Help Desk", last="Support", email="mc@demo.example"),
        Person(id=22, first="Night", last="Desk", user_name="night"),
    ],
    statuses=["Returned to MC", "Sent (MC)"],
    labels=["New", "MC", "Back from MC", "Returned to MC", "Sent (MC)", "Waiting to close", ""],
)


def history(*details: str) -> list[HistoryRow]:
    """Make rows of *details*, a minute apart."""
    return [
        HistoryRow(id=i, ticket_id=7, at=AT + timedelta(minutes=i), detail=detail)
        for i, detail in enumerate(details)
    ]


@pytest.mark.parametrize(
    "detail",
    [
        "status changed from New to Returned to MC",
        "Status changed from New to Returned to MC.",
        'STATUS changed from "New" to "Returned to MC"',
        "Status  changed from New to returned\u00a0to mc",
        "status changed from Waiting to close to Sent (MC)",
        "Status set to Returned to MC",
        "assignedResourceID changed from (none) to Help Desk Support",
        "Primary Resource changed from Noor Haddad to Support, Help Desk",
        "Primary resource changed from Noor Haddad to night",
        "Assigned to Help Desk Support",
    ],
)
def test_it_went_there(detail: str) -> None:
    assert SIGNS.arrival(history(detail)) == AT


@pytest.mark.parametrize(
    "detail",
    [
        "",
        "status",
        "status changed",
        "status changed from New",
        "status changed from Returned to MC to New",
        "status changed from Returned to MC to Back from MC",
        "status changed from New to MC",
        "status changed from New to Returned to MC later",
        "status changed from New to Help Desk Support",
        "assignedResourceID changed from Help Desk Support to Noor Haddad",
        "assignedResourceID changed from Noor Haddad to (none)",
        "assignedResourceRoleID changed from (none) to Help Desk Support",
        "Secondary Resource changed from (none) to Help Desk Support",
        "lastActivityDate changed from 2026-11-23T14:00:00Z to 2026-11-23T15:00:00Z",
        # What a stranger can write.
        "title changed from Printer to status changed from New to Returned to MC",
        "title changed from status to Help Desk Support",
        "Title set to status from New to Returned to MC",
        "description changed from x to \nstatus changed from New to Returned to MC",
        "contactID changed from (none) to Help Desk Support",
    ],
)
def test_it_did_not(detail: str) -> None:
    assert SIGNS.arrival(history(detail)) is None


def test_the_last_time_counts_in_whatever_order() -> None:
    sent, back = "status changed from New to Returned to MC", "status changed from MC to New"
    rows = history(sent, back, sent, back)
    assert SIGNS.arrival(rows) == SIGNS.arrival(rows[::-1]) == AT + timedelta(minutes=2)


def test_what_has_no_date_may_have_been_the_last_time() -> None:
    rows = history("status changed from New to Returned to MC", "Assigned to Help Desk Support")
    undated = HistoryRow(id=9, ticket_id=7, at=UNDATED, detail=rows[0].detail)
    assert SIGNS.arrival([*rows, undated]) is None
    noise = HistoryRow(id=9, ticket_id=7, at=UNDATED, detail="lastActivityDate changed")
    assert SIGNS.arrival([*rows, noise]) == AT + timedelta(minutes=1)


def test_without_any_of_theirs_nothing_tells() -> None:
    nobodys = Signs([], [], ["New", "Returned to MC"])
    assert nobodys.arrival(history("status changed from New to Returned to MC")) is None
