"""Which proxy a request takes, and what is shown of one."""

from collections.abc import Mapping

import pytest

from mcdesk import proxies
from mcdesk.proxies import Proxies, Proxy

AUTOTASK = "https://webservices5.autotask.net/ATServicesRest/"
P = "http://p:1"


@pytest.mark.parametrize(
    ("environ", "url", "taken"),
    [
        pytest.param({}, AUTOTASK, None, id="none"),
        pytest.param({"HTTPS_PROXY": P}, AUTOTASK, "HTTPS_PROXY", id="its own"),
        pytest.param({"HTTP_PROXY": P}, AUTOTASK, None, id="that of plain HTTP"),
        pytest.param({"HTTP_PROXY": P}, "http://h.example/", "HTTP_PROXY", id="plain HTTP"),
        pytest.param({"ALL_PROXY": P}, AUTOTASK, "ALL_PROXY", id="that of all"),
        pytest.param({"ALL_PROXY": P, "HTTPS_PROXY": P}, AUTOTASK, "HTTPS_PROXY", id="both"),
        pytest.param({"https_proxy": P, "HTTPS_PROXY": "x:y"}, AUTOTASK, "https_proxy", id="small"),
        pytest.param({"https_proxy": "", "HTTPS_PROXY": P}, AUTOTASK, None, id="emptied"),
        pytest.param({"Https_Proxy": P}, AUTOTASK, "Https_Proxy", id="mixed letters"),
        pytest.param({"HTTPS_PROXY": "  "}, AUTOTASK, None, id="blanks"),
        pytest.param({"HTTPS_PROXY": "p:1"}, AUTOTASK, "HTTPS_PROXY", id="without a scheme"),
        pytest.param({"OUR_PROXY": "socks://x", "PROXY": "x"}, AUTOTASK, None, id="another's"),
        pytest.param(
            {"ALL_PROXY": "socks://x", "HTTP_PROXY": P, "HTTPS_PROXY": P},
            AUTOTASK,
            "HTTPS_PROXY",
            id="one that nothing is left to",
        ),
    ],
)
def test_which(environ: Mapping[str, str], url: str, taken: str | None) -> None:
    proxy = Proxies(environ).of(url)
    assert (proxy.variable if proxy else None) == taken


@pytest.mark.parametrize(
    ("excepted", "url", "direct"),
    [
        ("*", AUTOTASK, True),
        ("autotask.net", AUTOTASK, True),
        (".autotask.net", AUTOTASK, True),
        ("*.autotask.net", AUTOTASK, True),
        ("WebServices5.Autotask.NET", AUTOTASK, True),
        ("task.net", AUTOTASK, False),
        ("webservices5", AUTOTASK, False),
        ("example.com, autotask.net,", AUTOTASK, True),
        ("autotask.net:443", AUTOTASK, True),
        ("autotask.net:8443", AUTOTASK, False),
        ("autotask.net:8443", "https://h.autotask.net:8443/", True),
        ("https://autotask.net", AUTOTASK, True),
        ("http://autotask.net", AUTOTASK, False),
        ("all://autotask.net", AUTOTASK, True),
        ("10.1.2.3", "https://10.1.2.3/", True),
        ("10.0.0.0/8", "https://10.1.2.3/", True),
        ("10.0.0.0/8", "https://11.1.2.3/", False),
        ("10.0.0.0/8", AUTOTASK, False),
        ("fd00::1", "https://[fd00::1]/", True),
        ("fd00::/8", "https://[fd00::1]/", True),
        ("", AUTOTASK, False),
        (" , ,", AUTOTASK, False),
    ],
)
def test_exceptions(excepted: str, url: str, direct: bool) -> None:
    proxy = Proxies({"HTTPS_PROXY": P, "NO_PROXY": excepted}).of(url)
    assert (proxy is None) == direct


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "LOCALHOST", "[::1]"])
@pytest.mark.parametrize("local", ["127.0.0.1", "localhost", "[::1]"])
def test_this_computer_is_asked_by_a_proxy_on_it_alone(host: str, local: str) -> None:
    """Any other would read the login, for nothing protects it on this computer."""
    url = f"http://{host}:8080/ATServicesRest/"
    assert Proxies({"HTTP_PROXY": "http://proxy.example:3128"}).of(url) is None
    assert Proxies({"HTTP_PROXY": f"http://{local}:3128"}).of(url) is not None


@pytest.mark.parametrize(
    ("text", "proxy", "shown"),
    [
        ("p", Proxy("A", "http", "p", 80), "the proxy p:80 (A)"),
        ("http://P.example:3128/", Proxy("A", "http", "p.example", 3128), "p.example:3128"),
        ("https://p", Proxy("A", "https", "p", 443), "p:443"),
        ("http://[fd00::1]:8", Proxy("A", "http", "fd00::1", 8), "[fd00::1]:8"),
        ("http://u@p", Proxy("A", "http", "p", 80, (b"u", b"")), "p:80"),
        ("http://u:p%40%C3%BC@p", Proxy("A", "http", "p", 80, (b"u", "p@ü".encode())), "p:80"),
        ("http://DOM%5Cu:a@b@p", Proxy("A", "http", "p", 80, (b"DOM\\u", b"a@b")), "p:80"),
    ],
)
def test_what_is_read(text: str, proxy: Proxy, shown: str) -> None:
    read = Proxies({"ALL_PROXY": text}).of(AUTOTASK)
    assert read
    assert (read.scheme, read.host, read.port, read.login) == (
        *(proxy.scheme, proxy.host, proxy.port, proxy.login),
    )
    assert shown.replace("(A)", "(ALL_PROXY)") in str(read)
    assert "login" not in repr(read)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_socks_with_its_library(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcdesk.proxies.find_spec", lambda _: "found")
    proxy = Proxies({"ALL_PROXY": f"{scheme}://p"}).of(AUTOTASK)
    assert proxy
    assert proxy.port == 1080


def test_what_the_system_has_set_counts_if_no_variable_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies, "system_settings", lambda: {"https": "http://p:3128"})
    proxy = Proxies({"PATH": "x"}).of(AUTOTASK)
    assert str(proxy) == "the proxy p:3128 (this system's proxy settings)"
    assert Proxies({"NO_PROXY": "example.com"}).of(AUTOTASK) is None


@pytest.mark.parametrize("ask", ["getproxies_registry", "getproxies_macosx_sysconf"])
def test_the_systems_settings(ask: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib.request

    monkeypatch.undo()  # the guard that keeps those of this computer out
    for name in ("getproxies_registry", "getproxies_macosx_sysconf"):
        monkeypatch.delattr(urllib.request, name, raising=False)
    assert proxies.system_settings() == {}
    told = {"https": "http://p:1", "ftp": "http://p:2", "socks": "socks://p:3"}
    monkeypatch.setattr(urllib.request, ask, lambda: told, raising=False)
    assert proxies.system_settings() == {"https": "http://p:1"}
