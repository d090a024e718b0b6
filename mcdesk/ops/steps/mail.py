"""The mail: sent once, and after any doubt only if a look, or a person, says so."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mcdesk.core.emails import Email
from mcdesk.core.operations import Operation
from mcdesk.core.steps import MailStep, State
from mcdesk.errors import DeskError, MailLost, MailRefused
from mcdesk.mail import Mailer
from mcdesk.ops.steps import Decide, Doubt, Seen


class MailKind:
    """Mails through *mailer*, made when the first one is sent; *check* may refuse one (raises)."""

    unsent = State.WAITING

    def __init__(
        self,
        mailer: Callable[[], Mailer],
        *,
        check: Callable[[Operation, Email], object],
        now: Callable[[], datetime],
    ) -> None:
        self._mailer = mailer
        self._check = check
        self.clock = now

    def prepare(self, operation: Operation, step: MailStep) -> Seen:
        """Look at the mail once more as it goes out; raise what the check or the settings say."""
        assert step.email is not None
        self._check(operation, step.email)
        self._mailer()
        return Seen(State.WAITING)

    def attempt(self, operation: Operation, step: MailStep) -> Mapping[str, Any]:
        """Send it, once."""
        del operation
        assert step.email is not None
        self._mailer().send(step.email, self.clock())
        return {}

    def look(self, operation: Operation, step: MailStep, problem: DeskError | None) -> Seen:
        """Judge by what the mailer says: who has taken the text is known to nobody else."""
        del operation, step
        if problem is None:
            return Seen(State.DONE)
        if isinstance(problem, MailLost):
            return Seen(State.UNKNOWN, problem)
        return Seen(State.FAILED if isinstance(problem, MailRefused) else State.WAITING, problem)

    def revisit(self, operation: Operation, step: MailStep, decide: Decide) -> Seen:
        """Look whether it went out; if nobody can see that, a person decides."""
        if step.state is State.FAILED:
            return Seen(State.WAITING)
        assert step.email is not None
        sent = self._mailer().was_sent(step.email)
        if sent:
            return Seen(State.DONE)
        if sent is None and not decide(operation, Doubt.MAIL_AGAIN):
            reason = step.reason
            return Seen(State.UNKNOWN, MailLost(f"the mail may have arrived: {reason}"), reason)
        return Seen(State.WAITING)
