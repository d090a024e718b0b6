"""The desk's parts: settings, secrets, stores, the way to Autotask, each made when first used.

Real or demo: the demo's desk has an Autotask of its own in the app folder, and reads no real
settings, no keyring, no secrets and no network. The clock, sleeping, chance and the environment are
here and nowhere else.
"""

import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mcdesk.errors import SettingsProblem

if TYPE_CHECKING:
    import httpx

    from mcdesk.autotask.client import Autotask
    from mcdesk.autotask.rehearsal import Rehearsal
    from mcdesk.autotask.session import Session
    from mcdesk.autotask.wire import Login
    from mcdesk.autotask.zones import Zone
    from mcdesk.core.hours import OpeningHours
    from mcdesk.credentials import Secrets
    from mcdesk.demo import Demo
    from mcdesk.settings import Settings
    from mcdesk.store.alerts import Alerts
    from mcdesk.store.cache import DatabaseCache
    from mcdesk.store.database import Database
    from mcdesk.store.drafts import Drafts
    from mcdesk.store.journal import Journal
    from mcdesk.store.lock import Lock
    from mcdesk.store.outbox import Outbox
    from mcdesk.store.refusals import DatabaseRefusals

_SECRET_VARIABLES = frozenset(
    {
        "MCDESK_AUTOTASK_SECRET",
        "MCDESK_AUTOTASK_INTEGRATION_CODE",
        "MCDESK_SMTP_PASSWORD",
        "MCDESK_GRAPH_CLIENT_SECRET",
        "MCDESK_SLACK_WEBHOOK",
    }
)

# Between these no calendar, time zone or POSIX time comes to its end.
_YEARS = range(1971, 9000)


class Parts:
    """The parts that everything else is made of, each made on demand from *environ*.

    *say* tells the technician something, *interactive* is whether one can answer. *transport*
    stands in for the network, in tests.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        demo: bool = False,
        verbose: bool = False,
        interactive: bool = False,
        say: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        self.environ = os.environ if environ is None else environ
        self.in_demo = demo or self.environ.get("MCDESK_DEMO", "") not in {"", "0"}
        self.verbose = verbose
        self.interactive = interactive
        self.say = say
        # Asks a yes-or-no question; None where nobody can answer.
        self.ask: Callable[[str], bool | None] = lambda _: None
        self.sleep = sleep
        self.jitter = jitter
        self.transport = transport
        self._open = ExitStack()
        # Secrets that were found or typed: no report of a bug may hold them.
        self.seen_secrets = set[str]()
        # Set before Autotask is first used: then nothing can be written, only rehearsed.
        self.dry_run = False
        # Stands in for the network to Slack, in tests.
        self.slack_transport: httpx.BaseTransport | None = None

    def close(self) -> None:
        """Close what was opened."""
        self._open.close()

    def now(self) -> datetime:
        """Tell the time in UTC: the computer's, or what MCDESK_NOW fixes it at."""
        return self.fixed_now or datetime.now(UTC)

    @cached_property
    def fixed_now(self) -> datetime | None:
        """The instant that MCDESK_NOW fixes the clock at (UTC); told outside the demo."""
        text = self.environ.get("MCDESK_NOW")
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise SettingsProblem(
                f'MCDESK_NOW must be an instant such as 2026-11-23T15:04:05Z, not "{text}"'
            ) from error
        if moment.year not in _YEARS:
            raise SettingsProblem(
                f"MCDESK_NOW must lie in the years {_YEARS.start} to {_YEARS.stop - 1}, not {text}"
            )
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if not self.in_demo:
            self.say(f"warning: MCDESK_NOW fixes the clock at {text}")
        return moment.astimezone(UTC)

    @cached_property
    def app_folder(self) -> Path:
        """Where everything of mcdesk's is kept, the demo's folder included."""
        from mcdesk.settings import app_folder

        return app_folder(self.environ)

    @property
    def home(self) -> Path:
        """Where this desk keeps its files."""
        return self.app_folder / "demo" if self.in_demo else self.app_folder

    @property
    def settings_file(self) -> Path:
        """Where this desk's settings stand."""
        return self.home / "config.toml"

    @cached_property
    def settings(self) -> "Settings":
        """The settings of this desk."""
        from mcdesk.settings import load

        if self.in_demo:
            return load(self.settings_file, under=self.demo.settings)
        return load(self.settings_file, environ=self.environ)

    @property
    def outside_user_name(self) -> str:
        """The API user's name that outranks the settings file's; "" for none, and in the demo."""
        from mcdesk.settings.reading import USERNAME_VARIABLE

        return "" if self.in_demo else self.environ.get(USERNAME_VARIABLE, "")

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        from mcdesk.settings import desk_zone

        return desk_zone(self.settings.hours, path=self.settings_file)

    @cached_property
    def hours(self) -> "OpeningHours":
        """The opening hours."""
        from mcdesk.settings import opening_hours

        return opening_hours(self.settings.hours, path=self.settings_file)

    @cached_property
    def secrets(self) -> "Secrets":
        """Where the secrets are found, each on its own; nowhere in the demo, which needs none."""
        from mcdesk.credentials import KeyringItem, Secrets

        if self.in_demo:
            return Secrets({})
        autotask = self.settings.autotask
        item = KeyringItem(
            user_name=autotask.username,
            folder=self.app_folder,
            interactive=self.interactive,
            say=self.say,
        )
        return Secrets(self.environ, item, autotask.secret_command, self.seen_secrets)

    @cached_property
    def demo(self) -> "Demo":
        """The embedded Autotask."""
        from mcdesk.demo import Demo

        return Demo(
            self.app_folder / "demo",
            now=self.now,
            fixed_now=self.environ.get("MCDESK_NOW"),
            hours=lambda: self.hours,
            sleep=self.sleep,
            say=self.say,
        )

    @cached_property
    def database(self) -> "Database":
        """The local database."""
        from mcdesk.store.database import Database

        return Database(self.home / "mcdesk.db")

    @cached_property
    def journal(self) -> "Journal":
        """What mcdesk has changed from here."""
        from mcdesk.store.journal import Journal

        return Journal(self.database, tenant=self.settings.autotask.username)

    @cached_property
    def outbox(self) -> "Outbox":
        """What was typed here and has to get through."""
        from mcdesk.store.outbox import Outbox

        outbox = Outbox(self.database, tenant=self.settings.autotask.username)
        outbox.erase_texts(self.now())
        return outbox

    @cached_property
    def delivery_lock(self) -> "Lock":
        """What every delivery from here holds."""
        from mcdesk.store.lock import Lock

        return Lock(
            self.home / "delivery.lock",
            doing="delivering what is in the outbox",
            hint="`mcdesk outbox` shows how far it has come",
            patience=60.0,
        )

    @cached_property
    def alert_lock(self) -> "Lock":
        """What a watch holds while it tells the team; the others leave that to it."""
        from mcdesk.store.lock import Lock

        return Lock(
            self.home / "alerts.lock",
            doing="telling the team",
            hint="one computer alerts",
            patience=0.0,
        )

    @cached_property
    def alerts(self) -> "Alerts":
        """What the team was told from here."""
        from mcdesk.store.alerts import Alerts

        return Alerts(self.database, tenant=self.settings.autotask.username)

    @cached_property
    def drafts(self) -> "Drafts":
        """Where typed texts are kept that went nowhere."""
        from mcdesk.store.drafts import Drafts

        return Drafts(self.home / "drafts")

    @cached_property
    def cache(self) -> "DatabaseCache":
        """What is remembered of the tenant."""
        from mcdesk.store.cache import DatabaseCache

        autotask = self.settings.autotask
        tenant = f"{autotask.username} {autotask.zone_url}"
        return DatabaseCache(self.database, tenant=tenant, now=self.now)

    @cached_property
    def refused_logins(self) -> "DatabaseRefusals":
        """The logins that Autotask refused."""
        from mcdesk.store.refusals import DatabaseRefusals

        return DatabaseRefusals(self.database, now=self.now)

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

    def browse(self, url: str) -> bool:
        """Open *url* in the browser; the demo's pages are nowhere, and are not opened."""
        import webbrowser

        return not self.in_demo and webbrowser.open(url)

    def open_file(self, path: Path) -> None:
        """Open *path* with the program that this system has for it; the demo opens nothing."""
        if self.in_demo:
            return
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606 - our own file, by the system's own program
            return
        import subprocess

        name = "open" if sys.platform == "darwin" else "xdg-open"
        if program := shutil.which(name, path=self.environ.get("PATH", "")):
            # Our own file, by the system's own program.
            subprocess.Popen(  # noqa: S603
                [program, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
