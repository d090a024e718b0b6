"""Folders for the user alone, and whose a file is that we may not use."""

import io
import os
import sqlite3
import stat
import subprocess
import sys
from errno import EACCES, ENOENT, EROFS
from pathlib import Path
from typing import Any

import pytest
from offices import Office

from mcdesk.errors import StoreProblem
from mcdesk.folders import denial, file_in_the_way, make_private

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="permission bits are POSIX's")
DENIED = PermissionError(EACCES, "Permission denied")


def owned_by(monkeypatch: pytest.MonkeyPatch, owner: str, *, closed: Path) -> None:
    """Let *closed* be somebody else's; root, as whom tests may run, is kept out of nothing."""
    monkeypatch.setattr(Path, "owner", lambda _: owner)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != closed and access(path, mode))


@ON_POSIX
def test_every_folder_that_is_made_is_for_the_user_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private(tmp_path / "a" / "b" / "c")
    make_private(tmp_path / "a" / "b" / "c")
    for folder in ("a", "a/b", "a/b/c"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@ON_POSIX
@pytest.mark.parametrize(
    "argv",
    [
        ("--demo", "stale"),
        ("--demo", "config", "set", "stale.after_minutes", "30"),
        ("config", "set", "stale.after_minutes", "30"),
        ("outbox",),
        ("note", "1", "x" * 33000),
    ],
    ids=lambda argv: " ".join(argv)[:30],
)
def test_whatever_makes_the_app_folder_first(office: Office, argv: tuple[str, ...]) -> None:
    home = office.home.parent / "new" / "home"
    office.environ["MCDESK_HOME"] = str(home)
    mask = os.umask(0o022)
    try:
        office.run(*argv)
    finally:
        os.umask(mask)
    assert home.is_dir()
    for path in (home.parent, *home.parent.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


class TestWhose:
    def test_a_file_of_another_user(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "mcdesk.db"
        path.touch()
        owned_by(monkeypatch, "noor", closed=path)
        found = denial(DENIED, path, StoreProblem)
        assert found is not None
        assert (found.message, found.hint) == (
            f"{path}: permission denied; it belongs to noor",
            "run mcdesk as noor, or set MCDESK_HOME to a folder of your own",
        )

    def test_a_folder_on_the_way(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        owned_by(monkeypatch, "noor", closed=tmp_path)
        for path in (tmp_path / "mcdesk.db", tmp_path / "drafts" / "a.txt"):
            found = denial(DENIED, path, StoreProblem)
            assert found is not None
            assert found.message == f"{tmp_path}: permission denied; it belongs to noor"

    @pytest.mark.parametrize("trouble", [KeyError, NotImplementedError, PermissionError])
    def test_where_the_system_does_not_tell(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: type[Exception]
    ) -> None:
        def nobody(_: Path) -> str:
            raise trouble

        owned_by(monkeypatch, "", closed=tmp_path / "a")
        monkeypatch.setattr(Path, "owner", nobody)
        (tmp_path / "a").touch()
        found = denial(DENIED, tmp_path / "a", StoreProblem)
        assert found is not None
        assert (found.message, found.hint) == (
            f"{tmp_path / 'a'}: permission denied",
            "let your user read and write it, or set MCDESK_HOME to a folder of your own",
        )

    def test_our_own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        owned_by(monkeypatch, "me", closed=tmp_path)
        monkeypatch.setattr("getpass.getuser", lambda: "me")
        found = denial(OSError(EROFS, "Read-only file system"), tmp_path / "a", StoreProblem)
        assert found is not None
        assert found.message == f"{tmp_path}: permission denied"

    def test_nobody_knows_who_we_are(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def nobody() -> str:
            raise KeyError("uid not found")

        owned_by(monkeypatch, "noor", closed=tmp_path)
        monkeypatch.setattr("getpass.getuser", nobody)
        found = denial(DENIED, tmp_path / "a", StoreProblem)
        assert found is not None
        assert "belongs to noor" in found.message

    def test_a_folder_that_takes_no_new_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "mcdesk.db").touch()
        access = os.access
        writing = {(tmp_path, os.W_OK)}
        monkeypatch.setattr(Path, "owner", lambda _: "noor")
        monkeypatch.setattr(
            os, "access", lambda path, mode: (path, mode) not in writing and access(path, mode)
        )
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorcode = 8
        found = denial(error, tmp_path / "mcdesk.db", StoreProblem)
        assert found is not None
        assert found.message == f"{tmp_path}: permission denied; it belongs to noor"

    def test_other_errors_are_no_denial(self, tmp_path: Path) -> None:
        assert denial(OSError(ENOENT, "no such file"), tmp_path / "a", StoreProblem) is None
        assert (
            denial(sqlite3.DatabaseError("file is not a database"), tmp_path / "a", StoreProblem)
            is None
        )

    def test_what_another_program_has_open_is_not_denied(self, tmp_path: Path) -> None:
        """Windows calls it so as well."""
        (tmp_path / "a").touch()
        assert denial(DENIED, tmp_path / "a", StoreProblem) is None

    def test_sqlite_may_have_another_reason(self, tmp_path: Path) -> None:
        """A folder in the place of the file, which belongs to us."""
        with pytest.raises(sqlite3.OperationalError) as caught:
            sqlite3.connect(tmp_path)
        assert denial(caught.value, tmp_path, StoreProblem) is None


def close(monkeypatch: pytest.MonkeyPatch, closed: Path) -> None:
    """Keep whoever runs this out of *closed*, which is Noor's, in every way that mcdesk has in."""
    owned_by(monkeypatch, "noor", closed=closed)

    def guarded(work: Any, error: Exception) -> Any:
        def call(path: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(path, str | Path) and closed in (Path(path), *Path(path).parents):
                raise error
            return work(path, *args, **kwargs)

        return call

    cannot_open = sqlite3.OperationalError("unable to open database file")
    cannot_open.sqlite_errorcode = 14
    monkeypatch.setattr(sqlite3, "connect", guarded(sqlite3.connect, cannot_open))
    for module, name in ((io, "open"), (os, "open"), (os, "mkdir"), (os, "utime")):
        monkeypatch.setattr(module, name, guarded(getattr(module, name), DENIED))


FILES: dict[str, tuple[tuple[str, ...], int]] = {
    "mcdesk.db": (("outbox",), 1),
    "config.toml": (("config",), 4),
    "locks": (("outbox", "drop", "1", "--yes"), 1),
    "drafts": (("note", "TICKET", "words"), 0),
    "demo": (("--demo", "stale"), 4),
    "demo/world.db": (("--demo", "stale"), 1),
}


@pytest.mark.parametrize("name", FILES)
def test_each_of_our_files_is_told_whose_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    argv, code = FILES[name]
    ticket = office.ticket(70)
    office.run("--demo", "stale")
    office.break_with("POST /Tickets/*/Notes refuse no")
    office.run("note", str(ticket), "words")
    office.break_with()
    with monkeypatch.context() as patch:
        close(patch, office.home / name)
        done = office.run(*(str(ticket) if word == "TICKET" else word for word in argv))
    assert done.code == code, done
    assert f"{office.home / name}: permission denied; it belongs to noor" in done.err
    assert "move" not in done.err
    # That there is no draft stops nothing: the outbox is another place for the words.
    hint = "hint: run mcdesk as noor, or set MCDESK_HOME to a folder of your own"
    assert (hint in done.err) == (code > 0)


def test_what_is_given_up_while_nobody_may_look_at_the_drafts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words stay in the outbox: there is no other place for them."""
    ticket = office.ticket(70)
    office.break_with("POST /Tickets/*/Notes refuse no")
    office.run("note", str(ticket), "words")
    is_file = Path.is_file

    def looking(self: Path) -> bool:
        if self.parent.name == "drafts":
            raise DENIED
        return is_file(self)

    with monkeypatch.context() as patch:
        close(patch, office.home / "drafts")
        patch.setattr(Path, "is_file", looking)
        done = office.run("outbox", "drop", "1", "--yes")
    assert done.code == 1
    assert f"{office.home / 'drafts'}: permission denied; it belongs to noor" in done.err
    assert "words" in office.run("outbox").out


def test_a_report_of_a_bug(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object, **__: object) -> None:
        raise RuntimeError("it broke")

    logs = office.home / "logs"
    logs.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr("mcdesk.ops.stale.find_stale", bug)
        close(patch, logs)
        done = office.run("stale")
    assert done.code == 70
    assert f"could not be logged: {logs}: permission denied; it belongs to noor" in done.err
    with monkeypatch.context() as patch:
        patch.setattr("mcdesk.ops.stale.find_stale", bug)
        opened = Path.open

        def full_for_more(self: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
            return full() if mode == "a" else opened(self, mode, *more, **named)

        patch.setattr(Path, "open", full_for_more)
        done = office.run("stale")
    assert done.err == (
        "error: a bug in mcdesk: RuntimeError; it could not be logged: No space left on device"
    )


def full(*_: object, **__: object) -> int:
    raise OSError(28, "No space left on device")


def test_where_nothing_can_be_kept_the_words_are_printed_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.run("stale")
    with monkeypatch.context() as patch:
        close(patch, office.home)
        done = office.run("note", "1", "-", piped=b"my words")
    assert done.code == 4
    assert f"{office.home}: permission denied; it belongs to noor" in done.err
    assert "my words" in done.err


class TestNoFolder:
    @pytest.mark.parametrize("home", ["file", "file/below", "file/far/below"])
    @pytest.mark.parametrize(
        "argv",
        [
            *(("stale",), ("--demo", "stale"), ("config",), ("config", "path"), ("outbox",)),
            *(("callscript",), ("demo", "reset", "--yes"), ("note", "1", "words")),
        ],
        ids=" ".join,
    )
    def test_a_file_is_in_its_place(self, office: Office, home: str, argv: tuple[str, ...]) -> None:
        file = office.home.parent / "file"
        file.write_text("precious", encoding="utf-8")
        office.environ["MCDESK_HOME"] = str(office.home.parent / home)
        done = office.run(*argv, answers=[])
        assert (done.code, done.out) == (4, "")
        assert f"error: {file} is a file" in done.err
        assert "hint: set MCDESK_HOME to the whole path of a folder" in done.err
        assert file.read_text(encoding="utf-8") == "precious"

    def test_what_may_not_be_looked_at_is_left_to_its_user(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def denied(_: Path) -> bool:
            raise DENIED

        with monkeypatch.context() as patch:
            patch.setattr(Path, "is_dir", denied)
            assert file_in_the_way(tmp_path) is None

    @pytest.mark.parametrize("answer", [Path("~/.local/share/mcdesk"), RuntimeError("no home")])
    def test_nobody_has_a_home(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, answer: Path | Exception
    ) -> None:
        def user_data_path(*_: object, **__: object) -> Path:
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr("platformdirs.user_data_path", user_data_path)
        del office.environ["MCDESK_HOME"]
        done = office.run("stale", answers=[])
        assert (done.code, done.out) == (4, "")
        assert "my words" in office.run("note", "1", "-", piped=b"my words").err
        assert "error: this user has no home for the app folder" in done.err
        assert "hint: set MCDESK_HOME to the whole path of a folder" in done.err

    @pytest.mark.skipif(sys.platform == "win32", reason="homes are found otherwise there")
    def test_no_home_and_no_entry_in_the_list_of_users(self, tmp_path: Path) -> None:
        program = """if True:
            import pwd, sys
            def nobody(_): raise KeyError("uid not found")
            pwd.getpwuid = nobody
            from mcdesk.__main__ import main
            raise SystemExit(main(sys.argv[1:]))
        """
        environ = {name: value for name, value in os.environ.items() if name[:3] != "XDG"}
        for name in ("HOME", "MCDESK_HOME"):
            environ.pop(name, None)
        for argv in (["stale"], ["--demo", "stale"], ["config", "path"]):
            done = subprocess.run(
                [sys.executable, "-c", program, *argv],
                env=environ,
                cwd=tmp_path,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert (done.returncode, done.stdout) == (4, "")
            assert "set MCDESK_HOME" in done.stderr
        assert list(tmp_path.iterdir()) == []
