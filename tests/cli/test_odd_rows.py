"""One odd row never hides the others, and never makes a wait shorter than it is.

And what looks alike is one: labels, people, roles that come twice.
"""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from offices import Office, Result

Row = dict[str, Any]
NUMBER = "T20261123.9900"


class Altered(httpx.BaseTransport):
    """Answers as *inner* does, but for the rows of *path*, which *alter* changes."""

    def __init__(
        self, inner: httpx.BaseTransport, path: str, alter: Callable[[list[Any]], list[Any]]
    ) -> None:
        self._inner, self._path, self._alter = inner, path, alter

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        if not request.url.path.endswith(f"/{self._path}/query"):
            return response
        page = json.loads(response.read())
        page["items"] = self._alter(page["items"])
        page["pageDetails"]["count"] = len(page["items"])
        return httpx.Response(response.status_code, json=page)


def altering(office: Office, path: str, alter: Callable[[list[Any]], list[Any]]) -> None:
    office.transport = Altered(office.transport, path, alter)


def with_field(name: str, value: Any, *, of: int) -> Callable[[list[Any]], list[Any]]:
    """Return what sets a field of the row *of*, or takes it out for Ellipsis."""

    def alter(rows: list[Any]) -> list[Any]:
        for row in rows:
            if row["id"] == of:
                row[name] = value
                if value is ...:
                    del row[name]
        return rows

    return alter


def documented(office: Office, *argv: str) -> dict[str, Any]:
    result = office.run(*argv, "--json")
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def minutes(document: dict[str, Any]) -> dict[int, int]:
    return {each["id"]: each["waiting_minutes"] for each in document["tickets"]}


NO_DATES = [
    pytest.param(None, id="null"),
    pytest.param(..., id="left out"),
    pytest.param("", id="empty"),
    pytest.param("yesterday", id="words"),
    pytest.param(0, id="a number"),
    pytest.param({}, id="an object"),
    pytest.param("0001-01-01T00:00:00", id="year 1"),
    pytest.param("9999-12-31T23:59:59Z", id="year 9999"),
]


@pytest.mark.parametrize("date", NO_DATES)
@pytest.mark.parametrize("path", ["TicketNotes", "TimeEntries"])
def test_a_ticket_with_an_undated_action_is_judged_by_its_creation(
    office: Office, path: str, date: Any
) -> None:
    odd, other = office.ticket(90, ticketNumber=NUMBER), office.ticket(80)
    office.note(other, 65)
    if path == "TicketNotes":
        row = office.note(odd, 5)
    else:
        row = office.world.insert(
            path, ticketID=odd, resourceID=21, createDateTime=office.now, hoursWorked=0
        )
    assert minutes(documented(office, "stale", "--all")) == {
        odd: 5 if "Notes" in path else 0,
        other: 60,
    }
    altering(office, path, with_field("createDateTime", date, of=row))
    found = documented(office, "stale")
    assert minutes(found) == {odd: 60, other: 60}
    assert found["odd"] == [NUMBER]
    seen = office.run("stale")
    assert (seen.code, seen.err) == (0, "")
    assert f"or unreadable, for {NUMBER}: the real wait may be shorter" in seen.out


@pytest.mark.parametrize("date", NO_DATES)
def test_a_ticket_without_a_date_waits_since_the_day_in_its_number(
    office: Office, date: Any
) -> None:
    odd, other = office.ticket(30, ticketNumber=NUMBER), office.ticket(20)
    altering(office, "Tickets", with_field("createDate", date, of=odd))
    found = documented(office, "stale", "--all")
    # The desk opened an hour ago, and the day in the number may have begun before that anywhere.
    assert minutes(found) == {odd: 60, other: 20}
    assert found["odd"] == [NUMBER]
    shown = office.run("show", str(odd))
    assert NUMBER in shown.out
    assert "1 row on this ticket came from Autotask without a date, or unreadable" in shown.err


@pytest.mark.parametrize("number", [None, ..., "", 20261123.0007, {}, ["T1"]])
def test_a_ticket_without_a_number_goes_by_its_id(office: Office, number: Any) -> None:
    odd, _ = office.ticket(70), office.ticket(65, ticketNumber=NUMBER)
    altering(office, "Tickets", with_field("ticketNumber", number, of=odd))
    assert office.run("stale", "--ids").out == f"{odd}\n{NUMBER}\n"
    assert documented(office, "stale")["odd"] == [str(odd)]
    assert office.run("show", str(odd)).code == 0


@pytest.mark.parametrize(
    ("name", "as_text"),
    [("id", str), ("queueID", str), ("status", str), ("priority", str), ("companyID", float)],
)
def test_a_number_may_be_text(office: Office, name: str, as_text: Callable[[int], object]) -> None:
    odd, other = office.ticket(70, ticketNumber=NUMBER), office.ticket(65)
    before = documented(office, "stale")
    assert list(minutes(before)) == [odd, other]

    def alter(rows: list[Row]) -> list[Row]:
        return [{**row, name: as_text(row[name])} if row["id"] == odd else row for row in rows]

    altering(office, "Tickets", alter)
    assert documented(office, "stale") == before


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("title", None, ""),
        ("title", 12, "12"),
        ("title", {}, ""),
        ("priority", "High", None),
        ("priority", False, None),
        ("companyID", "x", None),
        ("contactID", 2**64, None),
    ],
)
def test_what_no_decision_rests_on_may_be_missing(
    office: Office, name: str, value: Any, shown: str | None
) -> None:
    odd = office.ticket(70)
    altering(office, "Tickets", with_field(name, value, of=odd))
    found = documented(office, "stale")
    (ticket,) = found["tickets"]
    assert ticket[name.removesuffix("ID")] == shown
    assert found["odd"] == []


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("id", None, NUMBER),
        ("id", 1.5, NUMBER),
        ("queueID", ..., NUMBER),
        ("status", "New", NUMBER),
        ("assignedResourceID", False, NUMBER),
    ],
)
def test_a_ticket_that_cannot_be_judged_is_named(
    office: Office, name: str, value: Any, named: str
) -> None:
    odd, other = office.ticket(70, ticketNumber=NUMBER), office.ticket(65)
    altering(office, "Tickets", with_field(name, value, of=odd))
    found = documented(office, "stale")
    assert (list(minutes(found)), found["odd"]) == ([other], [named])


@pytest.mark.parametrize("item", [None, 7, "row", [], {}])
@pytest.mark.parametrize("path", ["Tickets", "TicketNotes", "TimeEntries"])
def test_a_null_item_hides_nothing(office: Office, path: str, item: Any) -> None:
    waiting = office.ticket(90)
    office.note(waiting, 70)
    altering(office, path, lambda rows: [item, *rows, item])
    found = documented(office, "stale")
    assert (minutes(found), found["odd"]) == ({waiting: 60}, [None])
    assert "for a ticket that is not named" in office.run("stale").out
    assert office.run("show", str(waiting)).code == 0


def test_tickets_of_which_none_makes_sense_are_not_none(office: Office) -> None:
    office.ticket(90)
    altering(office, "Tickets", lambda rows: [None for _ in rows])
    for argv in (["stale"], ["show", "7"]):
        result = office.run(*argv)
        assert (result.code, result.out) == (1, "")
        assert "but none that mcdesk can read" in result.err


def first(row: Any) -> Callable[[list[Any]], list[Any]]:
    """Return what puts *row* in front of the others."""
    return lambda rows: [row, *rows]


MEANS_NOTHING = [None, {}, {"id": None}, {"id": 5}]


@pytest.mark.parametrize("row", MEANS_NOTHING)
def test_a_note_that_means_nothing_keeps_no_link_back(office: Office, row: Any) -> None:
    office.add_settings('[scheduling]\nlink = "https://book.example/{ticket}"\n')
    ticket = office.ticket(20)
    office.note(ticket, 10, title="Scheduling link sent")
    altering(office, "TicketNotes", first(row))
    result = office.run("send-link", str(ticket), "--yes")
    assert "warning: Tomasz Wilk has sent one already, 9:50 AM" in result.err
    assert (result.code, "waiting in the outbox" in result.err) == (8, True), result


@pytest.mark.parametrize("row", MEANS_NOTHING)
def test_a_ticket_that_means_nothing_hides_no_other_from_the_log(office: Office, row: Any) -> None:
    one, other = office.ticket(20), office.ticket(21)
    for ticket in (one, other):
        assert office.run("claim", str(ticket)).code == 0
    altering(office, "Tickets", lambda rows: [row, *(e for e in rows if e["id"] != one)])
    checks = {
        each["ticket"]["id"]: each["check"]
        for each in documented(office, "log", "--check")["entries"]
    }
    assert checks[one] is None
    assert checks[other]["holds"]
    said = office.run("log", "--check").out
    assert ("unreadable" in said, "gone" in said) == (True, False)


@pytest.mark.parametrize("found", [True, False])
def test_a_lost_note_is_looked_for_beside_one_that_means_nothing(
    office: Office, found: bool
) -> None:
    ticket = office.ticket(20)
    altering(office, "TicketNotes", first(None))
    office.break_with(f"POST /Tickets/{ticket}/Notes {'lose-answer' if found else 'lose-request'}")
    assert office.run("note", str(ticket), "x").code == (0 if found else 8)
    office.break_with()
    office.now += timedelta(minutes=6)
    # The one that means nothing may be ours: only a person can say.
    assert office.run("outbox", "retry").code == (0 if found else 8)
    assert len(office.notes(ticket)) == (1 if found else 0)


def test_what_came_back_is_still_held_against_what_was_asked(office: Office) -> None:
    mine, other = office.ticket(90), office.ticket(80)
    row = office.note(mine, 5)

    def of_another(rows: list[Row]) -> list[Any]:
        return [None, *({**each, "ticketID": str(other + 1)} for each in rows)]

    altering(office, "TicketNotes", of_another)
    result = office.run("stale")
    assert (result.code, result.out) == (1, "")
    assert f"another note than mcdesk asked for (id {row})" in result.err


@pytest.mark.parametrize("date", NO_DATES)
def test_show_and_undo_go_on(office: Office, date: Any) -> None:
    ticket = office.ticket(90)
    row = office.note(ticket, 30, description="Left a message")
    assert office.run("send-to-mc", str(ticket), "--yes").code == 0
    before = office.holds(ticket)
    altering(office, "TicketNotes", with_field("createDateTime", date, of=row))
    shown = office.run("show", str(ticket))
    assert (shown.code, "Left a message" in shown.out, "  no date  " in shown.out) == (
        0,
        True,
        True,
    )
    assert "1 row on this ticket came from Autotask without a date" in shown.err
    (note,) = documented(office, "show", str(ticket))["notes"]
    assert note["created"] is None
    assert office.run("undo", str(ticket), "--yes").code == 0
    assert office.holds(ticket) != before


def test_the_watch_goes_on_and_says_so(office: Office) -> None:
    ticket = office.ticket(90, ticketNumber=NUMBER)
    row = office.note(ticket, 5)
    altering(office, "TicketNotes", with_field("createDateTime", None, of=row))
    found = documented(office, "watch", "--once")
    assert (minutes(found), found["odd"], found["error"]) == ({ticket: 60}, [NUMBER], None)
    assert f"for {NUMBER}" in office.run("watch", "--once").out


@pytest.mark.parametrize(
    ("path", "odd"),
    [
        ("ResourceServiceDeskRoles", {"id": 1, "resourceID": 20, "roleID": None, "isActive": True}),
        ("ResourceServiceDeskRoles", {"id": 1, "resourceID": 20}),
        ("ResourceServiceDeskRoles", None),
        ("Roles", {"id": None, "name": "Nameless"}),
        ("Roles", None),
        ("Resources", {"firstName": "Nobody"}),
        ("Resources", None),
        ("Companies", None),
        ("Contacts", None),
    ],
)
def test_a_row_of_the_tenant_that_makes_no_sense_is_left_out(
    office: Office, path: str, odd: Row | None
) -> None:
    ticket = office.ticket(90)
    altering(office, path, lambda rows: [odd, *rows])
    result: Result = office.run("send-to-mc", str(ticket), "--yes")
    assert (result.code, result.err) == (0, "")
    assert office.run("show", str(ticket)).code == 0


def test_a_secondary_that_makes_no_sense_stops_what_writes(office: Office) -> None:
    ticket = office.ticket(90)
    before = office.holds(ticket)
    altering(office, "TicketSecondaryResources", lambda rows: [*rows, None])
    assert office.run("show", str(ticket)).code == 0
    assert office.run("send-to-mc", str(ticket), "--yes").code == 1
    assert office.holds(ticket) == before


def names_of(document: dict[str, Any]) -> Sequence[object]:
    (ticket,) = document["tickets"]
    return [ticket[name] for name in ("company", "contact", "queue", "status", "priority")]


def test_zero_is_an_id_like_any_other(office: Office) -> None:
    ticket = office.ticket(90, companyID=0, contactID=0, priority=0, status=0)
    office.world.add_choice("Tickets", "priority", 0, "Zero")
    office.world.add_choice("Tickets", "status", 0, "Nought")
    office.add_settings('[stale]\nstatuses = ["Nought"]\n')
    office.world.insert("Contacts", id=0, companyID=0, firstName="Ada", lastName="Zero")
    found = documented(office, "stale")
    company, *others = names_of(found)
    assert company
    assert others == ["Ada Zero", "Help Desk", "Nought", "Zero"]
    assert list(minutes(found)) == [ticket]


@pytest.mark.parametrize(
    "first", ["Help Desk ", "Help\u00a0Desk", " Help  Desk", "Help Desk\u200b"]
)
def test_the_vendors_resource_is_found_by_a_look_alike_name(office: Office, first: str) -> None:
    ticket = office.ticket(90)
    (vendor,) = (
        row["id"] for row in office.world.rows("Resources") if row["firstName"] == "Help Desk"
    )
    office.world.update("Resources", vendor, firstName=first)
    assert office.run("send-to-mc", str(ticket), "--yes").code == 0
    assert office.holds(ticket)["primary"] == vendor


def test_a_label_with_odd_blanks_is_found_and_still_has_to_be_the_only_one(office: Office) -> None:
    ticket = office.ticket(90, status=500)
    office.world.add_choice("Tickets", "status", 500, "Waits\u00a0for  Us ")
    office.add_settings('[stale]\nstatuses = ["Waits for Us"]\n')
    assert list(minutes(documented(office, "stale"))) == [ticket]
    office.world.add_choice("Tickets", "status", 501, "waits for us")
    (office.home / "mcdesk.db").unlink()
    result = office.run("stale")
    assert (result.code, result.out) == (4, "")
    assert '500 ("Waits[no-break space]for[blank][blank]Us[blank]")' in result.err


@pytest.mark.parametrize("around", [" ", "\u00a0", "\t", "\u200b"])
def test_blanks_around_a_contacts_address_are_taken_off(office: Office, around: str) -> None:
    office.world.update("Contacts", 300, emailAddress=f"{around}maria@customer.example{around}")
    ticket = office.ticket(90)
    contact = documented(office, "show", str(ticket))["contact"]
    assert contact["email"] == "maria@customer.example"


def test_doubled_role_rows_are_one(office: Office) -> None:
    ticket = office.ticket(90)

    def doubled(rows: list[Row]) -> list[Row]:
        return [*rows, *({**row, "id": row["id"] + 10_000} for row in rows)]

    altering(office, "ResourceServiceDeskRoles", doubled)
    result = office.run("send-to-mc", str(ticket), "--yes")
    assert (result.code, result.err) == (0, "")


def test_two_roles_of_one_name_are_told_with_their_ids(office: Office) -> None:
    ticket = office.ticket(90)
    held = office.world.rows("ResourceServiceDeskRoles")
    role = next(row["roleID"] for row in held if row["resourceID"] == 20)
    name = office.world.row("Roles", role)
    assert name is not None
    config = (office.home / "config.toml").read_text(encoding="utf-8")
    config = config.replace("[autotask]", f'[autotask]\nrole = "{name["name"]}"', 1)
    office.configure(config)
    twin = office.world.insert("Roles", name=f"{name['name']} ", isActive=1)
    office.world.insert(
        "ResourceServiceDeskRoles", resourceID=20, roleID=twin, isActive=1, isDefault=0
    )
    result = office.run("claim", str(ticket))
    assert result.code == 4
    assert f'has 2 service desk roles named "{name["name"]}"' in result.err
    assert f'{role} ("{name["name"]}")' in result.err
    assert f'{twin} ("{name["name"]}[blank]")' in result.err


@pytest.mark.parametrize("command", [("list",), ("list", "--mine"), ("find", "printer")])
@pytest.mark.parametrize("field", ["createDate", "ticketNumber", "lastActivityDate", "title"])
@pytest.mark.parametrize("value", [None, 7, {}])
def test_an_odd_ticket_hides_no_other_in_a_list(
    office: Office, command: tuple[str, ...], field: str, value: Any
) -> None:
    with office.world.transaction() as db:
        db.execute("DELETE FROM Tickets")
    tickets = [office.ticket(95 + i, assignedResourceID=20) for i in range(3)]
    documented(office, *command)  # what is remembered for a day is not odd
    altering(office, "Tickets", with_field(field, value, of=tickets[1]))
    listed = [each["id"] for each in documented(office, *command)["tickets"]]
    assert {tickets[0], tickets[2]} <= set(listed)
    lost = "title" in field and command[0] == "find"  # nothing of it says that it is a printer
    assert (tickets[1] in listed) or lost
    shown = office.run(*command)
    assert shown.code == 0
    named = {"createDate", "ticketNumber"} & {field}
    assert bool(named) == ("unreadable rows" in shown.out) or value == 7


def test_the_first_ticket_of_90_days_may_be_odd(office: Office) -> None:
    with office.world.transaction() as db:
        db.execute("DELETE FROM Tickets")
    ticket = office.ticket(95, assignedResourceID=21)
    office.secondary(ticket, 20)
    altering(office, "Tickets", with_field("assignedResourceID", ..., of=ticket))
    done = office.run("list", "--mine")
    assert (done.code, done.out) == (0, "")
