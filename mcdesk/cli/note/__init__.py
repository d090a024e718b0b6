"""`mcdesk note`: an internal note, and a mail that makes dispatch see it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import DryRunOption, JsonOption, PickedTicketArgument, YesOption
from mcdesk.core.references import parse_reference

if TYPE_CHECKING:
    from mcdesk.cli.note.text import Typed
    from mcdesk.core.operations import Operation
    from mcdesk.ops.note import About


def note(
    ctx: typer.Context,
    ticket: PickedTicketArgument = None,
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]...",
            help="The note, one word or more; - reads stdin, none opens your editor.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Read the note from this file.")
    ] = None,
    title: Annotated[
        str, typer.Option(metavar="TEXT", help="The note's title. Default: its first line.")
    ] = "",
    notify_dispatch: Annotated[
        bool, typer.Option("--notify-dispatch", help="Also email it to Mission Control's dispatch.")
    ] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Write an internal note.

    Customers never see it. What can't go out waits in the outbox.
    """
    from mcdesk.cli.note.text import read_text, safe
    from mcdesk.cli.picking import ticket_of
    from mcdesk.core.references import TicketById

    call = call_of(ctx)
    call.desk.dry_run = dry_run
    typed = read_text(call, " ".join(text) if text else None, file)
    with safe(call, typed):
        meant = ticket_of(call, ticket, "note", held=True)
        # A number without its T may be in Autotask in two ways.
        reference = ticket if ticket and not isinstance(meant, TicketById) else str(meant)
    if typed is None:
        typed = _edited(call, reference, notify=notify_dispatch)
    with safe(call, typed):
        operation = new_note(call, reference, typed, title=title, notify=notify_dispatch)
    if dry_run:
        return _rehearse(call, operation, json=json)
    return write_note(call, operation, typed, yes=yes, json=json)


def new_note(
    call: Call, ticket: str, typed: "Typed", *, title: str = "", notify: bool = False
) -> "Operation":
    """Make the operation that writes what was *typed* on *ticket*, and with *notify* mails it."""
    from mcdesk.core.wording import writable
    from mcdesk.ops.note import note_operation

    desk = call.desk
    return note_operation(
        ticket,
        typed.text,
        title=writable(title),
        author=desk.settings.autotask.me,
        message_id=desk.new_message_id() if notify else "",
        by=desk.origin,
        at=desk.now(),
        draft=typed.draft,
    )


def write_note(
    call: Call, operation: "Operation", typed: "Typed", *, yes: bool = False, json: bool = False
) -> int:
    """Store the note, look which ticket it is, ask, and let it go."""
    from mcdesk.cli.note.text import safe
    from mcdesk.cli.outbox import view
    from mcdesk.cli.outbox.sending import finish, given_up, held_up, send, tell_if_not_with_mc
    from mcdesk.core.steps import MailStep, replaced
    from mcdesk.errors import DeskError, NoSuchTicket, Refused, UsageProblem
    from mcdesk.ops.engine import Run
    from mcdesk.ops.note import look_up, merged_into, too_long_as_written
    from mcdesk.ops.results import delivery_exit

    desk = call.desk
    asks = desk.interactive and not yes

    def sent(operation: "Operation") -> Run:
        try:
            found, about = look_up(desk.autotask, desk.settings, operation)
            operation = desk.operations.amend(operation.n, merged_into(found))
            complaint = too_long_as_written(desk.autotask, desk.settings, operation)
        except NoSuchTicket as problem:
            raise given_up(call, operation, problem) from problem
        except DeskError as problem:
            return held_up(call, operation, problem)
        tell_if_not_with_mc(call, about, mailed=operation.mail is not None)
        if complaint:
            raise given_up(call, operation, UsageProblem(f"signed, {complaint}"))
        try:
            if desk.interactive and about.objections:  # until then, nothing else may send it
                operation = desk.operations.amend(operation.n, _unreleased)
            ask(call, operation, about, yes=yes)
        except Refused as refusal:
            raise given_up(call, operation, refusal) from None
        return send(call, operation, until=MailStep)

    with safe(call, typed):
        run = sent(desk.operations.add(replaced(operation, released=not asks)))
    run = finish(call, run, phone=desk.settings.mc.phone, json=json)
    if json:
        call.output.json(view.note_as_json(run.operation))
    return delivery_exit(run)


def _unreleased(operation: "Operation") -> "Operation":
    from mcdesk.core.steps import replaced

    return replaced(operation, released=False)


def ask(call: Call, operation: "Operation", ticket: "About", *, yes: bool) -> None:
    """Ask if it is the right *ticket*, and about one that is closed; raise Refused for a no."""
    from mcdesk.cli import safety

    about = (operation.number, operation.company, operation.title)
    mail = " and email dispatch" if operation.mail else ""
    safety.ask(
        call,
        f"Note on {', '.join(part for part in about if part)}{mail}?",
        "Write the note anyway?",
        ticket.objections,
        yes=yes,
        default=True,
        nothing="nothing was sent",
    )


def _rehearse(call: Call, operation: "Operation", *, json: bool) -> int:
    """Show what would be sent, and send and store nothing."""
    from mcdesk.cli.changes import draw_rehearsal
    from mcdesk.cli.outbox import view
    from mcdesk.cli.outbox.sending import tell_if_not_with_mc
    from mcdesk.ops.note import look_up

    operation, about = look_up(call.desk.autotask, call.desk.settings, operation)
    ask(call, operation, about, yes=True)
    tell_if_not_with_mc(call, about, mailed=operation.mail is not None)
    call.desk.engine.rehearse(operation)
    page = call.output.aside if json else call.output
    if json:
        call.output.json(view.note_as_json(operation, planned=True))
    draw_rehearsal(page, call.desk)
    if operation.mail and operation.mail.email:
        view.draw_email(page, operation.mail.email)
    return 0


def _edited(call: Call, reference: str, *, notify: bool) -> "Typed":
    """Let it be written in the editor, which shows which ticket it is about."""
    from mcdesk.cli.changes import one_line
    from mcdesk.cli.note.text import Typed, checked
    from mcdesk.cli.terminal.editing import edited
    from mcdesk.core.wording import clean, writable
    from mcdesk.ops.handoff import company_of

    desk = call.desk
    ticket = desk.autotask.tickets.read(parse_reference(reference))
    where = "an internal note: customers don't see it" + (
        f", {desk.settings.mc.name}'s dispatch gets it by email" if notify else ""
    )
    heading = (
        f"# {clean(one_line(ticket, company_of(desk.autotask, ticket)))}\n# {where}.\n"
        "# Write above the line. Leave it empty to send nothing."
    )
    path = desk.drafts.keep("", about=ticket.number, at=desk.now())
    try:
        typed = Typed(writable(edited(path, heading, desk.environ)), path.name)
    except (KeyboardInterrupt, SystemExit):
        call.output.talk(f"what you wrote is in {path}")
        raise
    return checked(call, typed)
