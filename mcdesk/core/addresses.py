"""What a mail address and a phone number look like."""

import re

# RFC 5322, 3.2.3 and 3.4.1: a dot-atom at a domain.
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{DOMAIN}"


def is_address(text: str) -> bool:
    """Find out whether *text* is an e-mail address, without a name."""
    return re.fullmatch(ADDRESS, text, re.I | re.A) is not None


def is_phone(text: str) -> bool:
    """Find out whether *text* can be dialed: E.164 has up to 15 digits, extensions set aside."""
    return set(text) <= set("0123456789+()-./ ") and 7 <= sum(map(str.isdigit, text)) <= 15
