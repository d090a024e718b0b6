"""What the team reads in Slack: one message about several tickets, in Block Kit and in plain text.

Titles and names come from strangers: they are cleaned, shortened and escaped, and Slack is told to
make nothing of them, so that no title can mention the channel.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mcdesk.core.alerts import Occasion
from mcdesk.core.wording import clean, counted, span

# Slack takes 50 blocks a message, 3,000 characters a section, 150 a header, and advises 4,000 for
# the plain text (docs.slack.dev, "Blocks" and "Text object").
_MOST_TICKETS = 40
_MOST_HEADER = 150
_MOST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of a digest; *url* opens it, "" for what is not known."""

    number: str
    url: str
    company: str
    title: str
    contact: str
    priority: str
    waiting: timedelta
    stale: bool


def payload(
    occasion: Occasion, lines: Sequence[Line], *, after: timedelta, closing: str
) -> dict[str, Any]:
    """Build the message about *lines*; *closing* is when the desk closes, for a last call.

    `verbatim` keeps Slack from linking and mentioning what stands in the text (docs.slack.dev,
    "Text object").
    """
    headline = _headline(occasion, lines, after=after, closing=closing)
    shown, more = lines[:_MOST_TICKETS], len(lines) - _MOST_TICKETS
    blocks: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": headline[:_MOST_HEADER], "emoji": False},
        }
    ]
    blocks += [{"type": "section", "text": _mrkdwn(_section(line))} for line in shown]
    rest = [f"and {counted(more, 'more ticket')}"] if more > 0 else []
    foot = ", ".join([*rest, "`mcdesk stale` lists what waits, `mcdesk claim` takes one"])
    blocks.append({"type": "context", "elements": [_mrkdwn(foot)]})
    return {
        "text": _plain_text(headline, shown),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escaped(text: str) -> str:
    """Escape what Slack would act on (docs.slack.dev, "Formatting message text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _headline(occasion: Occasion, lines: Sequence[Line], *, after: timedelta, closing: str) -> str:
    tickets, have = counted(len(lines), "ticket"), "has" if len(lines) == 1 else "have"
    waited = f"{tickets} {have} waited {span(after).removesuffix(' 00m')} or longer"
    if occasion is Occasion.OPENING:
        return f"The desk is open: {waited}"
    if occasion is Occasion.LAST_CALL:
        stale = sum(line.stale for line in lines)
        return f"Last call before {closing}: {tickets} without anybody, {stale:,} stale"
    return waited


def _section(line: Line) -> str:
    facts = [line.priority, f"waiting {span(line.waiting)}", line.contact]
    return f"*{_link(line)}* {_safe(line.company, 80)}\n{_safe(line.title, 200)}\n" + ", ".join(
        _safe(fact, 80) for fact in facts if fact
    )


def _plain_text(headline: str, lines: Iterable[Line]) -> str:
    """Give what a notification shows, as many tickets as there is room for."""
    text = headline
    for line in lines:
        about = f"{_safe(line.company, 80)}: {_safe(line.title, 200)}"
        more = f"\n{_link(line)} {about} ({span(line.waiting)})"
        if len(text) + len(more) > _MOST_TEXT:
            return f"{text}\n..."
        text += more
    return text


def _link(line: Line) -> str:
    number = _safe(line.number, 50)
    return f"<{escaped(line.url)}|{number}>" if line.url else number


def _safe(text: str, most: int) -> str:
    """Make a stranger's *text* harmless; cut before it is escaped, so that no escape is cut."""
    kept = clean(text)
    return escaped(kept if len(kept) <= most else kept[: most - 3].rstrip() + "...")


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
