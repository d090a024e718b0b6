"""Undo's policy: what it is about, what restores the ticket, and who went on since."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs
from test_changes import NAMES, TICKET, VERA, VERA_OFF, VERA_ON
from test_operations import (
    NEW_TO_SENT,
    NOW,
    OTTO_OFF,
    OTTO_ON,
    SENT,
    back,
    fields,
    mail,
    note,
    off,
    on,
    operation,
    status,
)

from mcdesk.core.changes import Field, Plan, differences, held, in_words
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.staleness import Staff
from mcdesk.core.steps import AnyStep, State
from mcdesk.core.tenant import Choice, DeskRole, HeldRole, Picklist, Tenant
from mcdesk.core.tickets import Comment, Note, Person, Secondary, Ticket, TimeEntry
from mcdesk.core.undo import Former, by_others, former, plan_undo, tried, undoable
from mcdesk.errors import LabelProblem

WAITING, SENDING, DONE, UNKNOWN, FAILED, LEFT = State
OPERATION = operation(fields(found=held(SENT)))
SENT_9 = structs.replace(SENT, status_id=9)


def planned(made: Operation, ticket: Ticket, there: Sequence[Secondary]) -> Plan | str:
    """Plan to restore all that was there before."""
    before = made.fields.before if made.fields else {}
    return plan_undo(made, ticket, there, NAMES, Former(before))


def words(plan: Plan | str) -> str:
    return plan if isinstance(plan, str) else in_words(plan.all_changes)


RESTORED = "primary resource Vera -> nobody, role role 3 -> none, status Sent -> New"


@pytest.mark.parametrize(
    ("found", "ticket", "said"),
    [
        pytest.param(SENT, SENT, RESTORED, id="as it was left"),
        pytest.param(SENT, TICKET, "", id="as it was before"),
        pytest.param(
            SENT, structs.replace(TICKET, priority_id=9), "", id="as before, another field aside"
        ),
        pytest.param(
            SENT, SENT_9, "it has changed since: status Sent -> status 9", id="changed since"
        ),
        pytest.param(
            SENT,
            structs.replace(SENT, priority_id=9),
            "it has changed since: priority priority 2 -> priority 9",
            id="a field changed that we left alone",
        ),
        pytest.param(SENT_9, SENT_9, RESTORED.replace("Sent", "status 9"), id="as a rule left it"),
        pytest.param(None, SENT, RESTORED, id="never read back, landed"),
        pytest.param(TICKET, SENT, RESTORED, id="landed late"),
        pytest.param(
            TICKET,
            structs.replace(SENT, priority_id=9),
            "it has changed since: priority priority 2 -> priority 9",
            id="landed late, and changed since",
        ),
        pytest.param(
            None,
            structs.replace(SENT, priority_id=9),
            RESTORED,
            id="never read back, another field aside",
        ),
    ],
)
def test_what_an_undo_does(found: Ticket | None, ticket: Ticket, said: str) -> None:
    made = operation(fields(found=found and held(found)))
    assert words(planned(made, ticket, [])) == said


def test_the_status_of_a_link_is_taken_back() -> None:
    made = operation(mail(DONE), status(DONE, *NEW_TO_SENT), kind=Kind.LINK)
    ticket = structs.replace(TICKET, status_id=2)
    assert words(planned(made, ticket, [])) == "status Sent -> New"


@pytest.mark.parametrize(
    ("steps", "there", "returns"),
    [
        pytest.param([off(DONE), fields()], False, True, id="taken off"),
        pytest.param([off(DONE), fields()], True, False, id="there again"),
        pytest.param([off(SENDING), fields(WAITING)], False, True, id="died before saying so"),
        pytest.param([off(SENDING), fields(WAITING)], True, False, id="died before doing so"),
        pytest.param([off(UNKNOWN), fields(WAITING)], False, True, id="nobody knows, off"),
        pytest.param([off(UNKNOWN), fields(WAITING)], True, False, id="nobody knows, there"),
        # So 0.1 left one that died in between.
        pytest.param([off(WAITING), fields(SENDING)], False, True, id="off before anybody said"),
        pytest.param([off(LEFT), fields(LEFT)], False, True, id="left while nobody knew"),
        pytest.param([off(DONE), fields(FAILED)], False, True, id="not put back"),
        pytest.param([off(DONE), fields(FAILED), back(FAILED)], False, True, id="cannot be put"),
        pytest.param([off(DONE), fields(FAILED), back(DONE)], False, False, id="put back"),
        pytest.param([off(FAILED), fields(WAITING)], False, False, id="not taken off by us"),
        pytest.param([fields(), on(DONE)], False, False, id="was put on"),
    ],
)
def test_who_comes_back(steps: list[AnyStep], there: bool, returns: bool) -> None:
    for ticket in (SENT, TICKET):
        plan = planned(operation(*steps), ticket, [VERA] if there else [])
        assert isinstance(plan, Plan)
        assert list(plan.additions) == ([VERA_ON] if returns else [])


@pytest.mark.parametrize(
    ("steps", "there", "leaves"),
    [
        pytest.param([fields(), on(DONE)], True, True, id="put on"),
        pytest.param([fields(), on(DONE)], False, False, id="put on, and gone since"),
        pytest.param([fields(), on(SENDING)], True, True, id="died before saying so"),
        pytest.param([fields(), on(UNKNOWN)], True, True, id="nobody knows, there"),
        pytest.param([fields(), on(FAILED)], True, False, id="refused: put on by another"),
        pytest.param([fields(UNKNOWN), on(WAITING)], True, False, id="never tried"),
    ],
)
def test_who_leaves_again(steps: list[AnyStep], there: bool, leaves: bool) -> None:
    for ticket in (SENT, TICKET):
        plan = planned(operation(*steps), ticket, [VERA] if there else [])
        assert isinstance(plan, Plan)
        assert list(plan.removals) == ([VERA_OFF] if leaves else [])


def test_who_was_put_on_and_gets_it_back_leaves_once() -> None:
    made = operation(fields(), on(DONE))
    plan = plan_undo(made, SENT, [VERA], NAMES, Former({Field.PRIMARY_RESOURCE: 12}))
    assert isinstance(plan, Plan)
    assert plan.removals == [VERA_OFF]


def test_only_who_was_not_put_back_comes_back() -> None:
    made = operation(
        off(DONE), off(DONE, OTTO_OFF), fields(FAILED), back(DONE), back(FAILED, OTTO_ON)
    )
    plan = planned(made, TICKET, [])
    assert isinstance(plan, Plan)
    assert plan.additions == [OTTO_ON]


def left(**fields: Any) -> Note:
    values = {"ticket_id": 7, "resource_id": 20, "at": NOW + timedelta(minutes=1), "id": 91}
    return Note(**{**values, **fields})


@pytest.mark.parametrize(
    ("comment", "counts"),
    [
        pytest.param(left(), True, id="somebody"),
        pytest.param(
            TimeEntry(id=91, ticket_id=7, resource_id=20, at=NOW), True, id="somebody's time"
        ),
        pytest.param(left(at=NOW), True, id="in the same second"),
        pytest.param(left(at=NOW - timedelta(seconds=1)), False, id="before"),
        pytest.param(left(resource_id=1), False, id="me"),
        pytest.param(left(id=50), False, id="my own note"),
        pytest.param(left(resource_id=None, contact_id=300), True, id="the customer"),
        pytest.param(left(note_type=13), False, id="a rule"),
    ],
)
def test_who_has_acted_since(comment: Comment, counts: bool) -> None:
    found = by_others([comment], since=NOW, staff=Staff({}), me=1, own={50})
    assert bool(found) == counts


def test_without_me_everybody_counts_latest_first() -> None:
    early, late = left(resource_id=1), left(at=NOW + timedelta(hours=1))
    customers = left(resource_id=None, contact_id=300, at=NOW)
    every = [customers, early, late]
    found = by_others(every, since=NOW, staff=Staff({}), me=None, own=())
    assert found == [late, early, customers]


def test_of_what_nobody_dated_everything_counts() -> None:
    early = left(at=NOW - timedelta(days=1))
    assert by_others([early], since=None, staff=Staff({}), me=1, own=()) == [early]


def test_who_was_faster_keeps_the_ticket() -> None:
    taken = structs.replace(SENT, primary_resource_id=20)
    made = operation(fields(UNKNOWN, found=held(taken)))
    assert planned(made, taken, []) == "resource 20 was faster and had it"
    # A status that did not stick is no such thing, and neither is what changed nobody's hands.
    nobodys = structs.replace(SENT, primary_resource_id=None)
    made = operation(fields(UNKNOWN, found=held(nobodys)))
    assert isinstance(planned(made, nobodys, []), Plan)
    moved = structs.replace(taken, status_id=2)
    made = operation(status(DONE, *NEW_TO_SENT))
    made = made.with_step(0, structs.replace(made.steps[0], found=held(moved)))
    assert words(planned(made, moved, [])) == "status Sent -> New"


def test_who_had_the_ticket_before_was_not_faster() -> None:
    veras = structs.replace(TICKET, primary_resource_id=12)
    target: dict[Field, int | None] = {Field.PRIMARY_RESOURCE: 1, Field.STATUS: 2}
    changes = tuple(differences(held(veras), target, NAMES))
    half = structs.replace(veras, status_id=2)
    made = operation(fields(UNKNOWN, changes=changes, found=held(half)))
    assert words(planned(made, half, [])) == "status Sent -> New"


def test_taking_off_alone_is_undone_only_while_the_ticket_is_as_it_was_to_be() -> None:
    made = operation(off(DONE), fields(changes=(), kept=held(SENT), found=held(SENT)))
    assert words(planned(made, SENT, [])).endswith("-> Vera")
    taken = structs.replace(SENT, primary_resource_id=20)
    assert "has changed since" in words(planned(made, taken, []))


class TestWhatItIsAbout:
    EARLIER = operation(fields(), n=1)
    LATEST = operation(fields(), n=2)

    @staticmethod
    def undo(state: State) -> Operation:
        return operation(fields(state), n=3, kind=Kind.UNDO, undoes=2)

    def test_the_latest_that_may_have_changed_something(self) -> None:
        assert undoable([self.LATEST, self.EARLIER]) == self.LATEST
        for state in (SENDING, UNKNOWN):
            unsure = operation(fields(state), n=2)
            assert undoable([unsure, self.EARLIER]) == unsure

    def test_nothing(self) -> None:
        assert undoable([]) is None
        assert undoable(iter([operation(note(DONE))])) is None

    def test_what_has_changed_nothing_is_passed_over(self) -> None:
        for nothing in (
            operation(fields(FAILED), n=2),
            operation(note(DONE), n=2, kind=Kind.NOTE),
            operation(mail(DONE), status(LEFT), n=2, kind=Kind.LINK),
        ):
            assert undoable([nothing, self.EARLIER]) == self.EARLIER

    def test_one_that_is_done_ends_the_search(self) -> None:
        assert undoable([self.undo(DONE), self.LATEST, self.EARLIER]) is None

    def test_one_that_was_not_finished_is_taken_up_again(self) -> None:
        between = operation(fields(), n=9)
        for state in (SENDING, UNKNOWN):
            every = [self.undo(state), between, self.LATEST, self.EARLIER]
            assert undoable(every) == self.LATEST
        assert undoable([self.undo(UNKNOWN), self.EARLIER]) is None

    def test_one_that_failed_is_passed_over(self) -> None:
        assert undoable([self.undo(FAILED), self.LATEST]) == self.LATEST


@pytest.mark.parametrize(
    ("operations", "found"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([operation(fields(FAILED))], 3, id="refused"),
        pytest.param([operation(fields(WAITING))], None, id="never begun"),
        pytest.param([operation(note(FAILED), kind=Kind.NOTE, n=4)], None, id="a note"),
        pytest.param(
            [operation(note(FAILED), kind=Kind.NOTE, n=5), operation(fields(FAILED), n=4)],
            4,
            id="below a note",
        ),
        pytest.param(
            [operation(fields(FAILED), n=5), operation(fields(FAILED), n=4)], 5, id="the latest"
        ),
    ],
)
def test_what_was_tried_last(operations: list[Operation], found: int | None) -> None:
    last = tried(operations)
    assert (last and last.n) == found


ROLE, OTHER_ROLE, OTTO = 3, 4, 20
TENANT = Tenant(
    {
        field: Picklist(field, tuple(Choice(id=id, label=f"{field} {id}") for id in (1, 2, 3)))
        for field in ("status", "queueID", "priority", "ticketCategory")
    },
    {
        12: Person(id=12, first="Vera", license_type=1),
        OTTO: Person(id=OTTO, first="Otto", license_type=1),
    },
    {id: DeskRole(id=id, name=f"role {id}") for id in (ROLE, OTHER_ROLE)},
    tuple(
        HeldRole(id=person, resource_id=person, role_id=ROLE, active=True, default=True)
        for person in (12, OTTO)
    ),
)
OTTOS = structs.replace(TICKET, primary_resource_id=OTTO, role_id=ROLE)
RETIRED = Choice(id=1, label="Waiting", active=False)


def sent_from(before: Ticket) -> Operation:
    return operation(fields(changes=tuple(differences(held(before), held(SENT), NAMES))))


def without(field: str) -> Tenant:
    """Retire the first choice of *field*."""
    rest = TENANT.picklists[field].choices[1:]
    lists = {**TENANT.picklists, field: Picklist(field, (RETIRED, *rest))}
    return structs.replace(TENANT, picklists=lists)


def test_a_missing_role_becomes_the_default_one() -> None:
    made = sent_from(structs.replace(OTTOS, role_id=None))
    found = former(made, SENT, TENANT)
    assert found.values[Field.ROLE] == ROLE
    assert found.said == ["Otto had no role on it, which Autotask doesn't allow: now role 3"]


@pytest.mark.parametrize("before", [OTTOS, structs.replace(OTTOS, queue_id=None)])
def test_what_can_be_written_goes_back_as_it_was(before: Ticket) -> None:
    found = former(sent_from(before), SENT, TENANT)
    assert {**held(SENT), **found.values} == held(before)
    assert not found.said


def test_nobodys_ticket_keeps_its_queue() -> None:
    found = former(sent_from(structs.replace(TICKET, queue_id=None)), SENT, TENANT)
    assert found.values[Field.QUEUE] == SENT.queue_id
    assert "it stays in queueID 1" in found.said[0]


@pytest.mark.parametrize(
    ("before", "tenant", "said"),
    [
        (TICKET, without("status"), "status cannot go back to Waiting, which is retired"),
        (
            structs.replace(TICKET, status_id=9),
            TENANT,
            "status cannot go back to status 9, which is retired",
        ),
        (
            structs.replace(TICKET, queue_id=9, priority_id=8),
            TENANT,
            "queue cannot go back to queue 9, which is retired; "
            "priority cannot go back to priority 8, which is retired",
        ),
        (
            OTTOS,
            structs.replace(
                TENANT, people={OTTO: structs.replace(TENANT.people[OTTO], active=False)}
            ),
            "primary resource cannot go back to Otto, who is inactive",
        ),
        (
            structs.replace(OTTOS, primary_resource_id=99),
            TENANT,
            "primary resource cannot go back to resource 99, who is inactive",
        ),
        (
            structs.replace(OTTOS, role_id=OTHER_ROLE),
            TENANT,
            "role cannot go back to role 4, which Otto no longer has",
        ),
    ],
)
def test_what_cannot_go_back_is_named(before: Ticket, tenant: Tenant, said: str) -> None:
    made = sent_from(before)
    with pytest.raises(LabelProblem) as problem:
        former(made, SENT, tenant)
    assert problem.value.message == said
    # What is there already is not written.
    assert former(made, before, tenant).said == []


def test_who_gets_it_back_is_no_secondary_any_more() -> None:
    made, row = sent_from(OTTOS), Secondary(id=6, ticket_id=7, resource_id=OTTO, role_id=ROLE)
    plan = plan_undo(made, SENT, [VERA, row], NAMES, former(made, SENT, TENANT))
    assert isinstance(plan, Plan)
    assert [each.row_id for each in plan.removals] == [6]


def test_who_has_left_is_not_put_back() -> None:
    made = operation(off(DONE), off(DONE, OTTO_OFF), fields())
    people = {**TENANT.people, OTTO: structs.replace(TENANT.people[OTTO], active=False)}
    found = former(made, SENT, structs.replace(TENANT, people=people))
    assert found.said == ["Otto is inactive, so not put back"]
    plan = plan_undo(made, SENT, [], NAMES, found)
    assert isinstance(plan, Plan)
    assert plan.additions == [VERA_ON]
