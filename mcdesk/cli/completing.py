"""What the shell offers on Tab: the tickets of the last `stale`, from the cache.

Never from the network; where nothing is known, nothing is offered.
"""

import typer

from mcdesk.cli.call import Call
from mcdesk.core.wording import clean
from mcdesk.desk import Desk
from mcdesk.errors import DeskError


def tickets(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Offer ticket numbers that begin with *incomplete*, the T left out or not, with titles."""
    wanted = incomplete.upper()
    try:
        known = _desk(ctx).last_stale()
    except DeskError:
        return []
    offered = (
        # Shells keep only what begins as it was typed.
        (number if number.startswith(wanted) else number.removeprefix("T"), company, title)
        for number, company, title in known
    )
    return [
        (number, clean(f"{company}: {title}" if company else title))
        for number, company, title in offered
        if number.startswith(wanted)
    ]


def _desk(ctx: typer.Context) -> Desk:
    """Give the desk of this call; nothing of the command line was acted on yet."""
    call = ctx.obj
    desk = call.desk if isinstance(call, Call) else Desk()
    desk.in_demo |= bool(ctx.find_root().params.get("demo"))
    return desk
