"""A desk's ways out, to Autotask, mail and Slack: each made when it is first used."""

from typing import TYPE_CHECKING

from mcdesk.errors import SettingsProblem

if TYPE_CHECKING:
    import ssl

    from mcdesk.autotask.client import Autotask
    from mcdesk.autotask.connections import Connections, Rehearsal
    from mcdesk.autotask.session import Session
    from mcdesk.autotask.wire import Login
    from mcdesk.desk import Desk
    from mcdesk.mail import Mailer
    from mcdesk.ops.alerting import Poster
    from mcdesk.web import Web


def certificates(desk: "Desk") -> "ssl.SSLContext":
    """Return what every way out trusts; loaded when a connection needs it."""
    from mcdesk.certificates import trusted

    return trusted(desk.environ.get("SSL_CERT_FILE", ""), desk.environ.get("SSL_CERT_DIR", ""))


def web(desk: "Desk") -> "Web":
    """Return how every way out over HTTP goes: by the environment's proxies and certificates."""
    from mcdesk.proxies import Proxies
    from mcdesk.web import Web

    return Web(desk.certificates, Proxies(desk.environ))


def connections(desk: "Desk") -> "Connections":
    """Return the connections to Autotask, whatever is asked and as whom."""
    from mcdesk.autotask.connections import AT_ONCE, Connections

    connections = Connections(
        lambda: desk.demo.transport() if desk.in_demo else desk.transport,
        desk.web,
        # What answers in this very process answers one request after the other.
        at_once=1 if desk.in_demo or desk.transport else AT_ONCE,
        asking=lambda method, url: desk.asking(method, url),
    )
    desk.at_close(connections.close)
    return connections


def rehearsal(desk: "Desk") -> "Rehearsal":
    """Return what a dry run has in place of the connections: it keeps what would be written."""
    from mcdesk.autotask.connections import Rehearsal

    return Rehearsal(desk.connections)


def login(desk: "Desk") -> "Login":
    """Return what Autotask knows us by."""
    from mcdesk.autotask.wire import Login

    if desk.in_demo:
        return Login(*desk.demo.login)
    return Login(
        desk.user_name,
        desk.secrets.need("autotask_secret").reveal(),
        desk.secrets.need("autotask_integration_code").reveal(),
    )


def session(desk: "Desk") -> "Session":
    """Return the one conversation with Autotask; without a login, it can ask for the zone."""
    from mcdesk.autotask.session import Session

    return Session(
        user_name=desk.settings.autotask.username,
        login=lambda: desk.login,
        zone_url=desk.settings.autotask.zone_url,
        web_url=desk.settings.autotask.web_url,
        cache=desk.cache,
        logins=desk.refused_logins,
        now=desk.now,
        sleep=desk.sleep,
        jitter=desk.jitter,
        trace=desk.say if desk.verbose else lambda _: None,
        connections=desk.rehearsal if desk.dry_run else desk.connections,
    )


def autotask(desk: "Desk") -> "Autotask":
    """Return Autotask as mcdesk uses it; raises what the login lacks."""
    from mcdesk.autotask.client import Autotask

    _ = desk.login  # what is missing is told before anything is asked
    return Autotask(
        desk.session,
        desk.cache,
        impersonate=desk.settings.autotask.impersonate,
        say=desk.say,
    )


def mailer(desk: "Desk") -> "Mailer":
    """Return the way for mail that the settings choose; in the demo, its own inbox."""
    from mcdesk.desk.mail import make_mailer

    return desk.demo.mailer if desk.in_demo else make_mailer(desk)


def slack(desk: "Desk") -> "Poster":
    """Return the way to Slack; in the demo, its own inbox.

    Raises SettingsProblem for a webhook that anybody on the way could read, or that is none.
    """
    if desk.in_demo:
        return desk.demo.mailer
    from mcdesk.core.hosts import is_private_url
    from mcdesk.slack import Slack

    webhook = desk.secrets.need("slack_webhook").reveal()
    if not is_private_url(webhook):
        raise SettingsProblem(
            "the Slack webhook is neither https nor an address on this computer",
            hint="copy it from Slack again, and set MCDESK_SLACK_WEBHOOK or the keyring's item",
        )
    slack = Slack(webhook, web=desk.web, refused=desk.refused_logins)
    desk.at_close(slack.close)
    return slack
