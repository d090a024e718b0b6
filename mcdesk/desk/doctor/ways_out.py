"""What the doctor looks at on the ways out: the network, mail, Slack."""

from mcdesk.core.hosts import is_loopback
from mcdesk.desk import Desk
from mcdesk.errors import DeskError, SettingsProblem


def network(desk: Desk) -> str:
    """Make one round trip, which needs no login, and say what it went through."""
    if desk.in_demo:
        return "the demo's own Autotask: nothing leaves this computer"
    host, way = desk.session.reach(), desk.web.way()
    if way is None:
        return f"{host} answers"
    said = f"{host} answers, {f'through {way.proxy}' if way.proxy else 'directly'}"
    if not way.issuer:
        return said
    names = (name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if desk.environ.get(name))
    store = next(names, "this system's store")
    said += f"; its certificate is from {way.issuer}, and trusted by {store}"
    if not way.inspects or is_loopback(host):
        return said
    return (
        f"{said}; that is not a public authority: something on the way inspects traffic, as "
        "company networks do"
    )


def mail(desk: Desk) -> str:
    """Log in if that is possible; nothing is sent."""
    if desk.in_demo:
        return "the demo's own inbox"
    transport = desk.settings.mail.transport
    if transport == "manual":
        return "by hand, in your own mail program"
    past = _goes_past(desk) if transport == "smtp" else None
    try:
        desk.mailer.check()
    except DeskError as problem:
        problem.hint = "; ".join(filter(None, (problem.hint, past))) or None
        raise
    return "; ".join(filter(None, (f"{transport} accepts us; no message was sent", past)))


def _goes_past(desk: Desk) -> str | None:
    """Say that a mail server is reached directly, if there is a proxy for the rest."""
    proxies = {name for kind, name in desk.web.proxies.names.items() if kind != "no"}
    told = " and ".join(sorted(proxies))
    return f"reached directly: {told} doesn't apply to mail servers" if told else None


def slack(desk: Desk, *, send_test: bool) -> str:
    """Look at the webhook's shape, which is all that can be seen without posting."""
    if not desk.in_demo and desk.secrets.find("slack_webhook") is None:
        if send_test:
            raise SettingsProblem("there is no Slack webhook to post to")
        return "not set up"
    slack = desk.slack
    if not send_test:
        return "a webhook is set; nothing was posted (--send-test posts a line)"
    slack.post({"text": "mcdesk can post here. No action is needed."})
    return "posted a line: check that it is there"
