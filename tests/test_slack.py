"""Posting to Slack: documented answers, in words, and the address in none of them."""

import json
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import httpx
import pytest
from slackserver import dripping_server
from tlsservers import ISSUER, Authority, https_server
from webs import web

from mcdesk.errors import DeskError, SlackProblem, WebhookRefused
from mcdesk.slack import Slack as SlackOver

WEBHOOK = "https://hooks.slack.com/services/T0/B0/s3cret"
Slack = partial(SlackOver, web=web())


def test_ok_is_ok() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text="ok")

    Slack(WEBHOOK, transport=httpx.MockTransport(answer)).post({"text": "hello"})
    assert str(seen[0].url) == WEBHOOK
    assert json.loads(seen[0].content) == {"text": "hello"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (200, "invalid_payload", SlackProblem, "Slack answered 200: invalid_payload"),
        (400, "no_text", WebhookRefused, "no message.*no_text"),
        (401, "who are you?", WebhookRefused, "not accepted .401: who are you?"),
        (403, "invalid_token", WebhookRefused, "revoked"),
        (403, "action_prohibited", WebhookRefused, "administrator"),
        (404, "no_service", WebhookRefused, "removed"),
        (403, "<html>Blocked</html>", SlackProblem, "403: <html>"),
        (404, "channel_not_found", WebhookRefused, "deleted"),
        (404, "<html>Not found</html>", WebhookRefused, "does not exist .404"),
        (410, "channel_is_archived", WebhookRefused, "archived"),
        (410, "", WebhookRefused, "does not exist any more .410: nothing"),
        (302, "", WebhookRefused, "leads elsewhere .302.: it is not Slack's"),
        (500, "rollup_error", SlackProblem, "500"),
        (503, "", SlackProblem, "503: nothing; it asks for a pause of 30 s"),
        (429, "rate_limited", SlackProblem, "no more just now .*; it asks for a pause of 30 s"),
    ],
)
def test_everything_else_in_words(status: int, body: str, kind: type[DeskError], said: str) -> None:
    headers = {"Retry-After": "30", "Location": "https://login.example.com/"}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text=body, headers=headers))
    with pytest.raises(kind, match=said) as caught:
        Slack(WEBHOOK, transport=transport).post({"text": "hello"})
    assert caught.value.exit_code == (4 if kind is WebhookRefused else 1)
    assert caught.value.hint
    assert "s3cret" not in str(vars(caught.value))
    if kind is SlackProblem:
        assert getattr(caught.value, "retry_after", "") == "30"


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        pytest.param(["ok"], None, id="taken"),
        pytest.param(["invalid_blocks", "ok"], None, id="taken as text"),
        pytest.param(["invalid_payload", "no_text"], WebhookRefused, id="not taken at all"),
    ],
)
def test_blocks_that_are_refused_go_out_as_text(
    answers: list[str], kind: type[DeskError] | None
) -> None:
    posts: list[dict[str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        posts.append(json.loads(request.content))
        said = answers[len(posts) - 1]
        return httpx.Response(200 if said == "ok" else 400, text=said)

    slack = Slack(WEBHOOK, transport=httpx.MockTransport(answer))
    with pytest.raises(kind) if kind else nullcontext():
        slack.post({"text": "hello", "blocks": [], "unfurl_media": False})
    assert len(posts) == len(answers)
    assert all(post == {"text": "hello", "unfurl_media": False} for post in posts[1:])


def test_no_network() -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route to {request.url}", request=request)

    with pytest.raises(SlackProblem, match="cannot be reached") as caught:
        Slack(WEBHOOK, transport=httpx.MockTransport(lost)).post({"text": "hello"})
    assert "s3cret" not in str(vars(caught.value))
    with pytest.raises(SlackProblem):
        Slack("https://[broken", transport=httpx.MockTransport(lost)).post({"text": "hello"})


def test_a_host_that_cannot_be_looked_up() -> None:
    with pytest.raises(SlackProblem, match="cannot be reached"):
        Slack("https://a..b/x").post({"text": "hello"})


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", id="the answer"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Header: ", id="its headers"),
        pytest.param(b"", id="its first line"),
    ],
)
def test_a_server_that_drips_is_given_up(beginning: bytes) -> None:
    with (
        dripping_server(beginning) as webhook,
        pytest.raises(SlackProblem, match=r"not answer in full within 0.3 seconds") as caught,
    ):
        Slack(webhook, limit=0.3).post({"text": "hello"})
    assert "s3cret" not in str(vars(caught.value))
    assert caught.value.__context__ is None


@pytest.mark.parametrize("known", [True, False])
def test_certificates(known: bool, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    over = web(authority.file if known else "")
    with https_server(authority.server("127.0.0.1"), lambda *_: (200, b"ok")) as url:
        slack = SlackOver(f"{url}/services/T0/B0/s3cret", web=over)
        if known:
            slack.post({"text": "hello"})
        else:
            with pytest.raises(
                SlackProblem, match=f"not trusted: .*, issued by {ISSUER}"
            ) as caught:
                slack.post({"text": "hello"})
            assert caught.value.hint is not None
            assert "SSL_CERT_FILE" in caught.value.hint
            assert "s3cret" not in str(vars(caught.value))
        slack.close()
