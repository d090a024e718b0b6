"""What the client wants remembered between commands; the store keeps it, a day at most."""

from collections.abc import Collection, Mapping
from typing import Protocol, TypeVar

T = TypeVar("T")


class Cache(Protocol):
    """Values of one tenant that are fresh enough to be used."""

    def get(self, key: str, kind: type[T]) -> T | None:
        """Return the value of *key*, None for none, one that is too old, or of another *kind*."""

    def put(self, key: str, value: object) -> None:
        """Remember *value* as *key*."""

    def forget(self, key: str) -> None:
        """Drop *key*."""

    def rows(self, name: str, kind: type[T], ids: Collection[int]) -> dict[int, T | None]:
        """Return what is remembered as *name* of *ids*; None stands for "there is no such one"."""

    def put_rows(self, name: str, rows: Mapping[int, object]) -> None:
        """Remember *rows* by their ids as *name*."""
