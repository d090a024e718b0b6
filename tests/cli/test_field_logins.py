"""A login that was refused goes out once a process, whatever the disk does, and that is told."""

import pytest
from mailservers import Behaviour, mail_server
from offices import SECRETS, Office
from test_field_texts import full_disk
from test_note import outbox
from test_refused_mail import configure


def waiting(office: Office, number: int = 3) -> list[str]:
    """Let some notes wait, each on a ticket of its own."""
    office.break_with("POST /Tickets/*/Notes 429")
    for i in range(number):
        assert office.run("note", str(office.ticket(30 + i)), f"words {i}").code == 8
    office.break_with()
    return [str(entry["n"]) for entry in outbox(office)]


def refusing(office: Office) -> None:
    office.environ["MCDESK_AUTOTASK_SECRET"] = "hunter2"
    office.requests()


def refusals(office: Office) -> int:
    return sum(each.status == 401 for each in office.world.requests())


@pytest.mark.parametrize("full", [False, True], ids=["disk", "full disk"])
class TestAutotask:
    @pytest.mark.parametrize(
        "argv",
        [
            ("outbox", "retry"),
            ("watch", "--once"),
            ("watch",),
            ("stale",),
            ("log", "--check"),
            ("claim", "7001", "--yes"),
            ("send-link", "7001", "--yes"),
            ("send-to-mc", "7001", "7002", "7003", "--yes", "--note", "words"),
            ("undo", "--yes"),
        ],
        ids=" ".join,
    )
    def test_is_asked_once(self, office: Office, argv: tuple[str, ...], full: bool) -> None:
        ids = waiting(office)
        office.run("send-to-mc", str(office.ticket(50)), "--yes")
        tickets = iter([str(office.ticket(60 + i)) for i in range(3)])
        argv = tuple(next(tickets) if word.startswith("700") else word for word in argv)
        office.add_settings('[scheduling]\nlink = "https://book.example.com/"\n')
        refusing(office)
        if full:
            with full_disk(1):
                done = office.run(*argv)
        else:
            done = office.run(*argv)
        # With no disk to write down a handoff, it is not even begun.
        assert refusals(office) == (0 if full and argv[0] == "send-to-mc" else 1), done
        assert "Traceback" not in done.err
        assert "refused" in done.err or refusals(office) == 0
        assert done.code == (4 if refusals(office) else 1)
        if not full:
            again = office.run(*argv)
            assert refusals(office) == 1
            assert again.code == done.code
        assert [str(entry["n"]) for entry in outbox(office)][:3] == ids
        office.environ.update(SECRETS)
        assert office.run("outbox", "retry", ids[0]).code == 0


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour({"AUTH": "535 5.7.8 wrong password"})


@pytest.mark.parametrize("full", [False, True], ids=["disk", "full disk"])
def test_a_mail_server_is_asked_once_in_a_retry(
    office: Office, behaviour: Behaviour, full: bool
) -> None:
    with mail_server(behaviour) as port:
        configure(office, port)
        behaviour.answers["AUTH"] = "454 later"
        for i in range(3):
            office.run("note", str(office.ticket(30 + i)), "words", "--notify-dispatch")
        behaviour.answers["AUTH"] = "535 5.7.8 wrong password"
        behaviour.logins.clear()
        if full:
            with full_disk(1):
                done = office.run("outbox", "retry")
        else:
            done = office.run("outbox", "retry")
        assert len(behaviour.logins) == (0 if full else 1)
        assert done.code in (1, 8)
        assert "outbox is empty" not in done.err
        behaviour.answers.clear()
        office.environ["MCDESK_SMTP_PASSWORD"] = "s3cret"
        assert office.run("outbox", "retry").code == 0
    assert len(behaviour.taken) == 3
