"""The conversation around a hand-off: pick, show, ask, carry out, sum up."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mcdesk.cli import change_view, stale_view
from mcdesk.cli.call import Call
from mcdesk.cli.exits import worst
from mcdesk.cli.tables import Cell, Column, Row, Table
from mcdesk.core.handoff import Rule
from mcdesk.core.journal import Deed
from mcdesk.core.references import Reference, TicketById
from mcdesk.core.wording import counted, span
from mcdesk.errors import DeskError, Refused, SetupProblem, UsageProblem
from mcdesk.ops.changing import Outcome, Result
from mcdesk.ops.handoff import Handoff, Prepared, already_there, overruled, refused
from mcdesk.ops.stale import find_stale

_EVERYTHING = tuple(Rule)


class Sending:
    """One call of `send-to-mc`: with *yes* it does not ask, with *force* it minds no rule."""

    def __init__(self, call: Call, handoff: Handoff, *, yes: bool, force: bool) -> None:
        self._call = call
        self._desk = call.desk
        self._output = call.output
        self._handoff = handoff
        self._yes = yes
        self._force = force
        self._vendor = call.desk.settings.mc.name
        self._shown = False

    def pick(self) -> list[Reference]:
        """Let the technician choose from the stale tickets; raise UsageProblem where nobody can."""
        desk = self._desk
        if not desk.interactive:
            raise UsageProblem("which ticket?", hint="mcdesk send-to-mc T20261123.0007")
        report = find_stale(
            desk.autotask, desk.search(), hours=desk.hours, vendor=desk.vendor(), now=desk.now()
        )
        if not report.tickets:
            self._output.talk("Nothing is stale: name a ticket to send it all the same")
            return []
        stale_view.draw_choice(self._output.aside, report)
        answer = self._call.answer("Which of them? (such as 1 3-4, or all; Enter for none)")
        chosen = stale_view.chosen(answer or "", len(report.tickets))
        if not chosen:
            raise Refused("no ticket was chosen")
        return [TicketById(report.tickets[i].wait.ticket.id) for i in chosen]

    def send(self, references: Sequence[Reference]) -> list[Result]:
        """Hand the tickets on, each with its own result; raise where none could be tried."""
        distinct = list(dict.fromkeys(references))
        if not self._force:
            self._handoff.too_many(len(distinct), self._desk.settings.mc.max_batch)
        alone = len(distinct) == 1
        items = _once_each(self._prepared(reference, alone=alone) for reference in distinct)
        settled = {i: done for i, item in enumerate(items) if (done := self._settled(item))}
        todo = {i: item for i, item in enumerate(items) if i not in settled}
        plans = {i: item for i, item in todo.items() if isinstance(item, Prepared)}
        if plans:
            settled |= self._rehearse(plans) if self._desk.dry_run else self._carry_out(plans)
        return [settled[i] for i in sorted(settled)]

    def report(self, results: Sequence[Result], *, json: bool) -> int:
        """Say what came of it, and give the exit code."""
        output = self._output
        if json:
            name = self._handoff.name
            document = [{**each, "note": None} for each in change_view.as_json(results, Deed.SEND)]
            output.json({"schema": "mcdesk.handoff/1", "template": name, "results": document})
            for result in results:
                if result.error:
                    output.error(result.error)
            self._rehearsed(json=True)
        elif len(results) == 1:
            change_view.draw_result(output, results[0], Deed.SEND, shown=self._shown)
            self._rehearsed(json=False)
        elif results:
            change_view.draw_results(output, results, Deed.SEND)
            self._rehearsed(json=False)
        return worst(result.exit_code for result in results)

    def _prepared(self, reference: Reference, *, alone: bool) -> Prepared | Result:
        """Read and plan one ticket; one of several may fail without stopping the others."""
        try:
            return self._handoff.prepare(reference, self._desk.now())
        except SetupProblem:
            raise
        except DeskError as problem:
            if alone:
                raise
            return Result(str(reference), Outcome.FAILED, error=problem)

    def _settled(self, item: Prepared | Result) -> Result | None:
        """Give the result of what needs no write, or may have none."""
        if isinstance(item, Result):
            return item
        if done := already_there(item):
            return done
        can_ask = self._desk.interactive and not self._desk.dry_run
        asked_later = (Rule.CLAIMED,) if can_ask else ()
        return refused(overruled(item, *(_EVERYTHING if self._force else asked_later)))

    def _rehearse(self, plans: dict[int, Prepared]) -> dict[int, Result]:
        return {i: self._handoff.rehearse(each) for i, each in plans.items()}

    def _carry_out(self, plans: dict[int, Prepared]) -> dict[int, Result]:
        self._tell_if_closed()
        if not self._yes:
            plans = self._ask(plans)
        results: dict[int, Result] = {}
        for count, (i, prepared) in enumerate(plans.items(), start=1):
            if len(plans) > 1 and self._desk.interactive:
                self._output.talk(f"{count} of {len(plans)}: {prepared.ticket.number}")
            results[i] = self._one(prepared)
        return results

    def _one(self, prepared: Prepared) -> Result:
        number, claimed = prepared.ticket.number, bool(prepared.objections) and not self._force
        try:
            if claimed and not self._call.confirm(
                f"{prepared.holder} has {number}. Take it away and send it all the same?"
            ):
                raise Refused(f"{prepared.holder} has {number}, and nothing was changed")
            return self._handoff.carry_out(prepared, asked=claimed or not self._yes)
        except KeyboardInterrupt:
            self._output.talk(f"{number} may have been changed: mcdesk log --check looks")
            raise
        except Refused as refusal:
            return Result(number, Outcome.REFUSED, prepared.plan, error=refusal)
        except DeskError as problem:
            return Result(number, Outcome.FAILED, prepared.plan, error=problem)

    def _ask(self, plans: dict[int, Prepared]) -> dict[int, Prepared]:
        """Show the plans and ask once; raise Refused for a no."""
        self._call.need_answers()
        if len(plans) == 1:
            ((i, prepared),) = plans.items()
            self._draw(prepared)
            if prepared.others:
                plans = {i: self._without_others(prepared)}
        else:
            self._draw_table(list(plans.values()))
        what = next(iter(plans.values())).ticket.number
        if len(plans) > 1:
            what = f"these {counted(len(plans), 'ticket')}"
        if not self._call.confirm(f"Send {what} to {self._vendor}?"):
            raise Refused("not confirmed: nothing was changed")
        return plans

    def _without_others(self, prepared: Prepared) -> Prepared:
        names = ", ".join(each.name for each in prepared.others)
        if self._call.confirm(f"{names} would stay on it as secondary resource. Take off?"):
            return self._handoff.without_others(prepared)
        return replace(prepared, others=())

    def _draw(self, prepared: Prepared) -> None:
        page = self._output.aside
        change_view.heading(page, prepared.ticket, prepared.company, url=prepared.url)
        page.line(Cell(_facts(prepared), "dim"))
        page.line()
        change_view.draw_changes(page, prepared.plan.all_changes)
        page.line()
        self._shown = True

    def _draw_table(self, plans: Sequence[Prepared]) -> None:
        columns = (
            Column("ticket"),
            Column("company", share=2),
            Column("priority"),
            Column("made", right=True),
            Column("has it", share=1),
            Column("status"),
        )
        rows = [Row(_cells(each), Cell(each.ticket.title, "bold")) for each in plans]
        page, template = self._output.aside, self._handoff.template
        page.table(Table(columns, rows))
        page.line()
        page.line(
            Cell(f"All to {template.primary_resource}, {template.status}, queue {template.queue}")
        )

    def _tell_if_closed(self) -> None:
        if not self._desk.hours.status(self._desk.now()).open:
            self._output.talk(
                f"The desk is closed: tickets that arrive now go to {self._vendor} by themselves"
            )

    def _rehearsed(self, *, json: bool) -> None:
        if self._desk.dry_run:
            page = self._output.aside if json else self._output
            change_view.draw_rehearsal(page, self._desk)


def _facts(prepared: Prepared) -> str:
    """Say what decides: how urgent it is, how long it has been there, who has it."""
    holder = f"{prepared.holder} has it" if prepared.holder else "nobody has it"
    return f"priority {prepared.priority or 'none'}, {span(prepared.age)} since it came, {holder}"


def _cells(prepared: Prepared) -> list[Cell]:
    status = next((each.was for each in prepared.plan.changes if each.field == "status"), "")
    return [
        Cell(prepared.ticket.number, "cyan", prepared.url),
        Cell(prepared.company or "-"),
        Cell(prepared.priority or "-"),
        Cell(span(prepared.age)),
        Cell(prepared.holder or "nobody"),
        Cell(status or "-"),
    ]


def _once_each(items: Iterable[Prepared | Result]) -> list[Prepared | Result]:
    """Drop tickets that were typed before in another way."""
    seen: set[int] = set()
    kept = []
    for item in items:
        if isinstance(item, Prepared):
            if item.ticket.id in seen:
                continue
            seen.add(item.ticket.id)
        kept.append(item)
    return kept
