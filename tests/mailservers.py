"""A real mail server in this process, that misbehaves as it is told to."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Thread

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Behaviour:
    """What the server does: *answers* per verb, where it *hangs_up*, and what it took."""

    def __init__(self, answers: dict[str, str] | None = None, hangs_up: str = "") -> None:
        self.answers = answers or {}
        self.hangs_up = hangs_up
        self.taken: list[bytes] = []
        self.logins: list[tuple[str, str]] = []

    def _say(self, server: SMTP, verb: str) -> str:
        if self.hangs_up == verb and server.transport is not None:
            server.transport.close()
        return self.answers.get(verb, "250 OK")

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._say(server, "MAIL")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._say(server, "RCPT")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = self._say(server, "DATA")
        if said.startswith("250"):
            assert isinstance(envelope.original_content, bytes)
            self.taken.append(envelope.original_content)
        return said

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return self.answers.get("QUIT", "221 Bye")


class _Server(SMTP):
    """aiosmtpd's server, which can also refuse or drop at the word DATA itself."""

    async def smtp_DATA(self, arg: str) -> None:
        behaviour: Behaviour = self.event_handler
        if behaviour.hangs_up == "354":
            assert self.transport is not None
            self.transport.close()
            return
        if said := behaviour.answers.get("354"):
            await self.push(said)
            return
        await super().smtp_DATA(arg)


@contextmanager
def mail_server(
    behaviour: Behaviour, *, tls: ssl.SSLContext | None = None, starttls: bool = False
) -> Iterator[int]:
    """Serve on 127.0.0.1 from a thread that ends with the block, and give the port."""

    def check(_: SMTP, __: Session, ___: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        behaviour.logins.append((data.login.decode(), data.password.decode()))
        refusal = behaviour.answers.get("AUTH")
        return AuthResult(success=refusal is None, handled=False, message=refusal)

    def protocol() -> SMTP:
        return _Server(
            behaviour,
            hostname="mail.example.com",
            tls_context=tls if starttls else None,
            authenticator=check,
            auth_require_tls=False,
            loop=loop,
        )

    loop = asyncio.new_event_loop()
    listening = loop.create_server(protocol, "127.0.0.1", 0, ssl=None if starttls else tls)
    server = loop.run_until_complete(listening)
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)  # lets transports finish closing


Answer = bytes | Callable[[], bytes] | None


@contextmanager
def odd_server(answers: Mapping[str, Answer]) -> Iterator[tuple[int, list[str]]]:
    """Serve one connection by a script; yield the port, and the lines that are heard.

    *answers* are by verb, "greeting" and "text" among them: bytes, what makes them, or None for
    silence until the block ends. What is not there is answered as every server does.
    """
    usual = {"greeting": b"220 mail.example.com", "DATA": b"354 go on", "QUIT": b"221 bye"}
    heard: list[str] = []
    taken: list[socket.socket] = []
    ended = Event()

    def say(connection: socket.socket, verb: str) -> None:
        answer = answers.get(verb, usual.get(verb, b"250 OK"))
        if answer is None:
            ended.wait()
        else:
            connection.sendall((answer() if callable(answer) else answer) + b"\r\n")

    def serve() -> None:
        with suppress(OSError), listening.accept()[0] as connection:
            taken.append(connection)
            say(connection, "greeting")
            in_text = False
            for line in connection.makefile("rb"):
                text = line.decode("latin-1").strip()
                if in_text and text != ".":
                    continue
                heard.append(text)
                verb = "text" if in_text else text.partition(" ")[0].upper()
                in_text = verb == "DATA" and answers.get("DATA", b"354") is not None
                say(connection, verb)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1], heard
        finally:
            ended.set()
            for each in (listening, *taken):  # whoever was left waiting there wakes up
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            thread.join()
