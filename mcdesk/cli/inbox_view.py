"""How the demo's inbox looks: each mail with the headers that matter, and its text."""

import re
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from html import unescape
from typing import Any

from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell

_SHOWN = ("From", "To", "Reply-To", "Subject", "Date", "X-Autotask-Ticket", "Message-ID")


def draw(
    output: Output, messages: Sequence[EmailMessage], posts: Sequence[Mapping[str, Any]]
) -> None:
    """Draw *messages* in full, then what was posted to Slack as its plain text."""
    if not messages and not posts:
        output.line(Cell("The demo's inbox is empty"))
    for number, mail in enumerate(messages, start=1):
        if number > 1:
            output.line()
        output.line(Cell(f"Mail {number} of {len(messages)}", "bold"))
        for name in _SHOWN:
            if mail[name]:
                output.line(Cell(f"{name}: ", "dim"), Cell(str(mail[name]).strip()))
        output.line()
        output.block(_text(mail))
    for number, post in enumerate(posts, start=1):
        output.line()
        output.line(Cell(f"Slack post {number} of {len(posts)}", "bold"))
        output.block(_as_slack_shows(str(post.get("text", ""))))


def as_json(messages: Sequence[EmailMessage], posts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Build the document `mcdesk.inbox/1`."""
    return {
        "schema": "mcdesk.inbox/1",
        "messages": [
            {"headers": {name: str(value) for name, value in mail.items()}, "text": _text(mail)}
            for mail in messages
        ],
        "posts": list(posts),
    }


def _as_slack_shows(text: str) -> str:
    """Show links by their words, and escaped characters as themselves."""
    return unescape(re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text))


def _text(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")
