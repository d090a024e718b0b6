"""The handoff's policy: the plan."""

import pytest
from msgspec import structs
from test_changes import NAMES, TICKET, VERA, VERA_OFF

from mcdesk.core.changes import Field, SecondaryChange, taking_off
from mcdesk.core.handoff import Target, plan_handoff
from mcdesk.core.tickets import Secondary, Ticket

TARGET = Target(
    {Field.PRIMARY_RESOURCE: 12, Field.ROLE: 3, Field.STATUS: 2, Field.QUEUE: 1}, frozenset({4})
)
THERE = structs.replace(TICKET, primary_resource_id=12, role_id=3, status_id=2)
OTTO = Secondary(id=6, ticket_id=7, resource_id=20, role_id=3)
OTTO_OFF = taking_off(OTTO, NAMES)


def test_plans_only_what_differs() -> None:
    plan = plan_handoff(TICKET, TARGET, NAMES)
    assert plan.wanted == {Field.PRIMARY_RESOURCE: 12, Field.ROLE: 3, Field.STATUS: 2}
    assert plan.kept == {Field.QUEUE: 1}
    assert plan.removals == []


@pytest.mark.parametrize(
    ("ticket", "empty"),
    [
        pytest.param(THERE, True, id="there"),
        pytest.param(structs.replace(THERE, status_id=4), True, id="moved on as accepted"),
        pytest.param(structs.replace(THERE, status_id=5), False, id="moved on otherwise"),
        pytest.param(
            structs.replace(THERE, status_id=4, queue_id=9), False, id="accepted, elsewhere"
        ),
        pytest.param(structs.replace(THERE, priority_id=9), True, id="another priority"),
    ],
)
def test_what_is_there_already(ticket: Ticket, empty: bool) -> None:
    assert plan_handoff(ticket, TARGET, NAMES).empty == empty


@pytest.mark.parametrize(("alone", "removed"), [(False, [VERA_OFF]), (True, [VERA_OFF, OTTO_OFF])])
def test_the_new_primary_may_not_be_a_secondary(
    alone: bool, removed: list[SecondaryChange]
) -> None:
    plan = plan_handoff(TICKET, TARGET, NAMES, secondaries=[VERA, OTTO], alone=alone)
    assert plan.removals == removed
    # Also for a ticket that holds all else: its removal is then the whole plan.
    assert plan_handoff(THERE, TARGET, NAMES, secondaries=[VERA]).removals == [VERA_OFF]


def test_a_target_without_a_resource_removes_nobody() -> None:
    target = Target({Field.STATUS: 2})
    assert plan_handoff(TICKET, target, NAMES, secondaries=[VERA]).removals == []
    # But for one who is to have nobody beside them.
    assert plan_handoff(TICKET, target, NAMES, secondaries=[VERA], alone=True).removals == [
        VERA_OFF
    ]
