"""Mail by a server: certificates verified, no downgrade, the server's own words.

Whatever happens after the server has said "354, send the text" and before it has answered to that
text leaves it unknown whether the mail was taken (RFC 5321, 4.1.1.4 and 4.2.5).
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from mcdesk.certificates import distrusted
from mcdesk.core.emails import Email
from mcdesk.core.remembered import RefusedLogins
from mcdesk.core.wording import clean
from mcdesk.errors import MailLost, MailNotSent, MailRefused, StoreProblem
from mcdesk.mail import Mailer
from mcdesk.mail.message import mailbox, message

# Seconds for one answer of the server.
_TIMEOUT = 30.0
_GO_AHEAD = 354
# As the way is encrypted, or ends on this computer, the plainest way that every server knows is
# the first choice.
_WAYS_TO_LOG_IN = ("PLAIN", "LOGIN", "CRAM-MD5")
# "Not implemented", which says nothing of the password (RFC 5321, 4.2.3; RFC 4954, 6).
_NOT_JUDGED = range(500, 505)
# Exchange Online without basic authentication: "550 5.7.30 Basic authentication is not supported
# for Client Submission", and the older "535 5.7.139 Authentication unsuccessful".
_NO_BASIC_LOGIN = re.compile(r"5\.7\.30\b|5\.7\.139\b|basic authentication", re.IGNORECASE)


class Smtp(Mailer):
    """Send through the server at *host* and *port*, its way protected as *security* says.

    Over TLS it has to be one that *certificates* trusts.

    *password* is asked for only if there is a *user_name*. A login that is among the *refused*
    ones is not sent again: servers lock accounts for that.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        security: str,
        user_name: str,
        password: Callable[[], str],
        refused: RefusedLogins,
        certificates: ssl.SSLContext,
    ) -> None:
        self._host = host
        self._port = port
        self._security = security
        self._user_name = user_name
        self._password = password
        self._refused = refused
        self._certificates = certificates

    def send(self, email: Email, at: datetime) -> None:
        """Send *email*, dated *at*, once; see `Mailer`."""
        mail = message(email, at)
        sender, to = (mailbox(text).addr_spec for text in (email.sender, email.to))
        with self._server() as server:
            _expect(server.mail(sender), "the sender")
            _expect(server.rcpt(to), "the recipient")
            _expect(server.docmd("DATA"), "the mail", wanted=_GO_AHEAD)
            _hand_over(server, mail.as_bytes())

    def check(self) -> None:
        """Connect and log in, though the login was refused before; raise what `send` would."""
        if self._user_name:
            self._refused.lift(self._login())
        with self._server():
            pass

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """Connect, protect the way and log in; whatever fails until the text goes out is no harm.

        A farewell that fails changes nothing.
        """
        self._refuse_known_login()
        try:
            server = self._connected()
            try:
                server.ehlo_or_helo_if_needed()
                if self._user_name:
                    self._log_in(server)
                yield server
            finally:
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as refusal:
            raise _refusal(refusal.smtp_code, refusal.smtp_error, "the connection") from refusal
        except smtplib.SMTPResponseException as refusal:
            raise _refusal(refusal.smtp_code, refusal.smtp_error, "the login") from refusal
        except (smtplib.SMTPException, OSError) as problem:
            bad = distrusted(problem, self._host) or (f"{self._host}: {_said(problem)}", "")
            hint = "; ".join(filter(None, (bad[1], "no mail went out")))
            raise MailNotSent(bad[0], hint=hint) from problem

    def _login(self) -> str:
        """Return what this login is known by."""
        return "\n".join(("smtp", self._host, self._user_name, self._password()))

    def _refuse_known_login(self) -> None:
        if self._user_name and self._refused.holds(self._login()):
            raise MailRefused(
                f"{self._host} refused this password of {self._user_name} before; it was not sent "
                "again, so that the server does not lock the account",
                hint="correct it, or run `mcdesk doctor`, which tries it at once; else it is tried "
                "again after an hour, then once a day",
            )

    def _log_in(self, server: smtplib.SMTP) -> None:
        try:
            self._log_in_by_one_way(server)
        except UnicodeError as error:
            raise MailNotSent(
                "the mail server's user name or password has a letter beyond ASCII, which its "
                "login cannot carry",
                hint="choose another password for it; no mail went out",
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            refusal = _refusal(error.smtp_code, error.smtp_error, "the login")
            if isinstance(refusal, MailRefused) and error.smtp_code not in _NOT_JUDGED:
                self._remember(refusal)
            raise refusal from error
        with suppress(StoreProblem):  # one more try is no harm
            self._refused.lift(self._login())

    def _log_in_by_one_way(self, server: smtplib.SMTP) -> None:
        """Log in by the first way that the server really has.

        smtplib would send a password that was refused once more by every other way.
        """
        offered = server.esmtp_features.get("auth", "").upper().split()
        ways = [way for way in _WAYS_TO_LOG_IN if way in offered]
        for way in ways:
            server.esmtp_features["auth"] = way
            try:
                server.login(self._user_name, self._password())
            except smtplib.SMTPAuthenticationError as error:
                if way == ways[-1] or error.smtp_code not in _NOT_JUDGED:
                    raise
            else:
                return
        server.login(self._user_name, self._password())  # raises for what the server lacks

    def _remember(self, refusal: MailRefused) -> None:
        """Remember that the login was refused; a disk that takes nothing does not hide it."""
        try:
            self._refused.add(self._login())
        except StoreProblem as problem:
            again = f"the next command sends the password again, for {problem.message}"
            refusal.hint = f"{refusal.hint}; {again}" if refusal.hint else again

    def _connected(self) -> smtplib.SMTP:
        context = self._certificates
        if self._security == "tls":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=context)
        server = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)
        if self._security == "starttls":
            try:
                server.starttls(context=context)  # raises if the server does not offer it
            except BaseException:
                server.close()
                raise
        return server


def _hand_over(server: smtplib.SMTP, mail: bytes) -> None:
    """Send the text and read the answer to it; from the first byte on, silence means unknown."""
    stuffed = re.sub(rb"(?m)^\.", b"..", mail)  # RFC 5321, 4.5.2
    end = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
    try:
        server.send(stuffed + end)
        answer = server.getreply()
    except (smtplib.SMTPException, OSError) as problem:
        raise MailLost(
            f"the mail server fell silent after the text was sent: {_said(problem)}"
        ) from problem
    code, text = answer
    if not 200 <= code < 600 or 300 <= code < 400:
        raise MailLost(
            "the mail server's answer to the text is not understood: "
            f"{clean(text.decode('utf-8', 'replace'))}"
        )
    _expect(answer, "the mail")


def _expect(answer: tuple[int, bytes], what: str, *, wanted: int = 0) -> None:
    code, text = answer
    if code != wanted and (wanted or not 200 <= code < 300):
        raise _refusal(code, text, what)


def _refusal(code: int, text: bytes | str, what: str) -> MailNotSent | MailRefused:
    """RFC 5321, 4.2.1: 4xx may work later, 5xx never; both are definite.

    Anything else is no answer to what was asked, and before the text it does no harm.
    """
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    said = f"the mail server refused {what}: {code} {clean(words)}"
    if not 500 <= code < 600:
        return MailNotSent(said, hint="it can be tried again: `mcdesk outbox retry`")
    if _NO_BASIC_LOGIN.search(words):
        return MailRefused(
            said,
            hint='Microsoft 365 takes no password here any more: set mail.transport = "graph"',
        )
    return MailRefused(said)


def _said(problem: Exception) -> str:
    return clean(str(problem)) or type(problem).__name__
