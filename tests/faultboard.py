"""What keys of the board come to, as the fault matrix judges commands: read from what it said."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from boards import line_of, unseen
from offices import Office, Result

from mcdesk.cli.board import seen
from mcdesk.cli.board.model import Entry, Mode, Model, View
from mcdesk.cli.board.news import Finished
from mcdesk.cli.board.session import Session
from mcdesk.cli.board.sheets import Draw
from mcdesk.cli.terminal.page import Sheet
from mcdesk.cli.watch.view import RoundView
from mcdesk.errors import DeskError

# What the board says of a ticket, its note, mail and status -> in the words that scripts have.
_TICKET = {
    r"is yours \(verified\)": "claimed",
    "sent and verified in our Autotask": "sent",
    r"undone \(verified\)": "undone",
    "nothing was changed": "failed",
    "": "unverified",
}
_NOTE = {
    "internal note .* written on": "sent",
    "the note on .* waiting in the outbox": "waiting",
    "nobody knows if the note": "unknown",
    "the note on .* was refused": "failed",
}
_MAIL = {"emailed to": "sent", "the email to .* waiting in the outbox": "waiting"}
_STATUS = {
    "status of .* set to": "sent",
    "the status of .* waits for that": "waiting",
    "nobody knows if .* has the status": "unknown",
    "the status of .* was not set": "failed",
}


def pressed(office: Office, ticket: int, keys: Sequence[str], text: str) -> Result:
    """Press *keys* with the cursor on *ticket*, and say yes to all; *text* is typed for a note.

    Nothing is on stdout if nothing was begun, as with commands.
    """
    desk = office.desk(interactive=True)
    try:
        known = [each.n for each in desk.operations.latest()]
        model = Model(found={View.WAITING: [line_of(ticket)]}, deeds=tuple(known[:1]))
        session, told = unseen(desk, model, keys, _over, text=text)
        begun = [each.n for each in desk.operations.latest()] != known
        details, said = _drawn([seen.details(session)]), _drawn([session.panel])
    finally:
        desk.close()
    if keys[0] == "enter":
        shown = session.shown
        assert shown
        code = shown.problem.exit_code if shown.problem else 0
        always = [each for each in details.splitlines() if not each.startswith("secondary")]
        return Result(code, "" if code else json.dumps({"details": always}), details + said)
    (code,) = [news.done.code for news in told if isinstance(news, Finished)]
    assert (session.model.mode is Mode.READING) == bool(code)  # a failure stays until it was read
    return Result(code, json.dumps(_document(keys[0], said)) if begun else "", said)


def looked(office: Office) -> Result:
    """Let the board look for the first time, and at all its views: what they hold, on stdout."""
    desk = office.desk(interactive=True)
    view = RoundView(desk.hours, vendor=desk.settings.mc.name, phone=desk.settings.mc.phone)
    try:
        session, _ = unseen(desk, Model(), ["3"], _has_looked, looks=True)
        if isinstance(session.failure, DeskError):
            return Result(session.failure.exit_code, "", f"error: {session.failure.message}")
        said = [session.panel]
        for each in View:
            session.model = replace(session.model, view=each)
            said += [seen.head(session, view), seen.empty(session), seen.foot(session, view, 24)]
    finally:
        desk.close()
    found = {view.value: [_plain(each) for each in on] for view, on in session.model.found.items()}
    return Result(0, json.dumps(found), _drawn(said))


def _has_looked(session: Session) -> bool:
    mine = View.MINE in session.model.found or View.MINE in session.problems
    return session.now is not None and mine


def _plain(entry: Entry) -> Sequence[str]:
    return (entry.number, entry.company, entry.title, entry.priority.text, entry.state.text)


def _over(session: Session) -> bool:
    return not session.model.busy and bool(session.shown or not session.model.opened)


def _drawn(drawings: Sequence[Draw | None]) -> str:
    sheet = Sheet(10_000)
    for draw in drawings:
        if draw:
            draw(sheet)
    return "\n".join("".join(cell.text for cell in line) for line in sheet.lines)


def _document(key: str, said: str) -> Mapping[str, Any]:
    note, mail = _read(said, _NOTE), _read(said, _MAIL)
    if key == "N":
        seen_by = "internal" if note == "sent" else None
        return {"outcome": note, "visibility": seen_by, "dispatch": {"outcome": mail}}
    if key == "l":
        return {"outcome": mail, "note": note, "status": _read(said, _STATUS)}
    outcome = _read(said, _TICKET)
    warnings = re.findall("^warning: .*", said, re.MULTILINE)
    result = {"outcome": outcome, "verified": "verified" in said, "warnings": warnings}
    return {"results": [{**result, "error": re.search("^error: .*", said, re.MULTILINE) and said}]}


def _read(said: str, words: Mapping[str, str]) -> str:
    return next((word for pattern, word in words.items() if re.search(pattern, said)), "nothing")
