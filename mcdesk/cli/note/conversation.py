"""The conversation around a note: which ticket it is about, and whether it may go there."""

from mcdesk.cli import safety
from mcdesk.cli.call import Call
from mcdesk.cli.changes import draw_rehearsal, one_line
from mcdesk.cli.note.text import Typed, checked, safe
from mcdesk.cli.outbox import view
from mcdesk.cli.outbox.sending import finish, given_up, held_up, send, tell_if_not_with_mc
from mcdesk.cli.terminal.editing import edited
from mcdesk.core.operations import Operation
from mcdesk.core.references import parse_reference
from mcdesk.core.steps import MailStep, replaced
from mcdesk.core.wording import clean, writable
from mcdesk.errors import DeskError, NoSuchTicket, Refused, UsageProblem
from mcdesk.ops.engine import Run
from mcdesk.ops.handoff import company_of
from mcdesk.ops.note import About, look_up, merged_into, note_operation, too_long_as_written
from mcdesk.ops.results import delivery_exit


def new_note(
    call: Call, ticket: str, typed: Typed, *, title: str = "", notify: bool = False
) -> Operation:
    """Make the operation that writes what was *typed* on *ticket*, and with *notify* mails it."""
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
    call: Call, operation: Operation, typed: Typed, *, yes: bool = False, json: bool = False
) -> int:
    """Store the note, look which ticket it is, ask, and let it go."""
    desk = call.desk
    asks = desk.interactive and not yes

    def sent(operation: Operation) -> Run:
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
                operation = desk.operations.amend(
                    operation.n, lambda stored: replaced(stored, released=False)
                )
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


def ask(call: Call, operation: Operation, ticket: About, *, yes: bool) -> None:
    """Ask if it is the right *ticket*, and about one that is closed; raise Refused for a no."""
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


def rehearse(call: Call, operation: Operation, *, json: bool) -> int:
    """Show what would be sent, and send and store nothing."""
    operation, about = look_up(call.desk.autotask, call.desk.settings, operation)
    ask(call, operation, about, yes=True)
    tell_if_not_with_mc(call, about, mailed=operation.mail is not None)
    call.desk.engine.rehearse(operation)
    page = call.output.aside if json else call.output
    if json:
        call.output.json(view.note_as_json(operation, planned=True))
    draw_rehearsal(page, call.desk, [operation])
    if operation.mail and operation.mail.email:
        view.draw_email(page, operation.mail.email)
    return 0


def edited_note(call: Call, reference: str, *, notify: bool) -> Typed:
    """Let it be written in the editor, which shows which ticket it is about."""
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
