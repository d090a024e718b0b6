"""Reading config.toml: from its text to checked Settings, or to an error that names the key.

Each value is converted by itself, so that the error knows its whole key, names of templates and
days included. It never passes over a key that it does not know.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import fields, replace

from mcdesk.core.labels import key as label_key
from mcdesk.core.wording import is_line, is_name
from mcdesk.errors import SettingsProblem
from mcdesk.folders import denial
from mcdesk.settings.checks import check
from mcdesk.settings.kinds import Demand
from mcdesk.settings.model import BUILT_IN_TEMPLATE, RESPONSE_MINUTES, Settings, Table, Template
from mcdesk.settings.spot import Spot, one_of

USERNAME_VARIABLE = "MCDESK_AUTOTASK_USERNAME"

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_POSITION = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")
AnyTable = TypeVar("AnyTable", bound=Table)


def load(
    path: Path,
    *,
    environ: Mapping[str, str] = _NOTHING,
    under: Mapping[str, Any] = _NOTHING,
    table: Mapping[str, Any] | None = None,
) -> Settings:
    """Read the settings file *path*; a missing file means defaults.

    Values of the table *under* hold for what the file leaves out. The API user's name in *environ*
    outranks both. With a *table* it is as if the file said that. Raises SettingsProblem for
    everything that is wrong with it.
    """
    written = parsed(text_of(path), Spot(path)) if table is None else table
    settings = read(deep_merge(under, written), Spot(path))
    if not (username := environ.get(USERNAME_VARIABLE, "")):
        return settings
    if not is_line(username):
        raise SettingsProblem(
            f"{USERNAME_VARIABLE} must be one line, without spaces around it",
            hint=f"set {USERNAME_VARIABLE} again, or remove it from the environment",
        )
    return replace(settings, autotask=replace(settings.autotask, username=username))


def read(table: Mapping[str, Any], at: Spot) -> Settings:
    """Read the *table* of a whole settings file that stands *at* a path.

    Raises SettingsProblem. Holidays are not looked up: `writing.check_to_write` does.
    """
    settings = converted(table, at)
    settings = replace(
        settings,
        templates=_labelled(settings.templates, table),
        mc=replace(settings.mc, response_minutes=_promised(settings.mc.response_minutes)),
    )
    check(settings, at)
    return settings


def converted(table: Mapping[str, Any], at: Spot) -> Settings:
    """Convert *table*, each value by itself; raise SettingsProblem for one of the wrong kind."""
    return _table(Settings, table, at)


def text_of(path: Path) -> str:
    """Return the text of the settings file *path*, "" for a missing one; raise SettingsProblem."""
    at = Spot(path)
    try:
        return path.read_bytes().decode("utf-8-sig")  # Notepad may begin a file with a BOM
    except FileNotFoundError:
        return ""
    except OSError as error:
        said = f"cannot be read: {error.strerror or error}"
        raise denial(error, path, SettingsProblem) or at.file_problem(said) from error
    except UnicodeDecodeError as error:
        raise at.file_problem(
            f"is not UTF-8 text (at byte {error.start + 1}); save it as UTF-8"
        ) from error


def parsed(text: str, at: Spot) -> dict[str, Any]:
    """Read *text* as TOML, and as no more than that; raise SettingsProblem."""
    text = text.replace("\r\n", "\n")
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise at.file_problem(_syntax_error(str(error), text)) from error
    except RecursionError as error:
        raise at.file_problem("is nested too deeply") from error


def _syntax_error(said: str, text: str) -> str:
    """Put the position that the TOML reader *said* first; the end of *text* has one as well."""
    position = _POSITION.search(said)
    if not position:
        return f"is not TOML: {said}"
    lines = text.split("\n")
    line, column = position[1] or len(lines), position[2] or len(lines[-1]) + 1
    return f"line {line}, column {column}: {said[: position.start()]}"


def deep_merge(under: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """Return *under* with *table* over it, tables within tables key by key."""
    merged = {**under, **table}
    for key in under.keys() & table.keys():
        if isinstance(under[key], Mapping) and isinstance(table[key], Mapping):
            merged[key] = deep_merge(under[key], table[key])
    return merged


def _table(kind: type[AnyTable], raw: object, at: Spot) -> AnyTable:
    if not isinstance(raw, Mapping):
        raise at.must_be("a table", raw)
    known = {field.encode_name: field for field in fields(kind)}
    values = {}
    for key, value in raw.items():
        if key not in known:
            raise at.unknown(key, known)
        values[known[key].name] = _value(known[key].type, value, at / key)
    return kind(**values)


def _value(kind: Any, raw: object, at: Spot) -> Any:
    """Convert *raw* to the annotation *kind*: a table, a mapping of names, or a plain value."""
    if isinstance(kind, type) and issubclass(kind, Table):
        return _table(kind, raw, at)
    if get_origin(kind) is Mapping:
        key_kind, entry_kind = get_args(kind)
        return _named(key_kind, entry_kind, raw, at)
    demands = [each for each in get_args(kind) if isinstance(each, Demand)]
    try:
        value = msgspec.convert(raw, kind, builtin_types=(date,))
    except msgspec.ValidationError as error:
        words = demands[0].words if demands else one_of(get_args(kind))
        raise at.must_be(words, raw) from error
    for demand in demands:
        if not demand.holds(value):
            raise at.must_be(demand.words, raw)
    return value


def _named(key_kind: Any, kind: Any, raw: object, at: Spot) -> Mapping[Any, Any]:
    """Convert a table whose keys are the user's own: names of templates, or days."""
    if not isinstance(raw, Mapping):
        raise at.must_be("a table", raw)
    read_key = _day if key_kind is date else _name
    return MappingProxyType(
        {read_key(key, at): _value(kind, value, at / key) for key, value in raw.items()}
    )


def _day(key: str, at: Spot) -> date:
    try:
        if _DAY.fullmatch(key):
            return date.fromisoformat(key)
    except ValueError:
        pass  # no such day in the calendar
    raise (at / key).problem("is not a day; write it as 2026-12-24")


def _name(key: str, at: Spot) -> str:
    if is_name(key):
        return key
    raise (at / key).problem(
        "is not a name; it must be text on one line, not empty, no spaces around it"
    )


def _labelled(
    templates: Mapping[str, Template], written: Mapping[str, Any]
) -> Mapping[str, Template]:
    """Add the built-in template, and label each *written* without a label by its name."""
    named = {BUILT_IN_TEMPLATE: Template(), **templates}
    for name in named.keys() - {BUILT_IN_TEMPLATE}:
        if "label" not in written["templates"][name]:
            named[name] = replace(named[name], label=name)
    return MappingProxyType(named)


def _promised(written: Mapping[str, int]) -> Mapping[str, int]:
    """Return the promises *written*, by priority, over those that the vendor usually makes."""
    own = set(map(label_key, written))
    usual = {name: time for name, time in RESPONSE_MINUTES.items() if label_key(name) not in own}
    return MappingProxyType({**usual, **written})
