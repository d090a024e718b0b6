"""Typed text is never lost: after every outcome it is somewhere, and the technician knows where."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from deaths import Died, Mortal, dying_at_commit
from offices import CONFIG, NEW, Office, Result
from systems import editor
from test_note import ours, outbox, with_mc

from mcdesk.errors import StoreProblem
from mcdesk.sandbox.people import HELP_DESK_ROLE
from mcdesk.store import database

pytestmark = pytest.mark.thorough
WORDS = "my own words, typed once"
LINK = "https://ww99.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?" + "x" * 180


def damage(office: Office) -> None:
    (office.home / "mcdesk.db").write_bytes(b"\x07\xf1 no database " * 400)


def in_the_way(path: Path) -> None:
    """Put a file where a folder is wanted, or a folder where a file is."""
    if path.suffix:
        path.unlink(missing_ok=True)
        path.mkdir(parents=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def no_drafts(office: Office) -> None:
    in_the_way(office.home / "drafts")


def no_database(office: Office) -> None:
    in_the_way(office.home / "mcdesk.db")


def nowhere(office: Office) -> None:
    no_drafts(office)
    damage(office)


def bad_settings(office: Office) -> None:
    office.configure("[autotask\n")


def no_secrets(office: Office) -> None:
    del office.environ["MCDESK_AUTOTASK_SECRET"]


def no_note_type(office: Office) -> None:
    office.configure(CONFIG.replace("Int note added by a Resource", "no such type"))


def no_zone(office: Office) -> None:
    office.configure(CONFIG.replace("America/New_York", "Mars/Olympus"))


def refused(office: Office) -> None:
    office.break_with("POST /Tickets/query 401")


def down(office: Office) -> None:
    class Down(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("no route to host")

    office.transport = Down()


def nothing(office: Office) -> None:
    """Leave everything as it is."""


OBSTACLES: dict[str, Callable[[Office], None]] = {
    each.__name__: each
    for each in (
        nothing,
        damage,
        no_drafts,
        no_database,
        nowhere,
        bad_settings,
        no_secrets,
        no_note_type,
        no_zone,
        refused,
        down,
    )
}


@contextmanager
def full_disk(nth: int) -> Iterator[list[int]]:
    """Let the *nth* statement that writes to mcdesk.db, and all after it, find the disk full."""
    connect: Any = sqlite3.connect
    seen = [0]

    class Connection(sqlite3.Connection):
        wrote = False

        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            writes = sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE", "CREATE"))
            if writes or (sql == "COMMIT" and self.wrote):
                seen[0] += 1
                if seen[0] >= nth:
                    raise sqlite3.OperationalError("database or disk is full")
            self.wrote = writes or (self.wrote and sql not in ("COMMIT", "ROLLBACK"))
            return super().execute(sql, *parameters)

    def connecting(path: Any, *args: Any, **kwargs: Any) -> Any:
        if str(path).endswith("mcdesk.db"):
            kwargs["factory"] = Connection
        return connect(path, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connecting)
        yield seen


def places(office: Office, done: Result, words: str = WORDS) -> set[str]:
    """Say where *words* are, of the places that a technician is told of."""
    found = set()
    notes = office.world.rows("TicketNotes")
    if any(words in note["description"].replace("\r\n", "\n") for note in notes):
        found.add("ticket")
    if words in done.err.replace("\r\n", "\n"):
        found.add("stderr")
    folder = office.home / "drafts"
    for draft in folder.iterdir() if folder.is_dir() else ():
        if words in draft.read_text(encoding="utf-8"):
            found.add("draft" if str(draft) in done.err else "draft, not said")
    try:
        if any(words in each.text for each in office.desk().operations.waiting()):
            found.add("outbox" if "outbox" in done.err else "outbox, not said")
    except StoreProblem:
        pass
    return found


def is_safe(office: Office, done: Result, words: str = WORDS) -> set[str]:
    """Hold that *words* are somewhere, that it is said where, and that 0 means written."""
    assert "Traceback" not in done.err
    found = places(office, done, words)
    if done.code == 0:
        assert "ticket" in found, (done, found)
    else:
        assert found & {"stderr", "draft", "outbox"}, (done, found)
    return found


def write(office: Office, source: str, reference: str, tmp_path: Path, *more: str) -> Result:
    """Call `note` with the words from one *source*."""
    match source:
        case "argument":
            return office.run("note", reference, WORDS, *more)
        case "piped":
            return office.run("note", reference, "-", *more, piped=WORDS.encode())
        case "file":
            path = tmp_path / "words.txt"
            path.write_text(WORDS, encoding="utf-8")
            return office.run("note", reference, "--file", str(path), *more)
        case "asked":
            return office.run("note", reference, WORDS, *more, answers=["n"])
        case _:
            script = f"Path({str(tmp_path / 'ran')!r}).touch(); file.write_text({WORDS!r}, 'utf-8')"
            office.environ["EDITOR"] = editor(tmp_path, script)
            return office.run("note", reference, *more, answers=["y"])


SOURCES = ["argument", "piped", "file", "asked", "editor"]


class TestNote:
    @pytest.mark.parametrize("obstacle", OBSTACLES)
    @pytest.mark.parametrize("source", SOURCES)
    def test_whatever_is_in_the_way(
        self, office: Office, tmp_path: Path, source: str, obstacle: str
    ) -> None:
        ticket = office.ticket(30)
        OBSTACLES[obstacle](office)
        done = write(office, source, str(ticket), tmp_path)
        if source == "editor" and done.code != 0 and not places(office, done):
            assert not (tmp_path / "ran").exists()  # nothing was typed
            return
        is_safe(office, done)
        if done.code == 0:
            drafts = office.home / "drafts"
            assert not drafts.is_dir() or list(drafts.iterdir()) == []

    @pytest.mark.parametrize("reference", [LINK, "999999", "nope", "", "T20991231.0001"])
    @pytest.mark.parametrize("source", ["argument", "piped", "file", "asked"])
    def test_whatever_it_is_about(
        self, office: Office, tmp_path: Path, source: str, reference: str
    ) -> None:
        done = write(office, source, reference, tmp_path)
        assert done.code in (2, 5)
        assert "draft" in is_safe(office, done)

    @pytest.mark.exhaustive
    @pytest.mark.parametrize("nth", range(1, 12))
    @pytest.mark.parametrize("answers", [None, ["n"], ["y"]], ids=["unasked", "no", "yes"])
    def test_a_disk_that_is_full_from_some_write_on(
        self, office: Office, nth: int, answers: list[str] | None
    ) -> None:
        ticket = office.ticket(30)
        office.run("note", str(ticket), "warm up")
        with full_disk(nth):
            done = office.run("note", str(ticket), WORDS, answers=answers)
        is_safe(office, done)
        assert "rollback" not in done.err
        assert "move the file away" not in done.err

    def test_a_database_that_another_holds_for_too_long(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "_PATIENCE", 0.05)
        office.run("stale")
        ticket = office.ticket(30)
        with closing(sqlite3.connect(office.home / "mcdesk.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            done = office.run("note", str(ticket), WORDS)
            assert done.code == 1
            assert places(office, done) & {"draft", "stderr"}

    @pytest.mark.parametrize("nth", range(1, 8))
    @pytest.mark.parametrize("how", ["ctrl-c", "bug"])
    def test_stopped_at_any_request(self, office: Office, nth: int, how: str) -> None:
        def stop() -> None:
            raise KeyboardInterrupt if how == "ctrl-c" else RuntimeError("a bug")

        ticket = office.ticket(30)
        office.transport = Mortal(office.transport, nth, before=stop)
        done = office.run("note", str(ticket), WORDS)
        assert done.code in (0, 130, 70), done
        is_safe(office, done)

    @pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
    def test_killed_at_every_commit(self, office: Office, before: bool) -> None:
        ticket = office.ticket(30)
        done = Result(137, "", "")
        for nth in range(1, 40):
            with dying_at_commit(nth, before=before, only="mcdesk.db"):
                try:
                    done = office.run("note", str(ticket), f"{WORDS} {nth}")
                except Died:
                    done = Result(137, "", "")
            found = places(office, done, f"{WORDS} {nth}")
            assert found, nth
            if done.code == 0:
                break
        assert done.code == 0


def drafts(office: Office) -> list[Path]:
    folder = office.home / "drafts"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def send(office: Office, *more: str, answers: list[str] | None = None) -> Result:
    return office.run("send-to-mc", *more, "--note", WORDS, answers=answers)


class TestHandoff:
    @pytest.mark.parametrize("obstacle", OBSTACLES)
    @pytest.mark.parametrize("answers", [None, ["n"], ["y"]], ids=["unasked", "no", "yes"])
    @pytest.mark.parametrize(
        ("number", "template"), [(1, ""), (2, "sent {ticket}")], ids=["one", "two with template"]
    )
    def test_whatever_is_in_the_way(
        self, office: Office, number: int, template: str, answers: list[str] | None, obstacle: str
    ) -> None:
        tickets = [str(office.ticket(30 + i)) for i in range(number)]
        if template:
            office.add_settings(f'[templates.return-to-mc]\nnote = "{template}"\n')
        OBSTACLES[obstacle](office)
        yes = ("--yes",) if answers is None else ()
        done = send(office, *tickets, *yes, answers=answers)
        is_safe(office, done)
        if done.code == 0:
            assert drafts(office) == []

    @pytest.mark.exhaustive
    @pytest.mark.parametrize("nth", range(1, 20))
    @pytest.mark.parametrize("answers", [None, ["n"], ["y"]], ids=["unasked", "no", "yes"])
    def test_a_disk_that_is_full_from_some_write_on(
        self, office: Office, nth: int, answers: list[str] | None
    ) -> None:
        tickets = [str(office.ticket(30)), str(office.ticket(31))]
        yes = ("--yes",) if answers is None else ()
        office.run("note", tickets[0], "warm up")
        with full_disk(nth):
            done = send(office, *tickets, *yes, answers=answers)
        found = is_safe(office, done)
        assert "rollback" not in done.err
        moved = [each for each in map(int, tickets) if office.holds(each)["status"] == 32]
        for each in moved:  # a write that succeeded is said
            number = office.world.row("Tickets", each)["ticketNumber"]  # type: ignore[index]
            assert number in done.out + done.err, (done, found)

    @pytest.mark.parametrize("nth", range(1, 12))
    @pytest.mark.parametrize("how", ["ctrl-c", "bug"])
    def test_stopped_at_any_request(self, office: Office, nth: int, how: str) -> None:
        def stop() -> None:
            raise KeyboardInterrupt if how == "ctrl-c" else RuntimeError("a bug")

        ticket = office.ticket(30)
        office.transport = Mortal(office.transport, nth, before=stop)
        done = send(office, str(ticket), "--yes")
        assert done.code in (0, 130, 70), done
        is_safe(office, done)

    @pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
    def test_killed_at_every_commit(self, office: Office, before: bool) -> None:
        done = Result(137, "", "")
        for nth in range(1, 40):
            ticket = office.ticket(30 + nth)
            with dying_at_commit(nth, before=before, only="mcdesk.db"):
                try:
                    done = office.run(
                        "send-to-mc", str(ticket), "--yes", "--note", f"{WORDS} {nth}"
                    )
                except Died:
                    done = Result(137, "", "")
            found = places(office, done, f"{WORDS} {nth}")
            assert found, nth
            if done.code == 0:
                break
        assert done.code == 0

    @pytest.mark.parametrize(
        "argv",
        [
            ("--remove-secondaries", "--keep-secondaries"),
            ("--template", "no such"),
            ("--priority", "no such"),
            ("--template", "no such", "--yes"),
        ],
        ids=str,
    )
    def test_what_cannot_be_meant(self, office: Office, argv: tuple[str, ...]) -> None:
        done = send(office, str(office.ticket(30)), *argv)
        assert done.code in (2, 4)
        is_safe(office, done)

    @pytest.mark.parametrize(
        "references",
        [
            [LINK],
            ["999999"],
            ["nope"],
            ["999999", "999998"],
            [],
            ["1", "2", "3", "4", "5", "6"],
        ],
        ids=["link", "none", "nope", "two", "unnamed", "six"],
    )
    @pytest.mark.parametrize("answers", [None, [], ["n"]], ids=["unasked", "eof", "no"])
    def test_whatever_it_is_about(
        self, office: Office, references: list[str], answers: list[str] | None
    ) -> None:
        yes = ("--yes",) if answers is None else ()
        done = send(office, *references, *yes, answers=answers)
        assert done.code != 0
        assert "draft" in is_safe(office, done)
        assert outbox(office) == []

    def test_nothing_chosen_of_what_is_stale(self, office: Office) -> None:
        office.ticket(95)
        for answer in ("", "7", "none"):
            done = send(office, answers=[answer])
            assert done.code != 0
            assert "draft" in is_safe(office, done)

    @pytest.mark.parametrize("answer", ["n", "y"])
    def test_a_ticket_that_was_there_already(self, office: Office, answer: str) -> None:
        done = send(office, str(with_mc(office)), answers=[answer])
        assert (done.code == 0) == (answer == "y")
        is_safe(office, done)

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["refused first", "refused last"])
    @pytest.mark.parametrize("why", ["refused", "fails", "not there"])
    def test_one_of_several_is_not_sent(
        self, office: Office, order: tuple[int, int], why: str
    ) -> None:
        odd, good = office.ticket(30), office.ticket(31)
        names = {"refused": str(odd), "fails": str(odd), "not there": "999999"}
        if why == "refused":
            office.world.update("Tickets", odd, assignedResourceID=23, assignedResourceRoleID=8)
        if why == "fails":
            office.world.update("Tickets", odd, status=20)
            office.break_with(f"PATCH /Tickets refuse no x1{' @2' if order[0] else ''}")
        both = [names[why], str(good)]
        done = send(office, both[order[0]], both[order[1]], "--yes")
        assert done.code != 0
        assert ours(office, good) == [WORDS]
        assert ours(office, odd) == []
        (draft,) = drafts(office)
        assert draft.read_text(encoding="utf-8") == WORDS
        assert str(draft) in done.err
        assert outbox(office) == []

    def test_one_of_several_that_waits_and_one_that_is_refused(self, office: Office) -> None:
        waits, refused = office.ticket(30), office.ticket(31)
        office.world.update("Tickets", refused, assignedResourceID=23, assignedResourceRoleID=8)
        office.break_with("POST /Tickets/*/Notes 429")
        done = send(office, str(waits), str(refused), "--yes")
        office.break_with()
        told = [draft for draft in drafts(office) if str(draft) in done.err]
        assert len(told) == 1
        office.now = office.now.replace(hour=20)
        assert office.run("outbox", "retry").code == 0
        assert ours(office, waits) == [WORDS]
        assert drafts(office) == told  # it is all that there is of the other's

    def test_a_shared_draft_goes_with_the_last_of_its_notes(self, office: Office) -> None:
        tickets = [office.ticket(30), office.ticket(31)]
        office.break_with("POST /Tickets/*/Notes 429")
        assert send(office, *map(str, tickets), "--yes").code == 8
        office.break_with()
        (draft,) = drafts(office)
        first, second = (str(entry["n"]) for entry in outbox(office))
        assert office.run("outbox", "retry", first).code == 0
        assert draft.exists()
        assert office.run("outbox", "retry", second).code == 0
        assert drafts(office) == []

    def test_what_was_dropped_keeps_its_text_when_another_gets_through(
        self, office: Office
    ) -> None:
        tickets = [office.ticket(30), office.ticket(31)]
        office.break_with("POST /Tickets/*/Notes 429")
        send(office, *map(str, tickets), "--yes")
        office.break_with()
        first, second = (str(entry["n"]) for entry in outbox(office))
        done = office.run("outbox", "drop", first, "--yes")
        assert office.run("outbox", "retry", second).code == 0
        (draft,) = drafts(office)
        assert str(draft) in done.err

    def test_a_dry_run_keeps_nothing(self, office: Office) -> None:
        ticket = str(office.ticket(30))
        send(office, ticket, "--dry-run")
        send(office, "999999", "--dry-run")
        office.run("note", ticket, WORDS, "--dry-run")
        office.run("note", "999999", WORDS, "--dry-run")
        office.run("note", "nope", "-", "--dry-run", piped=WORDS.encode())
        office.run("note", ticket, "x" * 33_000, "--dry-run")
        assert drafts(office) == []
        assert outbox(office) == []

    def test_a_mail_that_cannot_be_composed_stops_the_handoff(self, office: Office) -> None:
        ticket = office.ticket(30)
        office.break_with("POST /Contacts/query refuse no")
        done = send(office, str(ticket), "--yes", "--notify-dispatch")
        assert done.code == 1
        assert office.holds(ticket)["status"] == NEW
        assert is_safe(office, done) == {"draft"}

    def test_a_no_to_one_of_several_outlives_the_others(self, office: Office) -> None:
        odd, good = office.ticket(30), office.ticket(31)
        office.world.update(
            "Tickets", odd, assignedResourceID=23, assignedResourceRoleID=HELP_DESK_ROLE
        )
        done = send(office, str(odd), str(good), answers=["y", "n"])
        assert done.code == 3
        assert ours(office, good) == [WORDS]
        (draft,) = drafts(office)
        assert str(draft) in done.err
        assert outbox(office) == []
