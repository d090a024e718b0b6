"""What the team reads in Slack: one message about several tickets, in Block Kit and in plain text.

As many as there is room for are described, longest wait first, and the others at least named.
Titles and names come from strangers: they are cleaned, shortened and escaped, and go where Slack
makes nothing of them, so that no title can mention the channel, and `*bold*` or `:fire:` read as
they were typed.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from typing import Any

from mcdesk.core.alerts import Occasion
from mcdesk.core.wording import clean, counted, span

# Slack takes 50 blocks a message, 3,000 characters a section, 150 a header, and advises 4,000 for
# the plain text (docs.slack.dev, "Blocks" and "Text object").
_MOST_TICKETS = 40
_MOST_HEADER = 150
_MOST_SECTION = 3000
_MOST_TEXT = 4000
# All blocks together are refused beyond some 13,200 characters of JSON, which no page of Slack's
# says (github.com/slackapi/bolt-js, issues 2509 and 2867). Counted here as ASCII, the longest way
# to write them: those of tickets, and all.
_ROOM_FOR_TICKETS = 10_000
_ROOM = 12_500
_ALSO = "Also "
# What styles text, or makes an emoji of a word; no ticket's number has it.
_MARKS = re.compile("[*_~`:]")


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of a digest; *url* opens it, "" for what is not known.

    *late* says how late the vendor's answer is, in our words; else it waits for us.
    """

    number: str
    url: str
    company: str
    title: str
    contact: str
    priority: str
    waiting: timedelta = timedelta(0)
    stale: bool = False
    back: bool = False
    late: str = ""


def payload(
    occasion: Occasion, lines: Sequence[Line], *, after: timedelta, closing: str
) -> dict[str, Any]:
    """Build the message about *lines*; *closing* is when the desk closes, for a last call."""
    headline = _headline(occasion, lines, after=after, closing=closing)
    return _message(_plain_text(headline, lines), _blocks(headline, lines))


def cannot_read(why: str) -> dict[str, Any]:
    """Build the message that nothing is known of what waits, and *why*."""
    text = f"mcdesk cannot read Autotask: {_safe(why, 500)}"
    return _message(text, [_section(_as_typed(text))])


def _message(text: str, blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Put *blocks* and the plain *text* together, which Slack should leave as they are."""
    return {
        "text": text,
        "mrkdwn": False,
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escaped(text: str) -> str:
    """Escape what Slack would act on (docs.slack.dev, "Formatting message text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _headline(occasion: Occasion, lines: Sequence[Line], *, after: timedelta, closing: str) -> str:
    ours = [line for line in lines if not line.late]
    overdue = len(lines) - len(ours)
    late = f"{counted(overdue, 'ticket')} overdue at MC" if overdue else ""
    waited = ", ".join(filter(None, (_waited(ours, span(after).removesuffix(" 00m")), late)))
    if occasion is Occasion.OPENING:
        return f"The desk is open: {waited}"
    if occasion is Occasion.LAST_CALL:
        stale = sum(line.stale for line in ours)
        said = f"{counted(len(ours), 'ticket')} unclaimed, {stale:,} stale"
        return f"Last call before {closing}: {', '.join(filter(None, (said, late)))}"
    return waited


def _waited(lines: Sequence[Line], after: str) -> str:
    """Say how many tickets came back, which are told at once, and how many waited too long."""
    back = sum(line.back for line in lines)
    late = len(lines) - back
    came = f"{counted(back, 'ticket')} came back"
    waited = f"{counted(late, 'ticket')} {'has' if late == 1 else 'have'} waited {after} or longer"
    return ", ".join(said for said, number in ((came, back), (waited, late)) if number)


def _blocks(headline: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    header = {"type": "header", "text": _as_typed(headline[:_MOST_HEADER])}
    blocks = [header, *_described(lines, _ROOM_FOR_TICKETS - _size(header))]
    rest = lines[len(blocks) - 1 :]
    names, more = _named(rest, min(_ROOM - _size([*blocks, _foot(len(rest))]), _MOST_SECTION))
    if names:
        blocks.append(_section(_mrkdwn(f"{_ALSO}{names}")))
    return [*blocks, _foot(more)]


def _described(lines: Sequence[Line], room: int) -> Iterator[dict[str, Any]]:
    """Yield a section for each ticket, as long as there is *room* (characters of JSON)."""
    for line in lines[:_MOST_TICKETS]:
        section = _description(line)
        room -= _size(section)
        if room < 0:
            return
        yield section


def _named(lines: Sequence[Line], room: int) -> tuple[str, int]:
    """Name tickets, with links if all of them fit in *room*, and count those that are left out."""
    room -= _size(_section(_mrkdwn(_ALSO)))
    text, more = _joined([_link(line) for line in lines], room)
    return (text, more) if not more else _joined([_number(line) for line in lines], room)


def _joined(names: Sequence[str], room: int) -> tuple[str, int]:
    """Join *names* as far as there is *room*, and count those that are left out."""
    # The quotes around each are as long as the comma that follows it.
    fit = bisect_right(list(accumulate(map(_size, names))), room)
    return ", ".join(names[:fit]), len(names) - fit


def _foot(more: int) -> dict[str, Any]:
    rest = [f"and {counted(more, 'more ticket')}"] if more else []
    foot = ", ".join([*rest, "`mcdesk stale` lists what's waiting, `mcdesk claim` takes one"])
    return {"type": "context", "elements": [_mrkdwn(foot)]}


def _size(block: object) -> int:
    return len(json.dumps(block))


def _description(line: Line) -> dict[str, Any]:
    """Describe a ticket: in our words, and beside each other its title and whose it is."""
    waiting = f"waiting {span(line.waiting)}{', came back' if line.back else ''}"
    ours = f"*{_link(line)}* {escaped(line.late) or waiting}"
    facts = ", ".join(_safe(fact, 80) for fact in (line.contact, line.priority) if fact)
    whose = "\n".join(filter(None, (_safe(line.company, 80), facts)))
    fields = [_as_typed(text) for text in (_safe(line.title, 200), whose) if text]
    return {**_section(_mrkdwn(ours)), **({"fields": fields} if fields else {})}


def _plain_text(headline: str, lines: Sequence[Line]) -> str:
    """Write what a notification shows, as many tickets as there is room for."""
    text = headline
    for index, line in enumerate(lines):
        about = f"{_safe(line.company, 80)}: {_safe(line.title, 200)}"
        next_one = f"\n{_link(line)} {about} ({escaped(line.late) or span(line.waiting)})"
        if len(text) + len(next_one) > _MOST_TEXT:
            return f"{text}\nand {counted(len(lines) - index, 'more ticket')}"
        text += next_one
    return text


def _link(line: Line) -> str:
    return f"<{escaped(line.url)}|{_number(line)}>" if line.url else _number(line)


def _number(line: Line) -> str:
    return _MARKS.sub("", _safe(line.number, 50))


def _safe(text: str, most: int) -> str:
    """Make a stranger's *text* harmless; cut before it is escaped, so that no escape is cut."""
    kept = clean(text)
    return escaped(kept if len(kept) <= most else kept[: most - 3].rstrip() + "...")


def _section(text: dict[str, Any]) -> dict[str, Any]:
    return {"type": "section", "text": text}


def _as_typed(text: str) -> dict[str, Any]:
    """Make a text object that Slack shows as it is (docs.slack.dev, "Text object")."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> dict[str, Any]:
    """Make a text object of our own; `verbatim` keeps Slack from linking what looks like a name."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
