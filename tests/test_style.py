"""The style of docstrings: they say what is returned or done."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mcdesk

ROOT = Path(mcdesk.__file__).parent
TESTS = Path(__file__).parent
# What is held to it so far, below mcdesk/.
FOLDERS = (
    "sandbox",
    "settings",
    "core/callscript.py",
    "core/hosts.py",
    "core/hours.py",
    "core/references.py",
    "demo.py",
    "errors.py",
)
# Words that begin a sentence in other languages: "Return", "Find" or "Ask" says what happens.
WORDS = {"Give", "Tell", "Lay"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def sources() -> Iterator[Path]:
    yield from TESTS.rglob("*.py")
    for folder in FOLDERS:
        path = ROOT / folder
        yield from [path] if path.is_file() else path.rglob("*.py")


def translated(source: str) -> list[str]:
    """List the docstrings of *source* that begin with one of the words."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, DOCUMENTED)]
    docstrings = [ast.get_docstring(node) or "" for node in nodes]
    return [text for text in docstrings if text.split(" ")[0] in WORDS]


@pytest.mark.parametrize("path", sorted(sources()), ids=lambda path: path.name)
def test_docstrings_say_what_happens(path: Path) -> None:
    assert translated(path.read_text(encoding="utf-8")) == []


def test_every_folder_is_there() -> None:
    assert [folder for folder in FOLDERS if not (ROOT / folder).exists()] == []


@pytest.mark.parametrize(
    "source",
    [
        '"""Tell a story."""',
        'class A:\n    """Give it."""',
        'def f():\n    """Lay it\n    out."""',
        'class A:\n    async def f(self):\n        """Give it."""',
    ],
)
def test_a_translated_docstring_would_be_noticed(source: str) -> None:
    assert len(translated(source)) == 1
