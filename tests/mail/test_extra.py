"""What adds the libraries for Microsoft 365, by the way that mcdesk was installed."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from mcdesk.mail import extra
from mcdesk.mail.extra import LIBRARIES, adding

PYPROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"


def test_the_libraries_are_those_of_the_extra() -> None:
    named = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    wanted = named["optional-dependencies"]["m365"]
    assert tuple(re.match(r"[\w-]+", each)[0] for each in wanted) == LIBRARIES  # type: ignore[index]


@pytest.mark.parametrize(
    ("left", "command"),
    [
        ("pipx_metadata.json", "pipx inject mcdesk msal msal-extensions"),
        ("uv-receipt.toml", "uv tool install --with msal --with msal-extensions ."),
    ],
)
def test_by_what_the_installer_left(
    left: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = tmp_path / "mcdesk"
    prefix.mkdir()
    (prefix / left).touch()
    monkeypatch.setattr(sys, "prefix", str(prefix))
    assert adding().startswith(command)


@pytest.mark.parametrize(
    ("has_pip", "python", "command"),
    [
        (True, "/opt/desk/bin/python", "/opt/desk/bin/python -m pip install"),
        (True, r"C:\Program Files\p.exe", r'"C:\Program Files\p.exe" -m pip install'),
        (False, "/opt/desk/bin/python", "uv pip install --python /opt/desk/bin/python"),
    ],
)
def test_with_this_very_interpreter(
    has_pip: bool, python: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", python)
    monkeypatch.setattr(extra, "find_spec", lambda name: object() if has_pip else None)
    assert adding() == f"{command} msal msal-extensions"
