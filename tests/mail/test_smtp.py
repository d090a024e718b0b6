"""Mail by a server, against a real one: what is sent, what is refused, what nobody knows."""

import ssl
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from mailservers import Behaviour, mail_server
from test_message import EMAIL
from tlsservers import ISSUER, Authority

from mcdesk.certificates import trusted
from mcdesk.errors import MailLost, MailNotSent, MailProblem, MailRefused, StoreProblem
from mcdesk.mail.smtp import Smtp

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


class Refused:
    """Refused logins, on a disk that is *full* or not."""

    def __init__(self, *, full: bool = False) -> None:
        self.known: set[str] = set()
        self._full = full

    def holds(self, login: str) -> bool:
        return login in self.known

    def add(self, login: str) -> None:
        self.known.add(login)
        if self._full:
            raise StoreProblem("the disk is full")

    def lift(self, login: str) -> None:
        self.known.discard(login)


def smtp(
    port: int,
    security: str = "none",
    *,
    user: str = "",
    password: str = "s3cret",
    refused: Refused | None = None,
    cert_file: str = "",
) -> Smtp:
    return Smtp(
        host="127.0.0.1",
        port=port,
        security=security,
        user_name=user,
        password=lambda: password,
        refused=refused or Refused(),
        certificates=trusted(cert_file, ""),
    )


def test_a_letter_arrives_as_it_was_written() -> None:
    behaviour = Behaviour()
    with mail_server(behaviour) as port:
        smtp(port, user="jane").send(EMAIL, NOW)
    (taken,) = behaviour.taken
    read = message_from_bytes(taken, policy=default)
    assert read.get_content().replace("\r\n", "\n") == EMAIL.text
    assert read["Message-ID"] == EMAIL.message_id
    assert behaviour.logins == [("jane", "s3cret")]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_over_tls(security: str, tmp_path: Path) -> None:
    behaviour, authority = Behaviour(), Authority(tmp_path)
    tls = authority.server("127.0.0.1")
    with mail_server(behaviour, tls=tls, starttls=security == "starttls") as port:
        smtp(port, security, user="jane", cert_file=authority.file).send(EMAIL, NOW)
    assert len(behaviour.taken) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("known", [True, False], ids=["wrong name", "unknown authority"])
def test_a_certificate_that_does_not_fit_sends_nothing(
    security: str, known: bool, tmp_path: Path
) -> None:
    behaviour, authority = Behaviour(), Authority(tmp_path)
    tls = authority.server("mail.example.com" if known else "127.0.0.1")
    cert_file = authority.file if known else ""
    with (
        mail_server(behaviour, tls=tls, starttls=security == "starttls") as port,
        pytest.raises(MailNotSent, match=r"certificate of 127.0.0.1 is not trusted") as caught,
    ):
        smtp(port, security, user="jane", cert_file=cert_file).send(EMAIL, NOW)
    assert (behaviour.taken, behaviour.logins) == ([], [])
    assert f"issued by {ISSUER}" in caught.value.message
    assert caught.value.hint is not None
    assert ("SSL_CERT_FILE" in caught.value.hint) is not known
    assert "no email went out" in caught.value.hint


def test_no_downgrade() -> None:
    behaviour = Behaviour()
    with mail_server(behaviour) as port, pytest.raises(MailNotSent, match="STARTTLS"):
        smtp(port, "starttls", user="jane").send(EMAIL, NOW)
    assert (behaviour.taken, behaviour.logins) == ([], [])


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "354", "DATA"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [("451 4.3.0 try later", MailNotSent), ("550 5.1.1 no such user", MailRefused)],
)
def test_refusals_in_the_servers_own_words(verb: str, answer: str, kind: type[MailProblem]) -> None:
    behaviour = Behaviour({verb: answer})
    with mail_server(behaviour) as port, pytest.raises(kind) as caught:
        smtp(port).send(EMAIL, NOW)
    assert answer in caught.value.message
    assert caught.value.exit_code == 8
    assert behaviour.taken == []


@pytest.mark.parametrize("answer", ["200 taken", "251 fine", "250-two\r\n250 lines"])
def test_a_mail_that_was_taken_in_other_words(answer: str) -> None:
    behaviour = Behaviour({"DATA": answer})
    with mail_server(behaviour) as port:
        smtp(port).send(EMAIL, NOW)


@pytest.mark.parametrize("answer", ["354 go on", "what?", "999 odd"])
def test_an_answer_to_the_text_that_is_none_leaves_it_unknown(answer: str) -> None:
    behaviour = Behaviour({"DATA": answer})
    with mail_server(behaviour) as port, pytest.raises(MailLost, match="not be understood"):
        smtp(port).send(EMAIL, NOW)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "354"])
def test_an_answer_before_the_text_that_is_none_sends_nothing(verb: str) -> None:
    behaviour = Behaviour({verb: "what?"})
    with mail_server(behaviour) as port, pytest.raises(MailNotSent):
        smtp(port).send(EMAIL, NOW)
    assert behaviour.taken == []


def test_a_login_that_smtp_cannot_carry_sends_nothing() -> None:
    behaviour = Behaviour()
    with mail_server(behaviour) as port, pytest.raises(MailNotSent, match="outside ASCII"):
        smtp(port, user="jané").send(EMAIL, NOW)
    assert behaviour.taken == []


@pytest.mark.parametrize(
    ("verb", "kind"),
    [("MAIL", MailNotSent), ("RCPT", MailNotSent), ("354", MailNotSent), ("DATA", MailLost)],
)
def test_a_lost_connection_is_unknown_only_after_the_text(
    verb: str, kind: type[MailProblem]
) -> None:
    behaviour = Behaviour(hangs_up=verb)
    with mail_server(behaviour) as port, pytest.raises(MailProblem) as caught:
        smtp(port).send(EMAIL, NOW)
    assert type(caught.value) is kind
    assert len(behaviour.taken) == (verb == "DATA")


def test_a_farewell_that_fails_changes_nothing() -> None:
    behaviour = Behaviour({"QUIT": "421 go away"})
    with mail_server(behaviour) as port:
        smtp(port).send(EMAIL, NOW)
    assert len(behaviour.taken) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "hint"),
    [
        (
            "550 5.7.30 Basic authentication is not supported for Client Submission",
            MailRefused,
            "graph",
        ),
        ("535 5.7.139 Authentication unsuccessful", MailRefused, "graph"),
        ("535 5.7.8 wrong password", MailRefused, ""),
        ("454 4.7.0 temporary", MailNotSent, ""),
    ],
)
def test_a_login_that_is_refused(answer: str, kind: type[MailProblem], hint: str) -> None:
    behaviour = Behaviour({"AUTH": answer})
    with mail_server(behaviour) as port, pytest.raises(kind) as caught:
        smtp(port, user="jane").send(EMAIL, NOW)
    assert "s3cret" not in str(vars(caught.value))
    assert hint in (caught.value.hint or "")
    assert behaviour.taken == []


@pytest.mark.parametrize("full", [False, True], ids=["remembered", "a full disk"])
def test_a_refused_login_is_sent_once(full: bool) -> None:
    behaviour, refused = Behaviour({"AUTH": "535 5.7.8 wrong password"}), Refused(full=full)
    with mail_server(behaviour) as port:
        for said in ("535 5.7.8", "refused this password of jane before", "before"):
            with pytest.raises(MailRefused, match=said) as caught:
                smtp(port, user="jane", refused=refused).send(EMAIL, NOW)
            assert "s3cret" not in str(vars(caught.value))
            assert ("the disk is full" in (caught.value.hint or "")) == (full and said[0] == "5")
        assert behaviour.logins == [("jane", "s3cret")]
        del behaviour.answers["AUTH"]
        smtp(port, user="jane", password="another", refused=refused).send(EMAIL, NOW)
        smtp(port, user="jane", refused=refused).check()
        smtp(port, user="jane", refused=refused).send(EMAIL, NOW)
    assert len(behaviour.taken) == 2


@pytest.mark.parametrize("answer", ["454 4.7.0 temporary", "504 5.5.4 not this way"])
def test_a_login_that_was_not_judged_may_be_sent_again(answer: str) -> None:
    behaviour, refused = Behaviour({"AUTH": answer}), Refused()
    with mail_server(behaviour) as port:
        with pytest.raises(MailProblem, match=answer[:3]):
            smtp(port, user="jane", refused=refused).send(EMAIL, NOW)
        del behaviour.answers["AUTH"]
        smtp(port, user="jane", refused=refused).send(EMAIL, NOW)
    assert len(behaviour.taken) == 1


def test_nobody_there() -> None:
    behaviour = Behaviour()
    with mail_server(behaviour) as port:
        pass
    with pytest.raises(MailNotSent, match="refused"):
        smtp(port).send(EMAIL, NOW)


def test_check_logs_in_and_sends_nothing() -> None:
    behaviour = Behaviour()
    with mail_server(behaviour) as port:
        smtp(port, user="jane").check()
    assert behaviour.logins
    assert behaviour.taken == []


def test_nobody_can_see_what_was_sent() -> None:
    assert smtp(1).was_sent(EMAIL) is None


def test_the_default_context_checks_names() -> None:
    # What the transport relies on.
    assert ssl.create_default_context().check_hostname
