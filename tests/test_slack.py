"""Posting to Slack: documented answers, in words, and the address in none of them."""

import json

import httpx
import pytest

from mcdesk.errors import DeskError, SlackProblem, WebhookRefused
from mcdesk.slack import Slack

WEBHOOK = "https://hooks.slack.com/services/T0/B0/s3cret"


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
        (400, "no_text", SlackProblem, "no_text"),
        (403, "invalid_token", WebhookRefused, "revoked"),
        (403, "action_prohibited", WebhookRefused, "administrator"),
        (404, "no_service", WebhookRefused, "removed"),
        (404, "channel_not_found", WebhookRefused, "deleted"),
        (410, "channel_is_archived", WebhookRefused, "archived"),
        (500, "rollup_error", SlackProblem, "500"),
        (503, "", SlackProblem, "503: nothing"),
        (429, "rate_limited", SlackProblem, "no more just now"),
    ],
)
def test_everything_else_in_words(status: int, body: str, kind: type[DeskError], said: str) -> None:
    headers = {"Retry-After": "30"}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text=body, headers=headers))
    with pytest.raises(kind, match=said) as caught:
        Slack(WEBHOOK, transport=transport).post({"text": "hello"})
    assert caught.value.exit_code == (4 if kind is WebhookRefused else 1)
    assert "s3cret" not in str(vars(caught.value))
    if status == 429:
        assert getattr(caught.value, "retry_after", "") == "30"


def test_no_network() -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route to {request.url}", request=request)

    with pytest.raises(SlackProblem, match="cannot be reached") as caught:
        Slack(WEBHOOK, transport=httpx.MockTransport(lost)).post({"text": "hello"})
    assert "s3cret" not in str(vars(caught.value))
    with pytest.raises(SlackProblem):
        Slack("https://[broken", transport=httpx.MockTransport(lost)).post({"text": "hello"})
