"""What looks like a password in a note."""

import pytest

from mcdesk.core.passwords import holds_password


@pytest.mark.parametrize(
    "text",
    [
        "password: hunter2",
        "Password = abc",
        "her passcode -> 0815",
        "Passwort: geheim",
        "the pw is Summer2026",
        "PIN 1234",
        'password is now "Blue-Cat7"',
        "the temporary password has been reset to\nWelcome1",
        "pwd=foo123",
        "Temp pass: (Welcome)",
        "the pass is Summer26",
        "log in as jane with Tr0ub4dor&3",
        "Tried it twice.\nPW: letmein\r\nNow it works.",
        "the passcode 4821 opens the door",
    ],
)
def test_looks_like_one(text: str) -> None:
    assert holds_password(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "reset his password please",
        "password reset for T20261123.0007",
        "the password is wrong",
        "asked for a new password, 2 times",
        "new password T20261123.0007",
        "she passed 4 checks",
        "please pass 347-555-0142 on to her",
        "pin the tab",
        "pin 2 of the printer port",
        "spinning 4821 times",
        "password " + " " * 9000,
        "see https://book.example/?Id=7&Key=A9x",
        "write to Jane.Doe7@customer.example",
        "Invoice-2026_11.pdf cannot be opened",
        "Error 0x80070005",
        "laptop X1-Carbon, serial PF2ABC12",
    ],
)
def test_does_not(text: str) -> None:
    assert not holds_password(text)
