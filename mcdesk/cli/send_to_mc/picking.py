"""Picking tickets from the stale ones by their number in the list."""

import re
from itertools import count

from mcdesk.cli.stale.view import COMPANY, PRIORITY, TICKET, WAITING, ticket_table
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, Column
from mcdesk.errors import UsageProblem
from mcdesk.ops.stale import StaleReport

_COLUMNS = (Column("", right=True), TICKET, COMPANY, Column("title", share=3), PRIORITY, WAITING)
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?", re.ASCII)


def draw_choice(page: Page, report: StaleReport) -> None:
    """Draw the tickets of *report* with numbers to choose them by."""
    numbers = count(1)
    page.table(ticket_table(report, _COLUMNS, lambda _: {"": Cell(str(next(numbers)), "bold")}))


def chosen(answer: str, number: int) -> list[int]:
    """Read which of *number* rows *answer* means ("1 3-4", "all"), as indices from 0.

    Raises UsageProblem for what is none of them.
    """
    if answer.strip().casefold() == "all":
        return list(range(number))
    picked: list[int] = []
    for word in answer.replace(",", " ").split():
        match = _RANGE.fullmatch(word)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= number:
            raise UsageProblem(f'"{word}" is not one of them', hint=f"1 to {number}, such as 1 3-4")
        picked += range(first - 1, last)
    return list(dict.fromkeys(picked))
