"""Changes: what differs, what goes out, what stuck."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from mcdesk.core.changes import (
    NOTHING,
    Change,
    Field,
    Names,
    Plan,
    SecondaryChange,
    Value,
    differences,
    held,
    held_already,
    in_words,
    not_stuck,
    taking_off,
)
from mcdesk.core.steps import FieldsStep, steps_of
from mcdesk.core.tickets import Secondary, Ticket

TICKET = Ticket(
    id=7,
    number="T20261123.0007",
    title="t",
    created=datetime(2026, 11, 23, tzinfo=UTC),
    queue_id=1,
    status_id=1,
    priority_id=2,
    company_id=None,
    contact_id=None,
    primary_resource_id=None,
)
NAMES = Names(
    {
        Field.STATUS: {1: "New", 2: "Sent"},
        Field.PRIMARY_RESOURCE: {12: "Vera"},
        Field.SECONDARY_RESOURCE: {12: "Vera", 20: "Otto"},
    }
)
VERA = Secondary(id=5, ticket_id=7, resource_id=12, role_id=3)
VERA_OFF = taking_off(VERA, NAMES)
VERA_ON = structs.replace(VERA_OFF, on=True, row_id=None)
FIELDS = [field for field in Field if field is not Field.SECONDARY_RESOURCE]
held_values = st.fixed_dictionaries({field: st.none() | st.integers(0, 3) for field in FIELDS})


def ticket(values: dict[Field, int | None]) -> Ticket:
    names: dict[Field, str] = {
        Field.PRIMARY_RESOURCE: "primary_resource_id",
        Field.ROLE: "role_id",
        Field.STATUS: "status_id",
        Field.QUEUE: "queue_id",
        Field.PRIORITY: "priority_id",
        Field.CATEGORY: "category_id",
    }
    changes: dict[str, Any] = {names[field]: value for field, value in values.items()}
    return structs.replace(TICKET, **changes)


def plan(before: Ticket, after: dict[Field, int | None], **more: Any) -> Plan:
    return Plan(before, differences(held(before), after, NAMES), **more)


def fields_of(planned: Plan) -> FieldsStep:
    (step,) = [each for each in steps_of(planned, TICKET.created) if isinstance(each, FieldsStep)]
    return step


def wrong(planned: Plan, found: Ticket) -> list[Change]:
    step = fields_of(planned)
    before = {**step.kept, **step.before}
    return not_stuck(step.expected, step.accepted, before, held(found), NAMES)


@given(held_values, held_values)
def test_applying_what_differs_makes_it_so(
    before: dict[Field, int | None], after: dict[Field, int | None]
) -> None:
    changed = plan(ticket(before), after)
    assert {**before, **changed.patch} == {**before, **changed.wanted} == after
    assert (not changed.changes) == (before == after)
    assert wrong(changed, ticket(after)) == []
    assert len(wrong(changed, ticket(before))) == len(changed.changes)


@given(held_values, held_values)
def test_a_resource_and_its_role_travel_together(
    before: dict[Field, int | None], after: dict[Field, int | None]
) -> None:
    sent = plan(ticket(before), after).patch.keys()
    assert (Field.PRIMARY_RESOURCE in sent) == (Field.ROLE in sent)


def test_names() -> None:
    assert NAMES.value(Field.STATUS, 2) == Value(2, "Sent")
    assert NAMES.value(Field.STATUS, None) == NOTHING
    assert NAMES.value(Field.QUEUE, 9) == Value(9, "queue 9")
    assert NAMES.value(Field.PRIMARY_RESOURCE, 99).label == "resource 99"


def test_words() -> None:
    changes = plan(TICKET, {Field.PRIMARY_RESOURCE: 12, Field.STATUS: 2}).changes
    assert in_words(changes) == "primary resource nobody -> Vera, status New -> Sent"
    assert Change(Field.ROLE, NOTHING, Value(1, "Tech")).was == "none"


def test_taking_off_names_the_row_and_who_it_is() -> None:
    assert SecondaryChange(12, 3, "Vera", on=False, row_id=5) == VERA_OFF
    assert taking_off(structs.replace(VERA, resource_id=99), NAMES).name == "resource 99"


def test_secondary_resources_are_changes_too() -> None:
    off = Plan(TICKET, (), removals=[VERA_OFF])
    on = Plan(TICKET, (), additions=[VERA_ON])
    assert in_words(off.all_changes) == "secondary resource Vera -> not on it"
    assert in_words(on.all_changes) == "secondary resource not on it -> Vera"
    assert not off.empty
    assert not on.empty
    assert Plan(TICKET, ()).empty


@pytest.mark.parametrize(("accepted", "stuck"), [({3}, True), ({4}, False), (set(), False)])
def test_an_accepted_status_is_as_good(accepted: set[int], stuck: bool) -> None:
    planned = plan(TICKET, {Field.STATUS: 2}, accepted=frozenset(accepted))
    found = structs.replace(TICKET, status_id=3)
    assert (wrong(planned, found) == []) == stuck


def test_an_accepted_status_that_was_there_before_did_not_stick() -> None:
    planned = plan(TICKET, {Field.STATUS: 2}, accepted=frozenset({1}))
    assert len(wrong(planned, TICKET)) == 1


def test_what_was_right_already_has_to_be_right_afterwards() -> None:
    target: dict[Field, int | None] = {Field.STATUS: 2, Field.QUEUE: 1}
    planned = plan(TICKET, target, kept=held_already(TICKET, target))
    assert planned.kept == {Field.QUEUE: 1}
    assert planned.patch == planned.wanted == {Field.STATUS: 2}
    assert fields_of(planned).expected == target
    found = structs.replace(TICKET, status_id=2, queue_id=9)
    assert in_words(wrong(planned, found)) == "queue queue 1 -> queue 9"
    assert wrong(planned, structs.replace(TICKET, status_id=2)) == []


def test_a_status_that_was_right_already_may_move_on_as_accepted() -> None:
    planned = plan(TICKET, {Field.QUEUE: 2}, kept={Field.STATUS: 1}, accepted=frozenset({3}))
    assert wrong(planned, structs.replace(TICKET, queue_id=2, status_id=3)) == []
    assert len(wrong(planned, structs.replace(TICKET, queue_id=2, status_id=4))) == 1


def test_what_did_not_stick_says_wanted_and_found() -> None:
    planned = plan(TICKET, {Field.STATUS: 2})
    (change,) = wrong(planned, TICKET)
    assert (change.was, change.becomes) == ("Sent", "New")
