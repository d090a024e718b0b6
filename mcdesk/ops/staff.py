"""Find out who is who: our people, the vendor's logins, and ourselves."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from mcdesk.autotask.client import Autotask
from mcdesk.core.staleness import Staff
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import SYSTEM_NOTE_TYPES, Comment, Person
from mcdesk.errors import SettingsProblem
from mcdesk.settings.model import Settings

# Note types of machines that Autotask numbers differently in each tenant.
_MACHINES = ("Service Desk Notification",)


class Vendor(NamedTuple):
    """Who writes in our Autotask without being one of its people: the vendor's names, and us.

    *own_note_type* is the label of the notes that mcdesk writes.
    """

    names: Sequence[str]
    own_user_name: str
    own_note_type: str = ""


def staff_of(
    autotask: Autotask, tenant: Tenant, actions: Collection[Comment], vendor: Vendor
) -> Staff:
    """Find out about everybody who may count among those who did *actions*.

    Raises what Autotask says if it is asked for somebody who joined today: whether they are a
    person decides how long a ticket has waited.
    """
    strangers = {action.resource_id for action in actions} - tenant.people.keys()
    people = {**tenant.people, **autotask.people(strangers)}
    own: frozenset[int] = frozenset()
    machines = SYSTEM_NOTE_TYPES
    if any(action.note_type is not None for action in actions):
        notes = autotask.tenant(Need.NOTES)
        own = notes.any_ids_of("noteType", [vendor.own_note_type])
        machines |= notes.any_ids_of("noteType", _MACHINES)
    return Staff(people, tenant.vendor_ids(vendor.names), vendor.own_user_name, own, machines)


def me_of(settings: Settings, needed: str = "which tickets are yours") -> str:
    """Return who I am; raise SettingsProblem, which says what that is *needed* for, for nobody."""
    if not settings.autotask.me:
        raise SettingsProblem(
            f"autotask.me is not set: {needed}",
            hint="`mcdesk config set autotask.me jane@example.com`",
        )
    return settings.autotask.me


def find_me(autotask: Autotask, settings: Settings) -> Person | None:
    """Find the technician, None if the settings do not say; raise LabelProblem for a stranger."""
    name = settings.autotask.me
    return autotask.resolved(Need.PEOPLE, lambda tenant: tenant.person(name))[1] if name else None
