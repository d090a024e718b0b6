"""Find out who is who: our people, the vendor's logins, and ourselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcdesk.autotask.client import Autotask
from mcdesk.core.staleness import Staff
from mcdesk.core.tickets import Action


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who writes in our Autotask without being one of its people: the vendor's names, and us."""

    names: Sequence[str]
    own_user_name: str


def staff_of(autotask: Autotask, actions: Iterable[Action], vendor: Vendor) -> Staff:
    """Find out about everybody who may count among those who did *actions*."""
    people = autotask.directory.everybody()
    strangers = {action.resource_id for action in actions} - people.keys() - {None}
    people |= autotask.directory.people(id for id in strangers if id is not None)
    return Staff(people, vendor_ids(autotask, vendor), vendor.own_user_name)


def vendor_ids(autotask: Autotask, vendor: Vendor) -> frozenset[int]:
    """Give the ids of the resources that write for the vendor."""
    people = autotask.directory.everybody().values()
    return frozenset(
        person.id for person in people if any(person.answers_to(name) for name in vendor.names)
    )
