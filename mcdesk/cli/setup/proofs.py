"""What proves an answer: with a second desk that has it, look whether it holds in the tenant.

Each raises the DeskError that the answer comes to, such as LabelProblem with the candidates.
"""

from collections.abc import Callable, Sequence

from mcdesk.core.tenant import Need
from mcdesk.desk import Desk
from mcdesk.desk.checks import check_webhook, checks
from mcdesk.errors import SettingsProblem
from mcdesk.ops import doctor, setup
from mcdesk.settings import Template

Proof = Callable[[Desk], object]


def check(name: str) -> Proof:
    """Return the proof that is what `doctor` checks under *name*."""
    return lambda desk: next(
        each.look() for each in checks(desk, send_test=False) if each.name == name
    )


def typed_login(desk: Desk) -> None:
    """Make one call with the login, though it was refused before: somebody typed it anew."""
    desk.refused_logins.forget()
    doctor.login_works(desk.autotask)


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
    for template in setup.templates_meant(desk.settings):
        doctor.template_works(desk.autotask, template)


def mail(desk: Desk) -> None:
    """Log in to the mail server, and send nothing."""
    setup.mail_works(desk.mailer)


def webhook(desk: Desk) -> None:
    """Look at the Slack webhook's shape, which is all that can be seen without posting."""
    if desk.in_demo:
        return
    secret = desk.secrets.find("slack_webhook")
    if secret is None:
        raise SettingsProblem("there is no Slack webhook")
    check_webhook(secret.reveal())


def _template(desk: Desk) -> Template:
    return desk.settings.templates[desk.settings.mc.template]


# What is proved of answers that no question is about, by the beginnings of their keys.
BY_KEY: Sequence[tuple[Proof, tuple[str, ...]]] = (
    (check("login"), ("autotask.",)),
    (me, ("autotask.me", "autotask.role")),
    (templates, ("templates.", "mc.template")),
    (check("vendor"), ("mc.resources",)),
    (check("labels"), ("stale.",)),
    (check("notes"), ("note.",)),
    (check("statuses"), ("claim.", "scheduling.")),
    (mail, ("mail.",)),
)
