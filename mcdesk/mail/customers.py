"""The last look at an email to a customer, as it goes out: whatever of it names the vendor.

The bytes are read as the recipient's mail program reads them, every header and the text. What the
standards fix (RFC 5322, 2045), the recipient's own name and address, and what chance made, say
nothing of ours.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr

from msgspec.structs import replace

from mcdesk.core.customers import names_vendor, without_vendor
from mcdesk.core.emails import Email
from mcdesk.mail.message import TICKET_HEADER, mailbox, message

_NOTHING_OF_OURS = ("To", "Date", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
# Their values may name somebody, their names are the standards'.
_OF_THE_STANDARD = ("From", "Reply-To", "Subject", "Message-ID")
_RANDOM = re.compile(r"(?<=<)[0-9a-f]{32}(?=@)")
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def for_customers(email: Email, vendor: Sequence[str]) -> Email:
    """Return *email* as it may reach a customer; raise Refused if it names the *vendor*.

    Our own header is left out for a vendor that is named like it. Raises MailNotSent for an address
    that is none.
    """
    if names_vendor(TICKET_HEADER, vendor):
        email = replace(email, ticket="")
    to = mailbox(email.to)
    own = [part for part in (email.to_name, to.display_name, to.addr_spec) if part]
    own += own[0].split()  # the greeting's
    for reading in _readings(email):
        without_vendor(reading, vendor, own)
    return email


def new_message_id(sender: str, vendor: Sequence[str], unique: Callable[[], str]) -> str:
    """Return a Message-ID of nothing but chance and the *sender*'s domain.

    *unique* yields 32 hexadecimal digits; it is asked again while they happen to name the *vendor*.
    """
    domain = parseaddr(sender)[1].partition("@")[2]
    while names_vendor(chance := unique(), vendor):
        pass
    return f"<{chance}@{domain if domain.isascii() and domain else 'mail.invalid'}>"


def _readings(email: Email) -> list[str]:
    """Return what a mail program makes of *email*: its text, and each header that says something.

    They travel encoded and folded, in which there may be any letters.
    """
    mail = message_from_bytes(message(email, _ANY_DAY).as_bytes(), policy=default)
    readings = [mail.get_content()]
    for name, value in mail.items():
        said = _RANDOM.sub("", value) if name == "Message-ID" else value
        if name in _OF_THE_STANDARD:
            readings.append(said)
        elif name not in _NOTHING_OF_OURS:
            readings.append(f"{name}: {said}")
    return readings
