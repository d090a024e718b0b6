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
from mcdesk.settings.model import Settings
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


def _leaves(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the keys of *value*, a table below *keys*, as the file spells them, and what they hold.

    A table of the user's own names that holds nothing is a value itself.
    """
    if isinstance(value, Struct):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name), (*keys, field.encode_name))
    elif isinstance(value, Mapping) and value:
        for name, below in value.items():
            yield from _leaves(below, (*keys, str(name)))
    else:
        yield keys, value
