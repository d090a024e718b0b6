"""The conversation around a handoff: show, ask, carry out, sum up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mcdesk.cli import changes
from mcdesk.cli.call import Call, worst
from mcdesk.cli.changing import before_anything, rehearse, stoppable
from mcdesk.cli.outbox import view as outbox_view
from mcdesk.cli.outbox.sending import finish
from mcdesk.cli.send_to_mc import view
from mcdesk.cli.send_to_mc.notes import HandoffNotes
from mcdesk.cli.send_to_mc.offers import Offers
from mcdesk.core.operations import Kind
from mcdesk.core.references import Reference
from mcdesk.core.safety import Objection
from mcdesk.core.steps import MailStep
from mcdesk.core.wording import counted
from mcdesk.errors import DeskError, Refused, SetupProblem
from mcdesk.ops.engine import Run
from mcdesk.ops.handoff import (
    Handoff,
    Prepared,
    already_there,
    forced,
    not_done,
    refused,
    with_warnings,
)
from mcdesk.ops.results import Outcome, Result, delivery_exit, result_of
from mcdesk.ops.safety import refuse_if_changed


@dataclass(slots=True)
class _Item:
    """One ticket on its way: what was typed, what was planned, what came of it and of its note.

    *alone* is whether somebody wants the other secondary resources off, None if nobody was asked.
    """

    reference: Reference
    prepared: Prepared | None = None
    result: Result | None = None
    note: Run | None = None
    alone: bool | None = None

    @property
    def planned(self) -> Prepared:
        """What was planned, for a ticket that could be read."""
        assert self.prepared is not None
        return self.prepared


class Sending:
    """One call of `send-to-mc`: with *yes* it does not ask, with *force* it minds no rule.

    *batch* is what speaks against so many tickets in one go, to be overruled by *force* or a second
    yes. With *json*, stdout is for one document.
    """

    def __init__(
        self,
        call: Call,
        handoff: Handoff,
        notes: HandoffNotes,
        *,
        yes: bool,
        force: bool,
        batch: Objection | None,
        json: bool,
    ) -> None:
        self._call = call
        self._desk = call.desk
        self._output = call.output
        self._handoff = handoff
        self._notes = notes
        self._yes = yes
        self._force = force
        self._batch = [batch] if batch else []
        self._json = json
        self._vendor = call.desk.settings.mc.name
        self._shown = False
        self._told: set[tuple[str, str]] = set()
        self._items: list[_Item] = []
        self._current: _Item | None = None

    def send(self, references: Sequence[Reference]) -> None:
        """Hand the tickets on, each with its own result; raise if none could be tried."""
        for reference in references:
            self._add(self._prepared(reference, alone=len(references) == 1))
        to_do = [item for item in self._items if item.result is None]
        if to_do and not self._desk.dry_run:
            self._ask(to_do)
        try:
            for count, item in enumerate(to_do, start=1):
                if len(to_do) > 1 and self._desk.interactive and item.result is None:
                    self._output.talk(f"{count} of {len(to_do)}: {item.planned.ticket.number}")
                self._current = item
                item.result = item.result or self._one(item, item.planned)
                self._with_note(item)
        except KeyboardInterrupt:
            self._sum_up_so_far()
            raise
        for item in self._items:
            self._with_note(item)
        self._notes.give_up()

    def report(self) -> int:
        """Say what came of it, and return the exit code."""
        results = [item.result for item in self._items if item.result]
        self._draw(results)
        notes = [item.note and self._finished(item.note) for item in self._items]
        if self._json:
            documents = changes.as_json(results, Kind.SEND)
            for document, note in zip(documents, notes, strict=True):
                document["note"] = note and outbox_view.note_as_json(
                    note.operation, planned=self._desk.dry_run
                )
            self._output.json(
                {"schema": "mcdesk.handoff/1", "template": self._handoff.name, "results": documents}
            )
        if self._desk.dry_run and any(result.error is None for result in results):
            page = self._output.aside if self._json else self._output
            changes.draw_rehearsal(page, self._desk, [each.operation for each in notes if each])
        codes = [result.exit_code for result in results]
        codes += [delivery_exit(note) for note in notes if note and not self._desk.dry_run]
        return worst([*codes, self._notes.exit_code])

    @property
    def outcomes(self) -> list[tuple[Prepared | None, Result | None]]:
        """What was planned for each ticket, and what came of it."""
        return [(item.prepared, item.result) for item in self._items]

    def _finished(self, note: Run) -> Run:
        """Send the mail that goes with a handoff, now that its outcome is said."""
        if self._desk.dry_run:
            return note
        return finish(self._call, note, phone=self._desk.settings.mc.phone, json=self._json)

    def _draw(self, results: Sequence[Result]) -> None:
        if self._json:
            for result in results:
                if result.error:
                    self._output.error(result.error)
        elif len(results) == 1:
            changes.draw_result(
                self._output, results[0], Kind.SEND, shown=self._shown, told=self._told
            )
        elif results:
            changes.draw_results(self._output, results, Kind.SEND, told=self._told)

    def _add(self, item: _Item) -> None:
        """Take *item* in, unless its ticket was typed before in another way."""
        known = {each.prepared.ticket.id for each in self._items if each.prepared}
        if item.prepared and item.prepared.ticket.id in known:
            self._notes.forget(item.reference)
        else:
            self._items.append(item)

    def _prepared(self, reference: Reference, *, alone: bool) -> _Item:
        """Read and plan one ticket; one of several may fail without stopping the others."""
        try:
            with before_anything():
                prepared = self._handoff.prepare(self._desk.autotask, reference, self._desk.now())
        except SetupProblem:
            raise
        except DeskError as problem:
            if alone:
                raise
            failed = Result(str(reference), Outcome.FAILED, error=problem)
            return _Item(reference, result=failed)
        if there := already_there(prepared):
            return _Item(reference, prepared, there)
        if self._force:
            return _Item(reference, forced(prepared, self._batch))
        can_ask = self._desk.interactive and not self._desk.dry_run
        refusal = refused(prepared, can_ask=can_ask)
        if refusal:  # which says what matters now
            self._told |= _warnings(prepared)
        return _Item(reference, prepared, refusal)

    def _sum_up_so_far(self) -> None:
        """Say what was done and what was not tried; a table is no JSON, so goes beside it."""
        tried = [item.result for item in self._items if item.result]
        if tried:
            page = self._output.aside if self._json else self._output
            changes.draw_results(self._output, tried, Kind.SEND, page=page)
        left = [item for item in self._items if not item.result and item is not self._current]
        if untried := [item.prepared.ticket.number for item in left if item.prepared]:
            self._output.talk(f"not tried: {', '.join(untried)}")

    def _with_note(self, item: _Item) -> None:
        assert item.result
        if item.note is None:
            ask_first = not self._yes
            item.note = self._notes.after(item.reference, item.result, ask_first=ask_first)

    def _one(self, item: _Item, prepared: Prepared) -> Result:
        """Hand one ticket on, after a second question if a safety rule speaks against it."""
        number = prepared.ticket.number
        if self._desk.dry_run:
            return with_warnings(rehearse(self._desk, Kind.SEND, prepared.plan), prepared)
        if prepared.objections:
            self._tell_warnings(prepared)
            if not self._call.confirm(view.second_question(prepared)):
                reasons = view.against(prepared)
                return not_done(prepared, Refused(f"{reasons}, and nothing was changed"))
        try:
            if prepared.objections or not self._yes:
                refuse_if_changed(self._desk.autotask, prepared.ticket, self._handoff.tenant)
            operation = self._notes.begin(item.reference, prepared, self._handoff.name)
            with stoppable(self._call, number):
                run = self._desk.engine.run(operation, until=MailStep)
            return with_warnings(result_of(run, prepared.plan), prepared)
        except DeskError as problem:
            return not_done(prepared, problem)

    def _ask(self, items: Sequence[_Item]) -> None:
        """Ask once about *items*, unless that is not wanted; a no refuses all of them."""
        if not self._desk.hours.status(self._desk.now()).open:
            self._output.talk(f"The desk is closed: new tickets go to {self._vendor} automatically")
        if not self._yes and not self._confirmed(items):
            for item in items:
                refusal = Refused("not confirmed: nothing was changed")
                item.result = not_done(item.planned, refusal)

    def _confirmed(self, items: Sequence[_Item]) -> bool:
        """Show the plans, and what is left out of them, and ask once."""
        self._call.need_answers()
        for item in self._items:
            if item.result and item.result.error:
                self._output.talk(f"left out: {item.result.error.message}")
        one = len(items) == 1
        self._show(items)
        what = items[0].planned.ticket.number if one else f"these {counted(len(items), 'ticket')}"
        if not self._call.types:
            question = f"Send {what} to {self._vendor}{self._notes.in_words}?"
            return self._call.confirm(question, plain=True) and self._agreed_to_so_many()
        return self._agreed(items, what)

    def _agreed(self, items: Sequence[_Item], what: str) -> bool:
        """Ask about *what*, and again once an offer was taken; show the plan anew if it changed."""
        offers = Offers(self._call, self._handoff, self._notes)
        references = [item.reference for item in items]
        while True:
            offers.tell()
            question = f"Send {what} to {self._vendor}{self._notes.in_words}?"
            answer = self._call.answer(f"{question} [y/N] ") or ""
            if not offers.take(answer, references):
                return answer.casefold() in {"y", "yes"}
            if self._handoff is not offers.handoff:
                self._handoff = offers.handoff
                for item in items:
                    self._plan_again(item)
                self._show(items)

    def _agreed_to_so_many(self) -> bool:
        """Ask again where there are too many for one go, and nothing has overruled that yet."""
        against = [] if self._force else self._batch
        return all(self._call.confirm(f"{each.reason}. Send all of them?") for each in against)

    def _plan_again(self, item: _Item) -> None:
        """Plan *item* as is wanted now; what was decided or overruled stays so."""
        again = self._handoff.again(item.planned, alone=bool(item.alone))
        if self._force:
            again = forced(again, self._batch)
        item.prepared = again if item.alone is None else replace(again, others=())

    def _tell_warnings(self, prepared: Prepared) -> None:
        """Say what has to be known before a question, once."""
        number = prepared.ticket.number
        for warning in prepared.warnings:
            if (number, warning) not in self._told:
                self._output.talk(f"warning: {number}: {warning}")
        self._told |= _warnings(prepared)

    def _show(self, items: Sequence[_Item]) -> None:
        """Show the one plan, or all of them in one table with what has to be known of each."""
        if len(items) == 1:
            self._show_one(items[0])
            return
        plans, template = [item.planned for item in items], self._handoff.template
        target = f"{template.primary_resource}, status {template.status}"
        view.draw_several(self._output.aside, plans, target=target)
        for each in plans:
            self._told |= _warnings(each)

    def _show_one(self, item: _Item) -> None:
        """Show the plan, and decide about other secondary resources, which is part of it."""
        view.draw_one(self._output.aside, item.planned)
        self._shown = True
        if item.planned.others:
            names = ", ".join(item.planned.others)
            item.alone = self._call.confirm(
                f"Still a secondary resource: {names}. {self._vendor} may not see the ticket then. "
                "Remove them?"
            )
            self._plan_again(item)
        self._tell_warnings(item.planned)


def _warnings(prepared: Prepared) -> set[tuple[str, str]]:
    return {(prepared.ticket.number, warning) for warning in prepared.warnings}
