"""What the doctor looks at on this computer: database, settings, hours, keyring."""

from datetime import timedelta
from itertools import islice

from mcdesk.core.wording import counted
from mcdesk.desk import Desk
from mcdesk.desk.doctor.findings import Concern
from mcdesk.errors import KeyringProblem, NoSystemStore
from mcdesk.ops.setup import closed_days
from mcdesk.settings.hours import desk_zone

# How far ahead closed days are looked for, and how many are told.
_AHEAD, _DAYS_TOLD = timedelta(days=60), 3


def database(desk: Desk) -> str:
    """Let every refused login be tried once more: that needs a database that can be written."""
    desk.refused_logins.forget()
    return str(desk.home / "mcdesk.db")


def settings(desk: Desk) -> str:
    """Read the settings, and count the templates in them."""
    return counted(len(desk.settings.templates), "template")


def time_zone(desk: Desk) -> str:
    """Name the zone that the desk's hours are in."""
    return desk_zone(desk.settings.hours, desk.settings_file).key


def hours(desk: Desk) -> str | Concern:
    """Say when the desk is open next, and which days it is closed."""
    hours, now = desk.hours, desk.now()
    status = hours.status(now)
    if status.changes_at is None and not status.open:
        return Concern("the desk never opens: nothing can be stale", "set hours in config.toml")
    today = now.astimezone(hours.zone).date()
    closed = islice(closed_days(hours, today, today + _AHEAD), _DAYS_TOLD)
    told = ", ".join(f"{day:%a} {hours.clock.day(day)}" for day in closed) or "none soon"
    return f"{'open' if status.open else 'closed'} now; next closed days: {told}"


def keyring(desk: Desk) -> str | Concern:
    """Name the keyring: not having one is fine, if the secrets are elsewhere."""
    if desk.in_demo:
        return "the demo needs none"
    try:
        return desk.secrets.keyring_name()
    except NoSystemStore:
        raise
    except KeyringProblem as problem:
        return Concern(
            problem.message,
            "fine if the secrets come from the environment or autotask.secret_command",
        )
