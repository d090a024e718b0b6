"""The operation of a note: its steps, and that nothing of it goes out unasked."""

from datetime import UTC, datetime

import pytest

from mcdesk.core.operations import MailStep, NoteStep, Origin
from mcdesk.ops.note import note_operation

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
