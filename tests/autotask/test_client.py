"""The client against the embedded Autotask: writes, impersonation, people, roles, names."""

from collections.abc import Iterator
from typing import Any

import pytest
from offices import Office

from mcdesk.autotask.client import Autotask
from mcdesk.autotask.connections import InProcess
from mcdesk.core.changes import Field
from mcdesk.core.references import TicketById
from mcdesk.core.tenant import DeskRole, Need
from mcdesk.core.tickets import Person
from mcdesk.desk import Desk
from mcdesk.errors import (
    DeskError,
    LabelProblem,
    LostAnswer,
    PermissionDenied,
    Rejected,
    SettingsProblem,
    Throttled,
)

NOTE = {"title": "t", "description": "d", "noteType": 205, "publish": 2}


class Bench:
    """A client at the office, and what it said."""

    def __init__(self, office: Office, impersonate: str = "auto") -> None:
        self.office = office
        self.said: list[str] = []
        office.configure(
            (office.home / "config.toml")
            .read_text(encoding="utf-8")
            .replace("\nme =", f'\nimpersonate = "{impersonate}"\nme =')
        )
        self.desk = Desk(
            environ=office.environ,
            sleep=office.slept.append,
            jitter=lambda: 0.0,
            transport=InProcess(office.app, sleep=office.slept.append),
        )
        self.desk.say = self.said.append
        self.autotask: Autotask = self.desk.autotask
        # What a look after a refusal finds.
        self.landed = False

    def note(self) -> dict[str, Any]:
        row_id = self.autotask.writes.add_note(
            1,
            lambda named: NOTE if named else {**NOTE, "description": "d\nJane"},
            as_resource=20,
            landed=lambda: self.landed,
        )
        row = self.office.world.row("TicketNotes", row_id)
        assert row is not None
        return row


@pytest.fixture
def bench(office: Office) -> Iterator[Bench]:
    bench = Bench(office)
    yield bench
    bench.desk.close()


class TestImpersonation:
    def test_a_write_is_in_the_technicians_name(self, bench: Bench) -> None:
        note = bench.note()
        assert (note["creatorResourceID"], note["impersonatorCreatorResourceID"]) == (20, 29)
        assert note["description"] == "d"
        assert bench.said == []

    def test_a_refusal_falls_back_once_says_so_and_is_remembered(self, bench: Bench) -> None:
        bench.office.world.forbid_impersonation(20)
        bench.office.requests()
        note = bench.note()
        assert note["creatorResourceID"] == 29
        assert note["description"] == "d\r\nJane"
        assert bench.office.requests() == ["POST Tickets/1/Notes"] * 2
        assert bench.said == [
            "Autotask doesn't let the API user write in your name: this was written as the API "
            "user (mcdesk tries again tomorrow)"
        ]
        bench.note()
        assert bench.office.requests() == ["POST Tickets/1/Notes"]
        assert len(bench.said) == 1

    @pytest.mark.parametrize(
        "fault",
        [
            "refuse Resource 20 cannot be impersonated.",
            "refuse The impersonated resource is inactive",
            "refuse The Resource is not active.",
            "refuse Resource is not an active resource",
            "refuse IMPERSONATION IS NOT ALLOWED for this security level",
            "refuse ImpersonationResourceId is invalid",
            "refuse You may not do this on behalf of Noor Haddad",
            "refuse This user has been deactivated",
        ],
    )
    def test_a_refusal_in_other_words(self, bench: Bench, fault: str) -> None:
        bench.office.break_with(f"POST /Tickets/1/Notes {fault} x1")
        note = bench.note()
        assert (note["creatorResourceID"], note["description"]) == (29, "d\r\nJane")
        assert len(bench.said) == 1
        bench.note()
        assert len(bench.said) == 1

    @pytest.mark.parametrize(
        "words",
        [
            "publish must be 1 or 2",
            "Execution Timeout Expired while the impersonated resource was looked up",
        ],
    )
    def test_what_is_about_something_else_is_not_tried_again(
        self, bench: Bench, words: str
    ) -> None:
        bench.office.break_with(f"POST /Tickets/1/Notes refuse {words} x1")
        bench.office.requests()
        with pytest.raises((Rejected, LostAnswer)):
            bench.note()
        assert bench.office.requests() == ["POST Tickets/1/Notes"]

    def test_what_is_inactive_besides_is_told_as_it_is(self, bench: Bench) -> None:
        bench.office.break_with("POST /Tickets/1/Notes refuse That note type is inactive x2")
        with pytest.raises(Rejected, match="That note type is inactive"):
            bench.note()
        assert bench.said == []
        assert bench.note()["creatorResourceID"] == 20

    @pytest.mark.parametrize("words", ["It cannot be impersonated", "The resource is inactive"])
    def test_no_second_try_of_what_landed_in_spite_of_other_words(
        self, bench: Bench, words: str
    ) -> None:
        bench.office.break_with(f"POST /Tickets/1/Notes refuse {words} x1")
        bench.landed = True
        bench.office.requests()
        with pytest.raises(DeskError, match=words):
            bench.note()
        assert bench.office.requests() == ["POST Tickets/1/Notes"]

    def test_without_any_permission_the_refusal_stands(self, bench: Bench) -> None:
        bench.office.break_with(
            "POST /Tickets/1/Notes refuse The logged in Resource does not have the adequate "
            "permissions to create this entity type. x2"
        )
        with pytest.raises(PermissionDenied):
            bench.note()
        assert bench.said == []
        bench.note()
        assert bench.office.app.faults.unused() == []

    def test_no_second_try_of_what_landed_in_spite_of_the_refusal(self, bench: Bench) -> None:
        bench.office.world.forbid_impersonation(20)
        bench.landed = True
        bench.office.requests()
        with pytest.raises(PermissionDenied):
            bench.note()
        assert bench.office.requests() == ["POST Tickets/1/Notes"]

    def test_always_does_not_fall_back(self, office: Office) -> None:
        office.world.forbid_impersonation(20)
        bench = Bench(office, "always")
        with pytest.raises(PermissionDenied):
            bench.note()
        bench.desk.close()

    def test_never_does_not_ask(self, office: Office) -> None:
        bench = Bench(office, "never")
        assert bench.note()["creatorResourceID"] == 29
        assert office.requests() == ["POST Tickets/1/Notes"]
        bench.desk.close()

    def test_a_note_is_found_by_its_own_id(self, bench: Bench) -> None:
        row = bench.note()
        note = bench.autotask.tickets.note(row["id"])
        assert note is not None
        assert (note.ticket_id, note.text, note.internal) == (1, "d", True)
        assert bench.autotask.tickets.note(424242) is None

    def test_reads_are_never_in_somebodys_name(self, bench: Bench) -> None:
        # The embedded Autotask refuses a query with the header, as live ones do.
        bench.note()
        _, comments, _ = bench.autotask.tickets.whole(TicketById(1))
        assert comments


class TestWrites:
    def test_only_the_named_fields_change(self, bench: Bench) -> None:
        before = bench.office.world.row("Tickets", 1)
        bench.autotask.writes.update_ticket(1, {Field.PRIORITY: 4}, as_resource=None, landed=bool)
        after = bench.office.world.row("Tickets", 1)
        assert before is not None
        assert after is not None
        changed = {name for name in after if after[name] != before[name]}
        assert changed >= {"priority", "lastActivityDate"}
        # What else changes is the server's own record of the change.
        assert all(name.startswith("last") for name in changed - {"priority"})

    @pytest.mark.parametrize(
        ("fault", "problem", "landed"),
        [
            ("lose-answer", LostAnswer, True),
            ("lose-request", LostAnswer, False),
            ("slow 100", LostAnswer, True),
            ("empty", LostAnswer, True),
            ("truncate", LostAnswer, True),
            ("html 503", LostAnswer, False),
            ("429", Throttled, False),
            ("refuse no", Rejected, False),
        ],
    )
    def test_a_write_is_sent_once_whatever_becomes_of_it(
        self, bench: Bench, fault: str, problem: type[DeskError], landed: bool
    ) -> None:
        bench.office.break_with(f"PATCH /Tickets {fault}")
        with pytest.raises(problem):
            bench.autotask.writes.update_ticket(
                1, {Field.PRIORITY: 4}, as_resource=None, landed=bool
            )
        row = bench.office.world.row("Tickets", 1)
        assert row is not None
        assert (row["priority"] == 4) == landed
        assert bench.office.requests() == ["PATCH Tickets"]

    def test_a_value_that_is_gone_empties_the_cached_picklists(self, bench: Bench) -> None:
        assert id_of(bench, "priority", "High") == 1
        bench.office.world.deactivate_choice("Tickets", "priority", 1)
        with pytest.raises(Rejected, match=r"Picklist value \[1\]"):
            bench.autotask.writes.update_ticket(
                2, {Field.PRIORITY: 1}, as_resource=None, landed=bool
            )
        with pytest.raises(LabelProblem):
            bench.autotask.tenant(Need.TICKETS).id_of("priority", "High")


def id_of(bench: Bench, field: str, label: str) -> int:
    return bench.autotask.resolved(Need.TICKETS, lambda it: it.id_of(field, label))[1]


def person(bench: Bench, text: str) -> Person:
    return bench.autotask.resolved(Need.PEOPLE, lambda it: it.person(text))[1]


def role(bench: Bench, text: str, wanted: str = "") -> DeskRole:
    _, found = bench.autotask.resolved(
        Need.PEOPLE | Need.ROLES, lambda it: it.role(it.person(text), wanted)
    )
    return found


class TestTenant:
    @pytest.mark.parametrize(
        ("need", "requests"),
        [
            (Need(0), []),
            (Need.TICKETS, ["GET Tickets/entityInformation/fields"]),
            (Need.NOTES, ["GET TicketNotes/entityInformation/fields"]),
            (Need.PEOPLE, ["POST Resources/query"]),
            (Need.ROLES, ["POST Roles/query", "POST ResourceServiceDeskRoles/query"]),
        ],
    )
    def test_only_what_is_needed_is_asked_for_and_once(
        self, bench: Bench, need: Need, requests: list[str]
    ) -> None:
        tenant = bench.autotask.tenant(need)
        assert bench.office.requests() == requests
        assert bench.autotask.tenant(need) == tenant
        assert bench.office.requests() == []

    def test_a_label_that_is_new_is_looked_for_once_afresh(self, bench: Bench) -> None:
        bench.autotask.tenant(Need.TICKETS | Need.PEOPLE)
        bench.office.world.deactivate_choice("Tickets", "priority", 1)
        bench.office.requests()
        with pytest.raises(LabelProblem):
            id_of(bench, "priority", "Highest")
        assert bench.office.requests() == ["GET Tickets/entityInformation/fields"]


class TestPeople:
    @pytest.mark.parametrize(
        ("text", "id"),
        [
            ("Help Desk Support", 12),
            ("support, help desk", 12),
            (" NOOR.HADDAD ", 20),
            ("noor.haddad@demo.example", 20),
        ],
    )
    def test_by_any_of_their_names(self, bench: Bench, text: str, id: int) -> None:
        assert person(bench, text).id == id

    @pytest.mark.parametrize(
        "text", ["Noor", "Hana Ito", "api@demo.example", "Autotask Administrator", ""]
    )
    def test_who_cannot_hold_tickets(self, bench: Bench, text: str) -> None:
        with pytest.raises(LabelProblem, match="no active resource") as problem:
            person(bench, text)
        assert "Noor Haddad" in (problem.value.hint or "")

    def test_two_of_a_name(self, bench: Bench) -> None:
        bench.office.world.update("Resources", 21, firstName="Noor", lastName="Haddad")
        with pytest.raises(LabelProblem, match="names 2 active resources") as problem:
            person(bench, "Noor Haddad")
        assert "tomasz.wilk" in (problem.value.hint or "")
        assert person(bench, "tomasz.wilk").id == 21

    def test_somebody_hired_today_is_found(self, bench: Bench) -> None:
        bench.autotask.tenant(Need.PEOPLE)
        bench.office.world.update("Resources", 28, isActive=True)
        assert person(bench, "Hana Ito").id == 28

    def test_somebody_who_joined_today_gets_a_name(self, bench: Bench) -> None:
        tenant = bench.autotask.tenant(Need.PEOPLE)
        bench.office.world.insert("Resources", id=77, firstName="Ada", lastName="Ray")
        bench.office.requests()
        for _ in range(2):  # the second time it is remembered
            joined = bench.autotask.with_people(tenant, [None, 20, 77, 4242])
            names = joined.names()
            assert [
                names.value(Field.PRIMARY_RESOURCE, id).label for id in (None, 20, 77, 4242)
            ] == [None, "Noor Haddad", "Ada Ray", "resource 4242"]
        assert bench.office.requests() == ["POST Resources/query"]

    def test_no_name_is_no_failure(self, bench: Bench) -> None:
        tenant = bench.autotask.tenant(Need.PEOPLE)
        bench.office.break_with("POST /Resources/query html 503 x3")
        assert bench.autotask.with_people(tenant, [4242]) is tenant


class TestRoles:
    def test_the_default_one(self, bench: Bench) -> None:
        assert role(bench, "Tomasz Wilk").name == "Help Desk Technician"
        assert role(bench, "Tomasz Wilk", "systems engineer").id == 29683582
        bench.office.requests()
        assert role(bench, "Tomasz Wilk").name == "Help Desk Technician"
        assert bench.office.requests() == []

    def test_the_only_one(self, bench: Bench) -> None:
        row = bench.office.world.rows("ResourceServiceDeskRoles", resourceID=12)[0]
        bench.office.world.update("ResourceServiceDeskRoles", row["id"], isDefault=False)
        assert role(bench, "Help Desk Support").name == "Help Desk Technician"

    def test_none_or_several(self, bench: Bench) -> None:
        world = bench.office.world
        for row in world.rows("ResourceServiceDeskRoles"):
            world.update(
                "ResourceServiceDeskRoles",
                row["id"],
                isDefault=False,
                isActive=row["resourceID"] != 12,
            )
        with pytest.raises(LabelProblem, match="one service desk role") as none:
            role(bench, "Help Desk Support")
        assert none.value.hint == ("active roles: none; set autotask.role or the template's role")
        with pytest.raises(LabelProblem) as several:
            role(bench, "Tomasz Wilk")
        assert '"Systems Engineer"' in (several.value.hint or "")

    def test_one_that_they_do_not_have(self, bench: Bench) -> None:
        with pytest.raises(LabelProblem, match='a service desk role "Systems Engineer"'):
            role(bench, "Noor Haddad", "Systems Engineer")

    def test_a_retired_role_is_none(self, bench: Bench) -> None:
        bench.office.world.update("Roles", 29683581, isActive=False)
        with pytest.raises(LabelProblem):
            role(bench, "Noor Haddad")


class TestNames:
    def test_by_the_hundreds(self, bench: Bench) -> None:
        for id in range(1000, 1700):
            bench.office.world.insert("Companies", id=id, companyName=f"Company {id}")
        names = bench.autotask.customers(range(1000, 1700))[0]
        assert len(names) == 700
        assert bench.office.requests() == ["POST Companies/query"] * 2
        assert bench.autotask.customers([1001, 0])[0] == {
            1001: "Company 1001",
            0: "Lakeside Managed IT",
        }
        assert bench.office.requests() == ["POST Companies/query"]

    def test_an_id_that_autotask_does_not_show_is_not_asked_for_again(self, bench: Bench) -> None:
        assert bench.autotask.customers([], [4242]) == ({}, {})
        bench.office.requests()
        assert bench.autotask.customers([], [4242]) == ({}, {})
        assert bench.office.requests() == []


def test_the_zone_is_found_on_the_server_itself_when_it_is_local(office: Office) -> None:
    office.app.zone_url = ""
    office.configure(
        '[autotask]\nusername = "api@demo.example"\nzone_url = '
        '"http://127.0.0.1:9/ATServicesRest/"\n'
    )
    desk = Desk(environ=office.environ, transport=InProcess(office.app, sleep=lambda _: None))
    assert desk.autotask.ticket_page(7) == (
        "https://ww99.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx"
        "?Code=OpenTicketDetail&TicketID=7"
    )
    desk.close()


def test_without_a_user_name_nothing_is_asked(office: Office) -> None:
    office.configure("")
    desk = Desk(environ=office.environ, transport=InProcess(office.app, sleep=lambda _: None))
    with pytest.raises(SettingsProblem, match=r"autotask\.username is not set"):
        _ = desk.autotask
    assert office.requests() == []
