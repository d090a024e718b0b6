"""The operations in the database: amended, let go, dropped, found again, erased in time."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mcdesk.core.changes import Change, Field, Value
from mcdesk.core.emails import Email
from mcdesk.core.operations import Kind, Operation, Origin
from mcdesk.core.references import parse_reference
from mcdesk.core.steps import AnyStep, FieldsStep, MailStep, NoteStep, State, StatusStep, replaced
from mcdesk.errors import Refused
from mcdesk.store.database import Database
from mcdesk.store.operations import Operations

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
DAY = timedelta(days=1)
TEXT = "Words that nobody else shall read."
EMAIL = Email("me@example.com", "to@example.com", "", "s", f"Mail: {TEXT}", "T1", "<1@example.com>")
CHANGE = Change(Field.STATUS, Value(1, "New"), Value(32, "Returned to MC"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mcdesk.db"


@pytest.fixture
def operations(path: Path) -> Operations:
    return Operations(Database(path))


def note(
    *states: State,
    at: datetime = NOW,
    user_name: str = "api@demo.example",
    draft: str = "",
    row: int | None = None,
    ticket_id: int | None = 7,
    released: bool = True,
) -> Operation:
    first, *rest = states or (State.WAITING,)
    steps: list[AnyStep] = [NoteStep(since=at, state=first, row=row)]
    steps += [MailStep(since=at, state=state, email=EMAIL) for state in rest]
    return Operation(
        kind=Kind.NOTE,
        at=at,
        steps=tuple(steps),
        by=Origin(user_name=user_name),
        reference="7",
        ticket_id=ticket_id,
        number="T20261123.0007",
        text=TEXT,
        note_title="A title of somebody's",
        draft=draft,
        released=released,
    )


def change(*, at: datetime = NOW, ticket_id: int = 7, kind: Kind = Kind.SEND) -> Operation:
    step = FieldsStep(since=at, state=State.FAILED, changes=(CHANGE,))
    return Operation(kind=kind, at=at, steps=(step,), ticket_id=ticket_id, number="T20261123.0007")


def with_note(state: State, operation: Operation) -> Operation:
    return operation.with_step(0, replaced(operation.steps[0], state=state))


def damage(path: Path, n: int) -> bytes:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE operation SET body = substr(body, 1, 40) WHERE n = ?", (n,))
        body: bytes = db.execute("SELECT body FROM operation WHERE n = ?", (n,)).fetchone()[0]
    return body


def test_what_was_added_is_read_as_it_was(operations: Operations) -> None:
    first, second = operations.add(note()), operations.add(change())
    assert (first.n, second.n) == (1, 2)
    assert replaced(first, n=0) == note()
    assert operations.latest() == [second, first]


def test_numbers_are_never_used_again(operations: Operations) -> None:
    assert operations.take_back(operations.add(note()).n)
    assert operations.add(note()).n == 2


def test_amending_starts_from_what_is_stored_now(path: Path, operations: Operations) -> None:
    n = operations.add(note(released=False)).n
    Operations(Database(path)).release(n)
    amended = operations.amend(n, lambda stored: replaced(stored, title="Printer"))
    assert (amended.released, amended.title) == (True, "Printer")
    assert operations.latest() == [amended]


def test_what_was_dropped_is_not_amended(path: Path, operations: Operations) -> None:
    n = operations.add(note(released=False)).n
    Operations(Database(path)).take_back(n)
    with pytest.raises(Refused, match=f"number {n} was dropped in the meantime"):
        operations.release(n)
    assert operations.latest() == []


@pytest.mark.parametrize("user_name", ["api@demo.example", "old@demo.example", ""])
def test_what_waits_is_seen_whoever_typed_it(operations: Operations, user_name: str) -> None:
    added = operations.add(note(user_name=user_name))
    assert operations.waiting() == [added]
    assert operations.count_waiting() == 1


@pytest.mark.parametrize("state", State)
def test_what_waits_is_a_delivery_that_did_not_get_through(
    operations: Operations, state: State
) -> None:
    status = StatusStep(since=NOW, state=state, label="Scheduling Link Sent")
    operations.add(note(state))
    operations.add(note(State.DONE, state))
    operations.add(replaced(note(), kind=Kind.LINK, steps=(status,)))
    operations.add(change())  # which no outbox tries again
    final = state in (State.DONE, State.LEFT)
    assert [each.n for each in operations.waiting()] == ([] if final else [1, 2, 3])
    assert operations.count_waiting() == (0 if final else 3)


def test_the_oldest_waits_first_and_the_latest_was_done_last(operations: Operations) -> None:
    for at in (NOW, NOW - DAY, NOW + DAY, NOW):
        operations.add(note(at=at))
    assert [each.n for each in operations.waiting()] == [2, 1, 4, 3]
    assert [each.n for each in operations.latest()] == [3, 4, 1, 2]


def test_the_latest_are_chosen_by_time_ticket_and_kind(operations: Operations) -> None:
    operations.add(note(at=NOW - DAY))
    operations.add(change())
    operations.add(change(ticket_id=8, kind=Kind.CLAIM))

    def numbers(found: list[Operation]) -> list[int]:
        return [each.n for each in found]

    assert numbers(operations.latest(since=NOW)) == [3, 2]
    assert numbers(operations.latest(about=parse_reference("7"))) == [2, 1]
    assert numbers(operations.latest(about=parse_reference("t20261123.0007"))) == [3, 2, 1]
    assert numbers(operations.latest(kind=Kind.CLAIM)) == [3]
    assert numbers(operations.latest(since=NOW, about=parse_reference("7"))) == [2]
    assert numbers(operations.latest(about=parse_reference("9"))) == []


def test_dropping_leaves_what_is_open_and_erases_the_texts(
    path: Path, operations: Operations
) -> None:
    n = operations.add(note(State.DONE, State.UNKNOWN)).n
    assert TEXT.encode() in path.read_bytes()
    operations.leave(n, NOW)
    (left,) = operations.latest()
    assert [step.state for step in left.steps] == [State.DONE, State.LEFT]
    assert (left.text, left.note_title, left.mail and left.mail.email) == ("", "", None)
    assert operations.waiting() == []
    assert TEXT.encode() not in path.read_bytes()


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN, State.FAILED, State.DONE])
def test_only_what_nobody_has_begun_is_taken_back(operations: Operations, state: State) -> None:
    begun = operations.add(note(state))
    assert not operations.take_back(begun.n)
    assert operations.latest() == [begun]


def test_what_was_tried_once_is_not_taken_back(operations: Operations) -> None:
    held_up = note().with_step(0, NoteStep(since=NOW, attempted=NOW))
    assert not operations.take_back(operations.add(held_up).n)


def test_taking_back_leaves_nothing(path: Path, operations: Operations) -> None:
    n = operations.add(note()).n
    assert operations.take_back(n)
    assert operations.latest() == []
    assert TEXT.encode() not in path.read_bytes()
    assert operations.take_back(n)  # it is gone


def test_notes_written_from_here_are_known_by_their_ids(operations: Operations) -> None:
    mine = operations.add(note(State.DONE, row=91))
    operations.add(note(State.UNKNOWN, row=92))
    operations.add(note())
    assert operations.note_ids() == {91, 92}
    assert operations.note_ids(but=mine.n) == {92}


def test_a_draft_is_needed_until_all_is_done(operations: Operations) -> None:
    operation = operations.add(note(draft="7.txt"))
    assert operations.names_draft("7.txt")
    assert not operations.names_draft("8.txt")
    operations.update(with_note(State.UNKNOWN, operation), NOW)
    assert operations.names_draft("7.txt")
    operations.update(with_note(State.DONE, operation), NOW)
    assert not operations.names_draft("7.txt")


def test_texts_are_erased_30_days_after_all_was_done(path: Path, operations: Operations) -> None:
    operation = operations.add(note(State.WAITING, State.DONE, at=NOW - 90 * DAY))
    operations.update(with_note(State.DONE, operation), NOW)
    operations.erase_texts(NOW + 30 * DAY)
    (kept,) = operations.latest()
    assert kept.text == TEXT
    operations.erase_texts(NOW + 30 * DAY + timedelta(seconds=1))
    (erased,) = operations.latest()
    assert erased == kept.without_texts()
    assert TEXT.encode() not in path.read_bytes()


@pytest.mark.parametrize("state", [State.WAITING, State.UNKNOWN, State.FAILED])
def test_what_is_not_done_keeps_its_text(operations: Operations, state: State) -> None:
    operation = operations.add(note())
    operations.update(with_note(state, operation), NOW)
    operations.erase_texts(NOW + 365 * DAY)
    (kept,) = operations.waiting()
    assert kept.text == TEXT


def test_a_damaged_row_hides_no_other_and_stays(path: Path, operations: Operations) -> None:
    broken, sound = operations.add(note()), operations.add(note())
    body = damage(path, broken.n)
    assert operations.waiting() == [sound]
    assert operations.damaged == {broken.n}
    assert operations.latest(about=parse_reference("7")) == [sound]
    assert not operations.take_back(broken.n)
    operations.leave(broken.n, NOW)
    operations.erase_texts(NOW + 365 * DAY)
    assert damage(path, broken.n) == body


def test_a_damaged_row_that_was_done_hinders_no_erasing(path: Path, operations: Operations) -> None:
    for _ in range(2):
        operations.update(with_note(State.DONE, operations.add(note())), NOW)
    damage(path, 1)
    operations.erase_texts(NOW + 31 * DAY)
    assert [each.text for each in operations.latest()] == [""]
    assert operations.damaged == {1}


def test_the_last_change_of_each_ticket(operations: Operations, path: Path) -> None:
    def done(at: datetime, ticket: int, kind: Kind) -> Operation:
        return with_note(State.DONE, change(at=at, ticket_id=ticket, kind=kind))

    operations.add(done(NOW - 3 * DAY, 7, Kind.CLAIM))
    sent = operations.add(done(NOW - 2 * DAY, 7, Kind.SEND))
    operations.add(change(at=NOW - DAY, ticket_id=7))  # it failed, so nothing has changed
    operations.add(note(at=NOW))
    claimed = operations.add(done(NOW - DAY, 8, Kind.CLAIM))
    operations.add(done(NOW, 9, Kind.SEND))
    damaged = operations.add(done(NOW, 8, Kind.SEND))
    damage(path, damaged.n)
    assert operations.last_changes([7, 8, 10]) == {7: sent, 8: claimed}
    assert operations.damaged == {damaged.n}
    assert operations.last_changes([]) == {}
    assert operations.sent_tickets() == {7, 8, 9}
