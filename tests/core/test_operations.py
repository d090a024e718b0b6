"""Operations: every move of a step and no other, how far they have come, and their stored form."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec import structs
from test_changes import NAMES, TICKET, VERA_OFF, VERA_ON

from mcdesk.core.changes import Change, Field, Plan, SecondaryChange, Value, differences, held
from mcdesk.core.emails import Email
from mcdesk.core.operations import INTERRUPTED, Kind, Operation, Origin, Progress
from mcdesk.core.steps import (
    MOVES,
    AnyStep,
    FieldsStep,
    MailStep,
    NoteStep,
    SecondaryStep,
    State,
    StatusStep,
    may_land_until,
    moved,
    replaced,
    steps_of,
)

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
WAITING, SENDING, DONE, UNKNOWN, FAILED, LEFT = State
TABLE = {
    "waiting": {"waiting", "sending", "failed", "left"},
    "sending": {"waiting", "done", "unknown", "failed", "left"},
    "unknown": {"unknown", "sending", "done", "failed", "left"},
    "failed": {"failed", "sending", "done", "left"},
    "done": set(),
    "left": set(),
}
EMAIL = Email("me@example.com", "to@example.com", "", "s", "t", "T1", "<1@example.com>")
SENT = structs.replace(TICKET, primary_resource_id=12, role_id=3, status_id=2)
CHANGES = tuple(
    differences(held(TICKET), {Field.PRIMARY_RESOURCE: 12, Field.ROLE: 3, Field.STATUS: 2}, NAMES)
)
NEW_TO_SENT = (Change(Field.STATUS, Value(1, "New"), Value(2, "Sent")),)
OTTO_OFF = SecondaryChange(20, 3, "Otto", on=False, row_id=6)
OTTO_ON = structs.replace(OTTO_OFF, on=True, row_id=None)


def off(state: State, change: SecondaryChange = VERA_OFF) -> SecondaryStep:
    return SecondaryStep(since=NOW, state=state, change=change)


def on(state: State, change: SecondaryChange = VERA_ON) -> SecondaryStep:
    return SecondaryStep(since=NOW, state=state, change=change)


def back(state: State, change: SecondaryChange = VERA_ON) -> SecondaryStep:
    return SecondaryStep(since=NOW, state=state, change=change, restores=True)


def fields(state: State = DONE, **more: Any) -> FieldsStep:
    values = {"since": NOW, "state": state, "changes": CHANGES, "accepted": frozenset({4})}
    return FieldsStep(**{**values, **more})


def note(state: State) -> NoteStep:
    return NoteStep(since=NOW, state=state)


def mail(state: State) -> MailStep:
    return MailStep(since=NOW, state=state, message_id="<1@example.com>", email=EMAIL)


def status(state: State, *changes: Change) -> StatusStep:
    return StatusStep(since=NOW, state=state, label="Sent", had=1, changes=changes)


def operation(*steps: AnyStep, **more: Any) -> Operation:
    values = {"kind": Kind.SEND, "at": NOW, "since": NOW, "n": 3, "reference": "7", "ticket_id": 7}
    return Operation(steps=steps, **{**values, **more})


def states(of: Operation) -> list[State]:
    return [step.state for step in of.steps]


@pytest.mark.parametrize("after", State)
@pytest.mark.parametrize("before", State)
def test_every_move_and_no_other(before: State, after: State) -> None:
    step = NoteStep(since=NOW, state=before, reason="former", row=5)
    if after.value not in TABLE[before.value]:
        with pytest.raises(ValueError, match=f"that is {before} cannot become {after}"):
            moved(step, after, LATER)
        return
    found = moved(step, after, LATER, "because")
    assert (found.state, found.reason, found.row) == (after, "because", 5)
    assert found.since == (NOW if after is before else LATER)
    assert moved(step, after, LATER).reason == ""


def test_nothing_leads_out_of_what_is_final_and_nothing_skips_sending() -> None:
    assert MOVES.keys() == set(State)
    assert not MOVES[DONE] | MOVES[LEFT]
    assert [state for state in State if off(state).final] == [DONE, LEFT]
    # Done comes from being sent, or from being found later.
    assert {state for state in State if DONE in MOVES[state]} == {SENDING, UNKNOWN, FAILED}
    assert {state for state in State if UNKNOWN in MOVES[state]} == {SENDING, UNKNOWN}


def test_only_what_was_being_sent_or_is_unknown_is_in_doubt() -> None:
    assert [state for state in State if note(state).in_doubt] == [SENDING, UNKNOWN]


def test_where_the_first_step_of_a_kind_is() -> None:
    two = operation(note(WAITING), mail(WAITING))
    assert [two.place_of(kind) for kind in (NoteStep, MailStep, FieldsStep)] == [0, 1, None]
    assert two.place_of(None) is None


@pytest.mark.parametrize(
    ("found", "place", "done"),
    [
        pytest.param([DONE, WAITING], 1, False, id="one after the other"),
        pytest.param([LEFT, WAITING], 1, False, id="left is no hindrance"),
        pytest.param([UNKNOWN, WAITING], 0, False, id="nobody knows"),
        pytest.param([FAILED, WAITING], 0, False, id="refused"),
        pytest.param([SENDING, WAITING], 0, False, id="being sent"),
        pytest.param([WAITING, WAITING], 0, False, id="new"),
        pytest.param([DONE, FAILED], 1, False, id="the last one refused"),
        pytest.param([DONE, DONE], None, True, id="all done"),
        pytest.param([DONE, LEFT], None, True, id="done, and left"),
    ],
)
def test_a_later_step_starts_only_after_the_earlier_one(
    found: list[State], place: int | None, done: bool
) -> None:
    two = operation(note(found[0]), mail(found[1]))
    assert two.next_index == place
    assert two.stopped == (None if place is None else two.steps[place])
    assert two.done == done
    assert two.waits == (not done)


def test_what_was_being_sent_while_nobody_holds_the_lock_is_unknown() -> None:
    died = operation(fields(), note(SENDING), mail(WAITING)).as_read(LATER)
    assert states(died) == [DONE, UNKNOWN, WAITING]
    assert (died.steps[1].reason, died.steps[1].since) == (INTERRUPTED, LATER)
    assert died.as_read(LATER + timedelta(minutes=1)) == died


@pytest.mark.parametrize("state", State)
def test_giving_up_leaves_what_would_still_be_sent(state: State) -> None:
    reasoned = replaced(note(state), reason="no network")
    given_up = operation(off(state), fields(state), reasoned, mail(state), on(state)).given_up(
        LATER
    )
    left = state if state in (DONE, LEFT) else LEFT
    assert states(given_up) == [state, state, left, left, state]
    assert given_up.steps[2].reason == "no network"
    assert given_up.steps[2].since == (NOW if left is state else LATER)
    assert not given_up.waits


@pytest.mark.parametrize(
    ("state", "still"),
    [(WAITING, False), (FAILED, False), (SENDING, True), (UNKNOWN, True), (DONE, True)],
)
def test_a_status_that_was_surely_not_set_is_no_change_once_given_up(
    state: State, still: bool
) -> None:
    given_up = operation(mail(DONE), status(state, *NEW_TO_SENT)).given_up(LATER)
    assert given_up.changes_ticket == still
    assert given_up.may_have_changed == still
    assert given_up.done


def test_what_waits_is_a_note_a_mail_or_a_status() -> None:
    assert not operation(off(WAITING), fields(UNKNOWN), on(FAILED)).waits
    for step in (note(WAITING), mail(UNKNOWN), status(FAILED)):
        assert operation(fields(), step).waits
        assert operation(fields(), step).deliveries == [step]
    assert not operation(note(DONE), mail(LEFT)).waits


def test_steps_by_kind() -> None:
    every = operation(off(DONE), fields(), back(DONE), note(DONE), mail(FAILED), on(WAITING))
    assert every.step(StatusStep) is None
    assert every.step(FieldsStep) == every.fields == every.steps[1]
    assert (every.note, every.mail) == (every.steps[3], every.steps[4])
    assert every.secondaries == [every.steps[0], every.steps[5]]
    assert every.restoring == [every.steps[2]]
    none = operation(fields())
    assert (none.note, none.mail, none.secondaries, none.restoring) == (None, None, [], [])


def test_one_step_takes_the_place_of_another() -> None:
    two = operation(note(DONE), mail(WAITING), status(WAITING))
    changed = two.with_step(1, mail(FAILED))
    assert states(changed) == [DONE, FAILED, WAITING]
    assert states(two) == [DONE, WAITING, WAITING]


@pytest.mark.parametrize(
    ("steps", "known"),
    [
        pytest.param([fields()], True, id="fields"),
        pytest.param([fields(changes=(), kept={Field.QUEUE: 1})], True, id="only to be held"),
        pytest.param([fields(changes=())], False, id="only read back"),
        pytest.param([status(WAITING)], False, id="a status nobody has resolved yet"),
        pytest.param([status(WAITING, *NEW_TO_SENT)], True, id="a status"),
        pytest.param([note(DONE)], False, id="a note"),
    ],
)
def test_the_step_that_sets_fields(steps: list[AnyStep], known: bool) -> None:
    assert (operation(*steps).fields is not None) == known
    assert operation(*steps).changes_ticket == known
    assert operation(*steps, off(WAITING)).changes_ticket
    assert operation(*steps, back(WAITING)).changes_ticket == known


def test_what_is_set_what_was_and_what_is_to_hold() -> None:
    step = fields(kept={Field.QUEUE: 1})
    assert step.before == {Field.PRIMARY_RESOURCE: None, Field.ROLE: None, Field.STATUS: 1}
    assert step.wanted == {Field.PRIMARY_RESOURCE: 12, Field.ROLE: 3, Field.STATUS: 2}
    assert step.expected == {**step.wanted, Field.QUEUE: 1}


PUT_BACK = [off(DONE), fields(FAILED)]
TWO_OFF = [off(DONE), off(DONE, OTTO_OFF), fields(FAILED)]


@pytest.mark.parametrize(
    ("steps", "progress"),
    [
        pytest.param([note(WAITING)], "done", id="nothing to do with the ticket"),
        pytest.param([off(WAITING), fields(WAITING)], "begun", id="new"),
        pytest.param([off(SENDING), fields(WAITING)], "begun", id="taking off"),
        pytest.param([off(DONE), fields(WAITING)], "begun", id="taken off"),
        pytest.param([fields(SENDING)], "begun", id="being set"),
        pytest.param([fields(SENDING), note(WAITING)], "begun", id="being set, a note behind"),
        pytest.param([fields()], "done", id="set"),
        pytest.param([off(DONE), fields()], "done", id="taken off, set"),
        pytest.param([off(DONE), fields(changes=())], "done", id="only taken off"),
        pytest.param([fields(), note(WAITING)], "done", id="set, the note waits"),
        pytest.param([fields(), note(SENDING)], "done", id="set, the note on its way"),
        pytest.param([fields(), mail(UNKNOWN)], "done", id="set, nobody knows of the mail"),
        pytest.param([fields(), on(WAITING)], "begun", id="set, nobody put on yet"),
        pytest.param([fields(), on(SENDING)], "begun", id="set, putting on"),
        pytest.param([fields(), on(DONE)], "done", id="set, put on"),
        pytest.param([fields(), on(UNKNOWN)], "unverified", id="set, nobody knows who is on it"),
        pytest.param([fields(), on(FAILED)], "unverified", id="set, not put on"),
        pytest.param([fields(), on(LEFT)], "unverified", id="set, putting on was left"),
        pytest.param(
            [fields(), on(FAILED), on(SENDING, OTTO_ON)], "begun", id="the next is put on"
        ),
        pytest.param([fields(UNKNOWN)], "unverified", id="nobody knows"),
        pytest.param([off(DONE), fields(UNKNOWN)], "unverified", id="taken off, nobody knows"),
        pytest.param([fields(UNKNOWN), note(WAITING)], "unverified", id="nobody knows, a note"),
        pytest.param([fields(LEFT)], "unverified", id="left"),
        pytest.param([fields(LEFT), note(DONE)], "unverified", id="left, the note went anyway"),
        pytest.param([fields(LEFT), note(SENDING)], "unverified", id="left, the note on its way"),
        pytest.param([off(UNKNOWN), fields(WAITING)], "unverified", id="perhaps taken off"),
        pytest.param([off(LEFT), fields(LEFT)], "unverified", id="both left"),
        pytest.param([fields(FAILED)], "not done", id="refused"),
        pytest.param([fields(FAILED), note(WAITING)], "not done", id="refused, a note behind"),
        pytest.param([fields(FAILED), note(SENDING)], "not done", id="refused, the note was sent"),
        pytest.param([fields(FAILED), on(WAITING)], "not done", id="refused, nobody put on"),
        pytest.param([off(FAILED), fields(WAITING)], "not done", id="not even taken off"),
        pytest.param(PUT_BACK, "begun", id="refused, to be put back"),
        pytest.param([*PUT_BACK, back(WAITING)], "begun", id="about to be put back"),
        pytest.param([*PUT_BACK, back(SENDING)], "begun", id="putting back"),
        pytest.param([*PUT_BACK, back(DONE)], "not done", id="put back"),
        pytest.param([*PUT_BACK, back(UNKNOWN)], "unverified", id="perhaps put back"),
        pytest.param([*PUT_BACK, back(FAILED)], "unverified", id="not put back"),
        pytest.param([*PUT_BACK, back(LEFT)], "unverified", id="putting back was left"),
        pytest.param(
            [*PUT_BACK, back(DONE, OTTO_ON)], "begun", id="only somebody else was put back"
        ),
        pytest.param([*PUT_BACK, back(DONE), note(SENDING)], "not done", id="put back, a note"),
        pytest.param(
            [off(DONE), off(FAILED, OTTO_OFF), back(DONE), fields(WAITING)],
            "not done",
            id="one refused, the other put back",
        ),
        pytest.param(
            [*TWO_OFF, back(DONE), back(FAILED, OTTO_ON)], "unverified", id="one of two put back"
        ),
        pytest.param(
            [*TWO_OFF, back(FAILED), back(SENDING, OTTO_ON)], "begun", id="the next is put back"
        ),
        pytest.param([*TWO_OFF, back(DONE), back(DONE, OTTO_ON)], "not done", id="both put back"),
        pytest.param([mail(DONE), status(WAITING)], "done", id="a status nobody looked at"),
        pytest.param([mail(DONE), status(LEFT)], "done", id="a status somebody else has set"),
        pytest.param([status(SENDING, *NEW_TO_SENT)], "begun", id="setting a status"),
        pytest.param([status(DONE, *NEW_TO_SENT)], "done", id="a status set"),
        pytest.param([status(UNKNOWN, *NEW_TO_SENT)], "unverified", id="a status, perhaps"),
        pytest.param([status(FAILED, *NEW_TO_SENT)], "not done", id="a status refused"),
    ],
)
def test_progress(steps: list[AnyStep], progress: str) -> None:
    found = operation(*steps)
    assert found.progress.value == progress
    changed = found.progress is not Progress.NOT_DONE
    assert found.may_have_changed == (changed and found.changes_ticket)


def test_a_note_alone_has_changed_nothing() -> None:
    assert not operation(note(DONE), mail(DONE)).may_have_changed


def test_who_was_put_back() -> None:
    taken = off(DONE)
    assert operation(taken, fields(FAILED), back(DONE)).restored(taken)
    for other in (back(FAILED), back(DONE, OTTO_ON), on(DONE)):
        assert not operation(taken, fields(FAILED), other).restored(taken)


def test_a_lost_request_may_land_for_five_minutes() -> None:
    step = NoteStep(since=LATER, state=UNKNOWN, attempted=NOW)
    until = NOW + timedelta(minutes=5)
    assert may_land_until(step, NOW) == until
    assert may_land_until(step, until - timedelta(seconds=1)) == until
    assert may_land_until(step, until) is None
    # One that 0.1 did not date counts from when it stopped.
    assert may_land_until(note(UNKNOWN), until) is None
    assert may_land_until(note(UNKNOWN), LATER) == until


def test_texts_are_erased_and_all_else_is_kept() -> None:
    full = operation(fields(), note(DONE), mail(DONE), text="hello", note_title="a", title="b")
    erased = full.without_texts()
    assert (erased.text, erased.note_title, erased.mail) == (
        "",
        "",
        replaced(mail(DONE), email=None),
    )
    assert replaced(erased, text="hello", note_title="a", steps=full.steps) == full


def test_why_it_could_not_start_is_kept_beside_what_waits() -> None:
    waiting = operation(note(WAITING), mail(WAITING))
    held = waiting.with_step(0, moved(note(WAITING), WAITING, LATER, "no network"))
    assert (held.steps[0].reason, held.steps[0].since) == ("no network", NOW)
    assert held.untouched


def test_untouched_is_what_nobody_began_to_send() -> None:
    assert operation(off(WAITING), fields(WAITING), note(WAITING)).untouched
    for state in State:
        assert operation(note(state), mail(WAITING)).untouched == (state is WAITING)
    tried = replaced(moved(note(SENDING), WAITING, LATER), attempted=NOW)
    assert not operation(tried).untouched


def test_a_plan_becomes_steps_in_the_order_in_which_autotask_takes_them() -> None:
    plan = Plan(
        TICKET,
        CHANGES[:1],
        removals=[VERA_OFF],
        additions=[OTTO_ON],
        accepted=frozenset({4}),
        kept={Field.QUEUE: 1},
    )
    assert steps_of(plan, NOW) == (
        SecondaryStep(since=NOW, change=VERA_OFF),
        FieldsStep(
            since=NOW,
            changes=CHANGES[:1],
            patch={Field.PRIMARY_RESOURCE: 12, Field.ROLE: None},
            kept={Field.QUEUE: 1},
            accepted=frozenset({4}),
        ),
        SecondaryStep(since=NOW, change=OTTO_ON),
    )
    assert operation(*steps_of(plan, NOW)).untouched


def test_the_word_for_having_done_it() -> None:
    done = {kind.value: kind.done for kind in Kind}
    assert done == {
        "send-to-mc": "sent",
        "claim": "claimed",
        "undo": "undone",
        "note": "sent",
        "send-link": "status set",
    }


class TestStoredForm:
    FULL = operation(
        off(DONE),
        fields(UNKNOWN, patch={Field.STATUS: 2, Field.ROLE: None}, found=held(SENT)),
        back(FAILED),
        NoteStep(since=NOW, state=FAILED, reason="r", attempted=LATER, row=9, public=True),
        mail(SENDING),
        status(WAITING, *NEW_TO_SENT),
        on(WAITING),
        by=Origin(who="me", user_name="api@example.com", computer="desk-1"),
        number="T20261123.0007",
        title="t",
        company="c",
        template="return-to-mc",
        undoes=2,
        text="hello",
        note_title="h",
        author="Noor",
        draft="draft.txt",
        to="c@example.com",
        released=False,
    )

    def test_comes_back_as_it_was(self) -> None:
        for each in (self.FULL, self.FULL.without_texts(), operation(note(WAITING), since=None)):
            assert msgspec.json.decode(msgspec.json.encode(each), type=Operation) == each

    def test_names_the_kinds_of_steps(self) -> None:
        stored = msgspec.json.decode(msgspec.json.encode(self.FULL))
        assert [step["type"] for step in stored["steps"]] == [
            "secondary",
            "fields",
            "secondary",
            "note",
            "mail",
            "status",
            "secondary",
        ]
        assert [step.name for step in self.FULL.deliveries] == ["note", "mail", "status"]

    @pytest.mark.parametrize(
        ("key", "value"),
        [("type", "smoke signal"), ("state", "lost"), ("since", "yesterday"), ("row", "9")],
    )
    def test_what_makes_no_sense_is_refused(self, key: str, value: str) -> None:
        stored = msgspec.json.decode(msgspec.json.encode(operation(note(DONE))))
        stored["steps"][0][key] = value
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(msgspec.json.encode(stored), type=Operation)


def test_a_handoff_of_which_only_the_note_is_stored_was_not_planned() -> None:
    assert operation(note(WAITING)).unplanned
    assert not operation(fields(WAITING), note(WAITING)).unplanned
    assert not operation(note(WAITING), kind=Kind.NOTE).unplanned


@pytest.mark.parametrize("state", State)
def test_only_what_waits_is_held_up(state: State) -> None:
    before = operation(fields(), note(state))
    after = before.held_up(1, "the disk is full", LATER)
    if state is WAITING:
        assert after.steps[1].reason == "the disk is full"
        assert (after.steps[0], states(after)) == (before.steps[0], [DONE, WAITING])
    else:
        assert after == before
    assert before.held_up(None, "the disk is full", LATER) == before


@pytest.mark.parametrize(
    ("typed_at", "here", "elsewhere"),
    [("desk-1", "desk-1", ""), ("desk-1", "desk-2", "desk-1"), ("", "desk-2", "")],
)
def test_where_it_was_typed(typed_at: str, here: str, elsewhere: str) -> None:
    by = Origin(computer=typed_at)
    operation = Operation(kind=Kind.NOTE, at=NOW, by=by, steps=())
    assert operation.elsewhere(here) == elsewhere
