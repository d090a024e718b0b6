"""A part of the fault matrix, and whether docs/reliability.md says the same."""

from pathlib import Path

import pytest
from faultmatrix import Case, cases, cells
from faultpage import PAGE, published
from sampling import EVERY, FIRST

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_what_is_said_is_so_and_published(case: Case, tmp_path: Path) -> None:
    known = published(case.name)
    tried = list(cells(case, tmp_path, every=EVERY, first=FIRST))
    assert tried
    for cell in tried:
        assert cell.said in known[cell.group, cell.fault, cell.once], cell


def test_the_page_is_short_enough_to_be_read() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(page.split()) < 3800
    assert len(page.splitlines()) < 290
