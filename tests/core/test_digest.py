"""The message to Slack: what it says, within Slack's limits, and harmless whatever titles hold."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from mcdesk.core.alerts import Occasion
from mcdesk.core.digest import Line, cannot_read, payload
from mcdesk.core.wording import clean

LINE = Line(
    number="T20261123.0007",
    url="https://ww5.autotask.net/x?Code=OpenTicketDetail&TicketID=7841",
    company="Harbor Point Dental",
    title="Printer offline",
    contact="Jane Doe",
    priority="High",
    waiting=timedelta(minutes=95),
    stale=True,
)
HOUR = timedelta(hours=1)


def message(*lines: Line, occasion: Occasion = Occasion.STALE) -> dict[str, Any]:
    return payload(occasion, lines, after=HOUR, closing="17:00")


def valid(message: dict[str, Any]) -> None:
    """Hold *message* against Slack's own models of Block Kit, which check every limit."""
    blocks = Block.parse_all(message["blocks"])
    assert [block.to_dict() for block in blocks] == message["blocks"]
    assert len(blocks) <= 50
    assert 0 < len(message["text"]) <= 4_100


def test_what_it_says() -> None:
    link = "<https://ww5.autotask.net/x?Code=OpenTicketDetail&amp;TicketID=7841|T20261123.0007>"
    made = message(LINE)
    valid(made)
    assert made["text"] == (
        f"1 ticket has waited 1h or longer\n{link} Harbor Point Dental: Printer offline (1h 35m)"
    )
    header, section, foot = made["blocks"]
    assert header["text"]["text"] == "1 ticket has waited 1h or longer"
    assert section["text"] == {
        "type": "mrkdwn",
        "text": f"*{link}* waiting 1h 35m",
        "verbatim": True,
    }
    assert section["fields"] == [
        {"type": "plain_text", "text": "Printer offline", "emoji": False},
        {"type": "plain_text", "text": "Harbor Point Dental\nJane Doe, High", "emoji": False},
    ]
    assert made["mrkdwn"] is False
    assert "mcdesk stale" in foot["elements"][0]["text"]


LATE = replace(
    LINE, number="T20261123.0008", stale=False, late="MC: 15m overdue, call (347) 308-6455"
)


def test_what_it_says_of_one_that_the_vendor_has() -> None:
    made = message(LATE, occasion=Occasion.OVERDUE)
    valid(made)
    link = LINE.url.replace("&", "&amp;")
    assert made["text"] == (
        f"1 ticket overdue at MC\n<{link}|T20261123.0008> Harbor Point Dental: Printer offline "
        "(MC: 15m overdue, call (347) 308-6455)"
    )
    header, section, _ = made["blocks"]
    assert header["text"]["text"] == "1 ticket overdue at MC"
    assert section["text"]["text"] == (
        f"*<{link}|T20261123.0008>* MC: 15m overdue, call (347) 308-6455"
    )


def test_a_number_to_call_that_slack_would_act_on() -> None:
    made = message(replace(LATE, late="MC: 15m overdue, call <!channel>"))
    valid(made)
    assert "<!" not in json.dumps(made)


@pytest.mark.parametrize(
    ("occasion", "headline"),
    [
        (Occasion.STALE, "1 ticket has waited 1h or longer, 2 tickets overdue at MC"),
        (
            Occasion.OPENING,
            "The desk is open: 1 ticket has waited 1h or longer, 2 tickets overdue at MC",
        ),
        (
            Occasion.LAST_CALL,
            "Last call before 17:00: 1 ticket unclaimed, 1 stale, 2 tickets overdue at MC",
        ),
    ],
)
def test_headlines_with_overdue_ones(occasion: Occasion, headline: str) -> None:
    made = message(LATE, LATE, LINE, occasion=occasion)
    valid(made)
    assert made["blocks"][0]["text"]["text"] == headline


@pytest.mark.parametrize(
    ("occasion", "headline"),
    [
        (Occasion.STALE, "2 tickets have waited 1h or longer"),
        (Occasion.OPENING, "The desk is open: 2 tickets have waited 1h or longer"),
        (Occasion.LAST_CALL, "Last call before 17:00: 2 tickets unclaimed, 1 stale"),
    ],
)
def test_headlines(occasion: Occasion, headline: str) -> None:
    made = message(LINE, replace(LINE, stale=False), occasion=occasion)
    valid(made)
    assert made["blocks"][0]["text"]["text"] == headline
    assert made["text"].startswith(headline)


def test_what_is_unknown_leaves_no_gap() -> None:
    made = message(replace(LINE, url="", company="", contact="", priority=""))
    valid(made)
    section = made["blocks"][1]
    assert section["text"]["text"] == "*T20261123.0007* waiting 1h 35m"
    assert [field["text"] for field in section["fields"]] == ["Printer offline"]
    made = message(replace(LINE, company="", contact="", priority="", title=" "))
    valid(made)
    assert "fields" not in made["blocks"][1]


BARE = {"url": "", "company": "", "contact": "", "priority": ""}
PAGE = "https://ww5.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx"


def several(number: int, **changes: Any) -> list[Line]:
    like = replace(LINE, **{"url": f"{PAGE}?Code=OpenTicketDetail&TicketID=7841", **changes})
    return [replace(like, number=f"T20261123.{1000 + n}") for n in range(number)]


@pytest.mark.parametrize(
    ("number", "changes", "described", "named"),
    [
        pytest.param(25, {}, 25, 25, id="all described"),
        pytest.param(40, BARE, 40, 40, id="as many as Slack takes"),
        pytest.param(45, BARE, 40, 45, id="five more"),
        pytest.param(45, {}, 25, 45, id="as many as there is room for, and links"),
        pytest.param(150, {}, 25, 150, id="and numbers"),
        pytest.param(1_000, {}, 25, 178, id="and no more"),
        pytest.param(100, {"title": "&" * 255, "company": "<" * 100}, 5, 100, id="long"),
        pytest.param(100, {"title": "\N{FIRE}" * 255, "company": "\xe9" * 100}, 3, 100, id="wide"),
    ],
)
def test_every_ticket_is_described_or_named_while_there_is_room(
    number: int, changes: dict[str, Any], described: int, named: int
) -> None:
    made = message(*several(number, **changes))
    valid(made)
    assert len(json.dumps(made["blocks"])) <= 12_500
    texts = [each["text"]["text"] for each in made["blocks"] if each["type"] == "section"]
    assert sum("waiting 1h 35m" in text for text in texts) == described
    said = re.findall(r"T20261123\.\d+", " ".join(texts))
    assert said == [line.number for line in several(named)]
    foot = made["blocks"][-1]["elements"][0]["text"]
    assert foot.startswith(f"and {number - named} more tickets" if number > named else "`mcdesk")
    ends = re.search(r"\nand (\d+) more tickets$", made["text"])
    assert made["text"].count("T20261123") + int(ends[1] if ends else 0) == number


HOSTILE = st.text() | st.sampled_from(
    [
        "<!channel> urgent",
        "<!here|click>",
        "<@U012AB3CD>",
        "<https://evil.example|Autotask>",
        "&lt;!channel&gt;",
        "\x1b[31mred",
        "line\nbreak",
        "\u202egnp.exe",
        "*bold* _it_ ~s~ `code` :fire: @here #general",
        "*_~`:",
        "",
    ]
)


@given(title=HOSTILE, company=HOSTILE, contact=HOSTILE, priority=HOSTILE, number=HOSTILE)
def test_strangers_cannot_mention_link_or_break_out(
    title: str, company: str, contact: str, priority: str, number: str
) -> None:
    line = replace(
        LINE, title=title, company=company, contact=contact, priority=priority, number=number
    )
    made = message(line)
    valid(made)
    assert made["mrkdwn"] is False
    section = made["blocks"][1]
    fields = section.get("fields", [])
    # One link, ours, and beside it nothing that Slack acts on.
    ours = re.escape(f"<{LINE.url.replace('&', '&amp;')}|")
    assert re.fullmatch(rf"\*{ours}[^<>*_~`:\n]*>\* waiting 1h 35m", section["text"]["text"])
    assert len(re.findall(f"{ours}[^<>]*>", made["text"])) == 1
    assert re.sub(f"{ours}[^<>]*>", "", made["text"]).count("<") == 0
    assert not {"<", ">"} & {char for field in fields for char in field["text"]}
    assert not set("\x1b\x07\u202e\r") & set(str([made["text"], *fields]))
    # What strangers wrote stands where it reads as it was typed.
    assert {(field["type"], field["emoji"]) for field in fields} <= {("plain_text", False)}
    read = [unescape(field["text"]) for field in fields]
    who = ", ".join(filter(None, (clean(contact)[:80], clean(priority)[:80])))
    for typed in filter(None, (clean(title), clean(company), who)):
        assert any(each in read[0] + "\n" + read[-1] for each in (typed, typed[:70]))


@pytest.mark.parametrize("typed", ["*bold* _it_ ~s~ `code` :fire:", "<!channel> & <@U1> @here"])
def test_what_strangers_style_reads_as_typed(typed: str) -> None:
    made = message(replace(LINE, title=typed, company=typed, contact=typed, priority=typed))
    title, whose = made["blocks"][1]["fields"]
    assert unescape(title["text"]) == typed
    assert unescape(whose["text"]) == f"{typed}\n{typed}, {typed}"
    why = cannot_read(typed)
    assert why["mrkdwn"] is False
    (block,) = why["blocks"]
    assert (block["text"]["type"], block["text"]["emoji"]) == ("plain_text", False)
    assert unescape(block["text"]["text"]) == f"mcdesk cannot read Autotask: {typed}"


@pytest.mark.parametrize("cut", range(195, 206))
def test_no_escape_is_cut_in_half(cut: int) -> None:
    made = message(replace(LINE, title="x" * cut + "<!channel>" * 9))
    text = made["blocks"][1]["fields"][0]["text"]
    assert "!" not in text or "&lt;!" in text
    assert all(piece.startswith(("amp;", "lt;", "gt;")) for piece in text.split("&")[1:])


@pytest.mark.parametrize(
    ("back", "late", "headline"),
    [
        (1, 0, "1 ticket came back"),
        (2, 0, "2 tickets came back"),
        (1, 1, "1 ticket came back, 1 ticket has waited 1h or longer"),
        (2, 3, "2 tickets came back, 3 tickets have waited 1h or longer"),
        (0, 2, "2 tickets have waited 1h or longer"),
    ],
)
def test_what_came_back_is_not_said_to_have_waited(back: int, late: int, headline: str) -> None:
    came = replace(LINE, back=True, waiting=timedelta(minutes=5))
    made = message(*[came] * back, *[LINE] * late)
    valid(made)
    assert made["blocks"][0]["text"]["text"] == headline
    assert made["text"].splitlines()[0] == headline
    told = [block["text"]["text"] for block in made["blocks"][1:-1]]
    assert ["came back" in text for text in told] == [True] * back + [False] * late
    opening = message(came, occasion=Occasion.OPENING)["blocks"][0]["text"]["text"]
    assert opening == "The desk is open: 1 ticket came back"


def test_that_nothing_is_known_is_one_line_and_harmless() -> None:
    made = cannot_read("refused the credentials <!channel>")
    assert made["text"].startswith("mcdesk cannot read Autotask: refused the credentials")
    assert "<!channel>" not in json.dumps(made)
