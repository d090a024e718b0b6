"""Letting what waits go, or giving it up, for every command with a note or a mail."""

from mcdesk.cli.call import Call
from mcdesk.cli.outbox import view
from mcdesk.core.operations import Operation
from mcdesk.core.steps import Step
from mcdesk.errors import Busy, DeskError, Rejected, StoreProblem
from mcdesk.ops.engine import Run
from mcdesk.ops.note import About
from mcdesk.ops.steps import Decide, Doubt
from mcdesk.ops.steps.ticket import with_link


def send(
    call: Call, operation: Operation, *, resend: bool = False, until: type[Step] | None = None
) -> Run:
    """Let *operation* go; raise Refused if another mcdesk has dropped it.

    With *resend*, mails are sent again that may have arrived. Nothing is begun from its first step
    of the kind *until* on.
    """
    desk = call.desk
    try:
        released = desk.operations.release(operation.n)
        run = desk.engine.run(released, decide=deciding(call, resend=resend), until=until)
        return leading_to_ticket(call, run)
    except Busy as problem:
        return held_up(call, operation, problem)
    except KeyboardInterrupt:
        call.output.talk("mcdesk outbox shows how far it got")
        raise


def finish(call: Call, run: Run, *, phone: str, json: bool) -> Run:
    """Say what is done, send the mail that is left of *run*, and say how far that has come.

    So a technician who is asked whether they sent it knows what is done already.
    """
    told = 0
    if run.mail_is_next:
        told = view.draw_done(call.output, run.operation, json=json)
        warnings = run.warnings
        try:
            run = send(call, run.operation)
        except DeskError as problem:  # what is done stays so
            run = held_up(call, run.operation, problem)
        run.warnings[:0] = warnings
    view.draw_run(call.output, run, phone=phone, json=json, told=told)
    return run


def leading_to_ticket(call: Call, run: Run) -> Run:
    """Hint at the ticket if Autotask refused in its own words, which only it can explain."""
    if isinstance(run.problem, Rejected) and run.operation.ticket_id is not None:
        with_link(call.desk.autotask, run.operation, run.problem)
    return run


def held_up(call: Call, operation: Operation, problem: DeskError) -> Run:
    """Write down why *operation* did not even start, if that works, and return it so."""

    def held(stored: Operation) -> Operation:
        return stored.held_up(stored.next_index, problem.message, call.desk.now())

    try:
        return Run(call.desk.operations.amend(operation.n, held), problem)
    except StoreProblem:
        return Run(held(operation), problem)


def given_up(call: Call, operation: Operation, problem: DeskError) -> DeskError:
    """Take *operation* back; if that cannot be, *problem*'s hint says why."""
    stays = why_not_taken_back(call, operation)
    problem.hint = "; ".join(part for part in (problem.hint, stays) if part) or None
    return problem


def why_not_taken_back(call: Call, operation: Operation) -> str:
    """Forget *operation* unless somebody has begun with it; say why it stays, "" if it is gone."""
    n = operation.n
    try:
        with call.desk.locks.of(n).held(patience=0.0):
            if call.desk.operations.take_back(n):
                return ""
    except Busy:
        pass  # whoever has begun with it holds the lock
    except StoreProblem as problem:
        return f"number {n} stays in the outbox: {problem.message}"
    return f"another mcdesk is sending: `mcdesk outbox` shows what became of {n}"


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
                    f"The email to {to} about {number} may have arrived. Send it again?"
                )
            case Doubt.NOTE_AGAIN:
                return call.confirm(
                    f"A note on {number} is similar and may be the same one. Write it again?"
                )
            case Doubt.NOTE_ANYWAY:
                return call.confirm(f"{number} is not as planned. Send the note anyway?")

    return decide


def tell_if_not_with_mc(call: Call, about: About, *, mailed: bool) -> None:
    """Warn if dispatch is mailed about a ticket that the vendor does not have.

    One that is closed cannot be sent there either: then only a call helps.
    """
    if not mailed or about.with_mc:
        return
    number, mc = about.ticket.number, call.desk.settings.mc
    mend = (
        f"it is closed, so call {mc.phone}"
        if about.objections
        else f"mcdesk send-to-mc {number} sends it there"
    )
    call.output.talk(f"warning: {number} is not with {mc.name}: {mend}")
