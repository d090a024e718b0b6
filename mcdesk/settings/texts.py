"""What a text must be to be said, dialed or written to: the little that a call needs to check.

The other kinds of values stand in `kinds`, whose patterns take time that a caller does not have.
"""

import re
from string import digits

# RFC 5322, 3.2.3 and 3.4.1: a dot-atom at a domain.
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{DOMAIN}"

is_address = re.compile(ADDRESS, re.I | re.A).fullmatch


def is_line(text: str) -> bool:
    """Find out whether *text* is one line that no blank begins or ends; "" is one."""
    return text.isprintable() and text == text.strip()


def is_name(text: str) -> bool:
    """Find out whether *text* is one line with something on it."""
    return bool(text) and is_line(text)


def is_phone(text: str) -> bool:
    """Find out whether *text* can be dialed: E.164 has up to 15 digits, extensions set aside."""
    return set(text) <= set(digits + "+()-./ ") and 7 <= sum(map(str.isdigit, text)) <= 15
