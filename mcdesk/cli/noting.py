"""The conversation around a note: where its text comes from, which ticket, what came of it."""

import locale
import sys
from dataclasses import replace
from pathlib import Path

from mcdesk.cli import outbox_view
from mcdesk.cli.call import Call
from mcdesk.core.notes import too_long
from mcdesk.core.outbox import Entry, note_entry
from mcdesk.core.references import parse_reference
from mcdesk.core.wording import decoded, writable
from mcdesk.errors import Busy, DeskError, NoSuchTicket, Refused, UsageProblem
from mcdesk.ops.correspondence import AboutTicket
from mcdesk.ops.delivery import Delivered


class Noting:
    """One call of `note`; with *notify* dispatch gets a mail as well."""

    def __init__(self, call: Call, *, notify: bool) -> None:
        self._call = call
        self._desk = call.desk
        self._output = call.output
        self._notify = notify

    def text(self, given: str | None, file: Path | None) -> str | None:
        """Read the text; None where it is to be written in an editor."""
        if given is not None and file is not None:
            raise UsageProblem("the note is either TEXT or --file, not both")
        if file is not None:
            return self._usable(_read(file))
        if given == "-":
            return self._usable(_piped())
        if given is not None:
            return self._usable(given)
        if not self._desk.interactive or self._desk.dry_run:
            raise UsageProblem("there is no text", hint='mcdesk note ID "TEXT", or - for stdin')
        return None

    def write(self, reference: str, text: str | None, *, title: str, yes: bool, json: bool) -> int:
        """Store the text, then look which ticket it is, ask, and deliver."""
        draft = None
        if text is None:
            draft, text = self._edited(reference)
        released = yes or not self._desk.interactive
        entry = self.keep(reference, text, title=title, released=released)
        if draft:
            draft.unlink(missing_ok=True)
        try:
            entry, about = self._desk.delivery.look_up(entry)
        except NoSuchTicket as problem:
            raise self.given_up(entry, problem) from problem
        except DeskError as problem:
            delivered = self.held_up(entry, problem)
        else:
            self._tell(about)
            if complaint := self._desk.delivery.too_long(entry):
                raise self.given_up(entry, UsageProblem(f"signed, {complaint}"))
            if self._desk.interactive and not yes:
                self.ask(entry)
            delivered = self.send(entry)
        return self._report(delivered, json=json)

    def rehearse(self, reference: str, text: str | None, *, title: str, json: bool) -> int:
        """Show what would be sent, and send and store nothing."""
        from mcdesk.cli.change_view import draw_rehearsal

        assert text is not None
        entry = self.rehearsed(reference, text, title=title)
        page = self._output
        if json:
            page.json(outbox_view.note_as_json(Delivered(entry), planned=True))
        draw_rehearsal(page.aside if json else page, self._desk)
        if entry.letter:
            outbox_view.draw_letter(page.aside if json else page, entry.letter)
        return 0

    def rehearsed(
        self, reference: str, text: str, *, title: str = "", handed_on: bool = False
    ) -> Entry:
        """Make the note's request on a way that only keeps it, and store nothing.

        *handed_on* is whether a hand-off that goes before it is rehearsed as well.
        """
        delivery = self._desk.delivery
        entry, about = delivery.look_up(self._new(reference, text, title=title))
        if not handed_on:
            self._tell(about)
        delivery.rehearse(entry)
        return entry

    def keep(self, reference: str, text: str, *, title: str = "", released: bool = False) -> Entry:
        """Write the text down in the outbox, where it waits until it is *released*."""
        entry = replace(self._new(reference, text, title=title), released=released)
        return self._desk.outbox.add(entry)

    def send(self, entry: Entry) -> Delivered:
        """Let *entry* go; raise Refused where another mcdesk has dropped it."""
        try:
            return self._desk.delivery.deliver(self._desk.outbox.release(entry.n))
        except KeyboardInterrupt:
            self._output.talk("mcdesk outbox shows how far it has come")
            raise

    def given_up(self, entry: Entry, problem: DeskError) -> DeskError:
        """Take *entry* out of the outbox, and keep its text where *problem*'s hint says.

        One that another mcdesk has begun to send stays, and the hint says so.
        """
        if self._taken_back(entry):
            kept = f"the text is kept in {self._draft(entry.reference, entry.text)}"
        else:
            kept = f"another mcdesk is sending: `mcdesk outbox` shows what became of {entry.n}"
        problem.hint = f"{problem.hint}; {kept}" if problem.hint else kept
        return problem

    def _new(self, reference: str, text: str, *, title: str) -> Entry:
        desk = self._desk
        return note_entry(
            reference,
            text,
            title=writable(title),
            author=desk.settings.autotask.me,
            notify=self._notify,
            message_id=desk.new_message_id() if self._notify else "",
            now=desk.now(),
        )

    def held_up(self, entry: Entry, problem: DeskError) -> Delivered:
        """Say why it did not even start; without Autotask, not even the delivery can be made."""
        entry = self._desk.outbox.hold_up(entry.n, self._desk.now(), problem.message)
        return Delivered(entry, problem)

    def _taken_back(self, entry: Entry) -> bool:
        try:
            with self._desk.delivery_lock.held(patience=0.0):
                return self._desk.outbox.take_back(entry.n)
        except Busy:
            return False

    def _usable(self, text: str) -> str:
        text = writable(text).strip()
        if not text:
            raise UsageProblem("the note is empty")
        if complaint := too_long(text):
            path = self._draft("note", text)
            raise UsageProblem(complaint, hint=f"the text is kept in {path}")
        return text

    def _edited(self, reference: str) -> tuple[Path, str]:
        """Let it be written in the editor, which shows which ticket it is about."""
        from mcdesk.cli.change_view import one_line
        from mcdesk.cli.editing import edited
        from mcdesk.core.wording import clean

        ticket = self._desk.autotask.ticket(parse_reference(reference))
        companies = self._desk.autotask.companies([ticket.company_id])
        where = "an internal note: customers do not see it" + (
            f", {self._desk.settings.mc.name}'s dispatch gets it by mail" if self._notify else ""
        )
        heading = (
            f"# {clean(one_line(ticket, companies.get(ticket.company_id or 0)))}\n# {where}.\n"
            "# Write above the line; nothing written sends nothing."
        )
        path = self._draft(ticket.number, "")
        text = writable(edited(path, heading, self._desk.environ))
        if complaint := too_long(text):
            raise UsageProblem(complaint, hint=f"the text is kept in {path}")
        return path, text

    def _tell(self, about: AboutTicket) -> None:
        if self._notify and not about.with_mc:
            number = about.ticket.number
            name = self._desk.settings.mc.name
            self._output.talk(
                f"warning: {number} is not with {name}: mcdesk send-to-mc {number} sends it there"
            )

    def ask(self, entry: Entry) -> None:
        """Ask whether it is the right ticket; raise Refused, the text kept, if it is not."""
        whose = ", ".join(
            part for part in (entry.number, entry.company, entry.ticket_title) if part
        )
        mail = " and mail dispatch" if self._notify else ""
        if not self._call.confirm(f"Note on {whose}{mail}?", default=True):
            raise self.given_up(entry, Refused("not confirmed: nothing was sent"))

    def _report(self, delivered: Delivered, *, json: bool) -> int:
        if json:
            self._output.json(outbox_view.note_as_json(delivered))
        outbox_view.draw_delivered(
            self._output, delivered, phone=self._desk.settings.mc.phone, json=json
        )
        return delivered.exit_code

    def _draft(self, about: str, text: str) -> Path:
        return self._desk.drafts.keep(text, about=about, at=self._desk.now())


def _read(file: Path) -> str:
    try:
        return _text(file.read_bytes())
    except OSError as error:
        raise UsageProblem(f"{file} cannot be read: {error}") from error


def _piped() -> str:
    """Read stdin, whatever encoding the program before us writes."""
    if sys.stdin is None:
        return ""
    binary = getattr(sys.stdin, "buffer", None)
    return _text(binary.read()) if binary else sys.stdin.read()


def _text(raw: bytes) -> str:
    # Where everything is UTF-8, a file that is not comes from Windows.
    here = locale.getencoding()
    likely = "cp1252" if here.casefold().replace("-", "") == "utf8" else here
    return decoded(raw, likely=likely).replace("\r\n", "\n")
