"""The notes that go with hand-offs: kept before the first request, part of each operation."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from mcdesk.cli.call import Call
from mcdesk.cli.note import ask
from mcdesk.cli.note.text import Typed, place_of
from mcdesk.cli.outbox.sending import held_up, send, taken_back
from mcdesk.core.changes import Plan
from mcdesk.core.notes import filled
from mcdesk.core.operations import Kind, Operation, replaced, steps_of
from mcdesk.core.references import Reference
from mcdesk.errors import DeskError, Refused, StoreProblem, UsageProblem
from mcdesk.ops.engine import Run
from mcdesk.ops.handoff import Prepared
from mcdesk.ops.note import (
    look_up,
    merged_into,
    note_operation,
    read_about,
    with_dispatch_email,
)
from mcdesk.ops.results import Outcome, Result
from mcdesk.ops.staff import find_me


class HandoffNotes:
    """What is written on each ticket after it was handed on: the *template*'s note and *typed*.

    On a ticket that was there already only *typed*, for the template's note says that it was
    handed on. With *notify*, dispatch gets it by mail.
    """

    def __init__(self, call: Call, template: str, typed: Typed | None, *, notify: bool) -> None:
        self._call = call
        self._desk = call.desk
        self._template = template.strip()
        self._typed = typed
        self._notify = notify
        self._kept: dict[Reference, Operation] = {}
        self._told = False
        if notify and not self.wanted:
            raise UsageProblem(
                "there is nothing to tell dispatch", hint="add --note TEXT: it is mailed to them"
            )

    @property
    def wanted(self) -> bool:
        """Whether anything is to be written."""
        return bool(self._template or self._typed)

    @property
    def in_words(self) -> str:
        """What a question about the hand-off says of the note."""
        if not self.wanted:
            return ""
        return ", with a note that dispatch gets by mail" if self._notify else ", with a note"

    @contextmanager
    def kept(self, references: Iterable[Reference]) -> Iterator[None]:
        """Store what is to be written; if the block fails, none of it stays."""
        try:
            if self.wanted and not self._desk.dry_run:
                for reference in references:
                    new = self._new(str(reference), self._text(str(reference)))
                    self._kept[reference] = self._desk.operations.add(new)
            yield
        except DeskError:
            for reference in list(self._kept):
                self.forget(reference)
            raise

    def begin(self, reference: Reference, prepared: Prepared, template: str) -> Operation:
        """Store the hand-off as planned, with its note and mail, before anything moves."""
        plan, at = prepared.plan, self._desk.now()
        kept = self._kept.pop(reference, None)
        base = kept or self._new(str(reference), "")
        operation = replaced(
            base,
            template=template,
            ticket_id=plan.ticket.id,
            number=plan.ticket.number,
            title=plan.ticket.title,
            company=prepared.company or "",
            text=self._text(plan.ticket.number) if kept else "",
            released=True,
            steps=(*steps_of(plan, at), *(base.steps if kept else ())),
        )
        if kept is None:
            return self._desk.operations.add(operation)
        operation = self._with_author_and_mail(operation, plan)
        return self._desk.operations.amend(kept.n, lambda _: operation)

    def after(self, reference: Reference, result: Result, *, ask_first: bool) -> Run | None:
        """Return how far the note of a ticket has come; give up what will not be written.

        With *ask_first*, a ticket that nobody was asked about, for it was there already, is asked
        about.
        """
        if self._desk.dry_run:
            return self._rehearsed(result)
        kept = self._kept.pop(reference, None)
        if result.run is not None:
            return self._of_handed_on(result)
        if kept is None:
            return None
        if result.outcome is Outcome.ALREADY_THERE and (text := self._text_if_there(result)):
            return self._written(kept, text, ask_first=ask_first)
        self._give_up(kept)
        return None

    def forget(self, reference: Reference) -> None:
        """Take back the note of a ticket that was named twice, or that nothing came of."""
        if operation := self._kept.pop(reference, None):
            taken_back(self._call, operation)

    def _of_handed_on(self, result: Result) -> Run | None:
        """Return the note of a ticket that was tried; the text stays safe if that has failed."""
        run = result.run
        if run is None or run.operation.note is None:
            return None
        if result.verified or result.outcome is Outcome.UNVERIFIED:
            return run
        with suppress(StoreProblem):  # then the outbox has it as well
            self._desk.operations.leave(run.operation.n, self._desk.now())
        self._say_where()
        return None

    def _written(self, kept: Operation, text: str, *, ask_first: bool) -> Run | None:
        """Write *text* on a ticket that was there already."""
        note = replaced(kept, kind=Kind.NOTE, text=text)
        operation = self._desk.operations.amend(kept.n, merged_into(note))
        try:
            found, _ = look_up(self._desk.autotask, self._desk.settings, operation)
            operation = self._desk.operations.amend(operation.n, merged_into(found))
            if ask_first and self._desk.interactive:
                ask(self._call, operation)
            return send(self._call, operation)
        except Refused as refusal:
            self._call.output.error(refusal)
            return None
        except DeskError as problem:
            return held_up(self._call, operation, problem)

    def _rehearsed(self, result: Result) -> Run | None:
        if not self.wanted or result.plan is None or result.error:
            return None
        there = result.outcome is Outcome.ALREADY_THERE
        ticket = result.plan.ticket
        text = self._text_if_there(result) if there else self._text(ticket.number)
        if not text:
            return None
        new = self._new(str(ticket.id), text)
        operation, _ = look_up(self._desk.autotask, self._desk.settings, new)
        self._desk.engine.rehearse(operation)
        return Run(operation)

    def _with_author_and_mail(self, operation: Operation, plan: Plan) -> Operation:
        desk = self._desk
        me = find_me(desk.autotask, desk.settings)
        author = me.name if me else operation.author
        signed = replaced(operation, author=author)
        if not self._notify:
            return signed
        about = read_about(desk.autotask, desk.settings, plan.ticket, for_mail=True)
        return with_dispatch_email(signed, desk.settings, about.facts)

    def _give_up(self, operation: Operation) -> None:
        if taken_back(self._call, operation):
            self._say_where()

    def _say_where(self) -> None:
        """Say once where the text is that was not sent."""
        if self._typed and not self._told:
            self._told = True
            kept = place_of(self._call, self._typed)
            self._call.output.talk("the note was not sent" + (f": {kept}" if kept else ""))

    def _text_if_there(self, result: Result) -> str:
        """Return what is written on a ticket that was there already, "" for nothing.

        A technician who wanted dispatch to hear of it is told if that leaves nothing to say.
        """
        if self._notify and not self._typed:
            self._call.output.talk(
                f"warning: {result.reference} was there already, so dispatch is told nothing: "
                "--note TEXT is mailed all the same"
            )
        return self._typed.text if self._typed else ""

    def _new(self, reference: str, text: str) -> Operation:
        desk, at = self._desk, self._desk.now()
        return note_operation(
            reference,
            text,
            title="",
            author=desk.settings.autotask.me,
            message_id=desk.new_message_id() if self._notify else "",
            by=desk.origin,
            at=at,
            draft=self._typed.draft if self._typed else "",
            kind=Kind.SEND,
        )

    def _text(self, number: str) -> str:
        me = self._desk.settings.autotask.me
        from_template = filled(self._template, me=me, ticket=number) if self._template else ""
        typed = self._typed.text if self._typed else ""
        return "\n\n".join(part for part in (from_template, typed) if part)
