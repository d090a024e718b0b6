"""What TLS trusts: which certificates, and when they are loaded."""

import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1
from pathlib import Path
from threading import Barrier, Thread

import httpx
import pytest
import truststore
from cryptography import x509
from slackserver import slack_server
from systems import posix_only
from tlsservers import ISSUER, Authority, https_server

from mcdesk import certificates
from mcdesk.certificates import distrusted, trusted
from mcdesk.errors import SettingsProblem
from mcdesk.slack import Slack

NAMED_STORE = posix_only("a system's store that a variable names")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count the contexts that are made from now on, by OpenSSL or by truststore."""
    made: list[str] = []
    by_openssl, by_truststore = ssl.create_default_context, truststore.SSLContext.__init__

    def openssl(*, cafile: str | None, capath: str | None) -> ssl.SSLContext:
        made.append("openssl")
        return by_openssl(cafile=cafile, capath=capath)

    def system(self: truststore.SSLContext, protocol: int) -> None:
        made.append("truststore")
        by_truststore(self, protocol)

    monkeypatch.setattr(ssl, "create_default_context", openssl)
    monkeypatch.setattr(truststore.SSLContext, "__init__", system)
    return made


@contextmanager
def client(certificates: ssl.SSLContext) -> Iterator[httpx.Client]:
    with httpx.Client(verify=certificates, trust_env=False) as client:
        yield client


def test_without_tls_nothing_is_loaded(made: list[str]) -> None:
    with slack_server() as slack:
        over = Slack(slack.url, certificates=trusted("", ""))
        over.post({"text": "hello"})
        over.close()
    assert len(slack.posts) == 1
    assert made == []


def test_it_is_loaded_by_the_first_connection_and_serves_all(
    made: list[str], tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    context = trusted(authority.file, "")
    assert made == []
    with https_server(authority.server("127.0.0.1"), lambda *_: (200, b"ok")) as url:
        for _ in range(3):
            with client(context) as http:
                assert http.get(url).text == "ok"
    assert made == ["openssl"]


@pytest.mark.parametrize("known", [True, False])
def test_the_file_that_is_named_stands_in_place_of_the_store(known: bool, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    authority, other = Authority(tmp_path), Authority(tmp_path / "other")
    context = trusted(authority.file if known else other.file, "")
    with (
        https_server(authority.server("127.0.0.1"), lambda *_: (200, b"ok")) as url,
        client(context) as http,
    ):
        if known:
            assert http.get(url).text == "ok"
            return
        with pytest.raises(httpx.ConnectError) as caught:
            http.get(url)
    told = distrusted(caught.value, "mail.example.com")
    assert told is not None
    assert "mail.example.com" in told[0]
    assert told[0].endswith(f"issued by {ISSUER}")
    assert "SSL_CERT_FILE" in told[1]


def test_a_folder_that_is_named(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    (certificate,) = x509.load_pem_x509_certificates(Path(authority.file).read_bytes())
    # What OpenSSL looks for: a hash of the name in small letters, without its outer header.
    small = x509.Name(
        x509.NameAttribute(part.oid, part.value.lower()) for part in certificate.issuer
    )
    digest = sha1(small.public_bytes()[2:], usedforsecurity=False).digest()
    Path(authority.file).rename(tmp_path / f"{int.from_bytes(digest[:4], 'little'):08x}.0")
    with (
        https_server(authority.server("127.0.0.1"), lambda *_: (200, b"ok")) as url,
        client(trusted("", str(tmp_path))) as http,
    ):
        assert http.get(url).text == "ok"


@pytest.mark.parametrize("known", [pytest.param(True, marks=NAMED_STORE), False])
def test_a_store_that_only_the_system_can_read(
    known: bool, made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    if known:  # in the system's store, as far as truststore sees
        monkeypatch.setenv("SSL_CERT_FILE", authority.file)
    monkeypatch.setattr(certificates, "_STORES_OF_THEIR_OWN", {sys.platform})
    with (
        https_server(authority.server("127.0.0.1"), lambda *_: (200, b"ok")) as url,
        client(trusted("", "")) as http,
    ):
        if known:
            assert http.get(url).text == "ok"
        else:
            with pytest.raises(httpx.ConnectError) as caught:
                http.get(url)
            assert distrusted(caught.value, "127.0.0.1")
    assert made == ["truststore"]


@pytest.mark.parametrize("own_store", [pytest.param(True, marks=NAMED_STORE), False])
def test_a_slow_server_keeps_no_other_waiting(
    own_store: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two connections are shaking hands before either is answered."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", authority.file)
    if own_store:
        monkeypatch.setattr(certificates, "_STORES_OF_THEIR_OWN", {sys.platform})
    context = trusted("" if own_store else authority.file, "")
    tls = authority.server("127.0.0.1")
    both, protected = Barrier(2), []

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        connection.recv(1, socket.MSG_PEEK)
        both.wait(10)
        with tls.wrap_socket(connection, server_side=True):
            pass

    def connect(address: tuple[str, int]) -> None:
        with context.wrap_socket(
            socket.create_connection(address, 10), server_hostname="127.0.0.1"
        ) as sock:
            protected.append(sock.version())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = listening.getsockname()
        threads = [Thread(target=serve, args=[listening]) for _ in range(2)]
        threads += [Thread(target=connect, args=[address]) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(protected) == 2


@pytest.mark.parametrize("holds", [None, "no certificate"])
def test_a_file_that_cannot_be_read(holds: str | None, tmp_path: Path) -> None:
    path = tmp_path / "company.pem"
    if holds is not None:
        path.write_text(holds, encoding="utf-8")
    with (
        https_server(Authority(tmp_path).server("127.0.0.1"), lambda *_: (200, b"ok")) as url,
        client(trusted(str(path), "")) as http,
        pytest.raises(SettingsProblem, match=r"SSL_CERT_FILE cannot be read: .*company.pem") as it,
    ):
        http.get(url)
    assert it.value.exit_code == 4


def test_another_error_is_none_of_a_certificate() -> None:
    assert distrusted(httpx.ConnectError("no route"), "127.0.0.1") is None
