"""The last look at an email to a customer, as it goes out: whatever of it names the vendor.

Headers and text are read as a mail program shows them and as they travel. What the standards fix
(RFC 5322, 2045) and the recipient's own address say nothing of ours.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr

from msgspec.structs import replace

from mcdesk.core.customers import names_vendor, without_vendor
from mcdesk.core.emails import Email
from mcdesk.mail.message import TICKET_HEADER, message

_NOTHING_OF_OURS = ("To", "Date", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
_RANDOM = re.compile(r"<[0-9a-f]{32}@")
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def for_customers(email: Email, vendor: Sequence[str]) -> Email:
    """Return *email* as it may reach a customer; raise Refused if it names the *vendor*.

    Our own header is left out for a vendor that is named like it.
    """
    if names_vendor(TICKET_HEADER, vendor):
        email = replace(email, ticket="")
    for reading in _readings(email):
        without_vendor(reading, vendor)
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
    mail = message(replace(email, message_id=_RANDOM.sub("<0@", email.message_id)), _ANY_DAY)
    text = mail.get_content()
    for name in _NOTHING_OF_OURS:
        del mail[name]
    shown = [f"{name}: {value}" for name, value in mail.items()]
    return [text, *shown, mail.as_bytes().decode("ascii")]
