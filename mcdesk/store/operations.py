"""The operations in the database: what was changed from here, and what has to get through.

An operation is written down before its first request and around every step. It is kept for good;
the texts of what is done are erased after 30 days. Whoever holds an operation's lock may `update`
it; everybody else `amend`s what is stored by then, so that no old copy takes the place of what was
sent meanwhile. A row that cannot be read hides no other: its number is in `damaged`.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

import msgspec

from mcdesk.core.operations import KEEP_TEXTS, Kind, Operation
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.steps import replaced
from mcdesk.core.wording import instant
from mcdesk.errors import Refused
from mcdesk.store.database import NONSENSE, YEARS, Database

_ROWS = "SELECT n, body FROM operation"
# What the database can hold.
_IDS = range(2**63)


class Operations:
    """The operations in *database*, whoever they were typed as."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # The numbers of rows that were met and cannot be read.
        self.damaged = set[int]()

    def add(self, operation: Operation) -> Operation:
        """Write *operation* down, and return it with its number."""
        with self._database.transaction() as db:
            inserted = db.execute("INSERT INTO operation DEFAULT VALUES")
            assert inserted.lastrowid is not None
            numbered = replaced(operation, n=inserted.lastrowid)
            write(db, numbered, done=None)
        return numbered

    def amend(self, n: int, change: Callable[[Operation], Operation]) -> Operation:
        """Apply *change* to operation *n* as it is stored now, and return it as it is then.

        Raises Refused if another mcdesk has dropped it.
        """
        with self._database.transaction() as db:
            found = self._one(db, n)
            if found is None:
                raise Refused(f"number {n} was dropped in the meantime, so nothing was sent")
            changed = change(found)
            if changed != found:
                write(db, changed, done=None)
        return changed

    def release(self, n: int) -> Operation:
        """Let operation *n* go: somebody has seen which ticket it is, or nobody was there."""
        return self.amend(n, lambda stored: replaced(stored, released=True))

    def update(self, operation: Operation, now: datetime) -> None:
        """Write down how far *operation* has come, as of *now*; only while holding its lock."""
        with self._database.transaction() as db:
            write(db, operation, done=instant(now) if operation.done else None)

    def leave(self, n: int, now: datetime) -> None:
        """Mark what is open of operation *n* as left, as of *now*, and erase its texts.

        One that nobody has begun with is gone without a trace.
        """
        with self._database.transaction() as db:
            found = self._one(db, n)
            if found and found.untouched:
                db.execute("DELETE FROM operation WHERE n = ?", (n,))
            elif found:
                left = found.given_up(now).without_texts()
                write(db, left, done=instant(now) if left.done else None)

    def take_back(self, n: int) -> bool:
        """Forget operation *n* unless somebody has begun with it; return whether it is gone."""
        with self._database.transaction() as db:
            found = self._one(db, n)
            if n in self.damaged or (found and not found.untouched):
                return False
            db.execute("DELETE FROM operation WHERE n = ?", (n,))
        return True

    def waiting(self) -> list[Operation]:
        """Return those with a note, mail or status that did not get through, the oldest first."""
        return self._read(f"{_ROWS} WHERE waits ORDER BY at, n")

    def count_waiting(self) -> int:
        """Count what `waiting` returns."""
        ((number,),) = self._database.execute("SELECT count(*) FROM operation WHERE waits")
        return int(number)

    def latest(
        self,
        *,
        since: datetime | None = None,
        about: Reference | None = None,
        kind: Kind | None = None,
    ) -> list[Operation]:
        """Return those of *since* or later, *about* one ticket, of one *kind*; latest first."""
        self._read(f"{_ROWS} WHERE at IS NULL")  # what 0.1 left damaged, of any time and ticket
        terms, values = ["at IS NOT NULL"], list[object]()
        if since is not None:
            terms.append("at >= ?")
            values.append(instant(since))
        if isinstance(about, TicketById):
            terms.append("ticket_id = ?")
            values.append(about.id)
        elif about is not None:
            terms.append(f"upper(number) IN ({', '.join('?' * len(about.spellings))})")
            values.extend(about.spellings)
        if kind is not None:
            terms.append("kind = ?")
            values.append(kind.value)
        return self._read(f"{_ROWS} WHERE {' AND '.join(terms)} ORDER BY at DESC, n DESC", values)

    def sent_tickets(self) -> frozenset[int]:
        """Return the ids of the tickets that were sent to the vendor from here, or were to be."""
        query = "SELECT DISTINCT ticket_id FROM operation WHERE kind = ? AND ticket_id IS NOT NULL"
        return frozenset(id for (id,) in self._database.execute(query, Kind.SEND.value))

    def last_changes(self, tickets: Iterable[int]) -> dict[int, Operation]:
        """Return, by their ids, the latest operation that may have changed each of *tickets*.

        No row is decoded that is older.
        """
        query = (
            "SELECT ticket_id, n, body FROM operation WHERE at IS NOT NULL"
            " AND ticket_id IN (SELECT value FROM json_each(?)) ORDER BY at DESC, n DESC"
        )
        rows = self._database.execute(query, msgspec.json.encode([*tickets]).decode())
        found: dict[int, Operation] = {}
        for ticket, n, body in rows:
            for each in self._decoded([(n, body)]) if ticket not in found else ():
                if each.may_have_changed:
                    found[ticket] = each
        return found

    def sent_by_0_1_alone(self) -> bool:
        """Return whether 0.1, which named no computer, made every handoff here, one at least."""
        if not self._database.taken_over:
            return False
        sent = self.latest(kind=Kind.SEND)
        return bool(sent) and not any(each.by.computer for each in sent)

    def note_ids(self, *, but: int = 0) -> frozenset[int]:
        """Return the ids of the notes that were written from here, *but* for one operation's."""
        query = "SELECT note_id FROM operation WHERE note_id IS NOT NULL AND n != ?"
        return frozenset(id for (id,) in self._database.execute(query, but))

    def names_draft(self, draft: str, *, but: Collection[int] = ()) -> bool:
        """Return whether something that is not done, *but* for some, needs the file *draft*."""
        query = "SELECT n FROM operation WHERE draft = ? AND done IS NULL"
        return any(n not in but for (n,) in self._database.execute(query, draft))

    def damaged_row(self, n: int) -> tuple[bytes, str] | None:
        """Return what is left of row *n* and the name of its draft, None if it can be read."""
        rows = self._database.execute("SELECT body, draft FROM operation WHERE n = ?", n)
        if not rows or self._decoded([(n, rows[0][0])]):
            return None
        ((body, draft),) = rows
        return body if isinstance(body, bytes) else str(body or "").encode(), str(draft or "")

    def forget_damaged(self, n: int) -> None:
        """Remove row *n*, which cannot be read."""
        self._database.execute("DELETE FROM operation WHERE n = ?", n)
        self.damaged.discard(n)

    def erase_texts(self, now: datetime) -> None:
        """Erase the texts of what has been done for 30 days, and a copy of them as old."""
        before = now - KEEP_TEXTS
        with self._database.transaction() as db:
            rows = db.execute(f"{_ROWS} WHERE has_text AND done < ?", (instant(before),)).fetchall()
            for operation in self._decoded(rows):
                db.execute(
                    "UPDATE operation SET has_text = FALSE, body = ? WHERE n = ?",
                    (msgspec.json.encode(operation.without_texts()), operation.n),
                )
        self._database.forget_copy(before)

    def _one(self, db: sqlite3.Connection, n: int) -> Operation | None:
        rows = db.execute(f"{_ROWS} WHERE n = ?", (n,)).fetchall()
        return next(iter(self._decoded(rows)), None)

    def _read(self, query: str, values: Iterable[object] = ()) -> list[Operation]:
        return self._decoded(self._database.execute(query, *values))

    def _decoded(self, rows: Iterable[tuple[int, bytes]]) -> list[Operation]:
        found = []
        for n, body in rows:
            if operation := _sound(n, body):
                found.append(operation)
            else:
                self.damaged.add(n)
        return found


def _sound(n: int, body: bytes) -> Operation | None:
    """Decode *body*, None for one that mcdesk has not written as number *n*."""
    try:
        operation = msgspec.json.decode(body, type=Operation)
    except NONSENSE:
        return None
    instants = [operation.at, operation.since]
    instants += [each for step in operation.steps for each in (step.since, step.attempted)]
    ids = (operation.ticket_id, operation.undoes, operation.note and operation.note.row)
    sound = (
        operation.n == n
        and bool(operation.steps)
        and all(moment.year in YEARS for moment in instants if moment)
        and all(id in _IDS for id in ids if id is not None)
    )
    return operation if sound else None


def write(db: sqlite3.Connection, operation: Operation, *, done: str | None) -> None:
    """Write *operation* over the row of its number, *done* at an instant or not yet (None)."""
    note = operation.note
    db.execute(
        "INSERT OR REPLACE INTO operation"
        " (n, at, kind, ticket_id, number, note_id, waits, has_text, draft, done, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            operation.n,
            instant(operation.at),
            operation.kind.value,
            operation.ticket_id,
            operation.number,
            note and note.row,
            operation.waits,
            bool(operation.text or (operation.mail and operation.mail.email)),
            operation.draft,
            done,
            msgspec.json.encode(operation),
        ),
    )
