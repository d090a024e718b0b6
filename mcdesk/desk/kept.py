"""What a desk has on this computer: each made when it is first used, as a cached property."""

from typing import TYPE_CHECKING

from mcdesk.desk.computer import locale_of

if TYPE_CHECKING:
    from mcdesk.credentials import KeyringItem, Secrets
    from mcdesk.demo import Demo
    from mcdesk.desk import Desk
    from mcdesk.ops.bounces import Bounces
    from mcdesk.store.alerts import Alerts
    from mcdesk.store.arrivals import Arrivals
    from mcdesk.store.cache import DatabaseCache
    from mcdesk.store.database import Database
    from mcdesk.store.drafts import Drafts
    from mcdesk.store.lock import Lock, Locks
    from mcdesk.store.operations import Operations
    from mcdesk.store.refusals import DatabaseRefusals


def demo(desk: "Desk") -> "Demo":
    """Return the embedded Autotask."""
    from mcdesk.demo import Demo
    from mcdesk.settings.hours import opening_hours

    demo = Demo(
        desk.home,
        now=desk.now,
        fixed_now=desk.environ.get("MCDESK_NOW"),
        hours=lambda: opening_hours(
            desk.settings.hours, desk.settings_file, locale=locale_of(desk.environ)
        ),
        sleep=desk.sleep,
        say=desk.say,
    )
    desk.at_close(demo.close)
    return demo


def secrets(desk: "Desk") -> "Secrets":
    """Return where each secret is found: nowhere in the demo, which needs none."""
    from mcdesk.credentials import Secrets, variable

    if desk.in_demo:
        return Secrets({})
    typed = {variable(name): text for name, text in desk.typed_secrets.items() if text}
    return Secrets(
        {**desk.environ, **typed},
        _keyring_item(desk, desk.settings.autotask.username),
        desk.settings.autotask.secret_command,
        desk.seen_secrets,
    )


def _keyring_item(desk: "Desk", user_name: str) -> "KeyringItem":
    """Return the item of *user_name*; whatever desk asks for it, it is read once."""
    from mcdesk.credentials import KeyringItem

    if user_name not in desk.keyring_items:
        desk.keyring_items[user_name] = KeyringItem(
            user_name=user_name,
            folder=desk.app_folder,
            interactive=desk.interactive,
            say=desk.say,
        )
    return desk.keyring_items[user_name]


def database(desk: "Desk") -> "Database":
    """Return the local database, with one connection; the demo's has its world made before it."""
    from mcdesk.store.database import Database

    if desk.in_demo:
        return desk.demo.database
    database = Database(desk.home / "mcdesk.db")
    desk.at_close(database.close)
    return database


def cache(desk: "Desk") -> "DatabaseCache":
    """Return what is remembered of the tenant."""
    from mcdesk.store.cache import DatabaseCache

    autotask = desk.settings.autotask
    tenant = f"{autotask.username} {autotask.zone_url}"
    return DatabaseCache(desk.database, tenant=tenant, now=desk.now)


def refused_logins(desk: "Desk") -> "DatabaseRefusals":
    """Return the logins that Autotask refused."""
    from mcdesk.store.refusals import DatabaseRefusals

    return DatabaseRefusals(desk.database, now=desk.now)


def drafts(desk: "Desk") -> "Drafts":
    """Return where typed texts are kept that went nowhere."""
    from mcdesk.store.drafts import Drafts

    return Drafts(desk.home / "drafts")


def operations(desk: "Desk") -> "Operations":
    """Return what was done from here, and what has to get through."""
    from mcdesk.store.operations import Operations

    operations = Operations(desk.database)
    operations.erase_texts(desk.now())
    return operations


def arrivals(desk: "Desk") -> "Arrivals":
    """Return when tickets went to the vendor, as far as that was looked up from here."""
    from mcdesk.store.arrivals import Arrivals

    return Arrivals(desk.database, tenant=desk.settings.autotask.username)


def bounces(desk: "Desk") -> "Bounces":
    """Return what is known of tickets that may come back from the vendor."""
    from mcdesk.ops.bounces import Bounces
    from mcdesk.store.sightings import Sightings

    sightings = Sightings(desk.database, tenant=desk.settings.autotask.username)
    return Bounces(desk.operations, sightings)


def alerts(desk: "Desk") -> "Alerts":
    """Return what the team was told from here."""
    from mcdesk.store.alerts import Alerts

    return Alerts(
        desk.database,
        tenant=desk.settings.autotask.username,
        computer=desk.computer,
        say=desk.say,
    )


def locks(desk: "Desk") -> "Locks":
    """Return the locks of operations."""
    from mcdesk.store.lock import Locks

    return Locks(desk.home / "locks")


def alert_lock(desk: "Desk") -> "Lock":
    """Return what a watch holds while it tells the team; the others leave that to it."""
    from mcdesk.store.lock import Lock

    return Lock(
        desk.home / "alerts.lock",
        doing="telling the team",
        hint="one computer alerts",
        patience=0.0,
    )


def settings_lock(desk: "Desk") -> "Lock":
    """Return what is held from reading config.toml to writing it, so that no change is lost."""
    from mcdesk.store.lock import Lock

    return Lock(
        desk.home / "config.lock",
        doing="changing config.toml",
        hint="try again in a moment",
        patience=10.0,
    )
