"""config.toml written: checked, at one stroke, for its user only, with backups."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from platformdirs import user_data_path
from systems import PERMISSION_BITS, posix_only

from mcdesk.errors import SettingsProblem
from mcdesk.settings import app_folder
from mcdesk.settings.draft import Draft
from mcdesk.settings.reading import load
from mcdesk.settings.writing import has_comments


def batch(size: int) -> dict[str, object]:
    return {"mc": {"max_batch": size}}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "config.toml"
    Draft(batch(9)).save(path)
    assert load(path).mc.max_batch == 9
    assert names(path.parent) == ["config.toml"]


def test_five_backups_the_newest_first(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    for size in range(1, 9):
        Draft(batch(size)).save(path)
    backups = [path.with_name(f"config.toml.{number}") for number in range(1, 6)]
    assert [load(backup).mc.max_batch for backup in (path, *backups)] == [8, 7, 6, 5, 4, 3]
    assert names(tmp_path) == ["config.toml", *(backup.name for backup in backups)]


def test_impossible_value_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    Draft(batch(1)).save(path)
    with pytest.raises(SettingsProblem) as caught:
        Draft(batch(0)).save(path)
    assert caught.value.message == (
        "config.toml: mc.max_batch must be a whole number of at least 1, not 0"
    )
    assert load(path).mc.max_batch == 1
    assert names(tmp_path) == ["config.toml"]


@PERMISSION_BITS
def test_only_its_user_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    Draft(batch(1)).save(path)
    Draft(batch(2)).save(path)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_failed_write_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    (path / "in the way").mkdir(parents=True)
    with pytest.raises(SettingsProblem, match=r"^config\.toml: cannot be written: "):
        Draft(batch(1)).save(path)
    assert names(tmp_path) == ["config.toml"]


def test_it_is_on_the_disk_before_it_takes_the_files_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    synced = []

    def fsync(file: int) -> None:
        synced.append((os.fstat(file).st_size, path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    Draft(batch(2)).save(path)
    assert synced == [(path.stat().st_size, False)]


def test_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingsProblem, match=r"^config\.toml: cannot be written: "):
        Draft(batch(1)).save(tmp_path / "file" / "config.toml")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", False),
        ("# all", True),
        ("a = 1 # why", True),
        ('a = "#"', False),
        ('a = "\\"#"', False),
        ('a = "\\\\" # x', True),
        ("a = '#'", False),
        ("a = '\\' # x", True),
        ('a = """\n# no\n"""', False),
        ('a = """a""""" # yes', True),
        ("a = '''\n'' # no\n'''", False),
        ("a = '''x''''' # yes", True),
        ('"#" = 1', False),
        ("a = ['#', \"#\"]\nb = [ # here\n1]", True),
    ],
)
def test_has_comments(text: str, found: bool) -> None:
    assert has_comments(text) is found


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.lists(st.text(max_size=9))))
def test_what_is_written_has_no_comments(table: dict[str, object]) -> None:
    for multiline in (False, True):
        text = tomli_w.dumps(table, multiline_strings=multiline)
        assert not has_comments(text)
        assert has_comments(text + "# one")


def test_app_folder(tmp_path: Path) -> None:
    assert app_folder({"MCDESK_HOME": str(tmp_path)}) == tmp_path
    assert app_folder({"MCDESK_HOME": "~/desk"}) == Path.home() / "desk"
    assert app_folder({"MCDESK_HOME": "desk"}) == Path.cwd() / "desk"


@pytest.mark.parametrize("environ", [{}, {"MCDESK_HOME": ""}], ids=["unset", "empty"])
def test_app_folder_by_default(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    monkeypatch.setattr(platformdirs, "user_data_path", user_data_path)
    assert app_folder(environ) == user_data_path("mcdesk", appauthor=False)


@posix_only("other users' home folders")
def test_app_folder_of_nobody() -> None:
    with pytest.raises(SettingsProblem, match=r"^MCDESK_HOME names no folder: "):
        app_folder({"MCDESK_HOME": "~nobody-by-this-name/desk"})


def test_app_folder_and_settings_load_nothing_heavy() -> None:
    program = """if True:
        import pathlib, sys
        from mcdesk.settings import app_folder
        assert "msgspec" not in sys.modules
        from mcdesk.settings.reading import load
        load(pathlib.Path("none.toml"))
        assert not {"holidays", "tzlocal", "tomli_w", "difflib"} & sys.modules.keys()
    """
    subprocess.run([sys.executable, "-c", program], check=True)
