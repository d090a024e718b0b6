"""Mail by Microsoft Graph: a draft, then sending it, at most once."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from graphserver import GraphServer
from test_message import EMAIL
from tlsservers import ISSUER, Authority, https_server
from webs import web

from mcdesk.errors import DeskError, MailLost, MailNotSent, MailRefused, PermissionDenied
from mcdesk.mail.graph import Graph

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def graph(server: GraphServer, slept: list[float] | None = None) -> Graph:
    slept = [] if slept is None else slept
    return Graph(
        "/me",
        lambda: "t0ken",
        web=web(),
        transport=server.transport,
        sleep=slept.append,
    )


def test_a_letter_is_drafted_and_sent() -> None:
    server = GraphServer()
    graph(server).send(EMAIL, NOW)
    (sent,) = server.sent
    assert sent["subject"] == EMAIL.subject
    assert sent["body"] == {"contentType": "text", "content": EMAIL.text}
    assert sent["from"] == {"emailAddress": {"address": "jane@example.com", "name": "Jane Doe"}}
    assert sent["toRecipients"] == [{"emailAddress": {"address": "dispatch@example.net"}}]
    assert sent["replyTo"] == [{"emailAddress": {"address": "desk@example.com"}}]
    assert sent["internetMessageId"] == EMAIL.message_id
    assert sent["internetMessageHeaders"] == [
        {"name": "X-Autotask-Ticket", "value": "T20261123.0007"}
    ]
    assert set(server.tokens) == {"Bearer t0ken"}


@pytest.mark.parametrize(
    ("where", "fault", "kind"),
    [
        ("GET messages", "lose-answer", MailNotSent),
        ("GET messages", "unreachable", MailNotSent),
        ("GET messages", "503", MailNotSent),
        ("GET messages", "html", MailNotSent),
        ("GET messages", "403", PermissionDenied),
        ("POST messages", "lose-request", MailNotSent),
        ("POST messages", "lose-answer", MailNotSent),
        ("POST messages", "429", MailNotSent),
        ("POST messages", "401", PermissionDenied),
        ("POST messages", "400", MailRefused),
        ("POST send", "unreachable", MailNotSent),
        ("POST send", "429", MailNotSent),
        ("POST send", "400", MailRefused),
        ("POST send", "lose-request", MailLost),
        ("POST send", "lose-answer", MailLost),
        ("POST send", "503", MailLost),
    ],
)
def test_every_fault_at_every_step_and_again(where: str, fault: str, kind: type[DeskError]) -> None:
    server = GraphServer({where: fault})
    with pytest.raises(kind) as caught:
        graph(server).send(EMAIL, NOW)
    assert type(caught.value) is kind
    assert "t0ken" not in str(vars(caught.value))
    assert len(server.sent) == (where == "POST send" and fault == "lose-answer")
    server.faults.clear()
    # Whatever happened, another call sends it exactly once, from the draft that there is.
    seen = graph(server).was_sent(EMAIL)
    assert seen == (None if not server.messages else bool(server.sent))
    graph(server).send(EMAIL, NOW)
    assert len(server.sent) == 1
    assert len(server.messages) == 1
    assert graph(server).was_sent(EMAIL) is True


def test_an_error_page_is_told_by_its_status() -> None:
    server = GraphServer({"POST messages": "418"})
    with pytest.raises(MailRefused, match="ErrorSomething, The request was refused"):
        graph(server).send(EMAIL, NOW)


@pytest.mark.parametrize("draft", [True, False], ids=["a draft", "a mail that was sent"])
@pytest.mark.parametrize("drafted", [True, False], ids=["beside ours", "alone"])
def test_another_mail_is_never_taken_for_ours(draft: bool, drafted: bool) -> None:
    """A mailbox that drops the filter: nothing of it is sent, and nothing called sent."""
    server = GraphServer({"POST send": "lose-request"} if drafted else {})
    if drafted:
        with pytest.raises(MailLost):
            graph(server).send(EMAIL, NOW)
    server.messages.append({"id": "A1", "isDraft": draft, "internetMessageId": "<other@x.example>"})
    server.faults = {"GET messages": "unfiltered"}
    with pytest.raises(MailNotSent, match="answered with a different email"):
        graph(server).send(EMAIL, NOW)
    with pytest.raises(MailNotSent, match="answered with a different email"):
        graph(server).was_sent(EMAIL)
    assert server.sent == []
    server.faults.clear()
    graph(server).send(EMAIL, NOW)
    assert [mail["internetMessageId"] for mail in server.sent] == [EMAIL.message_id]


PERMISSIONS = "Mail.ReadWrite and Mail.Send"


@pytest.mark.parametrize(
    ("refusal", "kind", "mend"),
    [
        ("403 ErrorAccessDenied", PermissionDenied, PERMISSIONS),
        ("403 Authorization_RequestDenied", PermissionDenied, PERMISSIONS),
        ("403", PermissionDenied, PERMISSIONS),
        ("403 ErrorSendAsDenied", PermissionDenied, "mcdesk config set mail.from"),
        ("403 errorSendAsDenied", PermissionDenied, "mcdesk config set mail.from"),
        ("413 ErrorQuotaExceeded", MailNotSent, "the mailbox is full"),
        ("507 ErrorQuotaExceeded", MailNotSent, "the mailbox is full"),
        ("507 QuotaExceededException", MailNotSent, "the mailbox is full"),
        ("403 ErrorQuotaExceeded", MailNotSent, "the mailbox is full"),
        ("404 MailboxNotEnabledForRESTAPI", PermissionDenied, "config set mail.graph.sender"),
        ("404 ErrorMailboxNotEnabledForRESTAPI", PermissionDenied, "config set mail.graph.sender"),
        ("404 ErrorInvalidUser", PermissionDenied, "config set mail.graph.sender"),
        ("404 ResourceNotFound", PermissionDenied, "config set mail.graph.sender"),
        ("403 ErrorMessageSubmissionBlocked", PermissionDenied, "Restricted entities"),
        ("500 ErrorExceededMessageLimit", MailNotSent, "tomorrow"),
        ("400 ErrorInvalidRecipients", MailRefused, "mc.dispatch_email"),
        ("404 ErrorItemNotFound", MailNotSent, "mcdesk outbox retry"),
        ("404 ErrorNonExistentMailbox", MailNotSent, "config set mail.graph.sender"),
        ("429 ApplicationThrottled", MailNotSent, "mcdesk outbox retry"),
    ],
)
@pytest.mark.parametrize("where", ["GET messages", "POST messages", "POST send"])
def test_each_of_graphs_words_has_a_mend_of_its_own(
    where: str, refusal: str, kind: type[DeskError], mend: str
) -> None:
    server = GraphServer({where: refusal})
    with pytest.raises(kind, match=f"{(refusal.split()[1:] or ['ErrorSomething'])[0]}") as caught:
        graph(server).send(EMAIL, NOW)
    assert type(caught.value) is kind
    assert mend in (caught.value.hint or "")
    assert (PERMISSIONS in (caught.value.hint or "")) == (mend is PERMISSIONS)
    assert server.sent == []
    server.faults.clear()
    graph(server).send(EMAIL, NOW)
    assert len(server.sent) == 1


@pytest.mark.parametrize("where", ["GET messages", "POST messages", "POST send"])
@pytest.mark.parametrize("refusal", ["429 ApplicationThrottled", "503 ErrorServerBusy"])
def test_the_pause_that_graph_asks_for_is_told(where: str, refusal: str) -> None:
    lost = where == "POST send" and refusal.startswith("503")
    with pytest.raises(MailLost if lost else MailNotSent) as caught:
        graph(GraphServer({where: refusal})).send(EMAIL, NOW)
    assert ("it asks for a pause of 40 s" in caught.value.message) is not lost


@pytest.mark.parametrize("code", ["ErrorItemNotFound", "ErrorNonExistentMailbox", "Whatever"])
@pytest.mark.parametrize("times", range(1, 6))
def test_a_draft_that_is_not_there_yet_is_sent_a_little_later(code: str, times: int) -> None:
    server, slept = GraphServer({"POST send": f"404 {code} x{times}"}), list[float]()
    if times < 4:
        graph(server, slept).send(EMAIL, NOW)
        assert slept == [1, 2, 4][:times]
    else:
        with pytest.raises(MailNotSent, match=code):
            graph(server, slept).send(EMAIL, NOW)
        assert slept == [1, 2, 4]
        assert server.sent == []
        graph(server).send(EMAIL, NOW)
    assert len(server.sent) == 1
    assert len(server.messages) == 1


@pytest.mark.parametrize("kind", [ValueError, UnicodeError, RuntimeError, KeyError])
@pytest.mark.parametrize("end", ["messages", "send"])
def test_whatever_trips_before_the_sending_is_no_doubt(end: str, kind: type[Exception]) -> None:
    server = GraphServer()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(end):
            raise kind("tripped")
        return server.transport.handle_request(request)

    transport = httpx.MockTransport(answer)
    over = Graph("/me", lambda: "t0ken", web=web(), transport=transport)
    with pytest.raises(MailLost if end == "send" else MailNotSent):
        over.send(EMAIL, NOW)


@pytest.mark.parametrize(
    "kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError]
)
def test_what_never_left_was_not_sent(kind: type[httpx.RequestError]) -> None:
    server = GraphServer()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("send"):
            raise kind("no way")
        return server.transport.handle_request(request)

    transport = httpx.MockTransport(answer)
    over = Graph("/me", lambda: "t0ken", web=web(), transport=transport)
    with pytest.raises(MailNotSent, match="no way"):
        over.send(EMAIL, NOW)


@pytest.mark.parametrize("known", [True, False])
def test_certificates(known: bool, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificates = web(authority.file if known else "")
    with https_server(authority.server("127.0.0.1"), lambda *_: (200, b'{"value": []}')) as url:
        over = Graph("/me", lambda: "t0ken", url=url, web=certificates)
        if known:
            over.check()
        else:
            with pytest.raises(MailNotSent, match=f"not trusted: .*, issued by {ISSUER}") as caught:
                over.check()
            assert caught.value.hint is not None
            assert "SSL_CERT_FILE" in caught.value.hint
        over.close()
