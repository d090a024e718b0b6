"""Take over what mcdesk 0.1 wrote: its journal and its outbox become operations.

Entries of the outbox keep their numbers; those of the journal get new ones. The file is copied
first, and nothing of it is lost: what cannot be read stays, as a row that is named as damaged.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from mcdesk.core.operations import Operation
from mcdesk.core.wording import instant
from mcdesk.store.database import copy_of_0_1
from mcdesk.store.operations import write

_Old = Mapping[str, Any]
# What no program has written, but a broken disk may have.
_NONSENSE = (
    msgspec.MsgspecError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
)
# The state of the fields by that of their journal entry.
_FIELDS = {"begun": "sending", "done": "done", "unverified": "unknown", "not done": "failed"}


def make_operations(db: sqlite3.Connection) -> None:
    """Make the table of operations, and move into it what 0.1 has left in *db*."""
    outbox = db.execute("SELECT n, tenant, entry, done FROM outbox ORDER BY n").fetchall()
    journal = db.execute("SELECT n, tenant, entry FROM journal ORDER BY n").fetchall()
    if outbox or journal:
        _copy_file(db)
    db.execute(
        "CREATE TABLE operation (n INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, kind TEXT,"
        " ticket_id INTEGER, number TEXT, note_id INTEGER, waits INTEGER, has_text INTEGER,"
        " draft TEXT, done TEXT, body BLOB)"
    )
    db.execute("CREATE INDEX operation_waits ON operation (waits) WHERE waits")
    db.execute("CREATE INDEX operation_at ON operation (at)")
    db.execute("CREATE INDEX operation_ticket ON operation (ticket_id)")
    for n, user_name, entry, done in outbox:
        build = partial(from_outbox, n=n, user_name=user_name)
        _take(db, n, entry, build, done=done, waits=done is None)
    first = 1 + max((n for n, *_ in outbox), default=0)
    numbers = {old: first + i for i, (old, *_) in enumerate(journal)}
    for n, user_name, entry in journal:
        build = partial(from_journal, n=numbers[n], user_name=user_name, numbers=numbers)
        _take(db, numbers[n], entry, build)
    db.execute("DROP TABLE outbox")
    db.execute("DROP TABLE journal")


def from_outbox(old: _Old, n: int, user_name: str) -> Operation:
    """Build operation *n* from an entry of 0.1's outbox."""
    return _operation(
        n=n,
        kind=old["what"],
        at=old["created"],
        by={"user_name": user_name or ""},
        reference=old["reference"],
        ticket_id=old.get("ticket_id"),
        number=old.get("number", ""),
        title=old.get("ticket_title", ""),
        company=old.get("company", ""),
        text=old["text"],
        note_title=old["title"],
        author=old["author"],
        to=old.get("to", ""),
        released=old.get("released", False),
        steps=[_delivery(step, old) for step in old["steps"]],
    )


def from_journal(old: _Old, n: int, user_name: str, numbers: Mapping[int, int]) -> Operation:
    """Build operation *n* from an entry of 0.1's journal; *numbers* are the journal's new ones."""
    return _operation(
        n=n,
        kind=old["deed"],
        at=old["at"],
        since=old["since"],
        by={"who": old["who"], "user_name": user_name or ""},
        reference=str(old["ticket_id"]),
        ticket_id=old["ticket_id"],
        number=old["number"],
        title=old["title"],
        company=old["company"],
        template=old["template"],
        undoes=numbers.get(old.get("undoes") or 0),
        steps=list(_ticket_steps(old)),
    )


def _take(
    db: sqlite3.Connection,
    n: int,
    entry: bytes,
    build: Callable[[_Old], Operation],
    *,
    done: str | None = None,
    waits: bool = False,
) -> None:
    """Move one row; one that makes no sense stays as it is, to be named by whoever meets it."""
    try:
        operation = build(msgspec.json.decode(entry))
        write(db, operation, done=done or (instant(operation.at) if operation.done else None))
    except _NONSENSE:
        db.execute("INSERT INTO operation (n, waits, body) VALUES (?, ?, ?)", (n, waits, entry))


def _operation(*, steps: list[dict[str, Any]], **values: Any) -> Operation:
    if not steps:
        raise ValueError("an operation has steps")
    return msgspec.convert({**values, "steps": steps}, Operation)


def _delivery(step: _Old, old: _Old) -> dict[str, Any]:
    """Build the step of an outbox entry; a status left alone was "done" with a reason."""
    common = {key: step[key] for key in ("since", "state", "reason", "attempted") if key in step}
    match step["name"]:
        case "note":
            return {"type": "note", **common, "row": step.get("row")}
        case "mail":
            mail = {"message_id": old.get("message_id", ""), "email": old.get("letter")}
            return {"type": "mail", **common, **mail}
        case "status":
            if common["state"] == "done" and common.get("reason"):
                common["state"] = "left"
            status = {"label": old["status"], "had": old["status_before"]}
            return {"type": "status", **common, **status}
        case unknown:
            raise ValueError(f"no step is called {unknown}")


def _ticket_steps(old: _Old) -> Iterator[dict[str, Any]]:
    """Yield the steps of a journal entry in the order in which they were taken."""
    swaps = old.get("swaps", [])
    yield from (_secondary(each, old) for each in swaps if each["off"])
    if old["changes"] or old.get("kept"):
        yield _fields(old)
    for each in swaps:
        if each["place"] == "put back":
            yield {**_secondary(each, old), "restores": True, "change": _change(each, on=True)}
    yield from (_secondary(each, old) for each in swaps if not each["off"])


def _fields(old: _Old) -> dict[str, Any]:
    """Build the step of the fields; 0.1 had one state for them and the secondary resources."""
    state = _FIELDS[old["state"]]
    return {
        "type": "fields",
        "since": old["at"],
        "attempted": old["since"],
        "state": state,
        "reason": "" if state == "done" else old.get("error", ""),
        "changes": old["changes"],
        "patch": {change["field"]: change["after"]["id"] for change in old["changes"]},
        "kept": old.get("kept", {}),
        "accepted": old.get("accepted", []),
        "found": old.get("found"),
    }


def _secondary(swap: _Old, old: _Old) -> dict[str, Any]:
    """Build the step that took a secondary resource off, or put it on; "planned" was not done."""
    planned = {"planned": True, "done": False, "put back": False}[swap["place"]]
    not_begun = old["state"] in ("begun", "not done")
    return {
        "type": "secondary",
        "since": old["at"],
        "state": "done" if not planned else "waiting" if not_begun else "unknown",
        "reason": old.get("error", "") if planned else "",
        "change": _change(swap, on=not swap["off"]),
    }


def _change(swap: _Old, *, on: bool) -> dict[str, Any]:
    who = swap["secondary"]
    known = {key: who[key] for key in ("resource_id", "role_id", "name")}
    return {**known, "on": on, "row_id": None if on else who["row_id"]}


def _copy_file(db: sqlite3.Connection) -> None:
    """Copy the database as 0.1 left it; *db* has begun a transaction and written nothing yet.

    Only SQLite may open the file: closing it after any other way of reading frees its locks on
    POSIX, and another mcdesk would migrate as well.
    """
    (path,) = (Path(file) for _, name, file in db.execute("PRAGMA database_list") if name == "main")
    copy = copy_of_0_1(path)
    copy.unlink(missing_ok=True)  # of one that died while it copied
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
