"""A note on a ticket, and the mail that makes the vendor's dispatch see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.emails import Email, TicketFacts, dispatch_subject, dispatch_text
from mcdesk.core.notes import signed, too_long
from mcdesk.core.operations import Kind, Operation, Origin
from mcdesk.core.references import parse_reference
from mcdesk.core.safety import Objection
from mcdesk.core.steps import MailStep, NoteStep, replaced
from mcdesk.core.tenant import Need
from mcdesk.core.tickets import Contact, Ticket
from mcdesk.errors import SettingsProblem
from mcdesk.ops.handoff import label_of
from mcdesk.ops.safety import judge_of
from mcdesk.ops.staff import find_me
from mcdesk.settings.model import Settings


@dataclass(frozen=True, slots=True)
class About:
    """A ticket, what a mail says about it, and its *contact*.

    *with_mc* is whether the vendor has it; only for a mail. *objections* are what speaks against a
    note.
    """

    ticket: Ticket
    facts: TicketFacts
    contact: Contact | None
    with_mc: bool
    objections: Sequence[Objection]


def note_operation(
    reference: str,
    text: str,
    *,
    title: str,
    author: str,
    message_id: str,
    by: Origin,
    at: datetime,
    draft: str = "",
    kind: Kind = Kind.NOTE,
) -> Operation:
    """Make the operation of a note on the ticket *reference*; *message_id* is "" for no mail."""
    mail = [MailStep(since=at, message_id=message_id)] if message_id else []
    return Operation(
        kind=kind,
        at=at,
        by=by,
        reference=reference,
        author=author,
        note_title=title,
        text=text,
        steps=(NoteStep(since=at), *mail),
        released=False,
        draft=draft,
    )


def read_about(autotask: Autotask, settings: Settings, ticket: Ticket, *, for_mail: bool) -> About:
    """Find out what people and mails want to know of *ticket*; its contact only *for_mail*."""
    need = Need.TICKETS | Need.PEOPLE if for_mail else Need.TICKETS
    tenant = autotask.tenant(need)
    contact_id = ticket.contact_id if for_mail else None
    companies, contacts = autotask.customers([ticket.company_id], [contact_id])
    contact = contacts.get(contact_id)
    facts = TicketFacts(
        number=ticket.number,
        title=ticket.title,
        company=companies.get(ticket.company_id) or "",
        priority=label_of(tenant, "priority", ticket.priority_id) or "",
        contact=contact.name if contact else "",
        link=autotask.ticket_page(ticket.id) or "",
    )
    judge = judge_of(settings, tenant)
    against = judge.objections(Kind.NOTE, ticket, tenant.names())
    return About(ticket, facts, contact, for_mail and judge.with_mc(ticket), against)


def look_up(
    autotask: Autotask, settings: Settings, operation: Operation
) -> tuple[Operation, About]:
    """Read the ticket of a note's *operation*, and compose its mail."""
    ticket = autotask.tickets.read(parse_reference(operation.reference))
    mail = operation.mail
    about = read_about(autotask, settings, ticket, for_mail=mail is not None)
    me = find_me(autotask, settings)
    found = replaced(
        operation,
        ticket_id=ticket.id,
        number=ticket.number,
        company=about.facts.company,
        title=ticket.title,
        author=me.name if me else operation.author,
    )
    return with_dispatch_email(found, settings, about.facts), about


def with_dispatch_email(operation: Operation, settings: Settings, facts: TicketFacts) -> Operation:
    """Compose the mail of *operation* to the vendor's dispatch, if it should have one.

    Raises SettingsProblem for a mail without a sender; the technician's own mail program fills that
    in by itself.
    """
    steps = []
    for step in operation.steps:
        if isinstance(step, MailStep):
            email = _dispatch_email(operation, step.message_id, settings, facts)
            step = replaced(step, email=email)
        steps.append(step)
    return replaced(operation, steps=tuple(steps))


def merged_into(found: Operation) -> Callable[[Operation], Operation]:
    """Return what takes over what was *found* out, unless somebody has begun meanwhile."""

    def merged(stored: Operation) -> Operation:
        if not stored.untouched:
            return stored
        return replaced(found, released=stored.released or found.released)

    return merged


def too_long_as_written(autotask: Autotask, settings: Settings, operation: Operation) -> str | None:
    """Say by how much the note is too long as it will be written, None if it is not."""
    me = find_me(autotask, settings)
    if autotask.writes.signs_notes_of(me.id if me else None):
        return too_long(signed(operation.text, operation.author))
    return too_long(operation.text)


def _dispatch_email(
    operation: Operation, message_id: str, settings: Settings, facts: TicketFacts
) -> Email:
    me, mail = settings.autotask.me, settings.mail
    sender = mail.sender or me
    if not sender and mail.transport != "manual":
        raise SettingsProblem(
            "mail.from is not set: who the mail is from", hint="set mail.from or autotask.me"
        )
    reach = settings.dispatch_reply_to or sender
    return Email(
        sender=sender,
        to=settings.mc.dispatch_email,
        reply_to=settings.dispatch_reply_to,
        subject=dispatch_subject(settings.mc.dispatch_subject, facts),
        text=dispatch_text(operation.text, facts, author=operation.author, reach=reach),
        ticket=facts.number,
        message_id=message_id,
    )
