"""What `doctor` looks at: every check with the parts that it takes."""

from typing import TYPE_CHECKING

from mcdesk.core.hosts import is_private_url
from mcdesk.errors import SettingsProblem

if TYPE_CHECKING:
    from mcdesk.desk import Desk
    from mcdesk.ops.doctor import Check, Concern


_SETUP = "mcdesk setup autotask"
_LABELS = "mcdesk setup template"
_WAY = "check the network and autotask.zone_url, and try again in a minute"


def checks(desk: "Desk", *, send_test: bool) -> "list[Check]":
    """List the checks in the order in which they rest on each other.

    With *send_test*, a line is posted to Slack.
    """
    from mcdesk.ops import doctor
    from mcdesk.ops.doctor import Check

    settings = ("settings",)
    asked = ("login",)
    listed = [
        Check("database", lambda: _database(desk)),
        Check("settings", lambda: doctor.templates_in(desk.settings), mend="mcdesk config edit"),
        Check(
            "time zone",
            lambda: desk.zone.key,
            settings,
            mend="mcdesk config set hours.timezone America/New_York",
        ),
        Check(
            "hours",
            lambda: doctor.desk_hours(desk.hours, desk.now()),
            ("settings", "time zone"),
            mend="mcdesk setup hours",
        ),
        Check("keyring", lambda: _keyring(desk), settings),
        Check("user", lambda: _user(desk), settings, mend=_SETUP),
        Check(
            "secrets",
            lambda: f"found, for {desk.login.user_name}",
            ("settings", "user"),
            mend=_SETUP,
        ),
        Check(
            "zone", lambda: _zone(desk), ("database", "settings", "secrets", "user"), mend=_SETUP
        ),
        Check(
            "login",
            lambda: doctor.login_works(desk.autotask),
            ("secrets", "user", "zone"),
            mend=_SETUP,
        ),
        Check("clock", lambda: doctor.clocks(desk.autotask, desk.now), asked),
        Check("requests", lambda: doctor.budget(desk.autotask), asked),
        Check("permissions", lambda: doctor.may_read(desk.autotask), asked),
        Check(
            "labels",
            lambda: doctor.stale_labels(desk.autotask, desk.search()),
            asked,
            mend=_LABELS,
        ),
    ]
    listed += [
        Check(
            f"template {name}",
            lambda template=template: doctor.template_works(desk.autotask, template),  # type: ignore[misc]
            asked,
            mend=_LABELS,
        )
        for name, template in (desk.settings.templates if _loads(desk) else {}).items()
    ]
    return [
        *listed,
        Check(
            "me",
            lambda: doctor.me_is_known(desk.autotask, desk.settings),
            asked,
            mend=_SETUP,
        ),
        Check(
            "vendor",
            lambda: doctor.vendor_is_known(desk.autotask, desk.settings.mc.resources),
            asked,
        ),
        Check(
            "notes",
            lambda: doctor.notes_are_internal(desk.autotask, desk.settings.note.note_type),
            asked,
            mend=_LABELS,
        ),
        Check(
            "statuses",
            lambda: doctor.other_statuses(desk.autotask, desk.settings),
            asked,
            mend=_LABELS,
        ),
        Check("writing", lambda: _writing(desk), asked),
        Check(
            "arrivals",
            lambda: doctor.arrivals(desk.autotask, desk.settings.stale.queues, desk.now()),
            ("login", "labels"),
        ),
        Check("mail", lambda: _mail(desk), settings, mend="mcdesk setup mail"),
        Check(
            "slack",
            lambda: _slack(desk, send_test=send_test),
            settings,
            mend="mcdesk setup slack",
        ),
    ]


def _database(desk: "Desk") -> str:
    """Let every refused login be tried once more: that needs a database that can be written."""
    desk.refused_logins.forget()
    return str(desk.home / "mcdesk.db")


def _loads(desk: "Desk") -> bool:
    try:
        return bool(desk.settings)
    except SettingsProblem:
        return False


def _keyring(desk: "Desk") -> "str | Concern":
    from mcdesk.errors import KeyringProblem
    from mcdesk.ops.doctor import Concern

    if desk.in_demo:
        return "the demo needs none"
    try:
        return desk.secrets.keyring_name()
    except KeyringProblem as problem:
        return Concern(
            problem.message,
            "no harm where the secrets come from the environment or from autotask.secret_command",
        )


def _user(desk: "Desk") -> "str | Concern":
    """Ask for the user's zone without a login: so a wrong name is told from a wrong secret."""
    from mcdesk.ops.doctor import Concern

    if not desk.settings.autotask.username:
        raise SettingsProblem(
            "autotask.username is not set: the API user that mcdesk works as",
            hint="`mcdesk setup` asks for it; to look around first: mcdesk --demo stale",
        )
    name = desk.settings.autotask.username
    if desk.session.discovered_zone() is None:
        return Concern(f"Autotask could not be asked whether it knows {name}", _WAY)
    return f"Autotask knows {name}"


def _zone(desk: "Desk") -> "str | Concern":
    """Compare the zone that is used with the one that Autotask names."""
    from mcdesk.ops.doctor import Concern

    used, named = desk.session.zone.url, desk.session.discovered_zone()
    if named is None:
        return Concern(f"{used} is used; Autotask could not be asked whether it is right", _WAY)
    if named.url.rstrip("/").casefold() == used.rstrip("/").casefold():
        return used
    return Concern(
        f"{used} is used, but Autotask says that the API user is at {named.url}",
        f"mcdesk config set autotask.zone_url {named.url}",
    )


def _writing(desk: "Desk") -> "str | Concern":
    from mcdesk.ops.doctor import Concern
    from mcdesk.ops.staff import find_me

    me = find_me(desk.autotask, desk.settings)
    seen = desk.autotask.seen_writing(me.id if me else None)
    if desk.settings.autotask.impersonate == "never":
        return "as the API user, as autotask.impersonate says"
    if seen == "refused":
        return Concern(
            "Autotask does not let the API user write in your name",
            "allow impersonation in the security levels of the API user and of yours; until then "
            "notes are signed",
        )
    return "in your name, seen today" if seen == "allowed" else "not tried yet today"


def _mail(desk: "Desk") -> "str | Concern":
    """Log in if that is possible; nothing is sent."""
    if desk.in_demo:
        return "the demo's own inbox"
    transport = desk.settings.mail.transport
    if transport == "manual":
        return "by hand, in your own mail program"
    desk.mailer.check()
    return f"{transport} accepts us; no message was sent"


def _slack(desk: "Desk", *, send_test: bool) -> str:
    """Look at the webhook's shape, which is all that can be seen without posting."""
    if not desk.in_demo:
        secret = desk.secrets.find("slack_webhook")
        if secret is None and send_test:
            raise SettingsProblem("there is no Slack webhook to post to")
        if secret is None:
            return "not set up"
        check_webhook(secret.reveal())
    if not send_test:
        return "a webhook is set; nothing was posted (--send-test posts a line)"
    desk.slack.post({"text": "mcdesk can post here. No action is needed."})
    return "posted a line: look whether it is there"


def check_webhook(url: str) -> None:
    """Raise SettingsProblem for a webhook that anybody on the way could read, or that is none."""
    if is_private_url(url):
        return
    raise SettingsProblem(
        "the Slack webhook is neither https nor an address of this computer",
        hint="copy it from Slack again, and set MCDESK_SLACK_WEBHOOK or the keyring's item",
    )
