"""The questions of a command that writes: the plain one, then one for each safety rule."""

from collections.abc import Sequence

from mcdesk.cli.call import Call
from mcdesk.core.safety import FORCE, Objection, refusal
from mcdesk.errors import Refused


def refuse(call: Call, objections: Sequence[Objection], *, force: bool) -> None:
    """Raise Refused if *objections* hold a rule that no question can set right; *force* does."""
    can_ask = call.desk.interactive and not call.desk.dry_run
    reason = "" if force else refusal(objections, can_ask=can_ask)
    if reason:
        raise Refused(reason, hint=FORCE)


def ask(
    call: Call,
    question: str,
    second: str,
    objections: Sequence[Objection],
    *,
    yes: bool,
    force: bool = False,
    default: bool = False,
    nothing: str = "nothing was changed",
) -> bool:
    """Ask *question* unless *yes*, then *second* about each of *objections* unless *force*.

    Enter means *default* to the first one, and no to the others. Returns whether anything was
    asked: in a dry run, and where nobody can answer, nothing is, and only told what `refuse` let
    pass. Raises Refused for a no, which says that *nothing* was done.
    """
    against = () if force else objections
    if call.desk.dry_run or not call.desk.interactive:
        for each in against:
            call.output.talk(f"warning: {each.reason}")
        return False
    overruled = "".join(f"{each.reason}. " for each in objections if force)
    if not yes and not call.confirm(overruled + question, default=default, plain=True):
        raise Refused(f"not confirmed: {nothing}")
    for each in against:
        if not call.confirm(f"{each.reason}. {second}"):
            raise Refused(f"not confirmed: {nothing}")
    return bool(against) or not yes
