"""`mcdesk show`: one ticket, to read and as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mcdesk.cli import clocks
from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import JsonOption, PickedTicketArgument
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, cells
from mcdesk.core.references import Reference
from mcdesk.core.wording import clean_block, instant, span
from mcdesk.errors import DeskError

if TYPE_CHECKING:
    from mcdesk.core.clock import Clock
    from mcdesk.core.tickets import Comment
    from mcdesk.ops.show import TicketView

_LATEST = 5
_MOST_LINES = 12
_LABEL = 12


def show(
    ctx: typer.Context,
    ticket: PickedTicketArgument = None,
    web: Annotated[
        bool, typer.Option("--web", help="Open it in the browser instead of printing it.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Show one ticket and what was said last."""
    from mcdesk.cli.picking import ticket_of

    call = call_of(ctx)
    reference = ticket_of(call, ticket, "show", held=True)
    if web:
        return _browse(call, reference)
    view = read(call, reference)
    for remark in view.remarks:
        call.output.talk(f"warning: {remark}")
    if json:
        call.output.json(_as_json(view))
    else:
        desk = call.desk
        draw(
            call.output, view, clock=desk.hours.clock, now=desk.now(), phone=desk.settings.mc.phone
        )
    return 0


def _browse(call: Call, reference: Reference) -> int:
    autotask = call.desk.autotask
    url = autotask.ticket_page(autotask.tickets.read(reference).id)
    if url is None:
        raise DeskError(
            "Autotask's web address is not known here", hint="set autotask.web_url in config.toml"
        )
    browse(call, url)
    return 0


def browse(call: Call, url: str) -> None:
    """Open *url* in the browser, and say which it is: whether a page came up nobody knows."""
    if call.desk.browse(url):
        call.output.talk(f"opening {url}")
    else:
        call.output.talk("couldn't open a browser; the link:")
        call.output.data(url)


def read(call: Call, reference: Reference) -> "TicketView":
    """Read the ticket that *reference* means; raise NoSuchTicket."""
    from mcdesk.ops.show import show_ticket

    desk = call.desk
    return show_ticket(
        desk.autotask,
        desk.settings,
        desk.sources(),
        reference,
        search=desk.search(),
        hours=desk.hours,
        vendor=desk.vendor(),
        bounces=desk.bounces,
        now=desk.now(),
    )


def draw(output: Page, view: "TicketView", *, clock: "Clock", now: datetime, phone: str) -> None:
    """Draw *view*: what it is, who has it, and what was said last; times are the desk's.

    *phone* is the vendor's, for when they are late.
    """
    output.line(
        Cell(view.ticket.number, "ticket", view.url), Cell("  "), Cell(view.ticket.title, "bold")
    )
    for label, value in _facts(view, clock, now, phone):
        output.block(value, first=f"{label:<{_LABEL}}")
    if view.ticket.description.strip():
        output.line()
        output.text(_shortened(view.ticket.description))
    for comment in view.comments[:_LATEST]:
        when = clock.moment(comment.dated, now) if comment.dated else "no date"
        _draw_comment(output, comment, view.author(comment), when)
    if earlier := view.comments[_LATEST:]:
        output.line()
        output.line(Cell(f"and {len(earlier)} earlier; --json has them all", "quiet"))
    output.line()
    output.line(Cell(view.url or "no link: Autotask's web address is not known", "quiet"))


def _as_json(view: "TicketView") -> dict[str, Any]:
    """Build the document `mcdesk.show/2`; keys are always there, what is unknown is null."""
    ticket, contact, wait = view.ticket, view.contact, view.wait
    return {
        "schema": "mcdesk.show/2",
        "id": ticket.id,
        "number": ticket.number,
        "title": ticket.title,
        "description": ticket.description,
        "company": view.company,
        "contact": contact
        and {
            "name": contact.name,
            "email": contact.email or None,
            "phone": contact.phone or None,
            "active": contact.active,
        },
        "queue": view.queue,
        "status": view.status,
        "priority": view.priority,
        "primary_resource": view.primary_resource,
        "secondary_resources": list(view.secondary_resources),
        "created": instant(ticket.created),
        "due": ticket.due and instant(ticket.due),
        "waiting_since": wait and instant(wait.since),
        "waiting_minutes": wait and wait.minutes,
        "stale": wait.stale if wait else False,
        "back_from_mc": wait.back if wait else False,
        "mc": view.mc and clocks.as_json(view.mc),
        "url": view.url,
        "notes": [_comment_as_json(each, view.author(each)) for each in view.comments],
    }


def _comment_as_json(comment: "Comment", author: str) -> dict[str, Any]:
    return {
        "id": comment.id,
        "kind": comment.kind.value,
        "author": author,
        "created": comment.dated and instant(comment.dated),
        "title": comment.title,
        "parts": [
            {"visibility": "internal" if part.internal else "public", "text": part.text}
            for part in comment.parts
        ],
    }


def _facts(view: "TicketView", clock: "Clock", now: datetime, phone: str) -> list[tuple[str, str]]:
    """List what is known, in the order in which a technician on the phone asks for it."""
    ticket, contact = view.ticket, view.contact
    reach = ", ".join(part for part in (contact.phone, contact.email) if part) if contact else ""
    if contact and not contact.active:
        reach = ", ".join(part for part in ("inactive", reach) if part)
    facts = [
        ("company", view.company),
        ("contact", contact and ", ".join(part for part in (contact.name, reach) if part)),
        ("priority", view.priority),
        ("status", view.status),
        ("queue", view.queue),
        ("primary", view.primary_resource or "nobody"),
        ("secondary", ", ".join(view.secondary_resources)),
        ("created", clock.moment(ticket.created, now)),
        ("due", ticket.due and clock.moment(ticket.due, now)),
        ("waiting", _waiting(view)),
        ("with MC", view.mc and clocks.in_full(view.mc, clock, phone)),
    ]
    return [(label, value) for label, value in facts if value]


def _waiting(view: "TicketView") -> str:
    if view.wait is None:
        return ""
    how = ", came back" if view.wait.back else ", stale" if view.wait.stale else ""
    return f"{span(view.wait.waiting)} of business time{how}"


def _draw_comment(output: Page, comment: "Comment", author: str, when: str) -> None:
    """Draw each part of *comment* as if it stood alone: what a customer may hear, and what not."""
    for part in comment.parts or (None,):
        said, style = comment.kind.value, ""
        if part:
            said += ", internal" if part.internal else ", customer-visible"
            style = "fine" if part.internal else "urgent"
        output.line()
        _draw_heading(
            output, [Cell(author, "bold"), Cell(f"  {when}  "), Cell(said, style)], comment.title
        )
        if part:
            output.text(_shortened(part.text))


def _draw_heading(output: Page, whose: Sequence[Cell], title: str) -> None:
    """Draw *whose* words follow, and beside it, or below if there is no room, their *title*."""
    beside = Cell(f"  {title}" if title else "", "quiet")
    if output.width is None or cells("".join(c.text for c in (*whose, beside))) <= output.width:
        output.line(*whose, beside)
    else:
        output.line(*whose)
        output.block(title, style="quiet")


def _shortened(text: str) -> str:
    lines = clean_block(text).split("\n")
    if len(lines) <= _MOST_LINES:
        return "\n".join(lines)
    return "\n".join([*lines[:_MOST_LINES], f"({len(lines) - _MOST_LINES} more lines)"])
