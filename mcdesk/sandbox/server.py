"""The embedded Autotask over HTTP, on this computer only.

Every connection carries one request, as werkzeug's server has it; one that the API drops is closed
without an answer.
"""

import socket
from collections.abc import Callable
from socketserver import BaseServer
from typing import Any

from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer, WSGIRequestHandler

_LOOPBACK = "127.0.0.1"
# Seconds that a client may leave its request half sent, or its answer half read.
_PATIENCE = 30.0


class _Server(ThreadedWSGIServer):
    """werkzeug's server, which takes Ctrl-C for a good end and says nothing of it."""

    def serve_forever(self, poll_interval: float = 0.5) -> None:
        """Answer requests until `shutdown`, or until the process is interrupted."""
        try:
            BaseServer.serve_forever(self, poll_interval)
        finally:
            self.server_close()


def make_server(
    app: Callable[..., Any],
    port: int,
    *,
    log: Callable[[str], None] | None = None,
    patience: float = _PATIENCE,
) -> BaseWSGIServer:
    """Make a server for *app* on 127.0.0.1, any free port for 0; *log* takes a line a request.

    Requests are answered in threads that end with the process; a client that is silent for
    *patience* seconds is dropped. Raises OSError for a taken port; Ctrl-C gets through to the
    caller.
    """

    class Handler(WSGIRequestHandler):
        timeout = patience

        def send_response(self, code: int, message: str | None = None) -> None:
            """Leave the date to the application, which may have a clock of its own."""
            self.log_request(code)
            self.send_response_only(code, message)
            self.send_header("Server", self.version_string())

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            if log:
                log(f"{self.command} {self.path.split('?')[0]} {code}")

        def connection_dropped(self, *_: Any) -> None:
            """Let the client see at once that there is no answer."""
            self.close_connection = True

        def log(self, type: str, message: str, *args: Any) -> None:
            """Say nothing else: dropped connections are meant."""

    with socket.create_server((_LOOPBACK, port)) as listening:
        # A socket of our own: for a taken port, werkzeug would end the program.
        return _Server(_LOOPBACK, port, app, handler=Handler, fd=listening.fileno())
