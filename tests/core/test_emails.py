"""Emails: plain text, one clean line a header."""

from hypothesis import given
from hypothesis import strategies as st

from mcdesk.core.emails import TicketFacts, dispatch_subject, dispatch_text

FACTS = TicketFacts(
    number="T20261123.0007",
    title="Printer {company}\r\nBcc: evil@example.com",
    company="Example Dental",
    priority="High",
    contact="Jane Doe",
    link="https://ww5.autotask.net/x",
)


def test_the_subject_is_one_line_and_filled_once() -> None:
    subject = dispatch_subject("[{number}] {company}: {title} ({priority})", FACTS)
    assert subject == (
        "[T20261123.0007] Example Dental: Printer {company} Bcc: evil@example.com (High)"
    )


def test_the_letter_says_everything_dispatch_needs() -> None:
    text = dispatch_text("Call back\x1b[31m now", FACTS, author="Noor", reach="noor@example.com")
    assert text == (
        "Ticket: T20261123.0007\n"
        "Company: Example Dental\n"
        "Title: Printer {company} Bcc: evil@example.com\n"
        "Priority: High\n"
        "Contact: Jane Doe\n"
        "\n"
        "Call back now\n"
        "\n"
        "-- \n"
        "Written by: Noor (noor@example.com)\n"
        "In our Autotask: https://ww5.autotask.net/x\n"
    )


def test_what_is_unknown_is_left_out() -> None:
    facts = TicketFacts("T1", "t", "", "", "", "")
    assert dispatch_text("x", facts, author="", reach="") == "Ticket: T1\nTitle: t\n\nx\n\n-- \n\n"
    assert "Written by: noor@x" in dispatch_text("x", facts, author="", reach="noor@x")


@given(st.text(), st.text())
def test_no_stranger_writes_a_header(title: str, company: str) -> None:
    facts = TicketFacts("T1", title, company, "", "", "")
    subject = dispatch_subject("{company} {title}", facts)
    assert not set("\r\n\x00\x1b") & set(subject)
    head = dispatch_text("note", facts, author="", reach="").split("\n\nnote")[0]
    assert len(head.split("\n")) <= 3
