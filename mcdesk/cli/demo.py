"""`mcdesk demo`: the embedded Autotask, started over or served to any Autotask client."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import JsonOption
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell
from mcdesk.errors import Refused

if TYPE_CHECKING:
    from email.message import EmailMessage

_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "X-Autotask-Ticket", "Message-ID")


group = typer.Typer(help="The built-in Autotask that --demo uses.", rich_markup_mode=None)


@group.command()
def reset(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be deleted, and do nothing.")
    ] = False,
) -> int:
    """Start a fresh demo: new tickets, default settings."""
    call = call_of(ctx)
    if dry_run:
        for path in call.desk.demo.files():
            call.output.data(str(path))
        call.output.talk("a reset deletes this and starts a fresh demo; nothing was changed")
        return 0
    if not yes and not call.confirm("Delete the demo's tickets and settings?"):
        raise Refused("nothing was changed")
    call.desk.demo.reset()
    call.output.talk("Fresh demo ready. Try: mcdesk --demo stale")
    return 0


@group.command()
def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(help="The port to listen on; 0 picks any free one.")] = 8099,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT", help='A fault to simulate, such as "PATCH /Tickets lose-answer x1".'
        ),
    ] = None,
    extra: Annotated[
        int, typer.Option(metavar="N", min=0, help="Add N unclaimed tickets first.")
    ] = 0,
    json: JsonOption = False,
) -> int:
    """Serve the built-in Autotask on this computer to any Autotask client."""
    call = call_of(ctx)

    def started(access: Mapping[str, str]) -> None:
        if json:
            call.output.json({"schema": "mcdesk.demo/1", **access}, compact=True)
            return
        for name, value in access.items():
            call.output.data(f"{name.replace('_', ' '):<17}{value}")
        call.output.talk("serving; press Ctrl-C to stop")

    call.desk.demo.serve(
        port=port,
        faults=fault or [],
        extra=extra,
        started=started,
        log=call.output.talk if call.desk.verbose else None,
    )
    return 0


@group.command()
def inbox(ctx: typer.Context, json: JsonOption = False) -> int:
    """Show the emails and Slack posts sent in the demo."""
    call = call_of(ctx)
    inbox = call.desk.demo.inbox
    messages, posts = inbox.messages(), inbox.posts()
    if json:
        call.output.json(_inbox_as_json(messages, posts))
    else:
        _draw_inbox(call.output, messages, posts)
    return 0


def _draw_inbox(
    output: Output, messages: "Sequence[EmailMessage]", posts: Sequence[Mapping[str, Any]]
) -> None:
    """Draw *messages* in full, then what was posted to Slack as its plain text."""
    if not messages and not posts:
        output.line(Cell("The demo's inbox is empty"))
    for number, mail in enumerate(messages, start=1):
        if number > 1:
            output.line()
        output.line(Cell(f"Mail {number} of {len(messages)}", "bold"))
        for name in _HEADERS:
            if mail[name]:
                output.line(Cell(f"{name}: ", "quiet"), Cell(str(mail[name]).strip()))
        output.line()
        output.text(_text(mail))
    for number, post in enumerate(posts, start=1):
        output.line()
        output.line(Cell(f"Slack post {number} of {len(posts)}", "bold"))
        output.text(_as_slack_shows(str(post.get("text", ""))))


def _inbox_as_json(
    messages: "Sequence[EmailMessage]", posts: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Build the document `mcdesk.inbox/1`."""
    return {
        "schema": "mcdesk.inbox/1",
        "messages": [
            {
                "headers": {name: str(value).strip() for name, value in mail.items()},
                "text": _text(mail),
            }
            for mail in messages
        ],
        "posts": list(posts),
    }


def _as_slack_shows(text: str) -> str:
    """Show links by their words, and escaped characters as themselves."""
    from html import unescape

    return unescape(re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text))


def _text(mail: "EmailMessage") -> str:
    return str(mail.get_content()).replace("\r\n", "\n")
