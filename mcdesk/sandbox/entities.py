"""What an entity and a field are, and the short notation in which they are described.

The first line of a description is the entity's path, its name in error texts, and what may be done.
A line `in Tickets/Notes by ticketID` after it says below which other entity its rows are written.
"""

from dataclasses import dataclass, field
from typing import Any

# API data type -> how SQLite keeps it. Instants are kept as ISO text in UTC.
_STORED_AS = {
    "integer": "INTEGER",
    "long": "INTEGER",
    "string": "TEXT",
    "datetime": "TEXT",
    "double": "REAL",
    "decimal": "REAL",
    "boolean": "INTEGER",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its API *name*, data type, and flags; *refers_to* is the entity of an id."""

    name: str
    type: str
    length: int = 0
    required: bool = False
    read_only: bool = False
    queryable: bool = True
    picklist: bool = False
    yes_or_no: bool = False
    """Whether it is a number that is 0 or 1, as Contacts.isActive."""
    never_null: bool = False
    """Whether no text reads as "", not as null."""
    refers_to: str = ""

    @property
    def column(self) -> str:
        """How SQLite declares it."""
        key = " PRIMARY KEY" if self.name == "id" else ""
        nocase = " COLLATE NOCASE" if self.type == "string" else ""
        return f'"{self.name}" {_STORED_AS[self.type]}{key}{nocase}'


@dataclass(frozen=True, slots=True)
class Entity:
    """A collection of the API: its path, the name that error texts use, and what may be done.

    The rows of some are written *below* another entity, each with that one's id in the field
    *link*: notes at `/Tickets/{id}/Notes`.
    """

    path: str
    singular: str
    fields: dict[str, Field] = field(repr=False)
    can_create: bool = False
    can_update: bool = False
    can_delete: bool = False
    below: str = ""
    link: str = ""
    has_udfs: bool = True
    """Whether its rows have user-defined fields, be there any or none."""

    def field(self, name: str) -> Field | None:
        """Find a field by its name in any case (field names are case-insensitive)."""
        return self.fields.get(name.casefold())


_FLAGS = {
    "ro": "read_only",
    "required": "required",
    "pick": "picklist",
    "flag": "yes_or_no",
    "blank": "never_null",
}


# What may follow a name in the short form.
_MARKS = {"*": "pick", "?": "flag"}


def entity(text: str) -> Entity:
    """Read an entity whose lines are one field each: its name, its type, what is special about it.

    Every entity has an id besides.
    """
    first, *lines = text.strip().splitlines()
    return _entity(first.split(), list(map(str.split, lines)))


def read_only(text: str) -> Entity:
    """Read an entity that is never written: each line is a type, and the fields of that type.

    A length follows a `/`, `*` marks a picklist, `?` a number that is a flag, and `>` the
    entity that an id is of.
    """
    first, *lines = text.strip().splitlines()
    fields: list[list[str]] = []
    for kind, *names in map(str.split, lines):
        fields += [[kind, *names]] if kind == "in" else [_as_line(kind, name) for name in names]
    return _entity(first.split(), fields)


def _as_line(kind: str, word: str) -> list[str]:
    """Turn a field of the short form into the words of its line in the long one."""
    word, _, length = word.partition("/")
    word, _, entity = word.partition(">")
    name = word.rstrip("*?")
    flags = [_MARKS[mark] for mark in word[len(name) :]] + ([f"ref={entity}"] if entity else [])
    return [name, f"{kind}/{length}" if length else kind, "ro", *flags]


def _entity(first: list[str], lines: list[list[str]]) -> Entity:
    path, singular, *powers = first
    options: dict[str, Any] = {power: power != "without_udfs" for power in powers}
    options["has_udfs"] = options.pop("without_udfs", True)
    if lines[0][0] == "in":
        _, options["below"], _, options["link"] = lines.pop(0)
    fields = [_field(*words) for words in (["id", "long", "ro"], *lines)]
    return Entity(path, singular, {each.name.casefold(): each for each in fields}, **options)


def _field(name: str, kind: str, *flags: str) -> Field:
    kind, _, length = kind.partition("/")
    options: dict[str, Any] = {"length": int(length or 0), "queryable": "noquery" not in flags}
    for flag in flags:
        word, _, entity = flag.partition("=")
        if word == "ref":
            options["refers_to"] = entity
        elif word != "noquery":
            options[_FLAGS[word]] = True
    return Field(name, kind, **options)
