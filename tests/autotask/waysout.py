"""Every way out over HTTP, and what answers at its other end."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripted import WEB, ZONE, Bench

from mcdesk.autotask.connections import Connections
from mcdesk.autotask.session import Request
from mcdesk.errors import Barred, DeskError, MailNotSent, SlackProblem
from mcdesk.mail.graph import Graph
from mcdesk.mail.microsoft import SignIn
from mcdesk.slack import Slack
from mcdesk.web import Web

WRITE = Request("PATCH", "Tickets", {"id": 1}, writing=True)
_SIGN_IN = "https://login.microsoftonline.com"
_OPENID = {
    "authorization_endpoint": f"{_SIGN_IN}/example.com/oauth2/v2.0/authorize",
    "token_endpoint": f"{_SIGN_IN}/example.com/oauth2/v2.0/token",
    "issuer": f"{_SIGN_IN}/example.com/v2.0",
}
SECRET = "s3cret"
_TOKEN = {"token_type": "Bearer", "expires_in": 3600, "access_token": "t0ken"}


def _autotask(web: Web, folder: Path) -> None:
    bench = Bench(folder, Connections(lambda: None, web))
    try:
        bench.session(zone_url=ZONE, web_url=WEB).exchange(WRITE)
    finally:
        bench.close()


def _graph(web: Web, folder: Path) -> None:
    del folder
    graph = Graph("/me", lambda: "t0ken", web=web)
    try:
        graph.check()
    finally:
        graph.close()


def _sign_in(web: Web, folder: Path) -> None:
    del folder
    over = SignIn("example.com", "00000000-0000-0000-0000-000000000001", web=web)
    try:
        assert over.as_app(SECRET) == "t0ken"
    finally:
        over.close()


def _slack(web: Web, folder: Path) -> None:
    del folder
    slack = Slack(f"https://hooks.slack.com/services/T0/B0/{SECRET}", web=web)
    try:
        slack.post({"text": "hello"})
    finally:
        slack.close()


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way out to *host*: *attempt* goes it once, and raises *problem* if nothing got out."""

    host: str
    attempt: Callable[[Web, Path], None]
    problem: type[DeskError]


WAYS: Mapping[str, WayOut] = {
    "autotask": WayOut("webservices5.autotask.net", _autotask, Barred),
    "graph": WayOut("graph.microsoft.com", _graph, MailNotSent),
    "sign-in": WayOut("login.microsoftonline.com", _sign_in, MailNotSent),
    "slack": WayOut("hooks.slack.com", _slack, SlackProblem),
}
HOSTS = [way.host for way in WAYS.values()]


def answer(method: str, path: str) -> tuple[int, bytes]:
    """Answer as whichever of them is asked."""
    if "/services/" in path:
        return 200, b"ok"
    if "/oauth2/" in path and method == "POST":
        return 200, json.dumps(_TOKEN).encode()
    if "openid" in path:
        return 200, json.dumps(_OPENID).encode()
    return 200, b'{"itemId": 1, "value": []}'
