"""Spots in a settings file, and the errors that name them.

Every complaint about the file is made here, so that each names the file, the key and the fix.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from pathlib import Path

from msgspec import Struct

from mcdesk.core.wording import gist
from mcdesk.errors import SettingsProblem

_SHOWN = 60  # characters of a wrong value that an error repeats
_LONGEST = 1000  # characters of a whole error: a list of what is allowed may be long
_BARE_KEY = re.compile(rf"[A-Za-z0-9_-]{{1,{_SHOWN}}}")


class Spot(Struct, frozen=True):
    """The key reached by *keys*, outermost first, in the file *path*; no key is the whole file.

    Without a *path* it is what somebody typed.
    """

    path: Path | None
    keys: tuple[str, ...] = ()

    def __truediv__(self, key: str) -> "Spot":
        """Go into the table here, to *key*."""
        return Spot(self.path, (*self.keys, key))

    def __str__(self) -> str:
        """Write the key as TOML does: dotted, and quoted if it has to be."""
        return ".".join(key if _BARE_KEY.fullmatch(key) else shown(key) for key in self.keys)

    def problem(self, text: str) -> SettingsProblem:
        """Build the error that says *text* of this key."""
        return self.file_problem(f"{self} {text}" if self.keys else text)

    def must_be(self, words: str, value: object, advice: str = "") -> SettingsProblem:
        """Build the error that *value* is not what *words* ask for."""
        return self.problem(f"must be {words}, not {shown(value)}{advice}")

    def unknown(self, key: str, known: Iterable[str]) -> SettingsProblem:
        """Build the error that the table here has no *key*, with the nearest of the *known*."""
        listed = list(known)
        table = f"[{self}]" if self.keys else "the file"
        return (self / key).problem(
            f"is not a setting{suggestion(key, listed)}; {table} may hold {', '.join(listed)}"
        )

    def file_problem(self, text: str) -> SettingsProblem:
        """Build an error about the file as a whole."""
        if self.path is None:
            return SettingsProblem(gist(text, _LONGEST))
        said = gist(f"{self.path.name}: {text}", _LONGEST)
        return SettingsProblem(said, hint=f"edit {self.path}")


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """Propose those of the *known* words that look like *wrong*; "" for none."""
    from difflib import get_close_matches

    folded = {word.casefold(): word for word in known}
    near = get_close_matches(wrong.casefold(), folded, n=3)
    return did_you_mean([folded[word] for word in near])


def did_you_mean(words: Sequence[str]) -> str:
    """Propose *words*; "" for none."""
    return f" (did you mean {one_of(words)}?)" if words else ""


def one_of(words: Sequence[str]) -> str:
    """Write *words* as a choice: "a", "b" or "c"."""
    quoted = [_quoted(word) for word in words]
    return " or ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))


def shown(value: object) -> str:
    """Write *value* as TOML would, shortened; tables and lists only by their kind."""
    match value:
        case str():
            return _quoted(value if len(value) <= _SHOWN else value[:_SHOWN] + "...")
        case bool():
            return str(value).lower()
        case date() | time():  # a datetime is a date as well
            return value.isoformat()
        case Mapping():
            return "a table"
        case list() | tuple():
            return f"[{', '.join(shown(item) for item in value[:3])}{', ...' * (len(value) > 3)}]"
        case _:
            return str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
