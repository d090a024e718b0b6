"""A line to the team for each handoff that was verified: best effort, whatever comes of it."""

from collections.abc import Sequence

from mcdesk.cli.call import Call
from mcdesk.core.changes import Field
from mcdesk.core.digest import Line, handed_over
from mcdesk.errors import DeskError
from mcdesk.ops.engine import Run
from mcdesk.ops.handoff import Prepared


def tell_team(call: Call, sent: Sequence[tuple[Prepared, Run]]) -> None:
    """Post which tickets were *sent*, if the settings say so; say in a line why that failed."""
    desk = call.desk
    if not sent or not desk.settings.slack.tell_handoffs:
        return
    call.output.flush()  # what came of it is not held up by a slow channel
    try:
        lines, who = [_line(each) for each, _ in sent], sent[0][1].operation.author
        desk.slack.post(handed_over(lines, who=who, vendor=desk.settings.mc.name))
    except DeskError as problem:
        call.output.talk(f"the team was not told on Slack: {problem.message}")


def _line(prepared: Prepared) -> Line:
    changes = prepared.plan.changes
    priority = next((each.becomes for each in changes if each.field is Field.PRIORITY), None)
    return Line(
        number=prepared.ticket.number,
        url=prepared.url or "",
        company=prepared.company or "",
        title=prepared.ticket.title,
        contact="",
        priority=priority or prepared.priority or "",
    )
