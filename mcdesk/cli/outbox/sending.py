"""Letting what waits go, or giving it up, for every command with a note or a mail."""

from mcdesk.cli.call import Call
from mcdesk.cli.note.text import Typed, place_of
from mcdesk.core.operations import Operation, State, moved
from mcdesk.errors import Busy, DeskError, StoreProblem
from mcdesk.ops.engine import Decide, Doubt, Run
from mcdesk.ops.note import About


def send(call: Call, operation: Operation, *, resend: bool = False) -> Run:
    """Let *operation* go; raise Refused if another mcdesk has dropped it.

    With *resend*, mails are sent again that may have arrived.
    """
    desk = call.desk
    try:
        released = desk.operations.release(operation.n)
        return desk.engine.run(released, decide=deciding(call, resend=resend))
    except Busy as problem:
        return held_up(call, operation, problem)
    except KeyboardInterrupt:
        call.output.talk("mcdesk outbox shows how far it has come")
        raise


def held_up(call: Call, operation: Operation, problem: DeskError) -> Run:
    """Write down why *operation* did not even start, if that works, and return it so."""

    def held(stored: Operation) -> Operation:
        i = stored.next_index
        if i is None or stored.steps[i].state is not State.WAITING:
            return stored
        step = moved(stored.steps[i], State.WAITING, call.desk.now(), problem.message)
        return stored.with_step(i, step)

    try:
        return Run(call.desk.operations.amend(operation.n, held), problem)
    except StoreProblem:
        return Run(held(operation), problem)


def given_up(call: Call, operation: Operation, problem: DeskError) -> DeskError:
    """Take *operation* back, and say in *problem*'s hint where its text is kept.

    One that another mcdesk has begun to send stays, and the hint says so.
    """
    if taken_back(call, operation):
        kept = place_of(call, Typed(operation.text, operation.draft))
    else:
        kept = f"another mcdesk is sending: `mcdesk outbox` shows what became of {operation.n}"
    problem.hint = "; ".join(part for part in (problem.hint, kept) if part) or None
    return problem


def taken_back(call: Call, operation: Operation) -> bool:
    """Forget *operation* unless somebody has begun with it; return whether it is gone."""
    try:
        with call.desk.locks.of(operation.n).held(patience=0.0):
            return call.desk.operations.take_back(operation.n)
    except Busy:
        return False


def deciding(call: Call, *, resend: bool) -> Decide:
    """Return what asks a person who is there; nobody there means no, but for *resend*."""

    def decide(operation: Operation, doubt: Doubt) -> bool:
        number = operation.number or operation.reference
        if doubt is Doubt.MAIL_AGAIN and resend:
            return True
        if not call.desk.interactive:
            return False
        match doubt:
            case Doubt.MAIL_AGAIN:
                mail = operation.mail
                to = mail.email.to if mail and mail.email else "dispatch"
                return call.confirm(
                    f"The mail to {to} about {number} may have arrived. Send it again?"
                )
            case Doubt.NOTE_AGAIN:
                return call.confirm(
                    f"A note on {number} is like it, and may be the same. Write it again?"
                )
            case Doubt.NOTE_ANYWAY:
                return call.confirm(f"{number} is not as it was to be. Send the note anyway?")

    return decide


def tell_if_not_with_mc(call: Call, about: About, *, mailed: bool) -> None:
    """Warn if dispatch is mailed about a ticket that the vendor does not have."""
    if mailed and not about.with_mc:
        number = about.ticket.number
        name = call.desk.settings.mc.name
        call.output.talk(
            f"warning: {number} is not with {name}: mcdesk send-to-mc {number} sends it there"
        )
