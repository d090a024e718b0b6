"""Nothing typed is lost, and nothing is sent twice: under faults, deaths and company."""

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import httpx
import pytest
from deaths import Died, Mortal, die, dying_at_commit
from faultpage import FAULTS as ALL_FAULTS
from mailservers import Behaviour, mail_server
from offices import Office, Result

from mcdesk.sandbox.people import HELP_DESK_ROLE, VENDOR
from mcdesk.store.lock import Lock, Locks

FAULTS = tuple(ALL_FAULTS.values())
# Fault -> the server's odd answer to a verb, where it hangs up, and what becomes of the mail.
MAIL = {
    "451 try later": (("DATA", "451 try later"), "", "waiting"),
    "550 no": (("RCPT", "550 no"), "", "failed"),
    "hangs up before": (("", ""), "354", "waiting"),
    "hangs up after": (("", ""), "DATA", "unknown"),
}


class Post:
    """An office whose mail goes to a real server, and what the two hold in the end."""

    def __init__(self, office: Office, behaviour: Behaviour, port: int) -> None:
        self.office = office
        self.behaviour = behaviour
        office.add_settings(
            '[mail]\ntransport = "smtp"\n'
            f'[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        )
        self.made = 0
        self.write("warm up")

    def ticket(self) -> int:
        self.made += 1
        return self.office.ticket(
            10 + self.made,
            assignedResourceID=VENDOR,
            assignedResourceRoleID=HELP_DESK_ROLE,
            status=32,
        )

    def write(self, text: str, *, ticket: int | None = None) -> tuple[int, Result]:
        ticket = self.ticket() if ticket is None else ticket
        argv = ("note", str(ticket), text, "--notify-dispatch", "--json")
        return ticket, self.office.run(*argv)

    def texts(self, ticket: int) -> list[str]:
        return [note["description"].split("\r\n")[0] for note in self.office.notes(ticket)]

    def mails(self, text: str) -> int:
        return sum(text.encode() in taken for taken in self.behaviour.taken)

    def entries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.office.run("outbox", "--json").out)["entries"]
        return found

    def holds_true(self, ticket: int, text: str) -> None:
        """Hold the invariant: each text at most once, and nothing missing that is not shown."""
        notes, mails = self.texts(ticket).count(text), self.mails(text)
        assert notes <= 1
        assert mails <= 1
        shown = [entry for entry in self.entries() if self._is_about(entry, ticket)]
        states = {step["step"]: step["state"] for entry in shown for step in entry["steps"]}
        if not notes:
            assert states.get("note") in ("waiting", "unknown", "failed"), states
        if not mails:
            assert states.get("mail") in ("waiting", "unknown", "failed"), states
        if states.get("note") == "done":
            assert notes
        if states.get("mail") == "done":
            assert mails

    def _is_about(self, entry: dict[str, Any], ticket: int) -> bool:
        return entry["ticket"]["id"] in (ticket, None)

    def settle(self, ticket: int, text: str) -> None:
        """Retry until nothing is left, as a patient technician would; then all is there once."""
        self.office.break_with()
        self.office.desk().refused_logins.forget()
        self.behaviour.answers.clear()
        self.behaviour.hangs_up = ""
        for _ in range(3):
            self.office.run("outbox", "retry")
            self.holds_true(ticket, text)
            self.office.now += timedelta(minutes=6)
        for entry in self.entries():
            # Only a mail that may have arrived is left, and a person says what becomes of it.
            assert [step["state"] for step in entry["steps"]] == ["done", "unknown"]
            already = self.mails(text)
            self.office.run("outbox", "retry", str(entry["n"]), "--resend")
            assert self.mails(text) == already + 1
        assert self.entries() == []
        assert self.texts(ticket).count(text) == 1
        assert self.mails(text) >= 1


@pytest.fixture
def post(office: Office) -> Iterator[Post]:
    behaviour = Behaviour()
    with mail_server(behaviour) as port:
        yield Post(office, behaviour, port)


def waiting(office: Office, text: str) -> tuple[int, str]:
    """Leave a note in the outbox that nobody has confirmed, and give its ticket and number."""
    ticket = office.ticket(30)
    office.run("note", str(ticket), text, answers=["y"], meanwhile=_dies)
    (entry,) = json.loads(office.run("outbox", "--json").out)["entries"]
    return ticket, str(entry["n"])


def _dies() -> None:
    raise KeyboardInterrupt


class TestTwoAtOneEntry:
    def test_what_another_sent_while_a_question_stood_there_is_not_sent_again(
        self, office: Office
    ) -> None:
        ticket = office.ticket(30)
        done = office.run(
            "note",
            str(ticket),
            "my words",
            answers=["y"],
            meanwhile=lambda: office.run("outbox", "retry", "1"),
        )
        (note,) = office.notes(ticket)
        assert done.code == 0
        assert done.out == f"internal note {note['id']} written on T20261123.9300\n"
        assert json.loads(office.run("outbox", "--json").out)["entries"] == []

    def test_so_with_a_retry(self, office: Office) -> None:
        ticket, n = waiting(office, "my words")
        done = office.run(
            "outbox",
            "retry",
            n,
            answers=["y"],
            meanwhile=lambda: office.run("outbox", "retry", n),
        )
        assert (done.code, len(office.notes(ticket))) == (0, 1)

    def test_what_another_dropped_is_not_said_to_wait(self, office: Office) -> None:
        ticket = office.ticket(30)
        done = office.run(
            "note",
            str(ticket),
            "my words",
            answers=["y"],
            meanwhile=lambda: office.run("outbox", "drop", "1", "--yes"),
        )
        assert (done.code, done.out) == (3, "")
        assert "error: number 1 was dropped in the meantime, so nothing was sent" in done.err
        assert "waits" not in done.err
        assert office.notes(ticket) == []

    def test_a_no_does_not_take_back_what_another_has_sent(self, office: Office) -> None:
        ticket = office.ticket(30)
        done = office.run(
            "note",
            str(ticket),
            "my words",
            answers=["n"],
            meanwhile=lambda: office.run("outbox", "retry", "1"),
        )
        assert done.code == 3
        assert "another mcdesk is sending: `mcdesk outbox` shows what became of 1" in done.err
        assert len(office.notes(ticket)) == 1

    def test_nothing_is_dropped_while_it_is_sent(self, office: Office) -> None:
        _, n = waiting(office, "my words")
        desk = office.desk()
        with desk.locks.of(int(n)).held(), desk.locks.of(int(n) + 1).held():
            done = office.run("outbox", "drop", n, "--yes")
            refused = office.run("note", str(office.ticket(40)), "more", answers=["n"])
        assert done.code == 8
        assert f"another mcdesk is at number {n}" in done.err
        assert "shows what became of" in refused.err
        assert len(json.loads(office.run("outbox", "--json").out)["entries"]) == 2

    def test_what_may_have_arrived_is_said_when_it_is_dropped(self, post: Post) -> None:
        post.behaviour.hangs_up = "DATA"
        post.write("my words")
        n = str(post.entries()[0]["n"])
        assert (
            "the mail may have arrived anyway" in post.office.run("outbox", "drop", n, "--yes").err
        )

    def test_so_of_what_was_being_sent_when_its_process_died(self, post: Post) -> None:
        office, way, ticket = post.office, post.office.transport, post.ticket()
        office.transport = Mortal(way, 2, after=die)
        with pytest.raises(Died):
            post.write("my words", ticket=ticket)
        office.transport = way
        dropped = office.run("outbox", "drop", str(post.entries()[0]["n"]), "--yes")
        assert "the note may have arrived anyway" in dropped.err
        assert post.texts(ticket) == ["my words"]


class TestRetry:
    def test_yes_asks_for_no_ticket(self, office: Office) -> None:
        ticket, n = waiting(office, "my words")
        assert office.run("outbox", "retry", n, "--yes", answers=[]).code == 0
        assert len(office.notes(ticket)) == 1

    def test_yes_sends_no_mail_again(self, post: Post) -> None:
        post.behaviour.hangs_up = "DATA"
        post.write("my words")
        post.behaviour.hangs_up = ""
        assert post.office.run("outbox", "retry", "--yes", answers=["n"]).code == 8
        assert post.mails("my words") == 1

    def test_a_no_is_a_refusal_and_nothing_else(self, office: Office) -> None:
        _, n = waiting(office, "my words")
        done = office.run("outbox", "retry", n, answers=["n"])
        assert done.code == 3
        assert f"error: number {n} was not sent\n" in done.err
        assert done.err.count("error: ") == 1

    @pytest.mark.parametrize("json_", [[], ["--json"]], ids=["people", "scripts"])
    def test_a_dry_run_shows_what_is_still_to_come(self, post: Post, json_: list[str]) -> None:
        post.behaviour.answers["RCPT"] = "451 later"
        post.write("my words")
        before, requests = post.entries(), post.office.requests()
        done = post.office.run("outbox", "retry", "--dry-run", *json_)
        assert done.code == 0
        assert "Subject: " in done.err + done.out
        assert post.entries() == before
        assert [each for each in post.office.requests() if "Notes" in each] == []
        assert requests

    def test_a_dry_run_of_dropping_drops_nothing(self, office: Office) -> None:
        _, n = waiting(office, "my words")
        done = office.run("outbox", "drop", n, "--dry-run")
        assert (done.code, f"would drop number {n}, about T20261123.9300" in done.err) == (
            0,
            True,
        )
        assert len(json.loads(office.run("outbox", "--json").out)["entries"]) == 1


@pytest.mark.exhaustive
@pytest.mark.parametrize("times", ["x1", ""], ids=["once", "always"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[:24])
@pytest.mark.parametrize("request_", ["POST /Tickets/query", "POST /Tickets/*/Notes"])
def test_every_fault_at_every_request(post: Post, request_: str, fault: str, times: str) -> None:
    post.office.break_with(f"{request_} {fault} {times}".strip())
    ticket, done = post.write("my words")
    assert "Traceback" not in done.err
    document = json.loads(done.out)
    notes = post.texts(ticket).count("my words")
    assert document["outcome"] in ("sent", "waiting", "unknown", "failed")
    assert (document["outcome"] == "sent") <= (notes == 1)
    assert (document["outcome"] in ("waiting", "failed")) <= (notes == 0)
    assert (done.code == 0) == (post.entries() == [])
    if document["outcome"] != "sent":
        assert "(347) 308-6455" in done.err
        assert done.code == {"waiting": 8, "unknown": 8, "failed": 1}[document["outcome"]] or (
            done.code == 4 and ("permissions" in fault or "401" in fault)
        )
    post.holds_true(ticket, "my words")
    post.settle(ticket, "my words")


@pytest.mark.parametrize("fault", MAIL)
def test_every_fault_of_the_mail_server(post: Post, fault: str) -> None:
    (verb, answer), post.behaviour.hangs_up, outcome = MAIL[fault]
    post.behaviour.answers[verb] = answer
    ticket, done = post.write("my words")
    document = json.loads(done.out)
    assert done.code == 8
    assert document["outcome"] == "sent"
    assert document["dispatch"]["outcome"] == outcome
    post.holds_true(ticket, "my words")
    post.settle(ticket, "my words")


def test_an_unknown_mail_is_left_alone_unless_a_person_says_so(post: Post) -> None:
    post.behaviour.hangs_up = "DATA"
    post.write("my words")
    post.behaviour.hangs_up = ""
    assert post.mails("my words") == 1
    for argv in ([], ["--json"]):
        assert post.office.run("outbox", "retry", *argv).code == 8
    assert post.mails("my words") == 1
    done = post.office.run("outbox", "retry", answers=["n"])
    assert "may have arrived. Send it again? [y/N]" in done.err
    assert (done.code, post.mails("my words")) == (8, 1)
    assert post.office.run("outbox", "retry", answers=["y"]).code == 0
    assert post.mails("my words") == 2
    ids = {
        line
        for mail in post.behaviour.taken
        for line in mail.split(b"\r\n")
        if b"Message-ID" in line
    }
    assert len(ids) == 2  # the warm-up's, and one for both copies


def test_killed_at_every_request(post: Post) -> None:
    office, way = post.office, post.office.transport
    nth, lived = 1, False
    while not lived:
        for moment in ("before", "after"):
            text = f"words {nth} {moment}"
            ticket = post.ticket()
            office.transport = Mortal(way, nth, **{moment: die})
            try:
                post.write(text, ticket=ticket)
                lived = True
            except Died:
                pass
            office.transport = way
            post.holds_true(ticket, text)
            post.settle(ticket, text)
        nth += 1
    assert nth > 3


@pytest.mark.thorough
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_at_every_commit(post: Post, before: bool) -> None:
    nth, lived, most = 1, False, 0
    while not lived:
        text = f"words {nth}"
        ticket = post.ticket()
        with dying_at_commit(nth, before=before, only="mcdesk.db") as seen:
            try:
                post.write(text, ticket=ticket)
                lived = True
            except Died:
                pass
        stored = text in (post.office.home / "mcdesk.db").read_bytes().decode("latin-1")
        if stored or lived:
            post.holds_true(ticket, text)
            post.settle(ticket, text)
        else:  # it died before anything was kept, and before anything was sent
            assert post.texts(ticket) == []
            assert post.mails(text) == 0
            assert nth <= 8
        nth, most = nth + 1, max(most, *seen)
    assert most > 5


def test_a_lost_note_that_lands_four_minutes_later(post: Post) -> None:
    office = post.office
    office.break_with("POST /Tickets/*/Notes lose-request")
    ticket, done = post.write("my words")
    assert json.loads(done.out)["outcome"] == "unknown"
    assert done.code == 8
    office.break_with()
    office.now += timedelta(minutes=2)
    done = office.run("outbox", "retry")
    assert done.code == 8
    assert "a lost request may still go through; mcdesk doesn't repeat it before 10:05" in done.err
    office.now += timedelta(minutes=2)
    office.note(ticket, 0, description="my words", creatorResourceID=20)
    office.now += timedelta(minutes=30)
    assert office.run("outbox", "retry").code == 0
    assert post.texts(ticket) == ["my words"]
    assert post.mails("my words") == 1


def test_a_note_like_ours_is_not_taken_for_it(post: Post) -> None:
    office = post.office
    ticket, _ = post.write("same words")
    office.break_with("POST /Tickets/*/Notes lose-request")
    post.write("same words", ticket=ticket)
    office.break_with()
    office.note(ticket, 0, description="same words", creatorResourceID=21)
    assert json.loads(office.run("outbox", "--json").out)["entries"][0]["steps"][0]["state"] == (
        "unknown"
    )
    office.now += timedelta(minutes=6)
    assert office.run("outbox", "retry").code == 0
    mine = [note for note in office.notes(ticket) if note["creatorResourceID"] == 20]
    assert [note["description"] for note in mine] == ["same words", "same words"]


def test_two_retries_at_once(post: Post) -> None:
    office = post.office
    office.break_with("POST /Tickets/*/Notes 429")
    ticket, _ = post.write("my words")
    office.break_with()
    desks = [office.desk() for _ in range(2)]
    (waiting_one,) = desks[0].operations.waiting()
    threads = [Thread(target=desk.engine.run, args=(waiting_one,)) for desk in desks]
    for desk in desks:
        assert desk.engine is not None
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for desk in desks:
        desk.close()
    assert post.texts(ticket) == ["my words"]
    assert post.mails("my words") == 1
    assert post.entries() == []


def test_a_retry_while_a_note_is_on_its_way(post: Post) -> None:
    office, way = post.office, post.office.transport
    seen: list[Result] = []

    def retry() -> None:
        office.transport = way
        # Another process: it cannot have the lock, and reads the step as being sent.
        listed = json.loads(office.run("outbox", "--json").out)["entries"]
        assert listed[0]["steps"][0]["state"] == "sending"
        seen.append(office.run("outbox"))

    ticket = post.ticket()
    office.transport = Mortal(way, 2, before=retry)
    _, done = post.write("my words", ticket=ticket)
    assert done.code == 0
    assert "sending" in seen[0].out
    assert post.texts(ticket) == ["my words"]


def test_a_database_that_fails_after_the_post_never_leads_to_a_second_one(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mcdesk.errors import StoreProblem
    from mcdesk.store.operations import Operations

    update = Operations.update

    def failing(self: Operations, operation: Any, now: Any) -> None:
        if operation.steps[0].state == "done":
            raise StoreProblem("database is locked")
        update(self, operation, now)

    monkeypatch.setattr(Operations, "update", failing)
    ticket, done = post.write("my words")
    monkeypatch.undo()
    assert done.code == 1
    # What was seen is said, whether or not it could be written down; nothing more is begun.
    said = json.loads(done.out)
    assert (said["outcome"], said["dispatch"]["outcome"]) == ("sent", "waiting")
    assert "could not be saved on this computer: database is locked" in done.err
    assert post.texts(ticket) == ["my words"]
    assert post.mails("my words") == 0
    post.settle(ticket, "my words")


def test_our_clock_ahead_of_autotasks_leads_to_no_second_note(post: Post) -> None:
    office = post.office
    office.app.now = lambda: office.now - timedelta(minutes=30)
    office.break_with("POST /Tickets/*/Notes 429")
    ticket, _ = post.write("my words")
    # The retry's first request is the note itself; its answer is lost, and nobody can look.
    office.break_with("POST /Tickets/*/Notes lose-answer", "POST /TicketNotes/query status 503 x6")
    assert office.run("outbox", "retry").code == 8
    office.break_with()
    office.now += timedelta(minutes=6)
    assert office.run("outbox", "retry").code == 0
    assert post.texts(ticket) == ["my words"]


def test_odd_characters_are_kept_and_crash_nothing(post: Post) -> None:
    text = "half \udcff, nul \0, \U0001f469\u200d\U0001f4bb and a tab\tend"
    ticket, done = post.write(text)
    assert done.code == 0
    (note,) = post.office.notes(ticket)
    assert note["description"] == ("half \ufffd, nul , \U0001f469\u200d\U0001f4bb and a tab\tend")


def test_a_busy_lock_leaves_the_entry_waiting(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    office = post.office
    lock = Lock(office.home / "1.lock", doing="at number 1", hint="-", patience=0.05)
    monkeypatch.setattr(Locks, "of", lambda *_: lock)
    with lock.held():
        ticket, done = post.write("my words")
        assert done.code == 8
        assert "is waiting in the outbox: another mcdesk is at number 1" in done.err
        assert post.texts(ticket) == []
    with lock.held():  # it is free again
        pass
    assert office.run("outbox", "retry").code == 0
    assert post.texts(ticket) == ["my words"]


def test_ctrl_c_says_where_to_look(post: Post) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    office, way = post.office, post.office.transport
    ticket = post.ticket()
    office.transport = Mortal(way, 2, after=interrupt)
    _, done = post.write("my words", ticket=ticket)
    assert done.code == 130
    assert "mcdesk outbox" in done.err
    office.transport = way
    assert post.entries()[0]["steps"][0]["state"] == "unknown"
    assert office.run("outbox", "retry").code == 0
    assert post.texts(ticket) == ["my words"]


class TestTheList:
    def test_drop(self, post: Post) -> None:
        office = post.office
        office.break_with("POST /Tickets/*/Notes 429")
        ticket, _ = post.write("my words")
        office.break_with()
        (entry,) = post.entries()
        n = str(entry["n"])
        assert office.run("outbox", "drop", n).code == 3
        done = office.run("outbox", "drop", n, answers=["n"])
        assert done.code == 3
        assert "my words" in done.err
        assert office.run("outbox", "drop", n, "--yes").code == 0
        assert post.entries() == []
        assert office.run("outbox").code == 0
        assert office.run("outbox", "drop", n, "--yes").code == 2
        assert office.run("outbox", "retry", n).code == 2
        assert post.texts(ticket) == []
        assert any(
            path.read_text(encoding="utf-8") == "my words"
            for path in (office.home / "drafts").iterdir()
        )

    def test_reads_well(self, post: Post) -> None:
        post.office.break_with("POST /Tickets/*/Notes refuse Data violation: no")
        post.write("my words")
        post.office.now += timedelta(minutes=5)
        done = post.office.run("outbox")
        assert done.code == 8
        lines = done.out.splitlines()
        assert lines[0].split() == ["n", "ticket", "step", "state", "for", "company", "text"]
        assert "failed" in lines[1]
        assert "5 minutes" in lines[1]
        assert lines[2].strip() == "Autotask refused: Data violation: no"
        assert "mail" in lines[3]
        assert "waiting" in lines[3]
        assert "1 thing didn't go out" in done.out

    def test_json_stands_after_the_subcommand(self, post: Post) -> None:
        done = post.office.run("outbox", "--json", "retry")
        assert (done.code, done.out) == (2, "")
        assert post.office.run("outbox", "3").code == 2

    def test_a_reminder_ends_every_command_on_a_terminal(self, post: Post) -> None:
        office = post.office
        office.break_with("POST /Tickets/*/Notes 429")
        post.write("my words")
        office.break_with()
        done = office.run("stale", answers=[])
        assert done.err.splitlines()[-1] == "1 thing didn't go out: mcdesk outbox"
        assert "didn't go out" not in office.run("stale").err

    def test_texts_of_what_is_done_are_erased_after_30_days(self, post: Post) -> None:
        post.write("my private words")
        office = post.office
        office.now += timedelta(days=29)
        office.run("outbox")
        assert b"my private words" in (office.home / "mcdesk.db").read_bytes()
        office.now += timedelta(days=2)
        office.run("outbox", "retry")
        assert b"my private words" not in (office.home / "mcdesk.db").read_bytes()


def test_no_secret_and_no_text_in_what_is_said(post: Post) -> None:
    post.office.break_with("POST /Tickets/*/Notes lose-request")
    _, done = post.write("my private words")
    assert "my private words" not in done.out + done.err
    assert "demo-only-Secret" not in done.out + done.err
    assert httpx.__version__
