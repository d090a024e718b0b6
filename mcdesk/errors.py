"""Everything that mcdesk expects to go wrong, as one tree.

Only these become a message for the technician; any other exception is a bug (exit 70). The exit
code lives on the class, so that no other place decides it:

    DeskError                    1
    ├── UsageProblem             2   what was typed cannot be meant
    ├── Refused                  3   a safety rule said no, or nobody confirmed
    │   └── Overtaken                    somebody was faster
    ├── SetupProblem             4   something an administrator or the settings have to fix
    │   ├── SettingsProblem          config.toml or the environment holds something impossible
    │   │   └── NoWayOut                     a proxy or certificates are no use: nothing was sent
    │   ├── SecretsMissing           no secret in the environment, the keyring or secret_command
    │   ├── KeyringProblem           the keyring cannot be used, or did not answer in time
    │   │   └── NoSystemStore                it is none of the operating system's
    │   ├── CredentialsRefused       Autotask said 401, now or the last time it was asked
    │   ├── PermissionDenied         the API user may not do this
    │   ├── WebhookRefused           it is no webhook of Slack's any more, or takes nothing
    │   └── LabelProblem             a label or name is missing or doubled in the tenant
    ├── NoSuchTicket             5   the ticket does not exist, or the API user can't see it
    ├── AutotaskProblem          1   Autotask or the way to it said no
    │   ├── Rejected                 Autotask answered with `errors[]`: permanent, in its own words
    │   ├── Unreachable              no connection was made: nothing was sent
    │   │   └── Barred                       a proxy or a certificate is in the way
    │   ├── LostAnswer               the request may have arrived; nobody knows
    │   ├── Unavailable              an outage or a gateway answered (5xx without `errors[]`)
    │   ├── Throttled                too many requests: this thread limit or the tenant's hour
    │   └── NotUnderstood            an answer that is not what the documentation promises
    │       └── Garbled                  cut short or not JSON: asking again may help
    ├── NotVerified              1   written, but not there when read back
    ├── NotInternal              1   a note was stored that a customer may read
    ├── SlackProblem             1   Slack said no, or cannot be reached
    ├── Undelivered              8   something waits in the outbox, failed to send, or is unknown
    │   ├── Busy                         another mcdesk is at it
    │   └── MailProblem                  a mail is not known to be sent
    │       ├── MailNotSent                  nothing went out: it can be tried again
    │       ├── MailRefused                  the server refused it for good
    │       └── MailLost                     its text went out, and nobody knows whether it arrived
    └── StoreProblem             1   the local database cannot be opened or is locked
"""

# Characters of a message: what strange servers say has no end.
_LONGEST = 2000


class DeskError(Exception):
    """Something expected went wrong: *message* says what, *hint* names what fixes it."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        message = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}..."
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageProblem(DeskError):
    """What was typed cannot be meant."""

    exit_code = 2


class Refused(DeskError):
    """A safety rule said no, or nobody confirmed."""

    exit_code = 3


class Overtaken(Refused):
    """Somebody else was faster, and has the ticket."""


class NotVerified(DeskError):
    """It was written, but the ticket did not hold it, or could not be read, afterwards."""


class NotInternal(DeskError):
    """A note was stored so that a customer may read it, or on another ticket."""


class SetupProblem(DeskError):
    """Something that an administrator or the settings have to fix."""

    exit_code = 4


class SettingsProblem(SetupProblem):
    """A settings file or an environment variable holds something impossible."""


class NoWayOut(SettingsProblem):
    """A proxy or certificates that the environment names are no use: nothing was sent."""


class SecretsMissing(SetupProblem):
    """A secret stands neither in the environment nor in the keyring nor with secret_command."""


class KeyringProblem(SetupProblem):
    """The operating system's keyring cannot be used, or did not answer in time."""


class NoSystemStore(KeyringProblem):
    """The keyring is no store of the operating system: a file, say, that anybody may read."""


class CredentialsRefused(SetupProblem):
    """Autotask refused the credentials, now or the last time they were tried."""


class PermissionDenied(SetupProblem):
    """The API user may not do this; an administrator can allow it.

    *in_words* is whether Autotask said so in `errors[]`, and not a proxy in its place.
    """

    def __init__(self, message: str, *, hint: str | None = None, in_words: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.in_words = in_words


class WebhookRefused(SetupProblem):
    """The webhook is none of Slack's, or not any more, or takes nothing that is posted by it."""


class LabelProblem(SetupProblem):
    """A label or name is missing or doubled in the tenant."""


class NoSuchTicket(DeskError):
    """The ticket does not exist, or the API user can't see it."""

    exit_code = 5


class AutotaskProblem(DeskError):
    """Autotask, or the way to it, said no; *retry_after* is what its header of that name said."""

    def __init__(self, message: str, *, hint: str | None = None, retry_after: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class Rejected(AutotaskProblem):
    """Autotask answered with `errors[]`: permanent, shown in its own words, never retried."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("Autotask refused: " + "; ".join(errors))
        self.errors = errors


class Unreachable(AutotaskProblem):
    """No connection was made, so nothing was sent."""


class Barred(Unreachable):
    """A proxy or a certificate is in the way: to ask again at once is no use."""


class LostAnswer(AutotaskProblem):
    """The request may have arrived and its answer is lost: only a look at the ticket can tell."""


class Unavailable(AutotaskProblem):
    """An outage or a gateway answered in Autotask's place (5xx without `errors[]`)."""


class Throttled(AutotaskProblem):
    """Too many requests: the thread limit, or the tenant's shared hour is used up."""


class NotUnderstood(AutotaskProblem):
    """An answer that is not what the documentation promises: never read as "no rows"."""


class Garbled(NotUnderstood):
    """An answer that is empty, cut short or not JSON: a read may be asked again."""


class SlackProblem(DeskError):
    """Slack said no, or cannot be reached; *retry_after* is what its header of that name said."""

    def __init__(self, message: str, *, hint: str | None = None, retry_after: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class Undelivered(DeskError):
    """Something waits in the outbox, failed to send, or nobody knows whether it arrived."""

    exit_code = 8


class Busy(Undelivered):
    """Another mcdesk is at it, and holds the lock."""


class MailProblem(Undelivered):
    """A mail is not known to be sent."""


class MailNotSent(MailProblem):
    """Nothing went out, so it can be tried again."""


class MailRefused(MailProblem):
    """The server refused the mail for good, in its own words."""


class MailLost(MailProblem):
    """The mail's text went out and the answer is lost: it may have arrived."""


class StoreProblem(DeskError):
    """The local database cannot be opened, or another mcdesk holds it for too long."""
