"""Find out who is who: our people, the vendor's logins, and ourselves."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from mcdesk.autotask.client import Autotask
from mcdesk.core.staleness import Staff
from mcdesk.core.tenant import Need, Tenant
from mcdesk.core.tickets import Comment, Person
from mcdesk.settings.model import Settings

# Finds the technician; None if the settings do not say who that is.
FindMe = Callable[[], Person | None]


class Vendor(NamedTuple):
    """Who writes in our Autotask without being one of its people: the vendor's names, and us."""

    names: Sequence[str]
    own_user_name: str


def staff_of(
    autotask: Autotask, tenant: Tenant, actions: Iterable[Comment], vendor: Vendor
) -> Staff:
    """Find out about everybody who may count among those who did *actions*.

    Raises what Autotask says if it is asked for somebody who joined today: whether they are a
    person decides how long a ticket has waited.
    """
    strangers = {action.resource_id for action in actions} - tenant.people.keys()
    people = {**tenant.people, **autotask.people(strangers)}
    return Staff(people, tenant.vendor_ids(vendor.names), vendor.own_user_name)


def find_me(autotask: Autotask, settings: Settings) -> Person | None:
    """Find the technician, None if the settings do not say; raise LabelProblem for a stranger."""
    name = settings.autotask.me
    return autotask.resolved(Need.PEOPLE, lambda tenant: tenant.person(name))[1] if name else None
