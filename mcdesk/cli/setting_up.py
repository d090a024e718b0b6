"""The conversation of `setup`, section by section."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcdesk.cli.call import Call
from mcdesk.cli.proving import Proving
from mcdesk.errors import (
    CredentialsRefused,
    PermissionDenied,
    SecretsMissing,
    SettingsProblem,
)

if TYPE_CHECKING:
    from mcdesk.desk.trial import Trial


_USER_NAME = "autotask.username"


class SettingUp:
    """One call of `setup`, with *answers* as KEY=VALUE and a team file to *start* from."""

    def __init__(
        self, call: Call, answers: Sequence[str], start: Path | None, *, from_autotask: bool
    ) -> None:
        self._call = call
        self._desk = call.desk
        self._output = call.output
        self._from_autotask = from_autotask
        self._proving = Proving(call, answers, start)
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
        if section is None and self._proving.about("mail."):
            wanted.append("mail")
        for name in wanted:
            self._proving.title(name)
            steps[name]()
            self._proving.keep()
        self._proving.take_the_rest()
        return self._end()

    def export(self, path: Path) -> int:
        """Write what a team shares of the settings to *path*."""
        self._proving.draft.shared().save(path)
        self._output.talk(f"written: {path}; it holds no personal values and no secrets")
        return 0

    def _autotask(self) -> None:
        """Find out which tenant, as whom, and who sits here."""
        self._proving.say(
            "mcdesk works as an API-only user: Admin, Resources, API User in Autotask."
        )
        self._proving.take("autotask.")
        if (outside := self._desk.outside_user_name) and not self._proving.about(_USER_NAME):
            self._proving.set(_USER_NAME, outside)
        self._proving.prove(
            _USER_NAME,
            "API user name",
            self._look_up_user,
        )
        if not self._user_is_known:
            self._proving.say(
                "Autotask could not be asked whether it knows that user: the login will tell."
            )
        self._find_zone()
        self._login()
        self._proving.prove(
            "autotask.me", "Your own e-mail address in Autotask", partial(_proves, "me")
        )

    def _look_up_user(self, desk: "Trial") -> None:
        """Ask Autotask for the user, which takes no login; raise SettingsProblem for none."""
        typed, used = self._proving.value(_USER_NAME), desk.settings.autotask.username
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
        self._user_is_known = desk.discovered_zone() is not None

    def _find_zone(self) -> None:
        """Keep where Autotask says the tenant lives."""
        with_zone = self._proving.tried(lambda desk: desk.zone_of_user())
        if not self._proving.value("autotask.zone_url"):
            self._proving.set("autotask.zone_url", with_zone.url)
        if with_zone.web_url and not self._proving.value("autotask.web_url"):
            self._proving.set("autotask.web_url", with_zone.web_url)
        self._proving.say(f"Zone: {with_zone.url}")

    def _login(self) -> None:
        """Ask for the two secrets until Autotask takes them; each pair is tried once."""
        self._proving.prove_secrets(
            {"autotask_secret": "API secret", "autotask_integration_code": "Tracking identifier"},
            lambda desk: desk.try_login(),
            # SettingsProblem: a character that cannot be sent.
            wrong=(CredentialsRefused, SecretsMissing, SettingsProblem),
            explain="Autotask knows the user, so the secret or the identifier is wrong."
            if self._user_is_known
            else "The user name, the secret or the identifier is wrong.",
        )
        self._proving.say("Autotask accepts the login.")

    def _template(self) -> None:
        """Find the labels that the hand-off, the list of stale tickets and notes use."""
        self._proving.take("mc.template", "templates.")
        name = str(self._proving.value("mc.template") or "return-to-mc")
        key = f"templates.{name}"
        for field, words, offered in (
            ("primary_resource", "Who gets a ticket that goes to the vendor", "people"),
            ("status", "Its status then", "status"),
            ("queue", "Its queue then", "queueID"),
        ):
            self._proving.offer(offered)
            self._proving.prove(f"{key}.{field}", words, partial(_proves, field))
        self._proving.tried(partial(_proves, "templates"))
        self._proving.offer_queues()
        self._proving.prove("stale.queues", "Queue of the help desk", partial(_proves, "stale"))
        self._proving.prove("stale.statuses", "Status of new tickets", partial(_proves, "stale"))
        self._note_type()
        self._proving.prove(
            "scheduling.status",
            "Status after a scheduling link, empty for none",
            partial(_proves, "statuses"),
        )

    def _note_type(self) -> None:
        proposed = self._proving.tried(lambda desk: desk.internal_note_types())
        self._proving.say(
            "Note types that look internal: "
            + (", ".join(proposed) or "none")
            + ". Check that no workflow rule mails notes of this type to customers."
        )
        self._proving.prove(
            "note.note_type",
            "Note type of our notes",
            partial(_proves, "notes"),
            default=proposed[0] if proposed else "",
        )

    def _hours(self) -> None:
        """Find out when the desk is open; show the year's closed days before they are kept."""
        self._proving.take("hours.")
        self._proving.prove(
            "hours.timezone",
            "Time zone of the desk, empty for this computer's",
            lambda desk: desk.hours,
        )
        wants = self._from_autotask or (
            self._desk.interactive
            and not self._proving.about("hours.holidays")
            and self._call.confirm("Take hours and holidays from Autotask?")
        )
        if not (wants and self._take_hours()):
            self._proving.prove(
                "hours.holidays",
                "Country whose holidays are days off (US, or US-NY; empty for none)",
                lambda desk: desk.hours,
            )
        days = self._proving.tried(lambda desk: desk.closed_days())
        self._proving.say(
            "Closed this year: " + (", ".join(f"{day:%d %b}" for day in days) or "no day")
        )

    def _take_hours(self) -> bool:
        """Show what Autotask has, and take it only if somebody says so, or asked for it."""
        try:
            found = self._proving.tried(lambda desk: desk.locations())
        except PermissionDenied as problem:
            if not self._desk.interactive:
                raise
            self._proving.say(f"The API user may not read them: {problem.message}")
            return False
        if not found:
            raise SettingsProblem("Autotask has no location with business hours")
        location = found[0]
        self._proving.say(f"Business hours of {location.name}:")
        for day, spans in location.week.items():
            self._proving.say(f"  {day:<10} {', '.join(spans) or 'closed'}")
        self._proving.say(
            "  days off   " + (", ".join(f"{day}" for day in location.closed) or "none")
        )
        if self._desk.interactive and not self._call.confirm("Use these?", default=True):
            return False
        hours: dict[str, Any] = {**location.week, "closed": list(location.closed)}
        self._proving.draft = self._proving.draft.with_table("hours", hours)
        return True

    def _mail(self) -> None:
        """Find out how mail leaves; a server is logged in to, and nothing is sent."""
        self._proving.take("mail.")
        self._proving.ask(
            "mail.transport", "How mail leaves: manual, smtp or graph", default="manual"
        )
        self._proving.ask(
            "mail.from", "From", default=str(self._proving.value("autotask.me") or "")
        )
        transport = self._proving.value("mail.transport") or "manual"
        ask_more = {"smtp": self._smtp, "graph": self._graph}.get(transport, dict)
        self._proving.prove_secrets(
            ask_more(),
            lambda desk: desk.check_mail(),
            wrong=(CredentialsRefused, SecretsMissing),
        )
        self._proving.say("Mail can leave; nothing was sent.")

    def _smtp(self) -> dict[str, str]:
        """Ask for the server; give the secrets that it takes, by name."""
        for key, words in (
            ("mail.smtp.host", "Mail server"),
            ("mail.smtp.port", "Port"),
            ("mail.smtp.security", "Protected by starttls, tls or none"),
            ("mail.smtp.username", "User name there, empty for none"),
        ):
            self._proving.ask(key, words)
        named = self._proving.value("mail.smtp.username")
        return {"smtp_password": "Password there"} if named else {}

    def _graph(self) -> dict[str, str]:
        """Ask for the Microsoft 365 tenant; give the secrets that it takes, by name."""
        for key, words in (
            ("mail.graph.tenant", "Tenant"),
            ("mail.graph.client_id", "Client id of the app registration"),
            ("mail.graph.login", "Sign in as a person (device) or as the app (client_secret)"),
            ("mail.graph.sender", "Mailbox that sends"),
        ):
            self._proving.ask(key, words)
        as_app = self._proving.value("mail.graph.login") == "client_secret"
        return {"graph_client_secret": "Client secret"} if as_app else {}

    def _slack(self) -> None:
        """Keep the webhook, whose shape is all that can be seen without posting."""
        self._proving.prove_secrets(
            {"slack_webhook": "Slack webhook"},
            lambda desk: desk.check_webhook(),
            wrong=(SettingsProblem,),
        )

    def _end(self) -> int:
        """Let the doctor look at everything, and say what is left to people."""
        from mcdesk.cli.main import run

        self._proving.title("doctor")
        desk = self._proving.kept()
        code = run(["--demo", "doctor"] if desk.in_demo else ["doctor"], desk=desk)
        name = self._proving.value("mc.name") or "Mission Control"
        self._proving.say(
            f"At last, send one test ticket with a note to {name}, and let them confirm both: "
            "nobody else can see what they see."
        )
        return code


def _proves(what: str, desk: "Trial") -> None:
    desk.prove(what)
