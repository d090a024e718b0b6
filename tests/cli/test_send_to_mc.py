"""`send-to-mc` as technicians and scripts use it."""

import json
from typing import Any

import pytest
from deaths import Mortal
from offices import HELP_DESK, Office, Result

from mcdesk.sandbox.people import HELP_DESK_ROLE, RETURNED, VENDOR

WITH_MC = {"primary": VENDOR, "role": HELP_DESK_ROLE, "status": RETURNED, "queue": HELP_DESK}
MINE, COLLEAGUE, CARVALHO = 20, 23, 24
LEVEL_I, WAITING, COMPLETE = 29682969, 7, 5


def results(done: Result) -> list[dict[str, Any]]:
    document = json.loads(done.out)
    assert document["schema"] == "mcdesk.handoff/1"
    found: list[dict[str, Any]] = document["results"]
    return found


def only(done: Result) -> dict[str, Any]:
    (result,) = results(done)
    return result


def is_with_mc(office: Office, ticket: int) -> bool:
    return office.holds(ticket).items() >= WITH_MC.items()


def test_sends_a_ticket_and_says_what_our_autotask_held(office: Office) -> None:
    ticket = office.ticket(95, queueID=LEVEL_I)
    done = office.run("send-to-mc", str(ticket), "--yes", "--json")
    assert done.code == 0
    assert json.loads(done.out)["template"] == "return-to-mc"
    assert only(done) == {
        "id": ticket,
        "number": "T20261123.9950",
        "outcome": "sent",
        "changes": [
            {"field": "primary_resource", "before": None, "after": "Help Desk Support"},
            {"field": "role", "before": None, "after": "Help Desk Technician"},
            {"field": "status", "before": "New", "after": "Returned to MC"},
            {"field": "queue", "before": "Level I", "after": "Help Desk"},
        ],
        "verified": True,
        "warnings": [],
        "warning_codes": [],
        "error": None,
        "note": None,
    }
    assert is_with_mc(office, ticket)
    assert office.holds(ticket)["priority"] == 2
    row = office.world.row("Tickets", ticket)
    assert row
    assert row["lastActivityResourceID"] == MINE
    assert 1.5 in office.slept


def test_says_it_to_people(office: Office) -> None:
    ticket = office.ticket(95)
    done = office.run("send-to-mc", str(ticket), "--yes")
    assert done == Result(
        0,
        """\
T20261123.9950 sent and verified in our Autotask
  primary resource  nobody -> Help Desk Support
  status            New    -> Returned to MC
""",
        "",
    )


def test_shows_the_plan_and_asks(office: Office) -> None:
    ticket = office.ticket(58, priority=1)
    done = office.run("send-to-mc", str(ticket), answers=["y"])
    assert done.code == 0
    assert done.out == "T20261123.9580 sent and verified in our Autotask\n"
    assert done.err == (
        "T20261123.9580  Harbor Point Dental\n"
        "Printer offline\n"
        "Priority High, opened 58m ago, unassigned\n"
        "\n"
        "  primary resource  nobody -> Help Desk Support\n"
        "  status            New    -> Returned to MC\n"
        "\n"
        "y sends it, p sets the priority, c adds a note on the agreed call-back time\n"
        "Send T20261123.9580 to Mission Control? [y/N] "
    )


@pytest.mark.parametrize("answer", [["n"], [""], ["what"], []], ids=["no", "enter", "?", "eof"])
def test_anything_but_a_yes_changes_nothing(office: Office, answer: list[str]) -> None:
    ticket = office.ticket(95)
    before = office.holds(ticket)
    done = office.run("send-to-mc", str(ticket), answers=answer)
    assert (done.code, done.out) == (3, "")
    assert "not confirmed" in done.err
    assert office.holds(ticket) == before


def test_without_a_terminal_it_does_not_ask_and_does_nothing(office: Office) -> None:
    ticket = office.ticket(95)
    done = office.run("send-to-mc", str(ticket))
    assert (done.code, done.out) == (3, "")
    assert "hint: add --yes" in done.err
    assert office.holds(ticket)["primary"] is None


def test_needs_four_requests_and_five_after_a_question(office: Office) -> None:
    first, second, third = office.ticket(95), office.ticket(96), office.ticket(97)
    office.run("send-to-mc", str(first), "--yes")
    office.requests()
    office.run("send-to-mc", str(second), "--yes")
    assert office.requests() == [
        "POST Tickets/query",
        "POST TicketSecondaryResources/query",
        "PATCH Tickets",
        "POST Tickets/query",
    ]
    office.secondary(third, VENDOR)
    office.run("send-to-mc", str(third), answers=["y"])
    made = office.requests()
    assert len(made) == 5 + 2
    assert made[2] == "POST Tickets/query"
    assert made[3].startswith(f"DELETE Tickets/{third}/SecondaryResources/")
    assert not any("PUT" in each for each in made)


def test_nothing_to_change_writes_nothing(office: Office) -> None:
    ticket = office.ticket(95)
    office.run("send-to-mc", str(ticket), "--yes")
    office.requests()
    done = office.run("send-to-mc", str(ticket), "--yes", "--json")
    assert only(done)["outcome"] == "already_there"
    assert only(done)["changes"] == []
    assert done.code == 0
    assert not any("PATCH" in each for each in office.requests())
    assert "is already there" in office.run("send-to-mc", str(ticket)).out


def test_the_vendor_as_secondary_resource_goes_first(office: Office) -> None:
    ticket = office.ticket(95)
    office.secondary(ticket, VENDOR)
    done = office.run("send-to-mc", str(ticket), "--yes", "--json")
    assert only(done)["outcome"] == "sent"
    assert only(done)["changes"][-1] == {
        "field": "secondary_resource",
        "before": "Help Desk Support",
        "after": None,
    }
    assert is_with_mc(office, ticket)
    assert office.holds(ticket)["secondaries"] == set()


@pytest.mark.parametrize(
    ("setting", "argv", "answers", "left"),
    [
        pytest.param("", ["--yes"], None, set(), id="removed by default"),
        pytest.param("", [], ["y"], set(), id="by default on a terminal"),
        pytest.param("", ["--yes", "--keep-secondaries"], None, {COLLEAGUE}, id="keep"),
        pytest.param("", ["--keep-secondaries"], ["y"], {COLLEAGUE}, id="keep on a terminal"),
        pytest.param("keep", ["--yes"], None, {COLLEAGUE}, id="keep by the settings"),
        pytest.param("keep", ["--yes", "--remove-secondaries"], None, set(), id="remove"),
        pytest.param("ask", ["--yes"], None, {COLLEAGUE}, id="nobody to ask"),
        pytest.param("ask", [], ["y", "y"], set(), id="asked, taken off"),
        pytest.param("ask", [], ["n", "y"], {COLLEAGUE}, id="asked, kept"),
    ],
)
def test_other_secondary_resources(
    office: Office, setting: str, argv: list[str], answers: list[str] | None, left: set[int]
) -> None:
    if setting:
        office.add_settings(f'[templates.return-to-mc]\nsecondary_resources = "{setting}"\n')
    ticket = office.ticket(95)
    office.secondary(ticket, COLLEAGUE)
    done = office.run("send-to-mc", str(ticket), *argv, answers=answers)
    assert done.code == 0
    assert is_with_mc(office, ticket)
    assert office.holds(ticket)["secondaries"] == left
    warning = "Mission Control may not see a ticket that others are on"
    assert done.err.count(warning) == len(left)
    again = office.run("send-to-mc", str(ticket), "--yes", "--keep-secondaries", "--json")
    assert only(again)["outcome"] == "already_there"
    assert len(only(again)["warnings"]) == len(left)
    assert office.run("undo", "--yes").code == 0
    assert office.holds(ticket)["secondaries"] == {COLLEAGUE}


def test_two_words_about_secondaries_contradict_each_other(office: Office) -> None:
    done = office.run("send-to-mc", "1", "--keep-secondaries", "--remove-secondaries")
    assert (done.code, done.out) == (2, "")


def test_a_template_says_what_becomes_of_secondaries_and_priority(office: Office) -> None:
    config = (office.home / "config.toml").read_text(encoding="utf-8")
    office.configure(
        config
        + '[templates.urgent]\nsecondary_resources = "remove"\npriority = "Critical"\n'
        + 'queue = "Level I"\n'
    )
    ticket = office.ticket(95)
    office.secondary(ticket, COLLEAGUE)
    assert office.run("send-to-mc", str(ticket), "--yes", "--template", "urgent").code == 0
    held = office.holds(ticket)
    assert (held["queue"], held["priority"], held["secondaries"]) == (LEVEL_I, 4, set())
    again = office.run("send-to-mc", str(ticket), "--yes", "--priority", "low", "--json")
    assert {"field": "priority", "before": "Critical", "after": "Low"} in only(again)["changes"]


def test_an_unknown_template_is_a_usage_error(office: Office) -> None:
    done = office.run("send-to-mc", "1", "--yes", "--template", "nope")
    assert (done.code, done.out) == (2, "")
    assert "config.toml has: return-to-mc" in done.err


class TestSafetyRules:
    @pytest.mark.parametrize("more", [[], ["--dry-run"]], ids=["real", "dry run"])
    def test_a_complete_ticket_needs_force(self, office: Office, more: list[str]) -> None:
        ticket = office.ticket(95, status=COMPLETE)
        done = office.run("send-to-mc", str(ticket), "--yes", "--json", *more)
        assert done.code == 3
        assert only(done)["outcome"] == "refused"
        assert only(done)["error"] == "T20261123.9950 is closed (status Complete)"
        assert office.holds(ticket)["status"] == COMPLETE
        assert office.run("send-to-mc", str(ticket), answers=["y", "y"]).code == 3
        assert office.run("send-to-mc", str(ticket), "--yes", "--force").code == 0
        assert is_with_mc(office, ticket)

    def test_a_colleagues_ticket_needs_force_where_nobody_is_asked(self, office: Office) -> None:
        ticket = office.ticket(95, assignedResourceID=COLLEAGUE, assignedResourceRoleID=1)
        done = office.run("send-to-mc", str(ticket), "--yes")
        assert (done.code, done.out) == (3, "")
        assert "error: Felix Brandt has T20261123.9950" in done.err
        assert "--force" in done.err
        assert office.holds(ticket)["primary"] == COLLEAGUE
        assert office.run("send-to-mc", str(ticket), "--yes", "--force").code == 0
        assert is_with_mc(office, ticket)

    @pytest.mark.parametrize(
        ("argv", "answers", "code"),
        [
            pytest.param([], ["y", "y"], 0, id="two yeses"),
            pytest.param([], ["y", "n"], 3, id="the second is no"),
            pytest.param(["--yes"], ["y"], 0, id="--yes answers only the first"),
            pytest.param(["--yes"], [""], 3, id="--yes and enter"),
            pytest.param(["--force"], ["y"], 0, id="--force leaves one"),
        ],
    )
    def test_a_second_question_names_the_person(
        self, office: Office, argv: list[str], answers: list[str], code: int
    ) -> None:
        ticket = office.ticket(95, assignedResourceID=COLLEAGUE, assignedResourceRoleID=1)
        done = office.run("send-to-mc", str(ticket), *argv, answers=answers)
        assert done.code == code
        assert is_with_mc(office, ticket) == (code == 0)
        asked = "Felix Brandt has T20261123.9950. Reassign it and send it anyway?"
        assert (asked in done.err) == ("--force" not in argv)

    @pytest.mark.parametrize("holder", [MINE, VENDOR], ids=["me", "the vendor"])
    def test_mine_and_the_vendors_tickets_go_unasked(self, office: Office, holder: int) -> None:
        ticket = office.ticket(95, assignedResourceID=holder, assignedResourceRoleID=HELP_DESK_ROLE)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        assert is_with_mc(office, ticket)

    def test_without_me_every_claimant_is_named(self, office: Office) -> None:
        config = (office.home / "config.toml").read_text(encoding="utf-8")
        office.configure(config.replace("\nme =", "\n# me ="))
        ticket = office.ticket(95, assignedResourceID=MINE, assignedResourceRoleID=HELP_DESK_ROLE)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 3
        done = office.run("send-to-mc", str(ticket), answers=["y", "y"])
        assert "assigned to Noor Haddad" in done.err
        assert "Noor Haddad has T20261123.9950" in done.err
        assert is_with_mc(office, ticket)

    def test_more_than_five_at_once_need_force(self, office: Office) -> None:
        tickets = [str(office.ticket(90 + i)) for i in range(6)]
        done = office.run("send-to-mc", *tickets, "--yes")
        assert (done.code, done.out) == (3, "")
        assert "6 tickets are more than 5 in one go" in done.err
        assert not any(is_with_mc(office, int(ticket)) for ticket in tickets)
        assert office.run("send-to-mc", *tickets, "--yes", "--force").code == 0
        assert all(is_with_mc(office, int(ticket)) for ticket in tickets)

    def test_a_closed_desk_is_told_not_refused(self, office: Office) -> None:
        office.now = office.now.replace(day=22)
        ticket = office.ticket(95)
        done = office.run("send-to-mc", str(ticket), "--yes")
        assert done.code == 0
        assert "The desk is closed" in done.err


class TestSeveral:
    def test_one_table_one_question_and_each_its_result(self, office: Office) -> None:
        good, there, complete = office.ticket(95), office.ticket(96), office.ticket(97, status=5)
        other = office.ticket(98, title="Second one", priority=4)
        office.run("send-to-mc", str(there), "--yes")
        ids = [str(good), str(there), "999999", str(complete), str(other)]
        done = office.run("send-to-mc", *ids, answers=["y"])
        assert done.code == 5
        assert done.err.count("[y/N]") == 1
        assert "Send these 2 tickets to Mission Control? [y/N]" in done.err
        assert "Printer offline" in done.err
        assert "1 of 2: T20261123.9950" in done.err
        assert done.out.splitlines()[-1] == "2 sent, 1 already there, 1 failed, 1 refused"
        assert "T20261123.9970 is closed (status Complete)" in done.out
        assert is_with_mc(office, good)
        assert is_with_mc(office, other)

    def test_the_table_hides_no_change_and_says_what_is_left_out(self, office: Office) -> None:
        first, second = office.ticket(95), office.ticket(96, queueID=LEVEL_I)
        office.secondary(first, COLLEAGUE)
        complete = office.ticket(97, status=COMPLETE)
        ids = [str(first), str(second), str(complete), "999999"]
        done = office.run(
            "send-to-mc", *ids, "--priority", "Critical", "--remove-secondaries", answers=["n"]
        )
        assert done.code == 5
        for said in (
            "priority Medium -> Critical, secondary resource Felix Brandt -> not on it",
            "queue Level I -> Help Desk",
            "left out: T20261123.9970 is closed (status Complete)",
            "left out: there is no ticket 999999",
        ):
            assert said in done.err
        assert done.out.splitlines()[-1] == "3 refused, 1 failed"
        assert office.holds(first)["primary"] is None

    def test_what_mends_the_failures_is_said_once(self, office: Office) -> None:
        complete = [office.ticket(95, status=COMPLETE), office.ticket(96, status=COMPLETE)]
        done = office.run("send-to-mc", *map(str, complete), "--yes")
        assert done.code == 3
        assert done.err.count("hint: --force overrules it") == 1

    @pytest.mark.parametrize("more", [[], ["--json"]], ids=["to read", "json"])
    def test_stopped_half_way_says_what_was_done(self, office: Office, more: list[str]) -> None:
        tickets = [office.ticket(95), office.ticket(96), office.ticket(97)]
        office.run("send-to-mc", str(tickets[0]), "--dry-run")

        def interrupt() -> None:
            raise KeyboardInterrupt

        # Two reads a ticket, then PATCH and read-back of the first.
        office.transport = Mortal(office.transport, 9, before=interrupt)
        done = office.run("send-to-mc", *map(str, tickets), "--yes", *more)
        assert done.code == 130
        assert "T20261123.9950  sent" in (done.err if more else done.out)
        assert done.out == "" or not more
        assert "T20261123.9960 may have been changed" in done.err
        assert "not tried: T20261123.9970" in done.err

    def test_a_failure_stops_nothing(self, office: Office) -> None:
        tickets = [office.ticket(95), office.ticket(96), office.ticket(97)]
        office.run("send-to-mc", str(tickets[0]), "--dry-run")
        office.break_with("PATCH /Tickets refuse Data violation: no x1 @2")
        done = office.run("send-to-mc", *map(str, tickets), "--yes", "--json")
        assert [each["outcome"] for each in results(done)] == ["sent", "failed", "sent"]
        assert (
            results(done)[1]["error"] == "Autotask refused: Data violation: no; nothing was changed"
        )
        assert done.code == 1
        assert [is_with_mc(office, each) for each in tickets] == [True, False, True]

    def test_one_ticket_typed_in_two_ways_is_one(self, office: Office) -> None:
        ticket = office.ticket(95)
        done = office.run("send-to-mc", str(ticket), "t20261123.9950", "--yes", "--json")
        assert len(results(done)) == 1
        assert done.code == 0

    def test_the_login_is_not_tried_for_each(self, office: Office) -> None:
        tickets = [str(office.ticket(95)), str(office.ticket(96))]
        office.run("send-to-mc", tickets[0], "--dry-run")
        office.break_with("* /Tickets/query 401")
        done = office.run("send-to-mc", *tickets, "--yes", "--json")
        assert (done.code, done.out) == (4, "")

    def test_a_question_for_each_claimed_one(self, office: Office) -> None:
        free = office.ticket(95)
        taken = office.ticket(96, assignedResourceID=COLLEAGUE, assignedResourceRoleID=1)
        done = office.run("send-to-mc", str(free), str(taken), answers=["y", "n"])
        assert done.code == 3
        assert is_with_mc(office, free)
        assert office.holds(taken)["primary"] == COLLEAGUE
        assert "Felix Brandt" in done.out


class TestPicking:
    def test_from_the_stale_ones(self, office: Office) -> None:
        # The desk opened an hour ago: only one that came before is stale.
        first, second = office.ticket(70), office.ticket(80, title="Second")
        fresh = office.ticket(10)
        done = office.run("send-to-mc", answers=["2", "y"])
        assert done.code == 0
        assert "Which ones?" in done.err
        assert "Second" in done.err
        assert [is_with_mc(office, each) for each in (first, second, fresh)].count(True) == 1
        assert not is_with_mc(office, fresh)
        assert office.run("send-to-mc", answers=["all", "y"]).code == 0
        assert is_with_mc(office, first)
        assert is_with_mc(office, second)

    @pytest.mark.parametrize("answers", [[""], [], ["7"], ["x", ""], ["2-1"]])
    def test_what_is_no_choice(self, office: Office, answers: list[str]) -> None:
        ticket = office.ticket(70)
        office.ticket(80)
        done = office.run("send-to-mc", answers=answers)
        assert (done.code, done.out) == (3, "")
        assert "no ticket was picked" in done.err
        assert not is_with_mc(office, ticket)

    def test_a_wrong_number_is_asked_again(self, office: Office) -> None:
        ticket = office.ticket(70)
        done = office.run("send-to-mc", answers=["2", "1", "y"])
        assert done.code == 0
        assert '"2" is not one of them: 1 to 1' in done.err
        assert done.err.count("Which ones?") == 2
        assert is_with_mc(office, ticket)

    def test_what_is_not_stale_can_be_picked_too(self, office: Office) -> None:
        ticket = office.ticket(10)
        assert office.run("send-to-mc", answers=["1", "y"]).code == 0
        assert is_with_mc(office, ticket)

    def test_nothing_waiting_is_nothing_to_do(self, office: Office) -> None:
        done = office.run("send-to-mc", answers=[])
        assert (done.code, done.out) == (0, "")
        assert "Nothing is waiting" in done.err

    def test_without_a_terminal_an_id_is_needed(self, office: Office) -> None:
        done = office.run("send-to-mc")
        assert (done.code, done.out) == (2, "")


class TestDryRun:
    def test_prints_the_requests_and_sends_none(self, office: Office) -> None:
        ticket = office.ticket(95)
        row = office.secondary(ticket, VENDOR)
        before = office.holds(ticket)
        done = office.run("send-to-mc", str(ticket), "--dry-run")
        assert done.code == 0
        deeds = [
            "  would remove a secondary resource",
            "  would set primary resource, role and status",
        ]
        assert done.out.splitlines()[-4:] == [
            "Dry run: nothing was sent.",
            *deeds,
            "`mcdesk -v` shows the requests.",
        ]
        done = office.run("-v", "send-to-mc", str(ticket), "--dry-run")
        path = "/ATServicesRest/V1.0/Tickets"
        assert done.out.splitlines()[-5:] == [
            "Dry run: nothing was sent.",
            deeds[0],
            f"    DELETE {path}/{ticket}/SecondaryResources/{row}",
            deeds[1],
            f'    PATCH {path} {{"id": {ticket}, "assignedResourceID": 12, '
            f'"assignedResourceRoleID": 29683581, "status": 32}} (in the name of resource 20)',
        ]
        assert office.holds(ticket) == before
        assert all(each.split()[0] in ("GET", "POST") for each in office.requests())
        assert office.run("log").out.startswith("Nothing was changed")

    def test_as_json(self, office: Office) -> None:
        ticket = office.ticket(95)
        done = office.run("send-to-mc", str(ticket), "--dry-run", "--json")
        assert only(done)["outcome"] == "planned"
        assert only(done)["verified"] is False
        assert len(only(done)["changes"]) == 3
        assert "would set primary resource, role and status" in done.err


class TestChangedMeanwhile:
    def test_what_changed_since_it_was_shown_is_refused_with_what(self, office: Office) -> None:
        ticket = office.ticket(95)
        office.run("send-to-mc", str(ticket), "--dry-run")

        def moved(*_: object) -> None:
            office.world.update("Tickets", ticket, status=WAITING)

        office.app.faults.strike = _before_request(2, moved)  # type: ignore[method-assign]
        done = office.run("send-to-mc", str(ticket), answers=["y"])
        assert done.code == 3
        assert "has changed since it was shown: status New -> Waiting Customer" in done.err
        assert office.holds(ticket)["status"] == WAITING
        assert office.holds(ticket)["primary"] is None


def _before_request(number: int, act: Any) -> Any:
    """Make a fault script that lets *act* happen before the ticket is read the *number*th time."""
    seen = 0

    def strike(method: str, path: str) -> None:
        nonlocal seen
        if path == "/Tickets/query":
            seen += 1
            if seen == number:
                act()

    return strike


class TestReadBack:
    def test_a_field_that_did_not_stick_is_unverified(self, office: Office) -> None:
        ticket = office.ticket(95)
        office.break_with("PATCH /Tickets workflow status=8")
        done = office.run("send-to-mc", str(ticket), "--yes", "--json")
        assert done.code == 1
        assert only(done)["outcome"] == "unverified"
        assert only(done)["verified"] is False
        assert "status is In Progress, not Returned to MC" in only(done)["error"]

    def test_a_field_that_was_right_already_has_to_be_right_afterwards(
        self, office: Office
    ) -> None:
        ticket = office.ticket(95)
        office.break_with(f"PATCH /Tickets workflow queueID={LEVEL_I} x1")
        done = office.run("send-to-mc", str(ticket), "--yes", "--json")
        assert done.code == 1
        assert only(done)["outcome"] == "unverified"
        assert "queue is Level I, not Help Desk" in only(done)["error"]
        assert "queue" not in [each["field"] for each in only(done)["changes"]]
        (entry,) = json.loads(office.run("log", "--check", "--json").out)["entries"]
        assert entry["check"]["standing"] == "changed since"
        assert entry["check"]["differences"] == [
            {"field": "queue", "set": "Help Desk", "now": "Level I"}
        ]

    @pytest.mark.parametrize(
        ("fault", "state", "hint"),
        [
            pytest.param("lose-request", "unverified", "may still go through", id="lost"),
            pytest.param("status 404", "not done", "check autotask.zone_url", id="answered"),
            pytest.param(
                "html 404", "unverified", "may still go through", id="a page of a proxy's"
            ),
            pytest.param("html 503", "unverified", "may still go through", id="a page"),
            pytest.param(
                "refuse Execution Timeout Expired.",
                "unverified",
                "may still go through",
                id="time-out",
            ),
            pytest.param("429", "not done", "`mcdesk show T20261123.9950`", id="busy"),
            pytest.param("refuse no", "not done", "Code=OpenTicketDetail&TicketID=", id="in words"),
        ],
    )
    def test_only_what_was_not_refused_can_still_land(
        self, office: Office, fault: str, state: str, hint: str
    ) -> None:
        ticket = office.ticket(95)
        before = office.holds(ticket)
        office.break_with(f"PATCH /Tickets {fault} x1")
        done = office.run("send-to-mc", str(ticket), "--yes", "--json")
        assert done.code == 1
        assert only(done)["outcome"] == ("failed" if state == "not done" else state)
        assert hint in done.err
        assert ("may still go through" in done.err) == (state == "unverified")
        assert ("is as before at 10:00 AM; it may still change until 10:05 AM" in done.err) == (
            state == "unverified"
        )
        assert office.holds(ticket) == before
        (entry,) = json.loads(office.run("log", "--json").out)["entries"]
        assert entry["state"] == state

    def test_what_could_not_be_put_back_says_how(self, office: Office) -> None:
        ticket = office.ticket(95)
        office.secondary(ticket, VENDOR)
        office.break_with(
            "PATCH /Tickets refuse Data violation: no x1",
            "POST /Tickets/*/SecondaryResources refuse no x1",
        )
        done = office.run("send-to-mc", str(ticket), "--yes")
        assert done.code == 1
        assert "`mcdesk undo T20261123.9950` puts back what is missing" in done.err
        assert office.run("undo", "T20261123.9950", "--yes").code == 0
        assert office.holds(ticket)["secondaries"] == {VENDOR}

    def test_an_accepted_status_is_as_good(self, office: Office) -> None:
        config = (office.home / "config.toml").read_text(encoding="utf-8")
        office.configure(
            config + '[templates.return-to-mc]\naccept_status_after = ["In Progress"]\n'
        )
        ticket = office.ticket(95)
        office.break_with("PATCH /Tickets workflow status=8")
        done = office.run("send-to-mc", str(ticket), "--yes", "--json")
        assert only(done)["outcome"] == "sent"
        assert only(done)["warnings"] == ["its status has moved on to In Progress"]
        again = office.run("send-to-mc", str(ticket), "--yes", "--json")
        assert only(again)["outcome"] == "already_there"

    def test_a_rule_that_acts_later_is_seen_by_log_check(self, office: Office) -> None:
        ticket = office.ticket(95)
        office.break_with("PATCH /Tickets workflow status=8 after 240")
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        assert "holds" in office.run("log", "--check").out
        office.now = office.now.replace(minute=30)
        done = office.run("log", "--check", "--json")
        (entry,) = json.loads(done.out)["entries"]
        assert entry["check"] == {
            "standing": "changed since",
            "holds": False,
            "differences": [{"field": "status", "set": "Returned to MC", "now": "In Progress"}],
            "secondary_resources_present": [],
            "secondary_resources_absent": [],
        }


class TestLabels:
    def test_a_doubled_status_is_exit_4_with_the_candidates(self, office: Office) -> None:
        office.world.add_choice("Tickets", "status", 77, "returned to mc ")
        ticket = office.ticket(95)
        done = office.run("send-to-mc", str(ticket), "--yes")
        assert (done.code, done.out) == (4, "")
        assert '32 ("Returned to MC"), 77 ("returned to mc[blank]")' in done.err

    def test_an_inactive_twin_does_not_matter(self, office: Office) -> None:
        office.world.add_choice("Tickets", "status", 77, "Returned to MC")
        office.world.deactivate_choice("Tickets", "status", 77)
        assert office.run("send-to-mc", str(office.ticket(95)), "--yes").code == 0

    def test_a_retired_label_is_exit_4(self, office: Office) -> None:
        office.world.deactivate_choice("Tickets", "status", RETURNED)
        done = office.run("send-to-mc", str(office.ticket(95)), "--yes")
        assert done.code == 4
        assert 'no active status "Returned to MC"' in done.err

    def test_a_label_renamed_since_it_was_cached(self, office: Office) -> None:
        first, second = office.ticket(95), office.ticket(96)
        assert office.run("send-to-mc", str(first), "--yes").code == 0
        office.world.deactivate_choice("Tickets", "status", RETURNED)
        office.world.add_choice("Tickets", "status", 78, "Returned to MC")
        done = office.run("send-to-mc", str(second), "--yes")
        assert done.code == 1
        assert "Picklist value [32] does not exist" in done.err
        assert office.run("send-to-mc", str(second), "--yes").code == 0
        assert office.holds(second)["status"] == 78

    @pytest.mark.parametrize("kept", [0, 2], ids=["no role", "two roles, none the default"])
    def test_the_role_has_to_be_one(self, office: Office, kept: int) -> None:
        for row in office.world.rows("ResourceServiceDeskRoles"):
            if row["resourceID"] == VENDOR:
                office.world.delete("ResourceServiceDeskRoles", row["id"])
        for role in (29683582, 29683583)[:kept]:
            office.world.insert(
                "ResourceServiceDeskRoles",
                resourceID=VENDOR,
                roleID=role,
                isActive=True,
                isDefault=False,
            )
        done = office.run("send-to-mc", str(office.ticket(95)), "--yes")
        assert (done.code, done.out) == (4, "")
        assert ('"Systems Engineer"' in done.err) == (kept == 2)

    def test_the_templates_role_settles_it(self, office: Office) -> None:
        office.world.insert(
            "ResourceServiceDeskRoles",
            resourceID=VENDOR,
            roleID=29683582,
            isActive=True,
            isDefault=False,
        )
        config = (office.home / "config.toml").read_text(encoding="utf-8")
        office.configure(config + '[templates.return-to-mc]\nrole = "systems engineer"\n')
        ticket = office.ticket(95)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        assert office.holds(ticket)["role"] == 29683582


def test_a_refused_impersonation_costs_one_request_and_is_said(office: Office) -> None:
    office.world.forbid_impersonation(0)
    first, second = office.ticket(95), office.ticket(96)
    done = office.run("send-to-mc", str(first), "--yes")
    assert done.code == 0
    assert "doesn't let the API user write in your name" in done.err
    office.requests()
    assert office.run("send-to-mc", str(second), "--yes").err == ""
    assert len(office.requests()) == 4


def test_text_of_strangers_is_harmless(office: Office) -> None:
    ticket = office.ticket(95, title="[red]x[/] \x1b[31mhi\x1b[0m \u202eoops")
    done = office.run("send-to-mc", str(ticket), answers=["y"])
    assert "\x1b" not in done.err + done.out
    assert "\u202e" not in done.err + done.out
    assert "[red]x[/] hi oops" in done.err


@pytest.mark.parametrize(
    ("argv", "code"),
    [(["999999", "--yes"], 5), (["nope", "--yes"], 2), (["999999", "--yes", "--json"], 5)],
)
def test_wrong_ids_leave_stdout_empty(office: Office, argv: list[str], code: int) -> None:
    done = office.run("send-to-mc", *argv)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("error: ")
