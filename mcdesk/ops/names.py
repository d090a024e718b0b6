"""Put names beside the ids that tickets hold."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from mcdesk.autotask.client import Autotask
from mcdesk.core.changes import Field, Names

T = TypeVar("T")


def lookup(names: Mapping[int, T], id: int | None) -> T | None:
    """Find what *id* stands for; nothing for a field that is not set (0 is an id like any)."""
    return None if id is None else names.get(id)


def finder(names: Mapping[int, T]) -> Callable[[int | None], T | None]:
    """Give `lookup` in *names* as a function of its own, for thousands of tickets."""
    known: dict[int | None, T] = {}
    known.update(names.items())
    return known.get


def name_of(autotask: Autotask, resource_id: int | None) -> str | None:
    """Name a resource; one that joined today is asked for. None for nobody."""
    if resource_id is None:
        return None
    known = autotask.directory.everybody()
    person = known.get(resource_id) or autotask.directory.people([resource_id]).get(resource_id)
    return person.name if person else f"resource {resource_id}"


def names_of(autotask: Autotask) -> Names:
    """Name everything that a change of a ticket may be about."""
    people = {id: person.name for id, person in autotask.directory.everybody().items()}
    return Names(
        {
            Field.PRIMARY_RESOURCE: people,
            Field.SECONDARY_RESOURCE: people,
            Field.ROLE: autotask.directory.role_names(),
            Field.STATUS: autotask.picklist("status").labels(),
            Field.QUEUE: autotask.picklist("queueID").labels(),
            Field.PRIORITY: autotask.picklist("priority").labels(),
        }
    )
