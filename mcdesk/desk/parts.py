"""The desk's parts: settings, secrets and stores, each made when first used.

Real or demo: the demo's desk has an Autotask of its own in the app folder, and reads no real
settings, no keyring, no secrets and no network.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mcdesk.desk.computer import Computer

if TYPE_CHECKING:
    from mcdesk.core.hours import OpeningHours
    from mcdesk.credentials import Secrets
    from mcdesk.demo import Demo
    from mcdesk.settings import Settings
    from mcdesk.store.alerts import Alerts
    from mcdesk.store.cache import DatabaseCache
    from mcdesk.store.database import Database
    from mcdesk.store.drafts import Drafts
    from mcdesk.store.lock import Lock
    from mcdesk.store.operations import Operations
    from mcdesk.store.refusals import DatabaseRefusals


class Parts(Computer):
    """The parts that everything else is made of."""

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
    def operations(self) -> "Operations":
        """What was done from here, and what has to get through."""
        from mcdesk.store.operations import Operations

        operations = Operations(self.database)
        operations.erase_texts(self.now())
        return operations

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
