"""What every answer is held to: a deadline over all of it, a size, and who it is from."""

import gzip
import socket
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from proxyservers import LOGIN, ProxyServer, proxy_server, raw_server
from tlsservers import ISSUER, Authority, https_server
from webs import web

from mcdesk.barriers import NotTaken, told
from mcdesk.errors import NoWayOut
from mcdesk.web import LARGEST, Web

_OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def client(over: Web) -> Iterator[httpx.Client]:
    http = over.client(timeout=5.0)
    with http:
        yield http


def answering(*pieces: bytes, again: bytes = b"") -> Callable[[socket.socket], None]:
    """Return what sends *pieces*, and then *again* and again, until the client has gone."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        for piece in pieces:
            connection.sendall(piece)
        pause = Event()
        while again:
            connection.sendall(again)
            pause.wait(0.02)

    return serve


@pytest.mark.parametrize(
    ("beginning", "again"),
    [
        pytest.param(_OK + b"Content-Length: 99999\r\n\r\n", b"x", id="the body"),
        pytest.param(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", id="chunks"),
        pytest.param(_OK + b"X-Header: ", b"x", id="the headers"),
        pytest.param(b"", b"HTTP/1.1 102 Processing\r\n\r\n", id="ever new 1xx"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 9, id="ever new 100"),
    ],
)
def test_what_drips_is_given_up(beginning: bytes, again: bytes) -> None:
    with (
        raw_server(answering(beginning, again=again)) as url,
        client(web(longest=0.3)) as http,
        pytest.raises(httpx.ReadTimeout, match=r"within 0.3 seconds|timed out"),
    ):
        http.get(url)


def test_a_silent_proxy_is_given_up() -> None:
    with (
        raw_server(answering(b"", again=b"H")) as url,
        client(web(environ={"HTTPS_PROXY": url}, longest=0.3)) as http,
        pytest.raises(httpx.TimeoutException),
    ):
        http.get("https://h.example/")


def test_each_request_has_its_own_deadline() -> None:
    answer = _OK + b"Content-Length: 2\r\nConnection: close\r\n\r\nok"
    with raw_server(answering(answer)) as url, client(web(longest=0.5)) as http:
        for _ in range(3):
            assert http.get(url).text == "ok"
            Event().wait(0.3)


def packed(body: bytes, encoding: str) -> list[bytes]:
    lines = f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return [_OK + lines, body]


def zeros(number: int) -> bytes:
    packing = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    piece = bytes(1_000_000)
    return b"".join(packing.compress(piece) for _ in range(number // 1_000_000)) + packing.flush()


def test_a_small_answer_that_unpacks_to_more_than_it_may() -> None:
    body = zeros(LARGEST + 50_000_000)
    assert len(body) < 1_000_000
    with (
        raw_server(answering(*packed(body, "gzip"))) as url,
        client(web()) as http,
        pytest.raises(NotTaken, match="holds more than 100 MB") as caught,
    ):
        http.get(url)
    assert told(caught.value, "h") == (str(caught.value), caught.value.mend)


@pytest.mark.parametrize("size", [999, 1000, 1001])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "deflate"])
def test_an_answer_may_hold_so_much(size: int, encoding: str) -> None:
    plain = b"x" * size
    body = {"gzip": gzip.compress(plain), "deflate": zlib.compress(plain)}.get(encoding, plain)
    with raw_server(answering(*packed(body, encoding))) as url, client(web(largest=1000)) as http:
        if size > 1000:
            with pytest.raises(NotTaken):
                http.get(url)
        else:
            answer = http.get(url)
            assert answer.content == plain
            assert answer.headers["content-length"] == str(size)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "\x1b[31m"])
def test_what_is_packed_as_nobody_asked_is_not_unpacked(encoding: str) -> None:
    with (
        raw_server(answering(*packed(b"x", encoding))) as url,
        client(web()) as http,
        pytest.raises((NotTaken, httpx.RemoteProtocolError)) as caught,
    ):
        http.get(url)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("says", "login", "problem", "said"),
    [
        (403, "", NotTaken, "said 403 Forbidden"),
        (503, "", NotTaken, "said 503 Service Unavailable"),
        (200, LOGIN, NoWayOut, "wants a login: it said 407"),
    ],
)
def test_a_proxy_that_passes_plain_requests_on(
    says: int, login: str, problem: type[Exception], said: str
) -> None:
    with (
        proxy_server(ProxyServer(says, login), 9) as proxy,
        client(web(environ={"HTTP_PROXY": proxy.url()})) as http,
        pytest.raises(problem) as caught,
    ):
        http.post("http://127.0.0.1:9/V1.0/Tickets", json={})
    assert f"the proxy 127.0.0.1:{proxy.port} (HTTP_PROXY) {said}" in str(caught.value)
    assert proxy.asked == ["POST http://127.0.0.1:9/V1.0/Tickets"]


def test_a_host_behind_a_proxy_is_heard() -> None:
    """What is JSON is the host's own answer, whatever its status."""
    answer = b'HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\n{"errors": []'
    with raw_server(answering(answer)) as url, client(web(environ={"HTTP_PROXY": url})) as http:
        assert http.get("http://127.0.0.1:9/").status_code == 403


def test_a_proxy_that_nobody_named_wants_a_login() -> None:
    answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with (
        raw_server(answering(answer)) as url,
        client(web()) as http,
        pytest.raises(NoWayOut, match="a proxy on the way wants a login"),
    ):
        http.get(url)


def test_a_proxy_that_is_no_proxy() -> None:
    with (
        raw_server(answering(b"SSH-2.0-OpenSSH\r\n")) as url,
        client(web(environ={"HTTPS_PROXY": url})) as http,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        http.get("https://h.example/")


@pytest.mark.parametrize("public", [True, False])
def test_the_way_is_seen(public: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    if public:
        monkeypatch.setattr("certifi.where", lambda: authority.file)
    over = web(authority.file)
    assert over.way() is None
    with (
        https_server(authority.server("127.0.0.1"), lambda *_: (200, b"ok")) as url,
        client(over) as http,
    ):
        http.get(url)
        way = over.way()
    assert way is not None
    assert (way.proxy, way.issuer, way.inspects) == (None, ISSUER, not public)


def test_without_the_list_of_browsers_nobody_is_said_to_look_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    over = web(authority.file)
    with (
        https_server(authority.server("127.0.0.1"), lambda *_: (200, b"ok")) as url,
        client(over) as http,
    ):
        http.get(url)
        monkeypatch.setitem(sys.modules, "certifi", None)
        way = over.way()
    assert way is not None
    assert (way.issuer, way.inspects) == (ISSUER, False)


def test_without_tls_there_is_no_issuer() -> None:
    over = web()
    answer = _OK + b"Content-Length: 2\r\n\r\nok"
    with raw_server(answering(answer)) as url, client(over) as http:
        http.get(url)
        assert over.way() == (None, "", False)


def test_a_stand_in_is_asked_in_the_networks_place() -> None:
    over: Any = web(environ={"HTTPS_PROXY": "nonsense:x"})
    stand_in = httpx.MockTransport(lambda request: httpx.Response(200, text=str(request.url)))
    with over.client(timeout=1.0, transport=stand_in) as http:
        assert http.get("https://h.example/").text == "https://h.example/"
    assert over.way() is None
