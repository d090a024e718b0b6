"""The demo: some tickets are stale whatever the hour, and nothing of the real world is touched."""

import json
import shutil
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from offices import NOTICE, Result
from systems import ON_WINDOWS
from worlds import World

import mcdesk.demo
from mcdesk.__main__ import main
from mcdesk.core.hours import OpeningHours
from mcdesk.desk import Desk

Demo = Callable[..., Result]


@pytest.fixture
def demo(app_folder: Path, capsys: pytest.CaptureFixture[str]) -> Demo:
    def run(*argv: str, now: str = "", **environ: str) -> Result:
        environ = {"MCDESK_HOME": str(app_folder), "MCDESK_NOW": now, **environ}
        code = main(argv, desk=Desk(environ=environ, sleep=lambda _: None))
        return Result(code, *capsys.readouterr())

    return run


def stale(demo: Demo, now: str) -> dict[str, Any]:
    result = demo("--demo", "stale", "--json", now=now)
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


@pytest.mark.parametrize(
    ("now", "open"),
    [
        pytest.param("2026-11-23T15:00:00Z", True, id="a Monday"),
        pytest.param("2026-11-22T03:00:00Z", False, id="Sunday at three in the morning"),
        pytest.param("2026-12-25T12:00:00Z", False, id="Christmas"),
        pytest.param("2026-01-01T00:00:00Z", False, id="New Year"),
        pytest.param("2026-03-08T07:00:00Z", False, id="the night the clocks change"),
        pytest.param("2026-11-23T09:00:01Z", True, id="just opened"),
        pytest.param("2026-11-23T16:59:59+00:00", True, id="about to close"),
    ],
)
def test_something_is_stale_whatever_the_hour(demo: Demo, now: str, open: bool) -> None:
    document = stale(demo, now)
    assert document["counts"] == {"unclaimed": 27, "stale": 6}
    assert [each["back_from_mc"] for each in document["tickets"]] == [True] * 2 + [False] * 4
    assert [each["waiting_minutes"] for each in document["tickets"][2:]] == [205, 128, 95, 71]
    assert document["business_hours"]["open"] is open


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


def test_changes_last_and_an_old_world_says_how_old_it_is(demo: Demo, app_folder: Path) -> None:
    from mcdesk.sandbox.world import set_meta, stored_instant

    first = stale(demo, "")
    world = World.open(app_folder / "demo" / "world.db")
    seeded = world.state.seeded_at
    assert seeded is not None
    world.update("Tickets", first["tickets"][0]["id"], assignedResourceID=20)
    with world.transaction() as db:
        set_meta(db, "seeded_at", stored_instant(seeded - timedelta(days=8)))
        set_meta(db, "touched_at", stored_instant(seeded - timedelta(days=8)))
    result = demo("--demo", "stale", "--json")
    assert json.loads(result.out)["counts"]["unclaimed"] == 26
    assert result.err == NOTICE + (
        "demo: this demo is 8 days old and keeps what you did in it; `mcdesk demo reset` starts a "
        "fresh one\n"
    )


def test_an_old_world_that_nobody_touched_is_made_anew(demo: Demo, app_folder: Path) -> None:
    from mcdesk.sandbox.world import set_meta, stored_instant

    stale(demo, "")
    world = World.open(app_folder / "demo" / "world.db")
    seeded = world.state.seeded_at
    assert seeded is not None
    for hours, anew in ((11, False), (13, True)):
        with world.transaction() as db:
            set_meta(db, "seeded_at", stored_instant(seeded - timedelta(hours=hours)))
        stale(demo, "")
        now_seeded = world.state.seeded_at
        assert now_seeded is not None
        assert (now_seeded > seeded - timedelta(hours=1)) is anew


def test_another_fixed_clock_is_another_world(demo: Demo, app_folder: Path) -> None:
    stale(demo, "2026-11-23T15:00:00Z")
    world = World.open(app_folder / "demo" / "world.db")
    world.update("Tickets", 1, assignedResourceID=20)
    assert stale(demo, "2026-11-23T15:00:00Z")["counts"]["unclaimed"] == 26
    assert stale(demo, "2026-11-24T15:00:00Z")["counts"]["unclaimed"] == 27
    assert stale(demo, "")["counts"]["unclaimed"] == 27
    assert world.state.fixed_now is None


@pytest.mark.parametrize("spelling", ["2026-11-23T15:00:00+00:00", "2026-11-23T15:00:00"])
def test_one_instant_is_one_clock_however_it_is_said(
    demo: Demo, app_folder: Path, spelling: str
) -> None:
    stale(demo, "2026-11-23T10:00:00-05:00")
    World.open(app_folder / "demo" / "world.db").update("Tickets", 1, assignedResourceID=20)
    result = demo("--demo", "stale", "--json", now=spelling)
    assert json.loads(result.out)["counts"]["unclaimed"] == 26
    assert result.err == NOTICE


@pytest.mark.parametrize("now", ["2026-11-24T09:00:00Z", "2026-11-22T09:00:00Z", ""])
def test_a_touched_world_survives_another_clock(demo: Demo, now: str) -> None:
    seeded = "2026-11-23T15:00:00Z"
    ticket = str(stale(demo, seeded)["tickets"][0]["id"])
    assert demo("--demo", "claim", ticket, "--yes", now=seeded).code == 0
    result = demo("--demo", "stale", "--json", "--all", now=now)
    tickets = json.loads(result.out)["tickets"]  # what came back meanwhile is among them
    assert ticket not in [str(each["id"]) for each in tickets]
    assert len([each for each in tickets if not each["back_from_mc"]]) == 25
    assert result.err == NOTICE + (
        "demo: this demo is from 2026-11-23T15:00:00Z and keeps what you did in it; `mcdesk demo "
        "reset` starts a fresh one\n"
    )
    assert "claim" in demo("--demo", "log", now=now).out


@pytest.mark.parametrize("touched", [False, True])
def test_a_world_of_another_version_is_made_anew_and_said(
    demo: Demo, app_folder: Path, touched: bool
) -> None:
    now = "2026-11-23T15:00:00Z"
    stale(demo, now)
    if touched:
        assert demo("--demo", "claim", "2", "--yes", now=now).code == 0
    with World.open(app_folder / "demo" / "world.db").transaction() as db:
        db.execute("PRAGMA user_version = 1")
        db.execute("DROP TABLE udf")
        db.execute("ALTER TABLE Companies DROP COLUMN taxID")
    result = demo("--demo", "stale", "--json", now=now)
    assert result.err == NOTICE + (
        "demo: another version of mcdesk made this demo; starting a fresh one\n"
    )
    assert json.loads(result.out)["counts"] == {"unclaimed": 27, "stale": 6}
    assert json.loads(demo("--demo", "log", "--json", now=now).out)["entries"] == []
    assert demo("--demo", "stale", now=now).err == NOTICE


def test_the_morning_has_something_of_everything(demo: Demo) -> None:
    now = "2026-11-23T15:00:00Z"
    document = json.loads(demo("--demo", "stale", "--all", "--json", now=now).out)
    assert len(document["tickets"]) == 27
    world = demo("--demo", "show", "57", now=now).out
    assert "Docking station shows no second screen" in world
    assert "Help Desk Support" in world


def test_a_handoff_has_something_to_tell(demo: Demo) -> None:
    now = "2026-11-23T15:00:00Z"
    numbers = demo("--demo", "stale", "--all", "--ids", now=now).out.split()
    argv = ("--demo", "send-to-mc", *numbers, "--dry-run", "--force", "--json")
    told = [set(each["warning_codes"]) for each in json.loads(demo(*argv, now=now).out)["results"]]
    for codes, number in {
        "not_on_plan": 2,
        "out_of_scope": 2,
        "contact_missing": 1,
        "contact_inactive": 1,
        "contact_unreachable": 1,
        "description_empty": 1,
    }.items():
        assert len([each for each in told if codes in each]) == number, codes
    by_default = [each for each in told if "priority_default" in each]
    assert 0 < len(by_default) < len(told)
    assert len([each for each in told if each == {"overruled"}]) > 5


def test_the_vendor_works_what_was_sent_in_the_demo(demo: Demo, app_folder: Path) -> None:
    """What they do is done when the world is next asked, by whatever clock that has."""
    now = "2026-11-23T15:00:00Z"
    numbers = [each["id"] for each in stale(demo, now)["tickets"][2:]]
    sent = list(map(str, numbers))
    assert demo("--demo", "send-to-mc", *sent, "--yes", "--force", now=now).code == 0
    world = World.open(app_folder / "demo" / "world.db")

    def words() -> list[str]:
        notes = world.rows("TicketNotes", creatorResourceID=12)
        return [row["createDateTime"] for row in notes if row["ticketID"] in numbers]

    assert words() == []
    assert demo("--demo", "stale", now="2026-11-24T15:00:00Z").code == 0
    first = words()
    assert first
    assert all(now < at < "2026-11-24T15:00:00Z" for at in first)
    assert demo("--demo", "stale", now="2026-11-24T15:00:00Z").code == 0
    assert words() == first


def test_each_state_of_a_handoff_is_there_at_once(demo: Demo) -> None:
    now = "2026-11-23T15:00:00Z"
    listed = demo("--demo", "list", "--with-mc", "--json", now=now)
    titles = [each["title"] for each in json.loads(listed.out)["tickets"]]
    assert titles[:3] == [
        "Docking station shows no second screen",
        "Calendar invitations go out twice",
        "Remote desktop closes by itself",
    ]
    back = [each["title"] for each in stale(demo, now)["tickets"] if each["back_from_mc"]]
    assert len(back) == 2


def test_a_long_subject_is_read_as_it_was_written(demo: Demo) -> None:
    """It is folded right after its name on the way (RFC 5322, 2.2.3)."""
    assert demo("--demo", "note", "1", "x", "--notify-dispatch").code == 0
    (mail,) = json.loads(demo("demo", "inbox", "--json").out)["messages"]
    assert mail["headers"]["Subject"].startswith("[T")


def test_a_new_world_has_no_past(demo: Demo, app_folder: Path) -> None:
    ticket = str(stale(demo, "2026-11-23T15:00:00Z")["tickets"][0]["id"])
    assert demo("--demo", "send-link", ticket, "--yes", now="2026-11-23T15:00:00Z").code == 0
    assert "Subject" in demo("demo", "inbox").out
    (app_folder / "demo" / "world.db").unlink()
    stale(demo, "2026-11-24T15:00:00Z")
    assert "Subject" not in demo("demo", "inbox").out
    log = json.loads(demo("--demo", "log", "--json", now="2026-11-24T15:00:00Z").out)
    assert log["entries"] == []


def test_what_waits_in_the_outbox_keeps_its_world(demo: Demo, app_folder: Path) -> None:
    from mcdesk.store.database import Database

    stale(demo, "2026-11-23T15:00:00Z")
    with Database(app_folder / "demo" / "mcdesk.db").transaction() as db:
        db.execute("INSERT INTO operation (kind, body) VALUES ('note', x'00')")
    result = demo("--demo", "stale", now="2026-11-24T15:00:00Z")
    assert "this demo is from 2026-11-23T15:00:00Z" in result.err


def test_the_first_command_of_all_may_be_a_note(demo: Demo) -> None:
    done = demo("--demo", "note", "2", "hello", now="2026-11-23T15:00:00Z")
    assert done.code == 0, done.err
    assert "dropped" not in done.err
    assert "hello" in demo("--demo", "show", "2", now="2026-11-23T15:00:00Z").out


def test_the_first_command_of_all_may_be_a_handoff_with_a_note(demo: Demo) -> None:
    done = demo("--demo", "send-to-mc", "2", "--yes", "--note", "hi", now="2026-11-23T15:00:00Z")
    assert done.code == 0, done.err
    assert "dropped" not in done.err
    assert "hi" in demo("--demo", "show", "2", now="2026-11-23T15:00:00Z").out.split()


def test_an_old_world_is_made_anew_before_a_note_is_kept(demo: Demo) -> None:
    stale(demo, "2026-11-23T15:00:00Z")
    done = demo("--demo", "note", "2", "hello", now="2026-11-24T15:00:00Z")
    assert done.code == 0, done.err
    assert "hello" in demo("--demo", "show", "2", now="2026-11-24T15:00:00Z").out


def test_a_world_is_seeded_once_whatever_needs_it_first(
    app_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mcdesk.sandbox import seed

    fill, filled = seed.fill, list[None]()

    def filling(*args: Any, **kwargs: Any) -> None:
        filled.append(None)
        fill(*args, **kwargs)

    monkeypatch.setattr(seed, "fill", filling)
    desk = Desk(environ={"MCDESK_HOME": str(app_folder)}, demo=True)
    with desk.database.transaction():
        pass
    assert desk.operations.waiting() == []
    assert desk.autotask.ticket_page(2)
    assert World.open(desk.home / "world.db").row("Tickets", 2)
    desk.close()
    assert len(filled) == 1


def test_a_reset_is_seen_by_whoever_has_the_demo_open(demo: Demo, app_folder: Path) -> None:
    ticket = str(stale(demo, "2026-11-23T15:00:00Z")["tickets"][0]["id"])
    assert demo("--demo", "claim", ticket, "--yes", now="2026-11-23T15:00:00Z").code == 0
    desk = Desk(
        environ={"MCDESK_HOME": str(app_folder), "MCDESK_NOW": "2026-11-23T15:00:00Z"}, demo=True
    )
    with desk.database.transaction() as db:
        assert db.execute("SELECT count(*) FROM operation").fetchone() == (1,)
    done = demo("demo", "reset", "--yes", now="2026-11-23T15:00:00Z")
    assert done.code == ON_WINDOWS
    assert ("close other mcdesk windows" in done.err) is ON_WINDOWS  # which removes no open file
    with desk.database.transaction() as db:
        assert db.execute("SELECT count(*) FROM operation").fetchone() == (0,)
    desk.close()
    assert demo("demo", "reset", "--yes", now="2026-11-23T15:00:00Z").code == 0


def test_two_first_commands_seed_one_world(app_folder: Path) -> None:
    """The one that comes second finds the world seeded, and keeps what was written meanwhile."""
    hours = Desk(environ={"MCDESK_HOME": str(app_folder)}, demo=True).hours
    asked, may_go_on = threading.Event(), threading.Event()

    def slow_hours() -> OpeningHours:
        asked.set()
        assert may_go_on.wait(10)
        return hours

    def demo_with(hours: Callable[[], OpeningHours]) -> mcdesk.demo.Demo:
        return mcdesk.demo.Demo(
            app_folder / "demo",
            now=lambda: datetime(2026, 11, 23, 15, tzinfo=UTC),
            fixed_now=None,
            hours=hours,
            sleep=lambda _: None,
            say=lambda _: None,
        )

    first, second = demo_with(slow_hours), demo_with(lambda: hours)
    # Before Python 3.12, a cached_property lets only one thread in at a time, whatever the object.
    open_world = vars(mcdesk.demo.Demo)["world"].func
    seeding = threading.Thread(target=open_world, args=(first,))
    seeding.start()
    assert asked.wait(10)
    world = World(app_folder / "demo" / "world.db")

    def write() -> None:
        open_world(second)
        world.update("Tickets", 1, title="mine")

    later = threading.Thread(target=write)
    later.start()
    later.join(0.5)  # time enough to seed and write, if nothing keeps it from that
    may_go_on.set()
    seeding.join(10)
    later.join(10)
    found = world.row("Tickets", 1)
    assert found
    assert found["title"] == "mine"


def test_it_reads_nothing_real(demo: Demo, app_folder: Path) -> None:
    app_folder.mkdir()
    (app_folder / "config.toml").write_text("this is not toml", encoding="utf-8")
    result = demo(
        "--demo", "stale", MCDESK_AUTOTASK_SECRET="real", MCDESK_AUTOTASK_USERNAME="r@example.com"
    )
    assert result.code == 0, result.err
    assert {path.name for path in app_folder.iterdir()} == {"config.toml", "demo"}
    assert {path.name for path in (app_folder / "demo").iterdir()} == {"mcdesk.db", "world.db"}


def test_it_has_settings_of_its_own(demo: Demo, app_folder: Path) -> None:
    (app_folder / "demo").mkdir(parents=True)
    (app_folder / "demo" / "config.toml").write_text(
        "[stale]\nafter_minutes = 90\n", encoding="utf-8"
    )
    assert stale(demo, "2026-11-23T15:00:00Z")["counts"]["stale"] == 5


def test_mcdesk_demo_in_the_environment(demo: Demo) -> None:
    assert "Outlook keeps asking" in demo("stale", MCDESK_DEMO="1").out
    assert demo("stale", MCDESK_DEMO="0").code == 4


def test_a_real_clock_that_is_fixed_is_told(demo: Demo) -> None:
    now = "2026-11-23T15:00:00Z"
    assert "warning: MCDESK_NOW" in demo("doctor", now=now).err
    assert demo("--demo", "stale", now=now).err == NOTICE


def test_reset_asks_and_without_a_terminal_refuses(demo: Demo, app_folder: Path) -> None:
    stale(demo, "")
    (app_folder / "demo" / "config.toml").write_text("", encoding="utf-8")
    refused = demo("demo", "reset")
    assert (refused.code, refused.out) == (3, "")
    assert "hint: add --yes" in refused.err
    assert (app_folder / "demo" / "config.toml").exists()
    assert demo("demo", "reset", "--yes").code == 0
    assert not (app_folder / "demo" / "config.toml").exists()
    assert stale(demo, "")["counts"]["unclaimed"] == 27


def test_a_reset_can_be_rehearsed(demo: Demo, app_folder: Path) -> None:
    stale(demo, "2026-11-23T15:00:00Z")
    result = demo("demo", "reset", "--dry-run", now="2026-11-24T15:00:00Z")
    assert result.code == 0
    assert result.out.splitlines() == [
        str(app_folder / "demo" / name) for name in ("mcdesk.db", "world.db")
    ]
    assert "nothing was changed" in result.err
    assert stale(demo, "2026-11-23T15:00:00Z")["counts"]["unclaimed"] == 27


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 3), ("no\n", 3), ("", 3)])
def test_reset_with_a_terminal(
    app_folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    desk = Desk(environ={"MCDESK_HOME": str(app_folder)}, interactive=True)
    assert main(["demo", "reset"], desk=desk) == code


def test_the_browser_stays_closed(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    import webbrowser

    monkeypatch.setattr(webbrowser, "open", lambda _: pytest.fail("a browser was opened"))
    result = demo("--demo", "show", "1", "--web")
    assert (result.code, result.out.startswith("https://ww99.autotask.net/")) == (0, True)


def test_the_age_is_that_of_the_seeding(demo: Demo) -> None:
    document = stale(demo, "2026-11-23T15:00:00Z")
    assert datetime.fromisoformat(document["as_of"]) == datetime.fromisoformat(
        "2026-11-23T15:00:00+00:00"
    )


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_clocks_at_the_end_of_all_calendars(demo: Demo, year: str) -> None:
    done = demo("stale", now=year)
    assert (done.code, done.out) == (4, "")
    assert "MCDESK_NOW must be in the years 1971 to 8999" in done.err


NO_COMMAND_LOSES = {
    "note": ("note", "2", "hello there"),
    "note, no such ticket": ("note", "9999999", "hello there"),
    "a handoff": ("send-to-mc", "2", "--yes", "--note", "hello there"),
    "two handoffs": ("send-to-mc", "2", "3", "--yes", "--note", "hello there"),
    "a handoff of none": ("send-to-mc", "9999999", "--yes", "--note", "hello there"),
}


@pytest.mark.parametrize("world", ["fresh", "stale", "touched"])
@pytest.mark.parametrize("argv", NO_COMMAND_LOSES.values(), ids=NO_COMMAND_LOSES)
def test_the_first_command_on_any_world_loses_nothing(
    demo: Demo, app_folder: Path, argv: tuple[str, ...], world: str
) -> None:
    if world != "fresh":
        stale(demo, "2026-11-23T15:00:00Z")
    if world == "touched":
        assert demo("--demo", "claim", "4", "--yes", now="2026-11-23T15:00:00Z").code == 0
    done = demo("--demo", *argv, now="2026-11-24T15:00:00Z")
    with World.open(app_folder / "demo" / "world.db").transaction() as db:
        found = db.execute("SELECT count(*) FROM TicketNotes WHERE description = 'hello there'")
        written = found.fetchone()[0]
    drafts = list((app_folder / "demo" / "drafts").iterdir())
    if "9999999" in argv:
        assert (done.code, written) == (5, 0)
        assert [path.read_text(encoding="utf-8") for path in drafts] == ["hello there"]
        assert str(drafts[0]) in done.err
    else:
        assert (done.code, written) == (0, argv.count("2") + argv.count("3")), done.err
        assert drafts == []
    assert demo("--demo", "outbox", now="2026-11-24T15:00:00Z").code == 0


@pytest.mark.parametrize("world", ["fresh", "stale"])
@pytest.mark.parametrize(
    "argv",
    [("claim", "2", "--yes"), ("send-link", "2", "--yes"), ("outbox", "retry"), ("undo", "--yes")],
    ids=" ".join,
)
def test_so_do_the_others(demo: Demo, argv: tuple[str, ...], world: str) -> None:
    if world == "stale":
        stale(demo, "2026-11-23T15:00:00Z")
    done = demo("--demo", *argv, now="2026-11-24T15:00:00Z")
    assert done.code == 0, done.err
    again = demo("--demo", "log", "--json", now="2026-11-24T15:00:00Z")
    entries = json.loads(again.out)["entries"]
    assert len(entries) == (argv[0] in ("claim", "send-link"))


@pytest.mark.parametrize("name", ["world.db", "mcdesk.db", "inbox"])
def test_a_reset_while_a_file_is_open_elsewhere(
    demo: Demo, app_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As on Windows, which deletes no open file."""
    now = "2026-11-23T15:00:00Z"
    assert demo("--demo", "note", "2", "hello", "--notify-dispatch", now=now).code == 0
    assert demo("--demo", "config", "set", "stale.after_minutes", "30", now=now).code == 0
    home = app_folder / "demo"
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    unlink, rmtree = Path.unlink, shutil.rmtree

    def refuse(path: Path) -> None:
        if path == home / name:
            raise PermissionError(13, "The process cannot access the file", str(path))

    def unlinking(self: Path, missing_ok: bool = False) -> None:
        refuse(self)
        unlink(self, missing_ok=missing_ok)

    def removing(path: Path, **more: Any) -> None:
        refuse(path)
        rmtree(path, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlinking)
        patch.setattr(shutil, "rmtree", removing)
        done = demo("demo", "reset", "--yes", now=now)
    assert (done.code, done.out) == (1, "")
    assert "The process cannot access the file" in done.err
    assert "hint: close other mcdesk windows" in done.err
    if name == "world.db":
        after = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
        assert after == before
    assert demo("--demo", "stale", now=now).code == 0
    assert demo("demo", "reset", "--yes", now=now).code == 0
