"""`mcdesk config`: what is set and where that comes from; setting and editing it."""

from collections.abc import Iterable, Mapping
from json import dumps
from pathlib import Path
from typing import Annotated, Any

import typer

from mcdesk.cli.call import Call, call_of
from mcdesk.cli.options import JsonOption
from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table
from mcdesk.errors import Refused, SettingsProblem, UsageProblem

_CHANGED = "another mcdesk changed config.toml in the meantime, so it was left as it is"
# A style for each place that a setting comes from.
_STYLES = {"default": "quiet", "file": "", "environment": "late", "demo": "ticket"}
_Key = Annotated[str, typer.Argument(metavar="KEY", help="For example stale.after_minutes.")]

group = typer.Typer(rich_markup_mode=None, invoke_without_command=True)


@group.callback()
def config(ctx: typer.Context, json: JsonOption = False) -> int:
    """Show the settings and where each comes from; set or edit them."""
    from msgspec import to_builtins

    from mcdesk.settings.listing import listed

    call = call_of(ctx)
    if ctx.invoked_subcommand:
        if json:
            raise UsageProblem(f"--json doesn't go with {ctx.invoked_subcommand}")
        return 0
    desk, file = call.desk, call.desk.settings_file
    under, environ = desk.around_settings()
    settings = [
        {"key": each.key, "value": to_builtins(each.value, str_keys=True), "from": each.origin}
        for each in listed(desk.settings, file, environ=environ, under=under)
    ]
    origins, trouble = ({}, None) if desk.in_demo else desk.secrets.origins()
    secrets = [
        {
            "name": name,
            "state": origin if origin in ("missing", "unknown") else "set",
            "from": origin,
        }
        for name, origin in origins.items()
    ]
    if json:
        known = {"file": str(file), "settings": settings, "secrets": secrets}
        call.output.json({"schema": "mcdesk.config/1", **known})
    else:
        _draw(call.output, settings, secrets, file)
    if trouble:  # what was asked for is shown anyway
        call.output.talk(f"warning: {trouble.message}")
    return 0


def _draw(
    output: Output,
    settings: Iterable[Mapping[str, Any]],
    secrets: Iterable[Mapping[str, str]],
    file: Path,
) -> None:
    """Draw *settings* and *secrets* as the JSON has them, and which *file* they are in."""
    rows = [
        Row([Cell(each["key"]), Cell(_text(each["value"])), Cell(origin, _STYLES[origin])])
        for each in settings
        for origin in [each["from"]]
    ]
    rows += [
        Row([Cell(f"secret {each['name']}"), Cell(each["state"]), Cell(each["from"])])
        for each in secrets
    ]
    output.table(Table((Column("key"), Column("value", share=1), Column("from")), rows))
    output.line()
    output.line(Cell(str(file), "quiet"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value, ensure_ascii=False)


@group.command()
def path(ctx: typer.Context) -> int:
    """Print where config.toml is."""
    call = call_of(ctx)
    call.output.data(str(call.desk.settings_file))
    return 0


@group.command("set")
def set_one(
    ctx: typer.Context,
    key: _Key,
    values: Annotated[
        list[str],
        typer.Argument(
            metavar="VALUE...",
            help='Text or a number; several make a list: New "On Hold". [] is an empty list.',
        ),
    ],
) -> int:
    """Set one key, if its value is allowed."""
    from mcdesk.settings.draft import Draft

    call = call_of(ctx)
    file = call.desk.settings_file
    with call.desk.settings_lock.held():
        lost = Draft.read(file).with_text(key, *values).save(file)
    _saved(call, f"{key} is set", lost=lost)
    return 0


@group.command()
def get(ctx: typer.Context, key: _Key) -> int:
    """Print the value of one key, wherever it comes from."""
    from msgspec import to_builtins

    call = call_of(ctx)
    call.output.data(_text(to_builtins(_in_force(call, key), str_keys=True)))
    return 0


@group.command()
def unset(ctx: typer.Context, key: _Key) -> int:
    """Remove one key from the file, so its default applies."""
    from mcdesk.settings.draft import Draft

    call = call_of(ctx)
    file = call.desk.settings_file
    with call.desk.settings_lock.held():
        draft = Draft.read(file)
        _in_force(call, key)
        if draft.value(key) is None:
            call.output.talk(f"{key} is not set in {file}")
            return 0
        lost = draft.without(key).save(file)
    _saved(call, f"{key} is no longer set", lost=lost)
    return 0


def _in_force(call: Call, key: str) -> Any:
    """Find the value that *key* has, wherever it comes from; raise SettingsProblem for no key."""
    from mcdesk.settings.listing import listed
    from mcdesk.settings.spot import suggestion

    settings = listed(call.desk.settings, call.desk.settings_file, environ={})
    values = {each.key: each.value for each in settings}
    if key not in values:
        raise SettingsProblem(f'there is no setting "{key}"{suggestion(key, values)}')
    return values[key]


def _saved(call: Call, what: str, *, lost: bool) -> None:
    """Say *what* was done to the file, and if comments are lost."""
    file = call.desk.settings_file
    call.output.talk(f"{what} in {file}")
    if lost:
        call.output.talk(f"warning: comments were lost; the old file is {file}.1")


@group.command()
def edit(ctx: typer.Context) -> int:
    """Edit config.toml. It is saved only if it is valid."""
    from mcdesk.cli.terminal.editing import edit_file

    call = call_of(ctx)
    call.need_answers(hint="run it on a terminal, or use `mcdesk config set KEY VALUE`")
    from mcdesk.settings.reading import text_of
    from mcdesk.settings.writing import save_text

    desk, file = call.desk, call.desk.settings_file
    before = text_of(file)
    draft = desk.drafts.keep(before, about="config", at=desk.now())
    while True:
        text = edit_file(draft, desk.environ)
        try:
            with desk.settings_lock.held():
                if text_of(file) != before:
                    raise Refused(_CHANGED, hint=f"what you wrote is in {draft}")
                save_text(file, text)
        except SettingsProblem as problem:
            call.output.error(problem)
            if not call.confirm("Edit it again?", default=True):
                raise Refused(
                    "the settings were not changed", hint=f"what you wrote is in {draft}"
                ) from problem
            continue
        draft.unlink(missing_ok=True)
        call.output.talk(f"saved: {file}")
        return 0
