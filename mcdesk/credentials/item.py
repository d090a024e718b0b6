"""The one item that mcdesk keeps in the operating system's keyring: all secrets, as JSON.

One item, because macOS asks for leave item by item. It trusts no keyring: one may fail, hang, or
drop what it is given without a word.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from os.path import normcase
from pathlib import Path
from typing import TypeVar

from mcdesk.core.wording import gist
from mcdesk.credentials.ring import ELSEWHERE, Ring, system_ring
from mcdesk.credentials.secret import SecretName, json_object, starred
from mcdesk.deadline import Overdue, within
from mcdesk.errors import KeyringProblem

SERVICE = "mcdesk"
PATIENCE = 3.0  # seconds
# Seconds that loading the library may take; an import that hangs ends as well.
_LOADING = 30.0
_SHOWN = 200  # characters of what it complained of, in whole words
# Windows stores at most 2560 bytes of UTF-16 in a credential (jaraco/keyring #355).
LARGEST = 1280

T = TypeVar("T")


class KeyringItem:
    """The secrets of *user_name* for the app folder *folder*; read once.

    Without a terminal (*interactive* false) the keyring has *patience* seconds; on one it may ask
    the user something, so *say* tells what mcdesk waits for and it waits on. The time that
    *open_ring* takes is not the keyring's.
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
        # As mcdesk 0.1 had it, and in the one spelling that all have on a system without case.
        self._old_key = f"{user_name.casefold()} {folder}"
        self._key = f"{user_name.casefold()} {normcase(folder)}"
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
        """Name the keyring in use; raise KeyringProblem for one that is none, fails or hangs."""
        self._known()
        return self._ask(_name_of)

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
                hint="put the longest one in the environment, or use autotask.secret_command",
            )
        self._ask(lambda ring: ring.set_password(SERVICE, self._key, text), hidden=kept.values())
        if self._ask(self._read) != text:
            raise _problem("did not save what was written to it")
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
        found = ring.get_password(SERVICE, self._key)
        if found is None and self._old_key != self._key:
            return ring.get_password(SERVICE, self._old_key)
        return found

    def _ask(self, work: Callable[[Ring], T], *, hidden: Iterable[str] = ()) -> T:
        """Do *work* with the keyring; make KeyringProblem, free of what is *hidden*, of trouble."""
        late = self._tell if self._interactive else None
        try:
            ring = within(_LOADING, self._open_ring)
            return within(self._patience, lambda: work(ring), late=late)
        except Overdue:
            trouble = f"did not answer within {self._patience:g} seconds"
        except KeyringProblem:
            raise
        except Exception as error:  # backends raise whatever their platform does
            said = gist(starred(str(error), hidden), _SHOWN)
            trouble = f"failed: {said or type(error).__name__}"
        raise _problem(trouble)

    def _tell(self) -> None:
        self._say("waiting for the keyring: it may be asking for permission or its password")


def _name_of(ring: Ring) -> str:
    backend = getattr(ring, "get_keyring", lambda: ring)()
    return f"{type(backend).__module__}.{type(backend).__name__}"


def _decoded(text: str | None) -> dict[str, str] | None:
    """Read the item's *text*; None if mcdesk has not written it."""
    stored = json_object(text or "{}")
    if stored is None:
        return None
    secrets = {name: value for name, value in stored.items() if isinstance(value, str)}
    return secrets if len(secrets) == len(stored) else None


def _problem(trouble: str) -> KeyringProblem:
    return KeyringProblem(f"the keyring {trouble}", hint=f"fix the keyring; or {ELSEWHERE}")
