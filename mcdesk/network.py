"""Requests on their way: through the proxy that is theirs, and their answers read whole.

An answer is read whole, or not at all: within a deadline over all of it, however it drips, and no
more than a computer can hold, however small it came. What a proxy says is never taken for what was
said by the host behind it.
"""

import ssl
from collections.abc import Callable, Iterable, Mapping
from threading import Lock, local
from time import perf_counter
from typing import Any

import httpcore
import httpx

from mcdesk.barriers import NotLetOut, NotTaken, why
from mcdesk.certificates import causes, shown_by
from mcdesk.core.wording import clean
from mcdesk.errors import NoWayOut
from mcdesk.proxies import Proxies, Proxy

# What httpx unpacks piece by piece, so that what it comes to can be seen.
_PACKED = {"", "identity", "gzip", "deflate"}
_LOGIN_WANTED = 407
# What a proxy answers in the host's place to a request that it passes on as it is.
_OF_A_PROXY = {403, 502, 503, 504}
_IN_THE_WAY = "something between this computer and the host changes answers: ask whoever runs it"


class Network(httpx.BaseTransport):
    """Send each request as *proxies* say, trusting *certificates*, and read its answer whole.

    That takes *longest* seconds at most, and the answer holds *largest* bytes. *met* is told what
    it came over: a proxy, and what is known of TLS.
    """

    def __init__(
        self,
        proxies: Proxies,
        certificates: ssl.SSLContext,
        *,
        longest: float,
        largest: int,
        met: Callable[[Proxy | None, Any], None],
    ) -> None:
        self._proxies, self._certificates = proxies, certificates
        self._backend = _Backend(longest)
        self._largest, self._met = largest, met
        self._transports: dict[Proxy | None, _Pool] = {}
        self._opening = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer *request*; raises as httpx does, with NotLetOut and NotTaken among it."""
        proxy = self._proxies.of(str(request.url))
        with self._opening:
            pool = self._transports.get(proxy)
            if pool is None:
                pool = self._transports[proxy] = _Pool(
                    _pool(self._certificates, proxy, self._backend)
                )
        self._backend.begin()
        try:
            response = pool.handle_request(request)
        except httpx.ProxyError as error:
            raise _refusal(str(error), proxy) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if proxy and not _is_beyond(error):
                said = clean(why(error)) or "no answer in time"
                raise NotLetOut(f"{proxy} cannot be reached: {said}", _correct(proxy)) from error
            raise
        stream = response.extensions["network_stream"]
        self._met(proxy, stream.get_extra_info("ssl_object"))
        whole = _whole(response, self._largest)
        _hold_apart(whole, request, proxy)
        return whole

    def close(self) -> None:
        """Close all connections."""
        for pool in self._transports.values():
            pool.close()


class _Pool(httpx.HTTPTransport):
    """httpx's own transport over *pool*: it has no argument for what reads and writes."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool


def _pool(
    certificates: ssl.SSLContext, proxy: Proxy | None, backend: httpcore.NetworkBackend
) -> Any:
    """Make the connections that go through *proxy*, as many and as long as httpx's."""
    limits: Mapping[str, Any] = {
        "ssl_context": certificates,
        "max_connections": 100,
        "max_keepalive_connections": 20,
        "keepalive_expiry": 5.0,
        "network_backend": backend,
    }
    if proxy is None:
        return httpcore.ConnectionPool(**limits)
    url = httpcore.URL(
        scheme=proxy.scheme, host=proxy.host.encode("idna"), port=proxy.port, target="/"
    )
    if proxy.scheme.startswith("socks"):
        return httpcore.SOCKSProxy(url, proxy_auth=proxy.login, **limits)
    # The proxy's own certificate is told as the proxy's.
    own = shown_by(str(proxy), certificates) if proxy.scheme == "https" else None
    return httpcore.HTTPProxy(url, proxy_auth=proxy.login, proxy_ssl_context=own, **limits)


class _Backend(httpcore.SyncBackend):
    """Connections of which no read or write lasts beyond its thread's request."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._request = local()

    def begin(self) -> None:
        """Let a request begin in this thread."""
        self._request.ends = perf_counter() + self._longest

    def left(self, timeout: float | None) -> float:
        """Return *timeout*, or what is left of the request if that is less."""
        left: float = self._request.ends - perf_counter()
        if left <= 0:
            raise httpcore.ReadTimeout(f"not answered in full within {self._longest:g} seconds")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to *host*."""
        left = self.left(timeout)
        return _Stream(super().connect_tcp(host, port, left, local_address, socket_options), self)


class _Stream(httpcore.NetworkStream):
    """A connection of *backend*'s."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _Backend) -> None:
        self._stream, self._backend = stream, backend

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection knows of itself."""
        return self._stream.get_extra_info(info)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come."""
        return self._stream.read(max_bytes, self._backend.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of *buffer*."""
        self._stream.write(buffer, self._backend.left(timeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Protect the connection."""
        left = self._backend.left(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._backend)


def _whole(response: httpx.Response, largest: int) -> httpx.Response:
    """Read and unpack *response*; raise NotTaken if it holds more than *largest* bytes."""
    try:
        packed = response.headers.get("content-encoding", "").strip().casefold()
        length = response.headers.get("content-length", "")
        if not packed and length.isdecimal() and int(length) <= largest:
            response.read()  # as long as it said, or an error: most are
            return response
        if packed not in _PACKED:
            raise NotTaken(f"an answer came packed as {clean(packed)[:20]}, unasked", _IN_THE_WAY)
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > largest:
                raise NotTaken(
                    f"an answer holds more than {largest // 1_000_000:,} MB: mcdesk stopped "
                    "reading it",
                    "try again with less at once; if it keeps happening, something on the way is "
                    "broken",
                )
            parts.append(part)
    finally:
        response.close()
    of_the_way = ("content-encoding", "content-length", "transfer-encoding")
    return httpx.Response(
        response.status_code,
        headers=[each for each in response.headers.multi_items() if each[0] not in of_the_way],
        content=b"".join(parts),
        extensions=response.extensions,
    )


def _hold_apart(response: httpx.Response, request: httpx.Request, proxy: Proxy | None) -> None:
    """Raise what a proxy, and not the host, answered to *request*."""
    if response.status_code == _LOGIN_WANTED:
        raise _refusal(f"{_LOGIN_WANTED} {response.reason_phrase}", proxy)
    passed_on = proxy and request.url.scheme == "http" and proxy.scheme.startswith("http")
    is_page = not response.content.lstrip().startswith((b"{", b"["))
    if passed_on and response.status_code in _OF_A_PROXY and is_page:
        said = f"{response.status_code} {response.reason_phrase}"
        raise NotTaken(f"{proxy} said {said}", _ask_or_correct(proxy))


def _refusal(said: str, proxy: Proxy | None) -> Exception:
    """Return what it means that *proxy*, None for one that nobody named, *said* this."""
    said = clean(said)[:100] or "no"
    if not said.startswith(str(_LOGIN_WANTED)):
        return NotLetOut(f"{proxy} said {said}", _ask_or_correct(proxy))
    if proxy is None:
        return NoWayOut(
            f"a proxy on the way wants a login ({said})",
            hint="name it with its login in HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT",
        )
    what = "does not accept the login" if proxy.login else "wants a login"
    return NoWayOut(
        f"{proxy} {what}: it said {said}; nothing was sent to anybody behind it",
        hint=f"set {proxy.variable} to {proxy.scheme}://USER:PASSWORD@{proxy.host}:{proxy.port}",
    )


def _correct(proxy: Proxy) -> str:
    said = f"check the network, and whether {proxy.variable} is right"
    own_tls = ": https:// is for a proxy that is itself met over TLS, most are http://"
    return said + (own_tls if proxy.scheme == "https" else "")


def _ask_or_correct(proxy: Proxy | None) -> str:
    variable = proxy.variable if proxy else "HTTPS_PROXY"
    return (
        "ask whoever runs the proxy to let mcdesk through to this host, or correct "
        f"{variable} or NO_PROXY"
    )


def _is_beyond(error: BaseException) -> bool:
    """Check if *error* stems from a handshake with the host behind, or from a certificate."""
    cause = next((each for each in causes(error) if isinstance(each, ssl.SSLError)), None)
    if cause is None:
        return "handshake" in str(error)  # which took too long
    return isinstance(cause, ssl.SSLCertVerificationError) or not getattr(cause, "whose", "")
