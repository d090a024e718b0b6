"""The tenant: labels and people are matched whole, and never guessed."""

from collections.abc import Sequence

import msgspec
import pytest
from msgspec.structs import replace

from mcdesk.core.changes import Field
from mcdesk.core.tenant import Choice, DeskRole, HeldRole, Picklist, Tenant
from mcdesk.core.tickets import Person
from mcdesk.errors import LabelProblem

STATUSES = Picklist(
    "status",
    (
        Choice(id=1, label="New", order=0),
        Choice(id=2, label="Returned to MC", order=2),
        Choice(id=3, label="Waiting", active=False, order=1),
        Choice(id=4, label=" In Progress "),
        Choice(id=8, label="Twice"),
        Choice(id=9, label="twice"),
    ),
)
VERA = Person(id=12, first="Vera", last="Dor", user_name="vendor", email="help@vendor.example")
NOOR = Person(id=20, first="Noor", last="Haddad", user_name="noor.haddad")
NOOR_TOO = Person(id=21, first="Noor", last="Haddad", user_name="noor.2")
GONE = Person(id=22, first="Hana", last="Ito", active=False)
API = Person(id=29, first="API", last="User", user_name="api@x", license_type=7)


def held(role_id: int, *, by: int = 20, active: bool = True, default: bool = False) -> HeldRole:
    return HeldRole(id=role_id, resource_id=by, role_id=role_id, active=active, default=default)


def tenant(*people: Person, roles: Sequence[HeldRole] = ()) -> Tenant:
    return Tenant(
        {"status": STATUSES},
        {person.id: person for person in people},
        {
            1: DeskRole(id=1, name="Technician"),
            2: DeskRole(id=2, name="Engineer"),
            3: DeskRole(id=3, name="Retired", active=False),
        },
        roles,
    )


PROGRESS = '"[blank]In Progress[blank]"'
CANDIDATES = {
    "Waiting": f'{PROGRESS}, "Twice", "twice", "New", "Returned to MC"',
    "Returned": f'"Returned to MC", "New", {PROGRESS}, "Twice", "twice"',
    "New New": f'"New", "Returned to MC", {PROGRESS}, "Twice", "twice"',
    "": f'{PROGRESS}, "New", "Returned to MC", "Twice", "twice"',
}


class TestLabels:
    @pytest.mark.parametrize(
        ("label", "id"), [("New", 1), (" returned TO mc", 2), ("In Progress", 4)]
    )
    def test_case_and_blanks_at_the_ends_make_no_difference(self, label: str, id: int) -> None:
        assert tenant().id_of("status", label) == id

    @pytest.mark.parametrize("label", ["Waiting", "Returned", "New New", ""])
    def test_none(self, label: str) -> None:
        with pytest.raises(LabelProblem) as problem:
            STATUSES.id_of(label)
        assert problem.value.message == f'Autotask has no active status "{label}"'
        assert problem.value.hint == ("the active ones, nearest first: " + CANDIDATES[label])

    def test_none_at_all(self) -> None:
        with pytest.raises(LabelProblem) as problem:
            Picklist("status", ()).id_of("New")
        assert problem.value.hint == "the active ones, nearest first: none"

    def test_several(self) -> None:
        with pytest.raises(LabelProblem) as problem:
            STATUSES.id_of("TWICE")
        assert problem.value.message == 'Autotask has 2 active status entries named "TWICE"'
        assert (problem.value.hint or "").endswith('their ids: 8 ("Twice"), 9 ("twice")')

    def test_many_at_once(self) -> None:
        assert tenant().ids_of("status", ["New", "Returned to MC"]) == {1, 2}
        with pytest.raises(LabelProblem):
            tenant().ids_of("status", ["New", "Waiting"])

    def test_retired_ones_keep_their_label_and_place(self) -> None:
        assert STATUSES.labels()[3] == "Waiting"
        assert 3 not in [choice.id for choice in STATUSES.active]
        # Zero is a place like any other; none is none.
        assert STATUSES.ranks() == {1: 0, 2: 2, 3: 1}
        in_order = ["New", "Waiting", "Returned to MC", " In Progress ", "Twice", "twice"]
        assert STATUSES.in_order() == in_order

    def test_a_choice_is_read_as_autotask_spells_it(self) -> None:
        said = b'{"value": "7", "label": null, "isActive": 1, "isSystem": null, "sortOrder": 0}'
        choice = msgspec.json.decode(said, type=Choice, strict=False)
        assert choice == Choice(id=7, label="", active=True, order=0)


class TestPeople:
    def test_who_may_hold_tickets(self) -> None:
        assert tenant(VERA, GONE, API).holders() == [VERA]

    def test_one(self) -> None:
        for text in ("Noor Haddad", "haddad, noor", "Haddad ,Noor", " NOOR.HADDAD "):
            assert tenant(VERA, NOOR).person(text) == NOOR

    @pytest.mark.parametrize("text", ["Noor", "Hana Ito", "api@x", ""])
    def test_none(self, text: str) -> None:
        with pytest.raises(LabelProblem) as problem:
            tenant(VERA, NOOR, GONE, API).person(text)
        assert problem.value.message == f'Autotask has no active resource "{text}"'
        assert problem.value.hint in (
            'those who can hold tickets, nearest first: "Noor Haddad", "Vera Dor"',
            'those who can hold tickets, nearest first: "Vera Dor", "Noor Haddad"',
        )

    def test_only_some_of_many_are_named(self) -> None:
        many = [Person(id=100 + i, first=f"P{i:02}") for i in range(22)]
        with pytest.raises(LabelProblem) as problem:
            tenant(*many, NOOR).person("Nor Hadad")
        named = (problem.value.hint or "").partition(": ")[2].split(", ")
        assert named[0] == '"Noor Haddad"'
        assert (len(named), named[-1]) == (21, "and 3 more")

    def test_several(self) -> None:
        with pytest.raises(LabelProblem) as problem:
            tenant(NOOR, NOOR_TOO).person("Noor Haddad")
        assert problem.value.message == '"Noor Haddad" names 2 active resources'
        assert problem.value.hint == (
            'use the user name: noor.haddad ("Noor Haddad"), noor.2 ("Noor Haddad")'
        )
        assert tenant(NOOR, NOOR_TOO).person("noor.2") == NOOR_TOO

    def test_the_vendors(self) -> None:
        found = tenant(VERA, NOOR, API).vendor_ids({"Vera Dor", "api@x", "nobody"})
        assert found == {12, 29}


class TestRoles:
    @pytest.mark.parametrize(
        ("roles", "wanted", "id"),
        [
            pytest.param([held(1)], "", 1, id="the only one"),
            pytest.param([held(1), held(2, default=True)], "", 2, id="the default one"),
            pytest.param([held(1), held(2, default=True)], " technician", 1, id="the one wanted"),
            pytest.param([held(1, by=21), held(2)], "", 2, id="somebody else's"),
            pytest.param([held(1, active=False), held(2)], "", 2, id="not held any more"),
            pytest.param([held(3, default=True), held(2)], "", 2, id="a retired role"),
            pytest.param([held(77), held(2)], "", 2, id="a hidden role"),
            pytest.param([held(1), held(1)], "", 1, id="twice the same row"),
            pytest.param([held(1), held(1, default=True)], "", 1, id="twice, once as the default"),
            pytest.param(
                [held(2, default=True), held(1), held(2, default=True)], "", 2, id="twice default"
            ),
            pytest.param([held(1), held(2), held(1)], "Technician", 1, id="twice, and named"),
            pytest.param([held(1, active=False), held(1)], "", 1, id="once more, retired"),
        ],
    )
    def test_one(self, roles: list[HeldRole], wanted: str, id: int) -> None:
        assert tenant(NOOR, roles=roles).role(NOOR, wanted).id == id

    @pytest.mark.parametrize(
        ("roles", "wanted", "what", "named"),
        [
            ([], "", "one service desk role to choose", "none"),
            ([held(3)], "", "one service desk role to choose", "none"),
            (
                [held(1), held(2)],
                "",
                "one service desk role to choose",
                '"Engineer", "Technician"',
            ),
            (
                [held(1, default=True), held(2, default=True)],
                "",
                "one service desk role to choose",
                '"Engineer", "Technician"',
            ),
            (
                [held(1, default=True)],
                "Engineer",
                'a service desk role "Engineer"',
                '"Technician"',
            ),
        ],
    )
    def test_none_or_several(
        self, roles: list[HeldRole], wanted: str, what: str, named: str
    ) -> None:
        with pytest.raises(LabelProblem) as problem:
            tenant(NOOR, roles=roles).role(NOOR, wanted)
        assert problem.value.message == f"Noor Haddad does not have {what}"
        assert problem.value.hint == (
            f"active roles: {named}; set autotask.role or the template's role"
        )

    @pytest.mark.parametrize("twin", ["Technician", "TECHNICIAN", "Technician\u00a0"])
    def test_two_of_one_name_are_told_by_their_ids(self, twin: str) -> None:
        both = tenant(NOOR, roles=[held(1), held(4), held(1)])
        both = replace(both, roles={**both.roles, 4: DeskRole(id=4, name=twin)})
        with pytest.raises(LabelProblem) as named:
            both.role(NOOR, "technician")
        assert named.value.message == ('Noor Haddad has 2 service desk roles named "technician"')
        ids = (named.value.hint or "").partition("their ids: ")[2]
        assert [each.split(" ")[0] for each in ids.split(", ")] == ["1", "4"]
        with pytest.raises(LabelProblem) as chosen:
            both.role(NOOR)
        assert "(id 1)" in (chosen.value.hint or "")
        assert "(id 4)" in (chosen.value.hint or "")
        with pytest.raises(LabelProblem) as none:
            both.role(NOOR, "Engineer")
        assert none.value.message == 'Noor Haddad does not have a service desk role "Engineer"'


def test_names_of_all_that_a_change_may_be_about() -> None:
    names = tenant(VERA, GONE).names()
    for field in (Field.PRIMARY_RESOURCE, Field.SECONDARY_RESOURCE):
        assert names.value(field, 12).label == "Vera Dor"
        assert names.value(field, 22).label == "Hana Ito"
        assert names.value(field, 99).label == "resource 99"
    assert names.value(Field.ROLE, 3).label == "Retired"
    assert names.value(Field.STATUS, 3).label == "Waiting"
    # Not loaded, so not known.
    assert names.value(Field.QUEUE, 1).label == "queue 1"


def test_each_picklist_names_its_own_field() -> None:
    lists = {
        field: Picklist(field, (Choice(id=1, label=f"the {field}"),))
        for field in ("status", "queueID", "priority")
    }
    names = Tenant(lists).names()
    assert [
        names.value(field, 1).label for field in (Field.STATUS, Field.QUEUE, Field.PRIORITY)
    ] == ["the status", "the queueID", "the priority"]


@pytest.mark.parametrize(
    ("labels", "ids"),
    [(["waiting", "Gone"], {3}), (["TWICE"], {8, 9}), ([], set()), (["Gone"], set())],
)
def test_labels_that_may_be_retired_or_missing(labels: list[str], ids: set[int]) -> None:
    assert tenant().any_ids_of("status", labels) == ids


ISSUES = Picklist(
    "issue", (Choice(id=10, label="Hardware"), Choice(id=11, label="Software", active=False))
)
SUB_ISSUES = Picklist(
    "sub-issue",
    (
        Choice(id=101, label="Phone/Audio", parent="10"),
        Choice(id=102, label="Other", parent="10"),
        Choice(id=103, label="Other", parent=11),
        Choice(id=104, label="Other", parent="11", active=False),
        Choice(id=105, label="Spam", parent=""),
        Choice(id=106, label="Spam", parent="99"),
    ),
)
DESK = Tenant({"issueType": ISSUES, "subIssueType": SUB_ISSUES})


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        ([], set()),
        (["other"], {102, 103, 104}),
        (["Hardware / Other"], {102}),
        (["SOFTWARE  /  other "], {103, 104}),
        (["Phone/Audio"], {101}),
        (["Hardware / Phone/Audio", "Spam"], {101, 105, 106}),
        (["Hardware/Other"], set()),
        (["Hardware"], set()),
        (["Hardware / Spam"], set()),
    ],
)
def test_sub_issues_by_label_or_with_their_issue(names: list[str], ids: set[int]) -> None:
    assert DESK.sub_issues(names) == ids


@pytest.mark.parametrize(
    ("id", "name"),
    [(102, "Hardware / Other"), (104, "Software / Other"), (105, "Spam"), (7, "sub-issue 7")],
)
def test_a_sub_issue_is_named_with_its_issue(id: int, name: str) -> None:
    assert DESK.sub_issue(id) == name


def test_a_field_of_companies() -> None:
    known = Tenant(company_fields={"Help Desk Plan": {}, "Region": {"1": "North"}})
    assert known.company_field(" help desk  PLAN") == "Help Desk Plan"
    assert Tenant().company_field("any") == "any"
    with pytest.raises(LabelProblem) as caught:
        known.company_field("Plan")
    assert caught.value.message.endswith('no user-defined field "Plan" (mc.plan_field)')
    assert caught.value.hint == 'theirs, nearest first: "Help Desk Plan", "Region"'
