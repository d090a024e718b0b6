"""Cases from the field about the safety rules: closed tickets, those of others, links, undo."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from offices import NEW, NOW
from test_send_link import Shop, shop  # noqa: F401 - a fixture

from mcdesk.sandbox.people import ENGINEER_ROLE, HELP_DESK_ROLE, VENDOR

ME, COLLEAGUE, CARVALHO = 20, 23, 24
COMPLETE, WAITING, LINK_SENT, RETURNED, CANCELLED, OLD = 5, 7, 20, 32, 40, 41
DONE = NOW - timedelta(days=2)
PHONE = "(347) 308-6455"
SETTINGS = '[mc]\nclosed_statuses = ["Cancelled", "Never Heard Of"]\n'


def held_by(resource: int) -> dict[str, int]:
    return {"assignedResourceID": resource, "assignedResourceRoleID": HELP_DESK_ROLE}


@pytest.fixture
def desk(shop: Shop) -> Shop:  # noqa: F811 - the fixture
    """Make a shop that knows further closed statuses, one of them twice: retired, and anew."""
    shop.office.add_settings(SETTINGS)
    shop.office.world.add_choice("Tickets", "status", CANCELLED, "Cancelled")
    shop.office.world.add_choice("Tickets", "status", OLD, "Cancelled", active=False)
    return shop


CLOSED = [
    pytest.param({"status": COMPLETE}, "Complete", id="complete"),
    pytest.param({"status": COMPLETE, "completedDate": DONE}, "Complete", id="complete, dated"),
    pytest.param({"status": 10, "completedDate": DONE}, "Dispatched", id="completed, moved on"),
    pytest.param({"status": NEW, "completedDate": DONE}, "New", id="completed, new again"),
    pytest.param({"status": CANCELLED}, "Cancelled", id="a closed status"),
    pytest.param({"status": OLD}, "Cancelled", id="a closed status, retired"),
    pytest.param(
        {"status": COMPLETE, **held_by(COLLEAGUE)}, "Complete", id="a colleague's, complete"
    ),
    pytest.param(
        {"status": RETURNED, "completedDate": DONE, **held_by(CARVALHO)},
        "Returned to MC",
        id="completed, in the vendor's status",
    ),
]
WRITING = [["send-to-mc"], ["claim"], ["send-link"]]


def state(desk: Shop, ticket: int) -> tuple[Any, ...]:
    return desk.office.holds(ticket), desk.office.notes(ticket), len(desk.behaviour.taken)


def warnings(out: str) -> list[str]:
    document = json.loads(out)
    (said,) = document.get("results", [document])
    found: list[str] = said["warnings"]
    return found


@pytest.mark.parametrize(("fields", "status"), CLOSED)
@pytest.mark.parametrize("command", WRITING, ids=" ".join)
class TestClosed:
    def test_is_refused_without_force(
        self, desk: Shop, command: list[str], fields: dict[str, Any], status: str
    ) -> None:
        ticket = desk.ticket(**fields)
        before, run = state(desk, ticket), desk.office.run
        for more, answers in [
            (["--yes"], None),
            (["--dry-run"], None),
            (["--yes"], ["y", "y"]),
            ([], ["y", "y", "y"]),
        ]:
            done = run(*command, str(ticket), *more, answers=answers)
            assert (done.code, done.out) == (3, "")
            assert f"is closed (status {status})" in done.err
            assert "hint: --force overrules it" in done.err
        assert state(desk, ticket) == before

    def test_force_is_told(
        self, desk: Shop, command: list[str], fields: dict[str, Any], status: str
    ) -> None:
        ticket = desk.ticket(**fields)
        asked = desk.office.run(*command, str(ticket), "--force", answers=["n"])
        assert asked.code == 3
        assert f"is closed (status {status})" in asked.err
        done = desk.office.run(*command, str(ticket), "--yes", "--force", "--json")
        assert done.code == 0, done
        said = [each for each in warnings(done.out) if each.startswith("overruled by --force: ")]
        assert f"is closed (status {status})" in said[0]
        assert len(said) == 1 + ("assignedResourceID" in fields)
        again = desk.office.run(*command, str(desk.ticket(**fields)), "--yes", "--force")
        assert again.code == 0
        assert again.err.count("overruled by --force: ") == len(said)


@pytest.mark.parametrize(("fields", "status"), CLOSED)
class TestNoteOnClosed:
    def test_is_told_and_asked(self, desk: Shop, fields: dict[str, Any], status: str) -> None:
        ticket, run = desk.ticket(**fields), desk.office.run
        done = run("note", str(ticket), "words")
        assert done.code == 0
        assert f"warning: T20261123.9110 is closed (status {status})" in done.err
        asked = run("note", str(ticket), "more words", "--yes", answers=["n"])
        assert (asked.code, asked.out) == (3, "")
        assert f"is closed (status {status}). Write the note anyway?" in asked.err
        assert run("note", str(ticket), "more words", answers=["y", ""]).code == 3
        assert len(desk.office.notes(ticket)) == 1
        assert json.loads(run("outbox", "--json").out)["entries"] == []
        assert run("note", str(ticket), "more words", answers=["y", "y"]).code == 0
        assert len(desk.office.notes(ticket)) == 2

    def test_dispatch_is_not_sent_what_would_be_refused(
        self, desk: Shop, fields: dict[str, Any], status: str
    ) -> None:
        ticket = desk.ticket(**fields)
        done = desk.office.run("note", str(ticket), "words", "--notify-dispatch")
        assert done.code == 0
        assert f"is not with Mission Control: it is closed, so call {PHONE}" in done.err
        assert "send-to-mc" not in done.err


def test_an_open_ticket_is_not_closed(desk: Shop) -> None:
    for fields in ({}, {"status": WAITING}, held_by(ME)):
        done = desk.office.run("send-link", str(desk.ticket(**fields)), "--yes")
        assert (done.code, done.err) == (0, "")


OTHERS = [
    pytest.param(held_by(COLLEAGUE), "Felix Brandt has", id="a colleague's"),
    pytest.param(
        {"status": RETURNED, **held_by(COLLEAGUE)}, "Felix Brandt has", id="with the status"
    ),
    pytest.param(held_by(VENDOR), "Help Desk Support has", id="the vendor's by resource"),
    pytest.param({"status": RETURNED}, "is with Mission Control (status", id="by status"),
]


@pytest.mark.parametrize("command", WRITING[1:], ids=" ".join)
@pytest.mark.parametrize(("fields", "reason"), OTHERS)
def test_tickets_of_others(
    desk: Shop, command: list[str], fields: dict[str, Any], reason: str
) -> None:
    ticket, run = desk.ticket(**fields), desk.office.run
    before = state(desk, ticket)
    for more, answers in [
        (["--yes"], None),
        (["--yes", "--dry-run"], None),
        (["--yes", "--dry-run"], ["y"]),
        (["--yes"], ["n"]),
        (["--yes"], [""]),
        ([], ["y", ""]),
        ([], ["y"]),
    ]:
        done = run(*command, str(ticket), *more, answers=answers)
        assert (done.code, done.out) == (3, ""), more
        assert reason in done.err
    assert state(desk, ticket) == before
    done = run(*command, str(ticket), "--yes", "--force", "--json")
    assert done.code == 0
    assert any(reason in each for each in warnings(done.out))
    again = desk.ticket(**fields)
    assert run(*command, str(again), answers=["y", "y"]).code == 0


def test_sending_asks_about_a_colleagues_ticket_alone(desk: Shop) -> None:
    run = desk.office.run
    for fields in (held_by(VENDOR), {"status": RETURNED}, held_by(ME)):
        done = run("send-to-mc", str(desk.ticket(**fields)), "--yes", "--json")
        assert (done.code, warnings(done.out)) == (0, [])
    assert run("send-to-mc", str(desk.ticket(**held_by(COLLEAGUE))), "--yes").code == 3


def test_too_many_in_one_go_is_said_of_each(desk: Shop) -> None:
    tickets = [str(desk.ticket()) for _ in range(6)]
    assert desk.office.run("send-to-mc", *tickets, "--yes").code == 3
    done = desk.office.run("send-to-mc", *tickets, "--yes", "--force", "--json")
    for result in json.loads(done.out)["results"]:
        assert result["warnings"] == ["overruled by --force: 6 tickets are more than 5 in one go"]


CHANGES = [
    pytest.param(held_by(COLLEAGUE), "-> Felix Brandt", id="a colleague took it"),
    pytest.param(held_by(VENDOR), "-> Help Desk Support", id="sent"),
    pytest.param({"status": COMPLETE}, "status New -> Complete", id="completed"),
    pytest.param({"completedDate": DONE}, "completed", id="completed by date"),
    pytest.param({"queueID": 29682969}, "queue Help Desk -> Level I", id="another queue"),
    pytest.param({"priority": 4}, "priority Medium -> Critical", id="another priority"),
]


class TestSecondLook:
    """What happens while a question stands is refused, with what changed."""

    @pytest.mark.parametrize("command", WRITING, ids=" ".join)
    @pytest.mark.parametrize(("fields", "said"), CHANGES)
    def test_of_nobodys_ticket(
        self, desk: Shop, command: list[str], fields: dict[str, Any], said: str
    ) -> None:
        ticket = desk.ticket()

        def change() -> None:
            desk.office.world.update("Tickets", ticket, **fields)

        done = desk.office.run(*command, str(ticket), answers=["y"], meanwhile=change)
        assert (done.code, desk.holds(ticket)[:2]) == (3, (0, 0))
        assert "has changed since it was shown" in done.err + done.out
        assert said in done.err + done.out

    @pytest.mark.parametrize("command", WRITING[1:], ids=" ".join)
    @pytest.mark.parametrize(("fields", "said"), [CHANGES[2], CHANGES[4]])
    def test_of_a_colleagues_after_the_second_question(
        self, desk: Shop, command: list[str], fields: dict[str, Any], said: str
    ) -> None:
        for answers, yes in ((["y", "y"], []), (["y"], ["--yes"])):
            ticket = desk.ticket(**held_by(CARVALHO))

            def change(ticket: int = ticket) -> None:
                desk.office.world.update("Tickets", ticket, **fields)

            done = desk.office.run(*command, str(ticket), *yes, answers=answers, meanwhile=change)
            assert done.code == 3
            assert said in done.err
            assert desk.office.holds(ticket)["primary"] == CARVALHO


class TestOthersOnTheTicket:
    def test_are_removed_put_back_and_told(self, desk: Shop) -> None:
        ticket, run = desk.ticket(), desk.office.run
        for resource in (COLLEAGUE, CARVALHO, VENDOR):
            desk.office.secondary(ticket, resource)
        assert run("send-to-mc", str(ticket), "--yes").code == 0
        assert desk.office.holds(ticket)["secondaries"] == set()
        assert "is already there" in run("send-to-mc", str(ticket), "--yes").out
        assert run("undo", "--yes").code == 0
        assert desk.office.holds(ticket)["secondaries"] == {COLLEAGUE, CARVALHO, VENDOR}

    def test_one_who_joined_later_is_removed_the_second_time(self, desk: Shop) -> None:
        ticket, run = desk.ticket(), desk.office.run
        run("send-to-mc", str(ticket), "--yes")
        desk.office.secondary(ticket, COLLEAGUE)
        kept = run("send-to-mc", str(ticket), "--yes", "--keep-secondaries", "--json")
        (warning,) = warnings(kept.out)
        assert warning.startswith("Mission Control may not see a ticket that others are on")
        assert "Felix Brandt" in warning
        done = run("send-to-mc", str(ticket), "--yes", "--json")
        (result,) = json.loads(done.out)["results"]
        assert (result["outcome"], result["warnings"]) == ("sent", [])
        assert desk.office.holds(ticket)["secondaries"] == set()


class TestLinkTwice:
    @pytest.mark.parametrize("answers", [None, ["y"], ["n"]])
    def test_the_status_is_told(self, desk: Shop, answers: list[str] | None) -> None:
        ticket = desk.ticket(status=LINK_SENT)
        yes = [] if answers else ["--yes"]
        done = desk.office.run("send-link", str(ticket), *yes, answers=answers)
        told = done.err.index("already has the status Scheduling Link Sent")
        assert told < done.err.find("Email this link to") or answers is None

    def test_it_stands_in_the_warnings(self, desk: Shop) -> None:
        ticket = desk.ticket()
        first = desk.office.run("send-link", str(ticket), "--yes", "--json")
        assert warnings(first.out) == []
        desk.office.now += timedelta(minutes=30)
        second = desk.office.run("send-link", str(ticket), "--dry-run", "--json")
        assert len(warnings(second.out)) == 2

    def test_no_status_in_the_settings_tells_nothing(self, desk: Shop) -> None:
        config = (desk.office.home / "config.toml").read_text(encoding="utf-8")
        desk.office.configure(config.replace('status = "Scheduling Link Sent"', ""))
        done = desk.office.run("send-link", str(desk.ticket(status=LINK_SENT)), "--yes")
        assert (done.code, done.err) == (0, "")


class TestContactWhoHasLeft:
    def test_is_not_mailed(self, desk: Shop) -> None:
        desk.office.world.update("Contacts", 300, isActive=0)
        ticket = desk.ticket()
        for more in ([], ["--force"], ["--dry-run"]):
            done = desk.office.run("send-link", str(ticket), "--yes", *more)
            assert (done.code, done.out) == (3, "")
            assert "Maria Lopez, the contact on T20261123.9110, is inactive" in done.err
            assert "hint: use --to ADDRESS" in done.err
        assert desk.behaviour.taken == []
        done = desk.office.run("send-link", str(ticket), "--yes", "--to", "boss@harbor.example")
        assert done.code == 0

    def test_who_has_left_or_moved_today_is_known(self, desk: Shop) -> None:
        run, ticket = desk.office.run, str(desk.ticket())
        run("show", ticket)
        desk.office.world.update("Contacts", 300, emailAddress="maria@new.example")
        assert run("send-link", ticket, "--yes").code == 0
        assert b"To: Maria Lopez <maria@new.example>" in desk.behaviour.taken[0]
        desk.office.world.update("Contacts", 300, isActive=0)
        assert run("send-link", str(desk.ticket()), "--yes").code == 3
        assert len(desk.behaviour.taken) == 1

    @pytest.mark.parametrize(("flag", "marked"), [(0, True), (None, True), (1, False)])
    def test_is_marked(self, desk: Shop, flag: int | None, marked: bool) -> None:
        desk.office.world.update("Contacts", 300, isActive=flag)
        ticket = str(desk.ticket())
        assert ("Maria Lopez, inactive" in desk.office.run("show", ticket).out) == marked
        shown = json.loads(desk.office.run("show", ticket, "--json").out)
        assert shown["contact"]["active"] == (not marked)


@pytest.mark.parametrize(
    ("settings", "fields", "with_mc"),
    [
        pytest.param('status = "New"', {}, False, id="the template's status says nothing"),
        pytest.param('status = "New"', held_by(VENDOR), True, id="but the resource does"),
        pytest.param("", {"status": RETURNED}, True, id="its own status does"),
        pytest.param("", {"status": RETURNED, **held_by(COLLEAGUE)}, True, id="whoever has it"),
        pytest.param("", {}, False, id="nobody's"),
        pytest.param('status = "Gone"', {}, False, id="a status that is missing"),
    ],
)
def test_what_says_that_mc_has_it(
    desk: Shop, settings: str, fields: dict[str, Any], with_mc: bool
) -> None:
    if settings:
        desk.office.add_settings(f"[templates.return-to-mc]\n{settings}\n")
    ticket = desk.ticket(**fields)
    done = desk.office.run("note", str(ticket), "words", "--notify-dispatch")
    assert done.code == 0
    assert ("is not with Mission Control" in done.err) == (not with_mc)


class TestCategory:
    SETTINGS = '[templates.return-to-mc]\nstatus = "New"\ncategory = "Outside Help"\n'

    def test_is_set_read_back_and_undone(self, desk: Shop) -> None:
        desk.office.add_settings(self.SETTINGS)
        desk.office.world.add_choice("Tickets", "ticketCategory", 77, "Outside Help")
        ticket = desk.ticket(ticketCategory=3)
        done = desk.office.run("send-to-mc", str(ticket), "--yes", "--json")
        (result,) = json.loads(done.out)["results"]
        change = {"field": "category", "before": "Standard", "after": "Outside Help"}
        assert change in result["changes"]
        row = desk.office.world.row("Tickets", ticket)
        assert row
        assert row["ticketCategory"] == 77
        assert "verified  holds" in desk.office.run("log", "--check").out
        assert desk.office.run("undo", "--yes").code == 0
        row = desk.office.world.row("Tickets", ticket)
        assert row
        assert row["ticketCategory"] == 3

    def test_that_is_missing_is_exit_4(self, desk: Shop) -> None:
        desk.office.add_settings(self.SETTINGS)
        done = desk.office.run("send-to-mc", str(desk.ticket()), "--yes")
        assert (done.code, done.out) == (4, "")
        assert 'no active ticket category "Outside Help"' in done.err


class TestUndoThatCannotBeWritten:
    def undone(self, desk: Shop, before: dict[str, Any], then: Callable[[], None]) -> Any:
        ticket = desk.ticket(**before)
        run = desk.office.run
        assert run("send-to-mc", str(ticket), "--yes", "--force").code == 0
        then()
        return ticket, run("undo", str(ticket), "--yes", "--json")

    def test_no_role_before(self, desk: Shop) -> None:
        before = {**held_by(COLLEAGUE), "assignedResourceRoleID": None}
        ticket, done = self.undone(desk, before, lambda: None)
        assert done.code == 0, done
        held = desk.office.holds(ticket)
        assert (held["primary"], held["role"]) == (COLLEAGUE, HELP_DESK_ROLE)
        assert "had no role on it" in warnings(done.out)[0]

    def test_no_queue_before(self, desk: Shop) -> None:
        ticket, done = self.undone(desk, {"queueID": None}, lambda: None)
        assert done.code == 0, done
        held = desk.office.holds(ticket)
        assert (held["primary"], held["queue"], held["status"]) == (None, 29682833, NEW)
        assert "it stays in Help Desk" in warnings(done.out)[0]

    def test_no_priority_before(self, desk: Shop) -> None:
        ticket, run = desk.ticket(priority=None), desk.office.run
        assert run("send-to-mc", str(ticket), "--yes", "--priority", "High").code == 0
        done = run("undo", str(ticket), "--yes", "--json")
        assert done.code == 0, done
        held = desk.office.holds(ticket)
        assert (held["primary"], held["priority"], held["status"]) == (None, 1, NEW)
        assert "it stays High" in warnings(done.out)[0]

    def test_a_secondary_resource_who_has_left(self, desk: Shop) -> None:
        ticket, office = desk.ticket(), desk.office
        office.secondary(ticket, COLLEAGUE)
        assert office.run("send-to-mc", str(ticket), "--yes").code == 0
        office.world.update("Resources", COLLEAGUE, isActive=False)
        done = office.run("undo", str(ticket), "--yes", "--json")
        assert done.code == 0, done
        assert "Felix Brandt is inactive, so not put back" in warnings(done.out)
        assert (office.holds(ticket)["primary"], office.holds(ticket)["secondaries"]) == (
            None,
            set(),
        )

    def test_a_secondary_resource_by_now(self, desk: Shop) -> None:
        before = held_by(COLLEAGUE)
        tickets: list[int] = []

        def join() -> None:
            (ticket,) = (row["id"] for row in desk.office.world.rows("Tickets", title="Mine"))
            tickets.append(desk.office.secondary(ticket, COLLEAGUE))

        ticket, done = self.undone(desk, {**before, "title": "Mine"}, join)
        assert done.code == 0, done
        held = desk.office.holds(ticket)
        assert (held["primary"], held["secondaries"]) == (COLLEAGUE, set())

    @pytest.mark.parametrize(
        ("before", "then", "said"),
        [
            pytest.param(
                {"status": 10},
                lambda world: world.deactivate_choice("Tickets", "status", 10),
                "status cannot go back to Dispatched, which is retired",
                id="a retired status",
            ),
            pytest.param(
                {"queueID": 29682969},
                lambda world: world.deactivate_choice("Tickets", "queueID", 29682969),
                "queue cannot go back to Level I, which is retired",
                id="a retired queue",
            ),
            pytest.param(
                held_by(COLLEAGUE),
                lambda world: world.update("Resources", COLLEAGUE, isActive=False),
                "primary resource cannot go back to Felix Brandt, who is inactive",
                id="somebody who has left",
            ),
            pytest.param(
                {"assignedResourceID": COLLEAGUE, "assignedResourceRoleID": ENGINEER_ROLE},
                lambda world: None,
                "role cannot go back to Systems Engineer, which Felix Brandt no longer has",
                id="a role of others",
            ),
        ],
    )
    def test_else_it_is_said(
        self, desk: Shop, before: dict[str, Any], then: Callable[[Any], None], said: str
    ) -> None:
        ticket, done = self.undone(desk, before, lambda: then(desk.office.world))
        assert done.code == 3, done
        assert said in done.err
        assert f"TicketID={ticket}" in done.err
        assert PHONE in done.err
        assert desk.office.holds(ticket)["primary"] == VENDOR

    def test_autotasks_own_words_lead_to_the_ticket(self, desk: Shop) -> None:
        ticket, run = desk.ticket(), desk.office.run
        desk.office.break_with("PATCH /Tickets refuse Data violation: no")
        for command in (["send-to-mc"], ["claim"]):
            done = run(*command, str(ticket), "--yes")
            assert done.code == 1
            assert f"TicketID={ticket}" in done.err
            assert "mcdesk show" not in done.err
        desk.office.break_with()
        run("send-to-mc", str(ticket), "--yes")
        desk.office.break_with("PATCH /Tickets refuse Data violation: no")
        done = run("undo", "--yes")
        assert done.code == 1
        assert f"TicketID={ticket}" in done.err
        assert PHONE in done.err

    def test_of_a_note_too(self, desk: Shop) -> None:
        ticket, run = desk.ticket(), desk.office.run
        desk.office.break_with("POST /Tickets/*/Notes refuse Data violation: no")
        for argv in (
            ["note", str(ticket), "words"],
            ["outbox", "retry", "--yes"],
            ["send-to-mc", str(ticket), "--yes", "--note", "words"],
        ):
            done = run(*argv)
            assert done.code == 1
            assert done.err.count(f"TicketID={ticket}") == 1

    def test_nor_does_a_refused_removal_hint_at_show(self, desk: Shop) -> None:
        ticket = desk.ticket()
        desk.office.secondary(ticket, COLLEAGUE)
        desk.office.break_with("DELETE /Tickets/*/SecondaryResources/* refuse Data violation: no")
        done = desk.office.run("send-to-mc", str(ticket), "--yes")
        assert done.code == 1
        assert f"TicketID={ticket}" in done.err


ELSEWHERE = "https://ww5.autotask.net/Mvc/ServiceDesk/TicketDetail.mvc?ticketId="


@pytest.mark.parametrize(
    "argv",
    [
        ["show", "{}"],
        ["note", "{}", "words"],
        ["send-link", "{}", "--yes"],
        ["callscript", "{}"],
        ["claim", "{}"],
        ["send-to-mc", "{}", "--yes"],
        ["undo", "{}", "--yes"],
        ["log", "{}"],
    ],
    ids=lambda argv: str(argv[0]),
)
def test_a_link_of_another_zone_is_told(desk: Shop, argv: list[str]) -> None:
    ticket = desk.ticket()
    ours = "https://ww99.autotask.net/Mvc/ServiceDesk/TicketDetail.mvc?ticketId="
    for start, told in ((ELSEWHERE, 1), (ours, 0)):
        done = desk.office.run(*(word.format(f"{start}{ticket}") for word in argv))
        assert done.code == 0, done
        assert done.err.count("that link is of ww5.autotask.net") == told


@pytest.mark.parametrize("empty", ["", " ", "\t"])
@pytest.mark.parametrize(
    "argv",
    [
        ["send-link", "{}", "--to", "x@example.com", "--yes"],
        ["send-link", "--to", "{}", "--yes"],
        ["send-link", "7001", "--to", "{}", "--yes"],
        ["callscript", "{}"],
        ["callscript", "{}", "--json"],
        ["note", "{}", "words"],
        ["show", "{}"],
        ["claim", "{}"],
        ["undo", "{}", "--yes"],
        ["log", "{}"],
    ],
    ids=" ".join,
)
def test_an_empty_text_is_not_nothing(desk: Shop, argv: list[str], empty: str) -> None:
    done = desk.office.run(*(word.format(empty) for word in argv))
    assert done.code == 2
    assert desk.behaviour.taken == []
