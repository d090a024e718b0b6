"""Which web addresses mcdesk trusts: Autotask's own, and this computer's.

Credentials travel to these hosts, so that whatever is not plainly one of them is refused.
"""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from mcdesk.errors import SettingsProblem

# What every address here must be, in the words of an error.
ZONE_WORDS = "an https address under autotask.net, or an address of this computer"

_AUTOTASK = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+autotask\.net", re.I | re.A)
# urlsplit drops tabs and line ends, and browsers read a backslash as a slash: neither may hide a
# host. User names, percent signs and braces have no business in one.
_PLAIN_URL = re.compile(r"https?://[^\s\\%@?#/{}]+(?:/[^\s\\]*)?", re.I)


def is_autotask_host(host: str) -> bool:
    """Find out whether *host*, a name without port, is under autotask.net."""
    return _AUTOTASK.fullmatch(host) is not None


def is_loopback(host: str) -> bool:
    """Find out whether *host*, a name or address without port, is always this computer."""
    if host.casefold() == "localhost":
        return True
    bracketed = host.startswith("[") and host.endswith("]")
    try:
        return ip_address(host[1:-1] if bracketed else host).is_loopback
    except ValueError:
        return False


def is_private_url(url: str) -> bool:
    """Find out whether nobody can listen on the way to *url*: https, or this computer."""
    parts = _split(url)
    if not parts or not parts.hostname:
        return False
    return parts.scheme == "https" or is_loopback(parts.hostname)


def is_zone_url(url: str) -> bool:
    """Find out whether *url* may receive Autotask's credentials: its https, or this computer."""
    parts = _split(url)
    if not parts or parts.query or parts.fragment:
        return False
    host = parts.hostname or ""
    return is_loopback(host) or (parts.scheme == "https" and is_autotask_host(host))


def checked_zone_url(url: str) -> str:
    """Return *url* if it may receive Autotask's credentials, else raise SettingsProblem."""
    if is_zone_url(url):
        return url
    raise SettingsProblem(
        f"{url!r} is not {ZONE_WORDS}",
        hint="check autotask.zone_url and autotask.web_url in config.toml",
    )


def _split(url: str) -> SplitResult | None:
    """Split *url*, None if it is not a plain web address: user names and odd ports included."""
    if not url.isprintable() or not _PLAIN_URL.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 and _can_be_asked_for(parts.hostname or "") else None
    except ValueError:
        return None


def _can_be_asked_for(host: str) -> bool:
    """Find out whether names can be looked up as *host*; UnicodeError, a ValueError, if not.

    RFC 1035, 2.3.4, and what stands for other letters has to be some (RFC 5891, 4.4): libraries
    fail at both in ways of their own.
    """
    return bool(host.encode("idna").decode("idna"))
