"""What an entity and a field are, and the short notation in which they are described.

The first line of a description is the entity's path, its name in error texts, and what may be done.
A line `in Tickets/Notes by ticketID` after it says below which other entity its rows are written.
Each other line is a type, and the fields of that type: a length follows a `/`, and `>` the entity
that an id is of; `!` marks what is required, `-` what is only read, `*` a picklist, `?` a number
that is a flag, `~` what no query may name, `^` a text that reads as "" if there is none.
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


# What may follow a field's name.
_MARKS = {
    "!": "required",
    "-": "read_only",
    "*": "picklist",
    "?": "yes_or_no",
    "^": "never_null",
}
_NO_QUERY = "~"


def entity(text: str, marks: str = "") -> Entity:
    """Read the description of an entity; *marks* are those of each of its fields.

    Every entity has an id besides.
    """
    first, *lines = text.strip().splitlines()
    path, singular, *powers = first.split()
    options: dict[str, Any] = {power: power != "without_udfs" for power in powers}
    options["has_udfs"] = options.pop("without_udfs", True)
    fields = [Field("id", "long", read_only=True)]
    for kind, *words in map(str.split, lines):
        if kind == "in":
            options["below"], _, options["link"] = words
        else:
            fields += [_field(kind, word, marks) for word in words]
    return Entity(path, singular, {each.name.casefold(): each for each in fields}, **options)


def _field(kind: str, word: str, marks: str) -> Field:
    word, _, length = word.partition("/")
    word, _, refers_to = word.partition(">")
    name = word.rstrip("".join(_MARKS) + _NO_QUERY)
    marks += word[len(name) :]
    flags = {flag: True for mark, flag in _MARKS.items() if mark in marks}
    return Field(
        name,
        kind,
        length=int(length or 0),
        queryable=_NO_QUERY not in marks,
        refers_to=refers_to,
        **flags,
    )
