"""`mcdesk doctor`: check what mcdesk needs, and try refused credentials once more."""

import typer

from mcdesk.cli.call import call_of
from mcdesk.cli.options import JsonOption
from mcdesk.cli.tables import Cell
from mcdesk.core.wording import counted
from mcdesk.errors import SetupProblem

_STYLES = {"ok": "green", "warning": "yellow", "failed": "bold red"}


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("doctor")(doctor)


def doctor(ctx: typer.Context, json: JsonOption = False) -> int:
    """Check what mcdesk needs, and say what mends it.

    Settings, hours, secrets, zone, login and labels. Credentials that were refused are tried again.
    """
    from mcdesk.ops.doctor import examine, labels_exist, login_works

    call = call_of(ctx)
    desk, output = call.desk, call.output
    desk.refused_logins.forget()
    checks = examine(
        [
            ("settings", lambda: counted(len(desk.settings.templates), "template")),
            ("hours", lambda: f"in {desk.hours.zone.key}"),
            ("secrets", lambda: f"found, for {desk.login.user_name}"),
            ("zone", lambda: desk.session.zone.url),
            ("login", lambda: login_works(desk.autotask)),
            ("labels", lambda: labels_exist(desk.autotask, desk.search())),
        ]
    )
    if json:
        rows = [
            {"check": c.check, "result": c.result, "found": c.found, "mend": c.mend} for c in checks
        ]
        output.json({"schema": "mcdesk.doctor/1", "checks": rows})
    else:
        for check in checks:
            label = Cell(f"{check.result:<8}", _STYLES[check.result])
            output.line(label, Cell(f"{check.check:<10}"), Cell(check.found))
            if check.mend:
                output.line(Cell(" " * 18), Cell(check.mend, "dim"))
    failed = any(check.result == "failed" for check in checks)
    return SetupProblem.exit_code if failed else 0
