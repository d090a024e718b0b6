"""Every way out over HTTP, through every kind of proxy, and by every variable that is none."""

import ssl
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from proxyservers import LOGIN, ProxyServer, proxy_server
from scripted import Bench
from tlsservers import ISSUER, Authority, https_server
from waysout import HOSTS, WAYS, WayOut, answer
from webs import web

from mcdesk.autotask import entities as e
from mcdesk.autotask.connections import Connections
from mcdesk.errors import Barred, DeskError, NoWayOut

Companys = Callable[..., ProxyServer]


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> WayOut:
    found: WayOut = request.param
    return found


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def company(authority: Authority, heard: list[str]) -> Iterator[Companys]:
    """Return what makes a proxy that looks inside what goes to any of the hosts."""

    def answering(method: str, path: str) -> tuple[int, bytes]:
        heard.append(f"{method} {path}")
        return answer(method, path)

    with ExitStack() as open_ones:
        url = open_ones.enter_context(https_server(authority.server(*HOSTS), answering))
        port = urlsplit(url).port or 0

        def make(says: int = 200, login: str = "", **tls: ssl.SSLContext) -> ProxyServer:
            return open_ones.enter_context(proxy_server(ProxyServer(says, login), port, **tls))

        yield make


def another_authority(folder: Path) -> str:
    """Return the file of an authority that has issued nothing."""
    (folder / "another").mkdir(exist_ok=True)
    return Authority(folder / "another").file


def problem_of(way: WayOut, folder: Path, environ: dict[str, str]) -> DeskError:
    """Go *way*, which fails; what is raised shows no secret, and says what mends it."""
    with pytest.raises(DeskError) as caught:
        way.attempt(web(another_authority(folder), environ), folder)
    told = f"{vars(caught.value)} {''.join(traceback.format_exception(caught.value))}"
    assert "hunter2" not in told
    assert "s3cret" not in told
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("login", ["", LOGIN])
def test_a_proxy_that_lets_through(
    way: WayOut, variable: str, login: str, company: Companys, authority: Authority, tmp_path: Path
) -> None:
    proxy = company(login=login)
    way.attempt(web(authority.file, {variable: proxy.url(login)}), tmp_path)
    assert set(proxy.asked) == {f"CONNECT {way.host}:443"}


def test_a_proxy_whose_certificates_nobody_trusts(
    way: WayOut, company: Companys, heard: list[str], tmp_path: Path
) -> None:
    proxy = company()
    problem = problem_of(way, tmp_path, {"HTTPS_PROXY": proxy.url()})
    assert isinstance(problem, way.problem)
    assert "not trusted" in problem.message
    assert f"issued by {ISSUER}" in problem.message
    assert "SSL_CERT_FILE" in (problem.hint or "")
    assert heard == []


@pytest.mark.parametrize("shown", ["", "jane:hunter2-mistyped"])
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_wants_another_login(
    way: WayOut, shown: str, variable: str, company: Companys, heard: list[str], tmp_path: Path
) -> None:
    proxy = company(login=LOGIN)
    problem = problem_of(way, tmp_path, {variable: proxy.url(shown)})
    assert isinstance(problem, NoWayOut)
    assert problem.exit_code == 4
    wants = "does not accept the login" if shown else "wants a login"
    assert problem.message.startswith(
        f"the proxy 127.0.0.1:{proxy.port} ({variable}) {wants}: it said 407"
    )
    assert variable in (problem.hint or "")
    assert len(proxy.asked) == 1
    assert heard == []


@pytest.mark.parametrize("says", [403, 502, 503])
def test_a_proxy_that_says_no(
    way: WayOut,
    says: int,
    company: Companys,
    authority: Authority,
    heard: list[str],
    tmp_path: Path,
) -> None:
    proxy = company(says=says)
    problem = problem_of(way, tmp_path, {"HTTPS_PROXY": proxy.url(LOGIN)})
    assert isinstance(problem, way.problem)
    said = f"the proxy 127.0.0.1:{proxy.port} (HTTPS_PROXY) said {says}"
    assert said in problem.message
    assert len(proxy.asked) == 1
    assert heard == []


def test_a_proxy_that_is_not_there(way: WayOut, company: Companys, tmp_path: Path) -> None:
    problem = problem_of(way, tmp_path, {"HTTPS_PROXY": f"http://{LOGIN}@127.0.0.1:9"})
    assert isinstance(problem, way.problem)
    assert "the proxy 127.0.0.1:9 (HTTPS_PROXY) cannot be reached" in problem.message


def test_a_plain_proxy_that_is_called_one_over_tls(
    way: WayOut, company: Companys, tmp_path: Path
) -> None:
    proxy = company()
    problem = problem_of(way, tmp_path, {"HTTPS_PROXY": proxy.url(LOGIN, "https")})
    assert isinstance(problem, way.problem)
    said = f"the proxy 127.0.0.1:{proxy.port} (HTTPS_PROXY) cannot be reached"
    assert said in problem.message
    assert "most are http://" in (problem.hint or "")


@pytest.mark.parametrize("trusted", [True, False])
def test_a_proxy_that_is_met_over_tls(
    way: WayOut,
    trusted: bool,
    company: Companys,
    authority: Authority,
    heard: list[str],
    tmp_path: Path,
) -> None:
    proxy = company(login=LOGIN, tls=authority.server("127.0.0.1"))
    environ = {"HTTPS_PROXY": proxy.url(LOGIN, "https")}
    if trusted:
        way.attempt(web(authority.file, environ), tmp_path)
        assert heard
        return
    problem = problem_of(way, tmp_path, environ)
    assert isinstance(problem, way.problem)
    shown = f"the certificate of the proxy 127.0.0.1:{proxy.port} (HTTPS_PROXY) is not trusted"
    assert shown in problem.message
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        pytest.param("ALL_PROXY", "socks5://127.0.0.1:1080", "a SOCKS proxy", id="socks5"),
        pytest.param("HTTPS_PROXY", "socks5h://jane:hunter2@h", "a SOCKS proxy", id="socks5h"),
        pytest.param("all_proxy", "socks://127.0.0.1:1080", "a SOCKS proxy", id="socks"),
        pytest.param(
            "HTTPS_PROXY", "ftp://jane:hunter2@h:21", "can't use ftp proxies", id="a scheme"
        ),
        pytest.param("HTTPS_PROXY", "http://jane:hunter2@h:port", "not shown", id="a port"),
        pytest.param("HTTPS_PROXY", "http://jane:hunter2@h:99999", "not shown", id="a high port"),
        pytest.param("HTTPS_PROXY", "http://h:0", "not shown", id="port 0"),
        pytest.param("HTTPS_PROXY", "http://jane:hunter2", "not shown", id="no host"),
        pytest.param("HTTPS_PROXY", "http://jane:hunter2@", "not shown", id="an empty host"),
        pytest.param("https_proxy", "http://jane:hun#ter2@h:1", "not shown", id="a bare #"),
        pytest.param("https_proxy", "http://jane:12/hunter2@h:1", "not shown", id="a bare /"),
        pytest.param("https_proxy", "http://[::1", "not shown", id="half a bracket"),
        pytest.param("https_proxy", "http://[jane]:hunter2@h", "not shown", id="brackets"),
        pytest.param("HTTPS_PROXY", "http://my proxy:8080", "not shown", id="a blank"),
        pytest.param("HTTPS_PROXY", f"http://{'x' * 64}.example:1", "not shown", id="a long name"),
        pytest.param("HTTP_PROXY", "http://jane:hunter2@h:port", "not shown", id="plain HTTP's"),
        pytest.param("NO_PROXY", "[::1]", '"[::1]" is no', id="NO_PROXY with brackets"),
        pytest.param("no_proxy", "localhost,a b", '"a b" is no', id="NO_PROXY with a blank"),
        pytest.param("NO_PROXY", "jane:hunter2@h", "has no", id="NO_PROXY with a login"),
    ],
)
def test_a_variable_that_cannot_be_used(
    way: WayOut,
    variable: str,
    text: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mcdesk.proxies.find_spec", lambda _: None)
    problem = problem_of(way, tmp_path, {variable: text})
    assert isinstance(problem, NoWayOut)
    assert problem.exit_code == 4
    assert problem.message.startswith(f"{variable} cannot be used")
    assert said in problem.message
    assert variable in (problem.hint or "")


def test_a_refusal_of_the_proxy_is_none_of_autotasks(
    company: Companys, authority: Authority, tmp_path: Path
) -> None:
    """Nothing is remembered against the login of Autotask, and a read is not tried again."""
    for refusing in (company(says=403), company(login=LOGIN), company()):
        environ = {"HTTPS_PROXY": refusing.url()}
        bench = Bench(
            tmp_path, Connections(lambda: None, web(another_authority(tmp_path), environ))
        )
        with pytest.raises((Barred, NoWayOut)):
            bench.rows(e.COMPANIES, e.where("id", "gte", 0))
        assert bench.slept == []
        assert len(refusing.asked) == 1
        bench.close()
    WAYS["autotask"].attempt(web(authority.file, {"HTTPS_PROXY": company().url()}), tmp_path)
