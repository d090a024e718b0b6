"""`mcdesk find`: from a caller's name to the ticket."""

from typing import Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import IdsOption, JsonOption, LimitOption, one_way_to_print


def find(
    ctx: typer.Context,
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TEXT...",
            help="A person, company, phone number, words in the title, or ticket number.",
            show_default=False,
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also look at tickets closed in the last 30 days.")
    ] = False,
    limit: LimitOption = 50,
    ids: IdsOption = False,
    json: JsonOption = False,
) -> int:
    """Find open tickets by caller, company, phone, words or number.

    Every word has to be found somewhere; the newest tickets come first.
    """
    from mcdesk.cli import listing
    from mcdesk.ops.finding import find_tickets

    one_way_to_print(ids=ids, json=json)
    call = call_of(ctx)
    desk = call.desk
    found = find_tickets(
        desk.autotask,
        desk.settings,
        text or (),
        now=desk.now(),
        closed=everything,
        limit=limit,
    )
    return listing.show(call, found, ids=ids, json=json)
