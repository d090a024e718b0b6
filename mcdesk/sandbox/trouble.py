"""What scripted faults do: before a request is answered, and to the ticket it wrote to."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request

from mcdesk.sandbox import rules, schema
from mcdesk.sandbox.answers import Refusal, errors, too_many_threads, unauthorized
from mcdesk.sandbox.call import parsed
from mcdesk.sandbox.faults import Fault
from mcdesk.sandbox.values import folded
from mcdesk.sandbox.world import row, stored_instant

_PAGE = b"<html><head><title>Autotask</title></head><body>Down for maintenance</body></html>"


def before(fault: Fault) -> None:
    """Refuse or drop the request before anything is done, if *fault* is of that kind."""
    match fault.kind:
        case "refuse":
            raise errors(fault.argument)
        case "status":
            raise Refusal(int(fault.argument), b"")
        case "html":
            raise Refusal(int(fault.argument), _PAGE, "text/html")
        case "401":
            raise unauthorized()
        case "429":
            raise _too_many(fault.argument)
        case "lose-request":
            raise ConnectionResetError
        case _:
            pass  # the others let it be done first


def start_workflow(
    db: sqlite3.Connection, fault: Fault, request: Request, answer: Any, now: datetime
) -> None:
    """Let a workflow rule set a field of the ticket that *request* was about, now or later.

    *answer* is the JSON that it got. Nothing happens if there is no such ticket.
    """
    name, _, rest = fault.argument.partition("=")
    value, _, seconds = rest.partition(" after ")
    ticket, field = _ticket_of(request, answer), schema.TICKETS.field(name)
    if field is None or row(db, schema.TICKETS, ticket) is None:
        return
    due = stored_instant(now + timedelta(seconds=float(seconds or 0)))
    db.execute(
        "INSERT INTO due_rule (at, ticket, field, value) VALUES (?, ?, ?, ?)",
        (due, ticket, field.name, int(value) if value else None),
    )
    apply_due_rules(db, now)


def apply_due_rules(db: sqlite3.Connection, now: datetime) -> None:
    """Let every workflow rule act whose time has come."""
    due = db.execute(
        "SELECT id, ticket, field, value FROM due_rule WHERE at <= ? ORDER BY at, id",
        (stored_instant(now),),
    ).fetchall()
    for rule_id, ticket, name, value in due:
        rules.apply_workflow(db, ticket, name, value, stored_instant(now))
        db.execute("DELETE FROM due_rule WHERE id = ?", (rule_id,))


def _too_many(seconds: str) -> Refusal:
    refusal = too_many_threads()
    if seconds:
        refusal.headers["Retry-After"] = seconds
    return refusal


def _ticket_of(request: Request, answer: Any) -> int | None:
    """Find the ticket of a request: in its path, in the answer to a write, or in its body."""
    words = request.path.casefold().strip("/").split("/")
    if "tickets" in words[:-1]:
        below = words[words.index("tickets") + 1]
        return int(below) if below.isascii() and below.isdigit() else None
    if words[-1] == "tickets":
        return _number_in(answer, "itemid")
    return _number_in(parsed(request.get_data()), "ticketid") if request.get_data() else None


def _number_in(found: Any, name: str) -> int | None:
    """Find the member *name* of a JSON object, in any case, if it is a number."""
    value = folded(found).get(name) if isinstance(found, dict) else None
    return value if isinstance(value, int) else None
