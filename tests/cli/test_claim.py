"""`claim`: a ticket taken, or somebody was faster."""

import json

import pytest
from deaths import Mortal
from offices import Office, Result

from mcdesk.sandbox.people import HELP_DESK_ROLE, VENDOR

ME, COLLEAGUE, IN_PROGRESS = 20, 23, 8
MINE = {"primary": ME, "role": HELP_DESK_ROLE}


def test_takes_an_unclaimed_ticket(office: Office) -> None:
    ticket = office.ticket(30)
    assert office.run("claim", str(ticket)) == Result(
        0,
        """\
T20261123.9300 is yours (verified)
  primary resource  nobody -> Noor Haddad
""",
        "",
    )
    assert office.holds(ticket).items() >= MINE.items()


def test_asks_one_line_on_a_terminal_and_enter_is_yes(office: Office) -> None:
    first, second = office.ticket(30), office.ticket(31)
    done = office.run("claim", str(first), answers=[""])
    assert done.code == 0
    assert done.err == "Claim T20261123.9300, Harbor Point Dental, Printer offline? [Y/n] "
    for answers in (["n"], []):
        assert office.run("claim", str(second), answers=answers).code == 3
    assert office.holds(second)["primary"] is None
    assert "[Y/n]" not in office.run("claim", str(second), "--yes", answers=[]).err


def test_sets_the_status_of_the_settings_and_my_role(office: Office) -> None:
    config = (office.home / "config.toml").read_text(encoding="utf-8")
    config = config.replace("noor.haddad@demo.example", "tomasz.wilk@demo.example")
    config = config.replace("[note]", 'role = "Systems Engineer"\n[note]')
    office.configure(config + '[claim]\nstatus = "In Progress"\n')
    ticket = office.ticket(30)
    assert office.run("claim", str(ticket)).code == 0
    held = office.holds(ticket)
    assert (held["primary"], held["role"], held["status"]) == (21, 29683582, IN_PROGRESS)


def test_costs_four_requests_and_five_after_the_question(office: Office) -> None:
    tickets = [office.ticket(30), office.ticket(31), office.ticket(32)]
    office.run("claim", str(tickets[0]))
    office.requests()
    office.run("claim", str(tickets[1]))
    assert office.requests() == [
        "POST Tickets/query",
        "POST TicketSecondaryResources/query",
        "PATCH Tickets",
        "POST Tickets/query",
    ]
    office.run("claim", str(tickets[2]), answers=[""])
    assert len(office.requests()) == 5


def test_mine_already_is_left_as_it_is(office: Office) -> None:
    ticket = office.ticket(30)
    office.run("claim", str(ticket))
    office.requests()
    done = office.run("claim", str(ticket), "--json")
    assert done.code == 0
    assert json.loads(done.out)["results"][0]["outcome"] == "already_there"
    assert office.requests() == ["POST Tickets/query", "POST TicketSecondaryResources/query"]
    assert "is already yours" in office.run("claim", str(ticket), answers=[]).out


@pytest.mark.parametrize(
    ("holder", "name"), [(COLLEAGUE, "Felix Brandt"), (VENDOR, "Help Desk Support")]
)
def test_somebody_elses_ticket(office: Office, holder: int, name: str) -> None:
    ticket = office.ticket(30, assignedResourceID=holder, assignedResourceRoleID=HELP_DESK_ROLE)
    done = office.run("claim", str(ticket), "--yes")
    assert (done.code, done.out) == (3, "")
    assert f"{name} has T20261123.9300" in done.err
    assert office.run("claim", str(ticket), "--dry-run").code == 3
    assert office.run("claim", str(ticket), answers=["", "n"]).code == 3
    assert office.holds(ticket)["primary"] == holder
    done = office.run("claim", str(ticket), answers=["", "y"])
    assert f"{name} has T20261123.9300. Take it over?" in done.err
    assert office.holds(ticket)["primary"] == ME


def test_force_needs_no_second_question(office: Office) -> None:
    ticket = office.ticket(30, assignedResourceID=COLLEAGUE, assignedResourceRoleID=1)
    assert office.run("claim", str(ticket), "--force").code == 0
    assert office.holds(ticket)["primary"] == ME


def test_a_complete_ticket_needs_force(office: Office) -> None:
    ticket = office.ticket(30, status=5)
    assert office.run("claim", str(ticket), answers=["y", "y"]).code == 3
    assert office.run("claim", str(ticket), "--force").code == 0


def test_a_complete_ticket_of_a_colleague_needs_force_too(office: Office) -> None:
    ticket = office.ticket(
        30, status=5, assignedResourceID=COLLEAGUE, assignedResourceRoleID=HELP_DESK_ROLE
    )
    done = office.run("claim", str(ticket), answers=["y", "y"])
    assert (done.code, done.out) == (3, "")
    assert "is closed (status Complete); Felix Brandt has" in done.err
    assert office.holds(ticket)["primary"] == COLLEAGUE


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        pytest.param(
            {"status": 5},
            3,
            "has changed since it was shown: status New -> Complete",
            id="completed",
        ),
        pytest.param(
            {"assignedResourceID": ME, "assignedResourceRoleID": HELP_DESK_ROLE},
            0,
            "is already yours",
            id="given to me",
        ),
    ],
)
def test_changed_while_the_question_stood(
    office: Office, fields: dict[str, int], code: int, said: str
) -> None:
    ticket = office.ticket(30)
    office.run("claim", str(ticket), "--dry-run")

    def change() -> None:
        office.world.update("Tickets", ticket, **fields)

    office.transport = Mortal(office.transport, 2, before=change)
    done = office.run("claim", str(ticket), answers=[""])
    assert done.code == code
    assert said in done.out + done.err
    assert json.loads(office.run("log", "--json").out)["entries"] == []


def test_what_did_not_stick_is_not_somebody_faster(office: Office) -> None:
    ticket = office.ticket(30, assignedResourceID=VENDOR, assignedResourceRoleID=HELP_DESK_ROLE)
    office.break_with("PATCH /Tickets workflow assignedResourceID=12 x1")
    done = office.run("claim", str(ticket), "--force")
    assert done.code == 1
    assert "primary resource is Help Desk Support, not Noor Haddad" in done.err


def test_a_secondary_resource_becomes_the_primary_one(office: Office) -> None:
    ticket = office.ticket(30)
    office.secondary(ticket, ME)
    assert office.run("claim", str(ticket)).code == 0
    assert office.holds(ticket) == {**office.holds(ticket), **MINE, "secondaries": set()}
    assert office.run("undo", "--yes").code == 0
    assert office.holds(ticket)["primary"] is None
    assert office.holds(ticket)["secondaries"] == {ME}


@pytest.mark.parametrize("shown", [True, False], ids=["shown", "not shown"])
def test_somebody_faster_who_was_hired_today_is_told(office: Office, shown: bool) -> None:
    office.run("claim", str(office.ticket(5)), "--dry-run")
    hired = office.world.insert(
        "Resources",
        firstName="Una",
        lastName="Novak",
        userName="una.novak",
        email="una.novak@demo.example",
        isActive=True,
        licenseType=1,
    )
    ticket = office.ticket(30)
    faults = [f"PATCH /Tickets workflow assignedResourceID={hired}"]
    office.break_with(*faults, *([] if shown else ["* /Resources/query refuse no"]))
    done = office.run("claim", str(ticket), "--json")
    (said,) = json.loads(done.out)["results"]
    name = "Una Novak" if shown else f"resource {hired}"
    assert (done.code, said["outcome"]) == (3, "unverified")
    assert said["error"] == f"{name} was faster and has T20261123.9300"


def test_somebody_faster_is_named(office: Office) -> None:
    ticket = office.ticket(30)
    office.break_with("PATCH /Tickets workflow assignedResourceID=23")
    done = office.run("claim", str(ticket), "--json")
    (said,) = json.loads(done.out)["results"]
    assert done.code == 3
    assert said["outcome"] == "unverified"
    assert said["error"] == "Felix Brandt was faster and has T20261123.9300"


def test_taken_while_the_question_stood(office: Office) -> None:
    ticket = office.ticket(30)
    office.run("claim", str(ticket), "--dry-run")
    way = office.transport

    def take() -> None:
        office.world.update(
            "Tickets", ticket, assignedResourceID=COLLEAGUE, assignedResourceRoleID=HELP_DESK_ROLE
        )

    office.transport = Mortal(way, 2, before=take)
    done = office.run("claim", str(ticket), answers=[""])
    assert (done.code, done.out) == (3, "")
    assert "has changed since it was shown: primary resource nobody -> Felix Brandt" in done.err
    assert office.holds(ticket)["primary"] == COLLEAGUE


def test_a_dry_run_prints_the_request(office: Office) -> None:
    ticket = office.ticket(30)
    done = office.run("claim", str(ticket), "--dry-run")
    assert done.code == 0
    assert "would set primary resource and role" in done.out
    assert office.holds(ticket)["primary"] is None
    assert json.loads(office.run("claim", str(ticket), "--dry-run", "--json").out)


def test_needs_to_know_who_i_am(office: Office) -> None:
    config = (office.home / "config.toml").read_text(encoding="utf-8")
    office.configure(config.replace("\nme =", "\n# me ="))
    done = office.run("claim", "1")
    assert (done.code, done.out) == (4, "")
    assert "autotask.me is not set" in done.err


def test_wrong_ids(office: Office) -> None:
    assert office.run("claim", "999999").code == 5
    assert office.run("claim", "x").code == 2


def test_interrupted_says_where_to_look(office: Office) -> None:
    ticket = office.ticket(30)
    office.run("claim", str(ticket), "--dry-run")

    def interrupt() -> None:
        raise KeyboardInterrupt

    office.transport = Mortal(office.transport, 3, after=interrupt)
    done = office.run("claim", str(ticket))
    assert done.code == 130
    assert "mcdesk log --check" in done.err


def test_ctrl_d_is_a_no_on_a_line_of_its_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offices._Typed.isatty", lambda _: True)
    done = office.run("claim", str(office.ticket(30)), answers=[])
    assert done.code == 3
    assert "Printer offline? [Y/n] \nerror: not confirmed: nothing was changed" in done.err
