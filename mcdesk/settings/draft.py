"""Settings in the making: a table of config.toml that is changed key by key, and not yet written.

Every change is held against all the rules at once; what they refuse is never in a draft.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcdesk.errors import SettingsProblem, UsageProblem
from mcdesk.settings.hours import iana
from mcdesk.settings.reading import converted, deep_merge, parsed, read, text_of
from mcdesk.settings.spot import Spot, shown
from mcdesk.settings.writing import check_to_write, has_comments, save_text

# Keys that belong to one person: what a team shares is without them. So are the arguments of a
# program that prints secrets: some people write theirs there.
PERSONAL = frozenset(
    {
        "autotask.secret_command",
        "autotask.me",
        "autotask.role",
        "mail.from",
        "mail.smtp.username",
        "mail.graph.sender",
        "mc.reply_to",
    }
)
# What people call the secrets, which are in no file.
_SECRET_KEYS = frozenset({"password", "secret", "client_secret", "integration_code", "webhook"})
_NO_SECRETS = (
    "secrets don't go in config.toml: `mcdesk setup` keeps them in the keyring, or set "
    "MCDESK_AUTOTASK_SECRET, MCDESK_SMTP_PASSWORD and so on"
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
        """Find what is at the dotted *key*, None if nothing does."""
        return value_at(self.table, _keys(key))

    def with_text(self, key: str, *texts: str) -> "Draft":
        """Return the draft with *key* set to what its *texts* say.

        One that is TOML is read as that (60, true, ["New"]), any other as it stands, or as the only
        entry of a list; several are the entries of one: the first that is of the right kind. Raises
        SettingsProblem for a key or value that is not allowed, and UsageProblem for what is no key.
        """
        keys = _keys(key)
        if len(keys) < 2 or not all(keys):
            raise UsageProblem(f"{shown(key)} is not a key", hint="write it as stale.after_minutes")
        if key == "hours.timezone":
            texts = tuple(map(iana, texts))
        problems = []
        for value in _readings(texts):
            table = _with(self.table, keys, value)
            try:
                converted(table, Spot(None))
            except SettingsProblem as problem:
                problems.append(problem)
            else:
                _refuse_half_a_list(key, value, texts)
                return self._checked(table)
        if keys[-1] in _SECRET_KEYS:
            problems[0].hint = _NO_SECRETS
        raise problems[0]

    def with_texts(self, texts: Mapping[str, str]) -> "Draft":
        """Return the draft with every key of *texts* set, as `with_text` does.

        They may come in any order: mc.template may come before the table that it names.
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

    def without(self, key: str) -> "Draft":
        """Return the draft without *key*; raise SettingsProblem if it is needed."""
        return self._checked(_taken_out(self.table, _keys(key)))

    def shared(self) -> "Draft":
        """Return what a team shares: no personal values (and secrets are never here)."""
        return Draft(_without(self.table, PERSONAL, ""))

    def save(self, path: Path) -> bool:
        """Write the draft as `save_text` does; return whether comments of the former are lost."""
        import tomli_w

        return has_comments(save_text(path, tomli_w.dumps(self.table)))

    def _checked(self, table: Mapping[str, Any]) -> "Draft":
        check_to_write(table, Spot(None))  # what was typed is in no file yet
        return Draft(table)


def value_at(table: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    """Find what is in *table* at *keys*, outermost first; None if nothing does."""
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


def _readings(texts: Sequence[str]) -> Iterator[Any]:
    """Yield the values that *texts* may mean, the likeliest first."""
    read = [_as_toml(text) for text in texts]
    if len(texts) == 1:
        yield from (*read, *texts)
        if isinstance(read[0], list):  # what reads as a list is no entry of one
            return
    yield list(texts)
    yield read


def _as_toml(text: str) -> Any:
    """Read *text* as a value of TOML; what is none is the text itself."""
    with suppress(ValueError, RecursionError):
        parsed = tomllib.loads(f"value = {text}")
        if set(parsed) == {"value"}:
            return parsed["value"]
    return text


def _refuse_half_a_list(key: str, value: Any, texts: Sequence[str]) -> None:
    """Raise UsageProblem if a shell has left of a list in TOML only the brackets."""
    if isinstance(value, list) and value == list(texts) and texts[0].lstrip("' ").startswith("["):
        raise UsageProblem(
            f"{shown(texts[0])} starts a list, but this shell removed its quotation marks",
            hint=f'write its entries as separate words: mcdesk config set {key} New "On Hold"',
        )


def _with(table: Mapping[str, Any], keys: tuple[str, ...], value: Any) -> dict[str, Any]:
    first, *rest = keys
    if not rest:
        return {**table, first: value}
    inner = table.get(first, {})
    return {**table, first: _with(inner if isinstance(inner, Mapping) else {}, tuple(rest), value)}


def _taken_out(table: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Return *table* without what is at *keys*, nor tables that this leaves empty."""
    first, *rest = keys
    left = {name: value for name, value in table.items() if name != first}
    inner = table.get(first)
    if rest and isinstance(inner, Mapping) and (more := _taken_out(inner, tuple(rest))):
        left[first] = more
    return left


def _without(table: Mapping[str, Any], keys: Collection[str], above: str) -> dict[str, Any]:
    kept = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            if inner := _without(value, keys, f"{above}{name}."):
                kept[name] = inner
        elif f"{above}{name}" not in keys:
            kept[name] = value
    return kept
