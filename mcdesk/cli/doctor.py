"""`mcdesk doctor`: check what mcdesk needs, and try refused credentials once more."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import JsonOption
from mcdesk.cli.terminal.page import Page
from mcdesk.errors import SetupProblem

if TYPE_CHECKING:
    from mcdesk.desk.doctor.findings import Finding

_STYLES = {"ok": "fine", "warning": "late", "failed": "urgent"}


def doctor(
    ctx: typer.Context,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Also post a line to Slack.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Check what mcdesk needs, and say what fixes it.

    Settings, network, secrets, login, permissions, labels, mail. Refused credentials are tried
    again.
    """
    from mcdesk.cli.crash import kept
    from mcdesk.desk.doctor import examine

    call = call_of(ctx)
    checks = examine(call.desk, send_test=send_test, report=lambda bug: kept(bug, call)[0])
    if json:
        rows = [
            {"check": c.check, "result": c.result, "found": c.found, "mend": c.mend} for c in checks
        ]
        call.output.json({"schema": "mcdesk.doctor/1", "checks": rows})
    else:
        draw(call.output, checks)
    return exit_code(checks)


def draw(page: Page, checks: "Sequence[Finding]") -> None:
    """Draw *checks* with what each found, and how to fix it."""
    widest = max(len(check.check) for check in checks) + 2
    for check in checks:
        head = f"{check.result:<9}{check.check:<{widest}}"
        page.block(check.found, first=head, style=_STYLES[check.result])
        if check.mend:
            page.block(check.mend, first=" " * len(head), style="quiet")


def exit_code(checks: "Sequence[Finding]") -> int:
    """Return what `doctor` exits with after *checks*."""
    failed = any(check.result == "failed" for check in checks)
    return SetupProblem.exit_code if failed else 0
