"""Mail by Microsoft Graph: a draft, then sending it, at most once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from graphserver import GraphServer
from test_message import EMAIL
from tlsservers import ISSUER, Authority, https_server

from mcdesk.certificates import trusted
from mcdesk.errors import DeskError, MailLost, MailNotSent, MailRefused, PermissionDenied
from mcdesk.mail.graph import Graph

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def graph(server: GraphServer) -> Graph:
    certificates = trusted("", "")
    return Graph("/me", lambda: "t0ken", certificates=certificates, transport=server.transport)


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
    with pytest.raises(MailNotSent, match="answered with another mail"):
        graph(server).send(EMAIL, NOW)
    with pytest.raises(MailNotSent, match="answered with another mail"):
        graph(server).was_sent(EMAIL)
    assert server.sent == []
    server.faults.clear()
    graph(server).send(EMAIL, NOW)
    assert [mail["internetMessageId"] for mail in server.sent] == [EMAIL.message_id]


@pytest.mark.parametrize("known", [True, False])
def test_certificates(known: bool, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificates = trusted(authority.file if known else "", "")
    with https_server(authority.server("127.0.0.1"), lambda *_: (200, b'{"value": []}')) as url:
        over = Graph("/me", lambda: "t0ken", url=url, certificates=certificates)
        if known:
            over.check()
        else:
            with pytest.raises(MailNotSent, match=f"not trusted: .*, issued by {ISSUER}") as caught:
                over.check()
            assert caught.value.hint is not None
            assert "SSL_CERT_FILE" in caught.value.hint
        over.close()
