"""`mcdesk send-link`: let a customer choose a time."""

from typing import TYPE_CHECKING, Annotated

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import DryRunOption, JsonOption, OptionalTicketArgument, YesOption
from mcdesk.core.references import parse_reference
from mcdesk.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from mcdesk.ops.link import Link


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
    from mcdesk.cli.outbox import view
    from mcdesk.cli.outbox.sending import send
    from mcdesk.ops.results import delivery_exit

    call = call_of(ctx)
    desk, output = call.desk, call.output
    desk.dry_run = dry_run
    link = _prepared(call, ticket, to)
    if earlier := link.earlier:
        at = earlier.at.astimezone(desk.hours.zone)
        output.talk(f"warning: {earlier.author} {earlier.how}, {at:%a %d %b %H:%M}")
    if dry_run:
        _rehearse(call, link, json=json)
        return 0
    if not yes:
        _ask(call, link)
    run = send(call, desk.operations.add(link.operation))
    if json:
        output.json(view.link_as_json(run.operation))
    view.draw_run(output, run, phone="", json=json)
    return delivery_exit(run)


def _prepared(call: Call, ticket: str | None, to: str) -> "Link":
    """Compose the mail; without a ticket, Autotask is not asked."""
    from mcdesk.ops.link import prepare_link, prepare_link_alone

    desk = call.desk
    if not ticket and not to:
        raise UsageProblem("whom to?", hint="mcdesk send-link ID, or --to ADDRESS")
    reference = parse_reference(ticket) if ticket else None
    by, at = desk.origin, desk.now()
    message_id = desk.new_message_id(to_customer=True)
    if reference is None:
        return prepare_link_alone(desk.settings, to=to, message_id=message_id, by=by, at=at)
    return prepare_link(
        desk.autotask,
        desk.settings,
        desk.operations,
        reference,
        to=to,
        message_id=message_id,
        by=by,
        at=at,
    )


def _ask(call: Call, link: "Link") -> None:
    """Show what would go out, and ask; raise Refused for a no."""
    from mcdesk.cli.outbox import view

    call.need_answers()
    operation = link.operation
    if operation.mail and operation.mail.email:
        view.draw_email(call.output.aside, operation.mail.email)
    about = f" about {operation.number}, {operation.title}" if operation.number else ""
    if not call.confirm(f"Mail this link to {operation.to}{about}?"):
        raise Refused("not confirmed: nothing was sent")


def _rehearse(call: Call, link: "Link", *, json: bool) -> None:
    from mcdesk.cli.changes import draw_rehearsal
    from mcdesk.cli.outbox import view

    output, operation = call.output, link.operation
    if json:
        output.json(view.link_as_json(operation, planned=True))
    page = output.aside if json else output
    if operation.mail and operation.mail.email:
        view.draw_email(page, operation.mail.email)
    if operation.ticket_id is not None:
        call.desk.engine.rehearse(operation)
    draw_rehearsal(page, call.desk)
