"""Undo's policy, claims, and how journal entries stand today."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs
from test_changes import NAMES, TICKET, VERA

from mcdesk.core.changes import Field, Plan, differences, held, in_words
from mcdesk.core.claim import overtaken_by, plan_claim
from mcdesk.core.journal import Deed, Entry, Place, Standing, State, Swap, check
from mcdesk.core.staleness import Staff
from mcdesk.core.tickets import Note, Ticket
from mcdesk.core.undo import by_others, plan_undo

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
SENT = structs.replace(TICKET, primary_resource_id=12, role_id=3, status_id=2)
CHANGES = differences(
    held(TICKET), {Field.PRIMARY_RESOURCE: 12, Field.ROLE: 3, Field.STATUS: 2}, NAMES
)
ENTRY = Entry(
    n=1,
    at=NOW,
    since=NOW,
    who="me",
    deed=Deed.SEND,
    template="return-to-mc",
    ticket_id=7,
    number="T20261123.0007",
    title="t",
    company="c",
    changes=CHANGES,
    accepted=frozenset({4}),
    state=State.DONE,
    found=held(SENT),
)
VERA_OFF = Swap(VERA, off=True, place=Place.DONE)


def words(plan: Plan | str) -> str:
    return plan if isinstance(plan, str) else in_words(plan.all_changes)


RESTORED = "primary resource Vera -> nobody, role role 3 -> none, status Sent -> New"


@pytest.mark.parametrize(
    ("entry", "ticket", "said"),
    [
        pytest.param(ENTRY, SENT, RESTORED, id="as it was left"),
        pytest.param(ENTRY, TICKET, "", id="as it was before"),
        pytest.param(
            ENTRY, structs.replace(TICKET, priority_id=9), "", id="as before, another field aside"
        ),
        pytest.param(
            ENTRY,
            structs.replace(SENT, status_id=9),
            "it has changed since: status Sent -> status 9",
            id="changed since",
        ),
        pytest.param(
            ENTRY,
            structs.replace(SENT, priority_id=9),
            "it has changed since: priority priority 2 -> priority 9",
            id="a field changed that we left alone",
        ),
        pytest.param(
            replace(ENTRY, found=held(structs.replace(SENT, status_id=9))),
            structs.replace(SENT, status_id=9),
            RESTORED.replace("Sent", "status 9"),
            id="as a rule left it",
        ),
        pytest.param(replace(ENTRY, found=None), SENT, RESTORED, id="never read back, landed"),
        pytest.param(replace(ENTRY, found=held(TICKET)), SENT, RESTORED, id="landed late"),
        pytest.param(
            replace(ENTRY, found=None),
            structs.replace(SENT, priority_id=9),
            RESTORED,
            id="never read back, another field aside",
        ),
    ],
)
def test_what_an_undo_does(entry: Entry, ticket: Ticket, said: str) -> None:
    assert words(plan_undo(entry, ticket, [], NAMES)) == said


@pytest.mark.parametrize(
    ("swap", "state", "there", "back"),
    [
        pytest.param(VERA_OFF, State.DONE, False, True, id="taken off"),
        pytest.param(VERA_OFF, State.DONE, True, False, id="there again"),
        pytest.param(Swap(VERA, off=True), State.BEGUN, False, True, id="died before saying so"),
        pytest.param(Swap(VERA, off=True), State.BEGUN, True, False, id="died before doing so"),
        pytest.param(
            Swap(VERA, off=True, place=Place.PUT_BACK), State.NOT_DONE, False, False, id="put back"
        ),
        pytest.param(
            Swap(VERA, off=False, place=Place.DONE), State.DONE, False, False, id="was put on"
        ),
    ],
)
def test_who_comes_back(swap: Swap, state: State, there: bool, back: bool) -> None:
    entry = replace(ENTRY, swaps=[swap], state=state)
    for ticket in (SENT, TICKET):
        plan = plan_undo(entry, ticket, [VERA] if there else [], NAMES)
        assert isinstance(plan, Plan)
        assert (list(plan.additions) == [VERA]) == back


def action(**fields: Any) -> Note:
    values = {
        "ticket_id": 7,
        "resource_id": 20,
        "at": NOW + timedelta(minutes=1),
        "id": 91,
    }
    return Note(**{**values, **fields})


@pytest.mark.parametrize(
    ("left", "counts"),
    [
        pytest.param({}, True, id="somebody"),
        pytest.param({"at": NOW}, True, id="in the same second"),
        pytest.param({"at": NOW - timedelta(seconds=1)}, False, id="before"),
        pytest.param({"resource_id": 1}, False, id="me"),
        pytest.param({"id": 50}, False, id="my own note"),
        pytest.param({"resource_id": None, "contact_id": 300}, True, id="the customer"),
        pytest.param({"note_type": 13}, False, id="a rule"),
    ],
)
def test_who_has_acted_since(left: dict[str, Any], counts: bool) -> None:
    found = by_others([action(**left)], since=NOW, staff=Staff({}), me=1, own={50})
    assert bool(found) == counts


def test_without_me_everybody_counts_latest_first() -> None:
    early, late = action(resource_id=1), action(at=NOW + timedelta(hours=1))
    found = by_others([early, late], since=NOW, staff=Staff({}), me=None, own=())
    assert found == [late, early]


@pytest.mark.parametrize(
    ("ticket", "standing"),
    [
        (SENT, Standing.HOLDS),
        (structs.replace(SENT, priority_id=9), Standing.HOLDS),
        (structs.replace(SENT, status_id=4), Standing.MOVED_ON),
        (structs.replace(SENT, status_id=9), Standing.CHANGED),
        (structs.replace(SENT, status_id=4, primary_resource_id=1), Standing.CHANGED),
        (TICKET, Standing.AS_BEFORE),
        (None, Standing.GONE),
    ],
)
def test_how_an_entry_stands(ticket: Ticket | None, standing: Standing) -> None:
    assert check(ENTRY, ticket, NAMES).standing is standing


OFF_ONLY = replace(ENTRY, changes=[], found=held(SENT), swaps=[VERA_OFF])
BOTH = replace(ENTRY, swaps=[VERA_OFF])
ON = replace(ENTRY, swaps=[Swap(VERA, off=False, place=Place.DONE)])


@pytest.mark.parametrize(
    ("entry", "ticket", "there", "standing"),
    [
        pytest.param(BOTH, SENT, False, Standing.HOLDS, id="off, as set"),
        pytest.param(BOTH, SENT, True, Standing.CHANGED, id="off, but there again"),
        pytest.param(BOTH, TICKET, True, Standing.AS_BEFORE, id="all as before"),
        pytest.param(BOTH, TICKET, False, Standing.CHANGED, id="fields as before, one is off"),
        pytest.param(OFF_ONLY, SENT, True, Standing.AS_BEFORE, id="only taken off, not done"),
        pytest.param(OFF_ONLY, SENT, False, Standing.HOLDS, id="only taken off, done"),
        pytest.param(ON, SENT, True, Standing.HOLDS, id="put on"),
        pytest.param(ON, SENT, False, Standing.CHANGED, id="put on, not there"),
    ],
)
def test_secondary_resources_count(
    entry: Entry, ticket: Ticket, there: bool, standing: Standing
) -> None:
    found = check(entry, ticket, NAMES, [VERA] if there else [])
    assert found.standing is standing
    assert found.present == (["Vera"] if there else [])
    assert found.absent == ([] if there else ["Vera"])


KEPT = replace(ENTRY, kept={Field.QUEUE: 1})


@pytest.mark.parametrize(
    ("ticket", "standing"),
    [
        pytest.param(SENT, Standing.HOLDS, id="all right"),
        pytest.param(
            structs.replace(SENT, queue_id=9), Standing.CHANGED, id="what was right is not"
        ),
        pytest.param(structs.replace(SENT, status_id=4), Standing.MOVED_ON, id="moved on"),
        pytest.param(
            structs.replace(SENT, status_id=4, queue_id=9),
            Standing.CHANGED,
            id="moved on, and elsewhere",
        ),
        pytest.param(TICKET, Standing.AS_BEFORE, id="as before"),
        pytest.param(
            structs.replace(TICKET, queue_id=9), Standing.AS_BEFORE, id="as before, elsewhere"
        ),
    ],
)
def test_what_was_right_already_counts(ticket: Ticket, standing: Standing) -> None:
    found = check(KEPT, ticket, NAMES)
    assert found.standing is standing
    if ticket.queue_id == 9:
        assert "queue queue 1 -> queue 9" in in_words(found.differences)


def test_a_status_that_was_there_before_has_not_moved_on() -> None:
    entry = replace(ENTRY, accepted=frozenset({1}))
    assert check(entry, structs.replace(SENT, status_id=1), NAMES).standing is Standing.CHANGED


def test_who_was_faster_keeps_the_ticket() -> None:
    taken = structs.replace(SENT, primary_resource_id=20)
    entry = replace(ENTRY, found=held(taken), state=State.UNVERIFIED)
    said = plan_undo(entry, taken, [], NAMES)
    assert said == "resource 20 was faster and had it then"
    # A status that did not stick is no such thing, and neither is what changed nobody's hands.
    entry = replace(ENTRY, found=held(structs.replace(SENT, primary_resource_id=None)))
    assert isinstance(
        plan_undo(entry, structs.replace(SENT, primary_resource_id=None), [], NAMES), Plan
    )


def test_taking_off_alone_is_undone_only_where_the_ticket_is_as_it_was() -> None:
    assert words(plan_undo(OFF_ONLY, SENT, [], NAMES)).endswith("-> Vera")
    moved = structs.replace(SENT, primary_resource_id=20)
    assert "has changed since" in words(plan_undo(OFF_ONLY, moved, [], NAMES))


def test_entries_that_left_the_ticket_as_it_was() -> None:
    assert ENTRY.changed_anything
    assert replace(ENTRY, state=State.BEGUN).changed_anything
    assert not replace(ENTRY, state=State.NOT_DONE).changed_anything
    assert [deed.done for deed in Deed] == ["sent", "claimed", "undone", "status set"]


def test_claiming() -> None:
    target = {Field.PRIMARY_RESOURCE: 1, Field.ROLE: 3}
    plan = plan_claim(TICKET, target, NAMES)
    assert plan.wanted == target
    assert plan_claim(structs.replace(TICKET, role_id=3), target, NAMES).kept == {Field.ROLE: 3}
    assert plan_claim(structs.replace(TICKET, primary_resource_id=1), target, NAMES).empty
    assert overtaken_by(plan, structs.replace(TICKET, primary_resource_id=1)) is None
    assert overtaken_by(plan, SENT) == 12
    # Still whose it was before: nobody was faster, it did not stick.
    assert overtaken_by(plan, TICKET) is None
    from_vera = plan_claim(SENT, target, NAMES)
    assert overtaken_by(from_vera, SENT) is None
