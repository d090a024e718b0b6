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

from mcdesk.barriers import told, why
from mcdesk.core.emails import Email
from mcdesk.core.pacing import pause_in_words
from mcdesk.core.wording import clean
from mcdesk.errors import DeskError, MailLost, MailNotSent, MailRefused, PermissionDenied
from mcdesk.mail import Mailer
from mcdesk.mail.graph_words import AGAIN, MENDS, NO_PERMISSION
from mcdesk.mail.message import TICKET_HEADER, mailbox, recipient
from mcdesk.web import Web

URL = "https://graph.microsoft.com/v1.0"
_TIMEOUT = 30.0
_NOT_THERE, _TOO_MANY = 404, 429
# What goes wrong before a request has left.
_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# A draft may not be there yet where it is asked for next: then it is sent after so many seconds.
_UNTIL_IT_IS_THERE = (1.0, 2.0, 4.0)


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

    *transport* replaces the network, in tests, and *sleep* for waiting.
    """

    def __init__(
        self,
        mailbox_path: str,
        token: Callable[[], str],
        *,
        web: Web,
        url: str = URL,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._base = f"{url}{mailbox_path}"
        self._sleep = sleep
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
        response = self._told_to_send(draft)
        for pause in _UNTIL_IT_IS_THERE:
            if response.status_code != _NOT_THERE:
                break
            self._sleep(pause)
            response = self._told_to_send(draft)
        _check(response)

    def _told_to_send(self, draft: _Message) -> httpx.Response:
        """Return the answer to being told to send *draft*; raise MailLost if that is none."""
        try:
            response = self._call("POST", f"/messages/{quote(draft.id, safe='')}/send")
        except _NOT_CONNECTED as error:
            raise _unreachable(error) from error
        except DeskError:  # there was no token
            raise
        except Exception as error:
            raise MailLost(
                f"Microsoft 365 didn't say whether it sent the email ({type(error).__name__})"
            ) from error
        if response.status_code >= 500 and _error(response).code.casefold() not in MENDS:
            raise MailLost(f"Microsoft 365 answered {response.status_code} when told to send")
        return response

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
            raise MailNotSent("Microsoft 365 answered with a different email than mcdesk asked for")
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
        except DeskError:
            raise
        except Exception as error:  # of the network, or of what cannot be put into a request
            raise _unreachable(error) from error
        _check(response)
        return response

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token()}"}
        return self._http.request(method, self._base + path, headers=headers, **more)


def _unreachable(error: Exception) -> MailNotSent:
    host = error.request.url.host if isinstance(error, httpx.RequestError) else None
    if bad := told(error, host):
        return MailNotSent(bad[0], hint=f"{bad[1]}; nothing went out")
    said = why(error) or type(error).__name__
    return MailNotSent(f"Microsoft 365 cannot be reached: {said}", hint="nothing went out")


def _check(response: httpx.Response) -> None:
    """Raise for a refusal, by Graph's own word for it, else by its status."""
    if response.is_success:
        return
    status, error = response.status_code, _error(response)
    words = ", ".join(clean(part) for part in (error.code, error.message) if part)
    said = f"{words or f'status {status}'}{pause_in_words(response.headers.get('retry-after', ''))}"
    if known := MENDS.get(error.code.casefold()):
        kind, mend = known
        raise kind(f"Microsoft 365 refused the email: {said}", hint=mend)
    if status == _TOO_MANY:
        raise MailNotSent(f"Microsoft 365 isn't taking any more right now: {said}", hint=AGAIN)
    if status >= 500 or status == _NOT_THERE:
        raise MailNotSent(f"Microsoft 365 is not available ({status}): {said}", hint=AGAIN)
    if status in (401, 403):
        raise PermissionDenied(f"Microsoft 365 refused: {said}", hint=NO_PERMISSION)
    raise MailRefused(f"Microsoft 365 refused the email: {said}")


def _error(response: httpx.Response) -> _Error:
    """Return what Graph says of a refusal; a proxy's page says nothing."""
    try:
        return msgspec.json.decode(response.content, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Error()


def _read(response: httpx.Response, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(response.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MailNotSent(f"Microsoft 365's answer could not be understood: {error}") from error


def _recipient(address: Address) -> dict[str, Any]:
    named = {"name": address.display_name} if address.display_name else {}
    return {"emailAddress": {"address": address.addr_spec, **named}}
