"""The desk: the only place where the parts are put together, each when it is first used.

Real or demo: the demo's desk has an Autotask of its own in the app folder, and reads no real
settings, no keyring, no secrets and no network.
"""

import os
import random
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcdesk.core.wording import writable
from mcdesk.desk.computer import demo_is_wanted, fixed_now, locale_of, open_page
from mcdesk.errors import SettingsProblem, UsageProblem

if TYPE_CHECKING:
    import ssl

    import httpx

    from mcdesk.autotask.client import Autotask
    from mcdesk.autotask.connections import Connections, Rehearsal
    from mcdesk.autotask.session import Session
    from mcdesk.autotask.wire import Login
    from mcdesk.core.hours import OpeningHours
    from mcdesk.core.operations import Origin
    from mcdesk.credentials import KeyringItem, SecretName, Secrets
    from mcdesk.demo import Demo
    from mcdesk.mail import Mailer
    from mcdesk.ops.alerting import Poster
    from mcdesk.ops.clocks import Sources
    from mcdesk.ops.engine import Engine
    from mcdesk.ops.staff import Vendor
    from mcdesk.ops.stale import Search
    from mcdesk.settings.draft import Draft
    from mcdesk.settings.model import Settings, Template
    from mcdesk.store.alerts import Alerts
    from mcdesk.store.arrivals import Arrivals
    from mcdesk.store.cache import DatabaseCache
    from mcdesk.store.database import Database
    from mcdesk.store.drafts import Drafts
    from mcdesk.store.lock import Lock, Locks
    from mcdesk.store.operations import Operations
    from mcdesk.store.refusals import DatabaseRefusals
    from mcdesk.web import Web


class Desk:
    """The parts that commands are made of; what only one of them needs, it makes itself.

    *environ*, *sleep* and *jitter* are the computer's. *say* tells the technician something, and
    *interactive* is whether one can answer. *transport* replaces the network, in tests.
    *settings*, and *secrets* typed just now, are those of a second desk; else they are looked up.
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
        settings: "Settings | None" = None,
        secrets: "Mapping[SecretName, str] | None" = None,
    ) -> None:
        self.environ = os.environ if environ is None else environ
        self.sleep, self.jitter = sleep, jitter
        self.in_demo = demo_is_wanted(self.environ) or demo
        self.verbose = verbose
        self.interactive = interactive
        self.say = say
        # Says something and what it is about, which is kept in one line, and leads to a link.
        self.say_link: Callable[[str, str, str], None] = lambda said, what, _: say(f"{said} {what}")
        self.offer_link: Callable[[str, str], None] = lambda *_: None
        # Is told of each request to Autotask, by method and URL, when it begins.
        self.asking: Callable[[str, str], None] = lambda _method, _url: None
        # Asks a yes-or-no question; None if nobody can answer.
        self.ask: Callable[[str], bool | None] = lambda _: None
        # Set before Autotask is first used: then nothing can be written, only rehearsed.
        self.dry_run = False
        self.transport = transport
        self._typed = secrets or {}
        # Secrets that were found or typed: no report of a bug may hold them.
        self.seen_secrets = set(self._typed.values())
        self._keyring_items: dict[str, KeyringItem] = {}
        self._open = ExitStack()
        # Takes what is to be called when the desk is closed.
        self.at_close = self._open.callback
        if settings is not None:
            self.settings = settings

    def close(self) -> None:
        """Close what was opened."""
        self._open.close()

    def second(self, draft: "Draft", secrets: "Mapping[SecretName, str]") -> "Desk":
        """Return a desk to try *draft* and *secrets* at, which has all that is open at this one.

        Raises SettingsProblem for a draft that is not allowed.
        """
        from mcdesk.settings.reading import load

        under, environ = self.around_settings()
        second = Desk(
            environ=self.environ,
            demo=self.in_demo,
            verbose=self.verbose,
            interactive=self.interactive,
            say=self.say,
            sleep=self.sleep,
            jitter=self.jitter,
            transport=self.transport,
            settings=load(self.settings_file, environ=environ, under=under, table=draft.table),
            secrets=secrets,
        )
        second.ask, second.say_link = self.ask, self.say_link
        second.offer_link = self.offer_link
        self.seen_secrets |= second.seen_secrets
        second.seen_secrets = self.seen_secrets
        second._keyring_items = self._keyring_items
        second.at_close = self.at_close
        second.database, second.connections = self.database, self.connections
        second.certificates, second.web = self.certificates, self.web
        if self.in_demo:
            second.demo = self.demo
        return second

    def now(self) -> datetime:
        """Return the time in UTC: the computer's, or what MCDESK_NOW fixes it at."""
        return self.fixed_now or datetime.now(UTC)

    @cached_property
    def fixed_now(self) -> datetime | None:
        """The instant that MCDESK_NOW fixes the clock at."""
        return fixed_now(self.environ)

    def browse(self, url: str) -> bool:
        """Open *url* in the browser; the demo's pages are nowhere, and are not opened."""
        return not self.in_demo and open_page(url)

    @cached_property
    def app_folder(self) -> Path:
        """Where everything of mcdesk's is kept, the demo's folder included."""
        from mcdesk.settings import app_folder

        return app_folder(self.environ)

    @property
    def home(self) -> Path:
        """Where this desk keeps its files."""
        return self.app_folder / "demo" if self.in_demo else self.app_folder

    @cached_property
    def demo(self) -> "Demo":
        """The embedded Autotask."""
        from mcdesk.demo import Demo
        from mcdesk.settings.hours import opening_hours

        demo = Demo(
            self.home,
            now=self.now,
            fixed_now=self.environ.get("MCDESK_NOW"),
            hours=lambda: opening_hours(
                self.settings.hours, self.settings_file, locale=locale_of(self.environ)
            ),
            sleep=self.sleep,
            say=self.say,
        )
        self.at_close(demo.close)
        return demo

    @property
    def settings_file(self) -> Path:
        """Where this desk's settings are."""
        return self.home / "config.toml"

    def around_settings(self) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """Return what holds if the file says nothing, and the environment that outranks it."""
        return (self.demo.settings, {}) if self.in_demo else ({}, self.environ)

    @cached_property
    def settings(self) -> "Settings":
        """The settings of this desk."""
        from mcdesk.settings.reading import load

        under, environ = self.around_settings()
        return load(self.settings_file, under=under, environ=environ)

    @cached_property
    def hours(self) -> "OpeningHours":
        """The opening hours."""
        from mcdesk.settings.hours import opening_hours

        return opening_hours(
            self.settings.hours, self.settings_file, self.cache, locale=locale_of(self.environ)
        )

    @cached_property
    def secrets(self) -> "Secrets":
        """Where the secrets are found, each on its own; nowhere in the demo, which needs none."""
        from mcdesk.credentials import Secrets, variable

        if self.in_demo:
            return Secrets({})
        typed = {variable(name): text for name, text in self._typed.items() if text}
        return Secrets(
            {**self.environ, **typed},
            self._keyring_item(self.settings.autotask.username),
            self.settings.autotask.secret_command,
            self.seen_secrets,
        )

    def _keyring_item(self, user_name: str) -> "KeyringItem":
        """Return the item of *user_name*; whatever desk asks for it, it is read once."""
        from mcdesk.credentials import KeyringItem

        if user_name not in self._keyring_items:
            self._keyring_items[user_name] = KeyringItem(
                user_name=user_name,
                folder=self.app_folder,
                interactive=self.interactive,
                say=self.say,
            )
        return self._keyring_items[user_name]

    def redacted(self, text: str) -> str:
        """Return *text* without any secret that this desk has seen, or its environment holds."""
        from mcdesk.credentials import SECRET_NAMES, variable
        from mcdesk.credentials.redaction import proxy_logins, redacted

        held = (self.environ.get(variable(name), "") for name in SECRET_NAMES)
        return redacted(text, {*held, *proxy_logins(self.environ), *self.seen_secrets})

    @cached_property
    def database(self) -> "Database":
        """The local database, with one connection; the demo's has its world made before it."""
        from mcdesk.store.database import Database

        if self.in_demo:
            return self.demo.database
        database = Database(self.home / "mcdesk.db")
        self.at_close(database.close)
        return database

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
    def drafts(self) -> "Drafts":
        """Where typed texts are kept that went nowhere."""
        from mcdesk.store.drafts import Drafts

        return Drafts(self.home / "drafts")

    @cached_property
    def alerts(self) -> "Alerts":
        """What the team was told from here."""
        from mcdesk.store.alerts import Alerts

        return Alerts(
            self.database,
            tenant=self.settings.autotask.username,
            computer=self.computer,
            say=self.say,
        )

    @cached_property
    def arrivals(self) -> "Arrivals":
        """When tickets went to the vendor, as far as that was looked up from here."""
        from mcdesk.store.arrivals import Arrivals

        return Arrivals(self.database, tenant=self.settings.autotask.username)

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
    def settings_lock(self) -> "Lock":
        """What is held from reading config.toml to writing it, so that no change is lost."""
        from mcdesk.store.lock import Lock

        return Lock(
            self.home / "config.lock",
            doing="changing config.toml",
            hint="try again in a moment",
            patience=10.0,
        )

    @property
    def user_name(self) -> str:
        """The API user that mcdesk works as; raises SettingsProblem if none is set."""
        if not self.settings.autotask.username:
            raise SettingsProblem(
                "autotask.username is not set: the API user that mcdesk works as",
                hint="run `mcdesk setup`; to look around first: mcdesk --demo stale",
            )
        return self.settings.autotask.username

    @cached_property
    def login(self) -> "Login":
        """What Autotask knows us by."""
        from mcdesk.autotask.wire import Login

        if self.in_demo:
            return Login(*self.demo.login)
        return Login(
            self.user_name,
            self.secrets.need("autotask_secret").reveal(),
            self.secrets.need("autotask_integration_code").reveal(),
        )

    @cached_property
    def certificates(self) -> "ssl.SSLContext":
        """What every way out trusts; loaded when a connection needs it."""
        from mcdesk.certificates import trusted

        return trusted(self.environ.get("SSL_CERT_FILE", ""), self.environ.get("SSL_CERT_DIR", ""))

    @cached_property
    def web(self) -> "Web":
        """How every way out over HTTP goes: by the environment's proxies and certificates."""
        from mcdesk.proxies import Proxies
        from mcdesk.web import Web

        return Web(self.certificates, Proxies(self.environ))

    @cached_property
    def connections(self) -> "Connections":
        """The connections to Autotask, whatever is asked and as whom."""
        from mcdesk.autotask.connections import AT_ONCE, Connections

        connections = Connections(
            lambda: self.demo.transport() if self.in_demo else self.transport,
            self.web,
            # What answers in this very process answers one request after the other.
            at_once=1 if self.in_demo or self.transport else AT_ONCE,
            asking=lambda method, url: self.asking(method, url),
        )
        self.at_close(connections.close)
        return connections

    @cached_property
    def rehearsal(self) -> "Rehearsal":
        """What a dry run has in place of the connections: it keeps what would be written."""
        from mcdesk.autotask.connections import Rehearsal

        return Rehearsal(self.connections)

    @cached_property
    def session(self) -> "Session":
        """The one conversation with Autotask; without a login, it can ask for the zone."""
        from mcdesk.autotask.session import Session

        return Session(
            user_name=self.settings.autotask.username,
            login=lambda: self.login,
            zone_url=self.settings.autotask.zone_url,
            web_url=self.settings.autotask.web_url,
            cache=self.cache,
            logins=self.refused_logins,
            now=self.now,
            sleep=self.sleep,
            jitter=self.jitter,
            trace=self.say if self.verbose else lambda _: None,
            connections=self.rehearsal if self.dry_run else self.connections,
        )

    @cached_property
    def autotask(self) -> "Autotask":
        """Autotask as mcdesk uses it; raises what the login lacks."""
        from mcdesk.autotask.client import Autotask

        _ = self.login  # what is missing is told before anything is asked
        return Autotask(
            self.session,
            self.cache,
            impersonate=self.settings.autotask.impersonate,
            say=self.say,
        )

    def vendor(self) -> "Vendor":
        """Return who writes in our Autotask for the vendor."""
        from mcdesk.ops.staff import Vendor

        settings = self.settings
        return Vendor(settings.mc.resources, self.login.user_name, settings.note.note_type)

    def sources(self) -> "Sources":
        """Return what is known here of when tickets went to the vendor."""
        from mcdesk.ops.clocks import Sources

        return Sources(self.operations, self.arrivals)

    def search(self) -> "Search":
        """Return what the settings call stale."""
        from mcdesk.ops.stale import Search

        stale = self.settings.stale
        return Search(
            stale.queues,
            stale.statuses,
            timedelta(minutes=stale.after_minutes),
            stale.returned_statuses,
            self.settings.mc.closed_statuses,
        )

    @cached_property
    def mailer(self) -> "Mailer":
        """The way for mail that the settings choose; in the demo, its own inbox."""
        from mcdesk.desk.mail import make_mailer

        return self.demo.mailer if self.in_demo else make_mailer(self)

    @cached_property
    def slack(self) -> "Poster":
        """The way to Slack; in the demo, its own inbox.

        Raises SettingsProblem for a webhook that anybody on the way could read, or that is none.
        """
        if self.in_demo:
            return self.demo.inbox
        from mcdesk.core.hosts import is_private_url
        from mcdesk.slack import Slack

        webhook = self.secrets.need("slack_webhook").reveal()
        if not is_private_url(webhook):
            raise SettingsProblem(
                "the Slack webhook is neither https nor an address on this computer",
                hint="copy it from Slack again, and set MCDESK_SLACK_WEBHOOK or the keyring's item",
            )
        slack = Slack(webhook, web=self.web, refused=self.refused_logins)
        self.at_close(slack.close)
        return slack

    @cached_property
    def operations(self) -> "Operations":
        """What was done from here, and what has to get through."""
        from mcdesk.store.operations import Operations

        operations = Operations(self.database)
        operations.erase_texts(self.now())
        return operations

    @cached_property
    def locks(self) -> "Locks":
        """The locks of operations."""
        from mcdesk.store.lock import Locks

        return Locks(self.home / "locks")

    @cached_property
    def engine(self) -> "Engine":
        """The one engine that writes."""
        from mcdesk.desk.engine import make_engine

        return make_engine(self)

    def new_message_id(self, *, to_customer: bool = False) -> str:
        """Make the id of a new mail: nothing of this computer is in it."""
        from uuid import uuid4

        from mcdesk.mail.customers import new_message_id

        settings = self.settings
        sender = settings.scheduling_sender if to_customer else settings.mail.sender
        return new_message_id(
            sender or settings.autotask.me,
            (settings.mc.name, settings.mc.dispatch_email),
            lambda: uuid4().hex,
        )

    @cached_property
    def origin(self) -> "Origin":
        """Where what is done from here stems from: the technician, the account, the computer."""
        from mcdesk.core.operations import Origin

        accounts = (self.environ.get(name, "") for name in ("USERNAME", "LOGNAME", "USER"))
        account = writable(next(filter(None, accounts), ""))
        who = " / ".join(part for part in (self.settings.autotask.me, account) if part)
        return Origin(
            who=who,
            user_name=self.settings.autotask.username,
            computer=self.computer,
        )

    @cached_property
    def computer(self) -> str:
        """The name of this computer, however it writes it."""
        from platform import node

        return writable(node()).casefold()

    def template(self, name: str) -> "tuple[str, Template]":
        """Find the template *name*, "" for the usual one; raise UsageProblem for an unknown one."""
        name = name or self.settings.mc.template
        known = self.settings.templates
        if name not in known:
            raise UsageProblem(
                f'there is no template "{name}"', hint=f"config.toml has: {', '.join(known)}"
            )
        return name, known[name]
