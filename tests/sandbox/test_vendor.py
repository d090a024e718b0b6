"""The vendor of the demo: what they do on tickets, when, and what they leave alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from asking import NOW, Api, Make

from mcdesk.sandbox import people
from mcdesk.sandbox.seed import add_handoffs
from mcdesk.sandbox.vendor import Act, Does, Plan, Vendor, by_chance

MINUTE = timedelta(minutes=1)
THEIRS = {
    "assignedResourceID": people.VENDOR,
    "assignedResourceRoleID": people.HELP_DESK_ROLE,
    "status": people.RETURNED,
}
MINE = {"assignedResourceID": 20, "assignedResourceRoleID": people.HELP_DESK_ROLE}
SCRIPT = [
    Act(10 * MINUTE, Does.NOTE, "hello"),
    Act(20 * MINUTE, Does.TIME, "half an hour"),
    Act(30 * MINUTE, Does.BACK, "needs an administrator"),
    Act(40 * MINUTE, Does.NOTE, "never said"),
]


def scripted(*scripts: Sequence[Act]) -> Vendor:
    """Make a vendor that does with a ticket what is written for its first time, its second, ..."""
    return Vendor(lambda _ticket, time, _promised: scripts[time - 1])


@pytest.fixture
def office(make: Make) -> Api:
    return make(vendor=scripted(SCRIPT, [Act(5 * MINUTE, Does.DONE, "all done")]))


def send(office: Api, ticket: int = 1, **fields: Any) -> None:
    answer = office.ask("PATCH", "/Tickets", {"id": ticket, **THEIRS, **fields})
    assert answer.status_code == 200, answer.text


def at(office: Api, minutes: float) -> None:
    """Ask something so many minutes after the beginning."""
    office.now = NOW + minutes * MINUTE
    assert office.ask("GET", "/Version").status_code == 200


def words(office: Api, ticket: int = 1) -> list[tuple[str, float]]:
    """Read what the vendor wrote, and how many minutes after the beginning."""
    found = [
        *(
            (row["description"], row["createDateTime"])
            for row in office.world.rows("TicketNotes", ticketID=ticket, creatorResourceID=12)
        ),
        *(
            (row["summaryNotes"], row["createDateTime"])
            for row in office.world.rows("TimeEntries", ticketID=ticket, resourceID=12)
        ),
    ]
    return sorted(
        ((text, (datetime.fromisoformat(when) - NOW) / MINUTE) for text, when in found),
        key=lambda each: each[1],
    )


def test_each_act_is_done_at_its_time_and_once(office: Api) -> None:
    send(office)
    at(office, 9.9)
    assert words(office) == []
    at(office, 10)
    at(office, 19)
    at(office, 19)
    assert words(office) == [("hello", 10)]
    at(office, 500)
    at(office, 501)
    assert words(office) == [("hello", 10), ("half an hour", 20), ("needs an administrator", 30)]


def test_what_goes_back_is_nobodys_and_its_history_says_so(office: Api) -> None:
    send(office)
    at(office, 60)
    ticket = office.world.row("Tickets", 1)
    assert ticket
    assert (ticket["assignedResourceID"], ticket["assignedResourceRoleID"]) == (None, None)
    assert (ticket["status"], ticket["lastActivityResourceID"]) == (people.BACK, people.VENDOR)
    assert ticket["lastTrackedModificationDateTime"] == "2026-11-23T15:30:00Z"
    history = office.world.rows("TicketHistory", ticketID=1, resourceID=people.VENDOR)
    assert {(row["date"], row["detail"]) for row in history} == {
        (
            "2026-11-23T15:30:00Z",
            "assignedResourceID changed from Help Desk Support to (none)",
        ),
        (
            "2026-11-23T15:30:00Z",
            "assignedResourceRoleID changed from Help Desk Technician to (none)",
        ),
        ("2026-11-23T15:30:00Z", "status changed from Returned to MC to Back from MC"),
    }


def test_it_goes_on_where_a_technician_sends_it_again(office: Api) -> None:
    send(office)
    at(office, 45)
    office.now = NOW + 50 * MINUTE
    send(office)
    at(office, 54)
    assert len(words(office)) == 3
    at(office, 90)
    assert words(office)[3:] == [("all done", 55)]
    ticket = office.world.row("Tickets", 1)
    assert ticket
    assert (ticket["status"], ticket["completedDate"]) == (5, "2026-11-23T15:55:00Z")
    assert ticket["completedByResourceID"] == people.VENDOR


def test_time_entries_are_of_half_an_hour_at_least(office: Api) -> None:
    send(office)
    at(office, 60)
    (entry,) = office.world.rows("TimeEntries", ticketID=1)
    assert (entry["hoursWorked"], entry["endDateTime"]) == (0.5, "2026-11-23T15:20:00Z")


@pytest.mark.parametrize(
    "taken",
    [
        pytest.param(MINE, id="claimed"),
        pytest.param({"status": 8}, id="in another status"),
        pytest.param({"status": 5}, id="closed"),
    ],
)
def test_a_ticket_that_is_theirs_no_longer_is_left_alone(
    office: Api, taken: dict[str, int]
) -> None:
    send(office)
    at(office, 15)
    send(office, **taken)
    before = office.world.row("Tickets", 1)
    at(office, 300)
    assert words(office) == [("hello", 10)]
    assert office.world.row("Tickets", 1) == before


def test_their_bridge_sees_no_ticket_that_others_are_on(office: Api) -> None:
    office.ask("POST", "/Tickets/1/SecondaryResources", {"resourceID": 20, "roleID": 29683581})
    send(office)
    at(office, 15)
    assert words(office) == []
    (other,) = office.world.rows("TicketSecondaryResources", ticketID=1)
    office.world.delete("TicketSecondaryResources", other["id"])
    at(office, 25)
    assert words(office) == [("half an hour", 20)]


def test_a_status_alone_is_an_arrival_too(office: Api) -> None:
    send(office, status=8)
    at(office, 100)
    office.now = NOW + 100 * MINUTE
    assert office.ask("PATCH", "/Tickets", {"id": 1, "status": 32}).status_code == 200
    at(office, 106)
    assert words(office) == [("all done", 105)]


def test_what_autotask_refuses_is_left(office: Api) -> None:
    send(office)
    office.world.update("Tickets", 1, queueID=None)
    at(office, 60)
    ticket = office.world.row("Tickets", 1)
    assert ticket
    assert ticket["assignedResourceID"] == people.VENDOR


def test_a_clock_that_goes_back_does_nothing_twice(office: Api) -> None:
    send(office)
    at(office, 25)
    before = words(office)
    at(office, 5)
    at(office, 25)
    assert words(office) == before
    at(office, 31)
    assert len(words(office)) == 3


def test_it_changes_no_world_in_which_nobody_did_anything(office: Api) -> None:
    with office.world.transaction() as db:
        add_handoffs(db, now=NOW)
    at(office, 3000)
    assert office.world.state.touched_at is None
    assert office.world.rows("TicketNotes", creatorResourceID=12)


def test_without_a_vendor_nothing_happens(make: Make) -> None:
    office = make()
    send(office)
    at(office, 5000)
    assert words(office) == []


def test_tickets_are_worked_side_by_side_in_the_order_of_time(make: Make) -> None:
    office = make(vendor=Vendor(lambda id, _time, _: [Act(MINUTE / id, Does.NOTE, str(id))]))
    for ticket in (1, 2, 3):
        send(office, ticket)
    at(office, 5)
    notes = office.world.rows("TicketNotes", creatorResourceID=12)
    written = [row for row in notes if row["ticketID"] in (1, 2, 3)]
    assert [row["ticketID"] for row in written] == [3, 2, 1]


def test_it_happens_again_alike_and_differs_between_tickets() -> None:
    promised = timedelta(minutes=120)
    plans = [by_chance(ticket, 1, promised) for ticket in range(200)]
    assert plans == [by_chance(ticket, 1, promised) for ticket in range(200)]
    firsts = {acts[0].text for acts in plans}
    assert len(firsts) == len(Plan)
    in_time = [acts[0].after <= promised for acts in plans]
    assert {True, False} == set(in_time)
    assert by_chance(7, 2, promised) != by_chance(7, 1, promised)


@pytest.mark.parametrize("plan", Plan)
def test_only_silence_breaks_the_promise(plan: Plan) -> None:
    for share in (0.7, 1.0):
        first = plan.acts(timedelta(hours=1) * share)[0]
        assert (first.after > timedelta(hours=1)) is (plan is Plan.SILENT)


def test_a_plan_from_the_seed_holds_for_the_first_time_alone(make: Make) -> None:
    office = make(vendor=scripted([], [Act(MINUTE, Does.NOTE, "second time")]))
    with office.world.transaction() as db:
        add_handoffs(db, now=NOW)
    (ticket,) = office.world.rows("Tickets", title="Docking station shows no second screen")
    at(office, 54)
    assert words(office, ticket["id"]) == []
    at(office, 56)
    assert words(office, ticket["id"]) == [(Plan.SILENT.value[0][2], 55)]
    office.now = NOW + 60 * MINUTE
    send(office, ticket["id"], **MINE, status=8)
    office.now = NOW + 61 * MINUTE
    send(office, ticket["id"])
    at(office, 70)
    assert words(office, ticket["id"])[1:] == [("second time", 62)]
