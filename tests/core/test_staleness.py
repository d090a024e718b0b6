"""Staleness: what counts as an action, and what waits how long."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mcdesk.core.hours import OpeningHours
from mcdesk.core.staleness import Staff, WaitMeter, Watched, last_actions
from mcdesk.core.tickets import Comment, Note, Person, Ticket, TimeEntry

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HOURS = OpeningHours(ZoneInfo("UTC"), dict.fromkeys(range(5), ((540, 1020),)))
WATCHED = Watched(frozenset({5}), frozenset({1}))


def ticket(**changes: object) -> Ticket:
    values = {
        "id": 7841,
        "number": "T20261123.0007",
        "title": "Printer",
        "created": NOW - timedelta(minutes=95),
        "queue_id": 5,
        "status_id": 1,
        "priority_id": 2,
        "company_id": 0,
        "contact_id": None,
        "primary_resource_id": None,
    }
    return Ticket(**{**values, **changes})  # type: ignore[arg-type]


def person(id: int, *, user_name: str = "", license_type: int = 1) -> Person:
    return Person(
        id=id,
        first="Jane",
        last="Doe",
        email="jane@example.com",
        user_name=user_name,
        license_type=license_type,
    )


STAFF = Staff(
    {
        10: person(10),
        20: person(20, license_type=7),
        21: person(21, user_name="api@example.com", license_type=7),
        22: person(22, license_type=7),
    },
    vendor_ids={22},
    own_user_name="API@example.com",
    own_note_types={205},
    machine_note_types={13, 91, 99, 301},
)


def note(resource_id: int | None, **changes: object) -> Note:
    values = {"id": 1, "ticket_id": 7841, "at": NOW, "note_type": 3}
    return Note(resource_id=resource_id, **{**values, **changes})  # type: ignore[arg-type]


def time(resource_id: int | None, entered_by: int) -> TimeEntry:
    return TimeEntry(id=1, ticket_id=7841, at=NOW, resource_id=resource_id, entered_by=entered_by)


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        pytest.param({}, True, id="nobody's, new, help desk"),
        pytest.param({"primary_resource_id": 10}, False, id="somebody's"),
        pytest.param({"queue_id": 6}, False, id="another queue"),
        pytest.param({"queue_id": None}, False, id="no queue"),
        pytest.param({"status_id": 5}, False, id="complete"),
    ],
)
def test_unclaimed(changes: dict[str, object], held: bool) -> None:
    assert WATCHED.holds(ticket(**changes)) is held


@pytest.mark.parametrize(
    ("action", "counts"),
    [
        pytest.param(note(10), True, id="a person's note"),
        pytest.param(time(10, 4), True, id="time"),
        pytest.param(time(None, 10), True, id="time that somebody entered"),
        pytest.param(time(None, 4), False, id="time that the system entered"),
        pytest.param(note(10, note_type=13), False, id="workflow rule note"),
        pytest.param(note(10, note_type=91), False, id="workflow action note"),
        pytest.param(note(10, note_type=99), False, id="monitoring note"),
        pytest.param(note(10, note_type=101), True, id="email note of a person"),
        pytest.param(note(4), False, id="the system account"),
        pytest.param(note(20), False, id="another integration"),
        pytest.param(note(10, note_type=301), False, id="a type of machines in this tenant"),
        pytest.param(note(22, note_type=301), False, id="the vendor's by a machine"),
        pytest.param(note(21, note_type=205), True, id="our own API user"),
        pytest.param(note(21), False, id="another tool as our API user"),
        pytest.param(note(21, note_type=None), False, id="our API user, of no type"),
        pytest.param(time(21, 21), False, id="time of our API user"),
        pytest.param(note(20, note_type=205), False, id="another integration, in our note type"),
        pytest.param(note(22), True, id="the vendor, API-only or not"),
        pytest.param(note(99), True, id="a resource that is no longer shown"),
        pytest.param(note(10, contact_id=300), False, id="a contact"),
        pytest.param(note(None), False, id="nobody"),
    ],
)
def test_what_counts_as_an_action(action: Comment, counts: bool) -> None:
    assert STAFF.acted(action) is counts


def test_the_last_action_of_each_ticket() -> None:
    actions = [
        note(10, at=NOW - timedelta(minutes=50)),
        note(10, at=NOW - timedelta(minutes=20)),
        note(10, at=NOW - timedelta(minutes=30)),
        note(4, at=NOW),
        note(10, ticket_id=2, at=NOW),
    ]
    assert last_actions(actions, STAFF) == {7841: NOW - timedelta(minutes=20), 2: NOW}


@pytest.mark.parametrize(
    ("created", "acted", "minutes", "stale"),
    [
        pytest.param(95, None, 95, True, id="never touched"),
        pytest.param(60, None, 60, True, id="exactly an hour"),
        pytest.param(59, None, 59, False, id="not yet"),
        pytest.param(95, 20, 20, False, id="a note restarts the hour"),
        pytest.param(300, 61, 61, True, id="stale again after a note"),
        pytest.param(30, 90, 30, False, id="an action older than the ticket"),
        pytest.param(95, -5, 0, False, id="an action from the future"),
    ],
)
def test_wait(created: int, acted: int | None, minutes: int, stale: bool) -> None:
    meter = WaitMeter(HOURS, now=NOW, earliest=NOW - timedelta(days=1), after=timedelta(hours=1))
    action = None if acted is None else NOW - timedelta(minutes=acted)
    wait = meter.wait(ticket(created=NOW - timedelta(minutes=created)), action)
    assert (wait.minutes, wait.stale) == (minutes, stale)


def test_only_business_time_counts() -> None:
    friday = ticket(created=datetime(2026, 11, 20, 16, 30, tzinfo=UTC))
    now = datetime(2026, 11, 23, 9, 29, 59, tzinfo=UTC)
    meter = WaitMeter(HOURS, now=now, earliest=friday.created, after=timedelta(hours=1))
    assert meter.wait(friday).minutes == 59
    assert not meter.wait(friday).stale
