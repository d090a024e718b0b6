"""The conversation of `setup`, section by section."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from mcdesk.cli import doctor as doctor_view
from mcdesk.cli.call import Call
from mcdesk.cli.crash import kept
from mcdesk.cli.setup import proofs
from mcdesk.cli.setup.answers import LISTED, Answers
from mcdesk.credentials import SecretName
from mcdesk.desk import Desk, doctor
from mcdesk.errors import CredentialsRefused, PermissionDenied, SecretsMissing, SettingsProblem
from mcdesk.ops import setup
from mcdesk.ops.locations import Location, locations
from mcdesk.settings.hours import is_same_zone
from mcdesk.settings.reading import USERNAME_VARIABLE

_USER_NAME = "autotask.username"
# What is asked for each way in which mail leaves that is not manual.
_MAIL_QUESTIONS: dict[str, Sequence[tuple[str, str]]] = {
    "smtp": (
        ("mail.smtp.host", "Mail server"),
        ("mail.smtp.port", "Port"),
        ("mail.smtp.security", "Protected by starttls, tls or none"),
        ("mail.smtp.username", "User name there, empty for none"),
    ),
    "graph": (
        ("mail.graph.tenant", "Tenant"),
        ("mail.graph.client_id", "Client id of the app registration"),
        ("mail.graph.login", "Sign in as a person (device) or as the app (client_secret)"),
        ("mail.graph.sender", "Mailbox that sends"),
    ),
}


def set_up(call: Call, answers: Answers, section: str | None, *, from_autotask: bool) -> int:
    """Set up *section*, or all that is needed; let the doctor look, and return its exit code."""
    sections: dict[str, Callable[[], None]] = {
        "autotask": lambda: _autotask(call.desk, answers),
        "template": lambda: _template(answers),
        "hours": lambda: _hours(call, answers, from_autotask=from_autotask),
        "mail": lambda: _mail(answers),
        "slack": lambda: _slack(answers),
    }
    wanted = [section] if section else ["autotask", "template", "hours"]
    if section is None and answers.about("mail."):
        wanted.append("mail")
    for name in wanted:
        answers.title(name)
        sections[name]()
        answers.keep()
    answers.take_the_rest()
    return _end(call, answers)


def _autotask(desk: Desk, answers: Answers) -> None:
    """Find out which tenant, as whom, and who sits here."""
    answers.say("mcdesk works as an API-only user: Admin, Resources, API User in Autotask.")
    answers.take("autotask.")
    _, environ = desk.around_settings()
    if (outside := environ.get(USERNAME_VARIABLE)) and not answers.about(_USER_NAME):
        answers.set(_USER_NAME, outside)
    answers.prove(_USER_NAME, "API user name", partial(_look_up_user, answers))
    known = _find_zone(answers)
    # Each pair of secrets is tried once. SettingsProblem: a character that cannot be sent.
    answers.prove_secrets(
        {"autotask_secret": "API secret", "autotask_integration_code": "Tracking identifier"},
        proofs.typed_login,
        wrong=(CredentialsRefused, SecretsMissing, SettingsProblem),
        explain="Autotask knows the user, so the secret or the identifier is wrong."
        if known
        else "The user name, the secret or the identifier is wrong.",
    )
    answers.say("Autotask accepts the login.")
    answers.prove("autotask.me", "Your own e-mail address in Autotask", proofs.me)


def _look_up_user(answers: Answers, desk: Desk) -> None:
    """Ask Autotask for the user, which takes no login; raise SettingsProblem for none."""
    typed, used = answers.draft.value(_USER_NAME), desk.settings.autotask.username
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
    desk.session.zones.discovered()


def _find_zone(answers: Answers) -> bool:
    """Keep the zone in which the tenant lives; return whether Autotask said so of the user."""
    session = answers.second_desk().session
    known = session.zones.discovered() is not None  # whatever is remembered
    if not known:
        answers.say("Autotask could not be asked whether it knows that user: the login will tell.")
    zone = session.zone
    if not answers.draft.value("autotask.zone_url"):
        answers.set("autotask.zone_url", zone.url)
    if zone.web_url and not answers.draft.value("autotask.web_url"):
        answers.set("autotask.web_url", zone.web_url)
    answers.say(f"Zone: {zone.url}")
    return known


def _template(answers: Answers) -> None:
    """Find the labels that the hand-off, the list of stale tickets and notes use."""
    answers.take("mc.template", "templates.")
    key = f"templates.{answers.draft.value('mc.template') or 'return-to-mc'}"
    answers.prove(
        f"{key}.primary_resource",
        "Who gets a ticket that goes to the vendor",
        proofs.primary_resource,
        choices=lambda desk: setup.holders(desk.autotask),
    )
    answers.prove(
        f"{key}.status",
        "Its status then",
        proofs.status,
        choices=lambda desk: setup.labels(desk.autotask, "status"),
    )
    answers.prove(
        f"{key}.queue",
        "Its queue then",
        proofs.queue,
        choices=lambda desk: setup.labels(desk.autotask, "queueID"),
    )
    proofs.templates(answers.second_desk())
    _say_queues(answers)
    answers.prove("stale.queues", "Queue of the help desk", doctor.labels)
    _say_statuses(answers)
    answers.prove("stale.statuses", "Status of new tickets", doctor.labels)
    words = "Status in which tickets come back from the vendor, empty for none"
    answers.prove("stale.returned_statuses", words, doctor.labels)
    _note_type(answers)
    words = "Status after a scheduling link, empty for none"
    answers.prove("scheduling.status", words, doctor.statuses)


def _say_queues(answers: Answers) -> None:
    """List the queues by their unclaimed tickets, if somebody is there."""
    desk = answers.second_desk()
    if desk.interactive:
        queues = setup.queues_by_unclaimed(desk.autotask, desk.settings.stale.statuses)
        for label, number in queues[:LISTED]:
            answers.say(f"  {number:>4} unclaimed  {label}")


def _say_statuses(answers: Answers) -> None:
    """List the statuses of nobody's tickets in the help desk's queues, if somebody is there."""
    desk = answers.second_desk()
    if desk.interactive:
        statuses = setup.statuses_by_number(desk.autotask, desk.settings.stale.queues)
        for label, number in statuses[:LISTED]:
            answers.say(f"  {number:>4} unclaimed  {label}")


def _note_type(answers: Answers) -> None:
    proposed = setup.internal_note_types(answers.second_desk().autotask)
    answers.say(
        "Note types that look internal: "
        + (", ".join(proposed) or "none")
        + ". Check that no workflow rule mails notes of this type to customers."
    )
    default = proposed[0] if proposed else ""
    answers.prove("note.note_type", "Note type of our notes", doctor.notes, default=default)


def _hours(call: Call, answers: Answers, *, from_autotask: bool) -> None:
    """Find out when the desk is open; show the year's closed days before they are kept."""
    answers.take("hours.")
    words = "Time zone of the desk, empty for this computer's"
    answers.prove("hours.timezone", words, proofs.hours)
    wants = from_autotask or (
        call.desk.interactive
        and not answers.about("hours.holidays")
        and call.confirm("Take hours and holidays from Autotask?")
    )
    if not (wants and _take_hours(call, answers)):
        words = "Country whose holidays are days off (US, or US-NY; empty for none)"
        answers.prove("hours.holidays", words, proofs.hours)
    hours = answers.second_desk().hours
    year = call.desk.now().astimezone(hours.zone).year
    days = list(setup.closed_days(hours, date(year, 1, 1), date(year + 1, 1, 1)))
    answers.say("Closed this year: " + (", ".join(f"{day:%d %b}" for day in days) or "no day"))


def _take_hours(call: Call, answers: Answers) -> bool:
    """Show what Autotask has, and take it only if somebody says so, or asked for it."""
    try:
        found = locations(answers.second_desk().autotask)
    except PermissionDenied as problem:
        if not call.desk.interactive:
            raise
        answers.say(f"The API user may not read them: {problem.message}")
        return False
    if not found:
        raise SettingsProblem("Autotask has no location with business hours")
    location = found[0]
    _say_hours(answers, location)
    _say_zone(answers, location, call.desk.now().year)
    if call.desk.interactive and not call.confirm("Use these?", default=True):
        return False
    hours: dict[str, Any] = {**location.week, "closed": list(location.closed)}
    if location.special:
        hours["special"] = {f"{day}": list(spans) for day, spans in location.special.items()}
    answers.draft = answers.draft.with_table({"hours": hours})
    return True


def _say_hours(answers: Answers, location: Location) -> None:
    """Show the hours of *location*, and what of them could not be read."""
    answers.say(f"Business hours of {location.name}:")
    for day, spans in location.week.items():
        answers.say(f"  {day:<10} {', '.join(spans) or 'closed'}")
    answers.say("  days off   " + (", ".join(f"{day}" for day in location.closed) or "none"))
    for date_, spans in location.special.items():
        answers.say(f"  {date_} {', '.join(spans) or 'closed'}")
    if location.unread:
        answers.say(
            f"What Autotask has for {', '.join(location.unread)} could not be read: look at it "
            "yourself, and set it in config.toml"
        )


def _say_zone(answers: Answers, location: Location, year: int) -> None:
    """Say so unless the zone of *location* is for sure the one in which its hours will be read."""
    zone = answers.second_desk().hours.zone
    if location.zone and is_same_zone(location.zone, zone, year):
        return
    said = f'is "{location.zone}"' if location.zone else "is not known"
    answers.say(
        f"The time zone of {location.name} in Autotask {said}; these hours are read as those of "
        f"{zone.key} (hours.timezone)"
    )


def _mail(answers: Answers) -> None:
    """Find out how mail leaves; a server is logged in to, and nothing is sent."""
    answers.take("mail.")
    answers.ask("mail.transport", "How mail leaves: manual, smtp or graph", default="manual")
    answers.ask("mail.from", "From", default=str(answers.draft.value("autotask.me") or ""))
    transport = answers.draft.value("mail.transport") or "manual"
    for key, words in _MAIL_QUESTIONS.get(transport, ()):
        answers.ask(key, words)
    secrets: dict[SecretName, str] = {}
    if transport == "smtp" and answers.draft.value("mail.smtp.username"):
        secrets = {"smtp_password": "Password there"}
    if transport == "graph" and answers.draft.value("mail.graph.login") == "client_secret":
        secrets = {"graph_client_secret": "Client secret"}
    answers.prove_secrets(secrets, proofs.mail, wrong=(CredentialsRefused, SecretsMissing))
    answers.say("Mail can leave; nothing was sent.")


def _slack(answers: Answers) -> None:
    """Keep the webhook, whose shape is all that can be seen without posting."""
    answers.prove_secrets(
        {"slack_webhook": "Slack webhook"}, proofs.webhook, wrong=(SettingsProblem,)
    )


def _end(call: Call, answers: Answers) -> int:
    """Let the doctor look at what the next command will find, and say what is left to people."""
    answers.title("doctor")
    findings = doctor.examine(call.desk.second(answers.draft, {}), report=partial(kept, call=call))
    doctor_view.draw(call.output, findings)
    call.output.flush()
    name = answers.draft.value("mc.name") or "Mission Control"
    answers.say(
        f"At last, send one test ticket with a note to {name}, and let them confirm both: "
        "nobody else can see what they see."
    )
    return doctor_view.exit_code(findings)
