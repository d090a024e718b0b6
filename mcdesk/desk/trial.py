"""A desk for trying answers out before anything is kept: what `setup` proves them with."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from mcdesk.desk import Desk
from mcdesk.desk.checks import check_webhook
from mcdesk.errors import SettingsProblem

if TYPE_CHECKING:
    from mcdesk.ops.setup import Location
    from mcdesk.settings.draft import Draft


class Trial(Desk):
    """A desk with the settings of a draft, and secrets that somebody typed just now."""

    @classmethod
    def of(cls, desk: Desk, draft: "Draft", secrets: Mapping[str, str]) -> "Trial":
        """Make a trial beside *desk*; raise SettingsProblem for a draft that is not allowed."""
        from mcdesk.credentials import SECRET_NAMES, variable
        from mcdesk.settings.place import Place
        from mcdesk.settings.reading import read

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
        trial.ask = desk.ask
        trial.__dict__["fixed_now"] = desk.fixed_now  # told once is enough
        under = {**desk.demo.settings, **draft.table} if desk.in_demo else draft.table
        trial.__dict__["settings"] = read("", Place(desk.settings_file), under=under)
        return trial

    def try_login(self) -> None:
        """Make one call with the login, though it was refused before: somebody typed it anew."""
        self.refused_logins.forget()
        self.autotask.requests_this_hour()

    def has_secret(self, name: str) -> bool:
        """Tell whether a source has the secret *name*; a keyring in trouble has none."""
        from mcdesk.credentials import SECRET_NAMES

        return any(known == name and self.secrets.find(known) for known in SECRET_NAMES)

    def keep_secrets(self, secrets: Mapping[str, str]) -> None:
        """Store *secrets* in the keyring, read back; raise KeyringProblem where that fails."""
        from mcdesk.credentials import SECRET_NAMES

        self.secrets.store({name: secrets[name] for name in SECRET_NAMES if name in secrets})

    def value_of(self, key: str) -> object:
        """Give the value that the dotted *key* has, its default included; "" for none."""
        from mcdesk.settings.listing import listed

        settings = listed(self.settings, self.settings_file, environ={})
        return next((each.value for each in settings if each.key == key), "")

    def prove(self, what: str) -> None:
        """Look whether *what* holds in the tenant; raise LabelProblem with the candidates."""
        from mcdesk.ops import doctor

        autotask, settings = self.autotask, self.settings
        template = settings.templates[settings.mc.template]
        match what:
            case "primary_resource":
                autotask.directory.person(template.primary_resource)
            case "status":
                autotask.id_of("status", template.status)
            case "queue":
                autotask.id_of("queueID", template.queue)
            case "template":
                doctor.template_works(autotask, template)
            case "stale":
                doctor.stale_labels(autotask, self.search())
            case "notes":
                doctor.notes_are_internal(autotask, settings.note.note_type)
            case "statuses":
                doctor.other_statuses(autotask, settings)
            case _:
                raise AssertionError(what)

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

    def check_webhook(self) -> None:
        """Look at the Slack webhook's shape; raise SettingsProblem for none or a wrong one."""
        secret = self.secrets.find("slack_webhook")
        if secret is None:
            raise SettingsProblem("there is no Slack webhook")
        check_webhook(secret.reveal())
