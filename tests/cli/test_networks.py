"""The whole program behind a company's proxy that looks inside: what it says, and what it hides."""

import errno
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
from mailservers import Behaviour, mail_server
from offices import CONFIG, SECRETS, Office, Result
from proxyservers import LOGIN, ProxyServer, proxy_server
from tlsservers import ISSUER, Authority, serving

from mcdesk.autotask.connections import Connections
from mcdesk.errors import NoWayOut

HOST = "webservices99.autotask.net"


class Company:
    """An office whose Autotask is reached over TLS, through proxies that show *authority*'s."""

    def __init__(self, office: Office, authority: Authority, port: int, stack: ExitStack) -> None:
        self.office, self.authority = office, authority
        self._port, self._stack = port, stack

    def proxy(self, says: int = 200, login: str = "", shown: str = "") -> ProxyServer:
        """Run a proxy, and name it in HTTPS_PROXY with the login *shown*."""
        proxy = self._stack.enter_context(proxy_server(ProxyServer(says, login), self._port))
        self.office.environ["HTTPS_PROXY"] = proxy.url(shown)
        return proxy

    def trust(self) -> None:
        self.office.environ["SSL_CERT_FILE"] = self.authority.file

    def run(self, *argv: str) -> Result:
        """Call mcdesk; no secret is in what it says."""
        done = self.office.run(*argv)
        assert not [each for each in (*SECRETS.values(), "hunter2") if each in done.out + done.err]
        return done

    def doctor(self) -> tuple[int, dict[str, Any]]:
        done = self.run("doctor", "--json")
        return done.code, {each["check"]: each for each in json.loads(done.out)["checks"]}


@contextmanager
def autotask_over_tls(app: Any, tls: ssl.SSLContext) -> Iterator[int]:
    class Handler(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Stay quiet."""

    server = make_server("127.0.0.1", 0, app, handler_class=Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.base_environ["HTTPS"] = "on"  # else its links to further pages would be without TLS
    with serving(server) as port:
        yield port


@pytest.fixture
def company(office: Office, tmp_path: Path) -> Iterator[Company]:
    office.transport = None  # type: ignore[assignment] # no stand-in: the network itself
    authority = Authority(tmp_path)
    with ExitStack() as stack:
        tls = authority.server(HOST)
        port = stack.enter_context(autotask_over_tls(office.app, tls))
        yield Company(office, authority, port, stack)


def test_work_gets_done_through_a_proxy_with_a_login(company: Company) -> None:
    proxy = company.proxy(login=LOGIN, shown=LOGIN)
    company.trust()
    company.office.ticket(125, ticketNumber="T1")
    assert company.run("-v", "stale", "--ids").out.split() == ["T1"]
    assert set(proxy.asked) == {f"CONNECT {HOST}:443"}


def test_pages_are_followed_over_tls(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every one: a link that leads out of TLS is refused, whoever it is from."""
    monkeypatch.setattr("mcdesk.autotask.reads.MOST", 2)
    company.proxy()
    company.trust()
    numbers = [f"T{n}" for n in range(5)]
    for number in numbers:
        company.office.ticket(125, ticketNumber=number)
    assert sorted(company.run("stale", "--ids").out.split()) == numbers
    assert company.run("list", "--mine").code == 0


def test_no_command_leaves_the_proxys_login(company: Company) -> None:
    """Every byte in the app folder is searched afterwards (conftest.py), the output in `run`."""
    proxy = company.proxy(login=LOGIN, shown=LOGIN)
    company.trust()
    ticket = str(company.office.ticket(125, title="Printer offline"))
    for argv in (
        ["find", "printer"],
        ["list", "--unclaimed"],
        ["send-to-mc", ticket, "--yes", "--note", "call after three"],
        ["list", "--with-mc"],
        ["report", "--csv"],
        ["claim", ticket, "--force"],
        ["undo", "--yes"],
        ["log", "--check"],
    ):
        assert company.run("-v", *argv).code == 0
    assert set(proxy.asked) == {f"CONNECT {HOST}:443"}


def test_doctor_says_what_it_went_through(company: Company) -> None:
    proxy = company.proxy(login=LOGIN, shown=LOGIN)
    company.trust()
    code, found = company.doctor()
    assert code == 0
    assert found["network"] == {
        "check": "network",
        "result": "ok",
        "found": f"{HOST} answers, through the proxy 127.0.0.1:{proxy.port} (HTTPS_PROXY); its "
        f"certificate is from {ISSUER}, and trusted by SSL_CERT_FILE; that is not a public "
        "authority: something on the way inspects traffic, as company networks do",
        "mend": None,
    }


def test_doctor_says_why_nobody_could_be_asked(company: Company) -> None:
    proxy = company.proxy()
    proxy.barred = "webservices.autotask.net"  # where any tenant's zone is asked for
    company.trust()
    code, found = company.doctor()
    assert code == 0
    for name in ("user", "zone"):
        assert found[name]["result"] == "warning"
        assert "couldn't ask Autotask" in found[name]["found"]
        assert "(HTTPS_PROXY) said 403 Forbidden" in found[name]["found"]
        assert found[name]["mend"].startswith("ask whoever runs the proxy")
    assert found["login"]["result"] == "ok"


def test_a_text_waits_when_the_proxy_wants_another_login_meanwhile(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent, so that nothing is in doubt."""
    ticket, request = office.ticket(125), Connections.request

    def asked(self: Connections, method: str, url: str, **more: Any) -> httpx.Response:
        if method == "POST" and url.endswith("/Notes"):
            raise NoWayOut("the proxy wants a login", hint="set HTTPS_PROXY")
        return request(self, method, url, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Connections, "request", asked)
        done = office.run("note", str(ticket), "hello")
        assert done.code == 4
        assert "the proxy wants a login" in done.err
        (waiting,) = json.loads(office.run("outbox", "--json").out)["entries"]
        assert [step["state"] for step in waiting["steps"]] == ["waiting"]
    assert office.run("outbox", "retry").code == 0
    assert len(office.notes(ticket)) == 1


def no_certificate(company: Company) -> None:
    (company.office.home / "another").mkdir()
    company.office.environ["SSL_CERT_FILE"] = Authority(company.office.home / "another").file
    company.proxy()


def no_login(company: Company) -> None:
    company.proxy(login=LOGIN)


def wrong_login(company: Company) -> None:
    company.proxy(login=LOGIN, shown="jane:hunter2-mistyped")


def not_allowed(company: Company) -> None:
    company.trust()
    company.proxy(says=403, shown=LOGIN)


def nobody_there(company: Company) -> None:
    company.office.environ["HTTPS_PROXY"] = f"http://{LOGIN}@127.0.0.1:9"


def malformed(company: Company) -> None:
    company.office.environ["HTTPS_PROXY"] = f"http://{LOGIN}@127.0.0.1:port"


def socks(company: Company) -> None:
    company.office.environ["ALL_PROXY"] = f"socks5://{LOGIN}@127.0.0.1:1080"


def brackets(company: Company) -> None:
    company.office.environ["NO_PROXY"] = "[::1]"


def no_file(company: Company) -> None:
    company.proxy()
    company.office.environ["SSL_CERT_FILE"] = str(company.office.home / "none.pem")


@pytest.mark.parametrize(
    ("broken", "code", "said", "mend"),
    [
        (no_certificate, 1, f"the certificate of {HOST} is not trusted", "SSL_CERT_FILE"),
        (no_login, 4, "(HTTPS_PROXY) wants a login: it said 407", "set HTTPS_PROXY to"),
        (wrong_login, 4, "(HTTPS_PROXY) does not accept the login: it said 407", "set HTTPS_PROXY"),
        (not_allowed, 1, "(HTTPS_PROXY) said 403 Forbidden", "ask whoever runs the proxy"),
        (nobody_there, 1, "the proxy 127.0.0.1:9 (HTTPS_PROXY) cannot be reached", "HTTPS_PROXY"),
        (malformed, 4, "HTTPS_PROXY cannot be used", "set HTTPS_PROXY to http://"),
        (socks, 4, "ALL_PROXY cannot be used: it names a SOCKS proxy", "ALL_PROXY"),
        (brackets, 4, 'NO_PROXY cannot be used: "[::1]"', "correct NO_PROXY"),
        (no_file, 4, "the certificates of SSL_CERT_FILE cannot be read", "environment"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_in_the_way_is_told_once_and_holds_nothing_against_the_login(
    company: Company,
    broken: Callable[[Company], None],
    code: int,
    said: str,
    mend: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mcdesk.proxies.find_spec", lambda _: None)
    ticket = company.office.ticket(125, ticketNumber="T1")
    broken(company)
    for argv in (["-v", "stale"], ["note", str(ticket), "hello"]):
        done = company.run(*argv)
        waits = code == 1 and argv[0] == "note"  # the text may still get through
        assert (done.code, done.out) == (8 if waits else code, "")
        assert f"error: {said}" in done.err or said in done.err.split("error: ")[1]
        assert mend in done.err.split("hint: ")[1]
        assert "Autotask refuse" not in done.err
    assert company.office.slept == []
    code, found = company.doctor()
    assert code == 4
    assert found["network"]["result"] == "failed"
    assert said in found["network"]["found"]
    assert mend in found["network"]["mend"]
    assert found["login"]["found"] == "not tried, because of network"
    assert found["hours"]["result"] == "ok"
    for name in ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        company.office.environ.pop(name, None)
    company.trust()
    company.proxy()
    assert company.run("stale", "--ids").out.split() == ["T1"]


@pytest.mark.parametrize(
    ("argv", "breaks"),
    [
        (["stale"], "ops.stale.find_stale"),
        (["list"], "ops.finding.list_tickets"),
        (["find", "x"], "ops.finding.find_tickets"),
        (["report"], "ops.report.read_report"),
        (["claim", "1"], "ops.claim.prepare_claim"),
        (["send-to-mc", "1", "--yes"], "ops.handoff.load_handoff"),
        (["callscript", "1"], "cli.show.read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_proxys_login_is_in_no_report(
    company: Company, monkeypatch: pytest.MonkeyPatch, argv: list[str], breaks: str
) -> None:
    company.office.environ["HTTPS_PROXY"] = "http://jane:hun%74er2@127.0.0.1:x"

    def bug(*_: object, **__: object) -> None:
        raise RuntimeError("it broke with http://jane:hun%74er2@127.0.0.1, that is hunter2")

    monkeypatch.setattr(f"mcdesk.{breaks}", bug)
    assert company.run(*argv).code == 70
    (report,) = (company.office.home / "logs").iterdir()
    text = report.read_text(encoding="utf-8")
    assert "it broke with http://[secret]@127.0.0.1, that is [secret]" in text


def test_the_demo_asks_nobody(office: Office) -> None:
    office.environ["HTTPS_PROXY"] = "nonsense:x"
    office.environ["NO_PROXY"] = "[::1]"
    done = office.run("--demo", "doctor", "--json")
    found = {each["check"]: each for each in json.loads(done.out)["checks"]}
    assert done.code == 0
    assert found["network"]["found"] == "the demo's own Autotask: nothing leaves this computer"


SMTP = """
[mail]
transport = "smtp"
from = "j@example.com"
[mail.smtp]
host = "mail.example.com"
"""
GRAPH = """
[mail]
transport = "graph"
[mail.graph]
tenant = "example.com"
client_id = "00000000-0000-0000-0000-000000000000"
sender = "j@example.com"
login = "client_secret"
"""
NO_ADDRESS = "its address was not found"
NO_WAY = "there is no way to it from this network"
# As POSIX and Windows say it, in the language of either.
OF_THE_SYSTEM = [
    (ConnectionRefusedError(111, "Connection refused"), "it refused the connection"),
    (ConnectionRefusedError(10061, "target machine refused"), "it refused the connection"),
    (socket.gaierror(-2, "Name or service not known"), NO_ADDRESS),
    (socket.gaierror(11001, "getaddrinfo failed"), NO_ADDRESS),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), NO_WAY),
    (OSError(10051, "unreachable network"), NO_WAY),
    (OSError(10065, "unreachable host"), NO_WAY),
    (ConnectionResetError(10054, "forcibly closed"), "the connection was cut off"),
    (TimeoutError("timed out"), "it did not answer in time"),
    (TimeoutError(10060, "did not properly respond"), "it did not answer in time"),
    (PermissionError(10013, "access permissions"), "this computer does not allow it"),
]


@pytest.mark.parametrize(
    ("error", "words"), OF_THE_SYSTEM, ids=[str(error.errno) for error, _ in OF_THE_SYSTEM]
)
@pytest.mark.parametrize("mail", [SMTP, GRAPH], ids=["smtp", "graph"])
def test_a_network_that_fails_is_told_in_plain_words(
    office: Office, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str, mail: str
) -> None:
    """Whoever is to be reached, and in whatever words the system has for it."""

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "create_connection", fails)
    office.configure(CONFIG + mail)
    office.environ["MCDESK_SLACK_WEBHOOK"] = "https://hooks.example/services/T0/B0/x"
    office.environ["MCDESK_GRAPH_CLIENT_SECRET"] = "s3cret"
    done = office.run("doctor", "--send-test", "--json")
    found = {each["check"]: each["found"] for each in json.loads(done.out)["checks"]}
    to_mail = "mail.example.com, port 587: " if mail is SMTP else "cannot be reached to sign in: "
    assert f"{to_mail}{words}" in found["mail"]
    assert f"Slack cannot be reached: {words}" in found["slack"]
    office.transport = None  # type: ignore[assignment] # no stand-in: the network itself
    asked = office.run("stale")
    assert f"error: {HOST} cannot be reached: {words}" in asked.err
    assert str(error) not in done.out + done.err + asked.err


@pytest.mark.parametrize("proxy", [True, False])
@pytest.mark.parametrize("there", [True, False])
def test_mail_servers_are_reached_directly(office: Office, proxy: bool, there: bool) -> None:
    if proxy:
        office.environ["HTTPS_PROXY"] = "http://proxy.example:3128"
    with mail_server(Behaviour()) as port:
        office.configure(
            CONFIG + f'[mail]\ntransport = "smtp"\nfrom = "j@example.com"\n'
            f'[mail.smtp]\nhost = "127.0.0.1"\nport = {port if there else 9}\nsecurity = "none"\n'
        )
        done = office.run("doctor", "--json")
    found = {each["check"]: each for each in json.loads(done.out)["checks"]}["mail"]
    assert found["result"] == ("ok" if there else "failed")
    told = found["found"] if there else found["mend"]
    assert ("reached directly: HTTPS_PROXY doesn't apply to mail servers" in told) is proxy
