"""A company's proxy on this computer: it lets through, wants a login, or says no."""

import select
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tlsservers import serving

LOGIN = "jane:hunter2"


@dataclass
class ProxyServer:
    """A proxy at *port*, and what it was *asked*; *says* other than 200 is a refusal.

    With *login*, it lets nobody through without that one, and with *barred*, nobody to that host.
    """

    says: int = 200
    login: str = ""
    barred: str = ""
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def url(self, login: str = "", scheme: str = "http") -> str:
        return f"{scheme}://{login + '@' if login else ''}127.0.0.1:{self.port}"

    def answer(self, line: str, shown: str) -> int:
        self.asked.append(line)
        wanted = f"Basic {b64encode(self.login.encode()).decode()}"
        if self.barred and f" {self.barred}:" in line:
            return 403
        return 407 if self.login and shown != wanted else self.says


class _Handler(BaseHTTPRequestHandler):
    """What *proxy* does, before the port *upstream*; over *tls*, if it has any."""

    proxy: ProxyServer
    upstream: int
    tls: ssl.SSLContext | None
    protocol_version = "HTTP/1.1"
    timeout = 5

    def setup(self) -> None:
        if self.tls:
            self.request = self.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def do_CONNECT(self) -> None:
        self.close_connection = True
        if self._refused():
            return
        with socket.create_connection(("127.0.0.1", self.upstream), 5) as behind:
            self.send_response(200)
            self.end_headers()
            _join(self.connection, behind)

    def do_GET(self) -> None:
        """Pass on a request as it is, to a server of this computer's."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._refused():
            self.send_error(502)

    do_POST = do_PATCH = do_GET

    def _refused(self) -> bool:
        shown = self.headers.get("Proxy-Authorization", "")
        says = self.proxy.answer(f"{self.command} {self.path}", shown)
        if says == 200:
            return False
        page = b"<html>Example Dental: not allowed</html>"
        self.send_response(says, responses[says])
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
        return True

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Expect a client that does not trust us."""


@contextmanager
def proxy_server(
    proxy: ProxyServer, upstream: int, *, tls: ssl.SSLContext | None = None
) -> Iterator[ProxyServer]:
    """Run *proxy*, which connects everybody to the port *upstream*, whatever host was named."""
    handler = type("Handler", (_Handler,), {"proxy": proxy, "upstream": upstream, "tls": tls})
    with serving(_Server(("127.0.0.1", 0), handler)) as proxy.port:
        yield proxy


def _join(one: socket.socket, other: socket.socket) -> None:
    """Let both talk to each other until one hangs up."""
    with suppress(OSError):
        while ready := _readable(one, other):
            for each in ready:
                if not (data := each.recv(65536)):
                    return
                (other if each is one else one).sendall(data)


def _readable(*sockets: socket.socket) -> list[socket.socket]:
    pending: list[socket.socket] = [
        each for each in sockets if isinstance(each, ssl.SSLSocket) and each.pending()
    ]
    return pending or select.select(sockets, [], [], 5)[0]


@contextmanager
def raw_server(serve: Callable[[socket.socket], Any]) -> Iterator[str]:
    """Let *serve* have each connection, and yield the address."""

    def run() -> None:
        with suppress(OSError):
            while True:
                connection = listening.accept()[0]
                with connection, suppress(OSError):
                    serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        with suppress(OSError):  # on Windows, closing it is enough
            listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)
