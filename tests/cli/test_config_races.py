"""`config set` beside another: no change is lost, and a shell's half of a list is no status."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from offices import CONFIG, Office

from mcdesk.settings.draft import Draft
from mcdesk.store.lock import Lock


def value(office: Office, key: str) -> Any:
    return Draft.read(office.home / "config.toml").value(key)


class TestTwoAtOnce:
    # Of another process: reads, and then waits for a file before it writes.
    SLOW = """if True:
        import sys, time
        from pathlib import Path
        from mcdesk.__main__ import main
        from mcdesk.settings import draft
        save = draft.Draft.save
        def slowly(self, path):
            Path(sys.argv[1]).touch()
            while not Path(sys.argv[2]).exists():
                time.sleep(0.01)
            return save(self, path)
        draft.Draft.save = slowly
        raise SystemExit(main(sys.argv[3:]))
    """

    def begin(self, office: Office, *argv: str) -> "subprocess.Popen[str]":
        """Let another process change the settings, up to where it would write them."""
        reads, goes = office.home.parent / "reads", office.home.parent / "goes"
        process = subprocess.Popen(
            [sys.executable, "-c", self.SLOW, str(reads), str(goes), *argv],
            env={**os.environ, **office.environ},
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        while not reads.exists():
            assert process.poll() is None
            time.sleep(0.01)
        return process

    def test_the_second_waits(self, office: Office) -> None:
        other = self.begin(office, "config", "set", "stale.after_minutes", "30")
        second = subprocess.Popen(
            [sys.executable, "-m", "mcdesk", "config", "set", "mc.max_batch", "9"],
            env={**os.environ, **office.environ},
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        time.sleep(0.5)
        assert second.poll() is None
        (office.home.parent / "goes").touch()
        for process in (other, second):
            process.communicate()
            assert process.returncode == 0
        assert (value(office, "stale.after_minutes"), value(office, "mc.max_batch")) == (30, 9)

    def test_or_is_told(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        other = self.begin(office, "config", "set", "stale.after_minutes", "30")
        monkeypatch.setattr(Lock, "held", lambda self: held(self, patience=0.05))
        done = office.run("config", "set", "mc.max_batch", "9")
        assert done.code == 8
        assert "another mcdesk is changing config.toml" in done.err
        (office.home.parent / "goes").touch()
        other.communicate()
        assert (value(office, "stale.after_minutes"), value(office, "mc.max_batch")) == (30, None)

    def test_many_lose_nothing(self, office: Office) -> None:
        keys = ["stale.after_minutes", "mc.max_batch", "slack.cooldown_minutes", "mail.smtp.port"]
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "mcdesk", "config", "set", key, "77"],
                env={**os.environ, **office.environ},
                stderr=subprocess.DEVNULL,
            )
            for key in keys
        ]
        assert [process.wait() for process in running] == [0] * len(keys)
        assert [value(office, key) for key in keys] == [77] * len(keys)

    def test_setup_does_not_write_over_it(self, office: Office) -> None:
        done = office.run(
            "setup",
            "hours",
            answers=["", "n", "", "US"],
            meanwhile=lambda: office.run("config", "set", "mc.max_batch", "9"),
        )
        assert done.code == 3
        assert "another mcdesk changed config.toml in the meantime" in done.err
        assert value(office, "mc.max_batch") == 9
        assert value(office, "hours.holidays") is None

    def test_nor_does_the_editor(self, office: Office, tmp_path: Path) -> None:
        program = tmp_path / "editor.py"
        program.write_text(
            "import subprocess, sys\n"
            "open(sys.argv[1], 'a', encoding='utf-8').write('# mine\\n')\n"
            "subprocess.run([sys.executable, '-m', 'mcdesk', 'config', 'set', 'mc.max_batch', '9'],"
            " check=True, stderr=subprocess.DEVNULL)\n",
            encoding="utf-8",
        )
        office.environ["EDITOR"] = f'"{sys.executable}" "{program}"'
        os.environ["MCDESK_HOME"] = str(office.home)
        done = office.run("config", "edit", answers=[])
        assert done.code == 3
        assert "another mcdesk changed config.toml in the meantime" in done.err
        assert value(office, "mc.max_batch") == 9
        (draft,) = (office.home / "drafts").iterdir()
        assert "# mine" in draft.read_text(encoding="utf-8")
        assert str(draft) in done.err.replace("\n", "")


held = Lock.held


class TestAFailedWrite:
    def test_no_backup_is_lost(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        for minutes in range(31, 38):
            office.run("config", "set", "stale.after_minutes", str(minutes))
        before = {path.name: path.read_bytes() for path in office.home.glob("config.toml*")}
        assert len(before) == 6
        replace = Path.replace

        def fails(self: Path, target: Path) -> Path:
            if Path(target).name == "config.toml":  # as on Windows, while somebody reads it
                raise PermissionError(13, "Access is denied")
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", fails)
        for _ in range(3):
            done = office.run("config", "set", "stale.after_minutes", "90")
            assert (done.code, "config.toml" in done.err) == (4, True)
        assert {
            path.name: path.read_bytes() for path in office.home.glob("*config.toml*")
        } == before

    def test_a_disk_that_is_full(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        office.run("config", "set", "stale.after_minutes", "31")
        before = {path.name: path.read_bytes() for path in office.home.glob("config.toml*")}

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        done = office.run("config", "set", "stale.after_minutes", "90")
        assert done.code == 4
        assert "cannot be written: No space left on device" in done.err
        assert {
            path.name: path.read_bytes() for path in office.home.glob("*config.toml*")
        } == before


class TestLists:
    @pytest.mark.parametrize(
        ("key", "words", "kept"),
        [
            ("stale.statuses", ["New"], ["New"]),
            ("stale.statuses", ["New", "Customer Note Added"], ["New", "Customer Note Added"]),
            ("stale.statuses", ['["New", "Open"]'], ["New", "Open"]),
            ("stale.statuses", ["New", "[Hold]"], ["New", "[Hold]"]),
            ("stale.returned_statuses", ["[]"], []),
            ("mc.plan_values", ["Yes", "5"], ["Yes", "5"]),
            ("mc.response_minutes.High", ["45"], 45),
            ("hours.monday", ["09:00-12:30", "13:00-17:00"], ["09:00-12:30", "13:00-17:00"]),
            ("autotask.secret_command", ["pass", "show", "mcdesk"], ["pass", "show", "mcdesk"]),
            ("autotask.secret_command", ["--", "op", "--x"], ["op", "--x"]),
            ("templates.x.label", ["[Mission Control] back"], "[Mission Control] back"),
        ],
    )
    def test_several_words_are_one(
        self, office: Office, key: str, words: list[str], kept: object
    ) -> None:
        assert office.run("config", "set", key, *words).code == 0
        assert value(office, key) == kept

    def test_days_as_well(self, office: Office) -> None:
        for words in (["2026-11-27"], ["2026-11-27", "2026-12-24"], ["[2026-11-27]"]):
            assert office.run("config", "set", "hours.closed", *words).code == 0
            assert [f"{day}" for day in value(office, "hours.closed")] == [
                word.strip("[]") for word in words
            ]

    @pytest.mark.parametrize(
        "words",
        [
            ["[New]"],  # PowerShell of '["New"]'
            ["'[New]'"],  # cmd of it
            ["[New, Open]"],
            ["'[New,", "Open]'"],  # cmd of '["New", "Open"]'
            ["[New,", "On", "Hold]"],
        ],
    )
    def test_what_a_shell_has_left_of_a_list_is_refused(
        self, office: Office, words: list[str]
    ) -> None:
        before = (office.home / "config.toml").read_bytes()
        done = office.run("config", "set", "stale.statuses", *words)
        assert (done.code, done.out) == (2, "")
        assert (
            'hint: write its entries as separate words: mcdesk config set stale.statuses New "'
            in done.err
        )
        assert (office.home / "config.toml").read_bytes() == before
        again = office.run("setup", "hours", "--set", f"stale.statuses={words[0]}")
        assert (again.code, "separate words" in again.err) == (2, True)

    def test_no_hint_needs_quotation_marks_in_quotation_marks(self) -> None:
        import mcdesk

        folder = Path(mcdesk.__file__).parent
        docs = folder.parent / "docs"
        for path in (*folder.rglob("*.py"), *docs.rglob("*.md"), folder.parent / "README.md"):
            text = path.read_text(encoding="utf-8").replace("\\", "")
            for line in text.splitlines():
                assert not ("config set" in line and ("'[" in line or '"["' in line)), path


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("stale.after_minutes", "9" * 10**5),
        ("stale.queues", '["' + "x" * 10**5 + '", 5]'),
        ("stale." + "x" * 10**5, "5"),
        ("x" * 10**5, "5"),
        ("mc.dispatch_subject", "{" + "x" * 10**5 + "}"),
        ("mc.dispatch_subject", "{x}" * 10**5),
        ("mc.template", "x" * 10**5),
        ("hours.timezone", "x" * 10**5),
        ("hours.holidays", "x" * 10**5),
    ],
)
def test_no_error_is_a_megabyte(office: Office, key: str, text: str) -> None:
    done = office.run("config", "set", key, text)
    assert done.code in (2, 4)
    assert 0 < len(done.err) < 2000
    office.configure(CONFIG + f"\n{text}")
    assert len(office.run("config").err) < 2000
    office.configure(CONFIG)
    office.environ["MCDESK_AUTOTASK_USERNAME"] = f" {text}"
    assert len(office.run("stale").err) < 2000
