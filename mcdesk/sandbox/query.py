"""The query grammar, turned into SQL over real columns.

Sources: the developer help's REST_Basic_Query_Calls and REST_Advanced_Query_Features, and what
clients saw when these are silent: an unknown operator is dropped, `eq null` matches nothing.
"""

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mcdesk.sandbox.answers import errors, message
from mcdesk.sandbox.entities import Entity, Field
from mcdesk.sandbox.schema import HISTORY
from mcdesk.sandbox.udfs import ANY_TEXT, column
from mcdesk.sandbox.values import folded, to_compared, to_compared_list, to_stored
from mcdesk.sandbox.world import Values, to_wire

MOST_ROWS = 500
# REST_Advanced_Query_Features: at most 500 OR conditions; each value of a list counts as one.
_MOST_ORS = 500
# What SQLite's parser takes; a query of a service desk has some ten.
_MOST_CONDITIONS = 900
_DEEPEST = 30
_LOWEST = -(2**62)

_COMPARISONS = {"eq": "=", "noteq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_PATTERNS: dict[str, Callable[[str], str]] = {
    "beginswith": lambda text: f"{text}%",
    "endswith": lambda text: f"%{text}",
    "contains": lambda text: f"%{text}%",
}
_LISTS = {"in": "IN", "notin": "NOT IN"}
# What is empty, and what is as well in a text.
_EMPTINESS = {
    "exist": ("{0} IS NOT NULL", " AND {0} <> ''"),
    "notexist": ("{0} IS NULL", " OR {0} = ''"),
}


@dataclass(frozen=True, slots=True)
class Query:
    """A query as SQL: a condition with its parameters, the columns asked for, the page's size."""

    entity: Entity
    condition: str
    parameters: tuple[Any, ...]
    columns: tuple[str, ...]
    size: int
    with_udfs: bool = True

    def count(self, db: sqlite3.Connection) -> int:
        """Count the rows that match."""
        sql = f"SELECT count(*) FROM {self.entity.path} WHERE {self.condition}"
        return int(db.execute(sql, self.parameters).fetchone()[0])

    def page(
        self, db: sqlite3.Connection, *, above: int | None = None, below: int | None = None
    ) -> list[Values]:
        """Read the next rows with ids over *above*, or the last ones under *below*.

        Rows come in the order of their ids, whatever is asked.
        """
        names = ", ".join(f'"{name}"' for name in self.columns) or "*"
        backwards = below is not None
        bound, order = ("id < ?", "DESC") if backwards else ("id > ?", "ASC")
        edge = below if backwards else (_LOWEST if above is None else above)
        sql = (
            f"SELECT {names} FROM {self.entity.path} WHERE ({self.condition}) AND {bound}"
            f" ORDER BY id {order} LIMIT ?"
        )
        found = db.execute(sql, (*self.parameters, edge, self.size)).fetchall()
        in_order = reversed(found) if backwards else found
        return [to_wire(db, self.entity, row, with_udfs=self.with_udfs) for row in in_order]

    def reaches(self, db: sqlite3.Connection, side: str, edge: int) -> bool:
        """Find out whether rows match on that *side* ("<" or ">") of the id *edge*."""
        sql = f"SELECT 1 FROM {self.entity.path} WHERE ({self.condition}) AND id {side} ? LIMIT 1"
        return db.execute(sql, (*self.parameters, edge)).fetchone() is not None


def parse(
    entity: Entity, body: Any, *, strict: bool = False, udfs: Mapping[str, int] | None = None
) -> Query:
    """Read *body* as a query of *entity*; raise the Refusal that Autotask would answer.

    *strict* makes the silent dropping of unknown operators loud, for tests of clients. *udfs* are
    the user-defined fields that *entity* has: the ids of their definitions by name, in lower case.
    No filter at all is no query; an empty one is of all rows, as clients rely on.
    """
    if not isinstance(body, dict):
        raise message(400, "The request is invalid.")
    keys = folded(body)
    filters = keys.get("filter")
    if not isinstance(filters, list):
        raise errors("Value cannot be null.\r\nParameter name: filters")
    if entity is HISTORY:
        _check_history(filters)
    _check_size(filters)
    reader = _Reader(entity, strict, udfs or {})
    condition = reader.all_of(filters, "AND") or "1"
    columns, with_udfs = _columns(entity, keys, udfs or {})
    return Query(entity, condition, tuple(reader.parameters), columns, _size(keys), with_udfs)


class _Reader:
    """Reads conditions and gathers their parameters in the order in which SQL needs them."""

    def __init__(self, entity: Entity, strict: bool, udfs: Mapping[str, int]) -> None:
        self.entity = entity
        self.strict = strict
        self.udfs = udfs
        self.asked_udfs = 0
        self.parameters: list[Any] = []

    def all_of(self, items: list[Any], joiner: str) -> str:
        parts = [part for item in items if (part := self.one(item))]
        return f" {joiner} ".join(f"({part})" for part in parts)

    def one(self, item: Any) -> str:
        if not isinstance(item, dict):
            raise message(400, "The request is invalid.")
        keys = folded(item)
        op = str(keys.get("op", "")).casefold()
        if op in ("and", "or"):
            return self.all_of(_list(keys.get("items") or []), op.upper())
        name = str(keys.get("field", ""))
        if keys.get("udf") is True:
            return self._condition(op, ANY_TEXT, keys.get("value"), self._udf(name))
        field = self._field(name)
        return self._condition(op, field, keys.get("value"), f'"{field.name}"')

    def _udf(self, name: str) -> str:
        """UserdefinedFieldsUDFs: one of them in a query."""
        definition = self.udfs.get(name.casefold())
        if definition is None:
            raise errors(f"Unable to find {name} in the {self.entity.singular} Entity.")
        self.asked_udfs += 1
        if self.asked_udfs > 1:
            raise errors("Invalid query syntax. A query may have one user-defined field only.")
        return column(self.entity, definition)

    def _field(self, name: str) -> Field:
        field = self.entity.field(name)
        if field is None:
            raise errors(f"Unable to find {name} in the {self.entity.singular} Entity.")
        if not field.queryable:
            raise errors(f"{name} is not queryable in the {self.entity.singular} Entity.")
        return field

    def _condition(self, op: str, field: Field, value: Any, name: str) -> str:
        if op in _EMPTINESS:
            test, of_text = _EMPTINESS[op]
            return (test + of_text if field.type == "string" else test).format(name)
        if op in _LISTS:
            values = to_compared_list(field, value)
            self.parameters += values
            return f"{name} {_LISTS[op]} ({', '.join('?' * len(values))})"
        if op in _COMPARISONS:
            self.parameters.append(to_compared(field, value))
            return f"{name} {_COMPARISONS[op]} ?"
        if op in _PATTERNS:
            text = (
                str(to_stored(ANY_TEXT, value))
                .replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_")
            )
            self.parameters.append(_PATTERNS[op](text.casefold()))
            # SQLite folds the case of ASCII letters alone; asking Python is slower.
            column = name if text.isascii() else f"casefolded({name})"
            return f"{column} LIKE ? ESCAPE '\\'"
        if self.strict:
            raise errors(f"strict: the operator {op!r} does not exist")
        return ""  # an unknown operator is dropped, and more rows than wanted come back


def _columns(
    entity: Entity, keys: dict[str, Any], udfs: Mapping[str, int]
) -> tuple[tuple[str, ...], bool]:
    """Read which fields are asked for, none for all, and whether user-defined ones are.

    These are there under their own names as well as all together: a guess, no live zone was asked.
    """
    asked = [str(name) for name in _list(keys.get("includefields") or [])]
    wanted = [name for name in asked if name.casefold() in {"userdefinedfields", *udfs}]
    found = ["id"] if asked else []
    for name in asked:
        field = entity.field(name)
        if field is None and name not in wanted:
            raise errors(f"Unable to find {name} in the {entity.singular} Entity.")
        found += [field.name] if field else []
    return tuple(dict.fromkeys(found)), bool(wanted) or not asked


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise message(400, "The request is invalid.")
    return value


def _size(keys: dict[str, Any]) -> int:
    size = keys.get("maxrecords")
    if size is None:
        return MOST_ROWS
    text = str(size)
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or not 1 <= int(text) <= MOST_ROWS:
        raise errors("maxCountOfRecordsToReturn must be between 1 and 500")
    return int(text)


def _check_size(filters: list[Any]) -> None:
    """Refuse too many conditions, and groups within groups without end."""
    level, count, ors = filters, 0, 0
    for _ in range(_DEEPEST):
        count += len(level)
        items = [folded(item) for item in level if isinstance(item, dict)]
        ors += sum(map(_ors, items))
        level = [inner for item in items for inner in _inner(item)]
        if not level:
            break
    if level or count > _MOST_CONDITIONS:
        raise errors("Invalid query syntax. The query has too many conditions or groups.")
    if ors > _MOST_ORS:
        raise errors("Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions.")


def _inner(item: dict[str, Any]) -> list[Any]:
    """Find the conditions of a group, none in anything else."""
    return item["items"] if isinstance(item.get("items"), list) else []


def _ors(item: dict[str, Any]) -> int:
    """Count the OR conditions that *item* joins: those of its group, or the values of its list."""
    if isinstance(item.get("items"), list):
        return len(item["items"]) if str(item.get("op")).casefold() == "or" else 0
    return len(item["value"]) if isinstance(item.get("value"), list) else 0


def _check_history(filters: list[Any]) -> None:
    """TicketHistoryEntity: one condition, `ticketID eq`, and nothing else."""
    only = folded(filters[0]) if len(filters) == 1 and isinstance(filters[0], dict) else {}
    if [str(only.get(key)).casefold() for key in ("field", "op")] != ["ticketid", "eq"]:
        raise errors("TicketHistory can be queried by one condition only: ticketID equals a value.")
