"""Mail by a server: certificates verified, no downgrade, the server's own words.

Whatever happens after the server has said "354, send the text" and before it has answered to that
text leaves it unknown whether the mail was taken (RFC 5321, 4.1.1.4 and 4.2.5). Whatever happens
before, no email went out.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial

from mcdesk.core.emails import Email
from mcdesk.core.remembered import RefusedLogins
from mcdesk.core.wording import clean
from mcdesk.errors import DeskError, MailLost, MailNotSent, MailRefused, StoreProblem
from mcdesk.mail import Mailer
from mcdesk.mail.answers import no_login, refusal, said_by, trouble
from mcdesk.mail.message import mailbox, message
from mcdesk.mail.server import TLS_PORT, Server, Waits, connected

_GO_AHEAD = 354
# As the way is encrypted, or ends on this computer, the plainest way that every server knows is
# the first choice.
_WAYS_TO_LOG_IN = ("PLAIN", "LOGIN", "CRAM-MD5")
# "Not implemented", which says nothing of the password (RFC 5321, 4.2.3; RFC 4954, 6).
_NOT_JUDGED = range(500, 505)
# Seconds for an answer: as long as whoever only asks whether it could send likes to wait, and as
# long as it takes to be sure that a port greets nobody who does not speak TLS.
_LOOK, _SILENT_PORT = 30.0, 10.0
_STOPPED = "the email went out, but nobody knows if the server took it: mcdesk outbox"
_HAS_TEXT = "the mail server has the text and has not answered yet"


class Smtp(Mailer):
    """Send through the server at *host* and *port*, its way protected as *security* says.

    Over TLS it has to be one that *certificates* trusts.

    *password* is asked for only if there is a *user_name*. A login that is among the *refused*
    ones is not sent again: servers lock accounts for that. *say* tells the technician what is
    waited for.
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
        say: Callable[[str], None] = lambda _: None,
        waits: Waits = Waits(),  # noqa: B008 - a frozen value
    ) -> None:
        self._host = host
        self._port = port
        self._security = security
        self._user_name = user_name
        self._password = password
        self._refused = refused
        self._certificates = certificates
        self._say = say
        never_greets = port == TLS_PORT and security != "tls"
        self._waits = waits.at_most(_SILENT_PORT) if never_greets else waits

    def send(self, email: Email, at: datetime) -> None:
        """Send *email*, dated *at*, once; see `Mailer`."""
        waits = self._waits
        sender, to, raw = _written(email, at)
        with self._server(waits) as server:
            _expect(server.ask(waits.command, partial(server.mail, sender)), "the sender")
            _expect(server.ask(waits.command, partial(server.rcpt, to)), "the recipient")
            go_ahead = server.ask(waits.data, partial(server.docmd, "DATA"))
            _expect(go_ahead, "the mail", wanted=_GO_AHEAD)
            self._hand_over(server, raw)

    def check(self) -> None:
        """Connect and log in, though the login was refused before; raise what `send` would."""
        if self._user_name:
            self._refused.lift(self._login())
        with self._server(self._waits.at_most(_LOOK)):
            pass

    @contextmanager
    def _server(self, waits: Waits) -> Iterator[Server]:
        """Connect, protect the way and log in; whatever fails until the text goes out is no harm.

        A farewell that fails changes nothing.
        """
        self._refuse_known_login()
        try:
            server = self._connected(waits)
            try:
                self._introduce(server, waits)
                yield server
            finally:
                server.leave()
        except DeskError:
            raise
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as no:
            raise refusal(no.smtp_code, no.smtp_error, "the connection") from no
        except smtplib.SMTPResponseException as no:
            raise refusal(no.smtp_code, no.smtp_error, "the login") from no
        except Exception as problem:  # smtplib lets out whatever it trips over in an answer
            raise trouble(problem, self._host, self._port, self._security) from problem

    def _connected(self, waits: Waits) -> Server:
        tls = self._certificates if self._security == "tls" else None
        return connected(self._host, self._port, tls, waits=waits, say=self._say)

    def _introduce(self, server: Server, waits: Waits) -> None:
        """Protect the way and log in, each as the settings say."""
        if self._security == "starttls":
            # Raises if the server does not offer it.
            server.ask(waits.command, partial(server.starttls, context=self._certificates))
        server.ask(waits.command, server.ehlo_or_helo_if_needed)
        if self._user_name:
            self._log_in(server, waits)

    def _login(self) -> str:
        """Return what this login is known by."""
        return "\n".join(("smtp", self._host, self._user_name, self._password()))

    def _refuse_known_login(self) -> None:
        if self._user_name and self._refused.holds(self._login()):
            raise MailRefused(
                f"{self._host} refused this password of {self._user_name} before; mcdesk didn't "
                "send it again, so the server doesn't lock the account",
                hint="fix it, or run `mcdesk doctor` to try it right away; otherwise mcdesk tries "
                "again after an hour, then once a day",
            )

    def _log_in(self, server: Server, waits: Waits) -> None:
        if not (self._user_name + self._password()).isascii():
            raise MailNotSent(
                "the mail server's user name or password has a character outside ASCII, which its "
                "login can't carry",
                hint="choose another password for it; no email went out",
            )
        try:
            self._log_in_by_one_way(server, waits)
        except smtplib.SMTPAuthenticationError as error:
            no = refusal(error.smtp_code, error.smtp_error, "the login")
            if isinstance(no, MailRefused) and error.smtp_code not in _NOT_JUDGED:
                self._remember(no)
            raise no from error
        with suppress(StoreProblem):  # one more try is no harm
            self._refused.lift(self._login())

    def _log_in_by_one_way(self, server: Server, waits: Waits) -> None:
        """Log in by the first way that the server really has.

        smtplib would send a password that was refused once more by every other way.
        """
        offered = server.esmtp_features.get("auth", "").upper().split()
        ways = [way for way in _WAYS_TO_LOG_IN if way in offered]
        if not ways:
            raise no_login(offered, self._security)
        log_in = partial(server.login, self._user_name, self._password())
        for way in ways:
            server.esmtp_features["auth"] = way
            try:
                server.ask(waits.command, log_in)
            except smtplib.SMTPAuthenticationError as error:
                if way == ways[-1] or error.smtp_code not in _NOT_JUDGED:
                    raise
            else:
                return

    def _remember(self, no: MailRefused) -> None:
        """Remember that the login was refused; a disk that takes nothing does not hide it."""
        try:
            self._refused.add(self._login())
        except StoreProblem as problem:
            again = f"the next command sends the password again because {problem.message}"
            no.hint = f"{no.hint}; {again}" if no.hint else again

    def _hand_over(self, server: Server, mail: bytes) -> None:
        """Send the text and read the answer; from the first byte on, silence means unknown."""
        stuffed = re.sub(rb"(?m)^\.", b"..", mail)  # RFC 5321, 4.5.2
        end = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            server.ask(self._waits.answer, partial(server.send, stuffed + end), "sending the text")
            answer = server.ask(self._waits.answer, server.getreply, _HAS_TEXT)
        except KeyboardInterrupt:
            self._say(_STOPPED)
            raise
        except Exception as problem:
            raise MailLost(
                f"the mail server went silent after the text was sent: {said_by(problem)}"
            ) from problem
        code, text = answer
        if not 200 <= code < 600 or 300 <= code < 400:
            raise MailLost(
                "the mail server's answer to the text could not be understood: "
                f"{clean(text.decode('utf-8', 'replace'))}"
            )
        _expect(answer, "the mail")


def _written(email: Email, at: datetime) -> tuple[str, str, bytes]:
    """Write *email* down: from and to which address, and its text; raise MailNotSent if not."""
    try:
        sender, to = (mailbox(text).addr_spec for text in (email.sender, email.to))
        return sender, to, message(email, at).as_bytes()
    except DeskError:
        raise
    except Exception as problem:  # Python's email package, of texts that it cannot write
        raise MailNotSent(
            f"the mail cannot be written down: {said_by(problem)}", hint="no email went out"
        ) from problem


def _expect(answer: tuple[int, bytes], what: str, *, wanted: int = 0) -> None:
    code, text = answer
    if code != wanted and (wanted or not 200 <= code < 300):
        raise refusal(code, text, what)
