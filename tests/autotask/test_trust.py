"""Autotask behind certificates of a company's own: trusted if named, else nothing is sent."""

from pathlib import Path

import pytest
from scripted import WEB, Bench
from tlsservers import ISSUER, Authority, https_server

from mcdesk.autotask.connections import Connections
from mcdesk.autotask.session import Request
from mcdesk.certificates import trusted
from mcdesk.errors import Unreachable

WRITE = Request("PATCH", "Tickets", {"id": 1}, writing=True)


@pytest.mark.parametrize("way", ["directly", "through a proxy"])
@pytest.mark.parametrize("known", [True, False])
def test_a_write(way: str, known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, heard = Authority(tmp_path), list[str]()

    def answer(method: str, path: str) -> tuple[int, bytes]:
        heard.append(f"{method} {path}")
        return 200, b'{"itemId": 1}'

    connections = Connections(lambda: None, trusted(authority.file if known else "", ""))
    bench = Bench(tmp_path, connections)
    tls = authority.server("127.0.0.1", "webservices5.autotask.net")
    proxy = way == "through a proxy"
    with https_server(tls, answer, proxy=proxy) as url:
        if proxy:
            monkeypatch.setenv("https_proxy", url)
            url = "https://webservices5.autotask.net"
        session = bench.session(zone_url=f"{url}/ATServicesRest/", web_url=WEB)
        if known:
            assert session.exchange(WRITE) == b'{"itemId": 1}'
        else:
            with pytest.raises(Unreachable, match=f"not trusted: .*, issued by {ISSUER}") as caught:
                session.exchange(WRITE)
            assert caught.value.hint is not None
            assert "nothing was sent" in caught.value.hint
            assert "SSL_CERT_FILE" in caught.value.hint
        bench.close()
    assert len(heard) == known
