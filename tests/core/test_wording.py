"""Strangers' text made harmless, and times in words."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.core.wording import (
    age,
    clean,
    clean_block,
    decoded,
    gist,
    instant,
    is_line,
    is_name,
    parse_back,
    parse_span,
    short_age,
    span,
    whole_second,
    writable,
)
from mcdesk.errors import UsageProblem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\nwords", "two words"),
        ("exactly 20 characters", "exactly 20..."),
        ("exactly 20 character", "exactly 20 character"),
        ("one" * 40, "oneoneoneoneoneon..."),
    ],
)
def test_a_gist_is_cut_between_words(text: str, expected: str) -> None:
    assert gist(text, 20) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Printer on fire", "Printer on fire", id="plain"),
        pytest.param("  a \t b\r\nc ", "a b c", id="blanks folded"),
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colour"),
        pytest.param("\x9b31mred", "red", id="one-character CSI"),
        pytest.param("\x1b]0;new title\x07text", "text", id="window title"),
        pytest.param("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click", id="link"),
        pytest.param("\x1b]52;c;aGk=\x07x", "x", id="clipboard"),
        pytest.param("\x1bP1$r\x1b\\x", "x", id="device control"),
        pytest.param("\x1b]unfinished", "", id="string without end"),
        pytest.param("\x1bcreset", "reset", id="reset"),
        pytest.param("a\x1b", "a", id="escape at the end"),
        pytest.param("a\x00\x07\x08b\x7fc", "a bc".replace("bc", "b c"), id="controls"),
        pytest.param("abc\u202etxt.exe", "abctxt.exe", id="right-to-left override"),
        pytest.param("\u2066a\u2069\u200f\u061c\ufeff", "a", id="isolates and marks"),
        pytest.param("a\u2028b\u2029c\x85d", "a b c d", id="line separators"),
        pytest.param("\U000e0041tag", "tag", id="tags"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone surrogate"),
        pytest.param("[bold red]x[/]", "[bold red]x[/]", id="markup stays text"),
        pytest.param("Zoë \u4f60\u597d", "Zoë \u4f60\u597d", id="other scripts"),
        pytest.param("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb", id="joined emoji"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_a_block_keeps_its_lines() -> None:
    assert clean_block("\r\nfirst\x1b[1m \rsecond\n\nthird\n\n") == "first\nsecond\n\nthird"


@given(st.text(alphabet=st.characters()))
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    for line in (clean(text), *clean_block(text).split("\n")):
        kinds = {unicodedata.category(char) for char in line if char not in "\u200c\u200d"}
        assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.sampled_from("\x1b[]0;m\x07\\PcA \x9b\x9d"), max_size=40))
def test_no_escape_survives_however_it_is_nested(text: str) -> None:
    assert not set(clean(text)) & {"\x1b", "\x07", "\x9b", "\x9d"}


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0m"), (59, "59m"), (60, "1h 00m"), (95, "1h 35m"), (6000, "100h 00m")],
)
def test_span(minutes: int, said: str) -> None:
    assert span(timedelta(minutes=minutes, seconds=59)) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (timedelta(days=8, hours=5), "8 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=13), "13 hours"),
        (timedelta(minutes=1), "1 minute"),
    ],
)
def test_age(amount: timedelta, said: str) -> None:
    assert age(amount) == said


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90m", 90), ("90", 90), ("2h", 120), ("1h30m", 90), ("1h 30", 90), ("0m", 0), ("1H5M", 65)],
)
def test_parse_span(text: str, minutes: int) -> None:
    assert parse_span(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", " ", "soon", "-5m", "1.5h", "90s", "9" * 20])
def test_parse_span_refuses(text: str) -> None:
    with pytest.raises(UsageProblem, match="is not a length of time"):
        parse_span(text)


def test_an_instant_is_utc_and_whole_seconds() -> None:
    moment = datetime(2026, 11, 23, 10, 4, 5, 900, tzinfo=timezone(timedelta(hours=-5)))
    assert instant(moment) == "2026-11-23T15:04:05Z"
    assert instant(moment.astimezone(UTC)) == "2026-11-23T15:04:05Z"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("7d", timedelta(days=7)),
        (" 12H ", timedelta(hours=12)),
        ("90m", timedelta(minutes=90)),
        ("4w", timedelta(weeks=4)),
    ],
)
def test_how_far_to_look_back(text: str, length: timedelta) -> None:
    assert parse_back(text) == length


@pytest.mark.parametrize("text", ["", "7", "d", "7 days", "-1d", "99999d"])
def test_no_way_to_look_back(text: str) -> None:
    with pytest.raises(UsageProblem):
        parse_back(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("plain \n\ttext \U0001f600", "plain \n\ttext \U0001f600"),
        ("half \udcff", "half \ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("nul\0", "nul"),
    ],
)
def test_what_every_file_can_hold(text: str, kept: str) -> None:
    assert writable(text) == kept
    assert writable(text).encode()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("é".encode(), "é"),
        ("\ufeffé".encode(), "é"),
        ("é".encode("utf-16"), "é"),
        ("é".encode("utf-16-be"), "\x00é"),
        (b"\xe9", "é"),
        (b"\x81", "\ufffd"),
        (b"", ""),
    ],
)
def test_what_shells_write_is_read(raw: bytes, text: str) -> None:
    assert decoded(raw, likely="cp1252") == text


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ("Help Desk", True, True),
        ("", True, False),
        (" Help Desk", False, False),
        ("Help Desk\t", False, False),
        ("Help\nDesk", False, False),
        ("Help\x1b[31mDesk", False, False),
    ],
)
def test_a_line_and_a_name(text: str, line: bool, name: bool) -> None:
    assert (is_line(text), is_name(text)) == (line, name)


@pytest.mark.parametrize("microsecond", [0, 1, 123000, 999999])
def test_a_whole_second(microsecond: int) -> None:
    moment = datetime(2026, 11, 23, 15, 4, 5, microsecond, tzinfo=UTC)
    assert whole_second(moment) == datetime(2026, 11, 23, 15, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (timedelta(days=8, hours=5), "8d"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(minutes=59), "59m"),
        (timedelta(0), "0m"),
        (timedelta(minutes=-5), "0m"),
    ],
)
def test_ages_in_a_few_cells(amount: timedelta, expected: str) -> None:
    assert short_age(amount) == expected
