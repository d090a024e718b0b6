"""Picking tickets from a list by their numbers there, in every command that got none."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import typer

from mcdesk.cli.call import Call
from mcdesk.cli.options import reference_of
from mcdesk.cli.terminal.page import Page
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.wording import short_age
from mcdesk.errors import LabelProblem, Refused, UsageProblem

if TYPE_CHECKING:
    from mcdesk.core.tickets import Ticket

_COLUMNS = (
    Column("", right=True),
    Column("ticket"),
    Column("company", share=1),
    Column("state", share=3),
)
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?", re.ASCII)
# Nobody looks through more.
_MOST = 99


class Choice(NamedTuple):
    """A ticket to choose, and in a few words why it is here (*state*)."""

    id: int
    number: str
    company: str
    title: str
    url: str | None
    state: Cell


def pick(call: Call, command: str, *, several: bool = False, held: bool = False) -> list[Reference]:
    """Let the technician choose from what waits, what came back first; none if nothing does.

    With *held*, from what is theirs and what is with the vendor as well. Raises UsageProblem if
    nobody can choose, and Refused if they choose none.
    """
    if not call.desk.interactive:
        raise UsageProblem("which ticket?", hint=f"mcdesk {command} T20261123.0007")
    waiting = {each.id: each for each in _waiting(call)}
    others = {each.id: each for each in (_held(call) if held else ()) if each.id not in waiting}
    # What is held comes last, and is shown however much waits.
    room = max(_MOST - len(others), 0)
    choices = [*islice(waiting.values(), room), *islice(others.values(), _MOST)]
    if not choices:
        call.output.talk(
            f"Nothing is waiting: name a ticket, as in mcdesk {command} T20261123.0007"
        )
        return []
    more = len(waiting) + len(others) - len(choices)
    return [TicketById(each.id) for each in _chosen(call, choices, several=several, more=more)]


def ticket_of(call: Call, text: str | None, command: str, *, held: bool = False) -> Reference:
    """Read *text* as a ticket reference; None lets the technician pick one, as `pick` does.

    Ends the command if nothing is there to pick.
    """
    if text is not None:
        return reference_of(call, text)
    picked = pick(call, command, held=held)
    if not picked:
        raise typer.Exit
    return picked[0]


def pick_one_of(call: Call, tickets: "Sequence[Ticket]") -> "Ticket":
    """Let the technician say which of *tickets* is meant; raise Refused if they do not."""
    autotask = call.desk.autotask
    names, _ = autotask.customers({ticket.company_id for ticket in tickets})
    choices = [
        Choice(
            each.id,
            each.number,
            names.get(each.company_id) or "-",
            each.title,
            autotask.ticket_page(each.id),
            Cell(f"{short_age(call.desk.now() - each.created)} old"),
        )
        for each in tickets
    ]
    (chosen,) = _chosen(call, choices, several=False)
    return next(each for each in tickets if each.id == chosen.id)


def _waiting(call: Call) -> Iterable[Choice]:
    """List what nobody has taken, as `stale` does, the stale ones marked."""
    from mcdesk.cli.looking import unclaimed
    from mcdesk.cli.stale.view import lateness, waited

    report = unclaimed(call.desk, call.desk.search().over_everything())
    for each in report.tickets:
        wait, ticket = each.wait, each.wait.ticket
        state = f"{waited(wait)}, stale" if wait.stale and not wait.back else waited(wait)
        cell = Cell(state, lateness(wait, report.after))
        yield Choice(ticket.id, ticket.number, each.company or "-", ticket.title, each.url, cell)


def _held(call: Call) -> Iterable[Choice]:
    """List what is the technician's, then what is with the vendor."""
    from mcdesk.cli.looking import listed
    from mcdesk.ops.finding import Searched

    me = call.desk.settings.autotask.me
    for searched in (*([Searched(of=me)] if me else ()), Searched(with_mc=True)):
        with suppress(LabelProblem):
            for each in listed(call.desk, searched).tickets:
                ticket = each.ticket
                stands = each.mc.in_words(call.desk.settings.mc.phone) if each.mc else ""
                yield Choice(
                    ticket.id,
                    ticket.number,
                    each.company or "-",
                    ticket.title,
                    each.url,
                    Cell(stands or f"yours, {each.status or 'no status'}"),
                )


def _chosen(call: Call, choices: Sequence[Choice], *, several: bool, more: int = 0) -> list[Choice]:
    """Show *choices* and ask, again after a number that is none of them; raise Refused for none.

    *more* are there, and not shown.
    """
    _draw(call.output.aside, choices)
    if more:
        call.output.talk(f"and {more:,} more: mcdesk stale --all lists them")
    question = "Which ones? (such as 1 3-4, or all; Enter for none)"
    while answer := call.answer(question if several else "Which one? (Enter for none)"):
        try:
            picked = chosen(answer, len(choices))
        except UsageProblem as problem:
            call.output.talk(f"{problem.message}: {problem.hint}")
            continue
        if several or len(picked) == 1:
            return [choices[i] for i in picked]
        call.output.talk("one ticket at a time, please")
    raise Refused("no ticket was picked")


def _draw(page: Page, choices: Sequence[Choice]) -> None:
    """Draw *choices* with the numbers to choose them by, their titles whole."""
    rows = [
        Row(
            [
                Cell(str(number), "bold"),
                Cell(each.number, "ticket", each.url),
                Cell(each.company),
                each.state,
            ],
            below=[Cell(each.title or "-", "bold")],
            whole=True,
        )
        for number, each in enumerate(choices, start=1)
    ]
    page.table(Table(_COLUMNS, rows))
    page.line()


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
