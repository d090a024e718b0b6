"""Emails: what goes out by mail, as plain text, and what it is made of.

Pure text. Every header is one clean line, so that nothing a stranger wrote can become another
header (RFC 5322, 2.2).
"""

import re
from typing import NamedTuple

from msgspec import Struct

from mcdesk.core.wording import clean, clean_block

# RFC 5322, 2.1.1: a line should not be longer than 78 characters, header name included.
_MOST_SUBJECT = 200
_PLACEHOLDER = re.compile(r"\{(number|company|title|priority)\}")
_BOOKED = re.compile(r"\{(name|ticket|link|sender)\}")
_BOOKING = """\
Hi {name},

Pick a time that works for you and we'll take care of ticket {ticket} then:

{link}

If none of these times work, just reply to this email.

{sender}"""


class Email(Struct, frozen=True):
    """A mail: header values, *text*, and the *ticket* number for a header of its own.

    *message_id* is fixed before the first attempt, so that a repetition can be told. *to_name* is
    the recipient's own name, "" for nobody known.
    """

    sender: str
    to: str
    reply_to: str
    subject: str
    text: str
    ticket: str
    message_id: str
    to_name: str = ""


class TicketFacts(Struct, frozen=True):
    """What an email to the vendor says about a ticket; "" is what nobody knows."""

    number: str
    title: str
    company: str
    priority: str
    contact: str
    link: str


class Booking(NamedTuple):
    """What the mail with a scheduling *link* says.

    *text* is the settings' own, "" for the usual one; *name* is how the customer is greeted, and
    *sender* who signs, above the *sign_off*. "" is what nobody knows.
    """

    link: str
    ticket: str = ""
    name: str = ""
    sender: str = ""
    text: str = ""
    sign_off: str = ""


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
    words: Booking,
    *,
    sender: str,
    reply_to: str,
    to: str,
    to_name: str,
    message_id: str,
) -> Email:
    """Write the mail that lets a customer pick a time: *words*, and nothing else of a ticket."""
    about = f" for your support ticket {words.ticket}" if words.ticket else " that works for you"
    return Email(
        sender=sender,
        to=to,
        reply_to=reply_to,
        subject=f"Pick a time{about}",
        text=_booking_text(words),
        ticket=words.ticket,
        message_id=message_id,
        to_name=to_name,
    )


def _booking_text(words: Booking) -> str:
    """Fill in the text; the usual one if there is no ticket, and the settings' own names it."""
    template = words.text if words.ticket or "{ticket}" not in words.text else ""
    usual = _BOOKING if words.ticket else _BOOKING.replace("ticket {ticket}", "it")
    given = {**words._asdict(), "name": words.name or "there"}
    filled = _BOOKED.sub(lambda match: given[match[1]], template or usual)
    return re.sub(r"\n{3,}", "\n\n", f"{filled}\n{words.sign_off}").strip() + "\n"
