"""An incoming webhook on a real socket, which answers as Slack documents.

(api.slack.com, "Errors for incoming webhooks"; docs.slack.dev, "Sending messages using incoming
webhooks")
"""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from typing import Any

from slack_sdk.models.blocks import Block

PATH = "/services/T0/B0/s3cret"


@dataclass
class SlackServer:
    """A channel; *says* are the answers to come before "ok": status, body, headers."""

    url: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    says: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    asked: int = 0
    heard: Callable[[dict[str, Any]], None] = lambda _: None

    def answer(self, path: str, body: bytes) -> tuple[int, str, dict[str, str]]:
        """Take a post in, or say what is wrong with it."""
        self.asked += 1
        if self.says:
            return self.says.pop(0)
        if path != PATH:
            return 403, "invalid_token", {}
        try:
            post = json.loads(body)
            blocks = [block.to_dict() for block in Block.parse_all(post.get("blocks", []))]
        except ValueError as error:
            return 400, f"invalid_payload {error}", {}
        if not post.get("text"):
            return 400, "no_text", {}
        if len(blocks) > 50 or blocks != post.get("blocks", []):
            return 400, "invalid_blocks", {}
        self.posts.append(post)
        self.heard(post)
        return 200, "ok", {}


@contextmanager
def slack_server() -> Iterator[SlackServer]:
    """Run a channel on a free port of this computer."""
    slack = SlackServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, text, headers = slack.answer(self.path, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Stay quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        slack.url = f"http://127.0.0.1:{server.server_port}{PATH}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield slack
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def dripping_server(beginning: bytes) -> Iterator[str]:
    """Run a server that answers *beginning* and then a byte now and then for ever; yield a webhook.

    No single read of its answer takes long.
    """
    ended = Event()

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(beginning)
            while not ended.wait(0.02):
                connection.sendall(b"x")

    def serve() -> None:
        with suppress(OSError):
            while not ended.is_set():
                drip(listening.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}"
        finally:
            ended.set()
            socket.create_connection(listening.getsockname()).close()  # it may be waiting for one
            thread.join()
