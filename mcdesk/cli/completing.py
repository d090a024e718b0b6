"""What the shell offers on Tab: the tickets of the last `stale`, `list` or `find`, from the cache.

Never from the network; if nothing is known, nothing is offered.
"""

from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

import typer

from mcdesk.cli.call import Call
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell
from mcdesk.core.references import is_number
from mcdesk.core.wording import clean
from mcdesk.desk import Desk
from mcdesk.errors import DeskError, StoreProblem

if TYPE_CHECKING:
    from mcdesk.core.tickets import Ticket

_LAST_LISTED = "last listed"
# More than this nobody looks through on Tab.
_MOST = 50
# zsh evaluates what Typer prints, in double quotes, and Typer escapes $ and ` but no backslash, so
# that a stranger's \$(...) would run on Tab. Typer reads [/x] as markup, and fails at it.
_BLANKED = str.maketrans(dict.fromkeys("\\\"'`$[]", " "))

INSTALLING = "--install-completion"
# What has each shell take the completion from us whenever it starts.
_BY_HAND = {
    "bash": 'eval "$(_MCDESK_COMPLETE=source_bash mcdesk)"',
    "zsh": 'autoload -Uz compinit; compinit; eval "$(_MCDESK_COMPLETE=source_zsh mcdesk)"',
    "fish": "_MCDESK_COMPLETE=source_fish mcdesk | source",
    "PowerShell": '$Env:_MCDESK_COMPLETE = "source_powershell"; mcdesk | Out-String | '
    "Invoke-Expression; $Env:_MCDESK_COMPLETE = $null",
}


def tickets(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Offer ticket numbers that begin with *incomplete*, the T left out or not, with titles."""
    wanted = incomplete.upper()
    try:
        known = _desk(ctx).cache.get(_LAST_LISTED, list[tuple[str, str, str]]) or []
    except DeskError:
        return []
    offered = (
        # Shells keep only what begins as it was typed.
        (number if number.startswith(wanted) else number.removeprefix("T"), company, title)
        for number, company, title in known
        if is_number(number)
    )
    return [
        (number, _harmless(f"{company}: {title}" if company else title))
        for number, company, title in offered
        if number.startswith(wanted)
    ]


def remember(desk: Desk, tickets: "Iterable[tuple[Ticket, str | None]]") -> None:
    """Remember the tickets that were listed last, each with its company, for a day at most."""
    known = [(each.number, company or "", each.title) for each, company in islice(tickets, _MOST)]
    with suppress(StoreProblem):
        desk.cache.put(_LAST_LISTED, known)


def say_by_hand(output: Output, trouble: Exception | None) -> int:
    """Say why completion was not installed and what to add by hand; return the exit code."""
    why = f": {trouble}" if trouble else ""
    hint = "add the line for your shell to its startup file"
    output.error(DeskError(f"completion was not installed{why}", hint=hint))
    for shell, line in _BY_HAND.items():
        output.aside.line(Cell(f"  {shell:<12}"), Cell(line))
    return DeskError.exit_code


def _harmless(text: str) -> str:
    """Make *text* one line without a character that a shell acts on within quotes."""
    return clean(clean(text).translate(_BLANKED))


def _desk(ctx: typer.Context) -> Desk:
    """Return the desk of this call; nothing of the command line was acted on yet."""
    call = ctx.obj
    desk = call.desk if isinstance(call, Call) else Desk()
    desk.in_demo |= bool(ctx.find_root().params.get("demo"))
    return desk
