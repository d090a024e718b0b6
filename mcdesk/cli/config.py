"""`mcdesk config`: what is set and where that comes from; setting and editing it."""

from typing import Annotated

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import JsonOption
from mcdesk.errors import Refused, SettingsProblem, UsageProblem


def add_to(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    config = typer.Typer(
        help="Show the settings and where each comes from; set or edit them.",
        rich_markup_mode=None,
        invoke_without_command=True,
    )
    config.callback()(shown)
    config.command("path")(path)
    config.command("set")(set_one)
    config.command("edit")(edit)
    app.add_typer(config, name="config")


def shown(ctx: typer.Context, json: JsonOption = False) -> int:
    """Show the settings and where each comes from; set or edit them."""
    from mcdesk.cli import config_view
    from mcdesk.settings.listing import listed

    call = call_of(ctx)
    if ctx.invoked_subcommand:
        if json:
            raise UsageProblem(f"--json is not for {ctx.invoked_subcommand}")
        return 0
    desk, file = call.desk, call.desk.settings_file
    under, environ = desk.around_settings()
    settings = listed(desk.settings, file, environ=environ, under=under)
    secrets, trouble = ({}, None) if desk.in_demo else desk.secrets.origins()
    if json:
        call.output.json(config_view.as_json(settings, secrets, file))
    else:
        config_view.draw(call.output, settings, secrets, file)
    if trouble:  # what was asked for is shown all the same
        call.output.talk(f"warning: {trouble.message}")
    return 0


def path(ctx: typer.Context) -> int:
    """Print where config.toml is."""
    call = call_of(ctx)
    call.output.data(str(call.desk.settings_file))
    return 0


def set_one(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Such as stale.after_minutes.")],
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help='A text, a number, or a list: ["New", "Open"].')
    ],
) -> int:
    """Set one key, if its value is allowed."""
    from mcdesk.settings.listing import change

    call = call_of(ctx)
    file = call.desk.settings_file
    lost = change(file, key, value)
    call.output.talk(f"{key} is set in {file}")
    if lost:
        call.output.talk(f"warning: comments were lost; the former file is {file}.1")
    return 0


def edit(ctx: typer.Context) -> int:
    """Edit config.toml, and keep it only if it can be understood."""
    call = call_of(ctx)
    call.need_answers()
    _edited(call)
    return 0


def _edited(call: Call) -> None:
    from mcdesk.cli.editing import edit_file
    from mcdesk.settings.reading import text_of
    from mcdesk.settings.writing import save_text

    desk, file = call.desk, call.desk.settings_file
    draft = desk.drafts.keep(text_of(file), about="config", at=desk.now())
    while True:
        text = edit_file(draft, desk.environ)
        try:
            save_text(file, text)
        except SettingsProblem as problem:
            call.output.error(problem)
            if not call.confirm("Edit it again?", default=True):
                raise Refused(
                    "the settings are as they were", hint=f"what you wrote is in {draft}"
                ) from problem
            continue
        draft.unlink(missing_ok=True)
        call.output.talk(f"saved: {file}")
        return
