"""A part of the fault matrix, and whether docs/reliability.md says the same."""

from pathlib import Path

import pytest
from faultmatrix import PAGE, Case, Cell, cases, cells
from sampling import EVERY, FIRST

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_what_is_said_is_so_and_published(case: Case, tmp_path: Path) -> None:
    published = section(case.name)
    tried = list(cells(case, tmp_path, every=EVERY, first=FIRST))
    assert tried
    for cell in tried:
        assert stands_in(published, cell), cell


def section(name: str) -> list[list[str]]:
    """Return the rows of a command's table, the heads first."""
    page = PAGE.read_text(encoding="utf-8")
    _, _, rest = page.partition(f"### `mcdesk {name}`\n")
    lines = rest.partition("\n### ")[0].strip().splitlines()
    return [[part.strip() for part in line.strip("|").split("|")] for line in lines]


def stands_in(table: list[list[str]], cell: Cell) -> bool:
    """Find out whether a cell's outcome is the published one."""
    column = table[0].index(cell.fault)
    (row,) = [row for row in table[2:] if f"`{cell.request}`" in row[0]]
    once, _, always = row[column].partition("; ")
    return cell.said == (once if cell.once else always or once)
