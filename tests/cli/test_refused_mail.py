"""A mail server that refuses our password is not asked again by every run of a schedule."""

import pytest
from mailservers import Behaviour, mail_server
from offices import CONFIG, Office


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour({"AUTH": "535 5.7.8 wrong password"})


def configure(office: Office, port: int) -> None:
    office.environ["MCDESK_SMTP_PASSWORD"] = "hunter2"
    office.configure(
        f'{CONFIG}[mail]\ntransport = "smtp"\nfrom = "noor.haddad@demo.example"\n'
        f'[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nusername = "noor"\n'
    )


def test_it_is_sent_once_however_often_cron_runs(office: Office, behaviour: Behaviour) -> None:
    ids = [str(office.ticket(30)) for _ in range(2)]
    with mail_server(behaviour) as port:
        configure(office, port)
        for id in ids:
            assert office.run("note", id, "Call back", "--notify-dispatch").code == 8
        for _ in range(7):
            result = office.run("outbox", "retry", "--yes")
            assert result.code == 8
            assert "refused this password of noor before" in result.out + result.err
            assert "mcdesk doctor" in result.out + result.err
        assert behaviour.logins == [("noor", "hunter2")]
        assert office.run("doctor").code == 4
        assert len(behaviour.logins) == 2
        office.environ["MCDESK_SMTP_PASSWORD"] = "s3cret"
        office.run("outbox", "retry", "--yes")
        assert behaviour.logins[2:] == [("noor", "s3cret")]
        behaviour.answers.clear()
        office.run("doctor")
        assert office.run("outbox", "retry", "--yes").code == 0
    assert len(behaviour.taken) == 2
