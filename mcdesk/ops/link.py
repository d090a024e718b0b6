"""Send a scheduling link: the mail first, then an internal note, then the ticket's status."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr

from mcdesk.autotask.client import Autotask
from mcdesk.core.addresses import is_address
from mcdesk.core.customers import booking_link, own_name
from mcdesk.core.emails import Booking, TicketFacts, booking_email
from mcdesk.core.operations import Kind, Operation, Origin
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.safety import Objection
from mcdesk.core.steps import AnyStep, MailStep, NoteStep, State, StatusStep, replaced
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import Contact, Ticket
from mcdesk.core.wording import clean
from mcdesk.errors import Refused, SettingsProblem, UsageProblem
from mcdesk.mail.customers import for_customers
from mcdesk.ops.note import read_about
from mcdesk.ops.safety import judge_of, refuse_if_changed
from mcdesk.ops.staff import find_me
from mcdesk.settings.model import Settings
from mcdesk.store.operations import Operations

# By the title of its note, anybody's link is found again; from here, by its mail.
TITLE = "Scheduling link sent"
_HOW = {
    State.DONE: "has sent one already",
    State.UNKNOWN: "may have sent one already",
    State.SENDING: "is sending one",
    State.WAITING: "has one waiting in the outbox",
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """A link that went out or may have: when (UTC), by whom, and *how* far it came, in words."""

    at: datetime
    author: str
    how: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is ready to go: its *operation*, and the *earlier* one, if any.

    Of a ticket as it was *shown*: what speaks against it (*objections*), and the status that it
    has already, which says that a link went out (*has_status*), and its contact if the mail goes to
    somebody else (*passed_over*).
    """

    operation: Operation
    earlier: Earlier | None = None
    shown: Ticket | None = None
    tenant: Tenant = field(default_factory=Tenant)
    objections: Sequence[Objection] = ()
    has_status: str = ""
    passed_over: Contact | None = None

    def refuse_if_changed(self, autotask: Autotask) -> None:
        """Raise Refused if the ticket is not as it was shown any more."""
        if self.shown:
            refuse_if_changed(autotask, self.shown, self.tenant)


def prepare_link(
    autotask: Autotask,
    settings: Settings,
    operations: Operations,
    reference: Reference,
    *,
    to: str | None,
    message_id: str,
    by: Origin,
    at: datetime,
) -> Link:
    """Compose the mail for *to*, else for the contact of the ticket that *reference* means.

    Raises Refused if nobody has an address or the contact has left, UsageProblem for one that is
    none, and what is missing for the note and the status that follow.
    """
    _check_address(to)
    status = settings.scheduling.status
    ticket = autotask.tickets.read(reference)
    about = read_about(autotask, settings, ticket, for_mail=True)
    contact = about.contact
    if to is None:
        contact = _mailable(autotask, ticket)
        to = contact.email
    theirs = contact is not None and contact.email.casefold() == to.casefold()
    tenant, status_id = autotask.resolved(  # a label that is missing is told before anything
        Need.TICKETS | Need.PEOPLE,
        lambda tenant: tenant.id_of("status", status) if status else None,
    )
    judge = judge_of(settings, tenant)
    names = autotask.with_people(tenant, [ticket.primary_resource_id]).names()
    me = find_me(autotask, settings)
    steps: list[AnyStep] = [MailStep(since=at, message_id=message_id), NoteStep(since=at)]
    if status:
        steps.append(StatusStep(since=at, label=status, had=ticket.status_id))
    operation = Operation(
        kind=Kind.LINK,
        at=at,
        by=by,
        reference=str(reference),
        ticket_id=ticket.id,
        number=ticket.number,
        title=ticket.title,
        company=about.facts.company,
        author=me.name if me else settings.autotask.me,
        note_title=TITLE,
        text=f"A scheduling link was emailed to {to}.",
        to=to,
        steps=tuple(steps),
    )
    links = [*_noted(autotask, ticket.id), *_kept(operations, ticket.id)]
    earlier = max(links, key=lambda link: link.at, default=None)
    return Link(
        with_booking(operation, settings, about.facts, contact if theirs else None),
        earlier,
        shown=ticket,
        tenant=tenant,
        objections=judge.objections(Kind.LINK, ticket, names),
        has_status=status if status and ticket.status_id == status_id else "",
        passed_over=None if theirs else contact,
    )


def prepare_link_alone(
    settings: Settings, *, to: str, message_id: str, by: Origin, at: datetime
) -> Link:
    """Compose the mail for *to* without a ticket; Autotask is not asked."""
    _check_address(to)
    steps = (MailStep(since=at, message_id=message_id),)
    operation = Operation(kind=Kind.LINK, at=at, by=by, to=to, note_title=TITLE, steps=steps)
    return Link(with_booking(operation, settings))


def _mailable(autotask: Autotask, ticket: Ticket) -> Contact:
    """Return the ticket's contact; raise Refused if they have no address, or have left."""
    number, contact_id = ticket.number, ticket.contact_id
    contact = None if contact_id is None else autotask.contact(contact_id)
    hint = "use --to ADDRESS"
    if contact is None or not contact.email:
        raise Refused(f"{number} has no contact with an email address", hint=hint)
    if not is_address(contact.email):
        raise Refused(
            f"email can't be sent to the address of {contact.name}, the contact on {number}: "
            f'"{clean(contact.email)[:100]}"',
            hint=f"correct it in Autotask; {hint}",
        )
    if not contact.active:
        raise Refused(f"{contact.name}, the contact on {number}, is inactive", hint=hint)
    return contact


def _check_address(to: str | None) -> None:
    if to is not None and not is_address(to):
        raise UsageProblem(
            f'"{clean(to)[:100]}" is not an address that email can be sent to',
            hint="--to jane@example.com",
        )


def with_booking(
    operation: Operation,
    settings: Settings,
    facts: TicketFacts | None = None,
    contact: Contact | None = None,
) -> Operation:
    """Compose the mail of *operation*, to *contact* if it goes to them; *facts* are of its ticket.

    Raises SettingsProblem if there is no link or sender, and Refused if a customer would read the
    vendor's name.
    """
    mail, scheduling = operation.mail, settings.scheduling
    assert mail is not None
    sender = _sender(settings)
    email = booking_email(
        Booking(
            link=_link(settings, facts),
            ticket=facts.number if facts else "",
            name=own_name(contact.first) if contact else "",
            sender=parseaddr(sender)[0] or (operation.author if facts else ""),
            text=scheduling.text,
            sign_off=scheduling.sign_off,
        ),
        sender=sender,
        reply_to=scheduling.reply_to,
        to=operation.to,
        to_name=own_name(contact.name) if contact else "",
        message_id=mail.message_id,
    )
    safe = for_customers(email, (settings.mc.name, settings.mc.dispatch_email))
    return operation.with_step(operation.steps.index(mail), replaced(mail, email=safe))


def _sender(settings: Settings) -> str:
    """Return who the mail is from; raise SettingsProblem if that is needed and nobody is set."""
    sender = settings.scheduling_sender or settings.autotask.me
    if not sender and settings.mail.transport != "manual":
        raise SettingsProblem(
            "scheduling.from is not set: who the mail is from",
            hint="set scheduling.from or mail.from",
        )
    return sender


def _link(settings: Settings, facts: TicketFacts | None) -> str:
    """Return where the customer picks a time; raise SettingsProblem if it is not set."""
    if not settings.scheduling.link:
        raise SettingsProblem(
            "scheduling.link is not set: where customers pick a time",
            hint="mcdesk config set scheduling.link https://book.example.com/?t={ticket}",
        )
    filled = (
        {"ticket": facts.number, "contact": facts.contact, "company": facts.company}
        if facts
        else {}
    )
    return booking_link(settings.scheduling.link, filled)


def _noted(autotask: Autotask, ticket_id: int) -> Iterator[Earlier]:
    """Find the links that a note on the ticket tells of, whoever sent them."""
    people = autotask.tenant(Need.PEOPLE).people
    for note in autotask.tickets.notes(ticket_id)[0]:
        if note.title == TITLE and note.internal:
            person = people.get(note.resource_id or 0)
            yield Earlier(note.at, person.name if person else "somebody", _HOW[State.DONE])


def _kept(operations: Operations, ticket_id: int) -> Iterator[Earlier]:
    """Find the links that left from here, or may have, whether or not they have their note."""
    for operation in operations.latest(about=TicketById(ticket_id), kind=Kind.LINK):
        mail = operation.mail
        if mail and mail.state in _HOW:
            yield Earlier(mail.since, operation.author or "somebody", _HOW[mail.state])
