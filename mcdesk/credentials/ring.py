"""The operating system's own keyring, and no other that the keyring library may find.

Whatever package brings a backend along takes its place: keyrings.alt keeps secrets in a file that
everybody can read. So only the stores of the systems are used, a chain of several by its first one
that is such a store.
"""

from contextlib import suppress
from importlib import import_module
from typing import Any, Protocol

from mcdesk.errors import KeyringProblem, NoSystemStore

# The modules of keyring's own backends: Credential Manager, Keychain, Secret Service, KWallet.
SYSTEM_STORES = {
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
}
_CHAIN, _NONE = "keyring.backends.chainer", "keyring.backends.fail"
_FORGETFUL = "keyring.backends.null"
ELSEWHERE = "set the MCDESK_* variables, or let autotask.secret_command print the secrets"


class Ring(Protocol):
    """What mcdesk needs of a keyring."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Return the stored text, None if there is none."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Store the text."""


class SystemRing:
    """The system's store, which is chosen when it is first asked: that may hang as it may."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Return the stored text, None if there is none."""
        return self.get_keyring().get_password(service, username)

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Store the text."""
        self.get_keyring().set_password(service, username, password)

    def get_keyring(self) -> Ring:
        """Return the store; raise KeyringProblem if there is none of the system's."""
        import keyring

        return system_store(keyring.get_keyring())


def system_ring() -> SystemRing:
    """Load the keyring library and its backends: that takes seconds on a computer under load."""
    import_module("keyring")
    for name in sorted(SYSTEM_STORES):
        with suppress(Exception):  # those of other systems may fail in any way
            import_module(name)
    return SystemRing()


def system_store(backend: Any) -> Ring:
    """Return *backend*, or of a chain the first, that is a store of the operating system.

    Raises NoSystemStore for any other, and KeyringProblem if there is none at all.
    """
    members = backend.backends if _module(backend) == _CHAIN else [backend]
    for member in members:
        if _module(member) in SYSTEM_STORES:
            store: Ring = member
            return store
    if not members or _module(members[0]) == _NONE:
        raise KeyringProblem("this computer has no keyring", hint=ELSEWHERE)
    name = f"{_module(members[0])}.{type(members[0]).__name__}"
    if _module(members[0]) == _FORGETFUL:
        raise KeyringProblem(f"the keyring {name} saves nothing", hint=ELSEWHERE)
    raise NoSystemStore(
        f"the keyring {name} is not the operating system's own, so no secrets go there",
        hint=f"remove that package; or {ELSEWHERE}",
    )


def _module(backend: object) -> str:
    return type(backend).__module__
