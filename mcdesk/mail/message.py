"""An email as a mail message (RFC 5322): plain text, and one header for the ticket.

No Auto-Submitted header: a person wrote it.
"""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from mcdesk.core.addresses import is_address
from mcdesk.core.emails import Email
from mcdesk.core.wording import clean
from mcdesk.errors import MailNotSent

TICKET_HEADER = "X-Autotask-Ticket"
# No server on the way has to know 8BITMIME (RFC 6152).
_SEVEN_BIT = SMTP.clone(cte_type="7bit")


def message(email: Email, at: datetime) -> EmailMessage:
    """Build the message of *email*, dated *at*."""
    mail = EmailMessage(policy=_SEVEN_BIT)
    if email.sender:
        mail["From"] = mailbox(email.sender)
    mail["To"] = recipient(email)
    if email.reply_to:
        mail["Reply-To"] = mailbox(email.reply_to)
    mail["Subject"] = literal(email.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = email.message_id
    if email.ticket:
        mail[TICKET_HEADER] = literal(email.ticket)
    mail.set_content(email.text)
    return mail


def recipient(email: Email) -> Address:
    """Return whom *email* goes to, by name if it is known."""
    to = mailbox(email.to)
    return Address(display_name=literal(email.to_name) or to.display_name, addr_spec=to.addr_spec)


def mailbox(text: str) -> Address:
    """Read "Jane Doe <jane@example.com>" or an address alone; raise MailNotSent for neither."""
    name, address = parseaddr(text)
    # The parser makes do with the first address that it finds.
    if not is_address(address) or not (text == address or text.endswith(f"<{address}>")):
        raise MailNotSent(
            f'"{clean(text)[:100]}" is not an address that email can go to',
            hint="`mcdesk outbox drop` with its number removes it; nothing went out",
        )
    return Address(display_name=literal(name), addr_spec=address)


def literal(text: str) -> str:
    """Make *text* a header's value that stands for itself.

    Python's email package decodes what looks like an encoded word (RFC 2047) in a value that it is
    given, and line ends in it become headers of their own.
    """
    return clean(text).replace("=?", "= ?")
