"""Put names beside the ids that tickets hold."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field, Names, Secondary
from mcdesk.core.tenant import Need, Tenant

T = TypeVar("T")


def by_id(names: Mapping[int, T]) -> dict[int | None, T]:
    """Return *names* to be asked by the id of a field, which may not be set (0 is like any)."""
    return dict(names.items())


class _People(Mapping[int, str]):
    """The name of every resource of *tenant*; one that joined today is asked for, once."""

    def __init__(self, autotask: Autotask, tenant: Tenant) -> None:
        self._autotask = autotask
        self._tenant = tenant

    def __getitem__(self, id: int) -> str:
        """Return the name of resource *id*."""
        if id not in self._tenant.people:
            self._tenant = self._autotask.with_people(self._tenant, [id])
        return self._tenant.people[id].name

    def __iter__(self) -> Iterator[int]:
        """Yield the ids that are known so far."""
        return iter(self._tenant.people)

    def __len__(self) -> int:
        """Count the ids that are known so far."""
        return len(self._tenant.people)


def names_of(autotask: Autotask) -> Names:
    """Name everything that a change of a ticket may be about."""
    tenant = autotask.tenant(Need.TICKETS | Need.PEOPLE | Need.ROLES)
    people = _People(autotask, tenant)
    return Names(
        {
            Field.PRIMARY_RESOURCE: people,
            Field.SECONDARY_RESOURCE: people,
            Field.ROLE: {id: role.name for id, role in tenant.roles.items()},
            Field.STATUS: tenant.picklist("status").labels(),
            Field.QUEUE: tenant.picklist("queueID").labels(),
            Field.PRIORITY: tenant.picklist("priority").labels(),
        }
    )


def secondaries_of(autotask: Autotask, ticket_id: int) -> list[Secondary]:
    """Read the secondary resources of a ticket, with their names."""
    rows = autotask.secondaries(ticket_id)
    people = autotask.tenant(Need.PEOPLE).people if rows else {}
    return [
        Secondary(
            row.id,
            row.resource_id,
            row.role_id,
            (people[row.resource_id].name if row.resource_id in people else "")
            or f"resource {row.resource_id}",
        )
        for row in rows
    ]
