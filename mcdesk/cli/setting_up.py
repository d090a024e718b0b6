"""The conversation of `setup`, section by section."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcdesk.cli.call import Call
from mcdesk.cli.proving import TRIES, Proving
from mcdesk.errors import (
    DeskError,
    PermissionDenied,
    SettingsProblem,
)

if TYPE_CHECKING:
    from mcdesk.desk.trial import Trial


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
        self._proving.prove(
            "autotask.username",
            "API user name",
            lambda desk: desk.zone_of_user(),
            more=["autotask.zone_url"],
        )
        self._find_zone()
        self._login()
        self._proving.prove(
            "autotask.me", "Your own e-mail address in Autotask", lambda desk: desk.me
        )

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
        for attempt in range(TRIES):
            for name, words in (
                ("autotask_secret", "API secret"),
                ("autotask_integration_code", "Tracking identifier"),
            ):
                self._proving.secret(name, f"{words} (not shown):", again=attempt > 0)
            try:
                self._proving.tried(lambda desk: desk.try_login())
            except DeskError as problem:
                if not self._desk.interactive or attempt + 1 == TRIES:
                    raise
                self._output.talk(f"error: {problem.message}")
                self._proving.say(
                    "Autotask knows the user, so the secret or the identifier is wrong."
                )
                continue
            self._proving.say("Autotask accepts the login.")
            return

    def _template(self) -> None:
        """Find the labels that the hand-off, the list of stale tickets and notes use."""
        name = str(self._proving.value("mc.template") or "return-to-mc")
        key = f"templates.{name}"
        for field, words, offered in (
            ("primary_resource", "Who gets a ticket that goes to the vendor", "people"),
            ("status", "Its status then", "status"),
            ("queue", "Its queue then", "queueID"),
        ):
            self._proving.offer(offered)
            self._proving.prove(f"{key}.{field}", words, partial(_proves, field))
        self._proving.tried(partial(_proves, "template"))
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
        self._proving.ask(
            "mail.transport", "How mail leaves: manual, smtp or graph", default="manual"
        )
        self._proving.ask(
            "mail.from", "From", default=str(self._proving.value("autotask.me") or "")
        )
        transport = self._proving.value("mail.transport") or "manual"
        if transport == "smtp":
            for key, words in (
                ("mail.smtp.host", "Mail server"),
                ("mail.smtp.port", "Port"),
                ("mail.smtp.security", "Protected by starttls, tls or none"),
                ("mail.smtp.username", "User name there, empty for none"),
            ):
                self._proving.ask(key, words)
            if self._proving.value("mail.smtp.username"):
                self._proving.secret("smtp_password", "Password there (not shown):")
        if transport == "graph":
            for key, words in (
                ("mail.graph.tenant", "Tenant"),
                ("mail.graph.client_id", "Client id of the app registration"),
                ("mail.graph.login", "Sign in as a person (device) or as the app (client_secret)"),
                ("mail.graph.sender", "Mailbox that sends"),
            ):
                self._proving.ask(key, words)
            if self._proving.value("mail.graph.login") == "client_secret":
                self._proving.secret("graph_client_secret", "Client secret (not shown):")
        self._proving.tried(lambda desk: desk.mailer.check())
        self._proving.say("Mail can leave; nothing was sent.")

    def _slack(self) -> None:
        """Keep the webhook, whose shape is all that can be seen without posting."""
        self._proving.secret("slack_webhook", "Slack webhook (not shown):")
        self._proving.tried(lambda desk: desk.check_webhook())

    def _end(self) -> int:
        """Let the doctor look at everything, and say what is left to people."""
        from mcdesk.cli.main import run

        self._proving.title("doctor")
        desk = self._proving.trial()
        code = run(["--demo", "doctor"] if desk.in_demo else ["doctor"], desk=desk)
        name = self._proving.value("mc.name") or "Mission Control"
        self._proving.say(
            f"At last, send one test ticket with a note to {name}, and let them confirm both: "
            "nobody else can see what they see."
        )
        return code


def _proves(what: str, desk: "Trial") -> None:
    desk.prove(what)
