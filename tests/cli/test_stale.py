"""`mcdesk stale`, from what is typed to what is shown."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from offices import CONFIG, HELP_DESK, Office
from test_odd_rows import altering


def documented(office: Office, *argv: str) -> dict[str, Any]:
    result = office.run("stale", "--json", *argv)
    assert (result.code, result.err) == (0, "")
    document: dict[str, Any] = json.loads(result.out)
    return document


def waits(office: Office, *argv: str) -> dict[int, int]:
    return {
        ticket["id"]: ticket["waiting_minutes"] for ticket in documented(office, *argv)["tickets"]
    }


def test_the_table_on_a_narrow_screen(office: Office) -> None:
    office.ticket(55, ticketNumber="T20261123.0002")
    office.ticket(1095, ticketNumber="T20261122.0007", title="Outlook asks for a password")
    result = office.run("stale", "--after", "50m")
    assert result.out == (
        "ticket          company              title                        contact      priority"
        "  waiting  created\n"
        "T20261122.0007  Harbor Point Dental  Outlook asks for a password  Maria Lopez  Medium"
        "     1h 00m  Sun 3:45 PM\n"
        "T20261123.0002  Harbor Point Dental  Printer offline              Maria Lopez  Medium"
        "        55m  9:05 AM\n"
        "\n"
        "2 of 2 unclaimed have waited 50m or longer\n"
        "Looked in queue Help Desk; status New\n"
        "The desk is open until 5:00 PM\n"
    )


def test_json(office: Office) -> None:
    ticket = office.ticket(95, priority=1, createDate="2026-11-23T13:25:00.000Z")
    office.now += timedelta(minutes=5)
    document = documented(office, "--after", "1h5m")
    assert document == {
        "schema": "mcdesk.stale/1",
        "as_of": "2026-11-23T15:05:00Z",
        "threshold_minutes": 65,
        "business_hours": {"open": True, "changes_at": "2026-11-23T22:00:00Z"},
        "searched": {"queues": ["Help Desk"], "statuses": ["New"]},
        "counts": {"unclaimed": 1, "stale": 1},
        "odd": [],
        "elsewhere": 0,
        "tickets": [
            {
                "id": ticket,
                "number": "T20261123.9950",
                "title": "Printer offline",
                "company": "Harbor Point Dental",
                "contact": "Maria Lopez",
                "queue": "Help Desk",
                "status": "New",
                "priority": "High",
                "created": "2026-11-23T13:25:00Z",
                "waiting_since": "2026-11-23T13:25:00Z",
                "waiting_minutes": 65,
                "stale": True,
                "back_from_mc": False,
                "url": "https://ww99.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx"
                f"?Code=OpenTicketDetail&TicketID={ticket}",
            }
        ],
    }


def test_what_is_unknown_is_null(office: Office) -> None:
    office.ticket(2000, companyID=None, contactID=9999, priority=77, title=None)
    (ticket,) = documented(office)["tickets"]
    unknown = {name: ticket[name] for name in ("company", "contact", "priority")}
    assert unknown == {"company": None, "contact": None, "priority": None}
    assert ticket["title"] == ""


def test_our_own_company_has_the_id_zero(office: Office) -> None:
    office.ticket(2000, companyID=0, contactID=None)
    (ticket,) = documented(office)["tickets"]
    assert (ticket["company"], ticket["contact"]) == ("Lakeside Managed IT", None)


def test_only_unclaimed_tickets_of_the_help_desk(office: Office) -> None:
    here = office.ticket(2000)
    office.ticket(2000, assignedResourceID=20, assignedResourceRoleID=29683581)
    office.ticket(2000, queueID=8)
    office.ticket(2000, status=8)
    assert list(waits(office, "--all")) == [here]


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        pytest.param({}, 20, id="a person's note"),
        pytest.param({"creatorResourceID": 4}, 60, id="the system's"),
        pytest.param({"noteType": 13}, 60, id="a workflow rule's"),
        pytest.param({"creatorResourceID": 30}, 60, id="another integration's"),
        pytest.param({"noteType": 301}, 60, id="a Service Desk Notification"),
        pytest.param({"noteType": 302}, 60, id="a retired one, in other letters"),
        pytest.param({"noteType": 303}, 20, id="one of a name alike"),
        pytest.param({"creatorResourceID": 12, "noteType": 301}, 60, id="the vendor's machine's"),
        pytest.param({"creatorResourceID": 29, "noteType": 205}, 20, id="our own API user's"),
        pytest.param({"creatorResourceID": 29}, 60, id="another tool's, as our API user"),
        pytest.param({"creatorResourceID": 29, "noteType": 13}, 60, id="our API user's rule's"),
        pytest.param({"creatorResourceID": 30, "noteType": 205}, 60, id="integration, our type"),
        pytest.param({"creatorResourceID": 12}, 20, id="the vendor's"),
        pytest.param({"creatorResourceID": 28}, 20, id="somebody's who has left"),
        pytest.param({"creatorResourceID": 4242}, 20, id="somebody's whom nobody knows"),
        pytest.param({"createdByContactID": 300}, 60, id="the customer's"),
    ],
)
def test_what_restarts_the_hour(office: Office, fields: dict[str, Any], minutes: int) -> None:
    ticket = office.ticket(2000)
    office.note(ticket, 20, **fields)
    office.world.add_choice("TicketNotes", "noteType", 301, "Service Desk Notification")
    office.world.add_choice(
        "TicketNotes", "noteType", 302, "service desk notification ", active=False
    )
    office.world.add_choice("TicketNotes", "noteType", 303, "Service Desk Notifications read")
    assert waits(office, "--all") == {ticket: minutes}


@pytest.mark.parametrize("note_type", ["", "Gone"])
def test_our_api_user_without_a_note_type_of_ours_is_nobody(office: Office, note_type: str) -> None:
    office.configure(CONFIG.replace("Int note added by a Resource", note_type))
    ticket = office.ticket(2000)
    office.note(ticket, 20, creatorResourceID=29, noteType=205)
    assert waits(office) == {ticket: 60}


def test_note_types_are_asked_for_only_where_there_are_notes(office: Office) -> None:
    fields = "GET TicketNotes/entityInformation/fields"
    ticket = office.ticket(2000)
    waits(office)
    assert fields not in office.requests()
    office.note(ticket, 20)
    waits(office)
    assert office.requests().count(fields) == 1
    waits(office)
    assert fields not in office.requests()


def test_time_logged_restarts_the_hour(office: Office) -> None:
    ticket = office.ticket(2000)
    at = office.now - timedelta(minutes=15)
    office.world.insert("TimeEntries", ticketID=ticket, resourceID=20, createDateTime=at)
    assert waits(office) == {}
    assert waits(office, "--all") == {ticket: 15}


def test_a_young_ticket_with_a_note_waits_since_the_note(office: Office) -> None:
    ticket = office.ticket(30)
    office.note(ticket, 10)
    assert waits(office, "--all") == {ticket: 10}


def test_activity_dates_are_no_evidence(office: Office) -> None:
    ticket = office.ticket(2000, lastActivityDate=office.now, lastActivityResourceID=20)
    assert waits(office) == {ticket: 60}


def test_a_priority_without_an_order_comes_last(office: Office) -> None:
    """A sort order of 0 is one; a retired value, a field that is not set, and null are none."""
    unknown = office.ticket(90, priority=99)
    unset = office.ticket(80, priority=None)
    unordered = office.ticket(70, priority=3)
    critical = office.ticket(40, priority=4)
    high = office.ticket(50, priority=1)
    with office.world.transaction() as db:
        for order, priority in ((0, 4), (1, 1), (2, 2), (None, 3)):
            db.execute(
                "UPDATE picklist SET sortOrder = ? "
                "WHERE entity = 'Tickets' AND field = 'priority' AND value = ?",
                (order, priority),
            )
    assert list(waits(office, "--all", "--sort", "priority")) == [
        *(critical, high),
        *(unknown, unset, unordered),
    ]


def test_options(office: Office) -> None:
    low = office.ticket(60, priority=3)
    high = office.ticket(50, priority=1)
    critical = office.ticket(40, priority=4)
    elsewhere = office.ticket(50, queueID=8)
    assert list(waits(office, "--all")) == [low, high, critical]
    assert list(waits(office, "--all", "--sort", "priority")) == [critical, high, low]
    assert list(waits(office, "--after", "45m")) == [low, high]
    assert elsewhere in waits(office, "--after", "45m", "--queue", "monitoring alert ")
    both = documented(office, "--queue", "Help Desk", "--queue", "Monitoring Alert")
    assert both["searched"]["queues"] == ["Help Desk", "Monitoring Alert"]


def test_ids_are_ticket_numbers_one_a_line(office: Office) -> None:
    office.ticket(60, ticketNumber="T20261123.0001")
    office.ticket(70, ticketNumber="T20261122.0002")
    result = office.run("stale", "--ids")
    assert (result.code, result.err) == (0, "")
    assert result.out == "T20261123.0001\nT20261122.0002\n"


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        (None, "Nothing is stale: no unclaimed ticket in Help Desk / New\n"),
        (10, "Nothing is stale: none of 1 unclaimed has waited 1h\n"),
    ],
)
def test_nothing_is_stale(office: Office, waited: int | None, said: str) -> None:
    if waited:
        office.ticket(waited)
    result = office.run("stale")
    assert (result.code, result.out.splitlines(keepends=True)[0]) == (0, said)


RETURNED = '[stale]\nreturned_statuses = ["Back from MC"]\n'


class TestBackFromMc:
    """What came back from the vendor: on top of every list, and stale at once."""

    def test_it_stands_on_top_and_is_stale_at_once(self, office: Office) -> None:
        office.add_settings(RETURNED)
        late = office.ticket(60, priority=4)
        back = office.ticket(2, status=33, priority=3)
        longer_back = office.ticket(30, status=33, priority=2)
        document = documented(office)
        by_priority = documented(office, "--sort", "priority")["tickets"]
        for tickets in (document["tickets"], by_priority):
            found = [(each["id"], each["back_from_mc"]) for each in tickets]
            assert found == [(longer_back, True), (back, True), (late, False)]
        assert document["searched"]["statuses"] == ["Back from MC", "New"]
        assert document["counts"] == {"unclaimed": 3, "stale": 3}
        assert [each["waiting_minutes"] for each in document["tickets"]] == [30, 2, 60]

    def test_on_screen(self, office: Office) -> None:
        office.add_settings(RETURNED)
        office.ticket(10, status=33)
        out = office.run("stale").out
        assert "back, 10m" in out
        assert "\n1 of 1 unclaimed came back\nLooked in queue Help Desk; status Back" in out
        office.ticket(60)
        office.ticket(5)
        assert "\n1 of 3 unclaimed came back, 1 more have waited 1h or longer\n" in (
            office.run("stale").out
        )

    def test_it_keeps_its_place_through_a_note(self, office: Office) -> None:
        office.add_settings(RETURNED)
        back = office.ticket(2000, status=33)
        office.note(back, 3)
        (ticket,) = documented(office)["tickets"]
        assert (ticket["id"], ticket["waiting_minutes"], ticket["stale"]) == (back, 3, True)
        assert "waiting     3m of business time, came back\n" in office.run("show", str(back)).out

    @pytest.mark.parametrize(
        "fields",
        [
            {"assignedResourceID": 20, "assignedResourceRoleID": 29683581},
            {"queueID": 8},
            {"status": 32},
        ],
    )
    def test_what_is_not_unclaimed_is_not_back(
        self, office: Office, fields: dict[str, Any]
    ) -> None:
        office.add_settings(RETURNED)
        office.ticket(2000, **{"status": 33, **fields})
        assert waits(office, "--all") == {}

    def test_without_the_setting_nothing_comes_back(self, office: Office) -> None:
        office.ticket(2000, status=33)
        assert waits(office, "--all") == {}

    def test_a_label_that_is_missing(self, office: Office) -> None:
        office.add_settings(RETURNED.replace("Back from", "Bakc from"))
        result = office.run("stale")
        assert (result.code, result.out) == (4, "")
        assert "Bakc from MC" in result.err

    def test_a_status_that_waits_and_came_back(self, office: Office) -> None:
        office.add_settings(RETURNED.replace("Back from MC", "new"))
        result = office.run("stale")
        assert (result.code, result.out) == (4, "")
        assert "stale.returned_statuses and stale.statuses both hold" in result.err

    def test_the_team_is_told_at_once(self, office: Office) -> None:
        config = office.home / "demo" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text("[slack]\nlast_call_minutes = 0\n", encoding="utf-8")
        assert office.run("--demo", "watch", "--once", "--slack").code == 0
        inbox = office.run("--demo", "demo", "inbox").out
        assert "2 tickets came back, 4 tickets have waited 1h or longer" in inbox


class TestElsewhere:
    """Nobody's open tickets in other statuses, which no list shows."""

    LINE = "7 nobody's tickets in other open statuses: `mcdesk doctor`"

    def elsewhere(self, office: Office) -> None:
        for minutes in range(5):
            office.ticket(minutes, status=15)
        for minutes in range(2):
            office.ticket(minutes, status=32)

    def test_they_are_counted(self, office: Office) -> None:
        self.elsewhere(office)
        lines = office.run("stale").out.splitlines()
        assert lines[0] == "Nothing is stale: no unclaimed ticket in Help Desk / New"
        assert lines[1] == self.LINE
        assert documented(office)["elsewhere"] == 7

    @pytest.mark.parametrize("drops_filters", [False, True])
    def test_what_was_completed_is_closed_and_waits_for_nobody(
        self, office: Office, drops_filters: bool
    ) -> None:
        waiting = office.ticket(70, ticketNumber="T20261123.0007")
        done = office.ticket(80, completedDate=office.now)
        shown = [json.loads(office.run("show", str(t), "--json").out) for t in (waiting, done)]
        assert [each["stale"] for each in shown] == [True, False]
        if drops_filters:
            row = office.world.row("Tickets", done)
            altering(office, "Tickets", lambda rows: [*rows, row])
        for argv in (["stale", "--ids"], ["stale", "--all", "--ids"]):
            assert office.run(*argv).out == "T20261123.0007\n"
        assert documented(office)["counts"] == {"unclaimed": 1, "stale": 1}

    @pytest.mark.parametrize(
        ("fields", "counted"),
        [
            pytest.param({}, 1, id="one"),
            pytest.param({"status": 1}, 0, id="waits"),
            pytest.param({"status": 33}, 0, id="came back"),
            pytest.param({"status": 5}, 0, id="Complete"),
            pytest.param({"status": 9}, 0, id="in a status that means closed"),
            pytest.param({"completedDate": "2026-11-20T15:00:00.000Z"}, 0, id="completed"),
            pytest.param({"queueID": 8}, 0, id="another queue"),
            pytest.param({"queueID": None}, 0, id="no queue"),
            pytest.param({"assignedResourceID": 20}, 0, id="somebody's"),
            pytest.param({"assignedResourceID": 12}, 0, id="the vendor's"),
            pytest.param({"status": 14}, 1, id="in a retired status"),
            pytest.param({"status": 20}, 1, id="a link was sent"),
        ],
    )
    def test_which_count(self, office: Office, fields: dict[str, Any], counted: int) -> None:
        office.add_settings(RETURNED + '[mc]\nclosed_statuses = ["waiting materials", "Gone"]\n')
        office.ticket(2000, **{"status": 15, **fields})
        assert documented(office)["elsewhere"] == counted
        said = "1 nobody's ticket in other open statuses: `mcdesk doctor`\n" in (
            office.run("stale").out
        )
        assert said == bool(counted)

    def test_in_the_queues_that_are_asked_for(self, office: Office) -> None:
        self.elsewhere(office)
        office.ticket(10, status=15, queueID=8)
        assert documented(office, "--queue", "Monitoring Alert")["elsewhere"] == 1

    @pytest.mark.parametrize(
        "fault",
        [
            "status 500",
            "status 404",
            "status 403",
            "html 503",
            "429",
            "threads",
            "refuse The logged in Resource does not have the adequate permissions",
            "lose-request",
            "lose-answer",
            "empty",
            "truncate",
        ],
    )
    @pytest.mark.parametrize("waiting", [True, False])
    def test_a_count_that_fails_costs_its_line(
        self, office: Office, fault: str, waiting: bool
    ) -> None:
        self.elsewhere(office)
        ticket = office.ticket(2000) if waiting else None
        office.break_with(f"POST /Tickets/query/count {fault} x9")
        document = documented(office)
        assert [each["id"] for each in document["tickets"]] == ([ticket] if ticket else [])
        assert document["elsewhere"] is None
        assert office.slept == []
        assert "other open statuses" not in office.run("stale").out

    def test_where_the_api_user_sees_no_ticket_at_all(self, office: Office) -> None:
        for row in office.world.rows("Tickets"):
            office.world.delete("Tickets", row["id"])
        lines = office.run("stale").out.splitlines()
        assert lines[0] == "Nothing is stale: no unclaimed ticket in Help Desk / New"
        assert documented(office)["elsewhere"] == 0

    def test_in_several_queues_and_statuses(self, office: Office) -> None:
        office.add_settings(
            RETURNED.replace("[stale]", '[stale]\nqueues = ["Recurring", "Client Portal"]')
        )
        first = office.run("stale").out.splitlines()[0]
        assert first == (
            "Nothing is stale: no unclaimed ticket in Client Portal, Recurring / Back from MC, New"
        )


@pytest.mark.parametrize(
    ("now", "hours", "foot"),
    [
        pytest.param(
            datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
            "",
            "The desk is closed until Mon Nov 23, 9:00 AM",
            id="on a Sunday at three",
        ),
        pytest.param(
            datetime(2026, 11, 24, 0, 30, tzinfo=UTC),
            "",
            "The desk is closed until Tue Nov 24, 9:00 AM",
            id="in the evening",
        ),
        pytest.param(
            datetime(2026, 11, 26, 15, 0, tzinfo=UTC),
            'holidays = "US"\nclosed = [2026-11-27]\n',
            "The desk is closed until Mon Nov 30, 9:00 AM",
            id="Thanksgiving",
        ),
        pytest.param(
            datetime(2026, 11, 26, 15, 0, tzinfo=UTC),
            "\n".join(
                f"{day} = []" for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
            ),
            "The desk is closed",
            id="never open",
        ),
    ],
)
def test_out_of_hours(office: Office, now: datetime, hours: str, foot: str) -> None:
    office.configure(CONFIG + hours)
    office.now = now
    lines = office.run("stale").out.splitlines()
    assert lines[-2] == foot
    assert lines[-1] == (
        "Tickets arriving now go to Mission Control automatically; those listed are still ours"
    )


COUNT = "POST Tickets/query/count"
COLD = [
    "GET Tickets/entityInformation/fields",
    "POST Tickets/query",
    "POST TicketNotes/query",
    "POST TimeEntries/query",
    COUNT,
    "POST Resources/query",
    "GET TicketNotes/entityInformation/fields",
    "POST Companies/query",
    "POST Contacts/query",
]


def test_requests(office: Office) -> None:
    assert waits(office) == {}
    assert office.requests() == [*COLD[:2], COUNT]
    office.note(office.ticket(2000), 1999)
    assert waits(office)
    assert office.requests() == COLD[1:]
    assert waits(office)
    assert office.requests() == COLD[1:5]
    office.ticket(2000, contactID=301, companyID=175)
    assert waits(office)
    assert office.requests() == [*COLD[1:5], *COLD[7:]]


def test_young_tickets_are_not_looked_into(office: Office) -> None:
    office.ticket(10)
    assert waits(office) == {}
    assert office.requests() == [*COLD[:2], COUNT]


def test_nothing_is_counted_that_is_not_shown(office: Office) -> None:
    office.run("stale", "--ids")
    assert COUNT not in office.requests()
    office.run("watch", "--once")
    assert COUNT not in office.requests()


def test_the_cache_is_a_day_old_at_most(office: Office) -> None:
    waits(office)
    office.requests()
    office.now += timedelta(days=1, minutes=1)
    waits(office)
    assert office.requests() == [*COLD[:2], COUNT]


def test_2000_tickets_page_and_are_right(office: Office) -> None:
    from mcdesk.sandbox.seed import add_unclaimed

    add_unclaimed(office.world, count=2000, now=office.now)
    waits(office)
    office.requests()
    document = documented(office, "--all")
    assert document["counts"]["unclaimed"] == len(document["tickets"]) == 2000
    assert len({ticket["id"] for ticket in document["tickets"]}) == 2000
    measured = [ticket["waiting_minutes"] for ticket in document["tickets"]]
    assert measured == sorted(measured, reverse=True)
    pages = office.requests()
    assert pages.count("POST Tickets/query") == 1
    assert pages.count("POST Tickets/query/next") == 3
    assert pages.count("POST TicketNotes/query") == 4
    assert pages.count("POST TimeEntries/query") == 4
    assert pages.count(COUNT) == 1
    assert len(pages) == 13


class TestLabels:
    def test_an_unknown_queue(self, office: Office) -> None:
        result = office.run("stale", "--queue", "Helpdesk")
        assert (result.code, result.out) == (4, "")
        assert result.err == (
            'error: Autotask has no active queue "Helpdesk"\n'
            'hint: the active ones, nearest first: "Help Desk", "Level I", "Level II", '
            '"Client Portal", "Post Sale", "Recurring", "Monitoring Alert"'
        )

    def test_a_doubled_label(self, office: Office) -> None:
        office.world.add_choice("Tickets", "queueID", 777, "help desk ")
        result = office.run("stale")
        assert (result.code, result.out) == (4, "")
        assert result.err == (
            'error: Autotask has 2 active queue entries named "Help Desk"\n'
            "hint: an administrator can rename or deactivate one of them; their ids: "
            '29682833 ("Help Desk"), 777 ("help desk[blank]")'
        )

    def test_an_inactive_twin_does_not_matter(self, office: Office) -> None:
        office.world.add_choice("Tickets", "queueID", 777, "Help Desk", active=False)
        assert office.run("stale").code == 0

    def test_a_new_label_is_found_at_once(self, office: Office) -> None:
        assert office.run("stale").code == 0
        office.world.add_choice("Tickets", "queueID", 777, "Projects")
        assert documented(office, "--queue", "projects")["searched"]["queues"] == ["Projects"]


class TestTrouble:
    @pytest.mark.parametrize(
        ("fault", "code", "error"),
        [
            pytest.param("html 503", 1, "Autotask is not available (503: Autotask", id="503 page"),
            pytest.param("status 500", 1, "Autotask is not available (500: no text)", id="500"),
            pytest.param("429", 1, "Autotask refuses more requests right now", id="429"),
            pytest.param("lose-answer", 1, "webservices99.autotask.net hung up", id="lost answer"),
            pytest.param("lose-request", 1, "webservices99.autotask.net hung up", id="lost"),
            pytest.param("slow 100", 1, "webservices99.autotask.net took too long", id="slow"),
            pytest.param("html 200", 1, "Autotask's answer is not what it should be", id="HTML"),
            pytest.param("empty", 1, "Autotask's answer is not what it should be", id="empty"),
            pytest.param("truncate", 1, "Autotask's answer is not what it should be", id="cut"),
            pytest.param("html 404", 1, "Autotask answered 404", id="404 page"),
            pytest.param("refuse no way", 1, "Autotask refused: no way", id="errors"),
            pytest.param(
                "refuse The logged in Resource does not have the adequate permissions to query "
                "this entity type.",
                4,
                "Autotask refused: The logged in Resource",
                id="no permission",
            ),
            pytest.param("401", 4, "Autotask refused the credentials (401)", id="401"),
        ],
    )
    @pytest.mark.parametrize("json", [[], ["--json"]], ids=["table", "json"])
    def test_each_ends_in_an_error(
        self, office: Office, fault: str, code: int, error: str, json: list[str]
    ) -> None:
        office.ticket(2000)
        office.break_with(f"POST /Tickets/query {fault}")
        result = office.run("stale", *json)
        assert (result.code, result.out) == (code, "")
        assert result.err.startswith(f"error: {error}")
        assert "Traceback" not in result.err

    @pytest.mark.parametrize("entity", ["TicketNotes", "TimeEntries", "Resources", "Contacts"])
    def test_half_an_answer_is_none(self, office: Office, entity: str) -> None:
        office.note(office.ticket(2000), 1999)
        office.break_with(f"POST /{entity}/query empty")
        result = office.run("stale")
        assert (result.code, result.out) == (1, "")

    def test_what_passes_is_waited_out(self, office: Office) -> None:
        ticket = office.ticket(2000)
        office.break_with(
            "POST /Tickets/query html 503 x2",
            "POST /TicketNotes/query lose-answer x1",
            "POST /Contacts/query 429 3 x1",
        )
        assert waits(office) == {ticket: 60}
        assert office.slept == [0.5, 1.0, 0.5, 3.0]
        assert office.app.faults.unused() == []

    def test_a_refused_login_is_not_sent_again(self, office: Office) -> None:
        office.environ["MCDESK_AUTOTASK_SECRET"] = "wrong"
        assert office.run("stale").code == 4
        assert len(office.requests()) == 2
        result = office.run("stale")
        assert result.code == 4
        assert "didn't send them again" in result.err
        assert office.requests() == []
        assert office.run("doctor").code == 4
        assert office.requests().count("GET ThresholdInformation") == 1
        office.environ["MCDESK_AUTOTASK_SECRET"] = "demo-only-Secret$1"
        assert office.run("stale").code == 0

    def test_doctor_lets_the_same_login_be_tried_again(self, office: Office) -> None:
        office.break_with("GET /Tickets/entityInformation/fields 401 x1")
        assert office.run("stale").code == 4
        assert office.run("stale").code == 4
        assert office.run("doctor").code == 0
        assert office.run("stale").code == 0

    def test_a_missing_secret(self, office: Office) -> None:
        del office.environ["MCDESK_AUTOTASK_SECRET"]
        result = office.run("stale")
        assert result.code == 4
        assert "MCDESK_AUTOTASK_SECRET" in result.err
        assert office.requests() == []

    def test_a_typo_in_the_settings(self, office: Office) -> None:
        office.configure(CONFIG + "[stale]\nafter_minuts = 30\n")
        result = office.run("stale")
        assert (result.code, result.out) == (4, "")
        assert "stale.after_minuts" in result.err
        assert "after_minutes" in result.err

    @pytest.mark.parametrize("now", ["yesterday", "2026-13-01T00:00:00Z"])
    def test_a_clock_that_is_none(self, office: Office, now: str) -> None:
        office.environ = {**office.environ}
        office.now = type("Broken", (), {"isoformat": lambda _: now})()
        result = office.run("stale")
        assert result.code == 4
        assert "MCDESK_NOW must be an instant" in result.err

    def test_rows_that_do_not_meet_the_conditions_are_dropped(self, office: Office) -> None:
        # As if Autotask had dropped a condition: everything comes back.
        here = office.ticket(2000)
        parse = "mcdesk.sandbox.call.parse"
        with pytest.MonkeyPatch.context() as patch:
            from mcdesk.sandbox.query import parse as real

            def everything(entity: Any, body: Any, **options: Any) -> Any:
                if entity.path == "Tickets":
                    body = {**body, "filter": [{"op": "gte", "field": "id", "value": 0}]}
                return real(entity, body, **options)

            patch.setattr(parse, everything)
            assert list(waits(office, "--all")) == [here]


class TestUsage:
    @pytest.mark.parametrize(
        ("argv", "said"),
        [
            (["stale", "--after", "soon"], '"soon" is not a length of time'),
            (["stale", "--ids", "--json"], "use only one of --ids and --json"),
            (["stale", "--sort", "age"], "'age' is not one of 'wait', 'priority'"),
            (["stale", "7841"], "Got unexpected extra argument"),
            (["stale", "--demo"], "No such option: --demo"),
            (["nonsense"], 'there is no command "nonsense"'),
        ],
    )
    def test_usage_errors(self, office: Office, argv: list[str], said: str) -> None:
        result = office.run(*argv)
        assert (result.code, result.out) == (2, "")
        assert said in result.err
        assert result.err.splitlines()[-1].startswith("hint: ") or "--ids" in argv

    @pytest.mark.parametrize("argv", [["--version"], ["-v", "--version"], ["--demo", "--version"]])
    def test_version(self, office: Office, argv: list[str]) -> None:
        from mcdesk import __version__

        result = office.run(*argv)
        assert (result.code, result.out) == (0, f"mcdesk {__version__}\n")

    def test_no_command_at_all_shows_the_help(self, office: Office) -> None:
        result = office.run()
        assert result.code == 0
        assert result.out.startswith("Usage: mcdesk")

    def test_an_option_that_belongs_after_the_command(self, office: Office) -> None:
        assert office.run("--json", "stale").err.splitlines()[-1] == (
            "hint: --json goes after the command: mcdesk stale --json"
        )

    @pytest.mark.parametrize("port", ["x", "70000", "-1"])
    def test_a_port_that_is_none(self, office: Office, port: str) -> None:
        assert office.run("demo", "serve", "--port", port).code == 2

    def test_a_misplaced_option_says_where_it_belongs(self, office: Office) -> None:
        assert "hint: -v goes before the command: mcdesk -v stale ..." in (
            office.run("stale", "-v").err
        )


def test_verbose_says_each_request_and_no_secret(office: Office) -> None:
    office.ticket(2000)
    err = office.run("-v", "stale").err
    assert "POST /ATServicesRest/V1.0/Tickets/query 200" in err
    assert "demo-only" not in err
    assert "DEMOCODE" not in err


def test_the_queue_of_the_help_desk_is_the_one_that_is_seeded(office: Office) -> None:
    assert office.world.rows("Tickets", queueID=HELP_DESK)
