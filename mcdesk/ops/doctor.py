"""Check what mcdesk needs, each thing before what rests on it, and say what mends it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from mcdesk.autotask.client import Autotask
from mcdesk.core.hours import OpeningHours
from mcdesk.core.tenant import DeskRole, Need, Tenant
from mcdesk.core.tickets import PUBLISH_INTERNAL, SYSTEM_NOTE_TYPES, Person
from mcdesk.core.wording import counted
from mcdesk.errors import AutotaskProblem, DeskError, LabelProblem, PermissionDenied
from mcdesk.ops.staff import find_me
from mcdesk.ops.stale import Search
from mcdesk.settings.model import Settings, Template

Result = Literal["ok", "warning", "failed"]
# Further off, notes are dated so that waits and undos are judged wrongly.
_SKEW = timedelta(minutes=2)
_WEEK = timedelta(days=7)
# How far ahead closed days are looked for, and how many are told.
_AHEAD, _DAYS_TOLD = 60, 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check *found*, and what mends it if it is not well."""

    check: str
    result: Result
    found: str
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that works, and is not as it should be."""

    found: str
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to check: *look* returns what it found, or raises the DeskError that it is.

    It is tried only if the checks that it *needs* did not fail. *mend* is for errors that name none
    themselves.
    """

    name: str
    look: Callable[[], str | Concern]
    needs: Collection[str] = ()
    mend: str | None = None


def examine(checks: Sequence[Check]) -> list[Finding]:
    """Make all *checks* in turn; what rests on one that failed is not tried."""
    findings: list[Finding] = []
    out: dict[str, str] = {}
    for each in checks:
        broken = next((out.get(name, name) for name in each.needs if name in out), None)
        if broken:
            out[each.name] = broken
            findings.append(Finding(each.name, "warning", f"not tried, because of {broken}"))
            continue
        try:
            found = each.look()
        except DeskError as problem:
            out[each.name] = each.name
            findings.append(Finding(each.name, "failed", problem.message, _mend(problem, each)))
        else:
            findings.append(_finding(each.name, found))
    return findings


def _mend(problem: DeskError, each: Check) -> str | None:
    """Say what mends *problem*; what Autotask answers is hardly mended by setting up anew."""
    if problem.hint:
        return problem.hint
    if isinstance(problem, PermissionDenied):
        return "an administrator can allow it in the security level of the API user"
    if isinstance(problem, AutotaskProblem):
        return "try again in a minute; `mcdesk -v doctor` shows what was asked"
    return each.mend


def _finding(name: str, found: str | Concern) -> Finding:
    if isinstance(found, Concern):
        return Finding(name, "warning", found.found, found.mend)
    return Finding(name, "ok", found)


def login_works(autotask: Autotask) -> str:
    """Make one call that needs the login; raise what Autotask says to it."""
    autotask.requests_this_hour()
    return "accepted"


def budget(autotask: Autotask) -> str | Concern:
    """Say how full the hour is that all integrations of the tenant share."""
    used, allowed = autotask.requests_this_hour()
    said = f"the tenant has used {used:,} of {allowed:,} requests in the last hour"
    if used * 2 < allowed:
        return said
    return Concern(
        said, "Autotask slows everybody down from half on: find out which tool asks most"
    )


def clocks(autotask: Autotask, now: Callable[[], datetime]) -> str | Concern:
    """Compare this computer's clock with Autotask's."""
    apart = abs(autotask.now() - now())
    if apart <= _SKEW:
        return "this computer and Autotask agree"
    return Concern(
        f"this computer's clock is {apart // timedelta(minutes=1)} minutes off",
        "let the computer set its clock by itself",
    )


def may_read(autotask: Autotask) -> str:
    """Query every entity that mcdesk reads; raise PermissionDenied naming the first it may not."""
    return f"may read {', '.join(autotask.try_reading())}"


def stale_labels(autotask: Autotask, search: Search) -> str:
    """Find the queues and statuses that `stale` looks in; raise LabelProblem."""
    autotask.resolved(Need.TICKETS, search.watched)
    return f"queue {', '.join(search.queues)}; status {', '.join(search.statuses)}"


def template_works(autotask: Autotask, template: Template) -> str | Concern:
    """Resolve everything that *template* names, and whether its resource is on the desk."""

    def resolve(tenant: Tenant) -> tuple[Person, DeskRole]:
        resource = tenant.person(template.primary_resource)
        role = tenant.role(resource, template.role)
        tenant.ids_of("status", [template.status, *template.accept_status_after])
        tenant.id_of("queueID", template.queue)
        tenant.ids_of("priority", [template.priority] if template.priority else [])
        return resource, role

    _, (resource, role) = autotask.resolved(Need.TICKETS | Need.PEOPLE | Need.ROLES, resolve)
    said = f"{resource.name} ({role.name}), {template.status}, {template.queue}"
    try:
        queues = autotask.queues_of(resource)
    except PermissionDenied as problem:
        return Concern(
            f"{said}; but the API user may not read ResourceRoleQueues: {problem.message}",
            "allow it, or look by hand whether they are in a queue: Autotask assigns to no others",
        )
    if queues:
        return said
    return Concern(
        f"{said}; but {resource.name} is in no queue",
        "Autotask assigns tickets only to members of a service desk queue: add one",
    )


def vendor_is_known(autotask: Autotask, names: Sequence[str]) -> str:
    """Find who writes for the vendor; raise LabelProblem for a name that nobody has."""
    tenant = autotask.tenant(Need.PEOPLE)
    for name in names:
        if not tenant.vendor_ids([name]):
            raise LabelProblem(
                f'Autotask has no resource "{name}", whom mc.resources names',
                hint="mcdesk config set mc.resources '[\"First Last\"]': who writes for the vendor",
            )
    return ", ".join(names) or "nobody is named"


def me_is_known(autotask: Autotask, settings: Settings) -> str | Concern:
    """Find the technician's role; raise LabelProblem for none or several."""
    me, role = find_me(autotask, settings), settings.autotask.role
    if me is None:
        return Concern(
            "autotask.me is not set",
            "mcdesk config set autotask.me jane@example.com: claim needs it",
        )
    _, found = autotask.resolved(Need.ROLES, lambda tenant: tenant.role(me, role))
    return f"{me.name} ({found.name})"


def notes_are_internal(autotask: Autotask, note_type: str) -> str | Concern:
    """Check the note type, and that the internal publish value is there."""
    publish = autotask.tenant(Need.NOTES).picklist("publish")
    if PUBLISH_INTERNAL not in {each.id for each in publish.active}:
        raise LabelProblem(
            "Autotask has no active internal publish value (2)",
            hint="an administrator can activate it: without it no note is written",
        )
    if not note_type:
        proposed = ", ".join(f'"{label}"' for label in internal_note_types(autotask)) or "none"
        return Concern(
            "note.note_type is not set: notes need it", f"that look internal: {proposed}"
        )
    _, id = autotask.resolved(Need.NOTES, lambda tenant: tenant.id_of("noteType", note_type))
    if id in SYSTEM_NOTE_TYPES:
        raise LabelProblem(f'note.note_type "{note_type}" belongs to Autotask itself')
    return f"{note_type}, internal"


def internal_note_types(autotask: Autotask) -> list[str]:
    """List the active note types that look internal by their label."""
    return [
        choice.label
        for choice in autotask.tenant(Need.NOTES).picklist("noteType").active
        if choice.id not in SYSTEM_NOTE_TYPES
        and any(word in choice.label.casefold() for word in ("int ", "internal", "intern"))
    ]


def other_statuses(autotask: Autotask, settings: Settings) -> str | Concern:
    """Find the statuses of claiming and of scheduling links."""
    named = [label for label in (settings.claim.status, settings.scheduling.status) if label]
    autotask.resolved(Need.TICKETS, lambda tenant: tenant.ids_of("status", named))
    scheduling = settings.scheduling
    used = scheduling.link or scheduling.sender or scheduling.reply_to
    if used and not scheduling.status:
        return Concern(
            "scheduling.status is not set: a ticket stays on the list after its link went out",
            "mcdesk config set scheduling.status LABEL",
        )
    return ", ".join(named) or "none are set"


def arrivals(autotask: Autotask, queues: Sequence[str], now: datetime) -> str | Concern:
    """Look whether any ticket came into the help desk's queues this week."""
    _, ids = autotask.resolved(Need.TICKETS, lambda tenant: tenant.ids_of("queueID", queues))
    if autotask.any_ticket_since(ids, now - _WEEK):
        return "tickets came in this week"
    return Concern(
        f"no ticket came into {', '.join(queues)} for a week",
        "is stale.queues the help desk's queue?",
    )


def desk_hours(hours: OpeningHours, now: datetime) -> str | Concern:
    """Say when the desk is open next, and which days it is closed."""
    status = hours.status(now)
    if status.changes_at is None and not status.open:
        return Concern("the desk never opens: nothing can be stale", "set hours in config.toml")
    today = now.astimezone(hours.zone).date()
    days = (today + timedelta(days=number) for number in range(_AHEAD))
    closed = (day for day in days if hours.week.get(day.weekday()) and not hours.spans(day))
    told = ", ".join(f"{day:%a %d %b}" for day in islice(closed, _DAYS_TOLD)) or "none soon"
    return f"{'open' if status.open else 'closed'} now; next closed days: {told}"


def templates_in(settings: Settings) -> str:
    """Count what the settings hold."""
    return counted(len(settings.templates), "template")
