"""What a mail server's no means: whether it may be tried again, and the setting that fixes it."""

import re
import smtplib
import ssl
from collections.abc import Sequence

from mcdesk.barriers import why
from mcdesk.certificates import distrusted
from mcdesk.core.wording import clean
from mcdesk.errors import MailNotSent, MailRefused
from mcdesk.mail.server import TLS_PORT, NoGreeting, NoTls

# Exchange Online without basic authentication: "550 5.7.30 Basic authentication is not supported
# for Client Submission", and the older "535 5.7.139 Authentication unsuccessful".
_NO_BASIC_LOGIN = re.compile(r"5\.7\.30\b|5\.7\.139\b|basic authentication", re.IGNORECASE)
_SET = "mcdesk config set mail.smtp."
_TLS = f"`{_SET}security tls`"
_STARTTLS = f"`{_SET}security starttls`"
_TLS_ON_ITS_PORT = f"{_TLS} and `{_SET}port {TLS_PORT}`"
_GRAPH = "`mcdesk config set mail.transport graph`"
_AGAIN = "to try again: `mcdesk outbox retry`"
_NOTHING = "no email went out"


def refusal(code: int, text: bytes | str, what: str) -> MailNotSent | MailRefused:
    """Return what a server's no to *what* comes to.

    RFC 5321, 4.2.1: 4xx may work later, 5xx never; both are definite. Anything else is no answer to
    what was asked, and before the text it does no harm.
    """
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    said = f"the mail server refused {what}: {code} {clean(words)}"
    if not 500 <= code < 600:
        return MailNotSent(said, hint=_AGAIN)
    return MailRefused(said, hint=_mend_of(code, words))


def trouble(problem: Exception, host: str, port: int, security: str) -> MailNotSent:
    """Return what *problem* with the server comes to, before it had any of the text."""
    if bad := distrusted(problem, host):
        return MailNotSent(bad[0], hint=f"{bad[1]}; {_NOTHING}")
    hint = "; ".join(filter(None, (_misfit(problem, port, security), _NOTHING)))
    return MailNotSent(f"{host}, port {port}: {said_by(problem)}", hint=hint)


def no_login(offered: Sequence[str], security: str) -> MailNotSent:
    """Return that the server takes no password, which would have *offered* other ways in."""
    if offered:
        return MailNotSent(
            f"the mail server doesn't take a password, only {clean(', '.join(offered))}",
            hint=f"for Microsoft 365: {_GRAPH}; otherwise ask whoever runs it for a server that "
            f"takes a password; {_NOTHING}",
        )
    protected = f"if it wants TLS first: {_STARTTLS}; " if security == "none" else ""
    return MailNotSent(
        "the mail server doesn't ask for a login",
        hint=f'{protected}if it needs no password: `{_SET}username ""`; {_NOTHING}',
    )


def said_by(problem: Exception) -> str:
    """Return the words of *problem*."""
    return clean(why(problem)) or type(problem).__name__


def _mend_of(code: int, words: str) -> str | None:
    if _NO_BASIC_LOGIN.search(words):
        return f"Microsoft 365 no longer takes a password here: {_GRAPH}"
    if code in (530, 538) and "TLS" in words.upper():
        return f"it wants TLS first: {_STARTTLS}"
    if code == 530:
        return f"it wants a login: `{_SET}username NAME`, and its password with `mcdesk setup mail`"
    return None


def _misfit(problem: Exception, port: int, security: str) -> str:
    """Return the setting that does not fit the server, "" if *problem* is not about one."""
    match problem:
        case NoTls():
            return (
                f"if port {port} begins without TLS, as 587 and 25 do: {_STARTTLS}; TLS from the "
                f"start is spoken on port {TLS_PORT}"
            )
        case NoGreeting() if security != "tls" and port == TLS_PORT:
            return f"port {TLS_PORT} speaks TLS from the start: {_TLS}"
        case NoGreeting() if security != "tls":
            return f"if it speaks TLS from the start, as port {TLS_PORT} does: {_TLS}"
        case smtplib.SMTPNotSupportedError():
            return f"if it speaks TLS from the start on another port: {_TLS_ON_ITS_PORT}"
        case ssl.SSLError():
            return "ask whoever runs it which TLS it uses"
        case _:
            return ""
