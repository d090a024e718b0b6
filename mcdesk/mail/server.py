"""A connection to a mail server, whose answers are waited for as long as RFC 5321 asks.

What may hang does so in a thread of its own, so that Ctrl-C ends the wait on every system, and
neither a silent server nor one that drips is waited for beyond its time.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from threading import Thread
from typing import TypeVar

from mcdesk.barriers import why
from mcdesk.core.addresses import is_full_host_name
from mcdesk.core.wording import clean, counted
from mcdesk.deadline import Overdue, within

T = TypeVar("T")
# It speaks TLS from the start (RFC 8314, 3.3), so that it greets nobody who waits for a greeting.
TLS_PORT = 465


class NoGreeting(smtplib.SMTPException):
    """Somebody took the connection, and did not greet as a mail server does."""


class NoTls(smtplib.SMTPException):
    """What answered to TLS was none."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How many seconds a mail server is given (RFC 5321, 4.5.3.2).

    *network* is for the connection and its TLS, *answer* for the answer to the text. After *notice*
    seconds of waiting the technician is told.
    """

    network: float = 30.0
    greeting: float = 300.0
    command: float = 300.0
    data: float = 120.0
    answer: float = 600.0
    farewell: float = 5.0
    notice: float = 5.0

    def at_most(self, seconds: float) -> "Waits":
        """Return these with less patience until the login is done: *seconds* an answer."""
        greeting, command = min(self.greeting, seconds), min(self.command, seconds)
        return replace(self, greeting=greeting, command=command)


class Server(smtplib.SMTP):
    """A connection to *host*; with *tls*, protected from the start."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None, waits: Waits) -> None:
        self._tls = tls
        self._waits = waits
        self._abandoned = False
        self._say: Callable[[str], None] = lambda _: None
        # smtplib would look this computer's name up, and trip over some.
        super().__init__(host, port, local_hostname="localhost", timeout=waits.network)

    def connect(
        self, host: str = "", port: int = 0, source_address: object = None
    ) -> tuple[int, bytes]:
        """Connect, and return the greeting; raise NoTls or NoGreeting."""
        del source_address
        sock = socket.create_connection((host, port), self._waits.network)
        self.sock = self._protected(sock, host) if self._tls else sock
        self.sock.settimeout(self._waits.greeting)
        self.file = None
        try:
            code, said = self.getreply()
        except smtplib.SMTPServerDisconnected as error:
            silent = isinstance(error.__context__, TimeoutError)
            waited = f"it did not greet within {_length(self._waits.greeting)}"
            raise NoGreeting(waited if silent else "it hung up without a greeting") from error
        if code < 0:
            self.close()
            raise NoGreeting(
                f"it did not greet as a mail server does: {clean(said.decode('latin-1'))}"
            )
        self.sock.settimeout(None)  # every later wait has a limit of its own
        return code, said

    def _protected(self, sock: socket.socket, host: str) -> ssl.SSLSocket:
        assert self._tls is not None
        try:
            return self._tls.wrap_socket(sock, server_hostname=host)
        except ssl.SSLCertVerificationError:
            raise
        except OSError as error:
            raise NoTls(f"it does not answer in TLS: {why(error)}") from error
        finally:
            sock.close()  # what is protected has its own handle

    def ask(self, seconds: float, work: Callable[[], T], about: str = "") -> T:
        """Return what *work* on this connection returns; raise TimeoutError after *seconds*.

        The technician is told in time that the mail server has not answered yet, or *about* what
        else.
        """
        about = about or "the mail server has not answered yet"
        try:
            return _told_within(self._waits, seconds, work, self._say, about)
        except smtplib.SMTPResponseException:
            raise  # an answer: the conversation goes on
        except TimeoutError:
            self._abandon()
            raise
        except Exception:
            self.close()
            raise
        except BaseException:  # Ctrl-C: the other thread still waits
            self._abandon()
            raise

    def leave(self) -> None:
        """Say goodbye and close; that it fails changes nothing."""
        if self._abandoned:
            return
        with suppress(Exception):
            self.ask(self._waits.farewell, self.quit)

    def _abandon(self) -> None:
        """Wake up whoever still waits for an answer, and close once they are gone."""
        self._abandoned = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
        Thread(target=self.close, daemon=True).start()


def connected(
    host: str, port: int, tls: ssl.SSLContext | None, *, waits: Waits, say: Callable[[str], None]
) -> Server:
    """Connect to *host*; *say* tells the technician what is waited for."""
    limit = waits.network + waits.greeting
    make = partial(Server, host, port, tls, waits)
    server = _told_within(waits, limit, make, say, "the mail server has not greeted us yet")
    server._say = say
    server.local_hostname = _own_name(server.sock)
    return server


def _told_within(
    waits: Waits, seconds: float, work: Callable[[], T], say: Callable[[str], None], about: str
) -> T:
    def late() -> None:
        say(f"{about}; waiting up to {_length(seconds)}")

    try:
        return within(waits.notice, work, late=late, limit=seconds)
    except Overdue:
        raise TimeoutError(f"no answer within {_length(seconds)}") from None


def _own_name(sock: socket.socket | None) -> str:
    """Return what we call ourselves: this computer's full name, else its address (RFC 5321, 4.1.3).

    Many a computer's name is none that mail servers take, or that can be written down for them.
    """
    name = ""
    with suppress(OSError, UnicodeError):
        name = socket.gethostname()
    if is_full_host_name(name):
        return name
    address = sock.getsockname()[0].partition("%")[0] if sock else "127.0.0.1"
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _length(seconds: float) -> str:
    """Write a length of time in its largest unit."""
    whole = round(seconds)
    return counted(whole // 60, "minute") if whole >= 60 else counted(whole, "second")
