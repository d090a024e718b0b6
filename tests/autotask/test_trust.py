"""Autotask behind certificates of a company's own: trusted if named, else nothing is sent."""

from pathlib import Path

import pytest
from scripted import WEB, Bench
from tlsservers import ISSUER, Authority, https_server
from webs import web

from mcdesk.autotask.connections import Connections
from mcdesk.autotask.session import Request
from mcdesk.errors import Barred

WRITE = Request("PATCH", "Tickets", {"id": 1}, writing=True)


@pytest.mark.parametrize("way", ["directly", "through a proxy"])
@pytest.mark.parametrize("known", [True, False])
def test_a_write(way: str, known: bool, tmp_path: Path) -> None:
    authority, heard, environ = Authority(tmp_path), list[str](), dict[str, str]()

    def answer(method: str, path: str) -> tuple[int, bytes]:
        heard.append(f"{method} {path}")
        return 200, b'{"itemId": 1}'

    tls = authority.server("127.0.0.1", "webservices5.autotask.net")
    proxy = way == "through a proxy"
    with https_server(tls, answer, proxy=proxy) as url:
        if proxy:
            environ["HTTPS_PROXY"] = url
            url = "https://webservices5.autotask.net"
        connections = Connections(lambda: None, web(authority.file if known else "", environ))
        bench = Bench(tmp_path, connections)
        session = bench.session(zone_url=f"{url}/ATServicesRest/", web_url=WEB)
        if known:
            assert session.exchange(WRITE) == b'{"itemId": 1}'
        else:
            with pytest.raises(Barred, match=f"not trusted: .*, issued by {ISSUER}") as caught:
                session.exchange(WRITE)
            assert caught.value.hint is not None
            assert "nothing was sent" in caught.value.hint
            assert "SSL_CERT_FILE" in caught.value.hint
        bench.close()
    assert len(heard) == known
