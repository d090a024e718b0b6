"""What the keys of the board do to tickets: the commands' own conversations, held at the board."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from mcdesk.cli import changes
from mcdesk.cli.board.asking import BoardCall
from mcdesk.cli.board.model import Entry
from mcdesk.cli.call import worst
from mcdesk.cli.claim import claimed, claimed_each
from mcdesk.cli.note.conversation import new_note, write_note
from mcdesk.cli.note.text import safe, usable
from mcdesk.cli.send_link import link_of, mail_link
from mcdesk.cli.send_to_mc import handed_on
from mcdesk.cli.send_to_mc.notes import HandoffNotes
from mcdesk.cli.send_to_mc.telling import tell_team
from mcdesk.cli.terminal.tables import Cell
from mcdesk.cli.undo import undone
from mcdesk.core.operations import Kind
from mcdesk.core.references import TicketById
from mcdesk.core.safety import batch_objection
from mcdesk.core.steps import replaced
from mcdesk.core.wording import counted
from mcdesk.errors import Refused
from mcdesk.ops.results import Outcome, Result, delivery_exit


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an action: its exit *code*, and which *tickets* (ids) are dealt with.

    *gone* is whether these left the view. *deeds* are the operations that `undo` can take back,
    *undone* is one that it has.
    """

    code: int = 0
    tickets: frozenset[int] = frozenset()
    gone: bool = False
    deeds: tuple[int, ...] = ()
    undone: int | None = None


Action = Callable[[BoardCall], Done]


def claim(entries: Sequence[Entry]) -> Action:
    """Return what claims *entries*, all of them after one question, two if they are many."""

    def act(call: BoardCall) -> Done:
        if len(entries) > 1:
            _agree_to_claim(call, entries)
            results = claimed_each(call, _references(entries), yes=True)
            changes.draw_results(call.output, results, Kind.CLAIM)
        else:
            results = [claimed(call, *_references(entries), yes=False)]
            changes.draw_result(call.output, results[0], Kind.CLAIM, shown=True)
        return _done(results)

    return act


def send(entries: Sequence[Entry]) -> Action:
    """Return what hands *entries* to the vendor, by the usual template."""

    def act(call: BoardCall) -> Done:
        name, template = call.desk.template("")
        batch = batch_objection(len(entries), call.desk.settings.mc.max_batch)
        notes = HandoffNotes(call, template.note, None, notify=False)
        sending = handed_on(call, _references(entries), notes, name, batch=batch)
        code = sending.report()
        tell_team(call, sending.outcomes)
        return _done([result for _, result in sending.outcomes if result], code)

    return act


def note(entry: Entry, text: str, *, notify: bool, draft: str = "") -> Action:
    """Return what writes *text* on the ticket of *entry*, and with *notify* mails it to dispatch.

    The text is a draft before anything is asked, and in the outbox before anything is sent; *draft*
    is the one that was kept while it was written, and goes then.
    """

    def act(call: BoardCall) -> Done:
        typed = usable(call, text)
        if draft and typed.draft:
            call.desk.drafts.remove(draft)
        with safe(call, typed):
            operation = new_note(call, str(entry.id), typed, notify=notify)
            operation = replaced(operation, number=entry.number)  # what the technician knows it by
        code = write_note(call, operation, typed)
        return Done(code, frozenset([entry.id]) if code == 0 else frozenset())

    return act


def link(entry: Entry) -> Action:
    """Return what mails the scheduling link to the contact of *entry*."""

    def act(call: BoardCall) -> Done:
        run = mail_link(call, link_of(call, TicketById(entry.id)))
        assert run is not None  # nothing is rehearsed here
        code, operation = delivery_exit(run), run.operation
        return Done(
            code,
            frozenset([entry.id]) if code == 0 else frozenset(),
            deeds=(operation.n,) if operation.may_have_changed else (),
        )

    return act


def undo(n: int) -> Action:
    """Return what takes operation *n* back."""

    def act(call: BoardCall) -> Done:
        operation = next((each for each in call.desk.operations.latest() if each.n == n), None)
        result = undone(call, operation, yes=False) if operation else None
        if result is None:
            call.output.line(Cell("Nothing to undo: it has changed nothing"))
            return Done(undone=n)
        changes.draw_result(call.output, result, Kind.UNDO, shown=True)
        return Done(result.exit_code, undone=n if result.verified else None)

    return act


def copy(entry: Entry) -> Action:
    """Return what puts the number of *entry* on the clipboard."""

    def act(call: BoardCall) -> Done:
        from mcdesk.cli.terminal.clipboard import copy as copied

        copied(call.output, entry.number, call.desk.environ)
        return Done()

    return act


def browse(entry: Entry) -> Action:
    """Return what opens *entry* in the browser."""

    def act(call: BoardCall) -> Done:
        from mcdesk.cli.show import browse as opened

        if entry.url is None:
            call.output.talk("Autotask's web address is not known: set autotask.web_url")
        else:
            opened(call, entry.url)
        return Done()

    return act


def _agree_to_claim(call: BoardCall, entries: Sequence[Entry]) -> None:
    """Ask about all of *entries* at once, and again if they are many; raise Refused for a no."""
    for each in entries:
        call.output.line(
            Cell(each.number, "ticket"), Cell(f"  {each.company}", "quiet"), Cell(f"  {each.title}")
        )
    many = batch_objection(len(entries), call.desk.settings.mc.max_batch)
    agreed = call.confirm(f"Claim these {counted(len(entries), 'ticket')}?", plain=True)
    if not agreed or (many and not call.confirm(f"{many.reason}. Claim all of them?")):
        raise Refused("not confirmed: nothing was changed")


def _references(entries: Collection[Entry]) -> list[TicketById]:
    return [TicketById(each.id) for each in entries]


def _done(results: Sequence[Result], code: int | None = None) -> Done:
    """Sum up what came of tickets that were to be changed."""
    settled = [each for each in results if each.verified and each.plan]
    runs = [each.run.operation for each in results if each.run]
    return Done(
        worst(each.exit_code for each in results) if code is None else code,
        frozenset(each.plan.ticket.id for each in settled if each.plan),
        gone=any(each.outcome is Outcome.DONE for each in settled),
        deeds=tuple(each.n for each in runs if each.may_have_changed),
    )
