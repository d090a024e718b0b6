"""The conversation of `setup`, section by section."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mcdesk.cli import doctor as doctor_view
from mcdesk.cli.call import Call
from mcdesk.cli.setup import proofs
from mcdesk.cli.setup.answers import Answers
from mcdesk.credentials import SecretName
from mcdesk.desk import Desk, doctor
from mcdesk.errors import (
    CredentialsRefused,
    PermissionDenied,
    SecretsMissing,
    SettingsProblem,
)
from mcdesk.ops import setup
from mcdesk.settings.reading import USERNAME_VARIABLE

_USER_NAME = "autotask.username"


class Conversation:
    """One call of `setup`, with *answers* as KEY=VALUE and a team file to *start* from."""

    def __init__(
        self, call: Call, answers: Sequence[str], start: Path | None, *, from_autotask: bool
    ) -> None:
        self._call = call
        self._desk = call.desk
        self._output = call.output
        self._from_autotask = from_autotask
        self._answers = Answers(call, answers, start)
        self._user_is_known = True

    def run(self, section: str | None) -> int:
        """Set up *section*, or all that is needed; end with the doctor."""
        steps: dict[str, Callable[[], None]] = {
            "autotask": self._autotask,
            "template": self._template,
            "hours": self._hours,
            "mail": self._mail,
            "slack": self._slack,
        }
        wanted = [section] if section else ["autotask", "template", "hours"]
        if section is None and self._answers.about("mail."):
            wanted.append("mail")
        for name in wanted:
            self._answers.title(name)
            steps[name]()
            self._answers.keep()
        self._answers.take_the_rest()
        return self._end()

    def export(self, path: Path) -> int:
        """Write what a team shares of the settings to *path*."""
        self._answers.draft.shared().save(path)
        self._output.talk(f"written: {path}; it holds no personal values and no secrets")
        return 0

    def _autotask(self) -> None:
        """Find out which tenant, as whom, and who sits here."""
        self._answers.say(
            "mcdesk works as an API-only user: Admin, Resources, API User in Autotask."
        )
        self._answers.take("autotask.")
        _, environ = self._desk.around_settings()
        if (outside := environ.get(USERNAME_VARIABLE)) and not self._answers.about(_USER_NAME):
            self._answers.set(_USER_NAME, outside)
        self._answers.prove(_USER_NAME, "API user name", self._look_up_user)
        if not self._user_is_known:
            self._answers.say(
                "Autotask could not be asked whether it knows that user: the login will tell."
            )
        self._find_zone()
        self._login()
        self._answers.prove("autotask.me", "Your own e-mail address in Autotask", proofs.me)

    def _look_up_user(self, desk: Desk) -> None:
        """Ask Autotask for the user, which takes no login; raise SettingsProblem for none."""
        typed, used = self._answers.value(_USER_NAME), desk.settings.autotask.username
        if not used:
            raise SettingsProblem(
                "autotask.username is not set: the API user that mcdesk works as",
                hint="--set autotask.username=api@example.com",
            )
        if typed and typed != used:
            raise SettingsProblem(
                f"MCDESK_AUTOTASK_USERNAME names another user, {used}, and outranks the file",
                hint="set it anew, or take it out of the environment",
            )
        self._user_is_known = desk.session.zones.discovered() is not None

    def _find_zone(self) -> None:
        """Keep the zone in which Autotask says the tenant lives."""
        session = self._answers.second_desk().session
        session.zones.discovered()  # whatever is remembered: raises for a user who is not known
        zone = session.zone
        if not self._answers.value("autotask.zone_url"):
            self._answers.set("autotask.zone_url", zone.url)
        if zone.web_url and not self._answers.value("autotask.web_url"):
            self._answers.set("autotask.web_url", zone.web_url)
        self._answers.say(f"Zone: {zone.url}")

    def _login(self) -> None:
        """Ask for the two secrets until Autotask takes them; each pair is tried once."""
        self._answers.prove_secrets(
            {"autotask_secret": "API secret", "autotask_integration_code": "Tracking identifier"},
            proofs.typed_login,
            # SettingsProblem: a character that cannot be sent.
            wrong=(CredentialsRefused, SecretsMissing, SettingsProblem),
            explain="Autotask knows the user, so the secret or the identifier is wrong."
            if self._user_is_known
            else "The user name, the secret or the identifier is wrong.",
        )
        self._answers.say("Autotask accepts the login.")

    def _template(self) -> None:
        """Find the labels that the hand-off, the list of stale tickets and notes use."""
        self._answers.take("mc.template", "templates.")
        name = str(self._answers.value("mc.template") or "return-to-mc")
        key = f"templates.{name}"
        self._answers.offer(lambda desk: setup.holders(desk.autotask))
        self._answers.prove(
            f"{key}.primary_resource",
            "Who gets a ticket that goes to the vendor",
            proofs.primary_resource,
        )
        self._answers.offer(lambda desk: setup.labels(desk.autotask, "status"))
        self._answers.prove(f"{key}.status", "Its status then", proofs.status)
        self._answers.offer(lambda desk: setup.labels(desk.autotask, "queueID"))
        self._answers.prove(f"{key}.queue", "Its queue then", proofs.queue)
        proofs.templates(self._answers.second_desk())
        self._answers.offer_queues()
        self._answers.prove("stale.queues", "Queue of the help desk", doctor.labels)
        self._answers.prove("stale.statuses", "Status of new tickets", doctor.labels)
        self._note_type()
        self._answers.prove(
            "scheduling.status",
            "Status after a scheduling link, empty for none",
            doctor.statuses,
        )

    def _note_type(self) -> None:
        proposed = setup.internal_note_types(self._answers.second_desk().autotask)
        self._answers.say(
            "Note types that look internal: "
            + (", ".join(proposed) or "none")
            + ". Check that no workflow rule mails notes of this type to customers."
        )
        self._answers.prove(
            "note.note_type",
            "Note type of our notes",
            doctor.notes,
            default=proposed[0] if proposed else "",
        )

    def _hours(self) -> None:
        """Find out when the desk is open; show the year's closed days before they are kept."""
        self._answers.take("hours.")
        self._answers.prove(
            "hours.timezone",
            "Time zone of the desk, empty for this computer's",
            proofs.hours,
        )
        wants = self._from_autotask or (
            self._desk.interactive
            and not self._answers.about("hours.holidays")
            and self._call.confirm("Take hours and holidays from Autotask?")
        )
        if not (wants and self._take_hours()):
            self._answers.prove(
                "hours.holidays",
                "Country whose holidays are days off (US, or US-NY; empty for none)",
                proofs.hours,
            )
        hours = self._answers.second_desk().hours
        year = self._desk.now().astimezone(hours.zone).year
        days = setup.closed_days(hours, date(year, 1, 1), date(year + 1, 1, 1))
        self._answers.say(
            "Closed this year: " + (", ".join(f"{day:%d %b}" for day in days) or "no day")
        )

    def _take_hours(self) -> bool:
        """Show what Autotask has, and take it only if somebody says so, or asked for it."""
        try:
            found = setup.locations(self._answers.second_desk().autotask)
        except PermissionDenied as problem:
            if not self._desk.interactive:
                raise
            self._answers.say(f"The API user may not read them: {problem.message}")
            return False
        if not found:
            raise SettingsProblem("Autotask has no location with business hours")
        location = found[0]
        self._answers.say(f"Business hours of {location.name}:")
        for day, spans in location.week.items():
            self._answers.say(f"  {day:<10} {', '.join(spans) or 'closed'}")
        self._answers.say(
            "  days off   " + (", ".join(f"{day}" for day in location.closed) or "none")
        )
        if self._desk.interactive and not self._call.confirm("Use these?", default=True):
            return False
        hours: dict[str, Any] = {**location.week, "closed": list(location.closed)}
        self._answers.draft = self._answers.draft.with_table({"hours": hours})
        return True

    def _mail(self) -> None:
        """Find out how mail leaves; a server is logged in to, and nothing is sent."""
        self._answers.take("mail.")
        self._answers.ask(
            "mail.transport", "How mail leaves: manual, smtp or graph", default="manual"
        )
        self._answers.ask(
            "mail.from", "From", default=str(self._answers.value("autotask.me") or "")
        )
        transport = self._answers.value("mail.transport") or "manual"
        ask_more = {"smtp": self._smtp, "graph": self._graph}.get(transport, dict)
        self._answers.prove_secrets(
            ask_more(), proofs.mail, wrong=(CredentialsRefused, SecretsMissing)
        )
        self._answers.say("Mail can leave; nothing was sent.")

    def _smtp(self) -> Mapping[SecretName, str]:
        """Ask for the server; return the secrets that it takes, by name."""
        for key, words in (
            ("mail.smtp.host", "Mail server"),
            ("mail.smtp.port", "Port"),
            ("mail.smtp.security", "Protected by starttls, tls or none"),
            ("mail.smtp.username", "User name there, empty for none"),
        ):
            self._answers.ask(key, words)
        named = self._answers.value("mail.smtp.username")
        return {"smtp_password": "Password there"} if named else {}

    def _graph(self) -> Mapping[SecretName, str]:
        """Ask for the Microsoft 365 tenant; return the secrets that it takes, by name."""
        for key, words in (
            ("mail.graph.tenant", "Tenant"),
            ("mail.graph.client_id", "Client id of the app registration"),
            ("mail.graph.login", "Sign in as a person (device) or as the app (client_secret)"),
            ("mail.graph.sender", "Mailbox that sends"),
        ):
            self._answers.ask(key, words)
        as_app = self._answers.value("mail.graph.login") == "client_secret"
        return {"graph_client_secret": "Client secret"} if as_app else {}

    def _slack(self) -> None:
        """Keep the webhook, whose shape is all that can be seen without posting."""
        self._answers.prove_secrets(
            {"slack_webhook": "Slack webhook"}, proofs.webhook, wrong=(SettingsProblem,)
        )

    def _end(self) -> int:
        """Let the doctor look at everything, and say what is left to people."""
        self._answers.title("doctor")
        findings = doctor.examine(self._answers.kept_desk())
        doctor_view.draw(self._output, findings)
        self._output.flush()
        name = self._answers.value("mc.name") or "Mission Control"
        self._answers.say(
            f"At last, send one test ticket with a note to {name}, and let them confirm both: "
            "nobody else can see what they see."
        )
        return doctor_view.exit_code(findings)
