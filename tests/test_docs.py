"""The documentation says what the program does."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from mcdesk.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["commands", "settings"])
def test_the_generated_pages_are_current(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    written = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert written == getattr(generator(), f"{page}_page")(), "run python docs/generate.py"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(command: str) -> None:
    assert f"mcdesk {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists() or (page.parent / f"{target}.md").exists()


def test_hints_name_commands_that_exist() -> None:
    # `mcdesk setup` and its like would be a dead end for whoever is in trouble.
    for path in sorted((ROOT / "mcdesk").rglob("*.py")):
        for name in re.findall(r"`mcdesk ([a-z][\w-]*)", path.read_text(encoding="utf-8")):
            assert name in COMMANDS, f"{path.name}: mcdesk {name}"


def test_the_readme_has_the_two_commands_first() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert blocks == [
        "pip install . && mcdesk --demo stale\n",
        'pip install -e ".[dev]" && pytest\n',
    ]
