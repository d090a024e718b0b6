"""Scripted faults: what goes wrong, at which requests, how often, and what comes of it.

One line a fault: `METHOD PATH FAULT [ARGUMENT] [xN] [@M]`. The method may be `*`; the path is
below `/V1.0`, in any case, and `*` in it stands for one segment. `xN` limits it to N requests,
`@M` starts with the Mth request that fits; both count from 1, in either order. A fault
that is not understood is a ValueError that says what is.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from werkzeug.wrappers import Request

from mcdesk.sandbox import rules
from mcdesk.sandbox.answers import (
    Refusal,
    errors,
    too_many_threads,
    too_many_threads_in_errors,
    unauthorized,
)
from mcdesk.sandbox.call import parsed
from mcdesk.sandbox.schema import TICKETS
from mcdesk.sandbox.values import folded
from mcdesk.sandbox.world import row, stored_instant

KINDS = {
    "refuse": "TEXT: 500 with that text in `errors`",
    "status": "N: an empty answer with that status",
    "html": "N: a page with that status",
    "401": "as for bad credentials",
    "429": "[SECONDS]: too many requests, with Retry-After if told",
    "threads": "as for a fourth request at once on some zones: 500 with Itgenatr005 in `errors`",
    "lose-request": "the connection drops, nothing was done",
    "lose-answer": "it is done, then the connection drops",
    "slow": "SECONDS: it is done, the answer comes late",
    "empty": "it is done, the answer has no body",
    "truncate": "it is done, the answer is cut short",
    "workflow": "FIELD=VALUE [after SECONDS]: a workflow rule then sets the ticket's field",
}
# What an argument has to look like; kinds that are not here take none.
_ARGUMENTS = {
    "refuse": r".+",
    "status": r"[1-5]\d\d",
    "html": r"[1-5]\d\d",
    "429": r"(\d+)?",
    "slow": r"\d{1,6}(\.\d+)?",
    "workflow": r"(\w+)=(-?\d{1,9})?( after \d{1,6}(\.\d+)?)?",
}
_COUNT = re.compile(r"([x@])(\d{1,6})", re.ASCII)
_PAGE = b"<html><head><title>Autotask</title></head><body>Down for maintenance</body></html>"


@dataclass(slots=True)
class Fault:
    """One fault: it applies to requests *first* to *last* of those that fit (counted from 1)."""

    text: str
    method: str
    path: re.Pattern[str]
    kind: str
    argument: str
    first: int
    last: int | None
    seen: int = 0
    used: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Find out whether the request fits and its turn has come; every fitting one is counted."""
        if self.method not in ("*", method) or not self.path.fullmatch(path):
            return False
        self.seen += 1
        if self.seen < self.first or (self.last is not None and self.seen > self.last):
            return False
        self.used += 1
        return True

    def refuse(self) -> None:
        """Refuse or drop the request before anything is done, if the fault is of that kind."""
        match self.kind:
            case "refuse":
                raise errors(self.argument)
            case "status":
                raise Refusal(int(self.argument), b"")
            case "html":
                raise Refusal(int(self.argument), _PAGE, "text/html")
            case "401":
                raise unauthorized()
            case "429":
                raise too_many_threads(retry_after=self.argument)
            case "threads":
                raise too_many_threads_in_errors()
            case "lose-request":
                raise ConnectionResetError
            case _:
                pass  # the others let it be done first


class Faults:
    """The faults of one application, in the order in which they are asked."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._faults = list(faults)
        self._lock = Lock()

    @classmethod
    def parse(cls, lines: Sequence[str]) -> "Faults":
        """Read *lines*, each one fault."""
        return cls([_parse(line) for line in lines])

    def strike(self, method: str, path: str) -> Fault | None:
        """Find the fault that hits this request; *path* is below the API's version."""
        with self._lock:
            struck = [fault for fault in self._faults if fault.strikes(method, path)]
        return struck[0] if struck else None

    def unused(self) -> list[str]:
        """List the faults that never hit, or fewer requests than they should have."""
        return [
            fault.text
            for fault in self._faults
            if not fault.used or (fault.last and fault.seen < fault.last)
        ]


def _parse(line: str) -> Fault:
    words = line.split()
    first, times = _counts(line, words)
    method, path, kind, *rest = [*words, "", "", ""][: max(3, len(words))]
    if not path.startswith("/") or not (method == "*" or method.isalpha()):
        raise ValueError(f'"{line}" is no fault: write METHOD /PATH FAULT [ARGUMENT] [xN] [@M]')
    _check(line, kind, " ".join(rest))
    last = first + times - 1 if times else None
    return Fault(line, method.upper(), _pattern(path), kind, " ".join(rest), first, last)


def _counts(line: str, words: list[str]) -> tuple[int, int | None]:
    """Take M and N, in either order, off the end of *words*; N is None if it is not given."""
    counts: dict[str, int] = {}
    while words and (found := _COUNT.fullmatch(words[-1])) and found[1] not in counts:
        counts[found[1]] = int(found[2])
        words.pop()
    if 0 in counts.values():
        raise ValueError(f'"{line}" is no fault: xN and @M count from 1')
    return counts.get("@", 1), counts.get("x")


def _check(line: str, kind: str, argument: str) -> None:
    """Refuse a *kind* of fault that does not exist, or an *argument* that it cannot have."""
    if not kind:
        raise ValueError(f'"{line}" names no fault; there are: {", ".join(KINDS)}')
    if kind not in KINDS:
        raise ValueError(f'"{kind}" is no fault; there are: {", ".join(KINDS)}')
    found = re.fullmatch(_ARGUMENTS.get(kind, ""), argument, re.ASCII | re.DOTALL)
    if not found:
        raise ValueError(f"the fault {kind} is written: {kind} {KINDS[kind]}")
    if kind == "workflow" and not _can_be_set(found[1], empty=found[2] is None):
        raise ValueError(
            f'the fault workflow cannot do "{argument}": it sets a number of a ticket, such as '
            "status, queueID or priority, and empties only what a ticket can do without"
        )


def _can_be_set(name: str, *, empty: bool) -> bool:
    """Find out whether a workflow rule can set the ticket field *name*, or *empty* it."""
    field = TICKETS.field(name)
    if field is None or field.type not in ("integer", "long") or field.read_only:
        return False
    return not (empty and field.required)


def _pattern(path: str) -> re.Pattern[str]:
    parts = (
        "[^/]+" if part == "*" or re.fullmatch(r"\{\w+\}", part) else re.escape(part)
        for part in path.strip("/").split("/")
    )
    return re.compile("/" + "/".join(parts), re.IGNORECASE)


def start_workflow(
    db: sqlite3.Connection, fault: Fault, request: Request, answer: Any, now: datetime
) -> None:
    """Let a workflow rule set a field of the ticket that *request* was about, now or later.

    *answer* is the JSON that it got. Nothing happens if there is no such ticket.
    """
    name, _, rest = fault.argument.partition("=")
    value, _, seconds = rest.partition(" after ")
    ticket, field = _ticket_of(request, answer), TICKETS.field(name)
    if field is None or row(db, TICKETS, ticket) is None:
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
