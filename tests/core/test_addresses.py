"""What mail addresses, host names and phone numbers look like."""

import pytest

from mcdesk.core.addresses import is_address, is_full_host_name, is_phone


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
        ("=?utf-8?q?Bob?=@customer.example", False),
        ("bob=?utf-8?q?x?=@customer.example", False),
        ("a=b?c@customer.example", True),
        ('"bob"@customer.example', False),
        ("<bob@customer.example>", False),
        ("bob@customer.example, eve@example.com", False),
        ("bob@customer.example\r\nBcc: eve@example.com", False),
        ("b\xf6b@customer.example", False),
        ("bob@m\xfcller.example", False),
        ("a" * 64 + "@customer.example", True),
        ("a" * 65 + "@customer.example", False),
        ("bob@" + "a" * 64 + ".example", False),
        ("bob@" + "a." * 125 + "example", False),
        ("a" * 300, False),
    ],
)
def test_an_address(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("pc-7.office.example", True),
        ("PC.LOCAL", True),
        ("pc", False),
        ("", False),
        ("m\xfcller-pc.local", False),
        ("jane_pc.local", False),
        ("pc.local\n", False),
        ("192.0.2.7", False),
        ("a" * 63 + ".example", True),
        ("a" * 64 + ".example", False),
        ("a." * 123 + "example", True),
        ("a." * 124 + "example", False),
    ],
)
def test_a_host_name_with_its_domain(text: str, is_one: bool) -> None:
    assert is_full_host_name(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("(212) 555-0125", True), ("+1 212.555.0125", True), ("555-01", False), ("call me", False)],
)
def test_a_phone_number(text: str, is_one: bool) -> None:
    assert is_phone(text) is is_one
