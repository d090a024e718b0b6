"""User-defined fields: which ones an entity has, and the values that its rows have in them.

The definitions are rows of UserDefinedFieldDefinitions; a value is always a text, that of a list
one of its choices. Source: the developer help's UserdefinedFieldsUDFs.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from mcdesk.sandbox.answers import errors
from mcdesk.sandbox.entities import Entity, Field

# The `udfType` of a definition, and the collection that it is a field of.
_COLLECTIONS = {1: "Companies"}
UDF_TYPES = ((1, "Company"),)
# The `dataType` whose values are chosen from a list.
LIST = 4
DATA_TYPES = ((1, "Text (Single Line)"), (2, "Number"), (3, "Date"), (LIST, "List"))
ANY_TEXT = Field("value", "string")


def definitions(db: sqlite3.Connection, entity: Entity) -> list[sqlite3.Row]:
    """Find the fields that *entity* has beside its own, in the order of their screens."""
    return db.execute(
        "SELECT * FROM UserDefinedFieldDefinitions WHERE udfType = ? AND isActive = 1"
        " ORDER BY sortOrder, id",
        (_type_of(entity),),
    ).fetchall()


def values_of(db: sqlite3.Connection, entity: Entity, row_id: int) -> list[dict[str, Any]]:
    """Read the values of the row *row_id*, a null for each field without one."""
    udf_type = _type_of(entity)
    if udf_type is None:
        return []
    found = db.execute(
        "SELECT name, value FROM UserDefinedFieldDefinitions AS d"
        " LEFT JOIN udf ON definition = d.id AND row_id = ?"
        " WHERE udfType = ? AND isActive = 1 ORDER BY sortOrder, d.id",
        (row_id, udf_type),
    )
    return [{"name": name, "value": value} for name, value in found]


def column(entity: Entity, definition: int) -> str:
    """Write in SQL what a row of *entity* has in the field of that *definition*."""
    return f"(SELECT value FROM udf WHERE definition = {definition} AND row_id = {entity.path}.id)"


def set_values(
    db: sqlite3.Connection, entity: Entity, row_id: int, given: Mapping[str, str | None]
) -> None:
    """Store the values *given* by the names of their fields; what is not given stays.

    Raises the Refusal of a field that *entity* does not have, or a value that is not on its list.
    """
    known = {each["name"].casefold(): each for each in definitions(db, entity)}
    for name, value in given.items():
        definition = known.get(name.casefold())
        if definition is None:
            raise errors(f"Unable to find {name} in the {entity.singular} Entity.")
        _check(db, entity, definition, value)
        db.execute("INSERT OR REPLACE INTO udf VALUES (?, ?, ?)", (definition["id"], row_id, value))


def _check(
    db: sqlite3.Connection, entity: Entity, definition: sqlite3.Row, value: str | None
) -> None:
    if definition["dataType"] != LIST or value is None:
        return
    name = definition["name"]
    chosen = "SELECT 1 FROM picklist WHERE entity = ? AND field = ? AND value = ? AND isActive = 1"
    if db.execute(chosen, (entity.path, name, value)).fetchone() is None:
        raise errors(f"Picklist value [{value}] does not exist for {name}. ; on record number [1].")


def _type_of(entity: Entity) -> int | None:
    return next((kind for kind, path in _COLLECTIONS.items() if path == entity.path), None)
