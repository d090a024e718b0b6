"""Secrets: each found by itself in the environment, the keyring, or what a program prints.

They are never read from or written to a plain file. A source is asked only when the ones before it
do not know the secret: with a complete environment, keyring is not even imported.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

from mcdesk.credentials.item import KeyringItem
from mcdesk.credentials.program import secrets_from
from mcdesk.credentials.secret import SECRET_NAMES, WORDS, Secret, SecretName, variable
from mcdesk.errors import KeyringProblem, SecretsMissing, SettingsProblem

__all__ = ["SECRET_NAMES", "KeyringItem", "Origin", "Secret", "SecretName", "Secrets", "variable"]

# Unknown: the source that may have it failed.
Origin = Literal["environment", "keyring", "secret_command", "missing", "unknown"]


class Secrets:
    """Find each secret in *environ*, the keyring's *item*, or the output of *command*, in turn.

    Without an *item* there is no keyring. What the sources gave is gathered in *seen*, so that a
    report of a bug can be kept free of it.

    A keyring in trouble does not stop the search: a computer without one has its secrets elsewhere.
    What the keyring said is told when the secret is found nowhere.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        item: KeyringItem | None = None,
        command: Sequence[str] = (),
        seen: set[str] | None = None,
    ) -> None:
        self._environ = environ
        self._item = item
        self._command = command
        self._seen = set() if seen is None else seen
        self._trouble: KeyringProblem | None = None

    def find(self, name: SecretName) -> Secret | None:
        """Find the secret *name*, None if no source has it.

        Raises SettingsProblem when secret_command is asked and fails.
        """
        return self._look(name)[1]

    def need(self, name: SecretName) -> Secret:
        """Find the secret *name*; raise SecretsMissing, naming the places for it, otherwise."""
        if secret := self.find(name):
            return secret
        trouble = f" ({self._trouble.message})" if self._trouble else ""
        raise SecretsMissing(
            f"the {WORDS[name]} is missing{trouble}",
            hint=f"set {variable(name)}, or let autotask.secret_command print it",
        )

    def origin(self, name: SecretName) -> Origin:
        """Return which source has the secret *name*; raises as `find` does."""
        return self._look(name)[0]

    def origins(self) -> tuple[Mapping[str, Origin], SettingsProblem | None]:
        """Return which source has each secret, and what kept some of it unknown, if anything."""
        found: dict[str, Origin] = {}
        trouble = None
        for name in SECRET_NAMES:
            try:
                found[name] = self.origin(name)
            except SettingsProblem as problem:
                found[name], trouble = "unknown", problem
        return found, trouble

    def keyring_name(self) -> str:
        """Return the name of the keyring that this system has; raise KeyringProblem for none."""
        return self._ring().ring_name()

    def store(self, secrets: Mapping[SecretName, str]) -> None:
        """Put *secrets* into the keyring, beside those there; raise KeyringProblem as it does."""
        self._ring().store(secrets)
        self._trouble = None

    def _look(self, name: SecretName) -> tuple[Origin, Secret | None]:
        if content := self._environ.get(variable(name)):
            return "environment", Secret(content)
        if content := self._in_keyring().get(name):
            return "keyring", Secret(content)
        if isinstance(self._printed, SettingsProblem):
            raise self._printed
        if content := self._printed.get(name):
            return "secret_command", Secret(content)
        return "missing", None

    def _ring(self) -> KeyringItem:
        if self._item is None:
            raise KeyringProblem("there is no keyring here")
        return self._item

    def _in_keyring(self) -> Mapping[str, str]:
        if self._item is None:
            return {}
        try:
            secrets = self._item.secrets()
        except KeyringProblem as problem:
            self._trouble = problem
            return {}
        self._seen.update(secrets.values())
        return secrets

    @cached_property
    def _printed(self) -> Mapping[str, str] | SettingsProblem:
        """What the command printed, or how it failed: it is run once."""
        if not self._command:
            return {}
        try:
            secrets = secrets_from(self._command)
        except SettingsProblem as problem:
            return problem
        self._seen.update(secrets.values())
        return secrets
