"""The connection pool to Autotask: one for a command, whatever it asks and as whom."""

from collections.abc import Callable, Mapping

import httpx

from mcdesk import __version__
from mcdesk.errors import SettingsProblem

# Seconds. The first connection of a day may take ten, a large page longer.
_TIMEOUT = httpx.Timeout(30.0, connect=15.0)


class Connections:
    """Send requests, one at a time; what *transport* returns stands in for the network.

    Nothing is opened, and *transport* not called, before the first request.
    """

    def __init__(self, transport: Callable[[], httpx.BaseTransport | None]) -> None:
        self._transport = transport
        self._client: httpx.Client | None = None

    def request(
        self, method: str, url: str, *, content: bytes | None, headers: Mapping[str, str]
    ) -> httpx.Response:
        """Send a request once and return its answer; raises as httpx does.

        Raises SettingsProblem for certificates that are not there.
        """
        self._client = self._client or _client(self._transport())
        return self._client.request(method, url, content=content, headers=headers)

    def close(self) -> None:
        """Close the connections, if any."""
        if self._client is not None:
            self._client.close()


def _client(transport: httpx.BaseTransport | None) -> httpx.Client:
    try:
        return httpx.Client(
            transport=transport,
            timeout=_TIMEOUT,
            headers={"User-Agent": f"mcdesk/{__version__}"},
        )
    except OSError as error:
        raise SettingsProblem(
            f"the certificates that this computer trusts cannot be read: {error}",
            hint="look at SSL_CERT_FILE and SSL_CERT_DIR in the environment",
        ) from error
