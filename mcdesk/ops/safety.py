"""What the safety rules need to know of the tenant, and the second look at a ticket."""

from mcdesk.autotask.client import Autotask
from mcdesk.core.labels import key
from mcdesk.core.preflight import Terms
from mcdesk.core.references import TicketById
from mcdesk.core.safety import Judge, changed
from mcdesk.core.tenant import Tenant
from mcdesk.core.tickets import Ticket
from mcdesk.errors import Refused
from mcdesk.settings.model import Settings


def judge_of(settings: Settings, tenant: Tenant, *, template: str = "") -> Judge:
    """Resolve what tickets are judged by, as far as *tenant* was loaded.

    A label that is missing or retired is no error: tickets may still hold it. The resource of
    *template*, or else of `mc.template`, counts as the vendor's whatever `mc.resources` says.
    """
    mc, stale = settings.mc, settings.stale
    usual = settings.templates[mc.template]
    used = settings.templates[template] if template else usual
    me = settings.autotask.me
    statuses = tenant.any_ids_of("status", [usual.status])
    return Judge(
        closed_ids=tenant.any_ids_of("status", mc.closed_statuses),
        vendor_ids=tenant.vendor_ids([*mc.resources, used.primary_resource]),
        vendor_status_ids=statuses - tenant.any_ids_of("status", stale.statuses),
        mine=tenant.vendor_ids([me]) if me else frozenset(),
        vendor=mc.name,
    )


def terms_of(settings: Settings, tenant: Tenant) -> Terms:
    """Resolve which tickets the vendor takes; raise LabelProblem for a plan's field that is none.

    A sub-issue that is missing or retired is no error: `doctor` warns of it.
    """
    mc = settings.mc
    field = tenant.company_field(mc.plan_field) if mc.plan_field else ""
    return Terms(
        vendor=mc.name,
        plan_field=field,
        plan_values=frozenset(map(key, mc.plan_values)),
        plan_labels=None if tenant.company_fields is None else tenant.company_fields.get(field),
        out_of_scope={id: tenant.sub_issue(id) for id in tenant.sub_issues(mc.out_of_scope)},
        usual_priority_ids=frozenset(
            each.id for each in tenant.picklist("priority").choices if each.usual
        ),
    )


def refuse_if_changed(autotask: Autotask, shown: Ticket, tenant: Tenant) -> Ticket:
    """Read the ticket that was *shown* again; raise Refused if it has changed since."""
    now = autotask.tickets.read(TicketById(shown.id))
    refuse_unless_same(autotask, shown, now, tenant)
    return now


def refuse_unless_same(autotask: Autotask, shown: Ticket, now: Ticket, tenant: Tenant) -> None:
    """Raise Refused if the ticket of *now* is not as it was *shown*."""
    names = autotask.with_people(tenant, {now.primary_resource_id}).names()
    if what := changed(shown, now, names):
        raise Refused(
            f"{shown.number} has changed since it was shown: {what}",
            hint="nothing was written; run it again to see the new plan",
        )
