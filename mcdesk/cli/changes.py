"""How changes of tickets look: what is planned, what would be sent, what came of it."""

from collections.abc import Collection, Iterable, Sequence
from json import dumps
from typing import Any

from mcdesk.cli.call import Call
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table, cells, padded
from mcdesk.core.changes import Change, Field
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.tickets import Ticket
from mcdesk.desk import Desk
from mcdesk.ops.described import described
from mcdesk.ops.results import Outcome, Result

# Warnings that were said already, each with the number of its ticket.
Told = Collection[tuple[str, str]]
_INDENT = "  "
_VERIFIED = {
    Kind.SEND: "sent and verified in our Autotask",
    Kind.CLAIM: "is yours (verified)",
    Kind.UNDO: "undone (verified)",
}
_STYLES = {
    Outcome.DONE: "fine",
    Outcome.ALREADY_THERE: "fine",
    Outcome.REFUSED: "late",
    Outcome.FAILED: "urgent",
    Outcome.UNVERIFIED: "urgent",
}


def heading(page: Page, ticket: Ticket, company: str | None, *, url: str | None = None) -> None:
    """Write whose ticket it is, so that a mistyped id is seen."""
    company_cell = Cell(f"  {company}" if company else "", "quiet")
    page.line(Cell(ticket.number, "ticket", url), company_cell)
    page.block(ticket.title or "(no title)", style="bold")


def one_line(ticket: Ticket, company: str | None) -> str:
    """Say in one line whose ticket it is, so that a mistyped id is seen."""
    return ", ".join(part for part in (ticket.number, company, ticket.title) if part)


def draw_changes(page: Page, changes: Sequence[Change]) -> None:
    """Write each change: the field, what is there, what comes.

    The role goes with its resource; it matters only alone.
    """
    if any(each.field is Field.PRIMARY_RESOURCE for each in changes):
        changes = [each for each in changes if each.field is not Field.ROLE]
    fields = max((len(each.field.words) for each in changes), default=0)
    before = max((cells(each.was) for each in changes), default=0)
    for each in changes:
        page.line(
            Cell(f"{_INDENT}{each.field.words:<{fields}}  ", "quiet"),
            Cell(padded(each.was, before)),
            Cell(" -> ", "quiet"),
            Cell(each.becomes, "bold"),
        )


def draw_alone(call: Call, result: Result, kind: Kind, *, json: bool) -> None:
    """Write what came of the one ticket of a command, or would come of it."""
    output = call.output
    if json:
        output.json(document([result], kind))
        if result.error:
            output.error(result.error)
    else:
        draw_result(output, result, kind, shown=False)
    if call.desk.dry_run:
        draw_rehearsal(output.aside if json else output, call.desk)


def document(results: Iterable[Result], kind: Kind) -> dict[str, Any]:
    """Build the document of a command that changes one ticket, such as `mcdesk.claim/1`."""
    return {"schema": f"mcdesk.{kind}/1", "results": as_json(results, kind)}


def draw_result(
    output: Output, result: Result, kind: Kind, *, shown: bool, told: Told = ()
) -> None:
    """Write what came of one ticket; what was *shown* or *told* before is not repeated.

    A failure goes to stderr, and leaves stdout empty.
    """
    _warn(output, result, told)
    if result.error:
        output.error(result.error)
        return
    output.line(
        Cell(result.reference, "ticket"),
        Cell(" "),
        Cell(_said(result, kind), _STYLES.get(result.outcome, "")),
    )
    if result.plan and not shown:
        draw_changes(output, result.plan.all_changes)


def draw_results(
    output: Output,
    results: Sequence[Result],
    kind: Kind,
    *,
    page: Page | None = None,
    told: Told = (),
) -> None:
    """Write what came of several tickets, one row each, a count, and how to fix the failures.

    *page* is where the table goes, stdout if it is None. Warnings that were *told* before
    are not repeated.
    """
    page = page or output
    for result in results:
        _warn(output, result, told)
    rows = [
        Row(
            [
                Cell(result.reference, "ticket"),
                Cell(word(result, kind).replace("_", " "), _STYLES.get(result.outcome, "")),
                Cell(result.plan.ticket.title if result.plan else ""),
            ],
            below=[Cell(result.error.message)] if result.error else [],
            whole=True,
        )
        for result in results
    ]
    columns = (Column("ticket"), Column("outcome"), Column("title", share=1))
    page.table(Table(columns, rows))
    words = [word(result, kind).replace("_", " ") for result in results]
    counts = (f"{words.count(each)} {each}" for each in dict.fromkeys(words))
    page.line()
    page.line(Cell(", ".join(counts), "bold"))
    output.flush()
    hints = (result.error.hint for result in results if result.error)
    for hint in dict.fromkeys(hint for hint in hints if hint):
        output.talk(f"hint: {hint}")


def draw_rehearsal(page: Page, desk: Desk, operations: Iterable[Operation] = ()) -> None:
    """Say what a dry run would have sent, the emails of *operations* too.

    With -v, the requests as well.
    """
    kept, mails = desk.rehearsal.kept, [each.mail for each in operations]
    said = [
        f"would email {each.email.to}" for each in mails if each and each.email and not each.final
    ]
    page.line(Cell("Dry run: nothing was sent." if kept or said else "Nothing would be sent."))
    for each in kept:
        page.block(f"would {described(each)}", first=_INDENT)
        if desk.verbose:
            name = f" (in the name of resource {each.as_resource})" if each.as_resource else ""
            body = f" {dumps(each.body)}" if each.body else ""
            page.line(Cell(f"{_INDENT}  {each.method} {each.path}{body}{name}"))
    for line in said:
        page.block(line, first=_INDENT)
    if kept and not desk.verbose:
        page.line(Cell("`mcdesk -v` shows the requests.", "quiet"))


def as_json(results: Iterable[Result], kind: Kind) -> list[dict[str, Any]]:
    """Build the results for scripts; keys are always there, what is unknown is null."""
    return [
        {
            **_which(result),
            "outcome": word(result, kind),
            "changes": [change_as_json(e) for e in result.plan.all_changes] if result.plan else [],
            "verified": result.verified,
            "warnings": list(result.warnings),
            **({"warning_codes": list(result.codes)} if kind is Kind.SEND else {}),
            "error": result.error and result.error.message,
        }
        for result in results
    ]


def _which(result: Result) -> dict[str, Any]:
    """Name the ticket; one that was not read only as it was typed."""
    if result.plan:
        return {"id": result.plan.ticket.id, "number": result.plan.ticket.number}
    typed = result.reference
    return {
        "id": int(typed) if typed.isdigit() else None,
        "number": None if typed.isdigit() else typed,
    }


def change_as_json(change: Change) -> dict[str, Any]:
    """Build one change for scripts; null is a field that holds nothing."""
    return {"field": change.field.value, "before": change.before.label, "after": change.after.label}


def word(result: Result, kind: Kind) -> str:
    """Return the outcome in the word that scripts know it by."""
    return kind.done if result.outcome is Outcome.DONE else result.outcome.value


def _said(result: Result, kind: Kind) -> str:
    match result.outcome:
        case Outcome.DONE:
            return _VERIFIED[kind]
        case Outcome.ALREADY_THERE if kind is Kind.CLAIM:
            return "is already yours; nothing was changed"
        case Outcome.ALREADY_THERE if kind is Kind.UNDO:
            return "is already as it was before; nothing was changed"
        case Outcome.ALREADY_THERE:
            return "is already there; nothing was changed"
        case _:
            return "would be changed"


def _warn(output: Output, result: Result, told: Told) -> None:
    for warning in result.warnings:
        if (result.reference, warning) in told:
            continue
        output.talk(f"warning: {result.reference}: {warning}")
