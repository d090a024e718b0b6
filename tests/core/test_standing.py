"""How operations and their tickets compare today."""

import pytest
from msgspec import structs
from test_changes import NAMES, TICKET, VERA
from test_operations import CHANGES, OTTO_OFF, SENT, back, fields, note, off, on, operation

from mcdesk.core.changes import Field, in_words
from mcdesk.core.operations import Operation
from mcdesk.core.standing import Standing, compare
from mcdesk.core.steps import State
from mcdesk.core.tickets import Secondary, Ticket

DONE, FAILED = State.DONE, State.FAILED
OPERATION = operation(fields())
BOTH = operation(off(DONE), fields())
OFF_ONLY = operation(off(DONE), fields(changes=()))
ON = operation(fields(), on(DONE))
PUT_BACK = operation(off(DONE), fields(FAILED), back(DONE))
KEPT = operation(fields(kept={Field.QUEUE: 1}))
KEPT_OFF = operation(off(DONE), fields(changes=(), kept={Field.QUEUE: 1}))


@pytest.mark.parametrize(
    ("ticket", "standing"),
    [
        pytest.param(SENT, Standing.HOLDS, id="as set"),
        pytest.param(structs.replace(SENT, priority_id=9), Standing.HOLDS, id="another field"),
        pytest.param(structs.replace(SENT, status_id=4), Standing.MOVED_ON, id="as accepted"),
        pytest.param(structs.replace(SENT, status_id=9), Standing.CHANGED, id="not as accepted"),
        pytest.param(
            structs.replace(SENT, status_id=4, primary_resource_id=1),
            Standing.CHANGED,
            id="as accepted, and taken",
        ),
        pytest.param(TICKET, Standing.AS_BEFORE, id="as before"),
        pytest.param(
            structs.replace(TICKET, role_id=3), Standing.CHANGED, id="as before, but for one"
        ),
        pytest.param(None, Standing.GONE, id="gone"),
    ],
)
def test_how_it_stands(ticket: Ticket | None, standing: Standing) -> None:
    assert compare(OPERATION, ticket, NAMES).standing is standing


def test_what_is_good() -> None:
    good = [standing for standing in Standing if standing.good]
    assert good == [Standing.HOLDS, Standing.MOVED_ON]


@pytest.mark.parametrize(
    ("made", "ticket", "there", "standing"),
    [
        pytest.param(BOTH, SENT, False, Standing.HOLDS, id="off, as set"),
        pytest.param(BOTH, SENT, True, Standing.CHANGED, id="off, but there again"),
        pytest.param(BOTH, TICKET, True, Standing.AS_BEFORE, id="all as before"),
        pytest.param(BOTH, TICKET, False, Standing.CHANGED, id="fields as before, one is off"),
        pytest.param(
            BOTH,
            structs.replace(SENT, status_id=4),
            False,
            Standing.MOVED_ON,
            id="off, moved on as accepted",
        ),
        pytest.param(
            BOTH,
            structs.replace(SENT, status_id=4),
            True,
            Standing.CHANGED,
            id="moved on, but there again",
        ),
        pytest.param(OFF_ONLY, SENT, True, Standing.AS_BEFORE, id="only taken off, not done"),
        pytest.param(OFF_ONLY, SENT, False, Standing.HOLDS, id="only taken off, done"),
        pytest.param(KEPT_OFF, TICKET, False, Standing.HOLDS, id="only taken off, all right"),
        pytest.param(
            KEPT_OFF,
            structs.replace(TICKET, queue_id=9),
            False,
            Standing.CHANGED,
            id="only taken off, elsewhere by now",
        ),
        pytest.param(ON, SENT, True, Standing.HOLDS, id="put on"),
        pytest.param(ON, SENT, False, Standing.CHANGED, id="put on, not there"),
        pytest.param(PUT_BACK, TICKET, True, Standing.AS_BEFORE, id="put back"),
    ],
)
def test_secondary_resources_count(
    made: Operation, ticket: Ticket, there: bool, standing: Standing
) -> None:
    found = compare(made, ticket, NAMES, [VERA] if there else [])
    assert found.standing is standing
    assert found.present == (["Vera"] if there else [])
    assert found.absent == ([] if there else ["Vera"])


def test_one_of_two_taken_off_is_neither_as_before_nor_as_wanted() -> None:
    made = operation(off(DONE), off(DONE, OTTO_OFF), fields())
    otto = Secondary(id=6, ticket_id=7, resource_id=20, role_id=3)
    for ticket in (TICKET, SENT):
        assert compare(made, ticket, NAMES, [VERA]).standing is Standing.CHANGED
    assert compare(made, TICKET, NAMES, [VERA, otto]).standing is Standing.AS_BEFORE


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
    found = compare(KEPT, ticket, NAMES)
    assert found.standing is standing
    if ticket.queue_id == 9:
        assert "queue queue 1 -> queue 9" in in_words(found.differences)


def test_only_what_was_set_is_compared() -> None:
    ticket = structs.replace(SENT, status_id=9, priority_id=9, queue_id=9)
    assert in_words(compare(OPERATION, ticket, NAMES).differences) == "status Sent -> status 9"


def test_a_status_that_was_there_before_has_not_moved_on() -> None:
    made = operation(fields(accepted=frozenset({1})))
    ticket = structs.replace(SENT, status_id=1)
    assert compare(made, ticket, NAMES).standing is Standing.CHANGED


def test_a_status_alone_that_was_there_before_is_as_before() -> None:
    made = operation(fields(changes=CHANGES[2:], accepted=frozenset({1})))
    assert compare(made, TICKET, NAMES).standing is Standing.AS_BEFORE


def test_a_note_alone_has_nothing_to_compare() -> None:
    found = compare(operation(note(DONE)), TICKET, NAMES, [VERA])
    assert (found.standing, found.differences) == (Standing.HOLDS, [])
    assert (found.present, found.absent) == ([], [])
