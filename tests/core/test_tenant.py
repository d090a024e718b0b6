"""The tenant: which id a label has, who is meant, and in which role they hold tickets."""

import pytest

from mcdesk.core.changes import Field
from mcdesk.core.tenant import Choice, DeskRole, HeldRole, Picklist, Tenant
from mcdesk.core.tickets import Person
from mcdesk.errors import LabelProblem

STATUS = Picklist(
    "status",
    (
        Choice(id=1, label="New", order=3),
        Choice(id=5, label="Complete ", order=0),
        Choice(id=7, label="Twice"),
        Choice(id=8, label="twice"),
        Choice(id=9, label="Retired", active=False, order=1),
    ),
)
JANE = Person(id=20, first="Jane", last="Doe", user_name="jane")
TENANT = Tenant(
    {"status": STATUS},
    {20: JANE, 4: Person(id=4, first="System"), 29: Person(id=29, first="Api", license_type=7)},
    {1: DeskRole(id=1, name="Technician"), 2: DeskRole(id=2, name="Old", active=False)},
    (
        HeldRole(id=1, resource_id=20, role_id=1, active=True, default=False),
        HeldRole(id=2, resource_id=20, role_id=2, active=True, default=True),
        HeldRole(id=3, resource_id=20, role_id=3, active=True, default=True),
        HeldRole(id=4, resource_id=29, role_id=1, active=True, default=True),
    ),
)


@pytest.mark.parametrize(("label", "id"), [("New", 1), (" nEW ", 1), ("complete", 5)])
def test_a_label_is_matched_whole(label: str, id: int) -> None:
    assert TENANT.id_of("status", label) == id
    assert TENANT.ids_of("status", [label, "New"]) == {id, 1}


@pytest.mark.parametrize(
    ("label", "message", "hint"),
    [
        ("Ne", 'no active status "Ne"', 'the active ones: "Complete ", "New", "Twice", "twice"'),
        ("Retired", 'no active status "Retired"', '"New"'),
        ("", 'no active status ""', '"New"'),
        ("Twice", '2 active status entries named "Twice"', "their ids: 7, 8"),
    ],
)
def test_a_label_is_never_guessed(label: str, message: str, hint: str) -> None:
    with pytest.raises(LabelProblem, match=message) as problem:
        TENANT.id_of("status", label)
    assert hint in (problem.value.hint or "")


def test_a_missing_order_is_none() -> None:
    assert STATUS.ranks() == {1: 3, 5: 0, 9: 1}
    assert STATUS.labels()[9] == "Retired"


def test_only_a_role_that_is_there_and_active_is_held() -> None:
    assert TENANT.role(JANE).name == "Technician"
    assert TENANT.role(JANE, " TECHNICIAN ").id == 1
    with pytest.raises(LabelProblem, match='Jane Doe does not have a service desk role "Old"'):
        TENANT.role(JANE, "Old")


def test_who_may_hold_tickets() -> None:
    assert TENANT.holders() == [JANE]
    assert TENANT.person("jane") is JANE
    with pytest.raises(LabelProblem, match="no active resource"):
        TENANT.person("System")
    assert TENANT.vendor_ids(["API", "Jane Doe", "nobody"]) == {20, 29}


def test_what_was_not_loaded_has_no_name() -> None:
    names = TENANT.names()
    assert names.value(Field.STATUS, 9).label == "Retired"
    assert names.value(Field.PRIORITY, 9).label == "priority 9"
    assert names.value(Field.ROLE, 1).label == "Technician"
    assert names.value(Field.SECONDARY_RESOURCE, 20).label == "Jane Doe"
    assert names.value(Field.PRIMARY_RESOURCE, 99).label == "resource 99"
