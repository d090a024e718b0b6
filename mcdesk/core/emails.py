"""Emails: what goes out by mail, as plain text, and what it is made of.

Pure text. Every header is one clean line, so that nothing a stranger wrote can become another
header (RFC 5322, 2.2).
"""

import re

from msgspec import Struct

from mcdesk.core.wording import clean, clean_block

# RFC 5322, 2.1.1: a line should not be longer than 78 characters, header name included.
_MOST_SUBJECT = 200
_PLACEHOLDER = re.compile(r"\{(number|company|title|priority)\}")


class Email(Struct, frozen=True):
    """A mail: header values, *text*, and the *ticket* number for a header of its own.

    *message_id* is fixed before the first attempt, so that a repetition can be told.
    """

    sender: str
    to: str
    reply_to: str
    subject: str
    text: str
    ticket: str
    message_id: str


class TicketFacts(Struct, frozen=True):
    """What an email to the vendor says about a ticket; "" is what nobody knows."""

    number: str
    title: str
    company: str
    priority: str
    contact: str
    link: str


def dispatch_subject(template: str, facts: TicketFacts) -> str:
    """Fill in the subject *template*; what was filled in is not read as a template again."""
    filled = _PLACEHOLDER.sub(lambda match: str(getattr(facts, match[1])), template)
    return clean(filled)[:_MOST_SUBJECT]


def dispatch_text(note: str, facts: TicketFacts, *, author: str, reach: str) -> str:
    """Write the email that makes sure the vendor's dispatch sees *note*.

    *author* wrote it and can be reached at *reach*. The link is labelled as ours: the vendor cannot
    open it.
    """
    lines = [
        ("Ticket", facts.number),
        ("Company", facts.company),
        ("Title", facts.title),
        ("Priority", facts.priority),
        ("Contact", facts.contact),
        ("Written by", f"{author} ({reach})" if author and reach else author or reach),
        ("In our Autotask", facts.link),
    ]
    head = "\n".join(f"{label}: {clean(value)}" for label, value in lines[:5] if value)
    foot = "\n".join(f"{label}: {clean(value)}" for label, value in lines[5:] if value)
    return f"{head}\n\n{clean_block(note)}\n\n-- \n{foot}\n"


def booking_email(
    *, sender: str, reply_to: str, to: str, ticket: str, link: str, message_id: str
) -> Email:
    """Write the mail that lets a customer choose a time: the link and the ticket number, no more.

    *ticket* is "" for none.
    """
    about = f" for ticket {ticket}" if ticket else ""
    text = (
        "Hello,\n\n"
        f"please choose a time{about} that suits you. We will help you then:\n\n"
        f"{link}\n\n"
        "If none of them suits you, just answer this mail.\n"
    )
    return Email(
        sender=sender,
        to=to,
        reply_to=reply_to,
        subject=f"Choose a time that suits you{f' (ticket {ticket})' if ticket else ''}",
        text=text,
        ticket=ticket,
        message_id=message_id,
    )
