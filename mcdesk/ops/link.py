"""Send a scheduling link: the mail first, then an internal note, then the ticket's status."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.outbox import Entry, State, Step, StepName, What
from mcdesk.core.references import Reference
from mcdesk.core.tickets import Ticket
from mcdesk.errors import Refused, UsageProblem
from mcdesk.ops.correspondence import Correspondence
from mcdesk.settings.texts import is_address
from mcdesk.store.outbox import Outbox

# By the title of its note, anybody's link is found again; from here, by its mail in the outbox.
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
    """A link that is ready to go: its *entry* of the outbox, and the *earlier* one, if any."""

    entry: Entry
    earlier: Earlier | None = None


def prepare_link(
    autotask: Autotask | None,
    correspondence: Correspondence,
    outbox: Outbox,
    reference: Reference | None,
    *,
    to: str,
    status: str,
    message_id: str,
    now: datetime,
) -> Link:
    """Compose the mail for *to*, else for the contact of the ticket that *reference* means.

    Without a ticket there is only the mail. *status* is the label the ticket gets, "" for none.
    Raises Refused where nobody has an address, UsageProblem for one that is none.
    """
    if to and not is_address(to):
        raise UsageProblem(f'"{to}" is not an e-mail address', hint="--to jane@example.com")
    names = [StepName.MAIL]
    if reference is not None:
        names += [StepName.NOTE, StepName.STATUS] if status else [StepName.NOTE]
    entry = Entry(
        n=0,
        what=What.LINK,
        created=now,
        reference=str(reference or ""),
        author="",
        title=TITLE,
        text="",
        steps=[Step(name, since=now) for name in names],
        message_id=message_id,
        released=True,
        to=to,
        status=status,
    )
    if reference is None or autotask is None:
        return Link(replace(entry, letter=correspondence.booking(entry, None)))
    ticket = autotask.ticket(reference)
    entry = _about_ticket(autotask, correspondence, ticket, entry)
    links = [*_noted(autotask, ticket.id), *_kept(outbox, ticket.id)]
    return Link(entry, max(links, key=lambda link: link.at, default=None))


def _about_ticket(
    autotask: Autotask, correspondence: Correspondence, ticket: Ticket, entry: Entry
) -> Entry:
    about = correspondence.about(ticket, for_letter=True)
    to = entry.to or about.contact_email
    if not is_address(to):
        raise Refused(
            f"{ticket.number} has no contact with a usable e-mail address",
            hint="--to ADDRESS says where it goes",
        )
    if entry.status:
        autotask.id_of("status", entry.status)  # a label that is missing is told before anything
    entry = replace(
        entry,
        to=to,
        author=correspondence.author,
        text=f"A scheduling link was mailed to {to}.",
        ticket_id=ticket.id,
        number=ticket.number,
        company=about.facts.company,
        ticket_title=ticket.title,
        status_before=ticket.status_id,
    )
    correspondence.note_fields(entry)  # so is a note type
    return replace(entry, letter=correspondence.booking(entry, about.facts))


def _noted(autotask: Autotask, ticket_id: int) -> Iterator[Earlier]:
    """Find the links that a note on the ticket tells of, whoever sent them."""
    for note in autotask.notes(ticket_id):
        if note.title == TITLE and note.internal:
            person = autotask.directory.everybody().get(note.action.resource_id or 0)
            author = person.name if person else "somebody"
            yield Earlier(note.action.at, author, _HOW[State.DONE])


def _kept(outbox: Outbox, ticket_id: int) -> Iterator[Earlier]:
    """Find the links that left from here, or may have, whether or not they have their note."""
    for entry in outbox.all():
        if entry.what is not What.LINK or entry.ticket_id != ticket_id:
            continue
        for step in entry.steps:
            if step.name is StepName.MAIL and step.state in _HOW:
                yield Earlier(step.since, entry.author or "somebody", _HOW[step.state])
