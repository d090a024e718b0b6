"""`mcdesk send-link`: let a customer choose a time."""

from typing import Annotated

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import DryRunOption, JsonOption, OptionalTicketArgument, YesOption
from mcdesk.core.references import parse_reference
from mcdesk.errors import Refused, UsageProblem
from mcdesk.ops.delivery import Delivered
from mcdesk.ops.link import Link


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("send-link")(send_link)


def send_link(
    ctx: typer.Context,
    ticket: OptionalTicketArgument = None,
    to: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Mail it there instead of to the contact.")
    ] = "",
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Mail a scheduling link to a ticket's contact.

    Then an internal note says so, and the ticket gets the status of the settings.
    """
    from mcdesk.cli import outbox_view

    call = call_of(ctx)
    desk, output = call.desk, call.output
    if not ticket and not to:
        raise UsageProblem("whom to?", hint="mcdesk send-link ID, or --to ADDRESS")
    reference = parse_reference(ticket) if ticket else None
    desk.dry_run = dry_run
    link = desk.link(reference, to=to)
    if earlier := link.earlier:
        at = earlier.at.astimezone(desk.hours.zone)
        output.talk(f"warning: {earlier.author} {earlier.how}, {at:%a %d %b %H:%M}")
    if dry_run:
        _rehearse(call, link, json=json)
        return 0
    if not yes:
        _ask(call, link)
    delivered = _sent(call, link)
    if json:
        output.json(outbox_view.link_as_json(delivered))
    outbox_view.draw_delivered(output, delivered, phone="", json=json)
    return delivered.exit_code


def _sent(call: Call, link: Link) -> Delivered:
    entry = call.desk.outbox.add(link.entry)
    try:
        return call.desk.delivery.deliver(entry)
    except KeyboardInterrupt:
        call.output.talk("mcdesk outbox shows how far it has come")
        raise


def _ask(call: Call, link: Link) -> None:
    """Show what would go out, and ask; raise Refused for a no."""
    from mcdesk.cli import outbox_view

    call.need_answers()
    page, entry = call.output.aside, link.entry
    if entry.letter:
        outbox_view.draw_letter(page, entry.letter)
    about = f" about {entry.number}, {entry.ticket_title}" if entry.number else ""
    if not call.confirm(f"Mail this link to {entry.to}{about}?"):
        raise Refused("not confirmed: nothing was sent")


def _rehearse(call: Call, link: Link, *, json: bool) -> None:
    from mcdesk.cli import outbox_view
    from mcdesk.cli.change_view import draw_rehearsal

    output, entry = call.output, link.entry
    if json:
        output.json(outbox_view.link_as_json(Delivered(entry), planned=True))
    page = output.aside if json else output
    if entry.letter:
        outbox_view.draw_letter(page, entry.letter)
    if entry.ticket_id is not None:
        call.desk.delivery.rehearse(entry)
    draw_rehearsal(page, call.desk)
