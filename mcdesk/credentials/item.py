"""The one item that mcdesk keeps in the operating system's keyring: all secrets, as JSON.

One item, because macOS asks for leave item by item. It trusts no keyring: one may fail, hang, or
drop what it is given without a word.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from mcdesk.core.wording import clean
from mcdesk.credentials.secret import SecretName
from mcdesk.credentials.waiting import Overdue, within
from mcdesk.errors import KeyringProblem

SERVICE = "mcdesk"
PATIENCE = 3.0  # seconds
# Windows stores at most 2560 bytes of UTF-16 in a credential (jaraco/keyring #355).
LARGEST = 1280

T = TypeVar("T")


class Ring(Protocol):
    """What mcdesk needs of a keyring: the keyring module has it, and so has each backend."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Return the stored text, None if there is none."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Store the text."""


def system_ring() -> Ring:
    """Open the operating system's keyring; the import alone costs 90 ms and may hang."""
    import keyring

    return keyring


class KeyringItem:
    """The secrets of *user_name* for the app folder *folder*; read once.

    Without a terminal (*interactive* false) the keyring has *patience* seconds; on one it may ask
    the user something, so *say* tells what mcdesk waits for and it waits on. *open_ring* runs
    under the same limit.
    """

    def __init__(
        self,
        *,
        user_name: str,
        folder: Path,
        interactive: bool,
        say: Callable[[str], None],
        open_ring: Callable[[], Ring] = system_ring,
        patience: float = PATIENCE,
    ) -> None:
        self._key = f"{user_name.casefold()} {folder}"
        self._interactive = interactive
        self._say = say
        self._open_ring = open_ring
        self._patience = patience

    def secrets(self) -> Mapping[str, str]:
        """Return the secrets by name, none if there is no item; raise KeyringProblem on trouble."""
        secrets = _decoded(self._known())
        if secrets is None:
            raise _problem("holds something else where mcdesk's secrets belong")
        return secrets

    def ring_name(self) -> str:
        """Name the keyring in use; raise KeyringProblem for one that fails, hangs or keeps nothing.

        Reading tells: a backend that only fails raises, and the null one is known by its name.
        """
        self._known()
        name = self._ask(_name_of)
        if "null" in name.casefold():
            raise _problem(f"{name} keeps nothing")
        return name

    def store(self, secrets: Mapping[SecretName, str]) -> None:
        """Merge *secrets* into the item; an empty one is taken out.

        Raises KeyringProblem if the item grew too large, or the keyring has not kept it.
        """
        merged = _decoded(self._ask(self._read)) or {}
        merged.update(secrets.items())
        kept = {name: content for name, content in merged.items() if content}
        text = json.dumps(kept)
        if len(text) > LARGEST:
            raise KeyringProblem(
                f"the secrets are too long for a keyring: {len(text)} of {LARGEST} characters",
                hint="put the longest into the environment, or use autotask.secret_command",
            )
        self._ask(lambda ring: ring.set_password(SERVICE, self._key, text), hidden=kept.values())
        if self._ask(self._read) != text:
            raise _problem("has not kept what was written to it")
        self._first_read = text

    def _known(self) -> str | None:
        """Return the item's text as it was read the first time, or raise what that came to."""
        if isinstance(self._first_read, KeyringProblem):
            raise self._first_read
        return self._first_read

    @cached_property
    def _first_read(self) -> str | KeyringProblem | None:
        try:
            return self._ask(self._read)
        except KeyringProblem as problem:
            return problem

    def _read(self, ring: Ring) -> str | None:
        return ring.get_password(SERVICE, self._key)

    def _ask(self, work: Callable[[Ring], T], *, hidden: Iterable[str] = ()) -> T:
        """Do *work* with the keyring; make KeyringProblem, free of what is *hidden*, of trouble."""
        try:
            return within(
                self._patience,
                lambda: work(self._open_ring()),
                late=self._tell if self._interactive else None,
            )
        except Overdue:
            trouble = f"did not answer within {self._patience:g} seconds"
        except Exception as error:  # backends raise whatever their platform does
            trouble = f"failed: {_gist(error, hidden)}"
        raise _problem(trouble)

    def _tell(self) -> None:
        self._say("waiting for the keyring: it may be asking for leave or for its password")


def _name_of(ring: Ring) -> str:
    backend = getattr(ring, "get_keyring", lambda: ring)()
    return f"{type(backend).__module__}.{type(backend).__name__}"


def _decoded(text: str | None) -> dict[str, str] | None:
    """Read the item's *text*; None if mcdesk has not written it."""
    try:
        secrets = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    sound = isinstance(secrets, dict) and all(isinstance(value, str) for value in secrets.values())
    return secrets if sound else None


def _gist(error: Exception, hidden: Iterable[str]) -> str:
    """Say in one line what *error* says, or else is."""
    text = str(error)
    for content in hidden:
        text = text.replace(content, "***")
    return clean(text)[:200] or type(error).__name__


def _problem(trouble: str) -> KeyringProblem:
    return KeyringProblem(
        f"the keyring {trouble}",
        hint="mend the keyring, or set the MCDESK_* variables or autotask.secret_command",
    )
