"""What is known of logins that were refused; the store keeps it."""

from typing import Protocol


class RefusedLogins(Protocol):
    """Which logins Autotask or the mail server refused; only a keyed hash of them is kept."""

    def holds(self, login: str) -> bool:
        """Return whether *login* was refused before."""

    def add(self, login: str) -> None:
        """Remember that *login* was refused; at least for as long as this process lives."""

    def lift(self, login: str) -> None:
        """Let *login* be tried once more."""
