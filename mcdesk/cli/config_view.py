"""How the settings look: each with where it comes from, secrets only as set or missing."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from mcdesk.cli.terminal.output import Output
from mcdesk.cli.terminal.tables import Cell, Column, Row, Table


class Setting(Protocol):
    """A setting, as the desk lists it."""

    @property
    def key(self) -> str:
        """The key, as the file spells it."""

    @property
    def value(self) -> Any:
        """What it holds."""

    @property
    def origin(self) -> str:
        """Where that comes from."""


_STYLES = {"default": "dim", "file": "", "environment": "yellow", "demo": "cyan"}


def draw(
    output: Output, settings: Sequence[Setting], secrets: Mapping[str, str], file: Path
) -> None:
    """Draw *settings* and *secrets* (name to origin), and which *file* they stand in."""
    rows = [
        Row([Cell(each.key), Cell(_text(each.value)), Cell(each.origin, _STYLES[each.origin])])
        for each in settings
    ]
    rows += [
        Row([Cell(f"secret {name}"), Cell(_secret(origin)), Cell(origin)])
        for name, origin in secrets.items()
    ]
    output.table(Table((Column("key"), Column("value", share=1), Column("from")), rows))
    output.line()
    output.line(Cell(str(file), "dim"))


def as_json(settings: Sequence[Setting], secrets: Mapping[str, str], file: Path) -> dict[str, Any]:
    """Build the document `mcdesk.config/1`."""
    return {
        "schema": "mcdesk.config/1",
        "file": str(file),
        "settings": [
            {"key": each.key, "value": _plain(each.value), "from": each.origin} for each in settings
        ],
        "secrets": [
            {"name": name, "state": _secret(origin), "from": origin}
            for name, origin in secrets.items()
        ],
    }


def _secret(origin: str) -> str:
    return origin if origin in ("missing", "unknown") else "set"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if isinstance(value, (str, int, bool, float)) or value is None else str(value)
