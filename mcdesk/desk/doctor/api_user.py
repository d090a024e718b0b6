"""What the doctor asks about the API user: who it is, where it lives, what it may do."""

from datetime import timedelta

from mcdesk.autotask.client import DISPENSABLE
from mcdesk.desk import Desk
from mcdesk.desk.doctor.findings import ALLOW, Concern
from mcdesk.errors import AutotaskProblem, PermissionDenied
from mcdesk.ops.staff import find_me

# Further off, notes are dated so that waits and undos are judged wrongly.
_SKEW = timedelta(minutes=2)
_WAY = "check the network and autotask.zone_url, and try again in a minute"


def user(desk: Desk) -> str | Concern:
    """Ask for the user's zone without a login: so a wrong name is told from a wrong secret."""
    name = desk.user_name
    try:
        desk.session.zones.discover()
    except AutotaskProblem as problem:
        said = f"couldn't ask Autotask whether it knows {name}: {problem.message}"
        return Concern(said, problem.hint or _WAY)
    return f"Autotask knows {name}"


def secrets(desk: Desk) -> str:
    """Find all that a login takes; raise SetupProblem for what is missing."""
    return f"found, for {desk.login.user_name}"


def zone(desk: Desk) -> str | Concern:
    """Compare the zone that is used with the one that Autotask names."""
    used = desk.session.zone
    try:
        named = desk.session.zones.discover()
    except AutotaskProblem as problem:
        said = f"{used.url} is used; couldn't ask Autotask whether it is right"
        return Concern(f"{said}: {problem.message}", problem.hint or _WAY)
    set_url, set_pages = desk.settings.autotask.zone_url, desk.settings.autotask.web_url
    if named.is_at(set_url or used.url, set_pages):
        return used.url
    return Concern(
        f"{set_url or used.url} is used, and {set_pages or 'nothing'} for links, but Autotask says "
        f"that the API user is at {named.url}, and its pages at {named.web_url or 'no address'}",
        f"mcdesk config set autotask.zone_url {named.url}; "
        f"mcdesk config set autotask.web_url {named.web_url}",
    )


def login(desk: Desk) -> str:
    """Make one call that needs the login; raise what Autotask says to it."""
    desk.autotask.requests_this_hour()
    return "accepted"


def clock(desk: Desk) -> str | Concern:
    """Compare this computer's clock with Autotask's."""
    apart = abs(desk.autotask.now() - desk.now())
    if apart <= _SKEW:
        return "this computer and Autotask agree"
    return Concern(
        f"this computer's clock is {apart // timedelta(minutes=1)} minutes off",
        "turn on automatic time on this computer",
    )


def requests(desk: Desk) -> str | Concern:
    """Say how full the hour is that all integrations of the tenant share."""
    used, allowed = desk.autotask.requests_this_hour()
    said = f"the tenant has used {used:,} of {allowed:,} requests in the last hour"
    if used * 2 < allowed:
        return said
    return Concern(
        said, "Autotask slows everybody down past half: find out which tool sends the most"
    )


def permissions(desk: Desk) -> str | Concern:
    """Name what the API user may read; raise PermissionDenied for what commands need."""
    tried = desk.autotask.try_reading()
    refused = {path: problem for path, problem in tried.items() if problem}
    if not refused:
        return f"may read {', '.join(tried)}"
    problem = next(iter(refused.values()))
    said = f"the API user isn't allowed to read {', '.join(refused)}: {problem.message}"
    if refused.keys() <= DISPENSABLE:
        return Concern(said, f"commands work without, and say what they can't see; {ALLOW}")
    raise PermissionDenied(said, hint=problem.hint)


def writing(desk: Desk) -> str | Concern:
    """Say in whose name Autotask lets us write, as far as anybody has tried today."""
    me = find_me(desk.autotask, desk.settings)
    seen = desk.autotask.writes.seen(me.id if me else None)
    if desk.settings.autotask.impersonate == "never":
        return "as the API user, as autotask.impersonate says"
    if seen == "refused":
        return Concern(
            "Autotask doesn't let the API user write in your name",
            "allow impersonation in the security levels of the API user and of yours; until then "
            "notes are signed",
        )
    return "in your name, seen today" if seen == "allowed" else "not tried yet today"
