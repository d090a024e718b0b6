"""Which proxy a request takes, by the variables of the environment, else this system's settings.

A password in them is in no message and no `repr`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from mcdesk.core.hosts import is_loopback
from mcdesk.core.wording import clean
from mcdesk.errors import NoWayOut

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_HOST = re.compile(r"[^\s\\/@:%\[\]]+|[0-9a-f:.]+", re.IGNORECASE)
# A name with what lies below it, perhaps with a scheme or a port: https://example.com:8443
_EXCEPTED = re.compile(
    r"(?:(?P<scheme>https?|all)://)?\*?\.?(?P<host>[^\s\\/@:*\[\]]+)(?::(?P<port>\d{1,5}))?",
    re.IGNORECASE,
)
_SYSTEM = "this system's proxy settings"
_SHAPE = "http://HOST:PORT or http://USER:PASSWORD@HOST:PORT"
_ENCODED = "in a user name or password, @ : / ? # and % are written as %40 %3A %2F %3F %23 %25"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that *variable* names, and the login for it, which is bytes as they are sent."""

    variable: str
    scheme: str
    host: str
    port: int
    login: tuple[bytes, bytes] | None = field(repr=False, default=None)

    def __str__(self) -> str:
        """Name it, without its login."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"the proxy {host}:{self.port} ({self.variable})"


class Proxies:
    """What *environ* says of proxies; all of it is checked before the first request."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What is set, by what it is for: "http", "https", "all" (as "no", a list); names only."""
        return {kind: name for kind, (name, _) in self._set.items()}

    def of(self, url: str) -> Proxy | None:
        """Return the proxy that a request to *url* takes, None to go directly.

        What is on this computer is asked through a proxy on this computer alone: any other would
        get the login unprotected. Raises NoWayOut for a variable that cannot be used.
        """
        parts = urlsplit(url)
        proxy = self._usable.get(parts.scheme) or self._usable.get("all")
        if proxy is None or any(_excepts(each, parts) for each in self._excepted):
            return None
        return proxy if is_loopback(proxy.host) or not is_loopback(parts.hostname or "") else None

    @cached_property
    def _set(self) -> Mapping[str, tuple[str, str]]:
        """The variables with their names; as ever, those in small letters count first."""
        found: dict[str, tuple[str, str]] = {}
        for name, text in sorted(self._environ.items(), key=lambda item: item[0].islower()):
            kind, _, ending = name.casefold().rpartition("_")
            if ending == "proxy" and kind in ("http", "https", "all", "no"):
                found[kind] = (name, text.strip())
        if not found:
            found = {kind: (_SYSTEM, text) for kind, text in system_settings().items()}
        return {kind: (name, text) for kind, (name, text) in found.items() if text}

    @cached_property
    def _usable(self) -> Mapping[str, Proxy]:
        _ = self._excepted
        wanted = {"http", "https"} - self._set.keys()  # what is left to ALL_PROXY
        kinds = ("http", "https", *(["all"] if wanted else []))
        return {kind: _proxy(*self._set[kind]) for kind in kinds if kind in self._set}

    @cached_property
    def _excepted(self) -> list[str]:
        name, text = self._set.get("no", ("", ""))
        entries = [entry for entry in map(str.strip, text.split(",")) if entry]
        for entry in entries:
            if entry != "*" and not _is_range(entry) and not _EXCEPTED.fullmatch(entry):
                shown = f': "{clean(entry)[:60]}" is not a' if "@" not in entry else " has no"
                raise NoWayOut(
                    f"{name} cannot be used{shown} host name or address",
                    hint=f"correct {name} in the environment: names and addresses with commas "
                    "between, addresses without brackets",
                )
        return entries


def system_settings() -> Mapping[str, str]:
    """Return what Windows or macOS has set for all programs, by kind; nothing elsewhere."""
    import urllib.request

    for name in ("getproxies_registry", "getproxies_macosx_sysconf"):
        if ask := getattr(urllib.request, name, None):
            return {kind: text for kind, text in ask().items() if kind in ("http", "https")}
    return {}


def _proxy(variable: str, text: str) -> Proxy:
    """Read *text*; raise NoWayOut for what is no proxy, without showing it."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname or "", parts.port
        whole = _HOST.fullmatch(host) and host.encode("idna")
    except ValueError:  # a port that is none, brackets without an address, a name that is too long
        raise _malformed(variable) from None
    if not whole or port == 0 or "@" in parts.path + parts.query + parts.fragment:
        raise _malformed(variable)
    _refuse_unknown(variable, parts.scheme)
    login = None
    if parts.username or parts.password:
        login = (unquote(parts.username or "").encode(), unquote(parts.password or "").encode())
    return Proxy(variable, parts.scheme, host, port or _PORTS[parts.scheme], login)


def _malformed(variable: str) -> NoWayOut:
    return NoWayOut(
        f"{variable} cannot be used: it is not the address of a proxy (not shown: it may hold a "
        "password)",
        hint=f"set {variable} to {_SHAPE}; {_ENCODED}",
    )


def _refuse_unknown(variable: str, scheme: str) -> None:
    """Raise NoWayOut for a kind of proxy that cannot be used here."""
    if scheme.startswith("socks") and (scheme not in _PORTS or find_spec("socksio") is None):
        raise NoWayOut(
            f"{variable} cannot be used: it names a SOCKS proxy ({scheme})",
            hint=f"set {variable} to an HTTP proxy, {_SHAPE}; or install socksio beside mcdesk, "
            "for socks5",
        )
    if scheme not in _PORTS:
        raise NoWayOut(
            f"{variable} cannot be used: mcdesk can't use {clean(scheme)[:20]} proxies",
            hint=f"set {variable} to {_SHAPE}",
        )


def _is_range(entry: str) -> bool:
    try:
        ip_network(entry, strict=False)
    except ValueError:
        return False
    return True


def _excepts(entry: str, parts: SplitResult) -> bool:
    """Check if *entry* of NO_PROXY excepts the address of *parts*, as curl reads it."""
    host = parts.hostname or ""
    if entry == "*":
        return True
    if _is_range(entry):
        try:
            return ip_address(host) in ip_network(entry, strict=False)
        except ValueError:
            return False
    match = _EXCEPTED.fullmatch(entry)
    assert match
    scheme, name, port = match["scheme"] or "all", match["host"].casefold(), match["port"]
    return (
        scheme.casefold() in ("all", parts.scheme)
        and (host == name or host.endswith(f".{name}"))
        and port in (None, str(parts.port or _PORTS[parts.scheme]))
    )
