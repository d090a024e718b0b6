"""One home folder on two computers: what the other one began is asked about, never done twice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from deaths import Died, die
from mailservers import Behaviour, mail_server
from offices import Office

from mcdesk.store import lock


@pytest.fixture
def mails() -> Behaviour:
    return Behaviour()


@pytest.fixture
def office(office: Office, mails: Behaviour) -> Iterator[Office]:
    with mail_server(mails) as port:
        office.add_settings(
            '[mail]\ntransport = "smtp"\nfrom = "jane@example.com"\n'
            f'[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        )
        yield office


def at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("platform.node", lambda: name)


def outbox(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(office.run("outbox", "--json").out)["entries"]
    return found


@pytest.fixture
def waiting(office: Office, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Type a note on FRONT-DESK that does not get through; return ticket and number."""
    at(monkeypatch, "FRONT-DESK.local")
    ticket = str(office.ticket(30))
    office.break_with("POST /Tickets/*/Notes 429")
    assert office.run("note", ticket, "my words", "--notify-dispatch").code == 8
    office.break_with()
    ((number,),) = [[str(entry["n"])] for entry in outbox(office)]
    at(monkeypatch, "back-office")
    return ticket, number


class TestWhatWaits:
    def test_says_where_it_was_typed(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, waiting: tuple[str, str]
    ) -> None:
        assert "typed on front-desk.local" in office.run("outbox").out.replace("\n", " ")
        assert outbox(office)[0]["computer"] == "front-desk.local"
        at(monkeypatch, "Front-Desk.LOCAL")
        assert "typed on" not in office.run("outbox").out

    @pytest.mark.parametrize("words", [(), ("--yes",), ("--resend",), ("N",)], ids=" ".join)
    def test_is_left_without_a_terminal(
        self, office: Office, mails: Behaviour, waiting: tuple[str, str], words: tuple[str, ...]
    ) -> None:
        ticket, number = waiting
        done = office.run("outbox", "retry", *(number if word == "N" else word for word in words))
        assert done.code == 8
        assert f"{number} was typed on front-desk.local, not here" in done.err
        assert f"mcdesk outbox retry {number} --yes sends it" in done.err
        assert (office.notes(int(ticket)), mails.taken) == ([], [])

    @pytest.mark.parametrize("answer", ["", "n", "y"])
    def test_is_asked_about_on_one(
        self, office: Office, mails: Behaviour, waiting: tuple[str, str], answer: str
    ) -> None:
        ticket, number = waiting
        done = office.run("outbox", "retry", answers=[answer])
        assert f"{number} was typed on front-desk.local. It may be going out" in done.err
        sent = answer == "y"
        assert done.code == (0 if sent else 8)
        assert (len(office.notes(int(ticket))), len(mails.taken)) == (sent, sent)

    def test_a_number_and_yes_are_an_answer(self, office: Office, waiting: tuple[str, str]) -> None:
        ticket, number = waiting
        assert office.run("outbox", "retry", number, "--yes").code == 0
        assert len(office.notes(int(ticket))) == 1

    def test_its_own_computer_asks_nothing(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, waiting: tuple[str, str]
    ) -> None:
        at(monkeypatch, "front-desk.LOCAL")
        assert office.run("outbox", "retry").code == 0
        assert len(office.notes(int(waiting[0]))) == 1

    def test_another_user_and_another_computer_are_two_questions(
        self, office: Office, waiting: tuple[str, str]
    ) -> None:
        office.environ["MCDESK_AUTOTASK_USERNAME"] = "other@demo.example"
        done = office.run("outbox", "retry", answers=["y", "n"])
        assert "was typed as api@demo.example. Send it as other@demo.example?" in done.err
        assert "was typed on front-desk.local, not here" in done.err
        assert done.code == 8

    def test_giving_it_up_says_so(self, office: Office, waiting: tuple[str, str]) -> None:
        done = office.run("outbox", "drop", waiting[1], answers=["n"])
        assert "typed on front-desk.local?" in done.err

    def test_the_reminder_counts_it(self, office: Office, waiting: tuple[str, str]) -> None:
        assert "1 thing didn't go out" in office.run("stale", answers=[]).err


class TestWhatIsBeingSent:
    """Its process still runs, for all that another computer can know."""

    @pytest.fixture
    def sending(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> str:
        at(monkeypatch, "front-desk")
        ticket = office.ticket(30)
        office.run("stale")
        with monkeypatch.context() as patch:
            patch.setattr("mcdesk.ops.steps.note.NoteKind.attempt", lambda *_: die())
            with pytest.raises(Died):
                office.run("note", str(ticket), "my words")
        at(monkeypatch, "back-office")
        return str(ticket)

    def test_is_never_read_as_interrupted(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, sending: str
    ) -> None:
        for _ in range(2):
            assert [step["state"] for step in outbox(office)[0]["steps"]] == ["sending"]
            assert "interrupted" not in office.run("outbox").out
            assert office.run("outbox", "retry").code == 8
        assert [step["state"] for step in outbox(office)[0]["steps"]] == ["sending"]
        assert office.notes(int(sending)) == []
        at(monkeypatch, "front-desk")
        assert [step["state"] for step in outbox(office)[0]["steps"]] == ["unknown"]

    def test_a_person_may_know_better(self, office: Office, sending: str) -> None:
        office.run("outbox", "retry", answers=["y"])
        assert [step["state"] for step in outbox(office)[0]["steps"]] == ["unknown"]
        assert office.notes(int(sending)) == []  # it may still land


class TestUndo:
    @pytest.fixture
    def sent(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> str:
        at(monkeypatch, "front-desk")
        ticket = str(office.ticket(30))
        assert office.run("send-to-mc", ticket, "--yes").code == 0
        at(monkeypatch, "back-office")
        return ticket

    def test_is_left_without_a_terminal(self, office: Office, sent: str) -> None:
        before = office.holds(int(sent))
        for words in (("--yes",), ()):
            done = office.run("undo", *words)
            assert (done.code, done.out) == (8, "")
            assert "was changed on front-desk, not here" in done.err
        assert office.holds(int(sent)) == before
        assert office.run("undo", "--dry-run").code == 0

    def test_a_ticket_and_yes_are_an_answer(self, office: Office, sent: str) -> None:
        assert office.run("undo", sent, "--yes").code == 0
        assert office.holds(int(sent))["primary"] is None

    @pytest.mark.parametrize(("words", "answers"), [((), ["y"]), (("--yes",), ["y"])])
    def test_it_is_asked_about_once(
        self, office: Office, sent: str, words: tuple[str, ...], answers: list[str]
    ) -> None:
        done = office.run("undo", *words, answers=answers)
        assert done.code == 0, done.err
        assert done.err.count("front-desk") == 1
        assert done.err.count("?") == 1

    def test_a_no_leaves_it(self, office: Office, sent: str) -> None:
        assert office.run("undo", answers=["n"]).code == 3
        assert office.run("undo", "--yes", answers=["n"]).code == 8
        assert office.holds(int(sent))["status"] == 32

    def test_no_lock_here_tells_whether_it_is_at_it(
        self, office: Office, sent: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lock.Lock, "free", property(lambda _: pytest.fail("asked")))
        assert office.run("undo", sent, "--yes").code == 0
