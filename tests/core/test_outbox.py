"""The outbox's state machine: every move there is, and no other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.core.emails import Email
from mcdesk.core.outbox import (
    MOVES,
    Entry,
    Event,
    State,
    Step,
    StepName,
    What,
    is_ours,
    may_repeat,
    note_entry,
    signed,
)
from mcdesk.core.tickets import Note

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
TABLE = {
    "waiting": {"start": "sending", "not sent": "waiting"},
    "sending": {
        "arrived": "done",
        "not sent": "waiting",
        "refused": "failed",
        "lost": "unknown",
    },
    "unknown": {"start": "sending", "arrived": "done", "lost": "unknown"},
    "failed": {"start": "sending"},
    "done": {},
}
EMAIL = Email("me@example.com", "to@example.com", "", "s", "t", "T1", "<1@example.com>")


def entry(*states: State) -> Entry:
    names = [StepName.NOTE, StepName.MAIL, StepName.STATUS]
    return Entry(
        n=3,
        what=What.NOTE,
        created=NOW,
        reference="7",
        author="Noor Haddad",
        title="",
        text="hello\nthere",
        steps=[Step(name, NOW, state) for name, state in zip(names, states, strict=False)],
        letter=EMAIL,
    )


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", State)
def test_every_move_and_no_other(state: State, event: Event) -> None:
    step = Step(StepName.NOTE, NOW, state)
    expected = TABLE[state.value].get(event.value)
    if expected is None:
        with pytest.raises(ValueError, match="cannot happen"):
            step.after(event, LATER)
        return
    moved = step.after(event, LATER, "because", row=5)
    assert moved.state.value == expected
    assert moved.since == (NOW if moved.state is state else LATER)
    assert (moved.reason, moved.row) == ("because", 5)


def test_nothing_leads_out_of_done_and_nothing_skips_sending() -> None:
    assert not any(state is State.DONE for state, _ in MOVES)
    # Done comes from being sent, or from being found; failed only from a refusal.
    assert {key for key, value in MOVES.items() if value is State.DONE} == {
        (State.SENDING, Event.ARRIVED),
        (State.UNKNOWN, Event.ARRIVED),
    }


def test_a_later_step_starts_only_after_the_earlier_one() -> None:
    assert entry(State.DONE, State.WAITING).next_step == Step(StepName.MAIL, NOW)
    first = entry(State.UNKNOWN, State.WAITING).next_step
    assert first
    assert first.name is StepName.NOTE
    done = entry(State.DONE, State.DONE)
    assert done.next_step is None
    assert done.done
    assert not entry(State.DONE, State.FAILED).done


def test_what_was_being_sent_when_its_process_died_is_unknown() -> None:
    left = entry(State.DONE, State.SENDING, State.WAITING).left_alone(LATER)
    assert [step.state for step in left.steps] == [State.DONE, State.UNKNOWN, State.WAITING]
    assert "its process ended" in left.steps[1].reason
    assert left.left_alone(LATER) == left


def test_steps_by_name() -> None:
    two = entry(State.DONE, State.WAITING)
    assert two.step(StepName.STATUS) is None
    changed = two.with_step(Step(StepName.MAIL, LATER, State.FAILED))
    assert [step.state for step in changed.steps] == [State.DONE, State.FAILED]


def test_a_lost_note_is_not_repeated_for_five_minutes() -> None:
    step = Step(StepName.NOTE, NOW).started(LATER, there=NOW)
    assert (step.state, step.attempted, step.since) == (State.SENDING, NOW, LATER)
    until = NOW + timedelta(minutes=5)
    assert may_repeat(step, NOW) == until
    assert may_repeat(step, until - timedelta(seconds=1)) == until
    assert may_repeat(step, until) is None
    assert may_repeat(Step(StepName.NOTE, NOW), until) is None


def note(text: str, resource: int | None, at: datetime) -> Note:
    return Note(id=91, ticket_id=7, resource_id=resource, at=at, text=text, publish=2)


@pytest.mark.parametrize(
    ("text", "resource", "at", "ours"),
    [
        pytest.param("hello\nthere", 20, NOW, True, id="the same"),
        pytest.param("hello\r\nthere  \r\n", 20, LATER, True, id="line ends, trailing blanks"),
        pytest.param("hello\nthere\n\nNoor Haddad", 29, NOW, True, id="signed"),
        pytest.param("hello\nthere", 21, NOW, False, id="a colleague's"),
        pytest.param("hello\nthere", None, NOW, False, id="the customer's"),
        pytest.param("hello there", 20, NOW, False, id="another text"),
        pytest.param("hello\nthere", 20, NOW - timedelta(seconds=1), False, id="before"),
    ],
)
def test_which_note_is_ours(text: str, resource: int | None, at: datetime, ours: bool) -> None:
    step = replace(Step(StepName.NOTE, NOW), attempted=NOW)
    assert is_ours(note(text, resource, at), entry(), step, [20, 29]) == ours
    if at < NOW:
        assert is_ours(note(text, resource, at), entry(), Step(StepName.NOTE, NOW), [20])


def test_signature_and_erasure() -> None:
    assert signed("a", "Noor") == "a\n\nNoor"
    assert signed("a", "") == "a"
    erased = entry(State.DONE).without_texts()
    assert (erased.text, erased.title, erased.letter) == ("", "", None)


def test_why_it_could_not_start_is_kept_beside_what_waits() -> None:
    held = entry(State.DONE, State.WAITING).held_up(LATER, "no network")
    assert held.steps[1].reason == "no network"
    for other in (entry(State.DONE, State.UNKNOWN), entry(State.DONE, State.DONE)):
        assert other.held_up(LATER, "no network") == other


def test_untouched_is_what_nobody_began_to_send() -> None:
    new = entry(State.WAITING, State.WAITING)
    assert new.untouched
    assert new.held_up(LATER, "no network").untouched
    assert not entry(State.DONE, State.WAITING).untouched
    tried = new.steps[0].started(NOW, there=NOW).after(Event.NOT_SENT, LATER)
    assert not new.with_step(tried).untouched


@pytest.mark.parametrize(("notify", "steps"), [(False, ["note"]), (True, ["note", "mail"])])
def test_a_note_has_its_steps(notify: bool, steps: list[str]) -> None:
    made = note_entry(
        "T1", "text", title="", author="Noor", notify=notify, message_id="<1@x>", now=NOW
    )
    assert [step.name for step in made.steps] == steps
    assert made.untouched
    assert not made.released
