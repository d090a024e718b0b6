"""A line to the team for each handoff that was verified: best effort, whatever comes of it."""

from collections.abc import Iterable, Iterator

from mcdesk.cli.call import Call
from mcdesk.core.changes import Field
from mcdesk.core.digest import Line, handed_over
from mcdesk.errors import DeskError
from mcdesk.ops.engine import Run
from mcdesk.ops.handoff import Prepared
from mcdesk.ops.results import Outcome, Result


def tell_team(call: Call, outcomes: Iterable[tuple[Prepared | None, Result | None]]) -> None:
    """Post which tickets were sent and verified, by what came of all (*outcomes*), if wanted.

    Why that failed is said in a line.
    """
    desk, sent = call.desk, list(_verified(outcomes))
    if not sent or not desk.settings.slack.tell_handoffs:
        return
    call.output.flush()  # what came of it is not held up by a slow channel
    try:
        lines, who = [_line(each) for each, _ in sent], sent[0][1].operation.author
        desk.slack.post(handed_over(lines, who=who, vendor=desk.settings.mc.name))
    except DeskError as problem:
        call.output.talk(f"the team was not told on Slack: {problem.message}")


def _verified(
    outcomes: Iterable[tuple[Prepared | None, Result | None]],
) -> Iterator[tuple[Prepared, Run]]:
    for prepared, result in outcomes:
        if prepared and result and result.run and result.outcome is Outcome.DONE:
            yield prepared, result.run


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
