"""What the settings name, looked up in Autotask: labels, people, a company's field.

`setup` proves its answers with some of these.
"""

from functools import partial

from mcdesk.core.changes import Field
from mcdesk.core.labels import by_nearness, key, listed, quoted
from mcdesk.core.tenant import DeskRole, Need, Tenant
from mcdesk.core.tickets import PUBLISH_CO_MANAGED, PUBLISH_INTERNAL, SYSTEM_NOTE_TYPES, Person
from mcdesk.desk import Desk
from mcdesk.desk.doctor.findings import Concern
from mcdesk.errors import LabelProblem, PermissionDenied
from mcdesk.ops.claim import putting_on
from mcdesk.ops.setup import internal_note_types, may_be_mailed
from mcdesk.ops.staff import find_me
from mcdesk.settings.model import Template


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


def me(desk: Desk) -> str | Concern:
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


def claiming_back(desk: Desk) -> str:
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


def closed(desk: Desk) -> str | Concern:
    """Find the statuses that mean closed: one that is gone is no reason for `stale` to fail."""
    names = desk.settings.mc.closed_statuses
    try:
        desk.autotask.resolved(Need.TICKETS, lambda tenant: tenant.ids_of("status", names))
    except LabelProblem as problem:
        return Concern(f"mc.closed_statuses: {problem.message}", problem.hint)
    return ", ".join(["Complete", *names])


def plan(desk: Desk) -> str | Concern:
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


def scope(desk: Desk) -> str | Concern:
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
