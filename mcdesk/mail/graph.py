"""Mail by Microsoft Graph: a draft first, then sending it, so that a lost answer can be looked up.

learn.microsoft.com, "Create message", "message: send", "List messages". A 202 says no more than
that Graph will send it; nothing here sends twice.
"""

from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from mcdesk.barriers import told
from mcdesk.core.emails import Email
from mcdesk.core.wording import clean
from mcdesk.errors import MailLost, MailNotSent, MailRefused, PermissionDenied
from mcdesk.mail import Mailer
from mcdesk.mail.message import TICKET_HEADER, mailbox, recipient
from mcdesk.web import Web

URL = "https://graph.microsoft.com/v1.0"
_TIMEOUT = 30.0


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


class _Refusal(msgspec.Struct):
    """What Graph answers instead: "Microsoft Graph error responses and resource types"."""

    error: _Error = _Error()


class _Message(msgspec.Struct, rename="camel"):
    """A mail in the mailbox."""

    id: str
    is_draft: bool = False
    internet_message_id: str = ""


class _Messages(msgspec.Struct):
    value: list[_Message]


class Graph(Mailer):
    """Send from *mailbox_path* ("/me" or "/users/jane@example.com") with what *token* gives.

    *transport* stands in for the network, in tests.
    """

    def __init__(
        self,
        mailbox_path: str,
        token: Callable[[], str],
        *,
        web: Web,
        url: str = URL,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base = f"{url}{mailbox_path}"
        self._token = token
        self._http = web.client(transport=transport, timeout=_TIMEOUT)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, email: Email, at: datetime) -> None:
        """Send *email* once; Graph dates it itself. See `Mailer`."""
        del at
        draft = self._existing(email) or self._drafted(email)
        if not draft.is_draft:
            return
        try:
            response = self._call("POST", f"/messages/{quote(draft.id, safe='')}/send")
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _unreachable(error) from error
        except httpx.RequestError as error:
            raise MailLost(
                f"Microsoft 365 did not answer whether it sent the mail ({type(error).__name__})"
            ) from error
        if response.status_code >= 500:
            raise MailLost(f"Microsoft 365 answered {response.status_code} when told to send")
        _check(response)

    def check(self) -> None:
        """Sign in and look into the mailbox; raises what `send` would."""
        _read(self._asked("GET", "/messages", params={"$top": "1", "$select": "id"}), _Messages)

    def was_sent(self, email: Email) -> bool | None:
        """Look for *email* in Drafts and Sent Items; None if it is in neither.

        Sending may change the id of a message, so it is looked up by its Message-ID. Raises
        MailNotSent for an answer about another mail, as for any that is not understood.
        """
        found = self._existing(email)
        return None if found is None else not found.is_draft

    def _existing(self, email: Email) -> _Message | None:
        wanted = email.message_id.replace("'", "''")
        query = {
            "$filter": f"internetMessageId eq '{wanted}'",
            "$select": "id,isDraft,internetMessageId",
        }
        found = _read(self._asked("GET", "/messages", params=query), _Messages).value
        if any(each.internet_message_id != email.message_id for each in found):
            raise MailNotSent("Microsoft 365 answered with another mail than was asked for")
        return min(found, key=lambda each: each.is_draft, default=None)

    def _drafted(self, email: Email) -> _Message:
        ticket = {"name": TICKET_HEADER, "value": clean(email.ticket)}
        body = {
            "subject": clean(email.subject),
            "body": {"contentType": "text", "content": email.text},
            **({"from": _recipient(mailbox(email.sender))} if email.sender else {}),
            "toRecipients": [_recipient(recipient(email))],
            "replyTo": [_recipient(mailbox(email.reply_to))] if email.reply_to else [],
            "internetMessageId": email.message_id,
            **({"internetMessageHeaders": [ticket]} if email.ticket else {}),
        }
        drafted = _read(self._asked("POST", "/messages", json=body), _Message)
        return _Message(drafted.id, is_draft=True)

    def _asked(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Make a request after which nothing has gone out, whatever comes of it."""
        try:
            response = self._call(method, path, **more)
        except httpx.RequestError as error:
            raise _unreachable(error) from error
        if response.status_code >= 500:
            raise MailNotSent(f"Microsoft 365 is not available ({response.status_code})")
        _check(response)
        return response

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token()}"}
        return self._http.request(method, self._base + path, headers=headers, **more)


def _unreachable(error: httpx.RequestError) -> MailNotSent:
    if bad := told(error, error.request.url.host):
        return MailNotSent(bad[0], hint=f"{bad[1]}; nothing went out")
    said = str(error) or type(error).__name__
    return MailNotSent(f"Microsoft 365 cannot be reached: {said}", hint="nothing went out")


def _check(response: httpx.Response) -> None:
    """Raise for a definite refusal (4xx); 429 may be tried again."""
    if response.is_success:
        return
    said = _refused(response)
    if response.status_code == 429:
        raise MailNotSent(f"Microsoft 365 takes no more just now: {said}")
    if response.status_code in (401, 403):
        raise PermissionDenied(
            f"Microsoft 365 refused: {said}",
            hint="the app registration needs Mail.ReadWrite and Mail.Send for this mailbox",
        )
    raise MailRefused(f"Microsoft 365 refused the mail: {said}")


def _refused(response: httpx.Response) -> str:
    try:
        error = msgspec.json.decode(response.content, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        error = _Error()
    words = ", ".join(clean(part) for part in (error.code, error.message) if part)
    return words or f"status {response.status_code}"


def _read(response: httpx.Response, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(response.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MailNotSent(f"Microsoft 365's answer is not understood: {error}") from error


def _recipient(address: Address) -> dict[str, Any]:
    named = {"name": address.display_name} if address.display_name else {}
    return {"emailAddress": {"address": address.addr_spec, **named}}
