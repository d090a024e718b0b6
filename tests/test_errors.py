"""The error tree: every class has a docstring and stands in the drawing, and a known exit code."""

import re

import pytest

from mcdesk import errors
from mcdesk.errors import DeskError


def classes() -> list[type[DeskError]]:
    return [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, DeskError)
    ]


@pytest.mark.parametrize("error", classes(), ids=lambda error: error.__name__)
def test_every_error_is_described_drawn_and_has_a_code(error: type[DeskError]) -> None:
    assert error.__doc__
    assert re.search(rf"\b{error.__name__}\b", errors.__doc__ or "")
    assert error.exit_code in {1, 2, 3, 4, 5, 8}


@pytest.mark.parametrize("length", [2000, 2004, 1_000_000])
def test_a_message_has_an_end(length: int) -> None:
    said = errors.Rejected(["x" * (length - len("Autotask refused: "))]).message
    assert len(said) == min(length, 2003)
    assert said.endswith("..." if length > 2000 else "x")


def test_the_drawing_names_nothing_else() -> None:
    drawn = re.findall(r"(?:──|^ {4})\s*([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    assert sorted(drawn) == sorted(error.__name__ for error in classes())
