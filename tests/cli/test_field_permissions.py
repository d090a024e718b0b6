"""What a command needs is asked for, and no more; a permission for a nicety costs the nicety."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from offices import Office
from slackserver import slack_server
from test_watch import Timed, watch

REFUSED = [
    "refuse The logged in Resource does not have the adequate permissions to query this entity "
    "type.",
    "status 403",
]
UNNEEDED = ("Roles", "ResourceServiceDeskRoles", "TicketSecondaryResources")
NAMES = ["POST Companies/query", "POST Contacts/query"]
SAID = ["POST TicketNotes/query", "POST TimeEntries/query"]
FIELDS = "GET Tickets/entityInformation/fields"
# What the vendor has, by its people, and what waits.
FIRST = [FIELDS, "POST Resources/query", "POST Tickets/query", "POST Tickets/query"]


def deny(office: Office, *entities: str, how: str = REFUSED[0]) -> None:
    office.break_with(*(f"POST /{entity}/query {how} x99" for entity in entities))


class TestTheFirstWatchOfTheDay:
    @pytest.fixture(autouse=True)
    def nothing_with_the_vendor(self, office: Office) -> None:
        with office.world.transaction() as db:
            for entity in ("Tickets", "TicketNotes", "TimeEntries"):
                db.execute(f"DELETE FROM {entity}")

    def test_with_nothing_that_waits(self, office: Office) -> None:
        assert office.run("watch", "--once").code == 0
        assert office.requests() == FIRST

    def test_with_tickets_on_which_nobody_acted(self, office: Office) -> None:
        office.ticket(125)
        assert office.run("watch", "--once").code == 0
        asked = office.requests()
        assert asked[:4] == FIRST
        assert sorted(asked[4:]) == sorted([*NAMES, *SAID])

    def test_with_a_note(self, office: Office) -> None:
        office.note(office.ticket(125), 30)
        assert office.run("watch", "--once").code == 0
        assert "POST Resources/query" in office.requests()

    @pytest.mark.parametrize("how", REFUSED, ids=["refused", "403"])
    def test_without_knowing_who_is_the_vendor(self, office: Office, how: str) -> None:
        office.ticket(125, ticketNumber="T1")
        deny(office, "Resources", how=how)
        done = office.run("watch", "--once")
        assert (done.code, done.err) == (0, "")
        assert "T1" in done.out

    @pytest.mark.parametrize("how", REFUSED, ids=["refused", "403"])
    @pytest.mark.parametrize(
        "entities",
        [*((each,) for each in UNNEEDED), UNNEEDED],
        ids=" ".join,
    )
    def test_without_permission_for_what_it_does_not_need(
        self, office: Office, entities: Sequence[str], how: str
    ) -> None:
        office.note(office.ticket(125, ticketNumber="T1"), 70)
        deny(office, *entities, how=how)
        with slack_server() as slack:
            office.environ["MCDESK_SLACK_WEBHOOK"] = slack.url
            done = office.run("watch", "--once", "--slack")
            assert (done.code, done.err) == (0, "")
            assert "T1" in done.out
            assert len(slack.posts) == 1
            assert watch(Timed(office), until=office.now + timedelta(minutes=3)) == 130


@pytest.mark.parametrize("how", REFUSED, ids=["refused", "403"])
class TestWithoutHistories:
    """What they would tell is not known, and nothing else; it is said once."""

    SAID = "the API user isn't allowed to read TicketHistory"

    def test_in_a_list(self, office: Office, how: str) -> None:
        ours, theirs = office.ticket(125), office.ticket(90, assignedResourceID=12)
        office.run("send-to-mc", str(ours), "--yes")
        office.now += timedelta(minutes=20)
        office.change(ours, priority=1)
        deny(office, "TicketHistory", how=how)
        done = office.run("list", "--with-mc", "--json")
        assert done.code == 0
        assert done.err.count(self.SAID) == 1
        mc = {each["id"]: each["mc"] for each in json.loads(done.out)["tickets"]}
        assert (mc[ours]["since"], mc[ours]["since_from"]) == ("2026-11-23T15:00:00Z", "journal")
        assert mc[ours]["due"] == "2026-11-23T16:00:00Z"
        assert (mc[theirs]["since"], mc[theirs]["overdue_minutes"]) == (None, None)
        assert office.requests().count("POST TicketHistory/query") == 1

    def test_on_a_ticket(self, office: Office, how: str) -> None:
        ticket = office.ticket(90, assignedResourceID=12)
        deny(office, "TicketHistory", how=how)
        done = office.run("show", str(ticket))
        assert done.code == 0
        assert done.err.count(self.SAID) == 1
        assert "MC: sent before mcdesk was watching" in done.out

    def test_on_watch(self, office: Office, how: str, capsys: pytest.CaptureFixture[str]) -> None:
        office.ticket(90, assignedResourceID=12)
        office.ticket(125, ticketNumber="T1")
        deny(office, "TicketHistory", how=how)
        with slack_server() as slack:
            office.environ["MCDESK_SLACK_WEBHOOK"] = slack.url
            desk = Timed(office)
            assert watch(desk, "--slack", until=office.now + timedelta(minutes=20)) == 130
            assert len(slack.posts) == 1
        said = capsys.readouterr().err.splitlines()
        assert sum(self.SAID in line for line in said) == 1
        assert office.requests().count("POST TicketHistory/query") == 1


@pytest.mark.parametrize("holds", [True, False], ids=["holds", "changed"])
@pytest.mark.parametrize(
    "entities", [("Roles",), ("ResourceServiceDeskRoles",), ("Roles", "ResourceServiceDeskRoles")]
)
@pytest.mark.parametrize("argv", [("watch", "--once"), ("log", "--check")], ids=" ".join)
def test_handoffs_are_checked_without_roles(
    office: Office, argv: tuple[str, ...], entities: Sequence[str], holds: bool
) -> None:
    ticket = office.ticket(125)
    assert office.run("send-to-mc", str(ticket), "--yes").code == 0
    role = 0
    if not holds:
        role = office.world.insert("Roles", name="Night", isActive=True)
        office.world.update("Tickets", ticket, assignedResourceRoleID=role)
    office.now += timedelta(minutes=1)
    with office.desk().database.transaction() as db:
        db.execute("DELETE FROM value")
    office.requests()
    deny(office, *entities)
    done = office.run(*argv)
    assert done.code == 0
    assert not any("Roles/query" in each for each in office.requests()) or not holds
    if argv[0] == "watch":
        expected = "all hold" if holds else f"role role {role}"
        assert expected in done.out
    assert len(done.err.splitlines()) <= 1


def test_handoffs_that_may_not_be_checked_cost_one_line(office: Office) -> None:
    ticket = office.ticket(125)
    office.secondary(ticket, 21)
    office.run("send-to-mc", str(ticket), "--yes", "--remove-secondaries")
    deny(office, "TicketSecondaryResources")
    done = office.run("watch", "--once")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("Handoffs were not checked") == 1
    done = office.run("watch", "--once", "--json")
    assert done.code == 0
    assert json.loads(done.out)["schema"] == "mcdesk.watch/1"
    assert "handoffs were not checked" in done.err


@pytest.mark.parametrize("how", REFUSED, ids=["refused", "403"])
@pytest.mark.parametrize(
    ("entity", "said"),
    [
        ("Roles", "the API user isn't allowed to read Roles: roles are shown by their ids"),
        (
            "TicketSecondaryResources",
            "the API user isn't allowed to read TicketSecondaryResources: mcdesk can't tell who "
            "else is on the ticket",
        ),
    ],
)
@pytest.mark.parametrize(
    "argv", [("show",), ("send-to-mc", "--yes"), ("claim", "--yes")], ids=" ".join
)
def test_a_nicety_costs_one_line(
    office: Office, argv: tuple[str, ...], entity: str, said: str, how: str
) -> None:
    ticket = office.ticket(125)
    deny(office, entity, how=how)
    done = office.run(argv[0], str(ticket), *argv[1:])
    assert done.code == 0
    assert done.err.count(said) == (0 if (argv[0], entity) == ("show", "Roles") else 1)
    if argv[0] != "show":
        assert office.holds(ticket)["primary"] is not None


def test_a_role_that_is_needed_by_name_is_not_guessed(office: Office) -> None:
    ticket = office.ticket(125)
    deny(office, "Roles")
    path = office.home / "config.toml"
    office.configure(path.read_text("utf-8").replace("\nme =", '\nrole = "Night Desk"\nme ='))
    assert office.run("claim", str(ticket), "--yes").code == 4
    assert office.holds(ticket)["primary"] is None


def test_secondaries_that_are_taken_off_have_to_be_seen_gone(office: Office) -> None:
    ticket = office.ticket(125)
    office.secondary(ticket, 21)
    office.break_with(f"POST /TicketSecondaryResources/query {REFUSED[0]} @2 x99")
    done = office.run("send-to-mc", str(ticket), "--yes", "--remove-secondaries")
    assert done.code != 0


@pytest.mark.parametrize("how", REFUSED, ids=["refused", "403"])
@pytest.mark.parametrize("entity", ["Resources", "Companies", "ResourceServiceDeskRoles"])
def test_what_is_needed_is_named_with_what_mends_it(office: Office, entity: str, how: str) -> None:
    ticket = office.ticket(125)
    deny(office, entity, how=how)
    done = office.run("send-to-mc", str(ticket), "--yes")
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("error: Autotask ")
    mend = "hint: an administrator can allow it in the security level of the API user"
    assert f"{mend}, to read {entity}" in done.err
