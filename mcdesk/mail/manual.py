"""Mail by hand: a draft for the technician's own mail program, and their word that it went out."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from mcdesk.core.emails import Email
from mcdesk.errors import MailNotSent, StoreProblem
from mcdesk.mail import Mailer
from mcdesk.mail.message import mailbox, message

# Longer links are cut by some mail programs and shells.
_MOST_LINK = 1800


class Manual(Mailer):
    """Write drafts into *folder*, open them with *show*, and *ask* whether they were sent.

    *ask* returns None if nobody is there to answer.
    """

    def __init__(
        self,
        folder: Path,
        *,
        show: Callable[[Path, str | None], None],
        ask: Callable[[str], bool | None],
    ) -> None:
        self._folder = folder
        self._show = show
        self._ask = ask

    def send(self, email: Email, at: datetime) -> None:
        """Show *email*, dated *at*, to the technician; raise MailNotSent unless they say it went.

        `X-Unsent` makes mail programs open a file as a draft (Outlook's documented header).
        """
        path = self._folder / f"{email.message_id.strip('<>').partition('@')[0]}.eml"
        mail = message(email, at)
        mail["X-Unsent"] = "1"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(mail.as_bytes())
        except OSError as error:
            raise StoreProblem(f"{path}: {error.strerror or error}") from error
        self._show(path, mailto(email))
        answer = self._ask(f"Was the mail to {mailbox(email.to).addr_spec} sent?")
        if not answer:
            raise MailNotSent(
                f"to be sent by hand: {path}",
                hint="send it, then run `mcdesk outbox retry` and answer yes",
            )
        path.unlink(missing_ok=True)


def mailto(email: Email) -> str | None:
    """Return the link that opens *email* in a mail program (RFC 6068), None for a long one."""
    subject, body = quote(email.subject), quote(email.text.replace("\n", "\r\n"))
    # The @ stands for itself (RFC 6068, 2).
    link = f"mailto:{quote(mailbox(email.to).addr_spec, safe='@')}?subject={subject}&body={body}"
    return link if len(link) <= _MOST_LINK else None
