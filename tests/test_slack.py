"""Posting to Slack: documented answers, in words, and the address in none of them."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest
from slackserver import dripping_server
from tlsservers import ISSUER, Authority, https_server
from webs import web

from mcdesk.errors import DeskError, SlackProblem, StoreProblem, WebhookRefused
from mcdesk.slack import Slack as SlackOver

WEBHOOK = "https://hooks.slack.com/services/T0/B0/s3cret"


class Refused:
    """What was refused before, on a disk that is *full* or not."""

    def __init__(self, *, full: bool = False) -> None:
        self.known: set[str] = set()
        self.full = full

    def holds(self, login: str) -> bool:
        if self.full:
            raise StoreProblem("the disk is full")
        return login in self.known

    def add(self, login: str) -> None:
        self.known.add(login)
        self.holds(login)

    def lift(self, login: str) -> None:
        self.known.discard(login)
        self.holds(login)


def Slack(webhook: str, **more: Any) -> SlackOver:
    given = {"web": web(), "refused": Refused(), **more}
    return SlackOver(webhook, **given)


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
        (200, "invalid_payload", WebhookRefused, "something else: it answered 200, invalid_pay"),
        (400, "no_text", WebhookRefused, "no message.*no_text"),
        (401, "who are you?", WebhookRefused, "not accepted .401: who are you?"),
        (403, "invalid_token", WebhookRefused, "revoked"),
        (403, "action_prohibited", WebhookRefused, "administrator"),
        (404, "no_service", WebhookRefused, "removed"),
        (403, "<html>Blocked</html>", SlackProblem, "403: <html>"),
        (404, "channel_not_found", WebhookRefused, "deleted"),
        (404, "<html>Not found</html>", WebhookRefused, "does not exist .404"),
        (410, "channel_is_archived", WebhookRefused, "archived"),
        (410, "", WebhookRefused, "no longer exists .410: nothing"),
        (302, "", WebhookRefused, "redirects elsewhere .302.: it is not Slack's"),
        (500, "rollup_error", SlackProblem, "500"),
        (503, "", SlackProblem, "503: nothing; it asks for a pause of 30 s"),
        (429, "rate_limited", SlackProblem, "any more right now .*; it asks for a pause of 30 s"),
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


SLACK = "https://hooks.slack.com"


@pytest.mark.parametrize(
    ("url", "status", "body", "kind"),
    [
        ("https://slack.com/api/chat.postMessage", 200, '{"ok":true}', "a method of Slack's API"),
        ("https://slack.com/api/auth.test", 200, '{"ok":false,"error":"x"}', "a method of Slack's"),
        (f"{SLACK}/triggers/T0/1/s3cret", 200, '{"ok":true}', "the trigger of a Slack workflow"),
        (f"{SLACK}/workflows/T0/A0/1/s3cret", 200, "", "the trigger of a Slack workflow"),
        ("https://hooks.example/x", 200, ' { "ok": true}', "a method of Slack's API, or the trig"),
        ("https://acme.webhook.office.com/webhookb2/s3cret", 200, "1", "Microsoft Teams"),
        ("https://prod-1.westus.logic.azure.com/workflows/s3cret", 202, "", "Microsoft Teams"),
        ("https://x.api.powerplatform.com/powerautomate/s3cret", 202, "", "Microsoft Teams"),
        ("https://hooks.example/x", 200, "1", "Microsoft Teams"),
        ("https://hooks.example/x", 202, "", "Microsoft Teams"),
        ("https://discord.com/api/webhooks/1/s3cret", 204, "", "Discord"),
        ("https://discordapp.com/api/webhooks/1/s3cret", 200, "{}", "Discord"),
        ("https://hooks.example/x", 204, "", "Discord"),
        ("https://chat.googleapis.com/v1/spaces/s3cret", 200, "{}", "Google Chat"),
        (WEBHOOK, 200, "<!doctype html><title>Sign in</title>", "a web page"),
        (WEBHOOK, 200, "", "something else: it answered 200, nothing"),
        (WEBHOOK, 201, "ok", "something else: it answered 201, ok"),
        (WEBHOOK, 202, "ok", "Microsoft Teams: it answered 202, ok"),
        (WEBHOOK, 200, "OK", "something else: it answered 200, OK"),
        (WEBHOOK, 200, "posted to /services/T0/B0/s3cret", "200, nothing to be shown"),
        (WEBHOOK, 200, "s3cret/T0", "200, nothing to be shown"),
    ],
)
def test_what_is_no_webhook_of_slack(url: str, status: int, body: str, kind: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text=body))
    with pytest.raises(WebhookRefused, match=kind) as caught:
        Slack(url, transport=transport).post({"text": "hello"})
    assert caught.value.exit_code == 4
    assert "mcdesk setup slack" in (caught.value.hint or "")
    assert "s3cret" not in str(vars(caught.value))


@pytest.mark.parametrize("full", [False, True], ids=["remembered", "a full disk"])
def test_a_look_alike_gets_no_second_post(full: bool) -> None:
    answers, refused = [(204, ""), (200, "ok"), (500, "x"), (200, "ok")], Refused(full=full)
    asked: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        asked.append(answers[0][0])
        status, text = answers.pop(0)
        return httpx.Response(status, text=text)

    slack = Slack(WEBHOOK, refused=refused, transport=httpx.MockTransport(answer))
    with pytest.raises(WebhookRefused, match="Discord"):
        slack.post({"text": "hello"})
    if not full:  # what cannot be remembered keeps nobody from hearing
        with pytest.raises(
            WebhookRefused, match="earlier post showed; nothing was posted"
        ) as caught:
            slack.post({"text": "hello"})
        assert "mcdesk doctor --send-test" in (caught.value.hint or "")
        assert "s3cret" not in str(vars(caught.value))
        refused.known.clear()
    slack.post({"text": "hello"})
    with pytest.raises(SlackProblem):
        slack.post({"text": "hello"})
    slack.post({"text": "hello"})
    assert asked == [204, 200, 500, 200]
    assert refused.known == set()


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
        slack = SlackOver(f"{url}/services/T0/B0/s3cret", web=over, refused=Refused())
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
