"""What is to be seen of a session, part by part."""

from mcdesk.cli.board import sheets
from mcdesk.cli.board.model import Mode
from mcdesk.cli.board.session import Session
from mcdesk.cli.board.sheets import Draw
from mcdesk.cli.show import draw as draw_ticket
from mcdesk.cli.watch.view import RoundView
from mcdesk.errors import DeskError

_QUESTIONS = (Mode.ASKED, Mode.ASKED_TWICE)


def head(session: Session, view: RoundView) -> Draw:
    """Return what stands above the list."""
    return sheets.head(session.model, session.now, view, demo=session.desk.in_demo)


def foot(session: Session, view: RoundView, height: int) -> Draw:
    """Return what stands below it, on a terminal of so many lines."""
    if session.report is None:
        return lambda _: None
    model, report, hours = session.model, session.report, session.desk.hours
    lacks = session.lacks.get(model.view, ())
    return sheets.foot(model, report, session.now, view, hours, lacks=lacks, height=height)


def empty(session: Session) -> Draw | None:
    """Return what stands in place of the list, None if there is one."""
    model, now = session.model, session.now
    if model.entries:
        return None
    failed = now.problem if now and model.view not in model.found else None
    return sheets.nothing(model, session.problems.get(model.view) or failed)


def panel(session: Session) -> Draw | None:
    """Return what an action asks, is at, or has said last; None for nothing."""
    model = session.model
    if model.mode is Mode.QUITTING:
        return sheets.ruled(
            sheets.said(f"{model.busy} is under way. Quit once it is done?", "bold")
        )
    if model.mode in _QUESTIONS and session.question:
        return sheets.ruled(sheets.question(session.question))
    if model.busy:
        under = session.under or "waiting for its turn..."
        return sheets.ruled(sheets.said(f"{model.busy}: {under}", "quiet"))
    return session.panel and sheets.ruled(session.panel)


def details(session: Session) -> Draw | None:
    """Return the ticket under the cursor in full, None if it is not to be seen."""
    current, shown = session.model.current, session.shown
    if not session.model.opened or current is None:
        return None
    if shown is None or shown.id != current.id:
        return sheets.ruled(sheets.said(f"reading {current.number}...", "quiet"))
    if shown.view is None:
        return sheets.ruled(sheets.problem(shown.problem or DeskError("it could not be read")))
    view, desk = shown.view, session.desk
    clock, now, phone = desk.hours.clock, desk.now(), desk.settings.mc.phone
    return sheets.ruled(lambda page: draw_ticket(page, view, clock=clock, now=now, phone=phone))


def writing(session: Session) -> Draw | None:
    """Return what stands above the box for a note, None if none is written."""
    if session.model.mode is not Mode.WRITING or session.note is None:
        return None
    vendor, note = session.desk.settings.mc.name, session.note
    return sheets.ruled(sheets.note_head(note.entry, vendor=vendor, notify=note.notify))
