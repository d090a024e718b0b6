"""`slack.tell_handoffs`: a line to the team for each verified handoff, whatever comes of it."""

import json
from collections.abc import Iterator

import pytest
from mailservers import Behaviour, mail_server
from offices import Office
from slackserver import SlackServer, slack_server

from mcdesk.sandbox.people import HELP_DESK_ROLE

SETTING = "[slack]\ntell_handoffs = true\n"
COLLEAGUE = 23


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


@pytest.fixture
def telling(office: Office, slack: SlackServer) -> Office:
    """Return an office that tells its channel of handoffs."""
    office.add_settings(SETTING)
    office.environ["MCDESK_SLACK_WEBHOOK"] = slack.url
    return office


def test_one_line_with_who_and_what(telling: Office, slack: SlackServer) -> None:
    ticket = telling.ticket(125, title="Printer <!channel> *now*")
    done = telling.run("send-to-mc", str(ticket), "--yes", "--priority", "High")
    assert (done.code, done.err) == (0, "")
    (post,) = slack.posts
    link = (
        "<https://ww99.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx"
        f"?Code=OpenTicketDetail&amp;TicketID={ticket}|T20261123.10250>"
    )
    assert post["text"] == (
        f"{link} sent to Mission Control by Noor Haddad. "
        "Harbor Point Dental: Printer &lt;!channel&gt; *now*"
    )
    (section,) = post["blocks"]
    assert section["text"]["text"] == f"*{link}* sent to Mission Control by Noor Haddad"
    assert [field["text"] for field in section["fields"]] == [
        "Printer &lt;!channel&gt; *now*",
        "Harbor Point Dental\nHigh",
    ]
    assert {field["type"] for field in section["fields"]} == {"plain_text"}


def test_several_in_one_post_and_only_what_was_verified(
    telling: Office, slack: SlackServer
) -> None:
    sent, there, closed = telling.ticket(10), telling.ticket(20), telling.ticket(40, status=5)
    assert telling.run("send-to-mc", str(there), "--yes").code == 0
    slack.posts.clear()
    also = telling.ticket(50)
    argv = map(str, (sent, there, closed, also))
    done = telling.run("send-to-mc", *argv, "--yes", "--json")
    outcomes = [each["outcome"] for each in json.loads(done.out)["results"]]
    assert outcomes == ["sent", "already_there", "refused", "sent"]
    assert done.code == 3
    (post,) = slack.posts
    assert len(post["blocks"]) == 2
    assert len(post["text"].splitlines()) == 2
    assert "T20261123.9100" in post["text"]
    assert "T20261123.9500" in post["text"]


@pytest.mark.parametrize(
    ("argv", "fault", "code"),
    [
        (["--dry-run"], "", 0),
        (["--yes"], "PATCH /Tickets lose-request", 1),
        (["--yes"], "PATCH /Tickets refuse no", 1),
        (["--yes"], "PATCH /Tickets workflow status=8", 1),
    ],
    ids=["a dry run", "nobody knows", "refused", "not as planned"],
)
def test_what_is_not_told(
    telling: Office, slack: SlackServer, argv: list[str], fault: str, code: int
) -> None:
    ticket = telling.ticket(10)
    telling.break_with(*([fault] if fault else []))
    assert telling.run("send-to-mc", str(ticket), *argv).code == code
    assert slack.posts == []


def test_not_a_claim_or_an_undo(telling: Office, slack: SlackServer) -> None:
    ticket = telling.ticket(10)
    telling.run("send-to-mc", str(ticket), "--yes")
    slack.posts.clear()
    telling.run("undo", "--yes")
    telling.run("claim", str(ticket))
    assert slack.posts == []


def test_nobody_is_told_unless_that_is_wanted(office: Office, slack: SlackServer) -> None:
    office.environ["MCDESK_SLACK_WEBHOOK"] = slack.url
    done = office.run("send-to-mc", str(office.ticket(10)), "--yes")
    assert (done.code, done.err) == (0, "")
    assert slack.posts == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (503, "the team was not told on Slack: Slack answered 503: down"),
        (404, "the team was not told on Slack: Slack refused: the webhook does not exist"),
    ],
)
def test_a_failed_post_is_a_line_and_no_exit_code(
    telling: Office, slack: SlackServer, status: int, said: str
) -> None:
    slack.says = [(status, "down", {})]
    ticket = telling.ticket(10)
    done = telling.run("send-to-mc", str(ticket), "--yes")
    assert done.code == 0
    assert "sent and verified" in done.out
    assert done.err.startswith(said)
    assert len(done.err.splitlines()) == 1
    assert telling.holds(ticket)["status"] == 32


def test_without_a_webhook_that_is_said(office: Office) -> None:
    office.add_settings(SETTING)
    done = office.run("send-to-mc", str(office.ticket(10)), "--yes")
    assert done.code == 0
    (line,) = done.err.splitlines()
    assert line.startswith("the team was not told on Slack: ")
    assert "webhook" in line


def test_a_note_that_waits_keeps_its_exit_code(telling: Office, slack: SlackServer) -> None:
    telling.break_with("POST /Tickets/*/Notes lose-request")
    done = telling.run("send-to-mc", str(telling.ticket(10)), "--yes", "--note", "words")
    assert done.code == 8
    assert len(slack.posts) == 1
    assert "words" not in json.dumps(slack.posts)


def test_it_is_told_after_what_came_of_it_was_shown(
    telling: Office, slack: SlackServer, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []
    slack.heard = lambda _: shown.append(capsys.readouterr().out)
    telling.run("send-to-mc", str(telling.ticket(10)), "--yes")
    assert "sent and verified" in shown[0]


def test_a_colleagues_taken_away_by_force(telling: Office, slack: SlackServer) -> None:
    ticket = telling.ticket(10, assignedResourceID=COLLEAGUE, assignedResourceRoleID=HELP_DESK_ROLE)
    assert telling.run("send-to-mc", str(ticket), "--yes", "--force").code == 0
    assert len(slack.posts) == 1


def test_the_demos_lands_in_its_inbox(office: Office) -> None:
    config = office.home / "demo" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(SETTING, encoding="utf-8")
    assert office.run("--demo", "send-to-mc", "2", "--yes").code == 0
    shown = office.run("demo", "inbox").out
    assert "Slack post 1 of 1" in shown
    assert "sent to Mission Control by Noor Haddad. " in shown
    assert "Front desk printer prints blank pages" in shown


def test_a_full_disk_in_the_demo_is_a_line_as_well(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = office.home / "demo" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(SETTING, encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("mcdesk.sandbox.inbox.Inbox.post", full)
    done = office.run("--demo", "send-to-mc", "2", "--yes")
    assert done.code == 0
    assert "the team was not told on Slack: the demo's inbox: no space left" in done.err


def test_dispatch_gets_its_mail_all_the_same(telling: Office, slack: SlackServer) -> None:
    mails = Behaviour()
    slack.says = [(503, "down", {})]
    with mail_server(mails) as port:
        telling.add_settings(
            '[mail]\ntransport = "smtp"\nfrom = "desk@demo.example"\n'
            f'[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        )
        argv = ("--yes", "--note", "words", "--notify-dispatch")
        assert telling.run("send-to-mc", str(telling.ticket(10)), *argv).code == 0
    assert len(mails.taken) == 1
