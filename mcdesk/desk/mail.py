"""Make the way for mail that the settings choose."""

from pathlib import Path

from mcdesk.desk import Desk
from mcdesk.desk.computer import open_file
from mcdesk.errors import SettingsProblem
from mcdesk.mail import Mailer
from mcdesk.mail.graph import Graph
from mcdesk.mail.manual import Manual
from mcdesk.mail.microsoft import SignIn
from mcdesk.mail.smtp import Smtp


def make_mailer(desk: Desk) -> Mailer:
    """Make the transport of mail.transport; raise SettingsProblem for what it lacks."""
    match desk.settings.mail.transport:
        case "smtp":
            return _smtp(desk)
        case "graph":
            return _graph(desk)
        case "manual":
            return _manual(desk)


def _smtp(desk: Desk) -> Mailer:
    smtp = desk.settings.mail.smtp
    if not smtp.host:
        raise SettingsProblem("mail.smtp.host is not set: the server that sends our mail")
    return Smtp(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        user_name=smtp.username,
        password=lambda: desk.secrets.need("smtp_password").reveal(),
        refused=desk.refused_logins,
        certificates=desk.certificates,
        say=desk.say,
    )


def _graph(desk: Desk) -> Mailer:
    graph = desk.settings.mail.graph
    sign_in = SignIn(graph.tenant, graph.client_id, web=desk.web)
    desk.at_close(sign_in.close)
    if graph.login == "device":
        cache, tell = desk.home / "microsoft-365.bin", desk.say if desk.interactive else None
        mailer = Graph(
            "/me", lambda: sign_in.as_person(cache, tell), web=desk.web, sleep=desk.sleep
        )
    elif graph.sender:
        secret = desk.secrets.need("graph_client_secret")
        mailer = Graph(
            f"/users/{graph.sender}",
            lambda: sign_in.as_app(secret.reveal()),
            web=desk.web,
            sleep=desk.sleep,
        )
    else:
        raise SettingsProblem("mail.graph.sender is not set: the mailbox that sends")
    desk.at_close(mailer.close)
    return mailer


def _manual(desk: Desk) -> Mailer:
    def show(path: Path, link: str | None) -> None:
        if not desk.interactive:  # the error says where it is
            return
        desk.say_link("an email to send by hand:", str(path), path.absolute().as_uri())
        if link:
            desk.offer_link("or write it in your mail program", link)
        if not open_file(path, desk.environ):
            desk.say("no program on this computer opens it for you: open the file yourself")

    return Manual(desk.home / "drafts", show=show, ask=desk.ask)
