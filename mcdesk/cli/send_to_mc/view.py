"""How planned handoffs look: one in full, several in a table."""

from collections.abc import Sequence

from mcdesk.cli import changes as change_view
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.changes import Field, in_words
from mcdesk.core.safety import SafetyRule
from mcdesk.core.wording import span
from mcdesk.ops.handoff import Prepared

# What the table and its foot say of every ticket; other changes go beside its title.
_IN_THE_TABLE = (Field.PRIMARY_RESOURCE, Field.ROLE, Field.STATUS)


def draw_one(page: Page, prepared: Prepared) -> None:
    """Draw what changes from what to what, and what decides whether it should."""
    change_view.heading(page, prepared.ticket, prepared.company, url=prepared.url)
    holder = f"assigned to {prepared.holder}" if prepared.holder else "unassigned"
    age = f"opened {span(prepared.age)} ago"
    page.block(f"Priority {prepared.priority or 'none'}, {age}, {holder}", style="quiet")
    page.line()
    change_view.draw_changes(page, prepared.plan.all_changes)
    page.line()


def draw_several(page: Page, plans: Sequence[Prepared], *, target: str) -> None:
    """Draw one row a ticket; *target* says below what all of them get."""
    columns = (
        Column("ticket"),
        Column("company", share=2),
        Column("priority"),
        Column("made", right=True),
        Column("has it", share=1),
        Column("status"),
    )
    page.table(Table(columns, [_row(each) for each in plans]))
    page.line()
    page.line(Cell(f"All to {target}"))


def against(prepared: Prepared) -> str:
    """Say all that speaks against a handoff."""
    return "; ".join(each.reason for each in prepared.objections)


def second_question(prepared: Prepared) -> str:
    """Word the question about all that speaks against a handoff, which --yes does not answer."""
    reasons = against(prepared)
    if any(each.rule is SafetyRule.COLLEAGUES for each in prepared.objections):
        return f"{reasons}. Reassign it and send it anyway?"
    return f"{prepared.ticket.number}: {reasons}. Send it anyway?"


def _row(prepared: Prepared) -> Row:
    changes = prepared.plan.all_changes
    status = next((each.was for each in changes if each.field is Field.STATUS), "-")
    more = in_words([each for each in changes if each.field not in _IN_THE_TABLE])
    title, known = prepared.ticket.title, prepared.warnings
    cells = [
        Cell(prepared.ticket.number, "ticket", prepared.url),
        Cell(prepared.company or "-"),
        Cell(prepared.priority or "-"),
        Cell(span(prepared.age)),
        Cell(prepared.holder or "nobody"),
        Cell(status),
    ]
    below = [f"{title} ({more})" if more else title, *(f"! {each}" for each in known)]
    return Row(cells, [Cell(line, "bold") for line in below], whole=bool(more or known))
