"""The notes that go with hand-offs: kept before the first request, sent after a verified one."""

from collections.abc import Iterable
from dataclasses import replace

from mcdesk.cli.call import Call
from mcdesk.cli.noting import Noting
from mcdesk.core.notes import filled
from mcdesk.core.outbox import Entry
from mcdesk.core.references import Reference
from mcdesk.errors import DeskError, Refused, Undelivered, UsageProblem
from mcdesk.ops.changing import Outcome, Result
from mcdesk.ops.delivery import Delivered


class HandoffNotes:
    """What is written on each ticket after it was handed on: the *template*'s note and *typed*.

    With *notify*, dispatch gets it by mail.
    """

    def __init__(self, call: Call, template: str, *, typed: str, notify: bool) -> None:
        self._desk = call.desk
        self._output = call.output
        self._noting = Noting(call, notify=notify)
        self._template = template.strip()
        self._typed = self._noting.text(typed, None) if typed else None
        self._notify = notify
        self._kept: dict[Reference, Entry] = {}
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
        if result.outcome is Outcome.UNVERIFIED:
            problem = Undelivered("it was not sent, for the hand-off is not verified")
            return self._noting.held_up(entry, problem)
        if not result.verified or result.plan is None:
            self._drop(entry)
            return None
        entry = replace(entry, text=self._text(result.plan.ticket.number))
        return self._sent(entry, ask=ask and result.outcome is Outcome.ALREADY_THERE)

    def forget(self, reference: Reference) -> None:
        """Drop the note of a ticket that was named twice."""
        if entry := self._kept.pop(reference, None):
            self._desk.outbox.drop(entry.n)

    def give_up(self) -> None:
        """Take back what was kept and will not be sent, since nothing was handed on."""
        for entry in self._kept.values():
            self._drop(entry)
        self._kept.clear()

    @property
    def _wanted(self) -> bool:
        return bool(self._template or self._typed)

    def _sent(self, entry: Entry, *, ask: bool) -> Delivered | None:
        try:
            entry, _ = self._desk.delivery.look_up(entry)
            if ask and self._desk.interactive:
                self._noting.ask(entry)
            return self._noting.send(entry)
        except Refused as refusal:
            self._output.error(refusal)
            return None
        except DeskError as problem:
            return self._noting.held_up(entry, problem)

    def _rehearsed(self, result: Result) -> Delivered | None:
        if not self._wanted or result.plan is None or result.error:
            return None
        number = result.plan.ticket.number
        return Delivered(self._noting.rehearsed(str(result.plan.ticket.id), self._text(number)))

    def _drop(self, entry: Entry) -> None:
        if self._typed:
            problem = self._noting.given_up(entry, Undelivered("the note was not sent"))
            self._output.talk(f"{problem.message}: {problem.hint}")
        else:
            self._desk.outbox.drop(entry.n)

    def _text(self, number: str) -> str:
        me = self._desk.settings.autotask.me
        from_template = filled(self._template, me=me, ticket=number) if self._template else ""
        return "\n\n".join(part for part in (from_template, self._typed) if part)
