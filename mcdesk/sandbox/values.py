"""JSON values of a request, turned into what is stored, or refused if they are none."""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import inf, isfinite
from typing import Any

from mcdesk.sandbox.answers import Refusal, errors
from mcdesk.sandbox.entities import Field
from mcdesk.sandbox.world import ID_RANGE, stored_instant

_TRUTHS = {"true": 1, "false": 0}


def folded(members: Mapping[Any, Any]) -> dict[str, Any]:
    """Make the names of *members* lower case: Autotask takes them in any."""
    return {str(name).casefold(): value for name, value in members.items()}


def to_stored(field: Field, value: Any) -> Any:
    """Turn *value* into what *field* stores; numbers may come as text, as live zones take them."""
    if value is None:
        return None
    try:
        return _CONVERSIONS[field.type](value)
    except (ValueError, OverflowError):
        raise unfit(field, value) from None


def to_compared(field: Field, value: Any) -> Any:
    """Turn *value* into what a filter compares *field* with: yes and no have more spellings there.

    Clients in production ask for `true` of a number that is a flag, and for `"true"` of both.
    """
    truth = _TRUTHS.get(str(value).casefold())
    if truth is not None and (field.yes_or_no or field.type == "boolean"):
        return truth
    return to_stored(field, value)


def to_compared_list(field: Field, values: Any) -> list[Any]:
    """Turn a list of values into what a filter compares *field* with."""
    if not isinstance(values, list):
        raise unfit(field, values)
    return [to_compared(field, value) for value in values]


def unfit(field: Field, value: Any) -> Refusal:
    """Refuse a value of another type."""
    return errors(f"Unable to convert {str(value)[:50]!a} for {field.name}.")


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError
    number = int(value)
    if number not in ID_RANGE:
        raise ValueError
    return number


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError
    number = float(value)
    if not isfinite(number):  # JSON's 1e400, or "inf" as text
        raise ValueError
    return number


def _boolean(value: Any) -> int:
    if not isinstance(value, bool):
        raise ValueError
    return int(value)


def _text(value: Any) -> str:
    if not isinstance(value, (str, int, float)) or value in (inf, -inf):
        raise ValueError
    text = str(value)
    text.encode()  # half a surrogate pair is a UnicodeEncodeError, and so a ValueError
    return text.replace("\r\n", "\n").replace("\n", "\r\n")  # as it comes back from live zones


def _instant(value: Any) -> str:
    """Read an instant or a date, UTC if no zone is said (REST_Basic_Query_Calls)."""
    moment = datetime.fromisoformat(_text(value))
    return stored_instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


_CONVERSIONS = {
    "integer": _integer,
    "long": _integer,
    "double": _number,
    "decimal": _number,
    "boolean": _boolean,
    "string": _text,
    "datetime": _instant,
}
