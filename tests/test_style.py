"""The style of docstrings: they say what is returned or done."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mcdesk

ROOT = Path(mcdesk.__file__).parent
TESTS = Path(__file__).parent
# Words that begin a sentence in other languages: "Return", "Find" or "Ask" says what happens.
WORDS = {"Give", "Tell", "Lay"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def sources() -> Iterator[Path]:
    for folder in (ROOT, TESTS):
        yield from folder.rglob("*.py")


def translated(source: str) -> list[str]:
    """List the docstrings of *source* that begin with one of the words.

    That of a command is its help, which is not for those who read the code.
    """
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, DOCUMENTED)]
    docstrings = [ast.get_docstring(node) or "" for node in nodes if not is_command(node)]
    return [text for text in docstrings if text.partition(" ")[0] in WORDS]


def is_command(node: ast.AST) -> bool:
    """Return whether *node* is a function that Typer calls."""
    if not isinstance(node, ast.FunctionDef) or not node.args.args:
        return False
    annotation = node.args.args[0].annotation
    return annotation is not None and ast.unparse(annotation) == "typer.Context"


def test_docstrings_say_what_happens() -> None:
    found = {path: translated(path.read_text(encoding="utf-8")) for path in sources()}
    assert len(found) > 300
    assert {path: texts for path, texts in found.items() if texts} == {}


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
