"""`callscript --triage`: three questions, one key each, and what to do.

Plain lines from top to bottom: no color is needed, and nothing on the screen moves.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TypeVar

import typer

from mcdesk.cli import show
from mcdesk.cli.call import Call, call_of
from mcdesk.cli.claim import claim
from mcdesk.cli.send_link import send_link
from mcdesk.cli.send_to_mc import send_to_mc
from mcdesk.cli.terminal.tables import Cell
from mcdesk.core.callscript import Script
from mcdesk.core.triage import WORDS, Action, Effort, Team, Urgency, advise
from mcdesk.errors import Refused

Choice = TypeVar("Choice", bound=Enum)

# What follows an advice on a ticket: a command, which asks by itself before it changes anything.
_COMMANDS: Mapping[Action, Callable[[typer.Context, str], int]] = {
    Action.TAKE: lambda ctx, ticket: claim(ctx, [ticket]),
    Action.LINK: send_link,
    Action.FORWARD: lambda ctx, ticket: send_to_mc(ctx, [ticket]),
}
# What comes next if there is no ticket yet.
_WITHOUT_TICKET: Mapping[Action, str] = {
    Action.TAKE: "take the call and make a ticket as you go",
    Action.LINK: "mcdesk send-link --to ADDRESS",
    Action.TICKET: "make a ticket in Autotask",
}


def ask(ctx: typer.Context, script: Script, *, ticket: str, phone: str) -> int:
    """Ask the three questions, give the advice with its words, and run the command that follows.

    *ticket* is the number of the ticket that the call is about, "" for none; *phone* is where
    calls are forwarded to, with the words of *script*.
    """
    call = call_of(ctx)
    urgency = _choose(call, "How urgent is it?", list(Urgency))
    team = _choose(call, "How busy are we?", list(Team))
    effort = _choose(call, "How complicated is it?", list(Effort))
    advice = advise(urgency, team, effort)
    output = call.output
    output.line()
    output.line(Cell(f"Recommended: {advice.action.value}", "bold"))
    output.block(f"Because: {advice.reason}")
    if following := _next(advice.action, ticket, phone):
        output.block(f"Next: {following}")
    for line in WORDS.get(advice.action, script.say):
        output.block(f'"{line}"', first="  > ", style="fine")
    return _follow(ctx, advice.action, ticket)


def _choose(call: Call, question: str, choices: Sequence[Choice]) -> Choice:
    page = call.output.aside
    page.line()
    page.line(Cell(question, "bold"))
    for number, choice in enumerate(choices, start=1):
        page.line(Cell(f"  {number}  {choice.value}"))
    keys = "".join(str(number) for number in range(1, len(choices) + 1))
    for _ in range(3):
        key = call.key(f"1 to {len(choices)}:")
        if len(key) == 1 and key in keys:
            return choices[int(key) - 1]
    raise Refused("no answer, so no recommendation")


def _next(action: Action, ticket: str, phone: str) -> str:
    """Say what comes next, "" if the command that follows says it."""
    if action is Action.FORWARD:
        return f"forward the call to {phone}"
    if ticket:
        return f"leave {ticket} in its queue" if action is Action.TICKET else ""
    return _WITHOUT_TICKET[action]


def _follow(ctx: typer.Context, action: Action, ticket: str) -> int:
    """Run the command that follows, or offer to open the page for a new ticket."""
    call = call_of(ctx)
    if ticket and action in _COMMANDS:
        return _COMMANDS[action](ctx, ticket)
    if action is Action.TICKET and not ticket:
        url = _new_ticket_page(call.desk.settings.autotask.web_url)
        if url and call.confirm("Open Autotask's page for a new ticket?", default=True):
            show.browse(call, url)
    return 0


def _new_ticket_page(web_url: str) -> str:
    """Return the page on which Autotask makes a new ticket (autotask help, ExecuteCommand)."""
    command = "Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=NewTicket"
    return f"{web_url.rstrip('/')}/{command}" if web_url else ""
