"""The safety rules: which tickets are closed, whose they are, and what each command makes of it."""

from datetime import UTC, datetime

import pytest
from msgspec import structs
from test_changes import NAMES, TICKET

from mcdesk.core.operations import Kind
from mcdesk.core.safety import (
    RULES,
    Judge,
    Objection,
    SafetyRule,
    Weight,
    batch_objection,
    changed,
    overruled,
    refusal,
)
from mcdesk.core.tickets import Ticket

ME, VENDOR, OTTO = 1, 12, 20
COMPLETE, THEIRS, CANCELLED = 5, 2, 30
JUDGE = Judge(
    frozenset({CANCELLED}), frozenset({VENDOR}), frozenset({THEIRS}), frozenset({ME}), "MC"
)
COMPLETED = datetime(2026, 11, 20, 9, tzinfo=UTC)
CLOSED, COLLEAGUES, WITH_MC = SafetyRule.CLOSED, SafetyRule.COLLEAGUES, SafetyRule.WITH_MC


def ticket(holder: int | None = None, status: int | None = 1, *, done: bool = False) -> Ticket:
    return structs.replace(
        TICKET,
        primary_resource_id=holder,
        status_id=status,
        completed=COMPLETED if done else None,
    )


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        pytest.param(ticket(), [], id="nobody's"),
        pytest.param(ticket(status=None), [], id="without a status"),
        pytest.param(ticket(ME), [], id="mine"),
        pytest.param(ticket(status=COMPLETE), [CLOSED], id="complete"),
        pytest.param(ticket(status=CANCELLED), [CLOSED], id="a closed status of the settings"),
        pytest.param(ticket(done=True), [CLOSED], id="completed, in an open status"),
        pytest.param(ticket(VENDOR, THEIRS, done=True), [CLOSED], id="completed by the vendor"),
        pytest.param(ticket(OTTO), [COLLEAGUES], id="a colleague's"),
        pytest.param(ticket(OTTO, THEIRS), [COLLEAGUES], id="a colleague's, with the status"),
        pytest.param(ticket(OTTO, COMPLETE), [CLOSED, COLLEAGUES], id="a colleague's, complete"),
        pytest.param(ticket(VENDOR), [WITH_MC], id="the vendor's by resource"),
        pytest.param(ticket(None, THEIRS), [WITH_MC], id="the vendor's by status"),
        pytest.param(ticket(ME, THEIRS), [WITH_MC], id="mine, with the vendor's status"),
    ],
)
def test_one_table_for_all_commands(given: Ticket, rules: list[SafetyRule]) -> None:
    for kind in Kind:
        found = [each.rule for each in JUDGE.objections(kind, given, NAMES)]
        assert found == [rule for rule in rules if rule in RULES[kind]]
    assert JUDGE.closed(given) == (CLOSED in rules)
    assert not (JUDGE.with_mc(given) and JUDGE.closed(given))


def test_a_closed_ticket_is_still_the_vendors_but_not_with_them() -> None:
    done = ticket(VENDOR, THEIRS, done=True)
    assert (JUDGE.theirs(done), JUDGE.with_mc(done)) == (True, False)
    assert JUDGE.theirs(ticket(ME, THEIRS))
    assert not JUDGE.theirs(ticket(ME, COMPLETE))


def test_the_table() -> None:
    asks, refuses = Weight.ASKS, Weight.REFUSES
    assert {
        Kind.SEND: {
            CLOSED: refuses,
            COLLEAGUES: asks,
            SafetyRule.BATCH: refuses,
            SafetyRule.NOT_ON_PLAN: asks,
            SafetyRule.PLAN_UNKNOWN: asks,
            SafetyRule.OUT_OF_SCOPE: asks,
            SafetyRule.CONTACT_MISSING: Weight.WARNS,
            SafetyRule.CONTACT_INACTIVE: Weight.WARNS,
            SafetyRule.CONTACT_UNREACHABLE: Weight.WARNS,
            SafetyRule.DESCRIPTION_EMPTY: Weight.WARNS,
            SafetyRule.PRIORITY_DEFAULT: Weight.WARNS,
            SafetyRule.OTHERS_KEPT: Weight.WARNS,
        },
        Kind.CLAIM: {CLOSED: refuses, COLLEAGUES: asks, WITH_MC: asks},
        Kind.LINK: {CLOSED: refuses, COLLEAGUES: asks, WITH_MC: asks},
        Kind.NOTE: {CLOSED: Weight.TELLS},
        Kind.UNDO: {},
    } == RULES


def test_the_reasons_name_status_and_person() -> None:
    said = JUDGE.objections(Kind.CLAIM, ticket(OTTO, COMPLETE), NAMES)
    assert [each.reason for each in said] == [
        "T20261123.0007 is closed (status status 5)",
        "resource 20 has T20261123.0007",
    ]
    (theirs,) = JUDGE.objections(Kind.LINK, ticket(None, THEIRS), NAMES)
    assert theirs.reason.startswith("T20261123.0007 is with MC (status ")
    assert overruled(said)[1] == "overruled by --force: resource 20 has T20261123.0007"


@pytest.mark.parametrize(
    ("weights", "with_answers", "without"),
    [
        ([], False, False),
        ([Weight.TELLS], False, False),
        ([Weight.WARNS], False, False),
        ([Weight.ASKS], False, True),
        ([Weight.REFUSES], True, True),
        ([Weight.ASKS, Weight.REFUSES], True, True),
    ],
)
def test_what_a_question_can_set_right(
    weights: list[Weight], with_answers: bool, without: bool
) -> None:
    against = [Objection(CLOSED, weight, weight.value) for weight in weights]
    assert bool(refusal(against, can_ask=True)) == with_answers
    assert bool(refusal(against, can_ask=False)) == without
    if without:  # all of them are said, so that nobody meets the next one after the first
        assert refusal(against, can_ask=False) == "; ".join(each.value for each in weights)


def test_what_changed_while_a_question_stood() -> None:
    assert changed(ticket(), ticket(), NAMES) == ""
    assert changed(ticket(), ticket(done=True), NAMES) == "completed"
    assert changed(ticket(), ticket(OTTO, done=True), NAMES) == (
        "primary resource nobody -> resource 20, completed"
    )


def test_too_many_in_one_go() -> None:
    assert batch_objection(5, 5) is None
    assert batch_objection(6, 5) == Objection(
        SafetyRule.BATCH, Weight.REFUSES, "6 tickets are more than 5 in one go"
    )
