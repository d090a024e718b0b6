"""`mcdesk show`: one ticket."""

from typing import Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import JsonOption, TicketArgument
from mcdesk.cli.referring import reference_of
from mcdesk.errors import DeskError


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("show")(show)


def show(
    ctx: typer.Context,
    ticket: TicketArgument,
    web: Annotated[
        bool, typer.Option("--web", help="Open it in the browser instead of printing it.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Show one ticket and what was said last."""
    from mcdesk.cli import show_view
    from mcdesk.ops.show import show_ticket

    call = call_of(ctx)
    desk, output = call.desk, call.output
    reference = reference_of(call, ticket)
    if web:
        return _browse(ctx, desk.autotask.ticket_page(desk.autotask.ticket(reference).id))
    view = show_ticket(
        desk.autotask,
        reference,
        search=desk.search(),
        hours=desk.hours,
        vendor=desk.vendor(),
        now=desk.now(),
    )
    if json:
        output.json(show_view.as_json(view))
    else:
        show_view.draw(output, view, hours=desk.hours)
    return 0


def _browse(ctx: typer.Context, url: str | None) -> int:
    call = call_of(ctx)
    if url is None:
        raise DeskError(
            "Autotask's web address is not known here", hint="set autotask.web_url in config.toml"
        )
    if not call.desk.browse(url):
        call.output.talk("no browser was opened; the link:")
        call.output.data(url)
    return 0
