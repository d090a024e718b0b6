"""`mcdesk send-link`: let a customer choose a time."""

from typing import TYPE_CHECKING, Annotated

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import (
    DryRunOption,
    ForceOption,
    JsonOption,
    PickedTicketArgument,
    YesOption,
)
from mcdesk.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcdesk.core.references import Reference
    from mcdesk.ops.engine import Run
    from mcdesk.ops.link import Link


def send_link(
    ctx: typer.Context,
    ticket: PickedTicketArgument = None,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Email it here instead of to the contact.", show_default=False
        ),
    ] = None,
    yes: YesOption = False,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Email a scheduling link to a ticket's contact.

    Then it adds an internal note and sets the ticket's status from the settings.
    """
    from mcdesk.ops.results import delivery_exit

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    run = mail_link(call, _prepared(call, ticket, to), yes=yes, force=force, json=json)
    return delivery_exit(run) if run else 0


def mail_link(
    call: Call, link: "Link", *, yes: bool = False, force: bool = False, json: bool = False
) -> "Run | None":
    """Say what has to be known, ask, and let *link* go; return how far it came.

    None in a dry run.
    """
    from mcdesk.cli.outbox import view
    from mcdesk.cli.outbox.sending import send

    desk, output = call.desk, call.output
    warnings = _warnings(call, link, force=force)
    for warning in warnings:
        output.talk(f"warning: {warning}")
    _ask(call, link, yes=yes, force=force)
    if desk.dry_run:
        _rehearse(call, link, warnings, json=json)
        return None
    run = send(call, desk.operations.add(link.operation))
    if json:
        output.json(view.link_as_json(run.operation, warnings))
    view.draw_run(output, run, phone="", json=json)
    return run


def _prepared(call: Call, ticket: str | None, to: str | None) -> "Link":
    """Compose the mail; without a ticket, Autotask is not asked."""
    from mcdesk.cli.picking import ticket_of
    from mcdesk.ops.link import prepare_link_alone

    desk = call.desk
    if ticket is None and to is None and not desk.interactive:
        raise UsageProblem("who gets it?", hint="mcdesk send-link ID, or --to ADDRESS")
    if ticket is not None or to is None:
        return link_of(call, ticket_of(call, ticket, "send-link"), to)
    message_id = desk.new_message_id(to_customer=True)
    return prepare_link_alone(
        desk.settings, to=to, message_id=message_id, by=desk.origin, at=desk.now()
    )


def link_of(call: Call, reference: "Reference", to: str | None = None) -> "Link":
    """Compose the mail for the contact of the ticket that *reference* means, or for *to*."""
    from mcdesk.ops.link import prepare_link

    desk = call.desk
    return prepare_link(
        desk.autotask,
        desk.settings,
        desk.operations,
        reference,
        to=to,
        message_id=desk.new_message_id(to_customer=True),
        by=desk.origin,
        at=desk.now(),
    )


def _warnings(call: Call, link: "Link", *, force: bool) -> list[str]:
    """List what has to be known before the question, and what --force overrules."""
    from mcdesk.core.safety import overruled

    said = overruled(link.objections) if force else []
    if earlier := link.earlier:
        when = call.desk.hours.clock.moment(earlier.at, call.desk.now())
        said.append(f"{earlier.author} {earlier.how}, {when}")
    if contact := link.passed_over:
        said.append(
            f"{link.operation.to} is not the contact on {link.operation.number}: that is "
            f"{contact.name} ({contact.email or 'no address'})"
        )
    if link.has_status:
        said.append(
            f"{link.operation.number} already has the status {link.has_status}: another tool may "
            "have sent a link"
        )
    return said


def _ask(call: Call, link: "Link", *, yes: bool, force: bool) -> None:
    """Show what would go out, ask, and look again; raise Refused for a no or a safety rule."""
    from mcdesk.cli.outbox import view
    from mcdesk.cli.safety import ask, refuse

    operation = link.operation
    refuse(call, link.objections, force=force)
    if not yes and not call.desk.dry_run:
        call.need_answers()
        if operation.mail and operation.mail.email:
            view.draw_email(call.output.aside, operation.mail.email)
    about = f" about {operation.number}, {operation.title}" if operation.number else ""
    question = f"Email this link to {operation.to}{about}?"
    if ask(
        call,
        question,
        "Send the link anyway?",
        link.objections,
        yes=yes,
        force=force,
        nothing="nothing was sent",
    ):
        link.refuse_if_changed(call.desk.autotask)


def _rehearse(call: Call, link: "Link", warnings: "Sequence[str]", *, json: bool) -> None:
    from mcdesk.cli.changes import draw_rehearsal
    from mcdesk.cli.outbox import view

    output, operation = call.output, link.operation
    if json:
        output.json(view.link_as_json(operation, warnings, planned=True))
    page = output.aside if json else output
    if operation.mail and operation.mail.email:
        view.draw_email(page, operation.mail.email)
    if operation.ticket_id is not None:
        call.desk.engine.rehearse(operation)
    draw_rehearsal(page, call.desk, [operation])
