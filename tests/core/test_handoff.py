"""The hand-off's policy: the plan, the objections."""

import pytest
from msgspec import structs
from test_changes import NAMES, TICKET, VERA

from mcdesk.core.changes import Field, Secondary
from mcdesk.core.handoff import (
    Objection,
    Others,
    Rule,
    Target,
    batch_objection,
    objections,
    plan_handoff,
)

TARGET = Target(
    {Field.PRIMARY_RESOURCE: 12, Field.ROLE: 3, Field.STATUS: 2, Field.QUEUE: 1}, frozenset({4})
)
THERE = structs.replace(TICKET, primary_resource_id=12, role_id=3, status_id=2)
OTHER = Secondary(6, 20, 3, "Otto")


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
def test_what_is_there_already(ticket: object, empty: bool) -> None:
    assert plan_handoff(ticket, TARGET, NAMES).empty == empty  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("others", "removed"), [(Others.KEEP, [VERA]), (Others.REMOVE, [VERA, OTHER])]
)
def test_the_new_primary_may_not_be_a_secondary(others: Others, removed: list[Secondary]) -> None:
    plan = plan_handoff(TICKET, TARGET, NAMES, secondaries=[VERA, OTHER], others=others)
    assert plan.removals == removed
    # Also for a ticket that holds all else: its removal is then the whole plan.
    assert plan_handoff(THERE, TARGET, NAMES, secondaries=[VERA]).removals == [VERA]


def test_a_target_without_a_resource_removes_nobody() -> None:
    assert plan_handoff(TICKET, Target({Field.STATUS: 2}), NAMES, secondaries=[VERA]).removals == []


@pytest.mark.parametrize(
    ("ticket", "rules"),
    [
        pytest.param(TICKET, [], id="nobody's"),
        pytest.param(structs.replace(TICKET, status_id=5), [Rule.COMPLETE], id="complete"),
        pytest.param(structs.replace(TICKET, primary_resource_id=20), [Rule.CLAIMED], id="claimed"),
        pytest.param(structs.replace(TICKET, primary_resource_id=1), [], id="mine"),
        pytest.param(
            structs.replace(TICKET, primary_resource_id=20, status_id=5),
            [Rule.COMPLETE, Rule.CLAIMED],
            id="both",
        ),
    ],
)
def test_objections(ticket: object, rules: list[Rule]) -> None:
    found = objections(ticket, claimant="Otto", free_ids={1, 12})  # type: ignore[arg-type]
    assert [each.rule for each in found] == rules
    if Rule.CLAIMED in rules:
        assert found[-1].reason == "Otto has T20261123.0007"


def test_too_many_in_one_go() -> None:
    assert batch_objection(5, 5) is None
    assert batch_objection(6, 5) == Objection(Rule.BATCH, "6 tickets are more than 5 in one go")
