"""Every setting with its value and where that comes from.

Secrets are no settings: they are not here.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import fields

from mcdesk.settings.draft import Draft, value_at
from mcdesk.settings.model import Settings, Table
from mcdesk.settings.reading import USERNAME_VARIABLE
from mcdesk.settings.spot import Spot

Origin = Literal["environment", "file", "default", "demo"]


class Setting(NamedTuple):
    """A key as the file spells it, its value, and where that comes from."""

    key: str
    value: Any
    origin: Origin


def listed(
    settings: Settings,
    path: Path,
    *,
    environ: Mapping[str, str],
    under: Mapping[str, Any] = MappingProxyType({}),
) -> list[Setting]:
    """List every setting, those of the file at *path* and of the table *under* marked as such."""
    written = Draft.read(path).table

    def origin(keys: tuple[str, ...]) -> Origin:
        if keys == ("autotask", "username") and environ.get(USERNAME_VARIABLE):
            return "environment"
        if value_at(written, keys) is not None:
            return "file"
        return "demo" if value_at(under, keys) is not None else "default"

    return [
        Setting(str(Spot(path, keys)), value, origin(keys)) for keys, value in _leaves(settings, ())
    ]


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
