"""Internal notes: what may be one, and whether one that is found is ours after all."""

from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.core.notes import (
    MAX_TEXT,
    MAX_TITLE,
    alike,
    filled,
    same_text,
    shows_password,
    signed,
    since_attempt,
    title_of,
    too_long,
)
from mcdesk.core.tickets import Note

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
TEXT = 'Printer\'s "offline" again\n\n- restarted the spooler at 3:15\n- still 2 jobs left'
AUTHOR = "Noor Haddad"


@pytest.mark.parametrize(
    "text",
    [
        "password: hunter2 for the VPN",
        "Password = letmein",
        "Tried it twice.\nPW: letmein\r\nNow it works.",
        "Her new pass is Spring2026!",
        "I set the pwd to P@ssword and called her",
        'The password is now "Tr0ub4dor"',
        "the passcode 4821 opens the door",
        "PIN: 4821",
    ],
)
def test_a_password_is_seen(text: str) -> None:
    assert shows_password(text)


@pytest.mark.parametrize(
    "text",
    [
        "Outlook asks for a password every few minutes",
        "password reset done, user logged in at 3:15",
        "Password: user can't remember it",
        "The password is wrong, and was changed on Monday",
        "she passed 2026 tests",
        "spinning 4821 times",
        "pin 2 of the printer port",
        "password " + " " * 9000,
    ],
)
def test_what_only_talks_of_passwords_is_none(text: str) -> None:
    assert not shows_password(text)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(TEXT, id="the same"),
        pytest.param(TEXT.replace("\n", "\r\n"), id="line ends"),
        pytest.param(TEXT.replace("\n\n", "\n").replace("\n", "\r"), id="a blank line gone"),
        pytest.param(TEXT.replace("\n", "  \n") + "  \r\n", id="trailing blanks"),
        pytest.param(f"\n {TEXT}\n", id="blanks around it"),
        pytest.param(TEXT.replace("\n", " "), id="one line"),
        pytest.param(TEXT.replace(" ", "\N{NO-BREAK SPACE}"), id="no-break spaces"),
        pytest.param(
            TEXT.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").replace(
                '"', "\N{LEFT DOUBLE QUOTATION MARK}"
            ),
            id="smart quotes",
        ),
        pytest.param(TEXT.replace("- ", "\N{BULLET} "), id="bullets"),
        pytest.param(TEXT.replace("3:15", "3.15").replace('"', ""), id="punctuation"),
        pytest.param(TEXT.upper(), id="case"),
        pytest.param(f"{TEXT}\n\n{AUTHOR}", id="signed"),
        pytest.param(f"{TEXT}\r\n\r\n{AUTHOR}\r\n".replace("'", "`"), id="signed, and altered"),
    ],
)
def test_what_autotask_makes_of_a_text_is_the_same_text(found: str) -> None:
    assert same_text(found, TEXT, AUTHOR)
    assert alike(found, TEXT)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(TEXT.replace("Printer's", "Printer&#39;s"), id="an HTML entity"),
        pytest.param(
            TEXT.replace('"', "&quot;").replace("\n", "<br />"), id="HTML entities and tags"
        ),
        pytest.param(TEXT[: len(TEXT) // 2], id="cut in the middle"),
        pytest.param(TEXT[:20], id="cut to its beginning"),
        pytest.param(TEXT.replace("2 jobs", "3 jobs"), id="another digit"),
        pytest.param(f"{TEXT}\n\nJane Example", id="signed by somebody else"),
        pytest.param(f"[External] {TEXT} -- sent by the portal", id="something around it"),
        pytest.param(TEXT.replace("spooler", "???????"), id="a word lost"),
        pytest.param("", id="all of it lost"),
        pytest.param("?????? ??", id="no word left"),
    ],
)
def test_what_may_be_ours_is_alike_and_not_the_same(found: str) -> None:
    assert not same_text(found, TEXT, AUTHOR)
    assert alike(found, TEXT)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param("Called the customer back, no answer", id="another text"),
        pytest.param("still waiting for a reply from them", id="a word in common"),
        pytest.param(AUTHOR, id="a signature alone"),
    ],
)
def test_another_note_is_neither(found: str) -> None:
    assert not same_text(found, TEXT, AUTHOR)
    assert not alike(found, TEXT)


@pytest.mark.parametrize("found", ["Ruckruf", "R?ckruf", "RÃ¼ckruf", "R&uuml;ckruf"])
def test_a_word_that_lacks_its_accent_is_alike(found: str) -> None:
    assert alike(found, "Rückruf")
    assert not alike(found, "Ruder")


@pytest.mark.parametrize("text", ["プリンター", "Rückruf", "offline"])
@pytest.mark.parametrize(
    "other", ["スキャナー", "Ablage", "&#12473;&#12461;", "Ã¼ber", "\N{EURO SIGN}x"]
)
def test_another_text_is_not_alike_however_it_is_read(text: str, other: str) -> None:
    assert not alike(other, text)


def test_half_of_the_words_of_the_shorter_text_are_enough() -> None:
    assert alike("one two nine ten", "one two three four five")
    assert not alike("one eight nine ten", "one two three four five")
    assert alike("one one one two", "one two three four five")


@pytest.mark.parametrize(
    ("found", "same"),
    [
        pytest.param("👍 👍", True, id="the same"),
        pytest.param(" 👍👍\r\n", True, id="blanks"),
        pytest.param(f"👍 👍\n\n{AUTHOR}", True, id="signed"),
        pytest.param("👎 👎", False, id="another"),
        pytest.param("??", False, id="lost on the way"),
        pytest.param("", False, id="nothing left"),
        pytest.param(f"👎\n\n{AUTHOR}", False, id="another, signed"),
        pytest.param(AUTHOR, False, id="a signature alone"),
    ],
)
def test_a_text_without_letters_is_itself_and_anything_may_be_it(found: str, same: bool) -> None:
    assert same_text(found, "👍 👍", AUTHOR) == same
    # Only a person can say.
    assert alike(found, "👍 👍")


def test_letters_of_any_script_count() -> None:
    assert same_text("プリンター 2", "プリンター\n2。", "")
    assert not same_text("プリンター", "スキャナー", "")
    assert same_text(
        "cafe\N{COMBINING ACUTE ACCENT} 2", "Caf\N{LATIN SMALL LETTER E WITH ACUTE}, 2", ""
    )
    assert not same_text("a_b", "ab c", "")
    assert not same_text("resume", "resum\N{LATIN SMALL LETTER E WITH ACUTE}", "")
    assert same_text("VPN", "\N{FULLWIDTH LATIN CAPITAL LETTER V}PN", "")


def test_marks_between_letters_are_no_letters() -> None:
    assert same_text("the important drive", "the _important_ drive", "")


def test_without_an_author_there_is_no_signature() -> None:
    assert signed("a", "Noor") == "a\n\nNoor"
    assert signed("a", "") == "a"
    assert same_text("a", "a", "")
    assert not same_text("a\n\nNoor", "a", "")


@pytest.mark.parametrize(
    ("earlier", "ours"),
    [
        pytest.param(timedelta(), True, id="at once"),
        pytest.param(-timedelta(hours=1), True, id="later"),
        pytest.param(timedelta(seconds=0.5), True, id="half a second before"),
        pytest.param(timedelta(minutes=2), True, id="two minutes before"),
        pytest.param(timedelta(minutes=2, seconds=1), False, id="a second more"),
        pytest.param(timedelta(minutes=3), False, id="three minutes before"),
    ],
)
def test_autotasks_clocks_may_differ_by_two_minutes(earlier: timedelta, ours: bool) -> None:
    note = Note(id=91, ticket_id=7, at=NOW - earlier)
    assert since_attempt(note, NOW) == ours
    assert since_attempt(note, None)


def test_what_is_too_long() -> None:
    assert too_long("a" * MAX_TEXT) is None
    said = too_long("a" * (MAX_TEXT + 1))
    assert said == "the note has 32,001 characters; Autotask takes 32,000 at most"


@pytest.mark.parametrize(
    ("rest", "units"),
    [
        pytest.param("\N{PILE OF POO}", 2, id="an emoji"),
        pytest.param("\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", 5, id="a joined one"),
        pytest.param("\N{REGIONAL INDICATOR SYMBOL LETTER U}" * 2, 4, id="a flag"),
        pytest.param("\N{CJK UNIFIED IDEOGRAPH-20000}", 2, id="a rare letter"),
        pytest.param("\N{EURO SIGN}", 1, id="three bytes"),
        pytest.param("e\N{COMBINING ACUTE ACCENT}", 2, id="two marks of one letter"),
        pytest.param("\n", 2, id="a line end"),
        pytest.param("\r\n", 2, id="a line end of Windows"),
        pytest.param("\r", 2, id="a line end of old"),
        pytest.param("\n\r", 4, id="two line ends"),
        pytest.param("\N{LINE SEPARATOR}", 1, id="another line end"),
        pytest.param("\udcf6", 1, id="half a character"),
    ],
)
def test_autotask_counts_units_of_utf_16_with_line_ends_as_stored(rest: str, units: int) -> None:
    assert too_long("a" * (MAX_TEXT - units) + rest) is None
    said = too_long("a" * (MAX_TEXT - units + 1) + rest)
    assert said is not None
    assert "32,001 characters" in said
    assert ("count as two" in said) == (len(rest) != units)


def test_a_title_is_cut_by_the_same_units() -> None:
    cut = title_of("text", "\N{PILE OF POO}" * MAX_TITLE)
    assert cut == "\N{PILE OF POO}" * (MAX_TITLE // 2)
    assert title_of("text", "a" + "\N{PILE OF POO}" * MAX_TITLE) == "a" + cut[:-1]


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        pytest.param("Called back\nno answer", "", "Called back", id="the first line"),
        pytest.param("\n \x1b[0m\n Called  back ", "", "Called back", id="the first that says so"),
        pytest.param("\x00\n", "", "Note", id="none"),
        pytest.param("a" * 60, "", "a" * 60, id="just short enough"),
        pytest.param("x" * 70, "", "x" * 60 + " ...", id="one long word"),
        pytest.param("word " * 13, "", " ".join(["word"] * 12) + " ...", id="between words"),
        pytest.param("text", " A\ntitle ", "A title", id="a title"),
        pytest.param("text", "t" * 300, "t" * MAX_TITLE, id="a long title"),
    ],
)
def test_title(text: str, title: str, expected: str) -> None:
    assert title_of(text, title) == expected


def test_the_note_of_a_template() -> None:
    said = filled("{me} hands {ticket} on: {other}", me="Noor", ticket="T1")
    assert said == "Noor hands T1 on: {other}"
