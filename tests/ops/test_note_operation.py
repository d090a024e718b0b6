"""The operation of a note: its steps, and that nothing of it goes out unasked."""

from datetime import UTC, datetime

import pytest

from mcdesk.core.operations import Origin
from mcdesk.core.steps import MailStep, NoteStep, State, moved, replaced
from mcdesk.ops.note import merged_into, note_operation

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.mark.parametrize(("message_id", "steps"), [("", ["note"]), ("<1@x>", ["note", "mail"])])
def test_a_note_has_its_steps(message_id: str, steps: list[str]) -> None:
    made = note_operation(
        "T1", "text", title="", author="Noor", message_id=message_id, by=Origin(), at=NOW
    )
    assert [step.name for step in made.deliveries] == steps
    assert made.steps == tuple(made.deliveries)
    assert made.step(NoteStep)
    mail = made.step(MailStep)
    assert (mail.message_id if mail else "") == message_id
    assert made.untouched
    assert not made.released


def test_what_another_process_did_meanwhile_is_not_forgotten() -> None:
    typed = note_operation("T1", "text", title="", author="", message_id="", by=Origin(), at=NOW)
    found = replaced(typed, number="T20261123.0007", ticket_id=7)
    assert merged_into(found)(typed) == found
    # It has let it go, or begun to send it.
    assert merged_into(found)(replaced(typed, released=True)) == replaced(found, released=True)
    begun = typed.with_step(0, moved(typed.steps[0], State.SENDING, NOW))
    assert merged_into(found)(begun) == begun
