"""Conditions joined to groups, and whether a row meets them: what comes back is looked at again.

A zone may drop a filter that it does not understand, and answer with rows that nobody asked for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mcdesk.autotask.entities import Condition, Entity, R
from mcdesk.core.wording import plain


def either(*conditions: Condition) -> Condition:
    """Join *conditions*, of which one is enough (autotask help, REST_Advanced_Query_Features)."""
    return _group("or", conditions)


def both(*conditions: Condition) -> Condition:
    """Join *conditions* of which all have to be met."""
    return _group("and", conditions)


def _group(op: str, conditions: tuple[Condition, ...]) -> Condition:
    if not conditions:
        raise ValueError("a group without a condition means everything")
    return conditions[0] if len(conditions) == 1 else {"op": op, "items": list(conditions)}


def met(rows: Iterable[R], entity: Entity[R], conditions: Sequence[Condition]) -> list[R]:
    """Return those *rows* that meet all *conditions*; case and accents make no difference."""
    attributes = entity.attributes
    return [row for row in rows if all(_meets(row, attributes, each) for each in conditions)]


def _meets(row: R, attributes: Mapping[str, str], condition: Condition) -> bool:
    op = condition["op"]
    if op in ("and", "or"):
        met = (_meets(row, attributes, each) for each in condition["items"])
        return all(met) if op == "and" else any(met)
    value = getattr(row, attributes[condition["field"]])
    return _COMPARED[op](value, condition.get("value"))


def _like(value: Any, asked: Any) -> Any:
    """Return *asked* as what *value* is: instants go out as texts."""
    return datetime.fromisoformat(asked) if isinstance(value, datetime) else asked


# What a row is held against; what is missing here is in no query that needs it.
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "notExist": lambda value, _: value is None,
    "eq": lambda value, asked: bool(value == asked),
    "in": lambda value, asked: value in asked,
    "notIn": lambda value, asked: value not in asked,
    "contains": lambda value, asked: plain(asked) in plain(value),
    "endsWith": lambda value, asked: plain(value).endswith(plain(asked)),
    "gte": lambda value, asked: value is not None and value >= _like(value, asked),
    "lt": lambda value, asked: value is not None and value < _like(value, asked),
}
