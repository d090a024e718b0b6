"""The vendor's people in the demo: they work the tickets that are with them, on the world's clock.

Nothing here runs by itself. Whenever the world is asked something, what they would have done until
then is done first. What that is depends on the ticket's id alone, so that it happens again alike.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from random import Random
from typing import NamedTuple

from mcdesk.sandbox import people, schema
from mcdesk.sandbox.answers import Refusal
from mcdesk.sandbox.rules import change, create
from mcdesk.sandbox.world import Values, get_meta, row, rows, set_meta, stored_instant
from mcdesk.sandbox.writer import COMPLETE, Writer

# The world's own note of the instant until which they have worked.
_WORKED_UNTIL = "vendor_worked_until"
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# The statuses in which their bridge sees a ticket, as long as nobody but them is on it.
_BRIDGED = (1, people.RETURNED)
_HALF_AN_HOUR = timedelta(minutes=30)  # the least that they bill


class Does(Enum):
    """What they can do on a ticket, beside writing something there."""

    NOTE = "a note"
    TIME = "a time entry"
    BACK = "a note, and it is ours again"
    DONE = "a time entry, and it is complete"


class Act(NamedTuple):
    """What is done so long *after* a ticket came, and what is written there."""

    after: timedelta
    does: Does
    text: str


class Plan(Enum):
    """The ways in which they work a ticket.

    Each act comes with its time, as a share of that in which they promise an answer.
    """

    AT_ONCE = (
        (0.03, Does.NOTE, "Got it. We are calling the user now."),
        (0.9, Does.TIME, "Remote session with the user, the settings are put right."),
        (4.0, Does.DONE, "The user says that it works again."),
    )
    IN_TIME = (
        (0.5, Does.NOTE, "Looking into it with the user."),
        (4.0, Does.TIME, "Second session with the user. We go on tomorrow."),
    )
    LAST_MINUTE = ((0.95, Does.TIME, "Called the user twice, left a message."),)
    ASKS = (
        (0.4, Does.NOTE, "Which computer is it? The user does not answer the phone."),
        (6.0, Does.BACK, "We do not reach the user, and do not know the computer."),
    )
    ESCALATES = (
        (0.2, Does.NOTE, "Started a remote session."),
        (3.0, Does.BACK, "Needs somebody with admin rights."),
    )
    SILENT = ((2.5, Does.NOTE, "Sorry for the wait. A technician has it now."),)

    def acts(self, promised: timedelta) -> Sequence[Act]:
        """Return what is done with a ticket for which an answer is *promised*."""
        return [Act(promised * share, does, text) for share, does, text in self.value]


def by_chance(ticket: int, time: int, promised: timedelta) -> Sequence[Act]:
    """Return what becomes of *ticket* when it is with them for the first, second, ... *time*."""
    chance = Random(1000 * ticket + time)  # noqa: S311 - no secret, and alike each time
    plan = list(Plan)[int(chance.random() * len(Plan))]
    return plan.acts(promised * (0.7 + 0.3 * chance.random()))


class Vendor:
    """The vendor's people; *acts* says what becomes of a ticket, as `by_chance` does."""

    def __init__(self, acts: Callable[[int, int, timedelta], Sequence[Act]] = by_chance) -> None:
        self._acts = acts

    def catch_up(self, db: sqlite3.Connection, now: datetime) -> None:
        """Do what they would have done until *now*, within a transaction of the caller's."""
        known = get_meta(db, _WORKED_UNTIL) or get_meta(db, "seeded_at")
        since = datetime.fromisoformat(known) if known else now
        if now <= since:
            return
        due = [act for id in _held(db) for act in self._due(db, id, since, now)]
        for at, ticket, act in sorted(due, key=lambda each: each[:2]):
            _do(db, ticket, act, at)
        set_meta(db, _WORKED_UNTIL, stored_instant(now))

    def work(self, db: sqlite3.Connection, ticket: int, plan: Plan, now: datetime) -> None:
        """Do on *ticket* what *plan* wants until *now*, and keep to it afterwards."""
        db.execute("INSERT INTO vendor_plan VALUES (?, ?)", (ticket, plan.name))
        for at, _, act in self._due(db, ticket, _BEGINNING, now):
            _do(db, ticket, act, at)

    def _due(
        self, db: sqlite3.Connection, ticket: int, since: datetime, now: datetime
    ) -> Iterator[tuple[datetime, int, Act]]:
        """Yield what is to be done on *ticket* after *since*, until *now*."""
        for act in self._planned(db, ticket, came := arrivals(db, ticket)):
            if since < came[-1] + act.after <= now:
                yield came[-1] + act.after, ticket, act

    def _planned(
        self, db: sqlite3.Connection, ticket: int, came: Sequence[datetime]
    ) -> Sequence[Act]:
        """Return what becomes of *ticket*, which *came* at these times."""
        if not came:
            return ()
        priority = (row(db, schema.TICKETS, ticket) or {})["priority"]
        promised = timedelta(minutes=people.PROMISED[priority])
        plan = db.execute("SELECT plan FROM vendor_plan WHERE ticket = ?", (ticket,)).fetchone()
        if plan and len(came) == 1:
            return Plan[plan[0]].acts(promised)
        return self._acts(ticket, len(came), promised)


def arrivals(db: sqlite3.Connection, ticket: int) -> list[datetime]:
    """Find in the history of *ticket* when it came to them, by their name or by its status."""
    vendor = row(db, schema.RESOURCES, people.VENDOR) or {}
    found = db.execute(
        "SELECT DISTINCT date FROM TicketHistory WHERE ticketID = ?"
        " AND (detail LIKE 'assignedResourceID % to ' || ? OR detail LIKE 'status % to ' || ?)"
        " ORDER BY date",
        (
            ticket,
            f"{vendor.get('firstName')} {vendor.get('lastName')}",
            dict(people.STATUSES)[people.RETURNED],
        ),
    )
    return [datetime.fromisoformat(date) for (date,) in found]


def _held(db: sqlite3.Connection) -> list[int]:
    held = "SELECT id FROM Tickets WHERE assignedResourceID = ?"
    return [id for (id,) in db.execute(held, (people.VENDOR,))]


def _do(db: sqlite3.Connection, ticket: int, act: Act, at: datetime) -> None:
    """Do *act* as far as Autotask lets them; nothing on a ticket that is theirs no longer."""
    if not _is_bridged(db, row(db, schema.TICKETS, ticket) or {}):
        return
    by = Writer(db, people.VENDOR, at)
    logged = act.does in (Does.TIME, Does.DONE)
    with suppress(Refusal):
        if logged:
            create(by, schema.TIME_ENTRIES, {"ticketID": ticket, **_half_an_hour(act, at)}, None)
        else:
            create(by, schema.NOTES, _note(act), ticket)
        if after := _AFTER.get(act.does):
            change(by, schema.TICKETS, {"id": ticket, **after}, whole=False)


_AFTER: dict[Does, Values] = {
    Does.BACK: {
        "status": people.BACK,
        "assignedResourceID": None,
        "assignedResourceRoleID": None,
    },
    Does.DONE: {"status": COMPLETE},
}


def _is_bridged(db: sqlite3.Connection, ticket: Values) -> bool:
    """Find out whether they see *ticket*: in their statuses, with nobody but them on it."""
    theirs = ticket["assignedResourceID"] == people.VENDOR and ticket["status"] in _BRIDGED
    return theirs and not rows(db, schema.SECONDARIES, ticketID=ticket["id"])


def _note(act: Act) -> Values:
    return {
        "title": "Update from the help desk",
        "description": act.text,
        "noteType": people.INTERNAL_NOTE,
        "publish": 2,
    }


def _half_an_hour(act: Act, at: datetime) -> Values:
    return {
        "resourceID": people.VENDOR,
        "roleID": people.HELP_DESK_ROLE,
        "dateWorked": f"{at:%Y-%m-%d}",
        "startDateTime": stored_instant(at - _HALF_AN_HOUR),
        "endDateTime": stored_instant(at),
        "summaryNotes": act.text,
    }
