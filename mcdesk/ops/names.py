"""Put names beside the ids that tickets hold."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from mcdesk.autotask.client import Autotask
from mcdesk.autotask.directory import Directory
from mcdesk.core.changes import Field, Names
from mcdesk.errors import DeskError

T = TypeVar("T")


def lookup(names: Mapping[int, T], id: int | None) -> T | None:
    """Find what *id* stands for; nothing for a field that is not set (0 is an id like any)."""
    return None if id is None else names.get(id)


def finder(names: Mapping[int, T]) -> Callable[[int | None], T | None]:
    """Give `lookup` in *names* as a function of its own, for thousands of tickets."""
    known: dict[int | None, T] = {}
    known.update(names.items())
    return known.get


class People(Mapping[int, str]):
    """The name of every resource; one that joined today is asked for, once.

    Whom Autotask does not show, or cannot just now, has no name but the id: what was done to a
    ticket is told all the same.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._names = {id: person.name for id, person in directory.everybody().items()}

    def __getitem__(self, id: int) -> str:
        """Give the name of resource *id*."""
        if id not in self._names:
            self._names[id] = self._asked(id) or f"resource {id}"
        return self._names[id]

    def __iter__(self) -> Iterator[int]:
        """Yield the ids that are known so far."""
        return iter(self._names)

    def __len__(self) -> int:
        """Count the ids that are known so far."""
        return len(self._names)

    def _asked(self, id: int) -> str:
        try:
            person = self._directory.people([id]).get(id)
        except DeskError:
            return ""
        return person.name if person else ""


def names_of(autotask: Autotask) -> Names:
    """Name everything that a change of a ticket may be about."""
    people = People(autotask.directory)
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
