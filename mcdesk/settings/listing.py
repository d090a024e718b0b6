"""Every setting with its value and where that comes from; and setting one of them by its key.

Secrets are no settings: they are not here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import fields

from mcdesk.settings.draft import Draft, value_at
from mcdesk.settings.model import Settings, Table
from mcdesk.settings.reading import USERNAME_VARIABLE, text_of
from mcdesk.settings.spot import Spot
from mcdesk.settings.writing import has_comments

Origin = Literal["environment", "file", "default", "demo"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A key as the file spells it, its value, and where that comes from."""

    key: str
    value: Any
    origin: Origin


def listed(
    settings: Settings,
    path: Path,
    *,
    environ: Mapping[str, str],
    under: Mapping[str, Any] | None = None,
) -> list[Setting]:
    """List every setting, those of the file at *path* and of the table *under* marked as such."""
    table = Draft.read(path).table
    found = []
    for keys, value in _leaves(settings, ()):
        key = str(Spot(path, keys))
        if keys == ("autotask", "username") and environ.get(USERNAME_VARIABLE):
            origin: Origin = "environment"
        elif value_at(table, keys) is not None:
            origin = "file"
        else:
            origin = "demo" if value_at(under or {}, keys) is not None else "default"
        found.append(Setting(key, value, origin))
    return found


def change(path: Path, key: str, text: str) -> bool:
    """Set *key* in the file at *path* to what *text* says; return whether comments were lost.

    A text that is TOML is read as that (60, true, ["New"]), any other as it stands. Raises
    SettingsProblem for a key or value that is not allowed, and writes nothing then.
    """
    changed = Draft.read(path).with_text(key, text)
    lost = has_comments(text_of(path))
    changed.save(path)
    return lost


def _leaves(struct: Struct, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the keys of *struct* and of the tables in it, as the file spells them."""
    for field in fields(struct):
        value = getattr(struct, field.name)
        keys = (*above, field.encode_name)
        if isinstance(value, Struct):
            yield from _leaves(value, keys)
        elif isinstance(value, Mapping) and any(isinstance(each, Table) for each in value.values()):
            for name, table in value.items():
                yield from _leaves(table, (*keys, name))
        else:
            yield keys, value
