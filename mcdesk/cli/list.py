"""`mcdesk list`: the open tickets of the help desk, of a person, or with the vendor."""

from typing import Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import IdsOption, JsonOption, LimitOption, QueuesOption, one_way_to_print
from mcdesk.errors import UsageProblem


def list(
    ctx: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="Your tickets, in any queue.")] = False,
    with_mc: Annotated[
        bool, typer.Option("--with-mc", help="Tickets with Mission Control, in any queue.")
    ] = False,
    unclaimed: Annotated[
        bool, typer.Option("--unclaimed", help="Tickets nobody has taken, stale or not.")
    ] = False,
    of: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="This person's tickets, in any queue.", show_default=False
        ),
    ] = None,
    queue: QueuesOption = None,
    limit: LimitOption = 50,
    ids: IdsOption = False,
    json: JsonOption = False,
) -> int:
    """List open tickets, the newest first.

    Those of the help desk's queues, unless an option says whose.
    """
    from mcdesk.cli import listing, looking
    from mcdesk.ops.finding import Searched
    from mcdesk.ops.staff import me_of

    one_way_to_print(ids=ids, json=json)
    if sum((mine, with_mc, unclaimed, of is not None)) > 1:
        raise UsageProblem("use only one of --mine, --of, --unclaimed and --with-mc")
    call = call_of(ctx)
    desk = call.desk
    if mine:
        of = me_of(desk.settings)
    everywhere = with_mc or of is not None
    searched = Searched(
        queues=queue or (() if everywhere else desk.settings.stale.queues),
        of=of,
        unclaimed=unclaimed,
        with_mc=with_mc,
    )
    return listing.show(call, looking.listed(desk, searched, limit=limit), ids=ids, json=json)
