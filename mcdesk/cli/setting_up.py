"""The conversation of `setup`: ask, prove, and only then write."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mcdesk.cli.call import Call
from mcdesk.cli.tables import Cell
from mcdesk.errors import (
    DeskError,
    KeyringProblem,
    PermissionDenied,
    Refused,
    SettingsProblem,
    UsageProblem,
)

if TYPE_CHECKING:
    from mcdesk.desk.trial import Trial

T = TypeVar("T")
# Wrong answers to one question after which it is left.
_TRIES = 5
_LISTED = 12


class SettingUp:
    """One call of `setup`, with *answers* as KEY=VALUE and a team file to *start* from."""

    def __init__(
        self, call: Call, answers: Sequence[str], start: Path | None, *, from_autotask: bool
    ) -> None:
        self._call = call
        self._desk = call.desk
        self._output = call.output
        self._from_autotask = from_autotask
        self._answers = dict(_answer(text) for text in answers)
        self._draft = self._desk.draft(start)
        self._written = self._desk.draft()
        self._secrets: dict[str, str] = {}

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
        if section is None and self._about("mail."):
            wanted.append("mail")
        for name in wanted:
            self._title(name)
            steps[name]()
            self._keep()
        self._leftovers()
        return self._end()

    def export(self, path: Path) -> int:
        """Write what a team shares of the settings to *path*."""
        self._draft.shared().save(path)
        self._output.talk(f"written: {path}; it holds no personal values and no secrets")
        return 0

    def _autotask(self) -> None:
        """Find out which tenant, as whom, and who sits here."""
        self._say("mcdesk works as an API-only user: Admin, Resources, API User in Autotask.")
        self._prove(
            "autotask.username",
            "API user name",
            lambda desk: desk.zone_of_user(),
            more=["autotask.zone_url"],
        )
        self._find_zone()
        self._login()
        self._prove("autotask.me", "Your own e-mail address in Autotask", lambda desk: desk.me)

    def _find_zone(self) -> None:
        """Keep where Autotask says the tenant lives."""
        with_zone = self._tried(lambda desk: desk.zone_of_user())
        if not self._value("autotask.zone_url"):
            self._set("autotask.zone_url", with_zone.url)
        if with_zone.web_url and not self._value("autotask.web_url"):
            self._set("autotask.web_url", with_zone.web_url)
        self._say(f"Zone: {with_zone.url}")

    def _login(self) -> None:
        """Ask for the two secrets until Autotask takes them; each pair is tried once."""
        for attempt in range(_TRIES):
            for name, words in (
                ("autotask_secret", "API secret"),
                ("autotask_integration_code", "Tracking identifier"),
            ):
                self._secret(name, f"{words} (not shown):", again=attempt > 0)
            try:
                self._tried(lambda desk: desk.try_login())
            except DeskError as problem:
                if not self._desk.interactive or attempt + 1 == _TRIES:
                    raise
                self._output.talk(f"error: {problem.message}")
                self._say("Autotask knows the user, so the secret or the identifier is wrong.")
                continue
            self._say("Autotask accepts the login.")
            return

    def _template(self) -> None:
        """Find the labels that the hand-off, the list of stale tickets and notes use."""
        name = str(self._value("mc.template") or "return-to-mc")
        key = f"templates.{name}"
        for field, words, offered in (
            ("primary_resource", "Who gets a ticket that goes to the vendor", "people"),
            ("status", "Its status then", "status"),
            ("queue", "Its queue then", "queueID"),
        ):
            self._offer(offered)
            self._prove(f"{key}.{field}", words, partial(_proves, field))
        self._tried(partial(_proves, "template"))
        self._offer_queues()
        self._prove("stale.queues", "Queue of the help desk", partial(_proves, "stale"))
        self._prove("stale.statuses", "Status of new tickets", partial(_proves, "stale"))
        self._note_type()
        self._prove(
            "scheduling.status",
            "Status after a scheduling link, empty for none",
            partial(_proves, "statuses"),
        )

    def _note_type(self) -> None:
        proposed = self._tried(lambda desk: desk.internal_note_types())
        self._say(
            "Note types that look internal: "
            + (", ".join(proposed) or "none")
            + ". Check that no workflow rule mails notes of this type to customers."
        )
        self._prove(
            "note.note_type",
            "Note type of our notes",
            partial(_proves, "notes"),
            default=proposed[0] if proposed else "",
        )

    def _hours(self) -> None:
        """Find out when the desk is open; show the year's closed days before they are kept."""
        self._prove(
            "hours.timezone",
            "Time zone of the desk, empty for this computer's",
            lambda desk: desk.hours,
        )
        wants = self._from_autotask or (
            self._desk.interactive
            and not self._about("hours.holidays")
            and self._call.confirm("Take hours and holidays from Autotask?")
        )
        if not (wants and self._take_hours()):
            self._prove(
                "hours.holidays",
                "Country whose holidays are days off (US, or US-NY; empty for none)",
                lambda desk: desk.hours,
            )
        days = self._tried(lambda desk: desk.closed_days())
        self._say("Closed this year: " + (", ".join(f"{day:%d %b}" for day in days) or "no day"))

    def _take_hours(self) -> bool:
        """Show what Autotask has, and take it only if somebody says so, or asked for it."""
        try:
            found = self._tried(lambda desk: desk.locations())
        except PermissionDenied as problem:
            if not self._desk.interactive:
                raise
            self._say(f"The API user may not read them: {problem.message}")
            return False
        if not found:
            raise SettingsProblem("Autotask has no location with business hours")
        location = found[0]
        self._say(f"Business hours of {location.name}:")
        for day, spans in location.week.items():
            self._say(f"  {day:<10} {', '.join(spans) or 'closed'}")
        self._say("  days off   " + (", ".join(f"{day}" for day in location.closed) or "none"))
        if self._desk.interactive and not self._call.confirm("Use these?", default=True):
            return False
        hours: dict[str, Any] = {**location.week, "closed": list(location.closed)}
        self._draft = self._draft.with_table("hours", hours)
        return True

    def _mail(self) -> None:
        """Find out how mail leaves; a server is logged in to, and nothing is sent."""
        self._ask("mail.transport", "How mail leaves: manual, smtp or graph", default="manual")
        self._ask("mail.from", "From", default=str(self._value("autotask.me") or ""))
        transport = self._value("mail.transport") or "manual"
        if transport == "smtp":
            for key, words in (
                ("mail.smtp.host", "Mail server"),
                ("mail.smtp.port", "Port"),
                ("mail.smtp.security", "Protected by starttls, tls or none"),
                ("mail.smtp.username", "User name there, empty for none"),
            ):
                self._ask(key, words)
            if self._value("mail.smtp.username"):
                self._secret("smtp_password", "Password there (not shown):")
        if transport == "graph":
            for key, words in (
                ("mail.graph.tenant", "Tenant"),
                ("mail.graph.client_id", "Client id of the app registration"),
                ("mail.graph.login", "Sign in as a person (device) or as the app (client_secret)"),
                ("mail.graph.sender", "Mailbox that sends"),
            ):
                self._ask(key, words)
            if self._value("mail.graph.login") == "client_secret":
                self._secret("graph_client_secret", "Client secret (not shown):")
        self._tried(lambda desk: desk.mailer.check())
        self._say("Mail can leave; nothing was sent.")

    def _slack(self) -> None:
        """Keep the webhook, whose shape is all that can be seen without posting."""
        self._secret("slack_webhook", "Slack webhook (not shown):")
        self._tried(lambda desk: desk.check_webhook())

    def _leftovers(self) -> None:
        """Take the answers that no question was about."""
        for key in list(self._answers):
            self._set(key, self._answers.pop(key))
        self._tried(lambda desk: desk.settings)
        self._keep()

    def _end(self) -> int:
        """Let the doctor look at everything, and say what is left to people."""
        from mcdesk.cli.main import run

        self._title("doctor")
        desk = self._desk.trial(self._draft, self._secrets)
        code = run(["--demo", "doctor"] if desk.in_demo else ["doctor"], desk=desk)
        name = self._value("mc.name") or "Mission Control"
        self._say(
            f"At last, send one test ticket with a note to {name}, and let them confirm both: "
            "nobody else can see what they see."
        )
        return code

    def _prove(
        self,
        key: str,
        question: str,
        look: Callable[["Trial"], object],
        *,
        default: str = "",
        more: Sequence[str] = (),
    ) -> None:
        """Ask for *key* until *look* is content with it; *more* keys are taken along unasked."""
        for other in more:
            if other in self._answers:
                self._set(other, self._answers.pop(other))
        before, asked = self._draft, key not in self._answers
        for attempt in range(_TRIES):
            try:
                self._ask(key, question, default=default)
                self._tried(look)
            except Refused:
                raise
            except DeskError as problem:
                if not (asked and self._desk.interactive) or attempt + 1 == _TRIES:
                    raise
                self._explain(problem)
                self._draft = before
            else:
                return

    def _explain(self, problem: DeskError) -> None:
        """Say what is wrong with an answer; where settings stand is no help just now."""
        self._output.talk(f"error: {problem.message}")
        if problem.hint and not isinstance(problem, SettingsProblem):
            self._output.talk(f"hint: {problem.hint}")

    def _ask(self, key: str, question: str, *, default: str = "") -> None:
        """Take the answer given beforehand, else ask where somebody is there."""
        if key in self._answers:
            self._set(key, self._answers.pop(key))
            return
        current = self._value(key)
        if not self._desk.interactive:
            if current is None and default:
                self._set(key, default)
            return
        usually = default or self._tried(lambda desk: desk.value_of(key))
        shown = usually if current is None else current
        usual = ", ".join(shown) if isinstance(shown, (list, tuple)) else str(shown)
        typed = self._call.answer(f"{question} [{usual}]:" if usual else f"{question}:")
        if typed is None:
            raise Refused("stopped: what was proved so far is kept")
        if typed or (current is None and default):
            self._set(key, typed or usual)

    def _secret(self, name: str, question: str, *, again: bool = False) -> None:
        """Take a secret from where secrets are, else ask; with *again* the one there was wrong."""
        if not again and self._tried(lambda desk: desk.has_secret(name)):
            return
        if not self._desk.interactive:
            variable = f"MCDESK_{name.upper()}"
            raise SettingsProblem(
                f"{name} is missing", hint=f"set {variable}, or run it on a terminal"
            )
        self._secrets[name] = self._call.secret(question)

    def _tried(self, look: Callable[["Trial"], T]) -> T:
        """Look with a desk that has what was answered so far, and is kept nowhere."""
        desk = self._desk.trial(self._draft, self._secrets)
        try:
            return look(desk)
        finally:
            desk.close()

    def _keep(self) -> None:
        """Write what was proved: settings to the file, secrets to the keyring."""
        if self._draft != self._written:
            if self._desk.write_draft(self._draft):
                file = self._desk.settings_file
                self._say(f"Comments were lost; the former file is {file}.1")
            self._written = self._draft
        if not self._secrets:
            return
        try:
            self._tried(lambda desk: desk.keep_secrets(self._secrets))
        except KeyringProblem as problem:
            self._output.error(problem)
            names = ", ".join(f"MCDESK_{name.upper()}" for name in self._secrets)
            self._say(
                "The secrets were not kept, for a plain file is no place for them. Either set "
                f"{names} where mcdesk runs, or name a program that prints them: "
                'mcdesk config set autotask.secret_command \'["program", "argument"]\''
            )
            return
        self._say("The secrets are in the keyring.")
        self._secrets = {}

    def _offer(self, what: str) -> None:
        if self._desk.interactive:
            found = self._tried(lambda desk: desk.choices(what))
            more = f", and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
            self._say("There are: " + ", ".join(found[:_LISTED]) + more)

    def _offer_queues(self) -> None:
        if self._desk.interactive:
            for label, number in self._tried(lambda desk: desk.queues_by_unclaimed())[:_LISTED]:
                self._say(f"  {number:>4} unclaimed  {label}")

    def _about(self, prefix: str) -> bool:
        return any(key.startswith(prefix) for key in self._answers)

    def _value(self, key: str) -> Any:
        return self._draft.value(key)

    def _set(self, key: str, text: str) -> None:
        self._draft = self._draft.with_text(key, text)

    def _title(self, name: str) -> None:
        self._output.talk("")
        self._output.aside.line(Cell(name.upper(), "bold"))

    def _say(self, text: str) -> None:
        self._output.aside.block(text)


def _proves(what: str, desk: "Trial") -> None:
    desk.prove(what)


def _answer(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or "." not in key:
        raise UsageProblem(f'"{text}" is no answer', hint="--set stale.after_minutes=60")
    return key.strip(), value
