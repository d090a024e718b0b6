"""Posting to a Slack incoming webhook: once, and what Slack says to it in words.

It refuses to try again by itself, but for one case: blocks that Slack does not take. Success is 200
and the body `ok`; some failures come as 200 with another text. The webhook's address is a secret
and stands in no message (api.slack.com, "Errors for incoming webhooks").
"""

from collections.abc import Mapping
from typing import Any

import httpx

from mcdesk.barriers import told
from mcdesk.core.alerts import LONGEST_POST
from mcdesk.core.wording import clean
from mcdesk.deadline import Overdue, within
from mcdesk.errors import SlackProblem, WebhookRefused
from mcdesk.web import Web

# Seconds of silence; a server that drips an answer is cut off by the limit of the whole post.
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
# The same of answers that say nothing more. A 403 that says nothing may be a proxy's.
_GONE_BY_STATUS = {
    401: "the webhook's address is not accepted",
    404: "the webhook does not exist",
    410: "the webhook does not exist any more",
}
_NOT_TAKEN = 400
_NEW = "make a new webhook in Slack, and set it with `mcdesk setup slack`"
_AGAIN = "the next round tries again; `mcdesk doctor --send-test` tries now"


class Slack:
    """Post to *webhook*, each post within *limit* seconds as a whole, over *web*.

    *transport* stands in for the network, in tests.
    """

    def __init__(
        self,
        webhook: str,
        *,
        web: Web,
        transport: httpx.BaseTransport | None = None,
        limit: float = LONGEST_POST.total_seconds(),
    ) -> None:
        self._webhook = webhook
        self._web = web
        self._transport = transport
        self._limit = limit
        self._http: httpx.Client | None = None

    def close(self) -> None:
        """Close the connection, if any."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def post(self, payload: Mapping[str, Any]) -> None:
        """Post *payload* once; if Slack does not take it, what is left without its blocks.

        Raises WebhookRefused or NoWayOut for what somebody has to mend, SlackProblem for what may
        work later.
        """
        hint = _AGAIN
        try:
            http = self._http = self._http or self._client()
            response = within(self._limit, lambda: self._send(http, payload))
        except Overdue:
            self.close()  # what hangs in it is given up, and no later post waits behind it
            said = f"Slack did not answer in full within {self._limit:g} seconds"
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
            said = f"Slack cannot be reached ({type(error).__name__})"
            if bad := told(error, "Slack"):
                said, hint = bad[0], f"{bad[1]}; {_AGAIN}"
        else:
            return _check(response)
        raise SlackProblem(said, hint=hint)

    def _client(self) -> httpx.Client:
        return self._web.client(transport=self._transport, timeout=_TIMEOUT)

    def _send(self, http: httpx.Client, payload: Mapping[str, Any]) -> httpx.Response:
        response = http.post(self._webhook, json=dict(payload))
        if response.status_code == _NOT_TAKEN and "blocks" in payload:
            # A limit that is in no page of Slack's must not keep the team from hearing.
            plain = {key: value for key, value in payload.items() if key != "blocks"}
            response = http.post(self._webhook, json=plain)
        return response


def _check(response: httpx.Response) -> None:
    status, said = response.status_code, clean(response.text)[:100] or "nothing"
    if status == 200 and said == "ok":
        return
    if said in _GONE:
        raise WebhookRefused(f"Slack refused: {_GONE[said]} ({said})", hint=_NEW)
    if status in _GONE_BY_STATUS:
        raise WebhookRefused(
            f"Slack refused: {_GONE_BY_STATUS[status]} ({status}: {said})", hint=_NEW
        )
    if status == _NOT_TAKEN:
        raise WebhookRefused(
            f"Slack takes no message of mcdesk's, not even plain text ({status}: {said})",
            hint="`mcdesk doctor --send-test` posts a short line; if it is refused too, " + _NEW,
        )
    if response.is_redirect:
        raise WebhookRefused(
            f"the webhook's address leads elsewhere ({status}): it is not Slack's, or a proxy is "
            "in the way",
            hint="set it as Slack shows it, with `mcdesk setup slack`",
        )
    raise _for_now(response, said)


def _for_now(response: httpx.Response, said: str) -> SlackProblem:
    """Describe what may be over in a while, and for how long Slack asked to be left alone."""
    busy = response.status_code == 429
    what = "takes no more just now (429)" if busy else f"answered {response.status_code}: {said}"
    pause = response.headers.get("retry-after", "")
    asked = f"; it asks for a pause of {pause} s" if pause.isascii() and pause.isdigit() else ""
    return SlackProblem(f"Slack {what}{asked}", hint=_AGAIN, retry_after=pause)
