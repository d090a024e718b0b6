"""The documentation says what the program does."""

import html
import importlib.util
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import pytest
import typer

from mcdesk.__main__ import main
from mcdesk.cli.main import COMMANDS, build
from mcdesk.cli.options import YesOption
from mcdesk.desk import Desk
from mcdesk.settings.reading import load

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["commands", "settings"])
def test_the_generated_pages_are_current(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    written = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert written == getattr(script("generate"), f"{page}_page")(), "run python docs/generate.py"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"mcdesk {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def calls(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield *command* and all below it, each with the words that call it."""
    yield words, command
    for name, below in getattr(command, "commands", {}).items():
        yield from calls(below, *words, name)


def untold(command: Any, printed: str) -> list[str]:
    """List what the help *printed* for *command* leaves out: what it does, or what an option does.

    A help text that is not there counts as left out.
    """
    told = {command.name: (command.help or "").split("\n")[0]}
    told |= {max(each.opts, key=len): each.help for each in command.params}
    return [name for name, text in told.items() if not text or _squeezed(text) not in printed]


CALLS = dict(calls(typer.main.get_command(build([]))))


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--help"], desk=Desk(environ={})) == 0
    printed = _squeezed(capsys.readouterr().out)
    assert _squeezed(f"Usage: mcdesk {' '.join(words)}") in printed
    assert untold(CALLS[words], printed) == []


def test_a_command_or_option_without_help_would_be_noticed() -> None:
    app = typer.Typer(add_completion=False)

    @app.command("mute")
    def mute(
        ctx: typer.Context, word: str, some: Annotated[int, typer.Option()] = 1, *, yes: YesOption
    ) -> None: ...

    printed = _squeezed("mute word --some --yes Don't ask. Safety rules still apply.")
    assert untold(typer.main.get_command(app), printed) == ["mute", "word", "--some"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            name, _, heading = target.partition("#")
            path = page.parent / name if name else page
            assert path.exists(), target
            assert not heading or heading in headings(path), target


def headings(path: Path) -> set[str]:
    """Return the headings of a page as links name them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in found}


def test_every_promise_of_the_readme_leads_to_its_proof() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.partition("## What you can rely on")[2].partition("\n## ")[0]
    promises = part.split("\n- ")[1:]
    assert len(promises) > 4
    for promise in promises:
        assert re.search(r"roof.*\]\((tests/|docs/)", promise, re.DOTALL), promise


PICTURES = script("pictures").PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_show_what_the_program_says(name: str) -> None:
    drawn = (ROOT / "docs" / "pictures" / f"{name}.svg").read_text(encoding="utf-8")
    seen = _squeezed(
        html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", drawn, flags=re.DOTALL))
    )
    text = script("pictures").shown(name).plain
    assert text.strip()
    for line in text.splitlines():
        assert _squeezed(line) in seen, f"{line}: run python docs/pictures.py"


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_need_nothing_that_a_simple_viewer_lacks(name: str) -> None:
    drawn = (ROOT / "docs" / "pictures" / f"{name}.svg").read_text(encoding="utf-8")
    assert re.match(r'<svg width="\d+" height="\d+" viewBox="', drawn)
    assert re.findall(r"<style|class=|style=|clip-path|url\(|rgba|@font-face|<defs", drawn) == []
    assert set(re.findall(r'font-family="([^"]*)"', drawn)) == {"monospace", "sans-serif"}


def test_tests_that_pages_name_exist() -> None:
    named = [
        path
        for page in PAGES
        for path in re.findall(r"`(tests/[\w/.]+)`", page.read_text(encoding="utf-8"))
    ]
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_example_of_settings_can_be_used() -> None:
    settings = load(ROOT / "docs" / "example.toml")
    day = date(2026, 12, 24)
    assert settings.hours.special[day] == ("09:00-12:00",)


ROOTS = (ROOT, ROOT / "mcdesk")


def missing(page: str) -> list[str]:
    """List the files and folders that *page* names, from the root or mcdesk/, and that are not."""
    paths = re.findall(r"(?:[\w.-]+/)+[\w.-]*\w|(?:[\w.-]+/)+|\w+\.py\b", page)
    return [path for path in paths if not any((root / path).exists() for root in ROOTS)]


def test_files_that_the_architecture_names_exist() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert missing(page) == []
    assert missing("`core/operations.py`, desk/, cli/stale and errors.py; reliability.md") == []


def test_a_file_that_is_not_there_would_be_noticed() -> None:
    page = "`core/outbox.py`, ops/changing, gone/ and gone.py, but not core/operations.py."
    assert missing(page) == ["core/outbox.py", "ops/changing", "gone/", "gone.py"]


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_powershell_has_not_stands_beside_what_it_has(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if re.search(r"^MCDESK_\w+=\S+ ", text, re.MULTILINE):
        assert re.search(r"^\$env:MCDESK_\w+ = ", text, re.MULTILINE)
    if re.search(r"^[^#\n]*&& mcdesk", text, re.MULTILINE):
        assert "PowerShell has no `&&`" in text
    if "| xargs" in text:
        assert "| ForEach-Object" in text


def test_the_readme_installs_where_pip_alone_may_not() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("pipx install .", "uv tool install .", "-m venv .venv"):
        assert command in text
