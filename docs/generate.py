"""Write the pages that come from the program itself: `python docs/generate.py`.

commands.md is what --help says, settings.md what the settings' own descriptions say. A test holds
both against the program.
"""

import ast
import contextlib
import io
import os
import sys
from pathlib import Path

import mcdesk
from mcdesk.__main__ import main
from mcdesk.cli.main import COMMANDS
from mcdesk.desk import Desk
from mcdesk.settings import model

HERE = Path(__file__).parent
SUBCOMMANDS = {
    "demo": ("reset", "serve", "inbox"),
    "outbox": ("", "retry", "drop"),
    "config": ("", "path", "set", "get", "unset", "edit"),
}

COMMANDS_HEAD = """\
# Commands

`--demo` and `-v` go before the command, everything else after it. This page is made from what
`--help` says: `python docs/generate.py`.
"""

SETTINGS_HEAD = """\
# Settings

mcdesk reads `config.toml` in its app folder: `%LOCALAPPDATA%\\mcdesk` on Windows,
`~/Library/Application Support/mcdesk` on macOS, `~/.local/share/mcdesk` on Linux. `MCDESK_HOME`
moves the whole folder. Every key has a default; an unknown key or an impossible value is an error
that names the file and the key. The demo reads `demo/config.toml` in the same folder, and nothing
else.

## Secrets

They are never in a file. mcdesk looks for each one separately, in this order:

| secret | in the environment | in the keyring and from `secret_command` |
| --- | --- | --- |
| the API user's secret | `MCDESK_AUTOTASK_SECRET` | `autotask_secret` |
| its tracking identifier | `MCDESK_AUTOTASK_INTEGRATION_CODE` | `autotask_integration_code` |
| the mail server's password | `MCDESK_SMTP_PASSWORD` | `smtp_password` |
| the client secret for Microsoft 365 | `MCDESK_GRAPH_CLIENT_SECRET` | `graph_client_secret` |
| the Slack webhook | `MCDESK_SLACK_WEBHOOK` | `slack_webhook` |

1. The environment; an empty variable counts as not set. `MCDESK_AUTOTASK_USERNAME` overrides
   `autotask.username`.
2. The operating system's keyring: one item of the service `mcdesk`. Without a terminal it has
   three seconds to answer.
3. `autotask.secret_command`: a program, as a list of words, that prints a JSON object with those
   keys within ten seconds. No shell is involved.

A login that Autotask or the mail server refused is remembered as a keyed hash. mcdesk tries it
again once after an hour, then once a day, and right away if it changes or you run `mcdesk doctor`.
"""


def commands_page() -> str:
    """Build commands.md from the help of every command."""
    calls = [(name, *rest) for name in COMMANDS for rest in _calls_below(name)]
    parts = [f"## mcdesk {' '.join(call)}\n\n```\n{_help(*call)}```\n" for call in calls]
    return "\n".join([COMMANDS_HEAD, f"```\n{_help()}```\n", *parts])


def settings_page() -> str:
    """Build settings.md from the descriptions in the settings' model."""
    source = Path(model.__file__).read_text(encoding="utf-8")
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return "\n".join([SETTINGS_HEAD, *(_table(each) for each in classes if _is_table(each))])


def _calls_below(name: str) -> list[tuple[str, ...]]:
    return [(sub,) if sub else () for sub in SUBCOMMANDS.get(name, ())] or [()]


def _help(*call: str) -> str:
    os.environ["COLUMNS"] = "80"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main([*call, "--help"], desk=Desk(environ={}))
    return out.getvalue()


def _is_table(node: ast.ClassDef) -> bool:
    return (ast.get_docstring(node) or "").startswith("[")


def _table(node: ast.ClassDef) -> str:
    name, _, what = (ast.get_docstring(node) or "").partition(": ")
    rows = ["| key | default | what it is |", "| --- | --- | --- |"]
    described = zip(node.body, [*node.body[1:], None], strict=True)
    for statement, after in described:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            rows.append(_row(node.name, statement.target.id, after))
    what = what[0].upper() + what[1:]
    return f"## {name}\n\n{what}\n\n" + "\n".join(rows) + "\n"


def _row(table: str, key: str, after: ast.stmt | None) -> str:
    text = "the same" if after is None else ""
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
        text = " ".join(str(after.value.value).split())
    default = getattr(getattr(model, table)(), key)
    key = "from" if key == "sender" and table != "Graph" else key
    text = text.removeprefix("`from`: ")
    shown = "see below" if isinstance(default, model.Table) else _toml(default)
    return f"| `{key}` | {shown} | {text} |"


def _toml(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return f"`[{', '.join(_toml(each).strip('`') for each in value)}]`"
    if isinstance(value, dict):
        return (
            f"`{{{', '.join(f'{key} = {each}' for key, each in value.items())}}}`"
            if value
            else "none"
        )
    if isinstance(value, bool):
        return f"`{value}`".lower()
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(f"mcdesk {mcdesk.__version__}\n")
    (HERE / "commands.md").write_text(commands_page(), encoding="utf-8")
    (HERE / "settings.md").write_text(settings_page(), encoding="utf-8")
