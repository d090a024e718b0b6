"""`claim` of what the vendor has or gave back: the office admin is put on, and taken off again."""

import json
from typing import Any

import pytest
from offices import Office, Result

from mcdesk.sandbox.people import ADMIN_ROLE, HELP_DESK_ROLE, VENDOR

ME, COLLEAGUE, ADMIN = 20, 23, 26
RETURNED, BACK, IN_PROGRESS = 32, 33, 8
SETTINGS = """
[claim]
secondary_from_mc = "Sunniva Dahl"
status = "In Progress"
[stale]
returned_statuses = ["Back from MC"]
"""
THEIRS = {"assignedResourceID": VENDOR, "assignedResourceRoleID": HELP_DESK_ROLE}
WARNING = "Sunniva Dahl could not be added as a secondary resource"
NO_PERMISSION = "refuse The logged in Resource does not have the adequate permissions to do this"
UNKNOWN = "it is not known yet whether Sunniva Dahl is a secondary resource"


@pytest.fixture
def desk(office: Office) -> Office:
    """Return an office whose admin schedules what comes back, with its names known today."""
    office.add_settings(SETTINGS)
    office.run("claim", str(office.ticket(5)))
    office.requests()
    return office


def with_mc(desk: Office, **fields: Any) -> int:
    return desk.ticket(30, **{**THEIRS, "status": RETURNED, **fields})


def said(result: Result) -> dict[str, Any]:
    (document,) = json.loads(result.out)["results"]
    found: dict[str, Any] = document
    return found


def roles_of(desk: Office, ticket: int) -> dict[int, int]:
    rows = desk.world.rows("TicketSecondaryResources", ticketID=ticket)
    return {row["resourceID"]: row["roleID"] for row in rows}


def test_the_plan_shows_it_and_undo_takes_it_back(desk: Office) -> None:
    ticket = with_mc(desk)
    before = desk.holds(ticket)
    done = desk.run("claim", str(ticket), answers=["", "y"])
    assert done.code == 0
    assert done.err == (
        "Claim T20261123.9300, Harbor Point Dental, Printer offline, and add Sunniva Dahl as "
        "secondary resource? [Y/n] Help Desk Support has T20261123.9300. Take it over? [y/N] "
    )
    assert (
        done.out
        == """\
T20261123.9300 is yours (verified)
  primary resource    Help Desk Support -> Noor Haddad
  status              Returned to MC    -> In Progress
  secondary resource  not on it         -> Sunniva Dahl
"""
    )
    assert desk.holds(ticket) == {
        **before,
        "primary": ME,
        "status": IN_PROGRESS,
        "secondaries": {ADMIN},
    }
    assert roles_of(desk, ticket) == {ADMIN: ADMIN_ROLE}
    undone = desk.run("undo", "--yes", "--json")
    assert {"field": "secondary_resource", "before": "Sunniva Dahl", "after": None} in (
        said(undone)["changes"]
    )
    assert desk.holds(ticket) == before


def test_costs_two_requests_more_and_leaves_other_claims_as_they_are(desk: Office) -> None:
    first, second, plain = with_mc(desk), with_mc(desk), desk.ticket(31)
    asked = [
        "POST Tickets/query",
        "POST TicketSecondaryResources/query",
        "PATCH Tickets",
        "POST Tickets/query",
    ]
    assert desk.run("claim", str(first), "--force").code == 0
    put_on = [f"POST Tickets/{first}/SecondaryResources", "POST TicketSecondaryResources/query"]
    assert desk.requests() == [*asked, *put_on]
    assert desk.run("claim", str(second), answers=["", "y"]).code == 0
    assert len(desk.requests()) == 7
    assert desk.run("claim", str(plain)).code == 0
    assert desk.requests() == asked
    assert desk.holds(plain)["secondaries"] == set()


def test_scripts_read_it_among_the_changes(desk: Office) -> None:
    ticket = with_mc(desk)
    assert said(desk.run("claim", str(ticket), "--force", "--json")) == {
        "id": ticket,
        "number": "T20261123.9300",
        "outcome": "claimed",
        "changes": [
            {
                "field": "primary_resource",
                "before": "Help Desk Support",
                "after": "Noor Haddad",
            },
            {"field": "status", "before": "Returned to MC", "after": "In Progress"},
            {"field": "secondary_resource", "before": None, "after": "Sunniva Dahl"},
        ],
        "verified": True,
        "warnings": ["overruled by --force: Help Desk Support has T20261123.9300"],
        "error": None,
    }
    (entry,) = json.loads(desk.run("log", str(ticket), "--check", "--json").out)["entries"]
    assert entry["secondary_resources"] == [
        {"name": "Sunniva Dahl", "change": "on", "state": "done"}
    ]
    assert (entry["state"], entry["check"]["standing"]) == ("done", "holds")
    assert "Sunniva Dahl on\n" in desk.run("log", str(ticket)).out
    assert desk.run("outbox").code == 0


def test_a_dry_run_tells_and_changes_nothing(desk: Office) -> None:
    ticket = with_mc(desk)
    before = desk.holds(ticket)
    done = desk.run("claim", str(ticket), "--force", "--dry-run")
    assert done.code == 0
    assert "secondary resource  not on it         -> Sunniva Dahl" in done.out
    assert "would add a secondary resource" in done.out
    assert desk.holds(ticket) == before


@pytest.mark.parametrize("asked", [True, False], ids=["on a terminal", "without one"])
def test_what_came_back_is_nobodys(desk: Office, asked: bool) -> None:
    ticket = desk.ticket(30, status=BACK)
    done = desk.run("claim", str(ticket), answers=[""] if asked else None)
    assert done.code == 0
    assert "Take it over?" not in done.err
    assert desk.holds(ticket)["primary"] == ME
    assert desk.holds(ticket)["secondaries"] == {ADMIN}


def test_what_came_back_without_a_status_of_its_own(desk: Office) -> None:
    ticket = desk.ticket(30)
    assert desk.run("send-to-mc", str(ticket), "--yes").code == 0
    desk.world.update(
        "Tickets", ticket, assignedResourceID=None, assignedResourceRoleID=None, status=1
    )
    assert desk.run("claim", str(ticket)).code == 0
    assert desk.holds(ticket)["secondaries"] == {ADMIN}
    # Given back by me, it is a ticket like any other.
    assert desk.run("undo", "--yes").code == 0
    assert desk.holds(ticket)["secondaries"] == set()
    desk.now = desk.now.replace(minute=1)
    assert desk.run("claim", str(ticket)).code == 0
    assert desk.holds(ticket)["secondaries"] == set()


def test_who_is_there_already_stays_through_an_undo(desk: Office) -> None:
    ticket = with_mc(desk)
    desk.secondary(ticket, ADMIN)
    assert desk.run("claim", str(ticket), "--force").code == 0
    assert desk.run("undo", "--yes").code == 0
    assert desk.holds(ticket)["secondaries"] == {ADMIN}


def test_i_come_off_as_a_secondary_before_and_go_back_with_an_undo(desk: Office) -> None:
    ticket = with_mc(desk)
    for who in (ME, COLLEAGUE):
        desk.secondary(ticket, who)
    before = desk.holds(ticket)
    assert desk.run("claim", str(ticket), "--force").code == 0
    assert desk.holds(ticket)["secondaries"] == {COLLEAGUE, ADMIN}
    assert desk.run("undo", "--yes").code == 0
    assert desk.holds(ticket) == before


@pytest.mark.parametrize(
    ("name", "code"),
    [("noor.haddad@demo.example", 0), ("Sunniva Dall", 4)],
    ids=["it is me", "nobody"],
)
def test_who_may_be_named(office: Office, name: str, code: int) -> None:
    office.add_settings(f'[claim]\nsecondary_from_mc = "{name}"\n')
    ticket, plain = with_mc(office), office.ticket(31)
    done = office.run("claim", str(ticket), "--force")
    assert done.code == code
    assert office.holds(ticket)["primary"] == (VENDOR if code else ME)
    assert office.holds(ticket)["secondaries"] == set()
    if code:
        assert 'no active resource "Sunniva Dall"' in done.err
        assert '"Sunniva Dahl"' in done.err
    # What nobody needs hinders nobody.
    assert office.run("claim", str(plain)).code == 0


def test_two_of_one_name_are_told_apart(desk: Office) -> None:
    twin = {"firstName": "Sunniva", "lastName": "Dahl", "isActive": True, "licenseType": 1}
    desk.world.insert("Resources", **twin, userName="sunniva2", email="sunniva2@demo.example")
    desk.now = desk.now.replace(day=24, hour=16)
    ticket = with_mc(desk)
    done = desk.run("claim", str(ticket), "--force")
    assert done.code == 4
    assert "names 2 active resources" in done.err
    assert "sunniva2" in done.err
    assert desk.holds(ticket)["primary"] == VENDOR


@pytest.mark.parametrize(
    ("fault", "said_so", "mend"),
    [
        ("refuse not today", WARNING, "add them in Autotask"),
        ("lose-request", UNKNOWN, "--check` looks again"),
        ("status 503", UNKNOWN, "--check` looks again"),
    ],
)
def test_a_failed_put_on_leaves_the_claim(
    desk: Office, fault: str, said_so: str, mend: str
) -> None:
    ticket = with_mc(desk)
    before = desk.holds(ticket)
    desk.break_with(f"POST /Tickets/*/SecondaryResources {fault}")
    done = desk.run("claim", str(ticket), "--force", "--json")
    desk.break_with()
    assert done.code == 1
    found = said(done)
    assert (found["outcome"], found["verified"], found["error"]) == ("claimed", True, None)
    # What is said to be changed is what was seen.
    assert "secondary_resource" not in {each["field"] for each in found["changes"]}
    assert said_so in found["warnings"][1]
    assert mend in found["warnings"][1]
    assert desk.holds(ticket) == {**before, "primary": ME, "status": IN_PROGRESS}
    (entry,) = json.loads(desk.run("log", str(ticket), "--check", "--json").out)["entries"]
    assert entry["state"] == "unverified"
    assert entry["check"]["secondary_resources_absent"] == ["Sunniva Dahl"]
    shown = desk.run("log", str(ticket), "--check").out
    assert "now: was made in part; Sunniva Dahl is not on it" in shown
    assert desk.run("undo", "--yes").code == 0
    assert desk.holds(ticket) == before


def test_on_screen_the_name_is_a_warning(desk: Office) -> None:
    ticket = with_mc(desk)
    desk.break_with("POST /Tickets/*/SecondaryResources refuse not today")
    done = desk.run("claim", str(ticket), "--force")
    assert done.code == 1
    assert (
        done.out
        == """\
T20261123.9300 is yours (verified)
  primary resource  Help Desk Support -> Noor Haddad
  status            Returned to MC    -> In Progress
"""
    )
    assert f"warning: T20261123.9300: {WARNING} (Autotask refused: not today)" in done.err
    assert "error" not in done.err


@pytest.mark.parametrize("fault", ["lose-answer x1", "lose-request x1", "status 503 x1"])
def test_an_unknown_put_on_is_looked_at(desk: Office, fault: str) -> None:
    ticket = with_mc(desk)
    desk.break_with(f"POST /Tickets/*/SecondaryResources {fault}")
    assert desk.run("claim", str(ticket), "--force").code == 0
    assert desk.holds(ticket)["secondaries"] == {ADMIN}
    assert desk.run("undo", "--yes").code == 0
    assert desk.holds(ticket)["secondaries"] == set()


def test_nobody_is_put_on_what_somebody_else_took(desk: Office) -> None:
    ticket = with_mc(desk)
    desk.break_with(f"PATCH /Tickets workflow assignedResourceID={COLLEAGUE}")
    done = desk.run("claim", str(ticket), "--force", "--json")
    assert (done.code, said(done)["outcome"]) == (3, "unverified")
    assert said(done)["error"] == "Felix Brandt was faster and has T20261123.9300"
    assert desk.holds(ticket)["secondaries"] == set()


def test_a_put_on_that_is_gone_since_is_told(desk: Office) -> None:
    ticket = with_mc(desk)
    desk.run("claim", str(ticket), "--force")
    (row,) = desk.world.rows("TicketSecondaryResources", ticketID=ticket)
    desk.world.delete("TicketSecondaryResources", row["id"])
    assert "changed since; Sunniva Dahl is not on it" in desk.run("log", "--check").out
    assert desk.run("undo", "--yes").code == 0
    assert desk.holds(ticket)["primary"] == VENDOR


def test_several_each_with_their_own(desk: Office) -> None:
    theirs, plain = with_mc(desk), desk.ticket(31)
    desk.break_with("POST /Tickets/*/SecondaryResources refuse not today")
    done = desk.run("claim", str(theirs), str(plain), "--force")
    assert done.code == 1
    assert "2 claimed" in done.out
    assert WARNING in done.err


def test_doctor_finds_who_it_is(desk: Office) -> None:
    def check() -> Any:
        checks = json.loads(desk.run("doctor", "--json").out)["checks"]
        return next(each for each in checks if each["check"] == "claiming back")

    assert (check()["result"], check()["found"]) == ("ok", "Sunniva Dahl (Office Administrator)")
    path = desk.home / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Dahl", "Dall"), encoding="utf-8")
    assert check()["result"] == "failed"
    assert '"Sunniva Dahl"' in check()["mend"]


def test_the_demo_shows_it(office: Office) -> None:
    done = office.run("--demo", "claim", "T20261123.0001", "--dry-run")
    assert "Sunniva" not in done.out
    (ticket, *_) = json.loads(office.run("--demo", "stale", "--json").out)["tickets"]
    assert ticket["back_from_mc"]
    done = office.run("--demo", "claim", ticket["number"])
    assert "secondary resource  not on it -> Sunniva Dahl" in done.out


def test_undo_says_who_may_be_left_if_nobody_can_see_that(desk: Office) -> None:
    ticket = with_mc(desk)
    assert desk.run("claim", str(ticket), "--force").code == 0
    desk.break_with(f"POST /TicketSecondaryResources/query {NO_PERMISSION} x1")
    undone = said(desk.run("undo", "--yes", "--json"))
    assert undone["warnings"] == ["Sunniva Dahl may still be on it as secondary resource"]
    assert desk.holds(ticket)["secondaries"] == {ADMIN}


def test_so_does_an_undo_of_what_somebody_has_put_back(desk: Office) -> None:
    ticket = with_mc(desk)
    before = desk.world.row("Tickets", ticket)
    assert before
    assert desk.run("claim", str(ticket), "--force").code == 0
    fields = ("assignedResourceID", "assignedResourceRoleID", "status")
    desk.change(ticket, **{field: before[field] for field in fields})
    desk.break_with(f"POST /TicketSecondaryResources/query {NO_PERMISSION} x1")
    done = desk.run("undo", "--yes")
    assert done.code == 0
    assert "is already as it was before; nothing was changed" in done.out
    assert "Sunniva Dahl may still be on it as secondary resource" in done.err
    assert desk.holds(ticket)["secondaries"] == {ADMIN}
    assert said(desk.run("undo", "--yes", "--json"))["outcome"] == "undone"
    assert desk.holds(ticket)["secondaries"] == set()
