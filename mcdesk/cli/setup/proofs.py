"""What proves an answer: with a second desk that has it, look whether it holds in the tenant.

Each raises the DeskError that the answer comes to, such as LabelProblem with the candidates.
"""

from collections.abc import Callable, Sequence

from mcdesk.core.tenant import Need
from mcdesk.desk import Desk
from mcdesk.desk.doctor import named
from mcdesk.errors import SettingsProblem
from mcdesk.ops import setup
from mcdesk.settings.model import Template

Proof = Callable[[Desk], object]


def login(desk: Desk) -> None:
    """Make one call with the login."""
    desk.autotask.requests_this_hour()


def typed_login(desk: Desk) -> None:
    """Make one call with the login, though it was refused before: somebody typed it again."""
    desk.refused_logins.forget()
    login(desk)


def me(desk: Desk) -> None:
    """Find the technician, and the role that is named for them."""
    setup.find_role(desk.autotask, desk.settings)


def primary_resource(desk: Desk) -> None:
    """Find who gets a ticket that is handed off."""
    name = _template(desk).primary_resource
    desk.autotask.resolved(Need.PEOPLE, lambda tenant: tenant.person(name))


def status(desk: Desk) -> None:
    """Find the status of a ticket that is handed off."""
    label = _template(desk).status
    desk.autotask.resolved(Need.TICKETS, lambda tenant: tenant.id_of("status", label))


def queue(desk: Desk) -> None:
    """Find the queue of a ticket that is handed off."""
    label = _template(desk).queue
    desk.autotask.resolved(Need.TICKETS, lambda tenant: tenant.id_of("queueID", label))


def templates(desk: Desk) -> None:
    """Resolve everything that the templates name."""
    for name in setup.templates_meant(desk.settings):
        named.template(desk, name)


def hours(desk: Desk) -> None:
    """Put the opening hours together."""
    _ = desk.hours


def mail(desk: Desk) -> None:
    """Log in to the mail server, and send nothing."""
    setup.mail_works(desk.mailer)


def webhook(desk: Desk) -> None:
    """Look at the Slack webhook's shape, which is all that can be seen without posting."""
    if desk.in_demo:
        return
    if desk.secrets.find("slack_webhook") is None:
        raise SettingsProblem("there is no Slack webhook")
    _ = desk.slack


# What is proved of answers that no question is about, by the beginnings of their keys.
BY_KEY: Sequence[tuple[Proof, tuple[str, ...]]] = (
    (login, ("autotask.",)),
    (me, ("autotask.me", "autotask.role")),
    (templates, ("templates.", "mc.template")),
    (named.vendor, ("mc.resources",)),
    (named.labels, ("stale.",)),
    (named.notes, ("note.",)),
    (named.statuses, ("claim.", "scheduling.")),
    (mail, ("mail.",)),
)


def _template(desk: Desk) -> Template:
    return desk.settings.templates[desk.settings.mc.template]
