"""Tables: widths, cutting, wide characters, the line below."""

import pytest
from rich.color import Color, ColorType
from rich.style import Style

from mcdesk.cli.terminal.page import STYLES
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table, cells, cut


def drawn(table: Table, width: int | None) -> list[str]:
    return ["".join(cell.text for cell in line).rstrip() for line in table.lines(width)]


TABLE = Table(
    (Column("ticket"), Column("title", share=1), Column("waiting", right=True)),
    [
        Row([Cell("T1"), Cell("Printer on fire again"), Cell("1h 35m")]),
        Row([Cell("T2"), Cell("\u4f60\u597d"), Cell("5m")], below=[Cell("and below")]),
    ],
)


def test_as_wide_as_needed() -> None:
    assert drawn(TABLE, None) == [
        "ticket  title                  waiting",
        "T1      Printer on fire again   1h 35m",
        "T2      \u4f60\u597d                        5m",
        "        and below",
    ]


def test_the_flexible_column_gives_way() -> None:
    assert drawn(TABLE, 32)[1] == "T1      Printer on fir\u2026   1h 35m"
    assert all(cells(line) <= 32 for line in drawn(TABLE, 32))


def test_there_is_an_end_to_giving_way() -> None:
    assert drawn(TABLE, 25)[1] == "T1      Printer\u2026   1h 35m"
    assert drawn(TABLE, 24) == [
        "ticket  waiting",
        "T1       1h 35m",
        "        title: Printer",
        "        on fire again",
        "T2           5m",
        "        and below",
        "        title: \u4f60\u597d",
    ]
    assert drawn(TABLE, 10)[1] == "T1      Printer\u2026   1h 35m"


def test_what_gives_way_first_goes_below_first() -> None:
    named = [("n", 0), ("b", 2), ("a", 1), ("c", 0), ("d", 0), ("e", 0)]
    columns = [Column(title, share=share) for title, share in named]
    table = Table(columns, [Row([Cell(title * 9) for title, _ in named]), Row([Cell("-")] * 6)])
    headings = {width: drawn(table, width)[0].split() for width in (62, 61, 51, 41, 30)}
    assert headings == {
        62: ["n", "b", "a", "c", "d", "e"],
        61: ["n", "b", "c", "d", "e"],
        51: ["n", "c", "d", "e"],
        41: ["n", "c", "d"],
        30: ["n", "c"],
    }
    assert drawn(table, 51)[2].split() == ["b:", "bbbbbbbbb,", "a:", "aaaaaaaaa"]
    assert [line.split() for line in drawn(table, 51)[3:]] == [["-"] * 4]


def test_a_limit_cuts_on_a_terminal_alone() -> None:
    """A pipe's reader wants it whole (W4); the other rows are not padded for it."""
    rows = [Row([Cell(text), Cell("1h")], [Cell("b" * 200)]) for text in ("x" * 10_000, "y")]
    table = Table((Column("title", limit=5), Column("waiting")), rows)
    assert drawn(table, 80)[1:3] == ["xxxx\u2026  1h", " " * 7 + "b" * 72 + "\u2026"]
    below = " " * 7 + "b" * 200
    assert drawn(table, None)[1:] == ["x" * 10_000 + "  1h", below, "y      1h", below]


def test_no_rows() -> None:
    assert drawn(Table((Column("a"), Column("b")), []), 80) == ["a  b"]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab\u2026"),
        ("ab cd", 4, "ab\u2026"),
        ("\u4f60\u597d\u5417", 4, "\u4f60\u2026"),
    ],
)
def test_cut(text: str, width: int, expected: str) -> None:
    assert cut(text, width) == expected


def test_the_larger_share_gives_way_later() -> None:
    columns = (Column("company", share=1), Column("title", share=3))
    table = Table(columns, [Row([Cell("c" * 24), Cell("t" * 48)])])
    assert [len(word) for word in drawn(table, 62)[1].split()] == [15, 45]


def _luminance(color: Color) -> float:
    parts = [part / 255 for part in color.get_truecolor()]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("name", [name for name in STYLES if name not in ("", "bold")])
def test_every_color_can_be_read_on_white_and_on_black(name: str) -> None:
    color = Style.parse(STYLES[name]).color
    assert color
    assert color.type is ColorType.EIGHT_BIT  # which most terminals have
    here = _luminance(color)
    assert 1.05 / (here + 0.05) >= 4.5
    assert (here + 0.05) / 0.05 >= 4.5
