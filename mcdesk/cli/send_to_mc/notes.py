"""The notes that go with handoffs: kept before the first request, part of each operation."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from mcdesk.cli.call import Call
from mcdesk.cli.changing import my_name
from mcdesk.cli.note.conversation import ask
from mcdesk.cli.note.text import Typed, place_of, safe, usable
from mcdesk.cli.outbox.sending import held_up, leading_to_ticket, send, why_not_taken_back
from mcdesk.core.changes import Plan
from mcdesk.core.notes import filled
from mcdesk.core.operations import Kind, Operation
from mcdesk.core.references import Reference
from mcdesk.core.steps import MailStep, replaced, steps_of
from mcdesk.errors import DeskError, Refused, StoreProblem, UsageProblem
from mcdesk.ops.engine import Run
from mcdesk.ops.handoff import Prepared
from mcdesk.ops.note import look_up, merged_into, note_operation, read_about, with_dispatch_email
from mcdesk.ops.results import Outcome, Result
from mcdesk.ops.staff import find_me


class HandoffNotes:
    """What is written on each ticket after it was handed on: the *template*'s note and *typed*.

    On a ticket that was there already only *typed*, because the template's note says that it was
    handed on. With *notify*, dispatch gets it by email.
    """

    def __init__(self, call: Call, template: str, typed: Typed | None, *, notify: bool) -> None:
        self._call = call
        self._desk = call.desk
        self._template = template.strip()
        self._typed = typed
        self._notify = notify
        self._kept: dict[Reference, Operation] = {}
        self._failed: list[Operation] = []
        self._later = ExitStack()
        self.exit_code = 0
        if notify and not self.wanted:
            raise UsageProblem(
                "there is nothing to tell dispatch", hint="add --note TEXT: it is emailed to them"
            )

    @property
    def wanted(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._template or self._typed)

    @property
    def in_words(self) -> str:
        """What a question about the handoff says of the note."""
        if not self.wanted:
            return ""
        return ", with a note, also emailed to dispatch" if self._notify else ", with a note"

    @contextmanager
    def kept(self, references: Iterable[Reference]) -> Iterator[None]:
        """Store what to write; if the block fails, none of it stays."""
        try:
            if self.wanted and not self._desk.dry_run:
                self._keep(references)
            with self._later:
                yield
        except DeskError:
            for reference in list(self._kept):
                self.forget(reference)
            raise

    @property
    def can_add(self) -> bool:
        """Whether a note may still be typed: there is none yet, and notes have a type."""
        return self._typed is None and bool(self._desk.settings.note.note_type)

    def add(self, text: str, references: Iterable[Reference]) -> None:
        """Keep a note typed at the question as --note does; raise UsageProblem if it is no use."""
        self._typed = usable(self._call, text)
        self._later.enter_context(safe(self._call, self._typed))
        self._keep(references)

    def _keep(self, references: Iterable[Reference]) -> None:
        """Store the note of each ticket, in place of what was stored of it before."""
        for reference in references:
            new = self._new(str(reference), self._text(str(reference)))
            known = self._kept.get(reference)
            self._kept[reference] = (
                self._desk.operations.amend(known.n, merged_into(replaced(new, n=known.n)))
                if known
                else self._desk.operations.add(new)
            )

    def begin(self, reference: Reference, prepared: Prepared, template: str) -> Operation:
        """Store the handoff as planned, with its note and mail, before anything moves."""
        plan, at = prepared.plan, self._desk.now()
        kept = self._kept.get(reference)
        base = kept or replaced(self._new(str(reference), ""), author=my_name(self._desk))
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
        begun = self._desk.operations.amend(kept.n, lambda _: operation)
        del self._kept[reference]
        return begun

    def after(self, reference: Reference, result: Result, *, ask_first: bool) -> Run | None:
        """Return how far the note of a ticket has come, None if it is not to be written.

        With *ask_first*, it asks about a ticket that nobody was asked about because it was there
        already.
        """
        if self._desk.dry_run:
            return self._rehearsed(result)
        if result.run is not None:
            return self._of_handed_on(result.run, given_up=result.outcome is Outcome.FAILED)
        if reference not in self._kept or result.outcome is not Outcome.ALREADY_THERE:
            return None
        text = self._text_if_there(result)
        return self._written(reference, text, ask_first=ask_first) if text else None

    def forget(self, reference: Reference) -> None:
        """Take back the note of a ticket that was named twice, or that nothing came of."""
        if operation := self._kept.pop(reference, None):
            why_not_taken_back(self._call, operation)

    def give_up(self) -> None:
        """Take back the notes that will not be written, and say once where their text is."""
        unwanted = [*self._failed, *self._kept.values()]
        typed = self._typed and self._safe_from_others(self._typed, unwanted)
        for operation in self._failed:
            with suppress(StoreProblem):  # then it stays in the outbox as well
                self._desk.operations.leave(operation.n, self._desk.now())
        stay = [why_not_taken_back(self._call, operation) for operation in self._kept.values()]
        for why in filter(None, stay):
            self._call.output.talk(why)
        if typed and len(unwanted) > len(list(filter(None, stay))):
            kept = place_of(self._call, typed)
            self._call.output.talk("the note was not sent" + (f": {kept}" if kept else ""))

    def _safe_from_others(self, typed: Typed, unwanted: Collection[Operation]) -> Typed:
        """Make a draft of its own if the one there is goes as soon as another note is written."""
        desk, mine = self._desk, {operation.n for operation in unwanted}
        if not mine:
            return typed
        with suppress(StoreProblem):  # that cannot be asked: rather a copy too many
            if not desk.operations.names_draft(typed.draft, but=mine):
                return typed
        with suppress(StoreProblem):
            own = desk.drafts.keep(typed.text, about="note", at=desk.now())
            return Typed(typed.text, own.name)
        return typed

    def _of_handed_on(self, run: Run, *, given_up: bool) -> Run | None:
        """Return the note of a ticket that was tried; it is given up if that has failed."""
        if run.operation.note is None:
            return None
        if given_up:
            self._failed.append(run.operation)
            return None
        return leading_to_ticket(self._call, run)

    def _written(self, reference: Reference, text: str, *, ask_first: bool) -> Run | None:
        """Write *text* on a ticket that was there already."""
        kept = self._kept[reference]
        note = replaced(kept, kind=Kind.NOTE, text=text)
        operation = self._desk.operations.amend(kept.n, merged_into(note))
        try:
            found, about = look_up(self._desk.autotask, self._desk.settings, operation)
            operation = self._desk.operations.amend(operation.n, merged_into(found))
            ask(self._call, operation, about, yes=not ask_first)
            run = send(self._call, operation, until=MailStep)
        except Refused as refusal:
            self._call.output.error(refusal)
            self.exit_code = refusal.exit_code
            return None
        except DeskError as problem:
            run = held_up(self._call, operation, problem)
        del self._kept[reference]
        return run

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

    def _text_if_there(self, result: Result) -> str:
        """Return what is written on a ticket that was there already, "" for nothing.

        A technician who wanted dispatch to hear of it is told if that leaves nothing to say.
        """
        if self._notify and not self._typed:
            self._call.output.talk(
                f"warning: {result.reference} was already there, so dispatch was not emailed: "
                "--note TEXT is emailed anyway"
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
