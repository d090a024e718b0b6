"""What a mail address and a phone number look like."""

import pytest

from mcdesk.core.addresses import is_address, is_phone


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("jane@example.com", True),
        ("o'neil+it@help.example.com", True),
        ("jane@localhost", True),
        ("jane", False),
        ("jane@", False),
        ("Jane <jane@example.com>", False),
        ("jane doe@example.com", False),
        ("jane@example.com\n", False),
        ("jane@-example.com", False),
    ],
)
def test_an_address(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("(212) 555-0125", True), ("+1 212.555.0125", True), ("555-01", False), ("call me", False)],
)
def test_a_phone_number(text: str, is_one: bool) -> None:
    assert is_phone(text) is is_one
