"""The login, as far as it was tried: one that was refused is not tried a second time.

Not by this command, and not by the next ones before it is due.
"""

from collections.abc import Callable
from contextlib import suppress

from mcdesk.autotask.wire import Login
from mcdesk.core.remembered import Logins
from mcdesk.errors import CredentialsRefused, StoreProblem


class KnownLogin:
    """What *login* returns, of the API user *user_name*; *logins* knows how it fared before."""

    def __init__(self, user_name: str, login: Callable[[], Login], logins: Logins) -> None:
        self._user_name = user_name
        self._login = login
        self._logins = logins
        self._fresh = False
        # Whether Autotask has ever accepted it; None until somebody asks.
        self._accepted: bool | None = None

    @property
    def accepted(self) -> bool:
        """Whether it was accepted before, and not refused since."""
        if self._accepted is None:
            self._accepted = self._logins.accepted(self._mark())
        return self._accepted

    def headers(self, impersonate: int | None) -> dict[str, str]:
        """Return what says who asks; raise CredentialsRefused for one that was refused before."""
        if not self._fresh and self._logins.holds(self._mark()):
            raise CredentialsRefused(
                f"Autotask refused these credentials for {self._user_name} before; mcdesk didn't "
                "send them again, so the API user doesn't get locked",
                hint="fix them, or run `mcdesk doctor` to try them right away; otherwise mcdesk "
                "tries again after an hour, then once a day",
            )
        self._fresh = True
        return self._login().headers(impersonate)

    def accept(self) -> None:
        """Remember that it was good; remembering that is no part of what was asked for."""
        if not self._accepted:
            self._accepted = True
            with suppress(StoreProblem):
                self._logins.accept(self._mark())

    def refused(self, refusal: CredentialsRefused) -> CredentialsRefused:
        """Remember *refusal*; a disk that takes nothing does not hide it."""
        self._fresh = self._accepted = False
        refusal.hint = (
            "check the API user's name, secret and tracking identifier, then run `mcdesk doctor`"
        )
        try:
            self._logins.add(self._mark())
        except StoreProblem as problem:
            refusal.hint += f"; the next command sends them again because {problem.message}"
        return refusal

    def _mark(self) -> str:
        """Return what it is known by: not its zone, which is where it was tried last."""
        login = self._login()
        return "\n".join((login.user_name, login.secret, login.integration_code))
