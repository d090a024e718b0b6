"""Servers with certificates of a throwaway authority: met directly, or as a company's proxy."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import trustme

ISSUER = "Looking Inside Inc."
# What answers: method and path -> status, body.
Answer = Callable[[str, str], tuple[int, bytes]]


class Authority:
    """An authority that nobody trusts whose SSL_CERT_FILE is not *file*."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA(organization_name=ISSUER)
        self.file = str(folder / "authority.pem")
        self._ca.cert_pem.write_to_path(self.file)

    def server(self, *names: str) -> ssl.SSLContext:
        """Make what a server called *names* shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*names).configure_cert(context)
        return context


@contextmanager
def https_server(tls: ssl.SSLContext, answer: Answer, *, proxy: bool = False) -> Iterator[str]:
    """Answer requests on 127.0.0.1, and yield the address; as a *proxy*, in every host's name."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def setup(self) -> None:
            if not proxy:
                self.request = tls.wrap_socket(self.request, server_side=True)
            super().setup()

        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.connection = tls.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", buffering=0)

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = answer(self.command, self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PATCH = do_GET

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:
            """Stay quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Expect a client that does not trust us."""

    with serving(Server(("127.0.0.1", 0), Handler)) as port:
        yield f"{'http' if proxy else 'https'}://127.0.0.1:{port}"


@contextmanager
def serving(server: HTTPServer) -> Iterator[int]:
    """Run *server* in a thread that ends with the block; yield its port."""
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
