"""`mcdesk send-to-mc`: hand tickets to the vendor."""

from typing import TYPE_CHECKING, Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import (
    DryRunOption,
    ForceOption,
    JsonOption,
    PickedTicketsArgument,
    YesOption,
    references_of,
)
from mcdesk.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcdesk.cli.call import Call
    from mcdesk.cli.send_to_mc.conversation import Sending
    from mcdesk.cli.send_to_mc.notes import HandoffNotes
    from mcdesk.core.references import Reference
    from mcdesk.core.safety import Objection

_OTHERS_LEAVE = (
    "New since mcdesk 0.1: secondary resources are now removed by default; --keep-secondaries, or "
    'secondary_resources = "keep" in the template, leaves them on'
)


def send_to_mc(
    ctx: typer.Context,
    tickets: PickedTicketsArgument = None,
    template: Annotated[
        str, typer.Option(metavar="NAME", help="Which template in the settings to use.")
    ] = "",
    priority: Annotated[str, typer.Option(metavar="LABEL", help="Also set this priority.")] = "",
    remove_secondaries: Annotated[
        bool, typer.Option("--remove-secondaries", help="Remove other secondary resources.")
    ] = False,
    keep_secondaries: Annotated[
        bool, typer.Option("--keep-secondaries", help="Keep other secondary resources.")
    ] = False,
    note: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Also write this internal note.")
    ] = None,
    notify_dispatch: Annotated[
        bool, typer.Option("--notify-dispatch", help="Also email the note to dispatch.")
    ] = False,
    yes: YesOption = False,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> int:
    """Send tickets to Mission Control.

    Changes what the ticket template changes, reads it back, and shows what holds.
    """
    from mcdesk.cli.note.text import safe, usable
    from mcdesk.cli.picking import pick
    from mcdesk.cli.send_to_mc.notes import HandoffNotes
    from mcdesk.cli.send_to_mc.telling import tell_team

    call = call_of(ctx)
    desk = call.desk
    desk.dry_run = dry_run
    typed = None if note is None else usable(call, note)
    with safe(call, typed):
        if remove_secondaries and keep_secondaries:
            raise UsageProblem("use only one of --remove-secondaries and --keep-secondaries")
        secondaries = "remove" if remove_secondaries else "keep" if keep_secondaries else ""
        references = references_of(call, tickets or ())
        most = desk.settings.mc.max_batch
        batch = _refuse_too_many(len(references), most, force=force)
        name, chosen = desk.template(template)
        notes = HandoffNotes(call, chosen.note, typed, notify=notify_dispatch)
        if not references:
            references = pick(call, "send-to-mc", several=True)
            if typed and not references:
                raise Refused("no ticket was named, so the note was not sent")
            batch = _refuse_too_many(len(references), most, force=force)
        sending = handed_on(
            call,
            references,
            notes,
            name,
            priority=priority,
            secondaries=secondaries,
            yes=yes,
            force=force,
            batch=batch,
            json=json,
        )
    code = sending.report()
    tell_team(call, sending.outcomes)
    return code


def handed_on(
    call: "Call",
    references: "Sequence[Reference]",
    notes: "HandoffNotes",
    template: str,
    *,
    priority: str = "",
    secondaries: str = "",
    yes: bool = False,
    force: bool = False,
    batch: "Objection | None" = None,
    json: bool = False,
) -> "Sending":
    """Hand tickets on by the *template* of that name, with their *notes*; return how it went.

    *batch* is what speaks against so many in one go.
    """
    from mcdesk.cli.send_to_mc.conversation import Sending
    from mcdesk.ops.handoff import load_handoff

    desk = call.desk
    upgraded = desk.operations.sent_by_0_1_alone()
    with notes.kept(references):
        handoff = load_handoff(
            desk.autotask,
            desk.settings,
            desk.hours,
            name=template,
            priority=priority,
            secondaries=secondaries,
        )
        if upgraded and handoff.secondaries == "remove" != secondaries:
            call.output.talk(_OTHERS_LEAVE)
        sending = Sending(call, handoff, notes, yes=yes, force=force, batch=batch, json=json)
        sending.send(references)
    return sending


def _refuse_too_many(number: int, most: int, *, force: bool) -> "Objection | None":
    """Raise Refused if *number* tickets are more than *most*; with *force* return the objection."""
    from mcdesk.core.safety import FORCE, batch_objection

    objection = batch_objection(number, most)
    if objection and not force:
        raise Refused(objection.reason, hint=FORCE)
    return objection
