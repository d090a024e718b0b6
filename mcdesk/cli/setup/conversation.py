"""The conversation of `setup`, section by section."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from mcdesk.cli import doctor as doctor_view
from mcdesk.cli.call import Call
from mcdesk.cli.crash import kept
from mcdesk.cli.setup import proofs
from mcdesk.cli.setup.answers import TRIES, Answers
from mcdesk.cli.setup.hours import ask_hours
from mcdesk.cli.setup.picking import Choice
from mcdesk.credentials import SecretName
from mcdesk.desk import Desk, doctor
from mcdesk.desk.doctor import named
from mcdesk.errors import CredentialsRefused, DeskError, Refused, SecretsMissing, SettingsProblem
from mcdesk.ops import setup
from mcdesk.settings.reading import USERNAME_VARIABLE

_USER_NAME = "autotask.username"
# What is asked for each way in which mail leaves that is not manual, with what there is to pick.
_MAIL_QUESTIONS: Mapping[str, Sequence[tuple[str, str, Sequence[Choice]]]] = {
    "smtp": (
        ("mail.smtp.host", "Mail server", ()),
        ("mail.smtp.port", "Port", ()),
        (
            "mail.smtp.security",
            "Connection security",
            (
                Choice("starttls", "usual on port 587"),
                Choice("tls", "usual on port 465"),
                Choice("none", "only for a server on this computer"),
            ),
        ),
        ("mail.smtp.username", "User name on that server (empty for none)", ()),
    ),
    "graph": (
        ("mail.graph.tenant", "Tenant", ()),
        ("mail.graph.client_id", "Client id of the app registration", ()),
        (
            "mail.graph.login",
            "How mcdesk signs in",
            (Choice("device", "as you"), Choice("client_secret", "as the app itself")),
        ),
        ("mail.graph.sender", "Mailbox to send from", ()),
    ),
}
_TRANSPORTS = (
    Choice("manual", "your own mail program"),
    Choice("smtp", "a mail server"),
    Choice("graph", "Microsoft 365"),
)


def set_up(call: Call, answers: Answers, section: str | None, *, from_autotask: bool) -> int:
    """Set up *section*, or all that is needed; let the doctor look, and return its exit code."""
    sections: dict[str, Callable[[], None]] = {
        "autotask": lambda: _autotask(call.desk, answers),
        "template": lambda: _template(answers),
        "hours": lambda: ask_hours(call, answers, from_autotask=from_autotask),
        "mail": lambda: _mail(answers),
        "slack": lambda: _slack(answers),
    }
    wanted = [section] if section else ["autotask", "template", "hours"]
    mails = answers.of_a_team and answers.draft.value("mail.transport") in _MAIL_QUESTIONS
    if section is None and (mails or answers.about("mail.")):
        wanted.append("mail")
    for name in wanted:
        answers.title(name)
        sections[name]()
        answers.keep()
    answers.take_the_rest()
    return _end(call, answers)


def _autotask(desk: Desk, answers: Answers) -> None:
    """Find out which tenant, as whom, and who sits here."""
    answers.say("mcdesk signs in as an API-only user (in Autotask: Admin, Resources, API User).")
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
    answers.prove("autotask.me", "Your own email address in Autotask", proofs.me)


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
            f"MCDESK_AUTOTASK_USERNAME names another user, {used}, and overrides the file",
            hint="set it again, or remove it from the environment",
        )
    desk.session.zones.discovered()


def _find_zone(answers: Answers) -> bool:
    """Keep the zone in which the tenant lives; return whether Autotask said so of the user."""
    session = answers.second_desk().session
    known = session.zones.discovered() is not None  # whatever is remembered
    if not known:
        answers.say("Couldn't ask Autotask if it knows that user; the login will show.")
    zone = session.zone
    if not answers.draft.value("autotask.zone_url"):
        answers.set("autotask.zone_url", zone.url)
    if zone.web_url and not answers.draft.value("autotask.web_url"):
        answers.set("autotask.web_url", zone.web_url)
    answers.say(f"Zone: {zone.url}")
    return known


def _template(answers: Answers) -> None:
    """Find the labels that the handoff, the list of stale tickets and notes use."""
    answers.take("mc.template", "templates.")
    key = f"templates.{answers.draft.value('mc.template') or 'return-to-mc'}"
    for field, question, proof, choices in (
        ("primary_resource", "Who gets tickets sent to MC", proofs.primary_resource, _people),
        ("status", "Status to set", proofs.status, partial(_labels, field="status")),
        ("queue", "Queue to set", proofs.queue, partial(_labels, field="queueID")),
    ):
        answers.prove(f"{key}.{field}", question, proof, choices=choices)
    proofs.templates(answers.second_desk())
    for field, question, choices in (
        ("queues", "Help desk queues", _queues),
        ("statuses", "Statuses of tickets that nobody has taken", _statuses),
        ("returned_statuses", "Statuses in which tickets come back from MC", _statuses),
    ):
        answers.prove(f"stale.{field}", question, named.labels, choices=choices, several=True)
    _note_type(answers)
    _scheduling(answers)


def _people(desk: Desk) -> list[Choice]:
    return list(map(Choice, setup.holders(desk.autotask)))


def _labels(desk: Desk, field: str) -> list[Choice]:
    return list(map(Choice, setup.labels(desk.autotask, field)))


def _queues(desk: Desk) -> list[Choice]:
    queues = setup.queues_by_unclaimed(desk.autotask, desk.settings.stale.statuses)
    return [Choice(label, f"{number} unclaimed") for label, number in queues]


def _statuses(desk: Desk) -> list[Choice]:
    statuses = setup.statuses_by_number(desk.autotask, desk.settings.stale.queues)
    return [Choice(label, f"{number} unclaimed") for label, number in statuses]


def _note_type(answers: Answers) -> None:
    proposed = setup.internal_note_types(answers.second_desk().autotask)
    if answers.asks("note.note_type"):
        answers.say("Check that no workflow rule emails notes of the type you pick to customers.")
    answers.prove(
        "note.note_type",
        "Note type for internal notes",
        named.notes,
        default=proposed[0] if proposed else "",
        choices=lambda desk: [
            *(Choice(label, "looks internal") for label in proposed),
            *(Choice(label) for label in setup.note_types(desk.autotask) if label not in proposed),
        ],
    )


def _scheduling(answers: Answers) -> None:
    """Find out where customers pick a time, and what becomes of the ticket."""
    words = "Scheduling link, with {ticket} for the number (empty for none)"
    answers.prove("scheduling.link", words)
    if answers.draft.value("scheduling.link") or answers.about("scheduling.status"):
        answers.prove(
            "scheduling.status",
            "Status to set after sending it",
            named.statuses,
            choices=lambda desk: [Choice("", "unchanged"), *_labels(desk, "status")],
        )


def _mail(answers: Answers) -> None:
    """Find out how mail leaves; a server is logged in to, and nothing is sent.

    What is wrong but for the password is asked again from the beginning.
    """
    answers.take("mail.")
    for left in reversed(range(TRIES)):
        try:
            _prove_mail(answers)
            break
        except (CredentialsRefused, SecretsMissing, Refused):
            raise
        except DeskError as problem:
            if not (left and answers.asks("mail.smtp.host")):
                raise
            answers.explain(problem)
    if answers.draft.value("mail.transport") in _MAIL_QUESTIONS:
        answers.say("Email works; nothing was sent.")


def _offer(choices: Sequence[Choice]) -> Callable[[Desk], Sequence[Choice]]:
    return lambda _: choices


def _prove_mail(answers: Answers) -> None:
    offered = _offer(_TRANSPORTS)
    answers.prove("mail.transport", "How to send email", default="manual", choices=offered)
    answers.prove("mail.from", "From", default=str(answers.draft.value("autotask.me") or ""))
    transport = answers.draft.value("mail.transport") or "manual"
    for key, words, choices in _MAIL_QUESTIONS.get(transport, ()):
        answers.prove(key, words, choices=_offer(choices))
    secrets: dict[SecretName, str] = {}
    if transport == "smtp" and answers.draft.value("mail.smtp.username"):
        secrets = {"smtp_password": "Password for it"}
    if transport == "graph" and answers.draft.value("mail.graph.login") == "client_secret":
        secrets = {"graph_client_secret": "Client secret"}
    answers.prove_secrets(secrets, proofs.mail, wrong=(CredentialsRefused, SecretsMissing))


def _slack(answers: Answers) -> None:
    """Keep the webhook, whose shape is all that can be seen without posting."""
    answers.prove_secrets(
        {"slack_webhook": "Slack webhook"}, proofs.webhook, wrong=(SettingsProblem,)
    )


def _end(call: Call, answers: Answers) -> int:
    """Let the doctor look at what the next command will find, and say what is left to people."""
    answers.title("doctor")
    findings = doctor.examine(
        call.desk.second(answers.draft, {}), report=lambda bug: kept(bug, call)[0]
    )
    doctor_view.draw(call.output, findings)
    call.output.flush()
    name = answers.draft.value("mc.name") or "Mission Control"
    answers.say(
        f"One last step: send a test ticket with a note to {name}, and have them confirm both: "
        "only they know what they see."
    )
    return doctor_view.exit_code(findings)
