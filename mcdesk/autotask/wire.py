"""What goes on Autotask's wire and what its answers mean.

Performs no I/O of its own: plain functions over status, headers and body. It never reads an answer
that it does not understand as "no rows", and never lets a secret into an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from mcdesk.autotask.entities import Links, PageDetails
from mcdesk.core.pacing import seconds_asked
from mcdesk.errors import (
    AutotaskProblem,
    CredentialsRefused,
    Garbled,
    LostAnswer,
    NotUnderstood,
    PermissionDenied,
    Rejected,
    SettingsProblem,
    Throttled,
    Unavailable,
)

API = "V1.0/"
# Half of what httpx takes; Autotask's own have some hundred characters.
_LONGEST_LINK = 32768
# A read is tried this often; a longer pause than MAX_PAUSE seconds is the technician's to decide.
ATTEMPTS = 3
MAX_PAUSE = 30.0
_FIRST_PAUSE = 0.5
# The hint for an answer that makes no sense.
ASK_AGAIN = "try again; if it keeps happening, check autotask.zone_url"
_ALLOW = "an administrator can allow it in the security level of the API user"
# Nothing here, nothing here any more, and not for this host (RFC 9110, 15.5).
_GONE = (404, 410, 421)
# Autotask's 403 is no page: those of proxies and filters are.
_FILTERED = "a proxy or filter may be in the way: `mcdesk doctor` shows what it finds"
# What the web framework answers to a request that is wrong in itself, and the hint for it.
_MISTAKES = (400, 405, 415)
_NOT_YOURS = "no setting fixes this: update mcdesk, and report what `mcdesk -v` shows"

# autotask help, REST_Thresholds_Limits and ThreadLimiting: the refusal may come without a 429.
_THROTTLED = r"(?i)(thread|requests?) threshold|Itgenatr005"
# One text for "may not" and for "may not in that person's name" (autotask help, Settings_WSAPI).
_NAME_REFUSED = r"(?i)impersonat|on behalf of"
_FORBIDDEN = (
    rf"{_NAME_REFUSED}|permissions?\b|access (is )?denied|not authori[sz]ed"
    "|insufficient (rights|privilege)"
)
# Whoever it is about may be the person in whose name it was.
_NOT_ACTIVE = r"(?i)inactive|not (currently |an )?active|deactivated|disabled|locked"
# Older zones answer bad credentials with a 500 that names the culprit (apigrate #19).
_BAD_LOGIN = r"(?i)integration ?code|zone information could not be determined"
# A picklist that changed since it was cached: "Picklist value [3] does not exist for priority."
# and a role that its resource no longer has (TicketsEntity).
_GONE_VALUE = r"(?i)value .*does not exist|role does not exist|combination is not currently defined"
# The database did not answer the web server in time, and may have done it anyway.
_TIMED_OUT = r"(?i)timed?[- ]?out"
# Compiled only when an answer is no rows.
_TAGS = rb"(?is)<(script|style)\b.*?</\1>|<[^>]*>"


@dataclass(frozen=True, slots=True)
class Login:
    """The three headers of every call; only `headers` ever shows them."""

    user_name: str
    secret: str = field(repr=False)
    integration_code: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what no header can carry (RFC 9110, 5.5): odd characters, blanks at the ends."""
        for what, text in (
            ("user name", self.user_name),
            ("secret", self.secret),
            ("tracking identifier", self.integration_code),
        ):
            if not (text.isascii() and text.isprintable() and text == text.strip()):
                raise SettingsProblem(
                    f"the API user's {what} has a character that cannot be sent, or spaces around "
                    "it",
                    hint="a line break, space or curly quote may have slipped in when copying",
                )

    def headers(self, impersonate: int | None = None) -> dict[str, str]:
        """Build the headers; *impersonate* is a resource id (autotask help, Settings_WSAPI)."""
        headers = {
            "UserName": self.user_name,
            "Secret": self.secret,
            "ApiIntegrationCode": self.integration_code,
        }
        if impersonate is not None:
            headers["ImpersonationResourceId"] = str(impersonate)
        return headers


class Answer(msgspec.Struct, frozen=True):
    """One HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def decipher(answer: Answer, *, writing: bool) -> bytes:
    """Return the body of a good *answer*, or raise the AutotaskProblem or SetupProblem it is.

    *writing* turns an answer that proves nothing, such as a page of HTML, into LostAnswer, for the
    write may have landed.
    JSON `errors[]` is permanent, any other 5xx is an outage: the one rule that separates them.
    """
    if 200 <= answer.status < 300:
        return answer.body
    errors, message = _said(answer.body)
    if answer.status == 401:
        raise CredentialsRefused("Autotask refused the credentials (401)")
    if answer.status == 429 or re.search(_THROTTLED, "\n".join((*errors, message))):
        raise Throttled(
            "Autotask refuses more requests right now (too many at once, or the tenant's hourly "
            "limit is used up)",
            retry_after=answer.headers.get("retry-after", ""),
        )
    if not errors and re.search(_NAME_REFUSED, message):
        errors = [message]
    if errors:
        raise _refusal(errors, writing=writing)
    words = gist(message.encode("utf-8", "replace") or answer.body)
    if answer.status >= 500:
        raise _outage(answer, words, writing=writing)
    raise _strange(answer, words, writing=writing)


def leads_elsewhere(answer: Answer) -> bool:
    """Check if *answer* is one that a zone may give which the tenant has left."""
    return 300 <= answer.status < 400 or answer.status in _GONE


def _said(body: bytes) -> tuple[list[str], str]:
    """Read Autotask's own refusals (`errors`), and the web framework's (`Message`, "" for none).

    The shapes differ by zone, and so does the case of the keys.
    """
    try:
        keys = _keys(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        keys = {}
    errors, message = keys.get("errors"), keys.get("message")
    if isinstance(errors, str) and errors:
        errors = [errors]
    return (
        [_text(error) for error in errors] if isinstance(errors, list) else [],
        message if isinstance(message, str) else "",
    )


def _text(error: Any) -> str:
    """Read one entry of `errors`: a text, or an object with a message."""
    if isinstance(error, str):
        return error
    message = _keys(error).get("message")
    return message if isinstance(message, str) else msgspec.json.encode(error).decode()


def _keys(found: Any) -> dict[str, Any]:
    """Return the members of an object by their names in lower case, none for anything else."""
    members = found.items() if isinstance(found, dict) else ()
    return {name.casefold(): value for name, value in members}


def _refusal(errors: list[str], *, writing: bool) -> Exception:
    text = "; ".join(errors)
    if writing and re.search(_TIMED_OUT, text):
        return LostAnswer(f"Autotask timed out: {text}")
    if re.search(_FORBIDDEN, text):
        return PermissionDenied(
            f"Autotask refused: {text}",
            hint=_ALLOW,
            in_words=True,
        )
    if re.search(_BAD_LOGIN, text):
        return CredentialsRefused(f"Autotask refused the credentials: {text}")
    return Rejected(errors)


def _strange(answer: Answer, words: str, *, writing: bool) -> Exception:
    page = re.search(_TAGS, answer.body)
    kind = LostAnswer if writing and page else NotUnderstood
    if answer.status == 403 and page:
        return kind(f"a web page came instead of Autotask's answer (403: {words})", hint=_FILTERED)
    if answer.status == 403:
        return PermissionDenied(
            "Autotask says the API user isn't allowed to do this (403)", hint=_ALLOW
        )
    hint = _NOT_YOURS if answer.status in _MISTAKES else ASK_AGAIN
    return kind(f"Autotask answered {answer.status}: {words}", hint=hint)


def _outage(answer: Answer, words: str, *, writing: bool) -> AutotaskProblem:
    text = f"Autotask is not available ({answer.status}: {words})"
    if writing:
        return LostAnswer(text)
    retry_after = answer.headers.get("retry-after", "")
    return Unavailable(text, hint="try again in a minute", retry_after=retry_after)


def gist(body: bytes) -> str:
    """Say in at most 200 characters what a page that is not JSON says."""
    text = re.sub(_TAGS, b" ", body[:20_000]).decode("utf-8", "replace")
    return " ".join(text.split())[:200] or "no text"


def may_be_the_name(problem: Rejected | PermissionDenied) -> bool:
    """Check if Autotask may have refused a write only for the person in whose name it was."""
    if isinstance(problem, PermissionDenied):
        return problem.in_words
    return any(re.search(_NOT_ACTIVE, text) for text in problem.errors)


def is_gone_value(problem: Rejected) -> bool:
    """Check if Autotask no longer knows a value that was sent, or a resource's role."""
    return any(re.search(_GONE_VALUE, text) for text in problem.errors)


def pause(attempt: int, retry_after: str, *, now: float, jitter: float) -> float:
    """Return how many seconds to wait after failed *attempt* (0 is the first).

    *retry_after* is obeyed (seconds, or a date measured against *now*, a POSIX time); without it
    the pause doubles. *jitter* from 0 to 1 spreads the technicians of one tenant.
    """
    asked = seconds_asked(retry_after, now=now)
    return asked if asked is not None else _FIRST_PAUSE * 2**attempt * (1 + jitter)


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """Read when the server says it answered (RFC 9110, 6.6.1), None if it does not say."""
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def links(body: bytes) -> PageDetails | None:
    """Read how the page in *body* goes on, without its rows; None if it is not there.

    Within a row's texts, the quotes around the name would not be bare.
    """
    at = body.rfind(b'"pageDetails"')
    try:
        return msgspec.json.decode(b"{" + body[at:], type=Links).page_details
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def next_page(details: PageDetails, *, asked: str) -> str | None:
    """Return the absolute URL of the page after the one at *asked*, None after the last.

    Raises NotUnderstood for a link to another host: the login travels with every request.
    """
    if not details.next_page_url:
        return None
    link = details.next_page_url
    try:
        link = urljoin(asked, link)
        leads_on = _origin(link) == _origin(asked) and link != asked and link.isprintable()
    except ValueError:
        leads_on = False
    if not leads_on or len(link) > _LONGEST_LINK:
        raise NotUnderstood(
            "Autotask's link to the next page doesn't lead on at the same host", hint=ASK_AGAIN
        )
    return link


def _origin(url: str) -> tuple[str, str]:
    """Return where *url* leads, however it is spelled: a port that goes without saying is none."""
    parts = urlsplit(url)
    usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    return parts.scheme, parts.netloc.casefold().removesuffix(usual)


def decoded(body: bytes, kind: Any, *, strict: bool = True) -> Any:
    """Decode *body* as *kind*; raise Garbled for anything else, an empty body included.

    If not *strict*, a number may be there as a string.
    """
    try:
        return msgspec.json.decode(body, type=kind, strict=strict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        what = "nothing" if not body.strip() else f'"{gist(body)[:60]}"'
        raise Garbled(
            f"Autotask's answer is not what it should be: {what} ({error})",
            hint=ASK_AGAIN,
        ) from error
