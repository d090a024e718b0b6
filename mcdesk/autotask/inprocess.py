"""Autotask in this very process: a WSGI application behind httpx, as if it were a network away.

httpx's own WSGI transport knows no time-outs and lets the application's exceptions out raw; here a
lost connection and a slow answer become what a real network makes of them.
"""

from collections.abc import Callable, Iterable
from typing import Any

import httpx

_Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class InProcess(httpx.BaseTransport):
    """Send requests to *application*; *sleep* waits seconds if it answers slowly.

    The application asks for slowness by calling `mcdesk.sleep` of its environ, and drops a
    connection by raising ConnectionResetError.
    """

    def __init__(self, application: _Application, *, sleep: Callable[[float], None]) -> None:
        self._application = application
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer *request*, or raise what httpx raises for a lost or late answer."""
        patience: float | None = request.extensions.get("timeout", {}).get("read")

        def wait(seconds: float) -> None:
            if patience is not None and seconds > patience:
                self._sleep(patience)
                raise TimeoutError
            self._sleep(seconds)

        def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            # WSGI passes bytes as Latin-1 (PEP 3333), which httpx leaves out.
            path = environ["PATH_INFO"].encode().decode("latin-1")
            return self._application(
                {**environ, "PATH_INFO": path, "mcdesk.sleep": wait}, start_response
            )

        try:
            response = httpx.WSGITransport(application).handle_request(request)
            response.read()
        except ConnectionResetError as error:
            raise httpx.RemoteProtocolError("the server hung up", request=request) from error
        except TimeoutError as error:
            raise httpx.ReadTimeout("no answer in time", request=request) from error
        return response
