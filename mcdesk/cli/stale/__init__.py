"""`mcdesk stale`: the tickets that nobody has taken for too long."""

from typing import Annotated, Literal

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import IdsOption, JsonOption, QueuesOption, one_way_to_print
from mcdesk.core.wording import parse_span


def stale(
    ctx: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="List every unclaimed ticket, stale or not.")
    ] = False,
    after: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Business time after which a ticket is stale: 90m, 2h, 1h30m."
        ),
    ] = None,
    queue: QueuesOption = None,
    sort: Annotated[Literal["wait", "priority"], typer.Option(help="What to list first.")] = "wait",
    ids: IdsOption = False,
    json: JsonOption = False,
) -> int:
    """List tickets nobody has taken for an hour.

    An hour of business time, in the queues and statuses of the settings; the longest wait first.
    """
    from msgspec.structs import replace

    from mcdesk.cli import completing, looking
    from mcdesk.cli.stale import view

    call = call_of(ctx)
    desk = call.desk
    one_way_to_print(ids=ids, json=json)
    search = replace(desk.search(), everything=everything, sort=sort)
    if after is not None:
        search = replace(search, after=parse_span(after))
    if queue:
        search = replace(search, queues=queue)
    report = looking.unclaimed(desk, search, elsewhere=not ids)
    completing.remember(desk, ((each.wait.ticket, each.company) for each in report.tickets))
    if json:
        call.output.json(view.as_json(report))
    elif ids:
        for listed in report.tickets:
            call.output.data(listed.wait.ticket.number)
    else:
        view.draw(call.output, report, hours=desk.hours, vendor=desk.settings.mc.name)
    return 0
