"""The board's lines: what each view says of a ticket, made of what the use cases found."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from mcdesk.cli.board.model import Entry
from mcdesk.cli.stale.view import lateness, urgency, waited
from mcdesk.cli.terminal.tables import Cell
from mcdesk.core.wording import clean, short_age

if TYPE_CHECKING:
    from mcdesk.core.staleness import Wait
    from mcdesk.core.tickets import Ticket
    from mcdesk.ops.finding import ListedTicket, TicketList
    from mcdesk.ops.stale import Listed, StaleReport


def waiting(report: "StaleReport") -> list[Entry]:
    """Make the lines of what waits, what came back first."""
    return [_waiting(each, report) for each in report.tickets]


def with_mc(tickets: "Iterable[ListedTicket]", phone: str) -> list[Entry]:
    """Make the lines of what is with the vendor: overdue first, then what is due next.

    *phone* is theirs.
    """
    return [_listed(each, _answer(each, phone)) for each in sorted(tickets, key=_due)]


def mine(found: "TicketList") -> list[Entry]:
    """Make the lines of what is mine."""
    return [_listed(each, _standing(each, found.as_of)) for each in found.tickets]


def _waiting(listed: "Listed", report: "StaleReport") -> Entry:
    wait = listed.wait
    state = Cell(_waited(wait), lateness(wait, report.after))
    return _entry(listed, wait.ticket, state, alarms=wait.stale)


def _waited(wait: "Wait") -> str:
    return f"{waited(wait)}, stale" if wait.stale and not wait.back else waited(wait)


def _listed(listed: "ListedTicket", state: Cell) -> Entry:
    return _entry(listed, listed.ticket, state, alarms=bool(listed.mc and listed.mc.overdue))


def _entry(
    listed: "Listed | ListedTicket", ticket: "Ticket", state: Cell, *, alarms: bool
) -> Entry:
    company, contact, title, priority = (
        clean(each or "-")
        for each in (listed.company, listed.contact, ticket.title, listed.priority)
    )
    number, urgent = clean(ticket.number), urgency(priority)
    return Entry(ticket.id, number, company, contact, title, urgent, state, alarms, listed.url)


def _answer(listed: "ListedTicket", phone: str) -> Cell:
    """Say how a ticket stands with the vendor; the column's heading says with whom."""
    if listed.mc is None:
        return Cell("-")
    said = listed.mc.in_words(phone).removeprefix("MC: ")
    return Cell(said, "urgent" if listed.mc.overdue else "")


def _standing(listed: "ListedTicket", now: datetime) -> Cell:
    """Say in which status a ticket of mine is, and when something last happened on it."""
    active = listed.ticket.last_activity
    age = f", {short_age(now - active)}" if active else ""
    return Cell(f"{clean(listed.status or 'no status')}{age}")


def _due(listed: "ListedTicket") -> tuple[bool, bool, datetime]:
    """Return what the with-MC view is sorted by: what is due next first, what is answered last."""
    stands = listed.mc
    due = stands.due if stands and not stands.answered else None
    return due is None, bool(stands and stands.answered), due or listed.ticket.created
