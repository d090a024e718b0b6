"""Words, phone numbers and ticket numbers: how they are read, and where they are found."""

import pytest

from mcdesk.core.terms import Term, terms_of
from mcdesk.core.wording import plain
from mcdesk.errors import UsageProblem


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        pytest.param(["Maria"], [Term("Maria")], id="a name"),
        pytest.param(["maria lopez"], [Term("maria"), Term("lopez")], id="quoted"),
        pytest.param(["maria", "maria"], [Term("maria")], id="twice"),
        pytest.param(["re:", "-", "printer"], [Term("re:"), Term("printer")], id="a dash"),
        pytest.param(["a\x1b[31mb\x00c"], [Term("abc")], id="controls"),
        pytest.param(["\ud800x"], [Term("\ufffdx")], id="half a character"),
        pytest.param(["fs01"], [Term("fs01")], id="digits in a word"),
        pytest.param(["11"], [Term("11")], id="two digits"),
        pytest.param(["365"], [Term("365", "365", "365")], id="three digits"),
        pytest.param(["555-0142"], [Term("555-0142", "5550142", "5550142")], id="a phone number"),
        pytest.param(
            ["(347)", "555-0142"],
            [Term("(347) 555-0142", "3475550142", "3475550142")],
            id="in brackets",
        ),
        pytest.param(
            ["+1 347 555 0142", "maria"],
            [Term("+1 347 555 0142", "13475550142", "13475550142"), Term("maria")],
            id="with a plus, beside a name",
        ),
        pytest.param(
            ["347 555 0142"], [Term("347 555 0142", "3475550142", "3475550142")], id="alone"
        ),
        pytest.param(
            ["office", "365", "2019"],
            [Term("office"), Term("365", "365", "365"), Term("2019", "2019", "2019")],
            id="two numbers in a title",
        ),
        pytest.param(
            ["365", "11"], [Term("365", "365", "365"), Term("11")], id="too short together"
        ),
        pytest.param(
            ["1234567890", "1234567890"],
            [Term("1234567890", "1234567890", "1234567890")],
            id="too long together",
        ),
        pytest.param(["T20261123.0007"], [Term("T20261123.0007", "", "20261123.0007")], id="one"),
        pytest.param([".7"], [Term(".7", "", ".0007")], id="short"),
        pytest.param(
            ["202611230007"],
            [Term("202611230007", "202611230007", "20261123.0007")],
            id="without the dot",
        ),
    ],
)
def test_how_words_are_read(words: list[str], terms: list[Term]) -> None:
    assert terms_of(words) == terms


@pytest.mark.parametrize("words", [[], [""], [" "], ["-", "()"], ["\x1b[31m"]])
def test_nothing_to_find(words: list[str]) -> None:
    with pytest.raises(UsageProblem, match="what are you looking for"):
        terms_of(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("MARIA", "maria"), ("Café", "cafe"), ("Straße", "strasse"), ("ÅNGSTRÖM", "angstrom")],
)
def test_without_case_and_accents(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("word", "spellings"),
    [("Maria", ("Maria",)), ("López", ("López", "lopez")), ("日本", ("日本",))],
)
def test_how_a_word_is_asked_for(word: str, spellings: tuple[str, ...]) -> None:
    assert Term(word).spellings == spellings


def test_words_are_found_whatever_their_case_and_accents() -> None:
    assert Term("lopez").in_texts("Maria", "LÓPEZ")
    assert Term("López").in_texts("lopez")
    assert not Term("lopez").in_texts("Lopes", "")


@pytest.mark.parametrize(
    ("typed", "phone", "rings"),
    [
        pytest.param("555-0142", "(347) 555-0142", True, id="without the area code"),
        pytest.param("(347) 555-0142", "555.0142", True, id="with one that is not stored"),
        pytest.param("+1 (347) 555-0142", "347 555 0142", True, id="with the country's"),
        pytest.param("(347) 555-0142", "+1-347-555-0142", True, id="stored with the country's"),
        pytest.param("(347) 555-0142", "(347) 555-0142 x12", True, id="stored with an extension"),
        pytest.param("(347) 555-0142", "(347) 555-0142 ext. 12", True, id="in words"),
        pytest.param("+44 20 7946 0018", "020 7946 0018", True, id="from abroad"),
        pytest.param("(347) 555-0142", "(646) 555-0142", False, id="another area code"),
        pytest.param("555-0142", "555-0143", False, id="another number"),
        pytest.param("555-0142", "0142", False, id="an extension alone"),
        pytest.param("0142", "(347) 555-0142", True, id="the last four"),
        pytest.param("555", "(347) 555-0142", True, id="in the middle"),
        pytest.param("5501", "(347) 555-0142", True, id="across a separator"),
        pytest.param("0143", "(347) 555-0142", False, id="four others"),
        pytest.param("555-0142", "", False, id="none"),
    ],
)
def test_phones(typed: str, phone: str, rings: bool) -> None:
    (term,) = terms_of([typed])
    assert term.in_phones("", phone) == rings


def test_a_word_is_no_phone_number() -> None:
    assert not Term("maria").in_phones("", "555-0142")


def test_phones_are_asked_for_by_their_last_digits() -> None:
    assert terms_of(["(347) 555-0142"])[0].last_digits == "0142"
    assert terms_of(["365"])[0].last_digits == "365"
    assert Term("maria").last_digits == ""
