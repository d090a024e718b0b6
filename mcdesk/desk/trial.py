"""A desk for trying answers out before anything is kept: what `setup` proves them with."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from mcdesk.desk import Desk
from mcdesk.desk.checks import check_webhook
from mcdesk.errors import (
    CredentialsRefused,
    DeskError,
    MailProblem,
    MailRefused,
    SettingsProblem,
)

if TYPE_CHECKING:
    from mcdesk.ops.setup import Location
    from mcdesk.settings.draft import Draft


class Trial(Desk):
    """A desk with the settings of a draft, and secrets that somebody typed just now."""

    _written_templates: tuple[str, ...] = ()

    @classmethod
    def of(cls, desk: Desk, draft: "Draft", secrets: Mapping[str, str]) -> "Trial":
        """Make a trial beside *desk*; raise SettingsProblem for a draft that is not allowed."""
        from mcdesk.credentials import SECRET_NAMES, variable
        from mcdesk.settings.reading import deep_merge, read, with_user_name
        from mcdesk.settings.spot import Spot

        typed = {variable(name): secrets[name] for name in SECRET_NAMES if secrets.get(name)}
        trial = cls(
            environ={**desk.environ, **typed},
            demo=desk.in_demo,
            verbose=desk.verbose,
            interactive=desk.interactive,
            say=desk.say,
            sleep=desk.sleep,
            jitter=desk.jitter,
            transport=desk.transport,
        )
        # The built-in template is nobody's answer where another is used.
        trial._written_templates = tuple(draft.table.get("templates", ()))
        trial.ask = desk.ask
        desk.seen_secrets.update(typed.values())
        trial.seen_secrets = desk.seen_secrets  # whatever fails here is reported there
        trial.__dict__["fixed_now"] = desk.fixed_now  # told once is enough
        under = deep_merge(desk.demo.settings, draft.table) if desk.in_demo else draft.table
        settings = read("", Spot(desk.settings_file), under=under)
        outside = {} if desk.in_demo else desk.environ
        trial.__dict__["settings"] = with_user_name(settings, outside)
        return trial

    def try_login(self) -> None:
        """Make one call with the login, though it was refused before: somebody typed it anew."""
        self.refused_logins.forget()
        self.autotask.requests_this_hour()

    def secret_origin(self, name: str) -> str:
        """Tell which source has the secret *name*, "missing" where none has; the demo has all."""
        from mcdesk.credentials import SECRET_NAMES

        if self.in_demo:
            return "demo"
        return next(self.secrets.origin(known) for known in SECRET_NAMES if known == name)

    def keep_secrets(self, secrets: Mapping[str, str]) -> None:
        """Store *secrets* in the keyring, read back; raise KeyringProblem where that fails.

        The demo keeps none.
        """
        from mcdesk.credentials import SECRET_NAMES

        if self.in_demo:
            return
        self.secrets.store({name: secrets[name] for name in SECRET_NAMES if name in secrets})

    def value_of(self, key: str) -> object:
        """Give the value that the dotted *key* has, its default included; "" for none."""
        from mcdesk.settings.listing import listed

        settings = listed(self.settings, self.settings_file, environ={})
        return next((each.value for each in settings if each.key == key), "")

    def prove(self, what: str) -> None:
        """Look whether *what* holds in the tenant; raise LabelProblem with the candidates."""
        from mcdesk.core.tenant import Need
        from mcdesk.ops import doctor

        settings, find = self.settings, self.autotask.resolved
        template = settings.templates[settings.mc.template]
        proofs: dict[str, Callable[[], object]] = {
            "login": lambda: self.autotask.requests_this_hour(),
            "me": lambda: self._my_role(),
            "primary_resource": lambda: find(
                Need.PEOPLE, lambda it: it.person(template.primary_resource)
            ),
            "status": lambda: find(Need.TICKETS, lambda it: it.id_of("status", template.status)),
            "queue": lambda: find(Need.TICKETS, lambda it: it.id_of("queueID", template.queue)),
            "templates": lambda: [
                doctor.template_works(self.autotask, settings.templates[name])
                for name in {settings.mc.template, *self._written_templates}
            ],
            "resources": lambda: doctor.vendor_is_known(self.autotask, settings.mc.resources),
            "stale": lambda: doctor.stale_labels(self.autotask, self.search()),
            "notes": lambda: doctor.notes_are_internal(self.autotask, settings.note.note_type),
            "statuses": lambda: doctor.other_statuses(self.autotask, settings),
            "mail": self.check_mail,
        }
        proofs[what]()

    def _my_role(self) -> None:
        """Find me, and the role that is named for me; raise LabelProblem for none."""
        from mcdesk.core.tenant import Need

        me, role = self.me, self.settings.autotask.role
        if me and role:
            self.autotask.resolved(Need.ROLES, lambda tenant: tenant.role(me, role))

    def choices(self, what: str) -> list[str]:
        """List what there is to choose from: "people", or the labels of an API field."""
        from mcdesk.ops import setup

        return (
            setup.holders(self.autotask) if what == "people" else setup.labels(self.autotask, what)
        )

    def queues_by_unclaimed(self) -> list[tuple[str, int]]:
        """List the queues with their unclaimed tickets."""
        from mcdesk.ops.setup import queues_by_unclaimed

        return queues_by_unclaimed(self.autotask, self.settings.stale.statuses)

    def internal_note_types(self) -> list[str]:
        """List the note types that look internal."""
        from mcdesk.ops.doctor import internal_note_types

        return internal_note_types(self.autotask)

    def closed_days(self) -> list[date]:
        """List this year's closed days."""
        from mcdesk.ops.setup import closed_days

        return closed_days(self.hours, self.now().astimezone(self.hours.zone).year)

    def locations(self) -> "list[Location]":
        """Read business hours and holidays from Autotask."""
        from mcdesk.ops.setup import locations

        return locations(self.autotask)

    def check_mail(self) -> None:
        """Log in where mail goes, and send nothing; nothing waits in an outbox when that fails.

        Raises CredentialsRefused for what the server refuses for good.
        """
        try:
            self.mailer.check()
        except MailRefused as problem:
            raise CredentialsRefused(problem.message, hint=problem.hint) from problem
        except MailProblem as problem:
            raise DeskError(
                problem.message, hint="check the server's name and the way to it"
            ) from problem

    def check_webhook(self) -> None:
        """Look at the Slack webhook's shape; raise SettingsProblem for none or a wrong one."""
        if self.in_demo:
            return
        secret = self.secrets.find("slack_webhook")
        if secret is None:
            raise SettingsProblem("there is no Slack webhook")
        check_webhook(secret.reveal())
