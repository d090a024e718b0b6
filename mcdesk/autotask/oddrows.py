"""Pages with odd rows, made the best of: one of them never hides the others.

A page decodes whole, which is fast. Only one that does not is taken apart: what can be put right
is, and what a decision rests on is guessed so that no wait gets shorter than it is.
"""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from msgspec.structs import FieldInfo, fields, replace

from mcdesk.autotask import wire
from mcdesk.autotask.entities import Entity, Page, R
from mcdesk.core.rows import UNDATED, Flag, Instant, Row, Text, TicketNumber, is_plausible
from mcdesk.core.tickets import Odd, Ticket
from mcdesk.errors import Garbled, NotUnderstood

_UNREADABLE = object()
_NUMBER = re.compile(r"T?(\d{8})\.", re.ASCII | re.IGNORECASE)
# The day in a ticket's number is the tenant's; no zone is further ahead.
_FURTHEST_AHEAD = timedelta(hours=14)


def page_of(body: bytes, entity: Entity[R]) -> tuple[Page[R], list[Odd], Garbled | None]:
    """Decode *body* as a page of *entity*, and name its odd rows.

    The rows that mean nothing are left out; for them there is a problem to raise. Raises Garbled
    for what is no page at all.
    """
    try:
        return wire.decoded(body, entity.page), [], None
    except Garbled as problem:
        raw: Page[Any] = wire.decoded(body, Page[Any])
        read = [_read(item, entity.row) for item in raw.items]
        rows = [row for row, _ in read if row is not None]
        lost = len(read) - len(rows)
        details = replace(raw.page_details, count=raw.page_details.count - lost)
        odd = [each for _, each in read if each]
        return Page(rows, details), odd, problem if lost else None


def _read(item: Any, kind: type[R]) -> tuple[R | None, Odd | None]:
    """Read one row, None if it means nothing; name it if that is so, or something was guessed."""
    try:
        return msgspec.convert(item, kind), None
    except msgspec.ValidationError:
        given = item if isinstance(item, dict) else {}
    values = {field.name: _value(given, field) for field in fields(kind)}
    guesses = _guesses(kind, values)
    values.update(guesses)
    odd = _odd(kind, values)
    if _UNREADABLE in values.values():
        return None, replace(odd, lost=True)
    return kind(**values), odd if guesses else None


def _value(given: dict[str, Any], field: FieldInfo) -> Any:
    """Read what is *given* for *field*, else return its default if it has one."""
    if field.encode_name in given:
        value = _converted(given[field.encode_name], field.type)
        if value is not _UNREADABLE:
            return value
        if field.type == Flag:
            return False
    return _UNREADABLE if field.required else field.default


def _converted(value: Any, kind: Any) -> Any:
    """Convert *value* to *kind*: numbers may be there as text, and texts as numbers."""
    if kind == Text:
        return str(value) if type(value) is int else _strictly(value, kind)
    if kind in (Instant, Instant | None):
        moment = _strictly(value, kind)
        beyond = kind == Instant and moment is not _UNREADABLE and not is_plausible(moment)
        return _UNREADABLE if beyond else moment
    if isinstance(value, str):
        value = value.strip() or None
    return _strictly(value, kind, strict=False)


def _strictly(value: Any, kind: Any, *, strict: bool = True) -> Any:
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError:
        return _UNREADABLE


def _guesses(kind: type[Row], values: dict[str, Any]) -> dict[str, Any]:
    """Guess what can be guessed of the *values* that cannot be read: numbers and dates."""
    missing = [each for each in fields(kind) if values[each.name] is _UNREADABLE]
    dates = {each.name: _earliest(values.get("number")) for each in missing if each.type == Instant}
    numberless = any(each.type == TicketNumber for each in missing)
    if numberless and values["id"] is not _UNREADABLE:
        return {**dates, "number": str(values["id"])}
    return dates


def _earliest(number: Any) -> datetime:
    """Return when the ticket *number* can have been made at the earliest, by the day in it."""
    found = _NUMBER.match(number) if isinstance(number, str) else None
    try:
        day = date.fromisoformat(found[1]) if found else UNDATED.date()
    except ValueError:
        return UNDATED
    moment = datetime.combine(day, time.min, UTC)
    return max(moment - _FURTHEST_AHEAD, UNDATED) if is_plausible(moment) else UNDATED


def _odd(kind: type[Row], values: dict[str, Any]) -> Odd:
    """Name the ticket of a row of which *values* can be read."""
    id = values["id"] if issubclass(kind, Ticket) else values.get("ticket_id")
    number = values.get("number")
    return Odd(id if isinstance(id, int) else None, number if isinstance(number, str) else "")


def check_readable(found: Collection[Row], odd: Collection[Odd]) -> None:
    """Raise NotUnderstood if rows came, and none of them makes sense: they are not none."""
    if odd and not found:
        raise NotUnderstood(
            "Autotask's answer has rows, but none that mcdesk can read", hint=wire.ASK_AGAIN
        )


def whole(odd: Iterable[Odd]) -> bool:
    """Return whether nothing was lost to *odd* rows."""
    return not any(each.lost for each in odd)
