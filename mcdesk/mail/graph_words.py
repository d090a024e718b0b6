"""Graph's own words for a refusal: what each comes to, and how to fix it."""

from collections.abc import Mapping

from mcdesk.errors import DeskError, MailNotSent, MailRefused, PermissionDenied

AGAIN = "to try again: `mcdesk outbox retry`"
NO_PERMISSION = (
    "the app registration needs Mail.ReadWrite and Mail.Send for this mailbox, with an "
    "administrator's consent"
)
_NO_MAILBOX = (
    "it needs a mailbox of Exchange Online, with a license: `mcdesk config set mail.graph.sender "
    'ADDRESS`, or sign in as somebody who has a mailbox (mail.graph.login = "device")'
)
_FULL = "the mailbox is full: empty its Deleted Items, or delete emails; then `mcdesk outbox retry`"
# Graph's word for it -> what it comes to, and how to fix it; whatever the status is.
# learn.microsoft.com, "Microsoft Graph error responses", "Send Outlook messages from another user",
# "ResponseCodeType" of Exchange, whose names Graph passes on.
MENDS: Mapping[str, tuple[type[DeskError], str]] = {
    "erroraccessdenied": (PermissionDenied, NO_PERMISSION),
    "authorization_requestdenied": (PermissionDenied, NO_PERMISSION),
    "errorsendasdenied": (
        PermissionDenied,
        "mail.from is not this mailbox: `mcdesk config set mail.from ADDRESS` with its own "
        'address, or have an administrator grant it "Send as" for that address in Exchange',
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
        "Exchange blocked this mailbox from sending: an administrator can unblock it under "
        '"Restricted entities" in Microsoft Defender',
    ),
    "errorexceededmessagelimit": (
        MailNotSent,
        "the mailbox hit its daily limit: `mcdesk outbox retry` tomorrow",
    ),
    "errorinvalidrecipients": (
        MailRefused,
        "check the address: mc.dispatch_email in the settings, or the contact's in Autotask",
    ),
    "erroritemnotfound": (MailNotSent, AGAIN),
    "errornonexistentmailbox": (MailNotSent, f"{AGAIN}; else {_NO_MAILBOX}"),
}
