"""Mail by hand: a draft, a link, and the technician's word."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace
from test_message import EMAIL

from mcdesk.errors import MailNotSent, StoreProblem
from mcdesk.mail.manual import Manual, mailto

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.mark.parametrize("answer", [True, False, None], ids=["sent", "not sent", "nobody there"])
def test_a_draft_and_a_question(tmp_path: Path, answer: bool | None) -> None:
    shown: list[tuple[Path, str | None]] = []
    asked: list[str] = []

    def ask(question: str) -> bool | None:
        asked.append(question)
        return answer

    manual = Manual(tmp_path / "drafts", show=lambda *what: shown.append(what), ask=ask)
    if answer:
        manual.send(EMAIL, NOW)
    else:
        with pytest.raises(MailNotSent, match="to be sent by hand"):
            manual.send(EMAIL, NOW)
    ((path, _),) = shown
    assert asked == ["Was the mail to dispatch@example.net sent?"]
    assert path.exists() == (not answer)
    if not answer:
        draft = message_from_bytes(path.read_bytes(), policy=default)
        assert draft["X-Unsent"] == "1"
        assert draft["Message-ID"] == EMAIL.message_id
        with pytest.raises(MailNotSent):  # again: the same draft
            manual.send(EMAIL, NOW)
        assert len(list((tmp_path / "drafts").iterdir())) == 1
    assert manual.was_sent(EMAIL) is None


def test_a_link_for_short_letters() -> None:
    short = replace(EMAIL, text="a & b\nc?", subject="[T1] x=y")
    link = mailto(short)
    assert link
    parts = urlsplit(link)
    assert parts.path == "dispatch@example.net"
    assert parse_qs(parts.query) == {"subject": ["[T1] x=y"], "body": ["a & b\r\nc?"]}
    assert mailto(replace(EMAIL, text="x" * 2000)) is None


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("a file", encoding="utf-8")
    manual = Manual(tmp_path / "drafts", show=lambda *_: None, ask=lambda _: True)
    with pytest.raises(StoreProblem):
        manual.send(EMAIL, NOW)
