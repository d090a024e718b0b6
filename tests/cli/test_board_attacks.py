"""What strangers write, at every place of the board: it stands there as text, and does nothing."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from itertools import cycle
from pathlib import Path
from unicodedata import category

import pytest
from boards import Person, at_board
from offices import Office
from slackserver import SlackServer, slack_server
from test_untrusted import ACTING, FORGED, HEADER, HOSTILE, MENTIONS, poisoned

# A little of everything, for places that have little room.
MIXED = "\x1b[1mA\x1b]8;;https://evil.example\x1b\\\x9d0;B\x9c\u202e[bold red]C[/]\n\u2028\t<!here>"
WIDE = "\u6f22\u5b57 \U0001f469\u200d\U0001f4bb e\u0301 " * 300
TEXTS = {**HOSTILE, "forged": FORGED, "mentions": MENTIONS, "header": HEADER, "wide": WIDE}
# The list, a ticket and the filter; a note, its question and outcome; several; send, undo, claim,
# link; then the other views.
ROUND = (
    *("enter", "pagedown", "down", "escape", "/", "x", "escape", "?", "x"),
    *("n", "w", "escape", "N", "w", "enter", "y", "y", "x", "space", "space", "c", "n", "escape"),
    *("s", "y", "y", "x", "u", "y", "x", "c", "y", "x", "l", "y", "y", "x", "o", "x"),
    *("2", "enter", "c", "y", "y", "x", "escape", "3", "enter"),
)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


@pytest.mark.parametrize(
    ("text", "size"),
    [
        pytest.param(MIXED, (56, 24), id="mixed"),
        *(
            pytest.param(text, size, id=name, marks=pytest.mark.exhaustive)
            for (name, text), size in zip(
                TEXTS.items(), cycle([(60, 24), (80, 12), (140, 40)]), strict=False
            )
        ),
    ],
)
def test_wherever_they_write_it(
    office: Office, slack: SlackServer, text: str, size: tuple[int, int]
) -> None:
    poisoned(office, slack, text)
    office.break_with(f"PATCH /Tickets refuse {text} @2")
    said, mails = set[str](), set[str]()

    async def scenario(person: Person) -> None:
        await person.until(lambda: bool(person.model.entries))
        for key in ROUND:
            await person.press(key)
            await person.settled()
            said.update(person.screen())
            mails.update(content(path) for path in office.home.rglob("*.eml"))
            is_text_alone(person)

    assert at_board(office, scenario, size=size, slack=True) == 0
    assert office.app.faults.unused() == []
    assert "[bold red]" not in text or any("[bold red]" in line for line in said)
    assert any("error: Autotask refused" in line for line in said)
    (to_customer,) = [each for each in mails if "book.example" in each]
    assert "Mission Control" not in to_customer


@pytest.mark.parametrize(
    "text", [MIXED, FORGED, HOSTILE["markup"]], ids=["mixed", "forged", "markup"]
)
def test_pasted_into_a_note(office: Office, text: str) -> None:
    office.ticket(100)

    async def scenario(person: Person) -> None:
        await person.until(lambda: bool(person.model.entries))
        await person.press("n")
        await person.paste(text)
        assert person.app.session.typing() == text or not text.isprintable()
        is_text_alone(person)
        await person.press("escape")

    at_board(office, scenario)
    (draft,) = (office.home / "drafts").iterdir()
    assert not set(draft.read_text(encoding="utf-8")) & set(ACTING)


def content(path: Path) -> str:
    body = message_from_bytes(path.read_bytes(), policy=default).get_body()
    return str(body and body.get_content())


def is_text_alone(person: Person) -> None:
    """See that each line is as wide as the screen, and nothing but text without links."""
    for strip in person.app.screen._compositor.render_strips():
        assert strip.cell_length == person.app.size.width
        for segment in strip:
            assert not segment.control
            assert not set(segment.text) & set(ACTING), segment
            assert not {category(char) for char in segment.text} & {"Cc", "Zl", "Zp", "Cs"}
            assert segment.style is None or not (segment.style.link or segment.style.meta)
