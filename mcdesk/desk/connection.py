"""The desk's way to Autotask: the login, the one session, and what a dry run has in its place."""

from functools import cached_property
from typing import TYPE_CHECKING

from mcdesk.desk.parts import Parts
from mcdesk.errors import SettingsProblem

if TYPE_CHECKING:
    import httpx

    from mcdesk.autotask.client import Autotask
    from mcdesk.autotask.rehearsal import Rehearsal
    from mcdesk.autotask.session import Session
    from mcdesk.autotask.wire import Login
    from mcdesk.autotask.zones import Zone

_SECRET_VARIABLES = frozenset(
    {
        "MCDESK_AUTOTASK_SECRET",
        "MCDESK_AUTOTASK_INTEGRATION_CODE",
        "MCDESK_SMTP_PASSWORD",
        "MCDESK_GRAPH_CLIENT_SECRET",
        "MCDESK_SLACK_WEBHOOK",
    }
)


class Connection(Parts):
    """Autotask on the desk's parts; the demo's is its own."""

    @cached_property
    def login(self) -> "Login":
        """What Autotask knows us by."""
        from mcdesk.autotask.wire import Login

        if self.in_demo:
            return Login(*self.demo.login)
        if not self.settings.autotask.username:
            raise SettingsProblem(
                "autotask.username is not set: the API user that mcdesk works as",
                hint="`mcdesk setup` asks for it; to look around first: mcdesk --demo stale",
            )
        return Login(
            self.settings.autotask.username,
            self.secrets.need("autotask_secret").reveal(),
            self.secrets.need("autotask_integration_code").reveal(),
        )

    @cached_property
    def session(self) -> "Session":
        """The one conversation with Autotask."""
        return self._session(self.login)

    def zone_of_user(self) -> "Zone":
        """Ask which zone knows the API user, which takes no login; raise SettingsProblem for none.

        (autotask help, GetZoneInfoCall)
        """
        from mcdesk.autotask.wire import Login

        session = self._session(Login(self.settings.autotask.username, "-", "-"))
        session.discovered_zone()
        return session.zone

    def discovered_zone(self) -> "Zone | None":
        """Ask in which zone the API user lives, whatever the settings say."""
        from mcdesk.autotask.wire import Login

        return self._session(Login(self.settings.autotask.username, "-", "-")).discovered_zone()

    def _session(self, login: "Login") -> "Session":
        from mcdesk.autotask.session import Session

        session = Session(
            login=login,
            zone_url=self.settings.autotask.zone_url,
            web_url=self.settings.autotask.web_url,
            cache=self.cache,
            refused=self.refused_logins,
            now=self.now,
            sleep=self.sleep,
            jitter=self.jitter,
            trace=self.say if self.verbose else lambda _: None,
            transport=self.rehearsal if self.dry_run else self._way(),
        )
        self._open.callback(session.close)
        return session

    @cached_property
    def rehearsal(self) -> "Rehearsal":
        """The way to Autotask of a dry run, which keeps what would be written."""
        from mcdesk.autotask.rehearsal import Rehearsal

        return Rehearsal(self._way())

    def _way(self) -> "httpx.BaseTransport | None":
        return self.demo.transport() if self.in_demo else self.transport

    @cached_property
    def autotask(self) -> "Autotask":
        """Autotask as mcdesk uses it."""
        from mcdesk.autotask.client import Autotask

        return Autotask(
            self.session,
            self.cache,
            impersonate=self.settings.autotask.impersonate,
            say=self.say,
        )

    def redacted(self, text: str) -> str:
        """Take out of *text* every secret that this desk has seen."""
        seen = {value for name, value in self.environ.items() if name in _SECRET_VARIABLES}
        seen |= self.seen_secrets
        if login := self.__dict__.get("login"):
            seen |= {login.secret, login.integration_code}
        # The longest first: one may hold another.
        for secret in sorted(filter(None, seen), key=len, reverse=True):
            text = text.replace(secret, "[secret]")
        return text
