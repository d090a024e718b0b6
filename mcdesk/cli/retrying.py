"""The conversation of `outbox retry`: which ticket, whether a mail goes again, what came of it."""

from collections.abc import Sequence
from dataclasses import replace

from mcdesk.cli import outbox_view
from mcdesk.cli.call import Call
from mcdesk.core.outbox import Entry, State, StepName
from mcdesk.errors import DeskError, Refused, Undelivered
from mcdesk.ops.delivery import Delivered


class Retrying:
    """One call of `outbox retry`: *named* is whether its entry was; *yes* asks for no ticket.

    *resend* sends mails again that may have arrived, which *yes* does not.
    """

    def __init__(self, call: Call, *, named: bool, resend: bool, yes: bool, json: bool) -> None:
        self._call = call
        self._desk = call.desk
        self._output = call.output
        self._named = named
        self._resend = resend
        self._yes = yes
        self._json = json

    def take(self, entry: Entry) -> int:
        """Try *entry* again, say what came of it, and give its exit code."""
        if not entry.released and not self._named:
            self._output.talk(
                f"{entry.n} was never confirmed: mcdesk outbox retry {entry.n} sends it"
            )
            return Undelivered.exit_code
        try:
            released = self._released(entry)
            delivered = self._desk.delivery.deliver(released, resend=self._may_resend)
        except Refused as refusal:
            self._output.error(refusal)
            return refusal.exit_code
        except DeskError as problem:
            held = self._desk.outbox.hold_up(entry.n, self._desk.now(), problem.message)
            delivered = Delivered(held, problem)
        phone = self._desk.settings.mc.phone
        outbox_view.draw_delivered(self._output, delivered, phone=phone, json=self._json)
        return delivered.exit_code

    def rehearse(self, entries: Sequence[Entry]) -> None:
        """Show what would be sent of *entries*, and send and store nothing."""
        from mcdesk.cli.change_view import draw_rehearsal

        page = self._output.aside if self._json else self._output
        for entry in entries:
            if entry.reference and entry.ticket_id is None:
                # Without its number, nothing that is found out about it is stored.
                entry, _ = self._desk.delivery.look_up(replace(entry, n=0))
            if entry.ticket_id is not None:
                self._desk.delivery.rehearse(entry)
            mail = entry.step(StepName.MAIL)
            if entry.letter and mail and mail.state is not State.DONE:
                outbox_view.draw_letter(page, entry.letter)
        if entries:
            draw_rehearsal(page, self._desk)

    def _released(self, entry: Entry) -> Entry:
        """Let an entry go that was named, after a look at which ticket it is about."""
        if entry.released:
            return entry
        if entry.ticket_id is None:
            entry, _ = self._desk.delivery.look_up(entry)
        about = f"Note on {entry.number}, {entry.company}, {entry.ticket_title}?"
        asked = self._desk.interactive and not self._yes
        if asked and not self._call.confirm(about, default=True):
            raise Refused(f"number {entry.n} was not sent")
        return self._desk.outbox.release(entry.n)

    def _may_resend(self, entry: Entry) -> bool:
        """Decide about a mail that may have arrived: only a person, or `--resend`, sends again."""
        if self._resend or not self._desk.interactive:
            return self._resend
        whom = entry.letter.to if entry.letter else "dispatch"
        return self._call.confirm(
            f"The mail to {whom} about {entry.number} may have arrived. Send it again?"
        )
