"""Posting to a Slack incoming webhook: once, and what Slack says to it in words.

It refuses to try again by itself, but for one case: blocks that Slack does not take. Success is 200
and the body `ok`; whoever takes a post and says something else is no incoming webhook of Slack's.
The webhook's address is a secret and is in no message (api.slack.com, "Errors for incoming
webhooks").
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx

from mcdesk.barriers import plainly, told
from mcdesk.core.alerts import LONGEST_POST
from mcdesk.core.pacing import pause_in_words
from mcdesk.core.remembered import RefusedLogins
from mcdesk.core.wording import clean
from mcdesk.deadline import Overdue, within
from mcdesk.errors import SlackProblem, StoreProblem, WebhookRefused
from mcdesk.web import Web

# Seconds of silence; a server that drips an answer is cut off by the limit of the whole post.
_TIMEOUT = 15.0
# Slack's code -> what it means to whoever looks after the webhook.
_GONE = {
    "invalid_token": "the webhook was revoked, or its address is cut short",
    "no_service": "the webhook was removed, or its app was taken out of Slack",
    "no_service_id": "the webhook's address is cut short",
    "no_team": "that Slack workspace no longer exists",
    "team_disabled": "that Slack workspace is disabled",
    "no_active_hooks": "the webhook was revoked",
    "channel_not_found": "the webhook's channel was deleted",
    "channel_is_archived": "the webhook's channel is archived",
    "user_not_found": "the person who made the webhook has left",
    "action_prohibited": "a Slack administrator doesn't allow it",
    "posting_to_general_channel_denied": "that channel is for administrators only",
}
# The same of answers that say nothing more. A 403 that says nothing may be a proxy's.
_GONE_BY_STATUS = {
    401: "the webhook's address is not accepted",
    404: "the webhook does not exist",
    410: "the webhook no longer exists",
}
_NOT_TAKEN = 400
# What other addresses look like, and how they answer.
_LOOK_ALIKES = {
    "the trigger of a Slack workflow": r"slack\.com/(?:triggers|workflows)/",
    "a method of Slack's API": r"(?:^|\.)slack\.com/api/",
    "a webhook of Discord": r"(?:^|\.)discord(?:app)?\.com/",
    "a webhook of Microsoft Teams": r"\.(?:office|azure|powerplatform|powerautomate)\.com/",
    "a webhook of Google Chat": r"^chat\.googleapis\.com/",
}
_ANSWERS_ALIKE = {
    "a method of Slack's API, or the trigger of a Slack workflow": r"\{\s*\"ok\"\s*:",
    "a webhook of Microsoft Teams": r"1",
    "a web page, such as one to sign in": r"<",
}
_ANSWERS_NOTHING = {202: "a webhook of Microsoft Teams", 204: "a webhook of Discord"}
_NEW = "make a new webhook in Slack, and set it with `mcdesk setup slack`"
_AGAIN = "the next round tries again; `mcdesk doctor --send-test` tries now"


class Slack:
    """Post to *webhook*, each post within *limit* seconds as a whole, over *web*.

    One that is among the *refused*, because it is not Slack's, is left alone: whoever reads what
    comes there would get it again with every round. *transport* replaces the network, in tests.
    """

    def __init__(
        self,
        webhook: str,
        *,
        web: Web,
        refused: RefusedLogins | None = None,
        transport: httpx.BaseTransport | None = None,
        limit: float = LONGEST_POST.total_seconds(),
    ) -> None:
        self._webhook = webhook
        self._web = web
        self._refused = refused
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

        Raises WebhookRefused or NoWayOut for what somebody has to fix, SlackProblem for what may
        work later.
        """
        self._refuse_look_alike()
        hint = _AGAIN
        try:
            http = self._http = self._http or self._client()
            response = within(self._limit, lambda: self._send(http, payload))
        except Overdue:
            self.close()  # what hangs in it is given up, and no later post waits behind it
            said = f"Slack did not answer in full within {self._limit:g} seconds"
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
            said = f"Slack cannot be reached: {plainly(error) or type(error).__name__}"
            if bad := told(error, "Slack"):
                said, hint = bad[0], f"{bad[1]}; {_AGAIN}"
        else:
            return self._judge(response)
        raise SlackProblem(said, hint=hint)

    def _refuse_look_alike(self) -> None:
        with suppress(StoreProblem):  # no reason not to tell the team
            if self._refused and self._refused.holds(self._name):
                raise WebhookRefused(
                    "the webhook is not Slack's, as its answer to an earlier post showed; nothing "
                    "was posted",
                    hint=f"{_NEW}; `mcdesk doctor --send-test` tries it right away; otherwise "
                    "mcdesk tries again after an hour, then once a day",
                )

    def _judge(self, response: httpx.Response) -> None:
        """Return if Slack took the post, and remember whether it was Slack."""
        refusal = _refusal(response, self._webhook)
        with suppress(StoreProblem):  # as above
            if self._refused and refusal is None:
                self._refused.lift(self._name)
            elif self._refused and response.is_success:
                self._refused.add(self._name)
        if refusal:
            raise refusal

    @property
    def _name(self) -> str:
        """What this webhook is known by."""
        return f"slack\n{self._webhook}"

    def _client(self) -> httpx.Client:
        return self._web.client(transport=self._transport, timeout=_TIMEOUT)

    def _send(self, http: httpx.Client, payload: Mapping[str, Any]) -> httpx.Response:
        response = http.post(self._webhook, json=dict(payload))
        if response.status_code == _NOT_TAKEN and "blocks" in payload:
            # A limit that is in no page of Slack's must not keep the team from hearing.
            plain = {key: value for key, value in payload.items() if key != "blocks"}
            response = http.post(self._webhook, json=plain)
        return response


def _refusal(response: httpx.Response, webhook: str) -> SlackProblem | WebhookRefused | None:
    """Return what is wrong with the answer of *webhook*, None if it is Slack's "ok"."""
    status, said = response.status_code, _said(response, webhook)
    if status == 200 and said == "ok":
        return None
    if said in _GONE:
        return WebhookRefused(f"Slack refused: {_GONE[said]} ({said})", hint=_NEW)
    if status in _GONE_BY_STATUS:
        return WebhookRefused(
            f"Slack refused: {_GONE_BY_STATUS[status]} ({status}: {said})", hint=_NEW
        )
    if status == _NOT_TAKEN:
        return WebhookRefused(
            f"Slack takes no message from mcdesk, not even plain text ({status}: {said})",
            hint="`mcdesk doctor --send-test` posts a short line; if it is refused too, " + _NEW,
        )
    return _elsewhere(response, webhook, said) or _for_now(response, said)


def _elsewhere(response: httpx.Response, webhook: str, said: str) -> WebhookRefused | None:
    """Return why somebody else than Slack has answered, None if it may have been Slack."""
    status = response.status_code
    if response.is_redirect:
        return WebhookRefused(
            f"the webhook's address redirects elsewhere ({status}): it is not Slack's, or a proxy "
            "is "
            "in the way",
            hint="set it as Slack shows it, with `mcdesk setup slack`",
        )
    if response.is_success:
        return WebhookRefused(
            f"that is not a Slack incoming webhook, but {_kind(response, webhook)}: it answered "
            f"{status}, {said}",
            hint=_NEW,
        )
    return None


def _said(response: httpx.Response, webhook: str) -> str:
    """Return the beginning of what was answered; who echoes the secret *webhook* says nothing."""
    said = clean(response.text)
    echoes = any(part in said for part in urlsplit(webhook).path.split("/") if len(part) > 5)
    return "nothing to be shown" if echoes else said[:100] or "nothing"


def _kind(response: httpx.Response, webhook: str) -> str:
    """Say what *webhook*, or else its answer, looks like."""
    parts = urlsplit(webhook)
    address, said = f"{parts.hostname}{parts.path}/", response.text.strip()
    for kind, pattern in _LOOK_ALIKES.items():
        if re.search(pattern, address):
            return kind
    for kind, pattern in _ANSWERS_ALIKE.items():
        if re.match(pattern, said):
            return kind
    return _ANSWERS_NOTHING.get(response.status_code, "something else")


def _for_now(response: httpx.Response, said: str) -> SlackProblem:
    """Describe what may be over in a while, and for how long Slack asked to be left alone."""
    busy = response.status_code == 429
    what = (
        "isn't taking any more right now (429)"
        if busy
        else f"answered {response.status_code}: {said}"
    )
    pause = response.headers.get("retry-after", "")
    asked = pause_in_words(pause)
    return SlackProblem(f"Slack {what}{asked}", hint=_AGAIN, retry_after=pause)
