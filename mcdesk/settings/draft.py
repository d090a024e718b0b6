"""Settings in the making: a table of config.toml that is changed key by key, and not yet written.

Every change is held against all the rules at once; what they refuse is never in a draft.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcdesk.errors import SettingsProblem, UsageProblem
from mcdesk.settings.hours import iana
from mcdesk.settings.reading import deep_merge, parsed, read, text_of
from mcdesk.settings.spot import Spot
from mcdesk.settings.writing import check_to_write, has_comments, save_text

# Keys that belong to one person: what a team shares is without them.
PERSONAL = frozenset(
    {
        "autotask.me",
        "autotask.role",
        "mail.from",
        "mail.smtp.username",
        "mail.graph.sender",
        "mc.reply_to",
    }
)
# What people call the secrets, which stand in no file.
_SECRET_KEYS = frozenset({"password", "secret", "client_secret", "integration_code", "webhook"})
_NO_SECRETS = (
    "no secret stands in config.toml: `mcdesk setup` keeps it in the keyring, or set the "
    "environment's MCDESK_AUTOTASK_SECRET, MCDESK_SMTP_PASSWORD and so on"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The *table* of a settings file, as TOML has it."""

    table: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Draft":
        """Read the file at *path*; a missing one is empty. Raises SettingsProblem."""
        at = Spot(path)
        table = parsed(text_of(path), at)
        read(table, at)
        return cls(table)

    def value(self, key: str) -> Any:
        """Find what stands at the dotted *key*, None if nothing does."""
        return value_at(self.table, _keys(key))

    def with_text(self, key: str, text: str) -> "Draft":
        """Return the draft with *key* set to what *text* says.

        A text that is TOML is read as that (60, true, ["New"]), any other as it stands, or as the
        only entry of a list. Raises SettingsProblem for a key or value that is not allowed, and
        UsageProblem for what is no key.
        """
        keys = _keys(key)
        if len(keys) < 2 or not all(keys):
            raise UsageProblem(f'"{key}" is not a key', hint="write it as stale.after_minutes")
        if key == "hours.timezone":
            text = iana(text)
        problems = []
        for value in _readings(text):
            try:
                return self._checked(_with(self.table, keys, value))
            except SettingsProblem as problem:
                problems.append(problem)
        if keys[-1] in _SECRET_KEYS:
            problems[0].hint = _NO_SECRETS
        raise problems[0]

    def with_texts(self, texts: Mapping[str, str]) -> "Draft":
        """Return the draft with every key of *texts* set, as `with_text` does.

        They may come in any order: mc.template may stand before the table that it names.
        """
        draft, left = self, dict(texts)
        while left:
            refused = {}
            for key, text in left.items():
                try:
                    draft = draft.with_text(key, text)
                except SettingsProblem as problem:
                    refused[key] = problem
            if len(refused) == len(left):
                raise next(iter(refused.values()))
            left = {key: left[key] for key in refused}
        return draft

    def with_table(self, table: Mapping[str, Any]) -> "Draft":
        """Return the draft with *table* over it, tables within tables key by key."""
        return self._checked(deep_merge(self.table, table))

    def shared(self) -> "Draft":
        """Return what a team shares: no personal values (and secrets never stand here)."""
        return Draft(_without(self.table, PERSONAL, ""))

    def save(self, path: Path) -> bool:
        """Write the draft as `save_text` does; return whether comments of the former are lost."""
        import tomli_w

        return has_comments(save_text(path, tomli_w.dumps(self.table)))

    def _checked(self, table: Mapping[str, Any]) -> "Draft":
        check_to_write(table, Spot(None))  # what was typed stands in no file yet
        return Draft(table)


def value_at(table: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    """Find what stands in *table* at *keys*, outermost first; None if nothing does."""
    inner: Any = table
    for key in keys:
        if not isinstance(inner, Mapping) or key not in inner:
            return None
        inner = inner[key]
    return inner


def _keys(text: str) -> tuple[str, ...]:
    """Split a dotted key, quoted parts as TOML has them; any other text at its dots."""
    keys = []
    try:
        inner: object = tomllib.loads(f"{text} = 0")
    except (ValueError, RecursionError):
        return tuple(text.split("."))
    while isinstance(inner, dict) and len(inner) == 1:
        ((key, inner),) = inner.items()
        keys.append(key)
    return tuple(keys) if inner == 0 else tuple(text.split("."))


def _readings(text: str) -> Iterator[Any]:
    """Yield the values that *text* may mean, the likeliest first."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        yield text
    else:
        if set(parsed) == {"value"}:
            yield parsed["value"]
        yield text
    yield [text]


def _with(table: Mapping[str, Any], keys: tuple[str, ...], value: Any) -> dict[str, Any]:
    first, *rest = keys
    if not rest:
        return {**table, first: value}
    inner = table.get(first, {})
    return {**table, first: _with(inner if isinstance(inner, Mapping) else {}, tuple(rest), value)}


def _without(table: Mapping[str, Any], keys: Collection[str], above: str) -> dict[str, Any]:
    kept = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            if inner := _without(value, keys, f"{above}{name}."):
                kept[name] = inner
        elif f"{above}{name}" not in keys:
            kept[name] = value
    return kept
