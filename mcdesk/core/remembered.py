"""What those who talk to servers want remembered between commands; the store keeps it."""

from collections.abc import Collection, Mapping
from typing import Protocol, TypeVar

T = TypeVar("T")


class Cache(Protocol):
    """What was learned of one tenant in the last day."""

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


class RefusedLogins(Protocol):
    """Which logins Autotask or the mail server refused; only a keyed hash of them is kept."""

    def holds(self, login: str) -> bool:
        """Return whether *login* was refused, and is not due for another try.

        One that is due is let through once.
        """

    def add(self, login: str) -> None:
        """Remember that *login* was refused; at least for as long as this process lives."""

    def lift(self, login: str) -> None:
        """Let *login* be tried once more."""


class Logins(RefusedLogins, Protocol):
    """Which logins were refused, and which accepted."""

    def accepted(self, login: str) -> bool:
        """Return whether *login* was accepted before, and not refused since."""

    def accept(self, login: str) -> None:
        """Remember that *login* was accepted, whatever was said of it before."""
