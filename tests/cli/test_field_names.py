"""Impersonation refused in other words: written as the API user, signed, told."""

import pytest
from offices import Office

REFUSALS = [
    "refuse Resource 20 cannot be impersonated.",
    "refuse The resource is inactive.",
    "refuse Impersonating this user is not permitted",
    "refuse You do not have permission to do this",
    "refuse Access denied.",
    "refuse Insufficient privileges",
    "refuse User account is locked",
]


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_note_is_signed_and_told(office: Office, fault: str) -> None:
    ticket = office.ticket(30)
    office.break_with(f"POST /Tickets/*/Notes {fault} x1")
    done = office.run("note", str(ticket), "words")
    assert done.code == 0
    (note,) = office.notes(ticket)
    assert note["description"] == "words\r\n\r\nNoor Haddad"
    assert note["creatorResourceID"] == 29
    assert "doesn't let the API user write in your name" in done.err
    office.requests()
    assert office.run("note", str(ticket), "more words").code == 0
    assert [each for each in office.requests() if "Notes" in each and "query" not in each] == [
        f"POST Tickets/{ticket}/Notes"
    ]


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_handoff_is_done_and_told(office: Office, fault: str) -> None:
    ticket = office.ticket(30)
    office.break_with(f"PATCH /Tickets {fault} x1")
    done = office.run("send-to-mc", str(ticket), "--yes")
    assert done.code == 0
    assert "doesn't let the API user write in your name" in done.err


@pytest.mark.parametrize("fault", REFUSALS)
def test_always_is_told_and_not_written(office: Office, fault: str) -> None:
    ticket = office.ticket(30)
    path = office.home / "config.toml"
    text = path.read_text(encoding="utf-8")
    office.configure(text.replace("\nme =", '\nimpersonate = "always"\nme ='))
    office.break_with(f"POST /Tickets/*/Notes {fault} x1")
    done = office.run("note", str(ticket), "words")
    assert done.code != 0
    assert fault.removeprefix("refuse ") in done.err
    assert office.notes(ticket) == []
