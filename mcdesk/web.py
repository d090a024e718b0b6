"""The web as this computer reaches it: what every way out over HTTP is made with."""

import ssl
from typing import Any, NamedTuple

import httpx

from mcdesk.certificates import issuer
from mcdesk.proxies import Proxies, Proxy

# Seconds for a request, from the first byte to the last of its answer.
LONGEST = 60.0
# Bytes of one answer, unpacked: 500 notes of Autotask's longest have a third of it.
LARGEST = 100_000_000
# What may come back, and how it may be packed.
ACCEPTED = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate"}


class Way(NamedTuple):
    """What the last request went through: the *proxy* it took, and who issued the certificate.

    *issuer* is "" without TLS, and if it cannot be seen; *inspects* is whether no authority is
    among those who issued it that browsers know.
    """

    proxy: Proxy | None
    issuer: str
    inspects: bool


class Web:
    """The web as this computer reaches it: by *proxies*, trusting *certificates*.

    *longest* is the limit of a whole request in seconds, *largest* of an answer in bytes.
    """

    def __init__(
        self,
        certificates: ssl.SSLContext,
        proxies: Proxies,
        *,
        longest: float = LONGEST,
        largest: int = LARGEST,
    ) -> None:
        self.proxies = proxies
        self._certificates = certificates
        self._longest, self._largest = longest, largest
        # What the last answer came over: a proxy, and TLS.
        self._last: tuple[Proxy | None, Any] | None = None

    def client(
        self, *, timeout: httpx.Timeout | float, transport: httpx.BaseTransport | None = None
    ) -> httpx.Client:
        """Make a client whose requests may be silent for *timeout* seconds.

        *transport* replaces the network. A request raises NoWayOut for a proxy's variable, a
        login for it or certificates that cannot be used.
        """
        return httpx.Client(
            transport=transport or self.network(),
            timeout=timeout,
            headers=ACCEPTED,
            trust_env=False,
        )

    def network(self) -> httpx.BaseTransport:
        """Make what sends requests one by one, and nothing that it is not told to."""
        from mcdesk.network import Network  # its replacement, as in the demo, needs less

        return Network(
            self.proxies,
            self._certificates,
            longest=self._longest,
            largest=self._largest,
            met=self._met,
        )

    def _met(self, proxy: Proxy | None, tls: Any) -> None:
        self._last = proxy, tls

    def way(self) -> Way | None:
        """Return what the last request went through; None if none went out."""
        if self._last is None:
            return None
        proxy, tls = self._last
        return Way(proxy, *issuer(tls))
