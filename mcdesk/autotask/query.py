"""Queries, built so that Autotask cannot silently drop half of them.

Autotask answers an unknown operator by ignoring the condition, and `eq null` by matching nothing;
both would turn "nobody's tickets" into something else. Such a query is refused here, as a bug.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mcdesk.core.wording import instant

# autotask help, REST_Basic_Query_Calls: the documented operators, in their documented case.
_WITH_VALUE = frozenset(
    {"eq", "noteq", "gt", "gte", "lt", "lte", "beginsWith", "endsWith", "contains"}
)
_WITH_LIST = frozenset({"in", "notIn"})
_WITHOUT_VALUE = frozenset({"exist", "notExist"})
# autotask help, REST_Advanced_Query_Features: rows of a page, and 'OR' conditions of a query.
PAGE_SIZE = 500
MAX_VALUES = 500
# Returned with tickets but not queryable (autotask help, TicketsEntity).
_NOT_QUERYABLE = frozenset({"creatorType", "lastActivityPersonType"})

Value = str | int | float | bool | datetime
Condition = dict[str, Any]


def where(name: str, op: str, value: Value | Collection[Value] | None = None) -> Condition:
    """Build one condition on field *name*; raise ValueError for what Autotask would ignore."""
    if name in _NOT_QUERYABLE:
        raise ValueError(f"{name} cannot be queried: filter it after reading")
    if op in _WITHOUT_VALUE and value is None:
        return {"op": op, "field": name}
    if op in _WITH_LIST and _is_list(value):
        return {"op": op, "field": name, "value": [_plain(item) for item in _listed(value)]}
    if op in _WITH_VALUE and value is not None and not _is_list(value):
        return {"op": op, "field": name, "value": _plain(value)}
    raise ValueError(f"Autotask does not know the condition {name} {op} {value!r}")


@dataclass(frozen=True, slots=True)
class Query:
    """Rows of *entity* that meet every condition, with only the *fields* named."""

    entity: str
    filter: Sequence[Condition]
    fields: Sequence[str]
    known: Collection[str] = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse an empty filter, fields that *entity* does not have, and a list without `id`."""
        used = set(self.fields) | {item["field"] for item in self.filter}
        if unknown := used - set(self.known):
            raise ValueError(f"{self.entity} has no {', '.join(sorted(unknown))}")
        if not self.filter or "id" not in self.fields:
            raise ValueError("a query needs a condition, and `id` among its fields for paging")

    def body(self) -> dict[str, Any]:
        """Write the query as Autotask reads it."""
        return {
            "filter": list(self.filter),
            "IncludeFields": list(self.fields),
            "MaxRecords": PAGE_SIZE,
        }


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple, set, frozenset))


def _listed(value: Any) -> list[Any]:
    """Order *value* so that equal queries are equal texts; Autotask allows 500 values."""
    if not 0 < len(value) <= MAX_VALUES:
        raise ValueError(f"a list of {len(value)} values: 1 to {MAX_VALUES} are possible")
    return sorted(value)


def _plain(value: Any) -> str | int | float | bool:
    return instant(value) if isinstance(value, datetime) else value
