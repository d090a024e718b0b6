"""Posting to a Slack incoming webhook: once, and what Slack says to it in words.

Success is 200 and the body `ok`; some failures come as 200 with another text. The webhook's address
is a secret and stands in no message (api.slack.com, "Errors for incoming webhooks").
"""

from collections.abc import Mapping
from typing import Any

import httpx

from mcdesk.core.wording import clean
from mcdesk.errors import SlackProblem, WebhookRefused

_TIMEOUT = 15.0
# Slack's code -> what it means to whoever looks after the webhook.
_GONE = {
    "invalid_token": "the webhook was revoked, or its address is cut short",
    "no_service": "the webhook was removed, or its app was taken out of Slack",
    "no_service_id": "the webhook's address is cut short",
    "no_team": "that Slack workspace does not exist any more",
    "team_disabled": "that Slack workspace is disabled",
    "no_active_hooks": "the webhook was revoked",
    "channel_not_found": "the webhook's channel was deleted",
    "channel_is_archived": "the webhook's channel is archived",
    "user_not_found": "the person whose webhook it is has left",
    "action_prohibited": "an administrator of Slack does not allow it",
    "posting_to_general_channel_denied": "that channel is for administrators only",
}


class Slack:
    """Post to *webhook*; *transport* stands in for the network, in tests."""

    def __init__(self, webhook: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._webhook = webhook
        self._transport = transport

    def post(self, payload: Mapping[str, Any]) -> None:
        """Post *payload* once.

        Raises WebhookRefused where the webhook has to be made anew, SlackProblem for what may work
        later.
        """
        try:
            with httpx.Client(transport=self._transport, timeout=_TIMEOUT) as http:
                response = http.post(self._webhook, json=dict(payload))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SlackProblem(f"Slack cannot be reached ({type(error).__name__})") from None
        _check(response)


def _check(response: httpx.Response) -> None:
    said = clean(response.text)[:100]
    if response.status_code == 200 and said == "ok":
        return
    if said in _GONE:
        raise WebhookRefused(
            f"Slack refused: {_GONE[said]} ({said})",
            hint="make a new webhook in Slack, and set it with `mcdesk setup slack`",
        )
    if response.status_code == 429:
        raise SlackProblem(
            "Slack takes no more just now (429)",
            retry_after=response.headers.get("retry-after", ""),
        )
    raise SlackProblem(f"Slack answered {response.status_code}: {said or 'nothing'}")
