"""`mcdesk doctor`: each thing that mcdesk needs, before what depends on it, and how to fix it.

A check is a function of the desk: it returns what it found, or raises the DeskError that it is.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal

from mcdesk.autotask.client import DISPENSABLE
from mcdesk.core.changes import Field
from mcdesk.core.hosts import is_loopback
from mcdesk.core.labels import by_nearness, key, listed, quoted
from mcdesk.core.tenant import DeskRole, Need, Tenant
from mcdesk.core.tickets import PUBLISH_CO_MANAGED, PUBLISH_INTERNAL, SYSTEM_NOTE_TYPES, Person
from mcdesk.core.wording import counted
from mcdesk.desk import Desk
from mcdesk.errors import (
    AutotaskProblem,
    DeskError,
    KeyringProblem,
    LabelProblem,
    NoSystemStore,
    PermissionDenied,
    SettingsProblem,
)
from mcdesk.ops.claim import putting_on
from mcdesk.ops.setup import closed_days, internal_note_types, may_be_mailed
from mcdesk.ops.staff import find_me
from mcdesk.settings.hours import desk_zone
from mcdesk.settings.model import Template

Result = Literal["ok", "warning", "failed"]
# Further off, notes are dated so that waits and undos are judged wrongly.
_SKEW = timedelta(minutes=2)
_WEEK = timedelta(days=7)
# How far ahead closed days are looked for, and how many are told.
_AHEAD, _DAYS_TOLD = timedelta(days=60), 3
_SETUP = "mcdesk setup autotask"
_LABELS = "mcdesk setup template"
_ALLOW = "an administrator can allow it in the security level of the API user"
_WAY = "check the network and autotask.zone_url, and try again in a minute"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check *found*, and how to fix it if it is not well."""

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
    """One thing to check, which is tried only if those that it *needs* did not fail.

    *mend* is for errors that name no fix themselves.
    """

    name: str
    look: Callable[[Desk], str | Concern]
    needs: Collection[str] = ("login",)
    mend: str | None = None


def examine(
    desk: Desk, *, report: Callable[[Exception], Path | None], send_test: bool = False
) -> list[Finding]:
    """Make all checks in turn; what rests on one that failed is not tried.

    With *send_test*, a line is posted to Slack. A bug fails its check alone; *report* writes it
    down and returns where.
    """
    findings: list[Finding] = []
    out: dict[str, str] = {}
    for each in _checks(desk, send_test=send_test):
        broken = next((out[name] for name in each.needs if name in out), None)
        if broken:
            out[each.name] = broken
            findings.append(Finding(each.name, "warning", f"not tried, because of {broken}"))
            continue
        try:
            found = each.look(desk)
        except DeskError as problem:
            out[each.name] = each.name
            findings.append(Finding(each.name, "failed", problem.message, _mend(problem, each)))
        except Exception as bug:
            out[each.name] = each.name
            said, path = f"a bug in mcdesk: {type(bug).__name__}", report(bug)
            mend = f"the report is in {path}; send it to whoever maintains mcdesk"
            findings.append(Finding(each.name, "failed", said, mend if path else None))
        else:
            findings.append(_finding(each.name, found))
    return findings


def _checks(desk: Desk, *, send_test: bool) -> list[Check]:
    """List the checks in the order in which they rest on each other."""
    settings = ("settings",)
    zoned = "mcdesk config set hours.timezone America/New_York"
    return [
        Check("database", _database, ()),
        Check("settings", _settings, (), "mcdesk config edit"),
        Check("time zone", _time_zone, settings, zoned),
        Check("hours", _hours, ("settings", "time zone"), "mcdesk setup hours"),
        Check("keyring", _keyring, settings),
        Check("network", _network, settings),
        Check("user", _user, ("settings", "network"), _SETUP),
        Check("secrets", _secrets, ("settings", "user"), _SETUP),
        Check("zone", _zone, ("database", "settings", "secrets", "user"), _SETUP),
        Check("login", _login, ("secrets", "user", "zone"), _SETUP),
        Check("clock", _clock),
        Check("requests", _requests),
        Check("permissions", _permissions),
        Check("labels", labels, mend=_LABELS),
        *(
            Check(f"template {name}", partial(template, name=name), mend=_LABELS)
            for name in _template_names(desk)
        ),
        Check("me", _me, mend=_SETUP),
        Check("vendor", vendor),
        Check("claiming back", _claiming_back),
        Check("notes", notes, mend=_LABELS),
        Check("statuses", statuses, mend=_LABELS),
        Check("writing", _writing),
        Check("arrivals", _arrivals, ("login", "labels")),
        Check("other statuses", _elsewhere, ("login", "labels")),
        Check("closed statuses", _closed),
        Check("plan", _plan),
        Check("scope", _scope),
        Check("mail", _mail, settings, "mcdesk setup mail"),
        Check("slack", partial(_slack, send_test=send_test), settings, "mcdesk setup slack"),
    ]


def _template_names(desk: Desk) -> list[str]:
    try:
        return list(desk.settings.templates)
    except Exception:  # told by its own check
        return []


def _mend(problem: DeskError, each: Check) -> str | None:
    """Return the fix for *problem*; setting up again rarely fixes what Autotask answers."""
    if problem.hint:
        return problem.hint
    if isinstance(problem, PermissionDenied):
        return _ALLOW
    if isinstance(problem, AutotaskProblem):
        return "try again in a minute; `mcdesk -v doctor` shows what was asked"
    return each.mend


def _finding(name: str, found: str | Concern) -> Finding:
    if isinstance(found, Concern):
        return Finding(name, "warning", found.found, found.mend)
    return Finding(name, "ok", found)


def _database(desk: Desk) -> str:
    """Let every refused login be tried once more: that needs a database that can be written."""
    desk.refused_logins.forget()
    return str(desk.home / "mcdesk.db")


def _settings(desk: Desk) -> str:
    return counted(len(desk.settings.templates), "template")


def _time_zone(desk: Desk) -> str:
    return desk_zone(desk.settings.hours, desk.settings_file).key


def _hours(desk: Desk) -> str | Concern:
    """Say when the desk is open next, and which days it is closed."""
    hours, now = desk.hours, desk.now()
    status = hours.status(now)
    if status.changes_at is None and not status.open:
        return Concern("the desk never opens: nothing can be stale", "set hours in config.toml")
    today = now.astimezone(hours.zone).date()
    closed = islice(closed_days(hours, today, today + _AHEAD), _DAYS_TOLD)
    told = ", ".join(f"{day:%a} {hours.clock.day(day)}" for day in closed) or "none soon"
    return f"{'open' if status.open else 'closed'} now; next closed days: {told}"


def _keyring(desk: Desk) -> str | Concern:
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


def _network(desk: Desk) -> str:
    """Make one round trip, which needs no login, and say what it went through."""
    if desk.in_demo:
        return "the demo's own Autotask: nothing leaves this computer"
    host, way = desk.session.reach(), desk.web.way()
    if way is None:
        return f"{host} answers"
    said = f"{host} answers, {f'through {way.proxy}' if way.proxy else 'directly'}"
    if not way.issuer:
        return said
    names = (name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if desk.environ.get(name))
    store = next(names, "this system's store")
    said += f"; its certificate is from {way.issuer}, and trusted by {store}"
    if not way.inspects or is_loopback(host):
        return said
    return (
        f"{said}; that is not a public authority: something on the way inspects traffic, as "
        "company networks do"
    )


def _user(desk: Desk) -> str | Concern:
    """Ask for the user's zone without a login: so a wrong name is told from a wrong secret."""
    name = desk.user_name
    try:
        desk.session.zones.discover()
    except AutotaskProblem as problem:
        said = f"couldn't ask Autotask whether it knows {name}: {problem.message}"
        return Concern(said, problem.hint or _WAY)
    return f"Autotask knows {name}"


def _secrets(desk: Desk) -> str:
    return f"found, for {desk.login.user_name}"


def _zone(desk: Desk) -> str | Concern:
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


def _login(desk: Desk) -> str:
    """Make one call that needs the login; raise what Autotask says to it."""
    desk.autotask.requests_this_hour()
    return "accepted"


def _clock(desk: Desk) -> str | Concern:
    """Compare this computer's clock with Autotask's."""
    apart = abs(desk.autotask.now() - desk.now())
    if apart <= _SKEW:
        return "this computer and Autotask agree"
    return Concern(
        f"this computer's clock is {apart // timedelta(minutes=1)} minutes off",
        "turn on automatic time on this computer",
    )


def _requests(desk: Desk) -> str | Concern:
    """Say how full the hour is that all integrations of the tenant share."""
    used, allowed = desk.autotask.requests_this_hour()
    said = f"the tenant has used {used:,} of {allowed:,} requests in the last hour"
    if used * 2 < allowed:
        return said
    return Concern(
        said, "Autotask slows everybody down past half: find out which tool sends the most"
    )


def _permissions(desk: Desk) -> str | Concern:
    """Name what the API user may read; raise PermissionDenied for all that commands need."""
    tried = desk.autotask.try_reading()
    refused = {path: problem for path, problem in tried.items() if problem}
    if not refused:
        return f"may read {', '.join(tried)}"
    problem = next(iter(refused.values()))
    said = f"the API user isn't allowed to read {', '.join(refused)}: {problem.message}"
    if refused.keys() <= DISPENSABLE:
        return Concern(said, f"commands work without, and say what they can't see; {_ALLOW}")
    raise PermissionDenied(said, hint=problem.hint)


def labels(desk: Desk) -> str:
    """Find the queues and statuses that `stale` looks in; raise LabelProblem."""
    search = desk.search()
    desk.autotask.resolved(Need.TICKETS, search.watched)
    statuses = ", ".join([*search.statuses, *search.returned_statuses])
    return f"queue {', '.join(search.queues)}; status {statuses}"


def template(desk: Desk, name: str) -> str | Concern:
    """Resolve all that template *name* has in it, and whether its resource is on the desk."""
    template = desk.settings.templates[name]
    _, (resource, role) = desk.autotask.resolved(
        Need.TICKETS | Need.PEOPLE | Need.ROLES, partial(_resolved, template)
    )
    said = f"{resource.name} ({role.name}), {template.status}, {template.queue}"
    try:
        queues = desk.autotask.queues_of(resource)
    except PermissionDenied as problem:
        return Concern(
            f"{said}; but the API user isn't allowed to read ResourceRoleQueues: {problem.message}",
            "allow it, or check by hand that they are in a queue: Autotask assigns only to queue "
            "members",
        )
    if queues:
        return said
    return Concern(
        f"{said}; but {resource.name} is in no queue",
        "Autotask assigns tickets only to members of a service desk queue: add one",
    )


def _resolved(template: Template, tenant: Tenant) -> tuple[Person, DeskRole]:
    resource = tenant.person(template.primary_resource)
    role = tenant.role(resource, template.role)
    tenant.ids_of("status", [template.status, *template.accept_status_after])
    tenant.id_of("queueID", template.queue)
    tenant.ids_of("priority", [template.priority] if template.priority else [])
    tenant.ids_of("ticketCategory", [template.category] if template.category else [])
    return resource, role


def _me(desk: Desk) -> str | Concern:
    """Find the technician's role; raise LabelProblem for none or several."""
    me, role = find_me(desk.autotask, desk.settings), desk.settings.autotask.role
    if me is None:
        return Concern(
            "autotask.me is not set",
            "mcdesk config set autotask.me jane@example.com: claim needs it",
        )
    _, found = desk.autotask.resolved(Need.ROLES, lambda tenant: tenant.role(me, role))
    return f"{me.name} ({found.name})"


def vendor(desk: Desk) -> str:
    """Find who writes for the vendor; raise LabelProblem for a name that nobody has."""
    tenant, names = desk.autotask.tenant(Need.PEOPLE), desk.settings.mc.resources
    for name in names:
        if not tenant.vendor_ids([name]):
            raise LabelProblem(
                f'Autotask has no resource "{name}", named in mc.resources',
                hint='mcdesk config set mc.resources "First Last": who writes for the vendor',
            )
    return ", ".join(names) or "nobody is named"


def _claiming_back(desk: Desk) -> str:
    """Find who is put on what is claimed back from the vendor; raise LabelProblem for nobody."""
    name, needed = desk.settings.claim.secondary_from_mc, Need.PEOPLE | Need.ROLES
    if not name:
        return "nobody is put on tickets that are claimed back"
    tenant, found = desk.autotask.resolved(needed, lambda tenant: putting_on(tenant, name))
    return f"{found.name} ({tenant.names().value(Field.ROLE, found.role_id).label})"


def notes(desk: Desk) -> str | Concern:
    """Check the note type, and that the internal publish value is there."""
    note_type, autotask = desk.settings.note.note_type, desk.autotask
    publish = {each.id: each for each in autotask.tenant(Need.NOTES).picklist("publish").active}
    if PUBLISH_INTERNAL not in publish:
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
    if may_be_mailed(note_type):
        return Concern(
            f'going by its name, notes of type "{note_type}" may be emailed to customers',
            "make sure no workflow rule emails notes of this type, or set another note.note_type",
        )
    said = f"{note_type}, internal"
    if co_managed := publish.get(PUBLISH_CO_MANAGED):
        theirs = quoted(co_managed.label)
        said += f"; a co-managed partner may not see such notes, only {theirs} ones"
    return said


def statuses(desk: Desk) -> str | Concern:
    """Find the statuses of claiming and of scheduling links."""
    scheduling = desk.settings.scheduling
    named = [label for label in (desk.settings.claim.status, scheduling.status) if label]
    desk.autotask.resolved(Need.TICKETS, lambda tenant: tenant.ids_of("status", named))
    used = scheduling.link or scheduling.sender or scheduling.reply_to
    if used and not scheduling.status:
        return Concern(
            "scheduling.status is not set: a ticket stays on the list after its link went out",
            "mcdesk config set scheduling.status LABEL",
        )
    return ", ".join(named) or "none are set"


def _writing(desk: Desk) -> str | Concern:
    me = find_me(desk.autotask, desk.settings)
    seen = desk.autotask.seen_writing(me.id if me else None)
    if desk.settings.autotask.impersonate == "never":
        return "as the API user, as autotask.impersonate says"
    if seen == "refused":
        return Concern(
            "Autotask doesn't let the API user write in your name",
            "allow impersonation in the security levels of the API user and of yours; until then "
            "notes are signed",
        )
    return "in your name, seen today" if seen == "allowed" else "not tried yet today"


def _arrivals(desk: Desk) -> str | Concern:
    """Look whether any ticket came into the help desk's queues this week."""
    queues = desk.settings.stale.queues
    _, ids = desk.autotask.resolved(Need.TICKETS, lambda tenant: tenant.ids_of("queueID", queues))
    if desk.autotask.any_ticket_since(ids, desk.now() - _WEEK):
        return "tickets came in this week"
    return Concern(
        f"no ticket has come into {', '.join(queues)} for a week",
        "is stale.queues the help desk's queue, and can the API user see its tickets?",
    )


def _elsewhere(desk: Desk) -> str | Concern:
    """Find nobody's open tickets that no list shows, by status."""
    autotask, search = desk.autotask, desk.search()
    tenant, watched = autotask.resolved(Need.TICKETS, search.watched)
    looked_at = search.looked_at(tenant, watched)
    found = Counter(autotask.statuses_elsewhere(watched.queue_ids, looked_at))
    queues, labels = ", ".join(search.queues), tenant.picklist("status").labels()
    if not found:
        return f"`stale --all` lists all unassigned open tickets in {queues}"
    told = ", ".join(
        f"{number:,} in {labels.get(id or 0) or f'status {id}'}"
        for id, number in found.most_common()
    )
    return Concern(
        f"unassigned open tickets in {queues} with a status nobody checks: {told}",
        "add waiting statuses to stale.statuses, statuses that tickets come back in to "
        "stale.returned_statuses, closed ones to mc.closed_statuses",
    )


def _closed(desk: Desk) -> str | Concern:
    """Find the statuses that mean closed: one that is gone is no reason for `stale` to fail."""
    names = desk.settings.mc.closed_statuses
    try:
        desk.autotask.resolved(Need.TICKETS, lambda tenant: tenant.ids_of("status", names))
    except LabelProblem as problem:
        return Concern(f"mc.closed_statuses: {problem.message}", problem.hint)
    return ", ".join(["Complete", *names])


def _plan(desk: Desk) -> str | Concern:
    """Find the companies' field that says whom the vendor serves; raise LabelProblem for none."""
    mc, autotask = desk.settings.mc, desk.autotask
    if not mc.plan_field:
        return "not checked: mc.plan_field is empty"
    tenant, name = autotask.resolved(
        Need.COMPANY_FIELDS, lambda tenant: tenant.company_field(mc.plan_field)
    )
    sample = autotask.whose.sample()
    if tenant.company_fields is None or (sample and sample.value_in(name) is None):
        return Concern(
            f"the companies' field {quoted(name)} cannot be read",
            "allow the API user to view companies; until then each handoff asks",
        )
    labels = tenant.company_fields[name]
    known = set(map(key, (*labels, *labels.values())))
    strange = [quoted(value) for value in mc.plan_values if key(value) not in known]
    if labels and strange:
        return Concern(
            f"mc.plan_values has {', '.join(strange)}, which the list of {quoted(name)} has not",
            f"its values: {listed([quoted(label) for label in labels.values()])}",
        )
    return f"{name}: {', '.join(mc.plan_values)}"


def _scope(desk: Desk) -> str | Concern:
    """Find the sub-issues that the vendor does not take: one that is gone stops no handoff."""
    names = desk.settings.mc.out_of_scope
    if not names:
        return "nothing is out of scope: mc.out_of_scope is empty"
    tenant = desk.autotask.tenant(Need.TICKETS)
    if not all(tenant.sub_issues([name]) for name in names):  # renamed today, perhaps
        desk.autotask.forget(Need.TICKETS)
        tenant = desk.autotask.tenant(Need.TICKETS)
    active = {each.id for each in tenant.picklist("subIssueType").active}
    missing = [quoted(name) for name in names if not tenant.sub_issues([name])]
    retired = [quoted(name) for name in names if not tenant.sub_issues([name]) & active]
    if not retired:
        return ", ".join(names)
    said = [f"{name} is {'missing' if name in missing else 'retired'}" for name in retired]
    nearest = by_nearness(retired[0], map(tenant.sub_issue, active), str)
    return Concern(
        f"mc.out_of_scope: {', '.join(said)}",
        f"the active ones, nearest first: {listed([quoted(each) for each in nearest])}",
    )


def _mail(desk: Desk) -> str:
    """Log in if that is possible; nothing is sent."""
    if desk.in_demo:
        return "the demo's own inbox"
    transport = desk.settings.mail.transport
    if transport == "manual":
        return "by hand, in your own mail program"
    past = _goes_past(desk) if transport == "smtp" else None
    try:
        desk.mailer.check()
    except DeskError as problem:
        problem.hint = "; ".join(filter(None, (problem.hint, past))) or None
        raise
    return "; ".join(filter(None, (f"{transport} accepts us; no message was sent", past)))


def _goes_past(desk: Desk) -> str | None:
    """Say that a mail server is reached directly, if there is a proxy for the rest."""
    proxies = {name for kind, name in desk.web.proxies.names.items() if kind != "no"}
    told = " and ".join(sorted(proxies))
    return f"reached directly: {told} doesn't apply to mail servers" if told else None


def _slack(desk: Desk, *, send_test: bool) -> str:
    """Look at the webhook's shape, which is all that can be seen without posting."""
    if not desk.in_demo and desk.secrets.find("slack_webhook") is None:
        if send_test:
            raise SettingsProblem("there is no Slack webhook to post to")
        return "not set up"
    slack = desk.slack
    if not send_test:
        return "a webhook is set; nothing was posted (--send-test posts a line)"
    slack.post({"text": "mcdesk can post here. No action is needed."})
    return "posted a line: check that it is there"
