"""What the client wants remembered between commands; the store keeps it, a day at most."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol


class Cache(Protocol):
    """Values of one tenant that are fresh enough to be used, as JSON holds them."""

    def get(self, key: str) -> Any:
        """Give the value of *key*, None when there is none or it is too old."""

    def put(self, key: str, value: Any) -> None:
        """Remember *value* as *key*."""

    def forget(self, key: str) -> None:
        """Drop *key*."""

    def rows(self, kind: str, ids: Collection[int] | None = None) -> dict[int, Any]:
        """Give the remembered rows of *kind*: those of *ids*, or all."""

    def put_rows(self, kind: str, rows: Mapping[int, Any]) -> None:
        """Remember *rows* of *kind* by their ids."""
