"""What mail addresses, host names and phone numbers look like."""

import re

# RFC 5322, 3.2.3 and 3.4.1: a dot-atom at a domain. What Python's email package would decode as an
# encoded word (RFC 2047) is none.
_ATOM = r"(?:(?!=\?)[\w!#$%&'*+/=?^`{|}~-])+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{DOMAIN}"
# RFC 5321, 4.5.3.1: what stands before the @, and a path without its brackets; RFC 1035, 2.3.4.
_MOST_LOCAL, _MOST_ADDRESS, _MOST_LABEL, _MOST_HOST = 64, 254, 63, 253


def is_address(text: str) -> bool:
    """Find out whether *text* is an email address that can be written to, without a name."""
    if len(text) > _MOST_ADDRESS or re.fullmatch(ADDRESS, text, re.I | re.A) is None:
        return False
    local, _, domain = text.partition("@")
    return len(local) <= _MOST_LOCAL and _has_short_labels(domain)


def is_full_host_name(text: str) -> bool:
    """Find out whether *text* is a host's name with its domain, and not a number's (RFC 1123)."""
    fits = re.fullmatch(rf"{_LABEL}(?:\.{_LABEL})+", text, re.I | re.A) is not None
    last = text.rpartition(".")[2]
    return fits and len(text) <= _MOST_HOST and _has_short_labels(text) and not last.isdigit()


def is_phone(text: str) -> bool:
    """Find out whether *text* can be dialed: E.164 has up to 15 digits, extensions set aside."""
    return set(text) <= set("0123456789+()-./ ") and 7 <= sum(map(str.isdigit, text)) <= 15


def _has_short_labels(domain: str) -> bool:
    return all(len(label) <= _MOST_LABEL for label in domain.split("."))
