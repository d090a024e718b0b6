"""Graph's own words for a refusal: what each comes to, and what mends it."""

from collections.abc import Mapping

from mcdesk.errors import DeskError, MailNotSent, MailRefused, PermissionDenied

AGAIN = "it can be tried again: `mcdesk outbox retry`"
NO_PERMISSION = (
    "the app registration needs Mail.ReadWrite and Mail.Send for this mailbox, with an "
    "administrator's consent"
)
_NO_MAILBOX = (
    "it needs a mailbox of Exchange Online, with a license: `mcdesk config set mail.graph.sender "
    'ADDRESS`, or sign in as somebody who has one (mail.graph.login = "device")'
)
_FULL = "the mailbox is full: empty its Deleted Items, or delete mails; then `mcdesk outbox retry`"
# Graph's word for it -> what it comes to, and what mends it; whatever the status is.
# learn.microsoft.com, "Microsoft Graph error responses", "Send Outlook messages from another user",
# "ResponseCodeType" of Exchange, whose names Graph passes on.
MENDS: Mapping[str, tuple[type[DeskError], str]] = {
    "erroraccessdenied": (PermissionDenied, NO_PERMISSION),
    "authorization_requestdenied": (PermissionDenied, NO_PERMISSION),
    "errorsendasdenied": (
        PermissionDenied,
        "mail.from is not this mailbox: `mcdesk config set mail.from ADDRESS` with its own one, or "
        'let an administrator give it the right "Send as" for that one in Exchange',
    ),
    "errorquotaexceeded": (MailNotSent, _FULL),
    "quotaexceededexception": (MailNotSent, _FULL),
    "errormailboxnotenabledforrestapi": (PermissionDenied, _NO_MAILBOX),
    "mailboxnotenabledforrestapi": (PermissionDenied, _NO_MAILBOX),
    "mailboxnotsupportedforrestapi": (PermissionDenied, _NO_MAILBOX),
    "errorinvaliduser": (PermissionDenied, _NO_MAILBOX),
    "request_resourcenotfound": (PermissionDenied, _NO_MAILBOX),
    "resourcenotfound": (PermissionDenied, _NO_MAILBOX),
    "errormessagesubmissionblocked": (
        PermissionDenied,
        'Exchange lets this mailbox send nothing: an administrator looks at "Restricted entities" '
        "in Microsoft Defender, and frees it",
    ),
    "errorexceededmessagelimit": (
        MailNotSent,
        "the mailbox has sent what it may send in a day: `mcdesk outbox retry` tomorrow",
    ),
    "errorinvalidrecipients": (
        MailRefused,
        "look at the address: mc.dispatch_email in the settings, or the contact's in Autotask",
    ),
    "erroritemnotfound": (MailNotSent, AGAIN),
    "errornonexistentmailbox": (MailNotSent, f"{AGAIN}; else {_NO_MAILBOX}"),
}
