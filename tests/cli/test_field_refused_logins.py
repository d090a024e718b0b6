"""A moment of 401: tried again an hour later, then once a day; and the team is told, once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from mailservers import Behaviour, mail_server
from offices import NOW, SECRETS, Office
from slackserver import SlackServer, slack_server
from test_field_texts import full_disk
from test_refused_mail import configure
from test_watch import Timed, watch

LOOK = ("watch", "--once", "--slack")
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
NIGHT = NOW.replace(hour=7)


@pytest.fixture
def slack(office: Office) -> Iterator[SlackServer]:
    with slack_server() as server:
        office.environ["MCDESK_SLACK_WEBHOOK"] = server.url
        yield server


def asked(office: Office) -> int:
    """Return how many requests with a login went out since the last time."""
    return len([each for each in office.requests() if "zoneInformation" not in each])


def told(slack: SlackServer) -> list[str]:
    return [post["text"].splitlines()[0] for post in slack.posts]


def test_one_401_in_a_night_and_then_health(office: Office, slack: SlackServer) -> None:
    office.now = NIGHT
    office.break_with("* /Tickets/* 401 x1")
    office.ticket(600)
    assert office.run(*LOOK).code == 4
    assert told(slack) == ["mcdesk cannot read Autotask: Autotask refused the credentials (401)"]
    asked(office)
    for minute in range(5, 60, 5):
        office.now = NIGHT + minute * MINUTE
        assert office.run(*LOOK).code == 4
    assert asked(office) == 0
    office.now = NIGHT + HOUR
    assert office.run(*LOOK).code == 0
    assert len(slack.posts) == 1
    office.now = NOW
    assert office.run(*LOOK).code == 0
    assert told(slack)[1:] == ["The desk is open: 1 ticket has waited 1h or longer"]


def test_a_wrong_secret_is_tried_once_a_day(office: Office, slack: SlackServer) -> None:
    office.environ["MCDESK_AUTOTASK_SECRET"] = "hunter2"
    tried = []
    for hour in range(80):
        office.now = NOW + hour * HOUR
        assert office.run(*LOOK).code == 4
        tried += [hour] * asked(office)
    assert tried == [0, 1, 25, 49, 73]
    assert len(slack.posts) == 1


@pytest.mark.parametrize(
    "mended",
    [
        pytest.param(("stale",), id="another secret"),
        pytest.param(("doctor",), id="doctor"),
    ],
)
def test_what_was_mended_works_at_once(
    office: Office, slack: SlackServer, mended: tuple[str, ...]
) -> None:
    if mended == ("doctor",):
        office.break_with("* /Tickets/* 401 x1")
    else:
        office.environ["MCDESK_AUTOTASK_SECRET"] = "hunter2"
    assert office.run(*LOOK).code == 4
    office.environ.update(SECRETS)
    office.run(*mended)
    assert office.run(*LOOK).code == 0
    # Another time is another time.
    office.environ["MCDESK_AUTOTASK_SECRET"] = "hunter2"
    assert office.run(*LOOK).code == 4
    assert len([line for line in told(slack) if "cannot read" in line]) == 2


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param("POST /Tickets/query 401", "refused the credentials", id="401"),
        pytest.param("POST /Tickets/query status 403", "isn't allowed to do this", id="403"),
        pytest.param(
            "POST /Tickets/query refuse You do not have the adequate permissions to query",
            "adequate permissions",
            id="no permission",
        ),
        pytest.param(
            "POST /Tickets/query refuse IntegrationCode is invalid", "IntegrationCode", id="code"
        ),
    ],
)
@pytest.mark.parametrize("argv", [("--once",), ()], ids=["once", "running"])
def test_the_team_hears_of_what_only_people_can_mend(
    office: Office, slack: SlackServer, fault: str, words: str, argv: tuple[str, ...]
) -> None:
    office.break_with(f"{fault} x9")
    for _ in range(3):
        assert watch(Timed(office), "--slack", *argv, until=office.now + HOUR) == 4
    (line,) = told(slack)
    assert line.startswith("mcdesk cannot read Autotask: ")
    assert words in line


def test_a_label_that_is_gone_is_told(office: Office, slack: SlackServer) -> None:
    office.add_settings('[stale]\nqueues = ["<!channel> Desk"]\n')
    for _ in range(2):
        assert office.run(*LOOK).code == 4
    (line,) = told(slack)
    assert "mcdesk cannot read Autotask" in line
    assert "&lt;!channel&gt; Desk" in line


@pytest.mark.parametrize(
    ("fault", "code"),
    [("POST /Tickets/query status 503 x9", 1), ("POST /Tickets/query 429 x9", 1)],
)
def test_what_mends_itself_is_not_told(
    office: Office, slack: SlackServer, fault: str, code: int
) -> None:
    office.break_with(fault)
    assert office.run(*LOOK).code == code
    assert slack.posts == []


def test_without_slack_nobody_is_told(office: Office, slack: SlackServer) -> None:
    office.environ["MCDESK_AUTOTASK_SECRET"] = "hunter2"
    assert office.run("watch", "--once").code == 4
    assert slack.posts == []
    assert office.run(*LOOK).code == 4
    assert len(slack.posts) == 1


def test_what_slack_does_not_take_is_told_the_next_time(office: Office, slack: SlackServer) -> None:
    office.environ["MCDESK_AUTOTASK_SECRET"] = "hunter2"
    slack.says = [(500, "", {}), (403, "invalid_token", {})]
    for _ in range(2):
        done = office.run(*LOOK)
        assert done.code == 4
        assert "Autotask refused" in done.err
        assert "the team was not told" in done.err
    assert office.run(*LOOK).code == 4
    assert office.run(*LOOK).code == 4
    assert slack.asked == 3


def test_a_full_disk_hides_nothing(office: Office, slack: SlackServer) -> None:
    office.environ["MCDESK_AUTOTASK_SECRET"] = "hunter2"
    office.run("stale")
    with full_disk(1):
        done = office.run(*LOOK)
    assert done.code == 4
    assert "Autotask refused" in done.err
    assert len(slack.posts) == 1


def test_a_mail_servers_refusal_is_tried_again(office: Office) -> None:
    behaviour = Behaviour({"AUTH": "535 5.7.8 wrong password"})
    ticket = str(office.ticket(30))
    tried: list[int] = []
    with mail_server(behaviour) as port:
        configure(office, port)
        office.run("note", ticket, "Call back", "--notify-dispatch")
        for hour in range(51):
            office.now = NOW + hour * HOUR
            assert office.run("outbox", "retry", "--yes").code == 8
            tried += [hour] * (len(behaviour.logins) - 1 - len(tried))
        assert tried == [1, 25, 49]
        behaviour.answers.clear()
        office.now = NOW + 73 * HOUR
        assert office.run("outbox", "retry", "--yes").code == 0
        # From there on it is like any other that was never refused.
        behaviour.answers["AUTH"] = "535 5.7.8 wrong password"
        office.run("note", ticket, "Call again", "--notify-dispatch")
        behaviour.answers.clear()
        office.now += HOUR
        assert office.run("outbox", "retry", "--yes").code == 0
    assert len(behaviour.taken) == 2
