"""The notes that go with hand-offs: kept before the first request, sent after a verified one."""

from collections.abc import Iterable
from dataclasses import replace

from mcdesk.cli.call import Call
from mcdesk.cli.noting import Noting
from mcdesk.core.notes import filled
from mcdesk.core.outbox import Entry
from mcdesk.core.references import Reference
from mcdesk.core.tickets import Ticket
from mcdesk.errors import DeskError, Refused, Undelivered, UsageProblem
from mcdesk.ops.changing import Outcome, Result
from mcdesk.ops.delivery import Delivered


class HandoffNotes:
    """What is written on each ticket after it was handed on: the *template*'s note and *typed*.

    On a ticket that was there already only *typed*, for the template's note says that it was
    handed on. With *notify*, dispatch gets it by mail.
    """

    def __init__(self, call: Call, template: str, *, typed: str, notify: bool) -> None:
        self._desk = call.desk
        self._output = call.output
        self._noting = Noting(call, notify=notify)
        self._template = template.strip()
        self._typed = self._noting.text(typed, None) if typed else None
        self._notify = notify
        self._kept: dict[Reference, Entry] = {}
        self._drafted = False
        if notify and not self._wanted:
            raise UsageProblem(
                "there is nothing to tell dispatch", hint="add --note TEXT: it is mailed to them"
            )

    @property
    def in_words(self) -> str:
        """What a question about the hand-off says of the note."""
        if not self._wanted:
            return ""
        return ", with a note that dispatch gets by mail" if self._notify else ", with a note"

    def keep(self, references: Iterable[Reference]) -> None:
        """Write what was typed into the outbox, where it waits for the hand-off."""
        if self._wanted and not self._desk.dry_run:
            for reference in references:
                text = self._text(str(reference))
                self._kept[reference] = self._noting.keep(str(reference), text)

    def after(self, reference: Reference, result: Result, *, ask: bool) -> Delivered | None:
        """Send the note of a ticket that is where it should be; hold or give up the others.

        With *ask*, a ticket that nobody was asked about, for it was there already, is asked about.
        """
        if self._desk.dry_run:
            return self._rehearsed(result)
        entry = self._kept.pop(reference, None)
        if entry is None:
            return None
        try:
            return self._settled(entry, result, ask=ask)
        except Refused as refusal:
            self._output.error(refusal)
            return None

    def forget(self, reference: Reference) -> None:
        """Drop the note of a ticket that was named twice."""
        if entry := self._kept.pop(reference, None):
            self._desk.outbox.drop(entry.n)

    def give_up(self) -> None:
        """Take back what was kept and will not be sent, since nothing was handed on."""
        for entry in self._kept.values():
            self._drop(entry)
        self._kept.clear()

    def _settled(self, entry: Entry, result: Result, *, ask: bool) -> Delivered | None:
        if result.outcome is Outcome.UNVERIFIED and result.plan:
            self._fill_in(entry, result.found or result.plan.ticket)
            problem = Undelivered("it was not sent, for the hand-off is not verified")
            return self._noting.held_up(entry, problem)
        if not result.verified:
            self._drop(entry)
            return None
        text = self._text_after(result)
        if not text:
            self._desk.outbox.drop(entry.n)
            return None
        entry = self._desk.outbox.amend(entry.n, lambda stored: _with_text(stored, text))
        return self._sent(entry, ask=ask and result.outcome is Outcome.ALREADY_THERE)

    def _fill_in(self, entry: Entry, ticket: Ticket) -> None:
        """Write down which *ticket* the entry is about, and what dispatch gets.

        Where Autotask does not say all that this takes, it is found out when the note is sent.
        """
        correspondence = self._desk.correspondence
        try:
            facts = correspondence.about(ticket, for_letter=self._notify).facts
            filled = replace(
                entry,
                text=self._text(ticket.number),
                author=correspondence.author,
                ticket_id=ticket.id,
                number=ticket.number,
                company=facts.company,
                ticket_title=ticket.title,
            )
            if self._notify:
                filled = replace(filled, letter=correspondence.letter(filled, facts))
        except DeskError:
            return
        self._desk.outbox.amend(
            entry.n,
            lambda now: replace(filled, released=now.released) if now.untouched else now,
        )

    @property
    def _wanted(self) -> bool:
        return bool(self._template or self._typed)

    def _sent(self, entry: Entry, *, ask: bool) -> Delivered | None:
        try:
            entry, _ = self._desk.delivery.look_up(entry)
            if ask and self._desk.interactive:
                self._noting.ask(entry)
            return self._noting.send(entry)
        except Refused:
            raise
        except DeskError as problem:
            return self._noting.held_up(entry, problem)

    def _rehearsed(self, result: Result) -> Delivered | None:
        if not self._wanted or result.plan is None or result.error:
            return None
        text = self._text_after(result)
        if not text:
            return None
        ticket_id = str(result.plan.ticket.id)
        return Delivered(self._noting.rehearsed(ticket_id, text, handed_on=True))

    def _drop(self, entry: Entry) -> None:
        """Take *entry* out of the outbox; what was typed is kept, once for all tickets."""
        if self._typed and not self._drafted:
            self._drafted = True
            typed = replace(entry, text=self._typed)
            problem = self._noting.given_up(typed, Undelivered("the note was not sent"))
            self._output.talk(f"{problem.message}: {problem.hint}")
        else:
            self._desk.outbox.take_back(entry.n)

    def _text_after(self, result: Result) -> str:
        """Give what is written on a ticket that is where it should be, "" for nothing.

        A technician who wanted dispatch to hear of it is told where that leaves nothing to say.
        """
        if result.outcome is not Outcome.ALREADY_THERE:
            return self._text(result.plan.ticket.number if result.plan else result.reference)
        if self._notify and not self._typed:
            self._output.talk(
                f"warning: {result.reference} was there already, so dispatch is told nothing: "
                "--note TEXT is mailed all the same"
            )
        return self._typed or ""

    def _text(self, number: str) -> str:
        me = self._desk.settings.autotask.me
        from_template = filled(self._template, me=me, ticket=number) if self._template else ""
        return "\n\n".join(part for part in (from_template, self._typed) if part)


def _with_text(entry: Entry, text: str) -> Entry:
    return replace(entry, text=text) if entry.untouched else entry
