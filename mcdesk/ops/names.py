"""Put names beside the ids that tickets hold."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def by_id(names: Mapping[int, T]) -> dict[int | None, T]:
    """Return *names* to be asked by the id of a field, which may not be set (0 is like any)."""
    return dict(names.items())
