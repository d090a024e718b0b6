"""Send a scheduling link: the mail first, then an internal note, then the ticket's status."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mcdesk.autotask.client import Autotask
from mcdesk.core.outbox import Entry, Step, StepName, What
from mcdesk.core.references import Reference
from mcdesk.core.tickets import Remark
from mcdesk.errors import Refused, UsageProblem
from mcdesk.ops.correspondence import Correspondence
from mcdesk.settings.rules import is_address

# By the title of its note, anybody's link is found again.
TITLE = "Scheduling link sent"


@dataclass(frozen=True, slots=True)
class Earlier:
    """A link that already went out: when (UTC), by whom, and what its note says."""

    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is ready to go: its *entry* of the outbox, and the *earlier* one, if any."""

    entry: Entry
    earlier: Earlier | None = None


def prepare_link(
    autotask: Autotask | None,
    correspondence: Correspondence,
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
    return _about_ticket(autotask, correspondence, reference, entry)


def _about_ticket(
    autotask: Autotask, correspondence: Correspondence, reference: Reference, entry: Entry
) -> Link:
    ticket = autotask.ticket(reference)
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
    entry = replace(entry, letter=correspondence.booking(entry, about.facts))
    return Link(entry, _earlier(autotask, autotask.notes(ticket.id)))


def _earlier(autotask: Autotask, notes: Sequence[Remark]) -> Earlier | None:
    """Find the latest link among *notes*, whoever sent it."""
    found = [note for note in notes if note.title == TITLE and note.internal]
    if not found:
        return None
    latest = max(found, key=lambda note: note.action.at)
    person = autotask.directory.everybody().get(latest.action.resource_id or 0)
    return Earlier(latest.action.at, person.name if person else "somebody", latest.text)
