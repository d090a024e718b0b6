"""Ways for a mail to leave: a mail server, Microsoft 365, or the technician's own mail program.

Each sends an email at most once per call, and says which of three ways it failed.
"""

from datetime import datetime
from typing import Protocol

from mcdesk.core.emails import Email


class Mailer(Protocol):
    """A way for an email to leave."""

    def send(self, email: Email, at: datetime) -> None:
        """Send *email*, dated *at*, once.

        Raises MailNotSent when nothing went out, MailRefused when it was refused for good, MailLost
        when it may have arrived, SetupProblem for what an administrator has to fix, and
        StoreProblem when it cannot be known whether the login was refused before.
        """

    def check(self) -> None:
        """Find out whether it could send, and send nothing; raises what `send` would."""
        return  # of the technician's own mail program there is nothing to find out

    def was_sent(self, email: Email) -> bool | None:
        """Look whether *email* went out before; None if that cannot be seen."""
        return None
