"""Every command, every request that it makes, every scripted fault: what is said, and what is so.

The requests come from the embedded Autotask's own log of a run without faults; nothing is listed by
hand. `python tests/faultmatrix.py` tries them all, which takes minutes, and writes the tables in
docs/reliability.md; with --whole, it also prints what each request came to. The tests try a part of
them and hold it against the page.
"""

import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from faultboard import looked, pressed
from faultpage import FAULTS, MARK, PAGE, RULE, Cell, groups, short, whole
from mailservers import Behaviour, mail_server
from offices import CONFIG, Office, Result, with_secrets
from slackserver import SlackServer, slack_server

from mcdesk.core.operations import Progress
from mcdesk.sandbox.people import HELP_DESK_ROLE, PLAN, RETURNED, VENDOR

WORLD = ("Tickets", "TicketNotes", "TicketSecondaryResources", "TimeEntries")
# What is said of a ticket, note, mail or status that is not done -> the exit codes it may have.
CODES = {
    "failed": {1, 4, 8},
    "unverified": {1},
    "refused": {3},
    "unknown": {4, 8},
    "waiting": {4, 8},
}
# The same if nothing is said but an error; everything else is Autotask's or the network's no.
ERROR_CODES = {"no permission": {4}, "401": {4}}
# Faults after which nobody can know whether a note was written, and those that wrote it.
IN_DOUBT = {"404", "500", "503 page", "lost request"}
WRITTEN = {"lost answer", "slow", "empty", "cut short"}
WORKFLOW_NOTE = 13
# What stands before keys, in place of a command.
BOARD = "board"
ME, COLLEAGUE, ADMIN, LINK_SENT = 20, 23, 26, 20
SERVER = 104  # a sub-issue
SETTINGS = """
[mail]
transport = "smtp"
from = "Lakeside IT <desk@demo.example>"
[mail.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
[scheduling]
link = "https://book.example.com/?t={{ticket}}"
status = "Scheduling Link Sent"
"""


class Captured:
    """Take in what is written to stdout and stderr."""

    def __enter__(self) -> "Captured":
        self._before = sys.stdout, sys.stderr
        self.readouterr()
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdout, sys.stderr = self._before

    def readouterr(self) -> tuple[str, str]:
        """Return what was written since the last time."""
        said = [s.getvalue() if isinstance(s, StringIO) else "" for s in (sys.stdout, sys.stderr)]
        sys.stdout, sys.stderr = StringIO(), StringIO()
        return said[0], said[1]


class Scene:
    """An office with a mail server and a channel of its own, which can be set up again and again.

    *ticket* is the one that the command is about.
    """

    def __init__(self, folder: Path, captured: Captured, mail: tuple[Behaviour, int]) -> None:
        self._folder = folder
        self._captured = captured
        self.mail, self._port = mail
        self.slack = SlackServer()
        self.ticket = 0
        # The request that is struck now, by which fault, and whether only once.
        self.struck: tuple[str, str, bool] | None = None
        self.office = self._open(folder / "prepared")
        self.office.configure(CONFIG + SETTINGS.format(port=self._port))

    def _open(self, folder: Path) -> Office:
        folder.mkdir(exist_ok=True)
        office = Office(folder / "mcdesk", self._captured)
        office.environ["MCDESK_SLACK_WEBHOOK"] = self.slack.url or "http://127.0.0.1:9/none"
        return office

    @contextmanager
    def copy(self) -> Iterator["Scene"]:
        """Return the scene as it was prepared, to be spoilt."""
        now, prepared = self.office.now, self.office
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            shutil.copytree(self._folder / "prepared", Path(name), dirs_exist_ok=True)
            self.office = self._open(Path(name))
            self.office.now = now
            self.mail.taken.clear()
            self.slack.posts.clear()
            try:
                yield self
                assert with_secrets(self.office.home) == []
            finally:
                self.office.world.close()
                self.office, self.struck = prepared, None

    def world(self) -> dict[str, list[Any]]:
        """Return the rows that mcdesk could have changed, and what it has written down."""
        with self.office.world.transaction() as db:  # as they are stored: the API's form takes long
            rows = {
                path: [dict(row) for row in db.execute(f"SELECT * FROM {path}")] for path in WORLD
            }
        with closing(self.office.desk()) as desk:
            return {**rows, "operations": desk.operations.latest()}

    def on_it(self, world: Mapping[str, list[Any]]) -> set[int]:
        """Return the secondary resources that the ticket has in *world*."""
        rows = world["TicketSecondaryResources"]
        return {row["resourceID"] for row in rows if row["ticketID"] == self.ticket}

    def run(self, *argv: str) -> Result:
        """Call mcdesk, or press a key of the board; no refused login is remembered after that."""
        if argv == (BOARD,):
            result = looked(self.office)
        elif argv[0] == BOARD:
            result = pressed(self.office, self.ticket, argv[1:], TEXT)
        else:
            result = self.office.run(*argv)
        with closing(self.office.desk()) as desk:
            desk.refused_logins.forget()
        return result

    def outbox(self) -> list[dict[str, Any]]:
        """Return what is in the outbox."""
        self.office.break_with()
        found: list[dict[str, Any]] = json.loads(self.run("outbox", "--json").out)["entries"]
        return found


Before = Mapping[str, Any]
Check = Callable[[Scene, Before, Result], str]
# A request, how often it was made by then, and what the page calls it.
Request = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A command in a scene, and the check of what it said: it gives the outcome in a word.

    *codes* are the exit codes that it may have if it says something and nothing is undone.
    """

    name: str
    argv: Sequence[str]
    prepare: Callable[[Scene], None]
    check: Check
    codes: frozenset[int] = frozenset({0})

    def run(self, scene: Scene) -> Result:
        """Call the command; "{}" stands for the scene's ticket."""
        return scene.run(
            *(word.format(scene.ticket) if word == "{}" else word for word in self.argv)
        )


def cells(case: Case, folder: Path, *, every: int = 1, first: int = 0) -> Iterator[Cell]:
    """Try the faults of *case* at every *every*-th request from *first* on, and yield the outcomes.

    Each fault has its turn in any case. Raises AssertionError for a traceback, an exit code that is
    not allowed, or a statement that the world belies.
    """
    behaviour = Behaviour()
    with ExitStack() as stack:
        captured = stack.enter_context(Captured())
        slack = stack.enter_context(slack_server())
        port = stack.enter_context(mail_server(behaviour))
        scene = Scene(folder, captured, (behaviour, port))
        scene.slack = slack
        scene.office.environ["MCDESK_SLACK_WEBHOOK"] = slack.url
        case.prepare(scene)
        requests = _requests(case, scene)
        for column, (name, fault) in enumerate({**FAULTS, **RULE}.items()):
            struck = [each for each in requests if name not in RULE or each[0] == "PATCH /Tickets"]
            # Another request for each fault, so that a part of them meets as many as it can.
            for i, request in enumerate(struck):
                if (i - column - first) % min(every, len(struck)) == 0:
                    for once in (True, False) if every == 1 else (bool(column % 2),):
                        yield _cell(case, scene, request, name, fault, once=once)


def _requests(case: Case, scene: Scene) -> list[Request]:
    """List the requests of a run without faults."""
    with scene.copy():
        scene.office.requests()
        before = scene.world()
        result = case.run(scene)
        said = _judged(case, scene, before, result)
        assert result.code == 0, (case.name, said, result)
        made: Counter[str] = Counter()
        listed = []
        for request in scene.office.requests():
            method, path = request.split(" ")
            made[request] += 1
            listed.append((f"{method} /{path}", made[request]))
    called = groups(request for request, _ in listed)
    return [(*each, group) for each, group in zip(listed, called, strict=True)]


def _cell(case: Case, scene: Scene, asked: Request, name: str, fault: str, *, once: bool) -> Cell:
    request, nth, group = asked
    where = f"{case.name}: {request} @{nth} {fault}{' x1' if once else ''}"
    with scene.copy():
        before = scene.world()
        scene.struck = request, name, once
        scene.office.break_with(f"{request} {fault}{' x1' if once else ''} @{nth}")
        result = case.run(scene)
        unused = scene.office.app.faults.unused()
        assert not unused, where
        try:
            said = _judged(case, scene, before, result)
        except AssertionError as wrong:
            raise AssertionError(f"{where}\n{result}\n{wrong}") from wrong
    shown = request.replace(str(scene.ticket), "ID") if scene.ticket else request
    return Cell(f"{shown} (the {nth}.)" if nth > 1 else shown, group, name, once, said)


def _judged(case: Case, scene: Scene, before: Before, result: Result) -> str:
    """Hold *result* against the world, and say what it was."""
    assert "Traceback" not in result.err + result.out
    fault = scene.struck[1] if scene.struck else ""
    if result.code and not result.out:
        assert result.err.splitlines()[-2 if "hint: " in result.err else -1].startswith("error: ")
        case.check(scene, before, result)
        assert result.code in ERROR_CODES.get(fault, {1} | (case.codes - {0}))
        return f"error {result.code}"
    word = case.check(scene, before, result)
    undone = [codes for said, codes in CODES.items() if said in word]
    assert result.code in (set[int]().union(*undone) if undone else case.codes)
    return f"{word} {result.code}" if result.code else word


def unchanged(scene: Scene, before: Before, result: Result) -> str:
    """Judge a command that only reads: it changes nothing, and says all or nothing."""
    assert scene.world() == before
    return "ok" if result.out else ""


def said_anyhow(scene: Scene, before: Before, result: Result) -> str:
    """Judge `callscript`: what to say is there whatever becomes of the ticket beside it."""
    assert scene.world() == before
    assert "SAY THIS TO THE USER" in result.out
    return "ticket" if result.code == 0 else "script only"


def exactly(keys: Sequence[str]) -> Check:
    """Judge a command whose document says the same as without faults, if it says anything."""
    known: list[Any] = []

    def check(scene: Scene, before: Before, result: Result) -> str:
        unchanged(scene, before, result)
        if result.code == 0:
            document = json.loads(result.out)
            said = {key: document[key] for key in keys}
            if not known:
                known.append(said)
            assert said == known[0]
        return "ok"

    return check


def partly(keys: Sequence[str]) -> Check:
    """Judge a command as `exactly` does, which may leave out a part: said, and with exit code 1."""
    whole = exactly(keys)

    def check(scene: Scene, before: Before, result: Result) -> str:
        whole(scene, before, result)
        if result.out and result.code:
            assert "warning: " in result.err
            return "in part"
        return "ok"

    return check


def in_every_view() -> Check:
    """Judge the board: each view as without faults, or why it is not, or not whole, is said."""
    known: dict[str, Any] = {}

    def check(scene: Scene, before: Before, result: Result) -> str:
        unchanged(scene, before, result)
        if not result.out:  # it has ended
            return ""
        found = json.loads(result.out)
        if not known:
            known.update(found)
        lacking = [view for view in known if found.get(view) != known[view]]
        said = re.findall("error: |This round failed|mcdesk can't tell", result.err)
        assert len(said) >= len(lacking)
        return "in part" if lacking else "ok"

    return check


def since_if_known() -> Check:
    """Judge `list --with-mc`: as without faults, or since when is not known, and that is said."""
    known: list[Any] = []

    def check(scene: Scene, before: Before, result: Result) -> str:
        unchanged(scene, before, result)
        tickets = json.loads(result.out)["tickets"] if result.code == 0 else []
        clocks = [each.pop("mc") for each in tickets]
        if result.code or not known:
            known.extend([] if result.code else [(tickets, clocks)])
            return "ok"
        assert tickets == known[0][0]
        lacking = [now for now, then in zip(clocks, known[0][1], strict=True) if now != then]
        assert not any(each["since"] or each["due"] for each in lacking)
        assert bool(lacking) == ("went to" in result.err)
        return "without since" if lacking else "ok"

    return check


def _row(scene: Scene) -> dict[str, Any]:
    row = scene.office.world.row("Tickets", scene.ticket)
    assert row is not None
    return row


def _same_ticket(scene: Scene, before: Before) -> bool:
    kept = ("assignedResourceID", "assignedResourceRoleID", "status", "queueID", "priority")
    was = next(row for row in before["Tickets"] if row["id"] == scene.ticket)
    return {key: _row(scene)[key] for key in kept} == {key: was[key] for key in kept}


def changed(
    word: str, fields: Mapping[str, Any], others: Collection[int], joining: Collection[int] = ()
) -> Check:
    """Judge a command that changes the ticket.

    Done means that it holds *fields* and has the secondary resources *others*, and those who are
    *joining*: unless it is said that they could not be put on.
    """

    def check(scene: Scene, before: Before, result: Result) -> str:
        if not result.out:
            assert _same_ticket(scene, before)
            assert scene.on_it(scene.world()) == scene.on_it(before)
            assert scene.world()["operations"] == before["operations"]
            return ""
        (said,) = json.loads(result.out)["results"]
        outcome = str(said["outcome"])
        if outcome == word:
            assert said["verified"]
            assert _row(scene).items() >= fields.items()
            # Who may not be read is not taken off, and that is said.
            unread = "mcdesk can't tell who else is on the ticket" in result.err
            on_it = scene.on_it(scene.world())
            others_there = on_it - set(joining)
            left_on = {ADMIN for each in said["warnings"] if "may still be on it" in each}
            assert others_there - left_on == set(others) or (
                unread and others_there == scene.on_it(before)
            )
            if joining and result.code:
                outcome += _not_put_on(said["warnings"], there=on_it >= set(joining))
            else:
                assert on_it >= set(joining)
        else:
            assert not said["verified"]
            assert said["error"]
        if outcome == "refused":  # by a rule: nothing was begun
            assert said["warning_codes"] == ["plan_unknown"]
            assert scene.world() == before
            return outcome
        if outcome == "failed":
            assert _same_ticket(scene, before)
            as_before = scene.on_it(scene.world()) == scene.on_it(before)
            assert as_before or "could not be put back" in said["error"]
        _log_is_true(scene, before, done=outcome == word)  # not one that nobody was put on
        return outcome + _of_note(scene, said.get("note"), done=outcome == word)

    return check


def _of_note(scene: Scene, note: Mapping[str, Any] | None, *, done: bool) -> str:
    """Hold what is said of a *note* against the world; say what became of it if the rest is."""
    if note is None:
        return ""
    note_is_true(scene, note)
    assert done or note["outcome"] == "waiting"
    return f", note {note['outcome']}" if done and note["outcome"] != "sent" else ""


def _not_put_on(warnings: Sequence[str], *, there: bool) -> str:
    """Say what is said of who was to be put on, if they were not seen to be *there*."""
    if any("could not be added" in each for each in warnings):
        assert not there
        return ", nobody put on"
    assert any("not known yet whether Sunniva Dahl is a secondary" in each for each in warnings)
    return ", perhaps put on"


def _log_is_true(scene: Scene, before: Before, *, done: bool) -> None:
    """Hold the one new operation against what was said, and what is so."""
    known = {each.n for each in before["operations"]}
    (new,) = [each for each in scene.world()["operations"] if each.n not in known]
    as_before = _same_ticket(scene, before) and scene.on_it(scene.world()) == scene.on_it(before)
    assert new.progress is not Progress.BEGUN
    assert (new.progress is Progress.DONE) == done
    assert new.progress is not Progress.NOT_DONE or as_before


TEXT = "Please call back after three."


def note_is_true(scene: Scene, said: Mapping[str, Any]) -> None:
    """Hold what is said of a note against the ticket, the mails and the outbox."""
    notes = [
        note for note in scene.office.notes(scene.ticket) if note["description"].startswith(TEXT)
    ]
    assert len(notes) <= 1
    assert all(note["publish"] == 2 for note in notes)
    if said["outcome"] == "sent":
        assert len(notes) == 1
    elif said["outcome"] != "unknown":
        assert not notes
    if scene.struck and scene.struck[0] == f"POST /Tickets/{scene.ticket}/Notes":
        # A lost request may still land, and what was written is found again.
        assert scene.struck[1] not in IN_DOUBT or said["outcome"] == "unknown"
        assert scene.struck[1] not in WRITTEN or said["outcome"] == "sent"
    mails = sum(TEXT.encode() in mail for mail in scene.mail.taken)
    assert mails == (said["dispatch"]["outcome"] == "sent")
    missing = not notes or not mails
    assert missing == bool(scene.outbox()) or said["outcome"] == "unknown"


def noted(scene: Scene, before: Before, result: Result) -> str:
    """Judge a note: on the ticket once and internal, or shown in the outbox."""
    if not result.out:
        notes = [note for note in scene.office.notes(scene.ticket) if TEXT in note["description"]]
        with closing(scene.office.desk()) as desk:
            kept = TEXT in json.dumps([entry.text for entry in desk.operations.waiting()])
        drafts = (scene.office.home / "drafts").glob("*.txt")
        assert notes or kept or any(TEXT in path.read_text(encoding="utf-8") for path in drafts)
        return ""
    said = json.loads(result.out)
    assert said["visibility"] == ("internal" if said["outcome"] == "sent" else None)
    note_is_true(scene, said)
    mail = "sent" if said["outcome"] == "sent" else "waiting"
    assert said["dispatch"]["outcome"] == mail
    return str(said["outcome"])


def link_sent(scene: Scene, before: Before, result: Result) -> str:
    """Judge a link: mail, then note, then status, each once and in this order."""
    mails = len(scene.mail.taken)
    known = [row["id"] for row in before["TicketNotes"]]
    new = [note for note in scene.office.notes(scene.ticket) if note["id"] not in known]
    notes = sum(note["noteType"] != WORKFLOW_NOTE for note in new)
    status = _row(scene)["status"] == LINK_SENT
    assert mails <= 1
    assert notes <= 1
    assert (mails, notes, status) in {(0, 0, False), (1, 0, False), (1, 1, False), (1, 1, True)}
    if not result.out:
        assert mails == 0
        return ""
    said = json.loads(result.out)
    assert (said["outcome"] == "sent") == (mails == 1)
    assert said["note"] == "unknown" or (said["note"] == "sent") == (notes == 1)
    assert said["status"] == "unknown" or (said["status"] == "sent") == status
    if result.code:
        assert scene.outbox()
    assert said["outcome"] == "sent"
    assert said["status"] == "waiting" or said["note"] == "sent"
    undone = [f"{what} {said[what]}" for what in ("note", "status") if said[what] != "sent"]
    return undone[0] if undone else "sent"


def retried(scene: Scene, before: Before, result: Result) -> str:
    """Judge a retry of a lost note: there once, or still shown."""
    notes = [note for note in scene.office.notes(scene.ticket) if TEXT in note["description"]]
    assert len(notes) <= 1
    shown = scene.outbox()
    assert notes or shown
    if result.code == 0:
        assert notes
        assert not shown
    states = {step["state"] for entry in shown for step in entry["steps"]}
    return ", ".join(sorted(states)) or "done"


def watched(scene: Scene, before: Before, result: Result) -> str:
    """Judge a round of a watch: told means that Slack has it."""
    unchanged(scene, before, result)
    if not result.out:
        return ""
    said = json.loads(result.out)
    assert bool(said["digest"]) == bool(scene.slack.posts)
    return "told" if said["digest"] else "ok"


def examined() -> Check:
    """Judge the doctor: what was struck every time cannot look as it does on a good day."""
    good: list[Any] = []

    def check(scene: Scene, before: Before, result: Result) -> str:
        unchanged(scene, before, result)
        found = json.loads(result.out)["checks"]
        if not good:
            good.append(found)
        assert result.code == (4 if "failed" in {each["result"] for each in found} else 0)
        if scene.struck and not scene.struck[2]:
            assert found != good[0]
        return "ok"

    return check


def set_up(scene: Scene, before: Before, result: Result) -> str:
    """Judge a set-up: nothing of it is kept unless it was proved."""
    assert scene.world() == before
    path = scene.office.home / "config.toml"
    kept = path.exists()
    if kept:
        assert "api@demo.example" in path.read_text(encoding="utf-8")
    assert kept or result.code
    return "kept" if kept else "nothing kept"


def _plain(scene: Scene) -> None:
    scene.ticket = scene.office.ticket(125)
    scene.office.note(scene.ticket, 100)
    scene.office.ticket(30)
    scene.office.secondary(scene.ticket, COLLEAGUE)


def _warm(*argv: str) -> Callable[[Scene], None]:
    """Prepare a ticket, and let the command that is meant have what is remembered for a day."""

    def prepare(scene: Scene) -> None:
        _plain(scene)
        scene.run(*argv or ("stale", "--all"))
        scene.run("send-to-mc", str(scene.ticket), "--dry-run")
        scene.run("note", str(scene.ticket), "warm", "--dry-run")
        scene.run("claim", str(scene.ticket), "--dry-run")
        scene.run("show", str(scene.ticket))

    return prepare


def _with_mc(scene: Scene) -> None:
    _warm()(scene)
    fields = {"assignedResourceID": VENDOR, "assignedResourceRoleID": HELP_DESK_ROLE}
    scene.office.world.update("Tickets", scene.ticket, **fields, status=RETURNED)


def _worked(scene: Scene) -> None:
    _with_mc(scene)
    former = scene.office.ticket(200)
    for ticket in (scene.ticket, former):
        scene.office.note(ticket, 20, creatorResourceID=VENDOR)


def _to_handoff(scene: Scene) -> None:
    _warm()(scene)
    scene.office.secondary(scene.ticket, VENDOR)


def _with_a_plan(scene: Scene) -> None:
    _warm()(scene)
    scene.office.add_settings(f'[mc]\nplan_field = "{PLAN}"\n')


def _not_theirs(scene: Scene) -> None:
    scene.office.add_settings(
        f'[mc]\nplan_field = "{PLAN}"\nplan_values = ["none has it"]\nout_of_scope = ["Server"]\n'
    )
    _warm()(scene)
    scene.office.world.update("Tickets", scene.ticket, subIssueType=SERVER)


def _handed_off(scene: Scene) -> None:
    _to_handoff(scene)
    done = scene.run("send-to-mc", str(scene.ticket), "--yes")
    assert done.code == 0, done


def _colleagues(scene: Scene) -> None:
    _warm()(scene)
    fields = {"assignedResourceID": COLLEAGUE, "assignedResourceRoleID": HELP_DESK_ROLE}
    for row in scene.office.world.rows("TicketSecondaryResources", ticketID=scene.ticket):
        scene.office.world.delete("TicketSecondaryResources", row["id"])
    scene.office.world.update("Tickets", scene.ticket, **fields)


def _to_claim_back(scene: Scene) -> None:
    scene.office.add_settings('[claim]\nsecondary_from_mc = "Sunniva Dahl"\n')
    _with_mc(scene)
    scene.office.secondary(scene.ticket, ME)


def _claimed_back(scene: Scene) -> None:
    _to_claim_back(scene)
    done = scene.run("claim", str(scene.ticket), "--force")
    assert done.code == 0, done


def _handed_off_and_more(scene: Scene) -> None:
    _handed_off(scene)
    scene.office.ticket(130)


def _lost_note(scene: Scene) -> None:
    _with_mc(scene)
    scene.office.break_with("POST /Tickets/*/Notes lose-request")
    assert scene.run("note", str(scene.ticket), TEXT).code == 8
    scene.office.break_with()
    scene.office.now += timedelta(minutes=6)


def _nothing_set_up(scene: Scene) -> None:
    _plain(scene)
    (scene.office.home / "config.toml").unlink()


HANDED = {"assignedResourceID": VENDOR, "status": RETURNED}
UNDONE = {"assignedResourceID": None, "status": 1}
CLAIMED = {"assignedResourceID": ME, "assignedResourceRoleID": HELP_DESK_ROLE}


def cases() -> list[Case]:
    """Return the commands that talk to Autotask, each with a scene."""
    return [
        Case("stale (the day's first)", ("stale", "--json"), _plain, exactly(["tickets"])),
        Case("stale", ("stale", "--all", "--json"), _warm(), exactly(["counts", "tickets"])),
        Case("list", ("list", "--json"), _warm(), exactly(["count", "tickets"])),
        Case("list --mine", ("list", "--mine", "--json"), _warm(), exactly(["searched", "count"])),
        Case("list --with-mc", ("list", "--with-mc", "--json"), _with_mc, since_if_known()),
        Case(
            "report",
            ("report", "--json"),
            _worked,
            partly(["counts", "by_priority", "tickets"]),
            frozenset({0, 1}),
        ),
        Case("find", ("find", "maria", "--json"), _warm(), exactly(["count", "tickets"])),
        Case("show", ("show", "{}", "--json"), _warm(), exactly(["number", "notes"])),
        Case(
            "send-to-mc",
            ("send-to-mc", "{}", "--yes", "--json"),
            _to_handoff,
            changed("sent", HANDED, []),
        ),
        Case(
            "send-to-mc (the day's first)",
            ("send-to-mc", "{}", "--yes", "--json"),
            _plain,
            changed("sent", HANDED, []),
        ),
        Case(
            "send-to-mc (whose plan is not known yet)",
            ("send-to-mc", "{}", "--yes", "--json"),
            _with_a_plan,
            changed("sent", HANDED, []),
        ),
        Case(
            "send-to-mc --force (customer and issue are not theirs)",
            ("send-to-mc", "{}", "--yes", "--force", "--json"),
            _not_theirs,
            changed("sent", HANDED, []),
        ),
        Case(
            "send-to-mc --keep-secondaries",
            ("send-to-mc", "{}", "--yes", "--keep-secondaries", "--json"),
            _to_handoff,
            changed("sent", HANDED, [COLLEAGUE]),
        ),
        Case(
            "send-to-mc --note --notify-dispatch",
            ("send-to-mc", "{}", "--yes", "--note", TEXT, "--notify-dispatch", "--json"),
            _warm(),
            changed("sent", HANDED, []),
        ),
        Case(
            "claim",
            ("claim", "{}", "--json"),
            _warm(),
            changed("claimed", CLAIMED, [COLLEAGUE]),
        ),
        Case(
            "claim --force",
            ("claim", "{}", "--force", "--json"),
            _colleagues,
            changed("claimed", CLAIMED, []),
        ),
        Case(
            "claim --force (back from MC)",
            ("claim", "{}", "--force", "--json"),
            _to_claim_back,
            changed("claimed", CLAIMED, [COLLEAGUE], [ADMIN]),
            frozenset({0, 1}),
        ),
        Case(
            "undo",
            ("undo", "{}", "--yes", "--json"),
            _handed_off,
            changed("undone", UNDONE, [COLLEAGUE, VENDOR]),
        ),
        Case(
            "undo (of a claim back)",
            ("undo", "{}", "--yes", "--json"),
            _claimed_back,
            changed("undone", {"assignedResourceID": VENDOR}, [COLLEAGUE, ME]),
        ),
        Case("log --check", ("log", "--check", "--json"), _handed_off, exactly(["entries"])),
        Case(
            "note --notify-dispatch",
            ("note", "{}", TEXT, "--notify-dispatch", "--json"),
            _with_mc,
            noted,
        ),
        Case("outbox retry", ("outbox", "retry", "--json"), _lost_note, retried),
        Case("send-link", ("send-link", "{}", "--yes", "--json"), _warm(), link_sent),
        Case("callscript ID", ("callscript", "{}"), _warm(), said_anyhow, frozenset({0, 1, 4})),
        Case(
            "watch --once --slack",
            ("watch", "--once", "--slack", "--json"),
            _warm(),
            watched,
            frozenset({0, 1}),
        ),
        Case(
            "watch --once --slack (after a handoff)",
            ("watch", "--once", "--slack", "--json"),
            _handed_off_and_more,
            watched,
            frozenset({0, 1}),
        ),
        Case("board", (BOARD,), _with_mc, in_every_view()),
        Case("board: Enter", (BOARD, "enter"), _warm(), exactly(["details"])),
        Case("board: c", (BOARD, "c"), _warm(), changed("claimed", CLAIMED, [COLLEAGUE])),
        Case(
            "board: c (a colleague's)", (BOARD, "c"), _colleagues, changed("claimed", CLAIMED, [])
        ),
        Case(
            "board: c (back from MC)",
            (BOARD, "c"),
            _to_claim_back,
            changed("claimed", CLAIMED, [COLLEAGUE], [ADMIN]),
            frozenset({0, 1}),
        ),
        Case("board: s", (BOARD, "s"), _to_handoff, changed("sent", HANDED, [])),
        Case("board: u", (BOARD, "u"), _handed_off, changed("undone", UNDONE, [COLLEAGUE, VENDOR])),
        Case("board: N", (BOARD, "N", "enter"), _with_mc, noted),
        Case("board: l", (BOARD, "l"), _warm(), link_sent),
        Case("doctor", ("doctor", "--json"), _plain, examined(), frozenset({0, 4})),
        Case(
            "setup",
            (
                *("setup", "--set", "autotask.username=api@demo.example"),
                *("--set", "autotask.me=noor.haddad@demo.example"),
                *("--set", "note.note_type=Int note added by a Resource"),
                *("--set", "hours.timezone=America/New_York"),
            ),
            _nothing_set_up,
            set_up,
            frozenset({0, 1, 4}),
        ),
    ]


def _tried(case_number: int) -> list[Cell]:
    with tempfile.TemporaryDirectory() as folder:
        return list(cells(cases()[case_number], Path(folder)))


def main() -> None:
    """Try everything, and write the page's tables."""
    from multiprocessing import Pool

    import keyring
    from keyring.backends.null import Keyring

    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    known = cases()
    with Pool() as pool:
        found = dict(
            zip(
                [case.name for case in known],
                pool.map(_tried, range(len(known)), chunksize=1),
                strict=True,
            )
        )
    page = PAGE.read_text(encoding="utf-8")
    before, _, _ = page.partition(MARK)
    number = sum(len(tried) for tried in found.values())
    text = f"{before}{MARK}\n\n{number:,} runs, none with a false word.\n\n{short(found)}\n"
    PAGE.write_text(text, encoding="utf-8")
    if "--whole" in sys.argv:
        sys.stdout.write(whole(found))


if __name__ == "__main__":
    main()
