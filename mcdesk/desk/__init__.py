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
from mcdesk.desk import kept, ways_out
from mcdesk.desk.computer import demo_is_wanted, fixed_now, locale_of, open_page
from mcdesk.errors import SettingsProblem, UsageProblem

if TYPE_CHECKING:
    import httpx

    from mcdesk.core.hours import OpeningHours
    from mcdesk.core.operations import Origin
    from mcdesk.credentials import KeyringItem, SecretName
    from mcdesk.ops.clocks import Sources
    from mcdesk.ops.engine import Engine
    from mcdesk.ops.staff import Vendor
    from mcdesk.ops.stale import Search
    from mcdesk.settings.draft import Draft
    from mcdesk.settings.model import Settings, Template


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
        self.typed_secrets = secrets or {}
        # Secrets that were found or typed: no report of a bug may hold them.
        self.seen_secrets = set(self.typed_secrets.values())
        self.keyring_items: dict[str, KeyringItem] = {}
        self._open = ExitStack()
        # Takes what is to be called when the desk is closed.
        self.at_close = self._open.callback
        if settings is not None:
            self.settings = settings

    # What it has on this computer.
    demo = cached_property(kept.demo)
    secrets = cached_property(kept.secrets)
    database = cached_property(kept.database)
    cache = cached_property(kept.cache)
    refused_logins = cached_property(kept.refused_logins)
    drafts = cached_property(kept.drafts)
    operations = cached_property(kept.operations)
    arrivals = cached_property(kept.arrivals)
    bounces = cached_property(kept.bounces)
    alerts = cached_property(kept.alerts)
    locks = cached_property(kept.locks)
    alert_lock = cached_property(kept.alert_lock)
    settings_lock = cached_property(kept.settings_lock)
    # Its ways out.
    certificates = cached_property(ways_out.certificates)
    web = cached_property(ways_out.web)
    connections = cached_property(ways_out.connections)
    rehearsal = cached_property(ways_out.rehearsal)
    login = cached_property(ways_out.login)
    session = cached_property(ways_out.session)
    autotask = cached_property(ways_out.autotask)
    mailer = cached_property(ways_out.mailer)
    slack = cached_property(ways_out.slack)

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
        second.keyring_items = self.keyring_items
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

    def redacted(self, text: str) -> str:
        """Return *text* without any secret that this desk has seen, or its environment holds."""
        from mcdesk.credentials import SECRET_NAMES, variable
        from mcdesk.credentials.redaction import proxy_logins, redacted

        held = (self.environ.get(variable(name), "") for name in SECRET_NAMES)
        return redacted(text, {*held, *proxy_logins(self.environ), *self.seen_secrets})

    @property
    def user_name(self) -> str:
        """The API user that mcdesk works as; raises SettingsProblem if none is set."""
        if not self.settings.autotask.username:
            raise SettingsProblem(
                "autotask.username is not set: the API user that mcdesk works as",
                hint="run `mcdesk setup`; to look around first: mcdesk --demo stale",
            )
        return self.settings.autotask.username

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
