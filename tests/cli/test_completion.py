"""Tab: the tickets of the last `stale`, `list` or `find`, never from the network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import shellingham  # type: ignore[import-untyped]
from offices import Office


def offered(office: Office, line: str, shell: str = "bash") -> list[str]:
    """Ask as a shell does, in a process of its own, to which no network is left."""
    environ = {
        **os.environ,
        "MCDESK_HOME": str(office.home),
        "MCDESK_NOW": office.now.isoformat(),
        "_MCDESK_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": line,
    }
    done = subprocess.run(
        [sys.executable, "-m", "mcdesk"], env=environ, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.stdout.strip().splitlines()


@pytest.mark.parametrize("command", ["show", "claim", "send-to-mc", "note", "send-link"])
def test_offers_what_stale_found(office: Office, command: str) -> None:
    office.ticket(70)
    office.ticket(80, title="[b]odd\x1b[31m title")
    office.run("stale")
    office.requests()
    assert sorted(offered(office, f"mcdesk {command} T2026")) == [
        "T20261123.9700",
        "T20261123.9800",
    ]
    assert sorted(offered(office, f"mcdesk {command} 20261123.98")) == ["20261123.9800"]
    assert office.requests() == []


@pytest.mark.parametrize(
    ("argv", "numbers"),
    [
        (["stale"], ["T20261123.9700"]),
        (["list", "--mine"], ["T20261123.9100"]),
        (["find", "quarry"], ["T20261123.9200"]),
    ],
)
def test_offers_what_was_listed_last(office: Office, argv: list[str], numbers: list[str]) -> None:
    with office.world.transaction() as db:
        db.execute("DELETE FROM Tickets")
    office.ticket(70)
    office.ticket(10, assignedResourceID=20)
    office.ticket(20, companyID=175)
    for each in (["stale", "--all"], ["list"], argv):
        office.run(*each)
    assert offered(office, "mcdesk show T2026") == numbers


def test_with_titles_where_the_shell_shows_them(office: Office) -> None:
    office.ticket(80, title="odd\x1b[31m title")
    office.run("stale")
    lines = "\n".join(offered(office, "mcdesk show ", "zsh"))
    assert "T20261123.9800" in lines
    assert "odd title" in lines
    assert "\x1b" not in lines


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (r"\$(touch ran)", "(touch ran)"),
        (r"\`touch ran\`", "touch ran"),
        ("$(touch ran)`touch ran`", "(touch ran) touch ran"),
        ('"; touch ran; "', "; touch ran;"),
        ("it's [/b] done", "it s /b done"),
    ],
)
def test_no_title_is_run_by_the_shell(office: Office, title: str, shown: str) -> None:
    # What zsh evaluates (typer, ZshComplete): nothing but Typer's own quotes acts in it.
    office.ticket(80, title=title)
    office.run("stale")
    lines = "\n".join(offered(office, "mcdesk show ", "zsh"))
    assert f': {shown}"' in lines
    assert [char for char in "\\`$" if char in lines.replace(r"\\:", ":")] == []
    assert lines.count('"') == 4


def test_only_what_is_a_number_is_offered(office: Office) -> None:
    for number in ("T20261123.0001", 'T"; touch ran; "'):
        office.ticket(80, ticketNumber=number)
    assert "touch ran" in office.run("stale").out
    assert offered(office, "mcdesk show T") == ["T20261123.0001"]


def test_offers_nothing_where_nothing_is_known(office: Office) -> None:
    assert offered(office, "mcdesk show T") == []
    office.configure("[broken")
    assert offered(office, "mcdesk show T") == []


def test_commands_are_offered_too(office: Office) -> None:
    assert offered(office, "mcdesk sen") == ["send-to-mc", "send-link"]


class TestInstalling:
    """Where Typer cannot write to a shell's files, people are told what to add."""

    @pytest.fixture(autouse=True)
    def shell(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Path, "home", lambda: tmp_path)
        monkeypatch.setattr("shellingham.detect_shell", lambda: ("bash", "bash"))

    def by_hand(self, office: Office) -> str:
        done = office.run("--install-completion")
        assert done.code == 1
        assert "error: completion was not installed" in done.err
        assert 'bash        eval "$(_MCDESK_COMPLETE=source_bash mcdesk)"' in done.err
        assert "PowerShell" in done.err
        assert not (office.home / "logs").exists()
        return done.err

    def test_it_works(self, office: Office, tmp_path: Path) -> None:
        done = office.run("--install-completion")
        assert (done.code, done.err) == (0, "")
        assert "mcdesk.sh" in (tmp_path / ".bashrc").read_text(encoding="utf-8")

    def test_a_file_in_the_way(self, office: Office, tmp_path: Path) -> None:
        (tmp_path / ".bash_completions").touch()
        assert "File exists" in self.by_hand(office) or sys.platform == "win32"

    @pytest.mark.parametrize("way", ["read_text", "write_text"])
    def test_one_that_may_not_be_touched(
        self, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
    ) -> None:
        (tmp_path / ".bashrc").write_text("# mine\n", encoding="utf-8")

        def refused(self: Path, *_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied", str(self))

        with monkeypatch.context() as patch:
            patch.setattr(Path, way, refused)
            assert ".bashrc" in self.by_hand(office)

    def test_one_in_another_encoding(self, office: Office, tmp_path: Path) -> None:
        (tmp_path / ".bashrc").write_bytes(b"# w\x81rter\n")
        self.by_hand(office)
        assert (tmp_path / ".bashrc").read_bytes() == b"# w\x81rter\n"

    @pytest.mark.parametrize("shell", ["tcsh", None])
    def test_a_shell_that_is_not_known(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, shell: str | None
    ) -> None:
        def detect() -> tuple[str, str]:
            if shell is None:
                raise shellingham.ShellDetectionFailure
            return shell, shell

        monkeypatch.setattr("shellingham.detect_shell", detect)
        self.by_hand(office)

    def test_a_powershell_that_may_not_be_asked(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def run(argv: list[str], **options: bool) -> None:
            if options.get("check"):
                raise subprocess.CalledProcessError(1, argv)

        monkeypatch.setattr("shellingham.detect_shell", lambda: ("powershell", "powershell"))
        monkeypatch.setattr(subprocess, "run", run)
        self.by_hand(office)

    @pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash to try it in")
    def test_the_line_for_bash_works(self, office: Office) -> None:
        office.ticket(70)
        office.run("stale")
        program = f'mcdesk() {{ "{sys.executable}" -m mcdesk "$@"; }}\n'
        script = (
            'eval "$(_MCDESK_COMPLETE=source_bash mcdesk)"\n'
            'COMP_WORDS=(mcdesk show ""); COMP_CWORD=2; export -f mcdesk\n'
            "complete -p mcdesk"
        )
        done = subprocess.run(
            ["bash", "-c", program + script],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "MCDESK_HOME": str(office.home)},
            check=False,
        )
        assert "_mcdesk_completion" in done.stdout
