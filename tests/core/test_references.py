"""Ticket references: everything people type or paste, and what is refused."""

import pytest

from mcdesk.core.references import (
    TicketById,
    TicketByNumber,
    ending,
    host_of,
    is_number,
    number_part,
    parse_reference,
    parse_short,
    without_zeros,
)
from mcdesk.errors import UsageProblem

PAGE = "https://ww5.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx"
TICKET_PAGE = "https://ww5.autotask.net/Mvc/ServiceDesk/TicketDetail.mvc"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("7841", TicketById(7841), id="id"),
        pytest.param(" 7841\n", TicketById(7841), id="id with blanks"),
        pytest.param("T20261123.0007", TicketByNumber(("T20261123.0007",)), id="number"),
        pytest.param("t20261123.0007", TicketByNumber(("T20261123.0007",)), id="lower case"),
        pytest.param(
            "20261123.0007", TicketByNumber(("T20261123.0007", "20261123.0007")), id="without T"
        ),
        pytest.param(
            "T20200924.0046.051", TicketByNumber(("T20200924.0046.051",)), id="three parts"
        ),
        pytest.param("INC20261123.0007", TicketByNumber(("INC20261123.0007",)), id="other prefix"),
        pytest.param(f"{PAGE}?Code=OpenTicketDetail&TicketID=7841", TicketById(7841), id="link"),
        pytest.param(
            f"{PAGE}?code=openticketdetail&ticketnumber=T20261123.0007",
            TicketByNumber(("T20261123.0007",)),
            id="link with a number",
        ),
        pytest.param(f"{TICKET_PAGE}?ticketId=7841", TicketById(7841), id="ticket page"),
        pytest.param(
            f"{TICKET_PAGE.upper()}?x=1&TICKETID=7841#tab", TicketById(7841), id="upper case"
        ),
        pytest.param(
            "ww5.autotask.net/Mvc/ServiceDesk/TicketDetail.mvc?ticketId=7841",
            TicketById(7841),
            id="link without https",
        ),
    ],
)
def test_accepted(text: str, expected: TicketById | TicketByNumber) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", '"" is not a ticket', id="nothing"),
        pytest.param("printer", '"printer" is not a ticket', id="a word"),
        pytest.param("12.5", '"12.5" is not a ticket', id="a fraction"),
        pytest.param("٧٨٤١", '"٧٨٤١" is not a ticket', id="other digits"),
        pytest.param("9" * 19, f'"{"9" * 19}" is not a ticket', id="too long for an id"),
        pytest.param(
            "https://autotask.net.evil.example/x?ticketId=1",
            '"https://autotask.net.evil.example/x?ticketId=1" is not a link to Autotask',
            id="another host",
        ),
        pytest.param("http://[", '"http://[" is not a link', id="a broken link"),
        pytest.param(
            "https://ww5.autotask.net/Mvc/Projects/TaskDetail.mvc?taskId=3",
            "that link opens another Autotask page, not a ticket",
            id="a task",
        ),
        pytest.param(
            f"{PAGE}?Code=OpenAccount&AccountID=3",
            "that link opens another Autotask page, not a ticket",
            id="a company",
        ),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(UsageProblem) as refusal:
        parse_reference(text)
    assert refusal.value.message == message
    assert refusal.value.hint == (
        "use a ticket's id (7841), number (T20261123.0007) or Autotask link; .7 is this week's "
        "ticket that ends in .0007"
    )


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (" 7841", None),
        ("T20261123.0007", None),
        (f" {PAGE.upper()}?TicketID=1", "ww5.autotask.net"),
        ("ww5.autotask.net/Mvc/ServiceDesk/TicketDetail.mvc?ticketId=1", "ww5.autotask.net"),
    ],
)
def test_whose_link_it_is(text: str, host: str | None) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize("link", [f"{PAGE}?Code=OpenTicketDetail", TICKET_PAGE])
def test_a_link_cut_by_the_shell(link: str) -> None:
    with pytest.raises(UsageProblem, match="lost its ticket") as refusal:
        parse_reference(link)
    assert refusal.value.hint is not None
    assert "in quotes" in refusal.value.hint


@pytest.mark.parametrize(("text", "said"), [("7841", "7841"), ("20261123.0007", "T20261123.0007")])
def test_a_reference_says_itself(text: str, said: str) -> None:
    assert str(parse_reference(text)) == said


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("T20261123.0007", True),
        ("20261123.0007", True),
        ("7841", False),
        ("T20261123.0007;", False),
    ],
)
def test_what_a_number_is(text: str, is_one: bool) -> None:
    assert is_number(text) == is_one


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (".7", 7),
        (" .0007 ", 7),
        (".12345", 12345),
        (".0", None),
        (".", None),
        ("7", None),
        ("1.7", None),
        (".7x", None),
        (".1234567", None),
        (".\u0667", None),
    ],
)
def test_what_a_short_reference_is(text: str, short: int | None) -> None:
    assert parse_short(text) == short


@pytest.mark.parametrize(
    ("text", "meant"),
    [("0002", 2), (" 02 ", 2), ("7841", None), ("0", None), ("0000", None), ("02.1", None)],
)
def test_digits_after_zeros_are_hardly_an_id(text: str, meant: int | None) -> None:
    assert without_zeros(text) == meant


def test_digits_after_zeros_are_refused_with_what_they_may_mean() -> None:
    with pytest.raises(UsageProblem) as refusal:
        parse_reference("0002")
    assert refusal.value.message == '"0002" may be the id 2 or the number that ends in .0002'
    assert refusal.value.hint == "type 2 for the id, .2 for the ticket of this week"
    assert parse_reference("0") == TicketById(0)
    assert parse_reference(f"{TICKET_PAGE}?ticketId=0002") == TicketById(2)


@pytest.mark.parametrize(("short", "said"), [(7, ".0007"), (12345, ".12345")])
def test_what_a_short_reference_ends_in(short: int, said: str) -> None:
    assert ending(short) == said


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (".7", ".0007"),
        ("T20261123.0007", "20261123.0007"),
        ("20261123.0007", "20261123.0007"),
        ("7841", ""),
        ("printer", ""),
    ],
)
def test_which_part_of_a_number_a_word_is(text: str, part: str) -> None:
    assert number_part(text) == part
